"""Iterate over the rows of a post list: a table with a header (RFC 4180), or one object per line (jsonlines.org)."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from opsec.formats.json_stream import (
    InvalidJsonError,
    JsonValue,
    NestedValue,
    Numeral,
    TruncatedJsonError,
    iter_object,
    parse_nested,
)
from opsec.formats.text_lines import LineTooLongError, TextLines, decode_detected
from opsec.model import MAX_TEXT_LENGTH
from opsec.readers.posts.exports.json_values import author_name
from opsec.readers.posts.list_columns import KNOWN_NAMES, count_known, normalise_column
from opsec.readers.posts.list_tally import MAX_COLUMNS, RowCounter
from opsec.readers.posts.list_times import MAY_BE_LOCAL

_DELIMITERS = ",;\t|"
_SEP_LINE = re.compile(r'\s*"?sep=(\\t|[^\r\n"])"?\s*', re.IGNORECASE)
"""Excel's first line, which names the delimiter and which no spreadsheet shows."""


@dataclass(slots=True)
class ListRow:
    """One row: its cells by column, and the objects and arrays that only JSON Lines has."""

    cells: dict[str, str]
    nested: dict[str, JsonValue] = field(default_factory=dict)


class Table:
    """Header, delimiter and remaining lines of a table."""

    def __init__(self, data: bytes) -> None:
        self.lines = TextLines(data)
        first, blank = _header_line(self.lines)
        sep = _SEP_LINE.fullmatch(first)
        if sep:
            first, blank = _header_line(self.lines)
        self.header_row = 1 + blank
        """Row of the header as a spreadsheet counts it, which does not show the line ``sep=``."""
        known = {char: count_known([*map(normalise_column, _cells(first, char))]) for char in _DELIMITERS}
        named = {"\\t": "\t"}.get(sep[1], sep[1]) if sep else ""
        self.delimiter = named if named.strip() or named == "\t" else max(_DELIMITERS, key=lambda char: known[char])
        if not sep and not any(known.values()):
            self.delimiter = max(_DELIMITERS, key=first.count)
        self.header = _cells(first, self.delimiter)
        self.may_have_local_dates = may_have_local_dates(data)


def may_have_local_dates(data: bytes) -> bool:
    """Whether any date may be in the order of a country; then the whole list is searched for that order first."""
    return MAY_BE_LOCAL.search(decode_detected(data)) is not None


def csv_rows(lines: TextLines, header: list[str], delimiter: str) -> Iterator[ListRow | None]:
    """Yield the rows under the header; None for a row that cannot be read.

    Parameters
    ----------
    lines
        Lines after the header.
    header
        Normalised names of all columns; the cells under the first ``MAX_COLUMNS`` are yielded.
    delimiter
        Character between cells.
    """
    records = csv.reader(lines, delimiter=delimiter)
    names = header[:MAX_COLUMNS]
    repeated = len(set(names)) < len(names)
    while True:
        try:
            cells = next(records, None)
        except (csv.Error, LineTooLongError):
            yield None
            continue
        if cells is None:
            return
        if any(cell.strip() for cell in cells[len(header) :]):
            yield None  # a delimiter that was not quoted: nobody knows which cell is which
        elif repeated:
            yield ListRow(dict(reversed(list(zip(names, cells, strict=False)))))  # of two alike the first counts
        else:
            yield ListRow(dict(zip(names, cells, strict=False)))


def json_rows(lines: TextLines, tally: RowCounter) -> Iterator[ListRow | None]:
    """Yield the objects of the lines; None for a line that cannot be read."""
    while True:
        try:
            line = next(lines, None)
            if line is None:
                return
            yield _json_row(line, tally)
        except (LineTooLongError, TruncatedJsonError, InvalidJsonError):
            yield None


def _json_row(line: str, tally: RowCounter) -> ListRow:
    row = ListRow({})
    for count, (key, value) in enumerate(iter_object(line, MAX_TEXT_LENGTH) if line.strip() else ()):
        if count == MAX_COLUMNS:
            tally.columns_cut = True
            break
        name = tally.column(key)
        if isinstance(value, str | Numeral):
            row.cells.setdefault(name, value if isinstance(value, str) else value.text)
        elif isinstance(value, NestedValue):
            _add_nested(line, value, name, row, tally)
        elif name in KNOWN_NAMES and value is not None:
            tally.odd.add(name)
    tally.places([*row.cells, *row.nested])
    return row


def _add_nested(line: str, value: NestedValue, name: str, row: ListRow, tally: RowCounter) -> None:
    """Add an object or array: the name of an author, or anything with words and positions."""
    try:
        parsed = parse_nested(line, value)
    except (TruncatedJsonError, InvalidJsonError):
        tally.odd.add(name)
        tally.unparsed = True
        return
    column = KNOWN_NAMES.get(name)
    words = author_name(parsed) if column == "author" else _inner_words(parsed) if column == "caption" else None
    if words:
        row.cells.setdefault(name, words)
    elif column is not None:
        tally.odd.add(name)
    if column != "caption":
        row.nested.setdefault(name, parsed)
    tally.unknown.pop(name, None)


def _inner_words(value: JsonValue) -> str:
    """All texts in a value, such as the parts of a caption, each on its own line."""
    waiting, texts = [value], []
    while waiting:
        one = waiting.pop()
        if isinstance(one, str) and one.strip():
            texts.append(one)
        elif isinstance(one, list | dict):
            waiting += reversed(list(one.values()) if isinstance(one, dict) else one)
    return "\n".join(texts)


def _header_line(lines: TextLines) -> tuple[str, int]:
    """First line with words, and the number of blank lines before it."""
    blank = 0
    try:
        for line in lines:
            if line.strip():
                return line, blank
            blank += 1
    except LineTooLongError:
        pass
    return "", blank


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []
