"""Every sentence the program says, in English and in Arabic, from the first string on.

A sentence is a ``Message``: an English template and its blanks. It becomes words only when it is
shown, so the same record can be read in either language. Catalogues are GNU gettext files
(``assets/locale/ar/LC_MESSAGES/opsec.po``); the English template is the key.

In Arabic every blank is wrapped in a Unicode isolate (UAX #9, section 2.4): without it the pair
33.31, 44.36 reads as 44.36, 33.31 and a file name swallows the full stop after it.
"""

import gettext
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:  # the nouns take time to build, and help has no need of them
    from opsec.model import Bilingual, Reason

Lang = Literal["en", "ar"]
LANGUAGES: tuple[Lang, ...] = ("en", "ar")
Blank: TypeAlias = "str | int | float | Message"

LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"
_RTL_RANGES = ((0x0590, 0x08FF), (0xFB1D, 0xFDFF), (0xFE70, 0xFEFF))


@dataclass(frozen=True, slots=True)
class Message:
    """An English template and what fills it; ``say`` turns it into words of one language."""

    template: str
    blanks: Mapping[str, Blank] = field(default_factory=dict)
    plural: str | None = None
    """Template for any other number than one, when the sentence counts ``n``."""


def _(template: str, **blanks: Blank) -> Message:
    """Mark a sentence for translation and fill it in. The template must be a literal."""
    return Message(template, blanks)


def counted(one: str, many: str, n: int, **blanks: Blank) -> Message:
    """A sentence that counts: ``one`` when n is 1, else ``many``; Arabic has six forms of its own."""
    return Message(one, {"n": n, **blanks}, plural=many)


def marked(template: str) -> str:
    """Mark a template that stands in a table, to be filled in elsewhere."""
    return template


def say(message: Message, lang: Lang | None = None) -> str:
    """The sentence in one language (default: the one in use), with its blanks isolated."""
    tongue = lang or current()
    catalogue = _catalogue(tongue)
    if not message.template:  # gettext answers an empty key with the catalogue's own header
        return ""
    if message.plural is None:
        template = catalogue.gettext(message.template)
    else:
        n = message.blanks["n"]
        assert isinstance(n, int)
        template = catalogue.ngettext(message.template, message.plural, n)
    return template.format_map({name: _filled(blank, tongue) for name, blank in message.blanks.items()})


def _filled(blank: "Blank", lang: Lang) -> str:
    """What stands in a blank: words of the same language as they are, everything else isolated."""
    return say(blank, lang) if isinstance(blank, Message) else isolate(blank, lang)


def both(message: Message) -> "Bilingual":
    """The sentence in both languages, for records that outlive the run."""
    from opsec.model import Bilingual

    return Bilingual(en=say(message, "en"), ar=say(message, "ar"))


def isolate(blank: str | int | float, lang: Lang | None = None) -> str:
    """One date, number, name or path, so wrapped that it cannot disturb the sentence around it.

    Numbers run left to right in both languages; words take their own direction. English sentences
    stay free of invisible characters unless the blank itself holds right-to-left letters.
    """
    text = number(blank) if isinstance(blank, int | float) else blank
    if not text:
        return text
    has_rtl = any(low <= ord(char) <= high for char in text for low, high in _RTL_RANGES)
    if (lang or current()) == "en" and not has_rtl:
        return text
    return (FSI if has_rtl else LRI) + text + PDI


def number(value: float) -> str:
    """A number for people: no exponent, thousands apart, at most two decimals."""
    if isinstance(value, int) or value.is_integer():
        return f"{int(value):,}"
    return f"{value:,.2f}".rstrip("0").rstrip(".")


# ── which language ────────────────────────────────────────────────────────────────────────────
_in_use: Lang | None = None
_preferred: Lang | None = None


def use(lang: Lang | None) -> None:
    """Speak this language from now on; none: ask the environment again."""
    global _in_use  # noqa: PLW0603 - one process has one officer in front of it
    _in_use = lang


def prefer(lang: Lang | None) -> None:
    """Speak this language, as ``opsec.toml`` wishes, unless one was asked for or ``OPSEC_LANG`` names one."""
    global _preferred  # noqa: PLW0603 - as above
    _preferred = lang


