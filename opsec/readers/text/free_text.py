"""Words that a person or a program wrote into a file: titles, descriptions, comments.

They may hold the name of a place or coordinates, so they are searched as a caption is. A file may
hold any number of them, of any length: both are bounded here, once for all readers of a file.
"""

from collections.abc import Iterator
from dataclasses import replace

from opsec.i18n.messages import reason
from opsec.model.records import Found, Gap, Words
from opsec.readers.text.coordinates import written_hints

MOST_TEXTS = 200
"""Of one file; a film downloaded with all its facts has ten."""
MOST_LETTERS = 200_000
"""Of all texts of one file: to search so many takes a third of a second."""
LONGEST = 10_000
"""Code points of one text; posts are shorter."""


def free_text(text: str, field: str) -> Iterator[Words]:
    """The words of a field; nothing when it holds no letter and no digit."""
    words = text.strip(" \0\t\r\n")
    if any(char.isalnum() for char in words[:LONGEST]):
        yield Words(words, field)


class Searched:
    """Makes words into hints, until a file has given more of them than any real one holds."""

    def __init__(self) -> None:
        self._met = 0
        self._letters = 0
        self._full = False

    def told(self, words: Words) -> Iterator[Found]:
        """The text and every coordinate written in it; once, that there are too many texts."""
        self._met += 1
        self._letters += min(LONGEST, len(words.text))
        if self._met > MOST_TEXTS or self._letters > MOST_LETTERS:
            yield from (
                [] if self._full else [Gap(reason("too_many", limit=min(self._met - 1, MOST_TEXTS), part="texts"))]
            )
            self._full = True
            return
        cut = f"cut after {LONGEST} of {len(words.text)}" if len(words.text) > LONGEST else None
        for hint in written_hints(words.text[:LONGEST], words.field):
            yield replace(hint, note=cut) if hint.kind == "text" and cut else hint
