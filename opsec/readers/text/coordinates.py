"""Words that a person wrote, and the coordinates in them: captions, file names, titles.

The notations themselves, and what tells a coordinate from a price, are in ``opsec.geo.notations``.
"""

import re
from collections.abc import Iterator

from opsec.geo.notations import MOST_PLACES, Written, places_written
from opsec.model import MAX_TEXT, Family, Hint

READER = "written"
LINK_NOTE = "location link, not resolved"
SHORT_CODE_NOTE = "short Plus Code, known only beside the place it belongs to"
PLACE_NOTES = frozenset({LINK_NOTE, SHORT_CODE_NOTE})
_PLACES_APART = {"unresolved link": LINK_NOTE, "short plus code": SHORT_CODE_NOTE}
_WORTH_READING = re.compile(r"\d.*?\d|\+|://|\.[A-Za-z]{2,10}/|[Gg][Ee][Oo]|جيو", re.S)
"""No coordinate is written without two digits, a plus, a link or its own name; most captions have none of them."""

__all__ = [
    "LINK_NOTE",
    "MOST_PLACES",
    "PLACE_NOTES",
    "READER",
    "SHORT_CODE_NOTE",
    "Written",
    "written_hints",
    "written_spans",
]


def written_hints(text: str, field: str, family: Family = "TEXT") -> Iterator[Hint]:
    """The text itself, cut at ``MAX_TEXT``, then every place written in it as coordinates.

    A place's ``text`` is the words exactly as they stand, its ``accuracy_m`` what their notation tells.
    A link that only a network could resolve and a short Plus Code are hints of kind ``place``, with a note.

    >>> [hint.point for hint in written_hints("meet at ٣٣٫٣١٥٢، ٤٤٫٣٦٦١", "caption")][1]
    Point(lat=33.3152, lon=44.3661)
    """
    if not text.strip():
        return
    note = f"cut after {MAX_TEXT} of {len(text)}" if len(text) > MAX_TEXT else None
    text = text[:MAX_TEXT]
    yield Hint(kind="text", family=family, reader=READER, field=field, text=text, note=note)
    for found in written_spans(text):
        yield Hint(
            kind="position" if found.point else "place", family=family, reader=READER, field=field,
            point=found.point, accuracy_m=found.accuracy_m, text=text[found.start : found.end],
            note=_PLACES_APART.get(found.notation),
        )  # fmt: skip


def written_spans(text: str) -> Iterator[Written]:
    """Every place written in the first ``MAX_TEXT`` code points of a text, in reading order, with its span in it."""
    text = text[:MAX_TEXT]
    if _WORTH_READING.search(text):
        yield from places_written(text)
