"""Sentences of reasons: blanks filled in, names of file parts translated."""

from collections.abc import Mapping

from opsec.i18n.messages import Blank, Message, format_number, translatable
from opsec.i18n.terms import CHECK
from opsec.model import Reason
from opsec.model.reasons import REASONS

MAX_BLANK_LENGTH = 300
"""Code points of one blank of a reason; what a file says about itself may be of any length."""

_PART_NAMES = (
    translatable("attachments"),
    translatable("boxes"),
    translatable("caption"),
    translatable("chapters"),
    translatable("columns"),
    translatable("comments"),
    translatable("embedded images"),
    translatable("encoded words"),
    translatable("files"),
    translatable("frame header"),
    translatable("frames"),
    translatable("header"),
    translatable("hints"),
    translatable("line"),
    translatable("links"),
    translatable("list"),
    translatable("member"),
    translatable("names"),
    translatable("picture data"),
    translatable("points"),
    translatable("posts"),
    translatable("program map"),
    translatable("rows"),
    translatable("screen descriptor"),
    translatable("scripts"),
    translatable("sentences"),
    translatable("shots"),
    translatable("sound"),
    translatable("subtitles"),
    translatable("tags"),
    translatable("text"),
    translatable("texts"),
    translatable("track points"),
    translatable("tracks"),
    translatable("values"),
)
PARTS: Mapping[str, Message] = {name: Message(name) for name in _PART_NAMES}
"""Parts of a file that have a name in every language; boxes and chunks keep the name from their standard."""
_TRANSLATED: Mapping[str, Mapping[str, Message]] = {
    "part": PARTS,
    "check": {str(check): label for check, label in CHECK.items()},
}
"""Blanks whose values are words of this program."""


def make_reason(code: str, **blanks: str | int | float) -> Reason:
    """Build a reason with its blanks filled in.

    >>> make_reason("too_large", limit_mib=8192)
    Reason(code='too_large', blanks=(('limit_mib', '8,192'),))

    Raises
    ------
    KeyError
        The code is not in the catalogue.
    """
    if code not in REASONS:
        raise KeyError(code)
    texts = {name: format_number(blank) if isinstance(blank, int | float) else blank for name, blank in blanks.items()}
    return Reason(code, tuple((name, text[:MAX_BLANK_LENGTH]) for name, text in texts.items()))


def reason_message(reason: Reason) -> Message:
    """The sentence of a reason, to be rendered in either language."""
    blanks: dict[str, Blank] = {name: _TRANSLATED.get(name, {}).get(text, text) for name, text in reason.blanks}
    return Message(REASONS[reason.code].sentence, blanks)
