"""Tell text from other bytes, and split it into the caption of a post and further texts, within the limits."""

import re
from collections.abc import Iterator

from opsec.i18n.reasons import make_reason
from opsec.model import MAX_TEXT_LENGTH
from opsec.model.records import FreeText, Gap
from opsec.readers.text.free_text import MAX_FREE_TEXT_LENGTH

MAX_MORE_TEXT = 180_000
"""Limit in code points for text past the length of a caption."""
_OVERLAP = 200
"""Code points by which two pieces overlap, so that no name is cut in two."""
_SAMPLE = 64 * 1024
_MAX_JUNK_SHARE = 0.05
_JUNK = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f\ufffd]")


def is_junk(text: str) -> bool:
    """Whether the beginning of a decoded file shows that it is no text: one letter in twenty is a control character."""
    sample = text[:_SAMPLE]
    return len(_JUNK.findall(sample)) > len(sample) * _MAX_JUNK_SHARE


def cut_caption(text: str) -> str | None:
    """The beginning of a text, as long as a caption may be; None when it is empty."""
    return text[:MAX_TEXT_LENGTH] or None


def further_texts(text: str, part: str) -> Iterator[FreeText | Gap]:
    """Yield what follows the caption, in pieces, and a gap for what exceeds the limit."""
    limit = MAX_TEXT_LENGTH + MAX_MORE_TEXT
    end = MAX_TEXT_LENGTH
    while end < min(len(text), limit):
        start = end - _OVERLAP
        end = min(start + MAX_FREE_TEXT_LENGTH, limit)
        yield FreeText(text[start:end], part)
    if len(text) > limit:
        yield Gap(make_reason("too_long", part=part, limit=f"{limit:,}"))
