"""Free text in a file's metadata: titles, descriptions, comments.

It may contain the name of a place or coordinates, so it is searched like a caption. A file may
contain any number of texts of any length; this module bounds both, once for all readers of a file.
"""

from collections.abc import Iterator
from dataclasses import replace

from opsec.i18n.reasons import make_reason
from opsec.model.notes import make_note
from opsec.model.records import FreeText, Gap, ReaderOutput
from opsec.readers.text.coordinates import text_hints

MAX_TEXTS = 200
"""Per file; a video downloaded with all its metadata has ten."""
MAX_LETTERS = 200_000
"""Over all texts of one file; searching that many takes a third of a second."""
MAX_FREE_TEXT_LENGTH = 10_000
"""Code points of one text; posts are shorter."""


def to_free_text(text: str, field: str) -> Iterator[FreeText]:
    """Yield the text of a field, unless it has neither a letter nor a digit."""
    stripped = text.strip(" \0\t\r\n")
    if any(char.isalnum() for char in stripped[:MAX_FREE_TEXT_LENGTH]):
        yield FreeText(stripped, field)


class TextBudget:
    """Turns free texts into hints, up to the limits for one file."""

    def __init__(self) -> None:
        self._text_count = 0
        self._letter_count = 0
        self._exhausted = False

    def search(self, free_text: FreeText) -> Iterator[ReaderOutput]:
        """Yield the text and every coordinate in it; past the limits, one gap and nothing more."""
        text = free_text.text
        self._text_count += 1
        self._letter_count += min(MAX_FREE_TEXT_LENGTH, len(text))
        if self._text_count > MAX_TEXTS or self._letter_count > MAX_LETTERS:
            if not self._exhausted:
                yield Gap(make_reason("too_many", limit=min(self._text_count - 1, MAX_TEXTS), part="texts"))
            self._exhausted = True
            return
        is_cut = len(text) > MAX_FREE_TEXT_LENGTH
        cut_note = (make_note("text_cut", letters=MAX_FREE_TEXT_LENGTH, all=len(text)),) if is_cut else ()
        for hint in text_hints(text[:MAX_FREE_TEXT_LENGTH], free_text.field):
            yield replace(hint, notes=cut_note) if hint.kind == "text" and is_cut else hint