def current() -> Lang:
    """The language in use: the one asked for, else ``OPSEC_LANG``'s, the preferred one, the locale's, English."""
    asked = _in_use or _named_by("OPSEC_LANG") or _preferred
    return asked or _named_by("LC_ALL") or _named_by("LC_MESSAGES") or _named_by("LANG") or "en"


def _named_by(variable: str) -> Lang | None:
    value = os.environ.get(variable, "")
    return ("ar" if value.lower().startswith("ar") else "en") if value else None


@cache
def _catalogue(lang: Lang) -> gettext.NullTranslations:
    if lang == "en":
        return gettext.NullTranslations()
    from importlib import resources

    compiled = resources.files("opsec") / "assets" / "locale" / lang / "LC_MESSAGES" / "opsec.mo"
    with compiled.open("rb") as stream:
        return gettext.GNUTranslations(stream)


# ── why something was not read ────────────────────────────────────────────────────────────────
REASONS: Mapping[str, str] = {
    # the file as the parent met it
    "missing": marked("the file is not there"),
    "no_permission": marked("this account may not open the file"),
    "not_a_file": marked("it is not a regular file"),
    "too_large": marked("it is larger than the limit of {limit_mib} MiB (limits.file_mib in opsec.toml)"),
    "link_out": marked("it is a link that leads out of the folder, or to nothing; it was not followed"),
    "link_in": marked("it is a link to something in the same folder, which is scanned under its own name"),
    "a_folder": marked("it is a folder with a name like a clip's; the files in it are scanned by their own names"),
    "our_sites": marked("it holds our own sites; it is not scanned"),
    "not_a_clip": marked("it is no clip, photo or sidecar that this version reads"),
    "no_posts": marked("it holds no posts"),
    "changed": marked("it changed while it was being read; scan it again"),
    "io_error": marked("the disk reported an error while reading it: {error}"),
    "media_missing": marked("the post names the medium {media}, which is not beside it"),
    # what its bytes turned out to be
    "empty": marked("the file is empty"),
    "unknown_type": marked("its content is of no type that this program knows"),
    "playlist": marked("it is a playlist that points to other files; it is not followed"),
    "unsupported": marked("content of the type {type} is not read by this version"),
    "nested_archive": marked("it is an archive inside an archive; unpack it first"),
    "encrypted": marked("it is encrypted"),
    # what a reader met inside
    "cut_off": marked("the file ends before its {part} does"),
    "broken": marked("its {part} is damaged: {detail}"),
    "too_deep": marked("its {part} is nested deeper than any real file"),
    "too_many": marked("it holds more than {limit} {part}; the rest was left out"),
    "too_long": marked("its {part} was longer than {limit} and was cut"),
    "too_big_picture": marked("it claims a picture of {width_px} × {height_px} pixels"),
    "no_decoder": marked("its pictures are coded in a way that is not read here"),
    "too_small_picture": marked("its picture of {width_px} × {height_px} pixels is too small to show anything"),
    "no_pictures": marked("none of its pictures could be decoded"),
    "broken_pictures": marked("{count} stretches of its pictures are damaged and were passed over"),
    "pictures_end": marked("its pictures end at second {at_s} of {claimed_s}"),
    "key_frames_only": marked("it is long: from second {from_s} on only its key frames were looked at"),
    "no_sign_package": marked(
        "words in the picture were not read: the package {package} is missing; install opsec[signs]"
    ),
    "no_sign_data": marked(
        "words in the picture were not read: there is no language data; install tesseract-ocr-ara and "
        "tesseract-ocr-eng, or name their folder in opsec.toml (signage.tessdata)"
    ),
    "signs_broken": marked(
        "words in the picture were not read: what reads them cannot be loaded ({detail}); install opsec[signs] again"
    ),
    "no_arabic_data": marked(
        "its Arabic words were read by one reader alone: language data are missing; install tesseract-ocr-ara"
    ),
    "no_english_data": marked(
        "its English words were read by one reader alone: language data are missing; install tesseract-ocr-eng"
    ),
    "signs_unclear": marked("{count} lines of words in its pictures are too small or too blurred to be read"),
    "signs_left_out": marked("it shows more words than any clip of a scene; some were left out"),
    "no_landmark_model": marked(
        "landmarks were not looked for: the {method} model cannot be run here; run opsec doctor, and if it finds "
        "nothing, raise limits.memory_mib in opsec.toml"
    ),
    "rest_not_decoded": marked("its pictures were given up at second {from_s}"),
    "bad_place": marked("{field} holds {count} position(s) that lie nowhere on Earth or mean no fix"),
    "places_disagree": marked("{field} and {other} tell places {distance_km} km apart; both were kept"),
    "unknown_column": marked("its column {column} is not known and was not read; did you mean {nearest}?"),
    "no_known_column": marked("none of its columns is known; name them url, caption, author, posted_at, media"),
    "column_ignored": marked("its column {column} is none of url, caption, author, posted_at, media; it was not read"),
    "bad_times": marked("{count} of its times could not be read, the first in row {row}; write 2026-11-16T08:30+03:00"),
    "odd_fields": marked("its fields {fields} hold something else than they should and were not read"),
    "old_letters": marked("its letters are not UTF-8; they were read as {encoding}"),
    "no_caption_column": marked(
        "none of its columns holds the words of the posts ({columns} were not read); name that column caption"
    ),
    "swells": marked("it would unpack to {ratio} times its size, as no real clip does; it was not unpacked"),
    "bad_rows": marked("{count} of its rows could not be read, the first is row {row}"),
    "not_read": marked("{part} could not be read: {detail}"),
    "reader_fault": marked("its {part} could not be read here ({detail}); run opsec doctor, then scan it again"),
    "older_readers": marked("it was read by another version of this program; scan it again"),
    # what happened to the worker
    "timeout": marked("reading took longer than {limit_s} s and was stopped, twice"),
    "cpu_limit": marked("reading used more than {limit_s} s of processor time and was stopped, twice"),
    "memory_limit": marked("reading needed more than {limit_mib} MiB of memory and was stopped, twice"),
    "worker_died": marked("the reading process died on it, twice"),
    "reply_cut": marked(
        "what was found in it fills more than {limit_mib} MiB and was cut; raise limits.reply_mib in opsec.toml"
    ),
    "bad_reply": marked("the reading process sent an answer that is not allowed, twice"),
    "internal": marked("a fault in this program: {error}"),
}
"""Every code that a ``Reason`` may carry. An unknown code from a worker makes its whole reply invalid."""


