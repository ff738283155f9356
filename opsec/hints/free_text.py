"""Words that a person or a program wrote into a file: titles, descriptions, comments.

They may hold the name of a place or coordinates, so they are read as a caption is. A file may hold
any number of them, of any length: both are bounded here, once for every reader.
"""

from collections.abc import Iterator
from dataclasses import replace

from opsec.hints.reader import Found, Gap
from opsec.hints.written import READER, written_hints
from opsec.language import reason
from opsec.model import Hint

MOST_TEXTS = 200
"""Of one file in one reader; a film downloaded with all its facts has ten."""
LONGEST = 10_000
"""Code points of one text; posts are shorter."""


def free_text(text: str, field: str) -> Iterator[Hint]:
    """The text and every coordinate written in it; nothing when it holds no letter and no digit."""
    words = text.strip(" \0\t\r\n")
    if any(char.isalnum() for char in words[:LONGEST]):
        cut = f"cut after {LONGEST} of {len(words)}" if len(words) > LONGEST else None
        for hint in written_hints(words[:LONGEST], field):
            yield replace(hint, note=cut) if hint.kind == "text" else hint


def at_most(found: Iterator[Found], part: str) -> Iterator[Found]:
    """What a reader finds, with no more texts than any real file has; that there were more is said."""
    texts = 0
    for record in found:
        texts += isinstance(record, Hint) and record.reader == READER
        if texts > MOST_TEXTS and isinstance(record, Hint) and record.reader == READER:
            continue
        yield record
    if texts > MOST_TEXTS:
        yield Gap(reason("too_many", limit=MOST_TEXTS, part=part))
