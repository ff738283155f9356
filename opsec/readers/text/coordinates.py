"""Hints from a text and the coordinates in it: captions, file names, titles.

``opsec.geo.notations`` has the notations, and the rules that distinguish a coordinate from a price.
"""

import re
from collections.abc import Iterator

from opsec.geo.notations import CoordinateMatch, parse_coordinates
from opsec.model import MAX_TEXT_LENGTH, Family, Hint
from opsec.model.notes import BARE_PAIR, SHORT_GRID, SHORT_PLUS_CODE, UNRESOLVED_LINK, Note, make_note

READER = "written"
_NOTES = {
    "unresolved link": (make_note(UNRESOLVED_LINK),),
    "three words": (make_note(UNRESOLVED_LINK),),
    "short plus code": (make_note(SHORT_PLUS_CODE),),
    "short mgrs": (make_note(SHORT_GRID),),
}
"""Notes on places without a position of their own, by notation."""
_MAY_HAVE_COORDINATES = re.compile(
    r"\d.*?\d|\+|://|///|\.[A-Za-z]{2,10}/|[Gg][Ee][Oo]|[Rr]omeo|[Ss]ierra|[Tt]ango|جيو", re.S
)
"""Every coordinate has two digits, a plus, a link or a label; most captions have none of them."""


def text_hints(text: str, field: str, family: Family = "TEXT") -> Iterator[Hint]:
    """Yield the text itself, cut at ``MAX_TEXT_LENGTH``, then every position in it.

    The ``text`` of a position is its original spelling; its ``accuracy_m`` follows from the notation.
    A link that only a network could resolve, three words, a short Plus Code and a grid reference without its zone are
    hints of kind ``place``, with a note. So have two bare numbers, which may be something else.

    Parameters
    ----------
    text
        Text to search; an empty one yields nothing.
    field
        Where it stands (``caption``, ``comment`` …).
    family
        Evidence family of the hints.

    >>> [hint.point for hint in text_hints("meet at ٣٣٫٣١٥٢، ٤٤٫٣٦٦١", "caption")][1]
    Point(lat=33.3152, lon=44.3661)
    """
    if not text.strip():
        return
    notes = (make_note("text_cut", letters=MAX_TEXT_LENGTH, all=len(text)),) if len(text) > MAX_TEXT_LENGTH else ()
    text = text[:MAX_TEXT_LENGTH]
    yield Hint(kind="text", family=family, reader=READER, field=field, text=text, notes=notes)
    for match in find_coordinates(text):
        yield Hint(
            kind="position" if match.point else "place", family=family, reader=READER, field=field,
            point=match.point, accuracy_m=match.accuracy_m, text=text[match.start : match.end],
            notes=_notes(match, family),
        )  # fmt: skip


def _notes(match: CoordinateMatch, family: Family) -> tuple[Note, ...]:
    """Notes on a position; in a picture two bare numbers are a stamp, and words of a place stand elsewhere in it."""
    if match.is_bare and family == "TEXT":
        return (make_note(BARE_PAIR),)
    return _NOTES.get(match.notation, ())


def find_coordinates(text: str) -> Iterator[CoordinateMatch]:
    """Yield every position in the first ``MAX_TEXT_LENGTH`` code points of a text, in reading order."""
    text = text[:MAX_TEXT_LENGTH]
    if _MAY_HAVE_COORDINATES.search(text):
        yield from parse_coordinates(text)