PARTS: Mapping[str, Message] = {
    "boxes": _("boxes"),
    "caption": _("caption"),
    "comments": _("comments"),
    "files": _("files"),
    "frame header": _("frame header"),
    "header": _("header"),
    "hints": _("hints"),
    "line": _("line"),
    "list": _("list"),
    "member": _("member"),
    "picture data": _("picture data"),
    "posts": _("posts"),
    "rows": _("rows"),
    "screen descriptor": _("screen descriptor"),
    "sentences": _("sentences"),
    "sound": _("sound"),
    "subtitles": _("subtitles"),
    "tracks": _("tracks"),
}
"""Parts of a file that have a name in every language; boxes and chunks keep the name of their standard."""


def because(reason: "Reason") -> Message:
    """The sentence of a reason."""
    blanks: dict[str, Blank] = {name: PARTS.get(text, text) if name == "part" else text for name, text in reason.blanks}
    return Message(REASONS[reason.code], blanks)


MOST_BLANK = 300
"""Letters of one blank of a reason; what a file says about itself may be of any length."""


def reason(code: str, **blanks: str | int | float) -> "Reason":
    """A reason with its blanks filled in: ``reason("too_large", limit_mib=8192)``."""
    from opsec.model import Reason

    if code not in REASONS:
        raise KeyError(code)
    texts = {name: number(blank) if isinstance(blank, int | float) else blank for name, blank in blanks.items()}
    return Reason(code, tuple((name, text[:MOST_BLANK]) for name, text in texts.items()))
