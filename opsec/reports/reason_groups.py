"""Labels of the groups in which the weekly page counts why clips were not fully checked."""

from collections.abc import Mapping

from opsec.i18n.messages import Message, _
from opsec.model.reasons import REASONS, ReasonGroup

GROUP_LABELS: Mapping[ReasonGroup, Message] = {
    "not_opened": _("could not be opened"),
    "type_not_read": _("of a type that is not read"),
    "nothing_to_read": _("no content to read"),
    "media_missing": _("the media file of the post is missing"),
    "encrypted": _("encrypted"),
    "damaged": _("damaged or cut off"),
    "limits": _("larger than the limits"),
    "not_installed": _("a component needed to read it is not installed"),
    "unclear": _("too small or too blurred to read"),
    "list_data": _("the list or the data beside the post could not be read in full"),
    "stopped": _("reading was stopped: it took too much time or memory"),
    "other_version": _("read by another version of this program"),
    "program_fault": _("a fault in this program"),
}
OTHER = _("another reason")
"""Label for codes of another version of this program."""


def count_by_group(clips_by_code: Mapping[str, int]) -> list[tuple[Message, int]]:
    """Number of clips for each group label, the largest first; equal numbers in the order of the labels."""
    counts: dict[str, tuple[Message, int]] = {}
    for code, clips in clips_by_code.items():
        label = GROUP_LABELS[REASONS[code].group] if code in REASONS else OTHER
        counts[label.template] = (label, clips + counts.get(label.template, (label, 0))[1])
    return sorted(counts.values(), key=lambda group: (-group[1], group[0].template))
