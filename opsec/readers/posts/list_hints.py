"""Read the places and words in a row of a post list, beside the facts of its ``Post``.

Positions come from columns of latitude and longitude or of both in one cell, place names from columns of that name.
The words of every other text column become hints with the name of the column as their field.
"""

import re
from collections.abc import Iterator, Mapping

from opsec.formats.json_stream import (
    InvalidJsonError,
    JsonValue,
    NestedValue,
    Numeral,
    TruncatedJsonError,
    parse_nested,
)
from opsec.model import MAX_TEXT_LENGTH, Hint, Reason
from opsec.readers.field_values import field_name
from opsec.readers.posts.exports.json_positions import NAME, find_positions, place_tag_hint, text_positions
from opsec.readers.posts.exports.json_walk import JsonWalk
from opsec.readers.posts.list_columns import ColumnRoles, is_planar
from opsec.readers.posts.post_fields import position_hint, replace_lone_surrogates
from opsec.readers.text.coordinates import text_hints
from opsec.readers.text.word_filter import has_words

_NUMBER = re.compile(r"([+-]?[0-9]{1,3})(?:[.,]([0-9]{1,20}))?\s*°?", re.ASCII)
_E7 = re.compile(r"[+-]?[0-9]{5,10}", re.ASCII)
_COMMA_PAIR = re.compile(r"\s*([+-]?[0-9]{1,3}),([0-9]{2,20})\s*[;/|\s]\s*([+-]?[0-9]{1,3}),([0-9]{2,20})\s*", re.ASCII)
"""Two numbers with decimal commas, as Excel writes them in most of Europe."""
_ARABIC_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩٫", "0123456789.")
_MAX_CELL_LENGTH = 100
"""Limit of a cell that is read as one number or two."""


def row_hints(row: Mapping[str, str], roles: ColumnRoles) -> Iterator[Hint | Reason]:
    """Yield positions, place names and words of the cells that are not facts of a ``Post``."""
    for pair in roles.pairs:
        yield from _pair(row, pair)
    for name in roles.coordinates:
        yield from _coordinates(row.get(name, ""), name) or _words(row.get(name, ""), name)
    for name in roles.places:
        yield from _place(row.get(name, ""), name)
    for name in roles.others:
        yield from _words(row.get(name, ""), name)


def nested_hints(value: JsonValue, name: str, walk: JsonWalk) -> Iterator[Hint | Reason]:
    """Yield positions and words of an object or array in a row of JSON Lines."""
    yield from walk.hints({name: value})


def _pair(row: Mapping[str, str], pair: tuple[str, str]) -> Iterator[Hint | Reason]:
    """Position in two cells; zeros and empty cells are none, words are read as words."""
    cells = [row.get(name, "").translate(_ARABIC_DIGITS).strip()[:MAX_TEXT_LENGTH] for name in pair]
    lat, lon = (_numeral(cell, name) for cell, name in zip(cells, pair, strict=True))
    if lat and lon:
        whole = all("." not in number.text for number in (lat, lon))
        if not (lat.value() == lon.value() == 0 or (whole and is_planar(pair))):
            yield position_hint(lat, lon, reader=NAME, field=field_name(pair[0]))
        return
    if all(0 < len(cell) <= _MAX_CELL_LENGTH for cell in cells):
        found = list(text_positions(", ".join(cells), pair[0]))
        yield from found
        if found:
            return
    for name, cell in zip(pair, cells, strict=True):
        yield from _words(cell, name)


def _numeral(cell: str, name: str) -> Numeral | None:
    """Number in a cell, with a decimal point or comma; ten millionths of a degree in a column ``…E7``."""
    if name.endswith("e7"):
        return Numeral(f"{int(cell) / 1e7:.7f}") if _E7.fullmatch(cell) else None
    found = _NUMBER.fullmatch(cell)
    return Numeral(f"{found[1]}.{found[2]}" if found[2] else found[1]) if found else None


def _coordinates(cell: str, name: str) -> list[Hint | Reason]:
    """Position in one cell: a pair, an object or array of JSON, or any notation."""
    text = cell.translate(_ARABIC_DIGITS).strip()
    if text.startswith(("{", "[")) and len(text) <= MAX_TEXT_LENGTH:
        return [one for one in find_positions(_json({name: text}), "") if not _is_zero(text, one)]
    if not 0 < len(text) <= _MAX_CELL_LENGTH:
        return []
    comma = _COMMA_PAIR.fullmatch(text)
    text = f"{comma[1]}.{comma[2]}, {comma[3]}.{comma[4]}" if comma else text.strip("()[] ")
    return [one for one in text_positions(text, name) if not _is_zero(text, one)]


def _is_zero(text: str, found: Hint | Reason) -> bool:
    """Whether a remark is about a pair of zeros, which mean that nothing is known."""
    return isinstance(found, Reason) and not any(char in "123456789" for char in text)


def _json(cell: dict[str, str]) -> JsonValue:
    """Cell parsed as JSON under its name."""
    ((name, text),) = cell.items()
    try:
        return {name: parse_nested(text, NestedValue(0, text.startswith("[")))}
    except (TruncatedJsonError, InvalidJsonError):
        return None


def _place(cell: str, name: str) -> Iterator[Hint | Reason]:
    """Position or name in a column of places."""
    positions = _coordinates(cell, name)
    yield from positions
    words = replace_lone_surrogates(cell).strip()
    if words.startswith("{") or not any(map(str.isalpha, words)):
        yield from JsonWalk().hints(_json({name: words})) if words.startswith("{") and not positions else ()
    elif has_words(words) or words.isalpha():
        yield place_tag_hint(words, name)
        yield from (hint for hint in text_hints(words, field_name(name)) if hint.point and not positions)


def _words(cell: str, name: str) -> Iterator[Hint]:
    words = replace_lone_surrogates(cell)
    if has_words(words[:MAX_TEXT_LENGTH]):
        yield from text_hints(words, field_name(name))
