"""Why clips were not fully checked, in the few words that command needs. The codes are the officer's."""

from collections.abc import Mapping

from opsec.i18n.messages import Message, _

_DAMAGED = _("damaged or cut off")
_TYPE = _("of a type that is not read")
_OPENED = _("could not be opened")
_STOPPED = _("reading was stopped: it took too much time or memory")
_LIMIT = _("larger than the limits")
_ENCRYPTED = _("encrypted")
_MEDIUM = _("the medium of the post is missing")
_BESIDE = _("the list or the facts beside the post could not be read in full")
_NOTHING = _("held nothing to read")
_OTHER_VERSION = _("read by another version of this program")
_NOT_INSTALLED = _("what reads it is not installed")
_UNCLEAR = _("too small or too blurred to be read")
_FAULT = _("a fault in this program")
OTHER = _("another reason")

GROUPS: Mapping[str, Message] = {
    **dict.fromkeys(("missing", "no_permission", "not_a_file", "io_error", "changed", "link_out", "link_in"), _OPENED),
    **dict.fromkeys(("unknown_type", "unsupported", "playlist", "nested_archive", "not_a_clip", "a_folder"), _TYPE),
    **dict.fromkeys(("cut_off", "broken", "too_deep", "bad_place", "places_disagree", "not_read"), _DAMAGED),
    **dict.fromkeys(("no_pictures", "broken_pictures", "pictures_end"), _DAMAGED),
    "no_decoder": _TYPE,
    **dict.fromkeys(("key_frames_only", "rest_not_decoded", "signs_left_out"), _LIMIT),
    **dict.fromkeys(("no_sign_package", "no_sign_data", "signs_broken"), _NOT_INSTALLED),
    **dict.fromkeys(("no_arabic_data", "no_english_data", "no_landmark_model"), _NOT_INSTALLED),
    "signs_unclear": _UNCLEAR,
    **dict.fromkeys(("timeout", "cpu_limit", "memory_limit", "worker_died", "bad_reply"), _STOPPED),
    **dict.fromkeys(
        ("too_large", "too_many", "too_long", "too_big_picture", "too_small_picture", "swells", "reply_cut"), _LIMIT
    ),
    **dict.fromkeys(("unknown_column", "no_known_column", "column_ignored", "bad_rows", "bad_times"), _BESIDE),
    **dict.fromkeys(("odd_fields", "old_letters", "no_caption_column"), _BESIDE),
    **dict.fromkeys(("empty", "no_posts", "our_sites"), _NOTHING),
    "older_readers": _OTHER_VERSION,
    "encrypted": _ENCRYPTED,
    "media_missing": _MEDIUM,
    **dict.fromkeys(("internal", "reader_fault"), _FAULT),
}
"""Code of ``opsec.i18n.messages.REASONS`` → the words for it."""


def grouped(by_code: Mapping[str, int]) -> list[tuple[Message, int]]:
    """Clips by group, the largest first; equals in the order of the words."""
    sums: dict[str, tuple[Message, int]] = {}
    for code, clips in by_code.items():
        words = GROUPS.get(code, OTHER)
        sums[words.template] = (words, clips + sums.get(words.template, (words, 0))[1])
    return sorted(sums.values(), key=lambda group: (-group[1], group[0].template))
