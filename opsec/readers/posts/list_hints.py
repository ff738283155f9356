"""Read the places and words in a row of a post list, beside the facts of its ``Post``.

Positions come from columns of latitude and longitude or of both in one cell, place names from columns of that name.
The words of every other text column become hints with the name of the column as their field.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from opsec.formats.json_stream import (
    InvalidJsonError,
    JsonValue,
    NestedValue,
    TruncatedJsonError,
    parse_nested,
)
from opsec.model import MAX_TEXT_LENGTH, Hint, Reason
from opsec.model.notes import BARE_PAIR, make_note
from opsec.readers.coordinate_values import Coordinate, coordinate_hints, parse_coordinate, ref_text
from opsec.readers.field_values import field_name, invalid_position
from opsec.readers.posts.exports.json_pairs import NAME, stated_order, text_positions
from opsec.readers.posts.exports.json_positions import find_positions, place_tag_hint
from opsec.readers.posts.exports.json_walk import JsonWalk
from opsec.readers.posts.list_columns import COORDINATE_NAMES, ColumnRoles, is_planar
from opsec.readers.posts.post_fields import replace_lone_surrogates
from opsec.readers.text.coordinates import READER, text_hints
from opsec.readers.text.word_filter import has_words

_E7 = re.compile(r"[+-]?[0-9]{5,10}", re.ASCII)
_ARABIC_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩٫", "0123456789.")
MIN_PLANAR_DECIMALS = 3
"""Decimals of degrees in columns called x and y; pixels and grids have fewer."""
MAX_SEARCHED_CELLS = 20_000
"""Limit of cells of words that are searched for positions in one list; it takes some seconds."""
_MAY_HOLD_POSITION = re.compile(r"(?:\d.*?){4}|\+|://|\.[A-Za-z]{2,10}/|[Gg][Ee][Oo]|جيو", re.DOTALL)
_MAX_CELL_LENGTH = 100
"""Limit of a cell that is read as one number or two."""


@dataclass(slots=True)
class SearchBudget:
    """Cells of one list whose words may be searched for positions, which takes longer than all else."""

    left: int = MAX_SEARCHED_CELLS
    exhausted: bool = False

    def hints(self, words: str, name: str) -> Iterator[Hint]:
        """Yield a text, and the positions in it while there is room."""
        if may_hold_position(words):
            self.left -= 1
            self.exhausted |= self.left < 0
            if self.left >= 0:
                yield from text_hints(words, field_name(name))
                return
        yield Hint(kind="text", family="TEXT", reader=READER, field=field_name(name), text=words[:MAX_TEXT_LENGTH])


def may_hold_position(words: str) -> bool:
    """Whether a text has what every notation of a position needs: four digits, or the signs of codes and links."""
    return bool(_MAY_HOLD_POSITION.search(words[:MAX_TEXT_LENGTH]))


def row_hints(row: Mapping[str, str], roles: ColumnRoles, budget: SearchBudget) -> Iterator[Hint | Reason]:
    """Yield positions, place names and words of the cells that are not facts of a ``Post``."""
    for pair, refs in zip(roles.pairs, roles.refs, strict=True):
        yield from _pair(row, pair, refs, budget)
    for name in roles.coordinates:
        found = _coordinates(row.get(name, ""), name)
        yield from found
        if not found or isinstance(found[0], Reason):
            yield from _words(row.get(name, ""), name, budget)
    for name in roles.places:
        yield from _place(row.get(name, ""), name)
    for name in roles.others:
        found = _nested(row.get(name, ""), name)
        yield from found or _words(row.get(name, ""), name, budget)


def nested_hints(value: JsonValue, name: str, walk: JsonWalk) -> Iterator[Hint | Reason]:
    """Yield positions and words of an object or array in a row of JSON Lines."""
    yield from walk.hints({name: value})


def _pair(
    row: Mapping[str, str], pair: tuple[str, str], refs: tuple[str | None, str | None], budget: SearchBudget
) -> Iterator[Hint | Reason]:
    """Position in two cells; zeros and empty cells are none, words are read as words."""
    cells = [row.get(name, "").translate(_ARABIC_DIGITS).strip()[:MAX_TEXT_LENGTH] for name in pair]
    lat, lon = (_coordinate(cell, name) for cell, name in zip(cells, pair, strict=True))
    if lat and lon:
        if is_planar(pair):
            yield from _guessed(lat, lon, pair[0])
        elif lat.magnitude or lon.magnitude:
            sides = ref_text(refs[0], row.get(refs[0] or "", "")), ref_text(refs[1], row.get(refs[1] or "", ""))
            yield from coordinate_hints(lat, lon, sides, reader=NAME, field=field_name(pair[0]))
        return
    found: list[Hint | Reason] = []
    if all(0 < len(cell) <= _MAX_CELL_LENGTH for cell in cells) and not is_planar(pair):
        found += text_positions(", ".join(cells), pair[0], is_generic=True, order="lat")
        if not found and all(map(has_digits, cells)):
            found.append(invalid_position(field_name(pair[0])))
    yield from found
    if not found or isinstance(found[0], Reason):
        for name, cell in zip(pair, cells, strict=True):
            yield from _words(cell, name, budget)


def _guessed(lat: Coordinate, lon: Coordinate, name: str) -> Iterator[Hint]:
    """Position in columns called x and y, where both numbers look like degrees; a note says that this is a guess."""
    if min(lat.decimals, lon.decimals) >= MIN_PLANAR_DECIMALS:
        for found in coordinate_hints(lat, lon, reader=NAME, field=field_name(name)):
            if isinstance(found, Hint):
                yield replace(found, notes=(*found.notes, make_note(BARE_PAIR)))


def has_digits(cell: str) -> bool:
    """Whether a cell has a digit."""
    return any(map(str.isdecimal, cell))


def _coordinate(cell: str, name: str) -> Coordinate | None:
    """Number in a cell, in any notation; ten millionths of a degree in a column ``…E7``."""
    if name.endswith("e7"):
        return parse_coordinate(f"{int(cell) / 1e7:.7f}") if _E7.fullmatch(cell) else None
    return parse_coordinate(cell)


def _coordinates(cell: str, name: str) -> list[Hint | Reason]:
    """Position in one cell: a pair, an object or array of JSON, or any notation."""
    text = cell.translate(_ARABIC_DIGITS).strip()
    if text.startswith(("{", "[")) and len(text) <= MAX_TEXT_LENGTH:
        return [one for one in find_positions(_json({name: text}), "") if not _is_zero(text, one)]
    if not 0 < len(text) <= _MAX_CELL_LENGTH:
        return []
    is_generic = name not in COORDINATE_NAMES
    found = text_positions(text, name, is_generic=is_generic, order=stated_order(name))
    return [one for one in found if not _is_zero(text, one)]


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


def _nested(cell: str, name: str) -> list[Hint | Reason]:
    """Positions and words of a cell that is a whole object or array of JSON, such as a GeoJSON feature."""
    text = cell.strip()
    if not text.startswith(("{", "[")) or len(text) > MAX_TEXT_LENGTH:
        return []
    value = _json({name: text})
    return [] if value is None else list(JsonWalk().hints(value))


def _words(cell: str, name: str, budget: SearchBudget) -> Iterator[Hint]:
    if not cell or cell.isdecimal():
        return
    words = replace_lone_surrogates(cell)
    if has_words(words[:MAX_TEXT_LENGTH]):
        yield from budget.hints(words, name)
