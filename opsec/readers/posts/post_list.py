"""Read lists of posts, with or without media: ``.csv`` of spreadsheets, ``.jsonl`` with one object per line.

Columns, in any order and any case: url, caption, author, posted_at, media, or the synonyms in
``opsec.readers.posts.list_columns``; beside them, columns of coordinates and places and the words of any other column.
CSV follows RFC 4180 with comma, semicolon, tab or bar, or with the sign that Excel's first line ``sep=;`` names;
JSON Lines as at jsonlines.org. A row that could not be read is replaced by an empty one, so that later rows keep their
numbers.
Messages about rows of a table give the number that a spreadsheet shows, where the header is row 1.
"""

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import BinaryIO

from opsec.formats.data_urls import data_url_gaps
from opsec.formats.json_stream import InvalidJsonError, NestedValue, TruncatedJsonError, parse_nested
from opsec.formats.text_lines import TextLines, decode_detected
from opsec.i18n.reasons import make_reason
from opsec.model import MAX_TEXT_LENGTH, FileKind, Hint, ListedPost, Post, Reason
from opsec.model.records import Gap, ReaderOutput, UnreadableError
from opsec.readers.interface import Reader
from opsec.readers.posts.exports.json_walk import JsonWalk
from opsec.readers.posts.list_columns import COLUMNS, column_roles, column_values, normalise_column
from opsec.readers.posts.list_hints import SearchBudget, may_hold_position, nested_hints, row_hints
from opsec.readers.posts.list_rows import ListRow, Table, csv_rows, json_rows, may_have_local_dates
from opsec.readers.posts.list_tally import MAX_COLUMNS, RowCounter
from opsec.readers.posts.list_times import DateOrder
from opsec.readers.posts.post_fields import replace_lone_surrogates, short_text
from opsec.readers.text.word_filter import has_words

MAX_ROWS = 100_000
MAX_LIST_BYTES = 16 * 1024 * 1024
"""Limit of what is read of one list."""


def read_csv(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - every reader is called alike
    """Yield a post for each row after the header."""
    data = file.read(MAX_LIST_BYTES + 1)
    whole_file, data = len(data) <= MAX_LIST_BYTES, data[:MAX_LIST_BYTES]
    yield from data_url_gaps(decode_detected(data), texts_are_read=False)
    table = Table(data)
    tally = RowCounter(header_row=table.header_row, whole_file=whole_file)
    header = [tally.column(name) for name in table.header]
    tally.places(header)
    tally.columns_cut = len(header) > MAX_COLUMNS
    if not tally.known:
        yield from table.lines.remarks()
        yield from _unnamed_rows(table, tally)
        return
    if table.may_have_local_dates:
        _observe_dates(csv_rows(Table(data).lines, header, table.delimiter), tally.order)
    yield from table.lines.remarks()
    yield from _row_posts(csv_rows(table.lines, header, table.delimiter), tally)


def read_jsonl(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - every reader is called alike
    """Yield a post for each line."""
    data = file.read(MAX_LIST_BYTES + 1)
    whole_file, data = len(data) <= MAX_LIST_BYTES, data[:MAX_LIST_BYTES]
    yield from data_url_gaps(decode_detected(data), texts_are_read=False)
    lines = TextLines(data)
    tally = RowCounter(whole_file=whole_file)
    if may_have_local_dates(data):
        _observe_dates(json_rows(TextLines(data), RowCounter()), tally.order)
    yield from lines.remarks()
    yield from _row_posts(json_rows(lines, tally), tally)


def _observe_dates(rows: Iterator[ListRow | None], order: DateOrder) -> None:
    for number, row in enumerate(rows, start=1):
        if number > MAX_ROWS:
            return
        for written in column_values(row.cells, "posted_at") if row else ():
            order.observe(written)


def _unnamed_rows(table: Table, tally: RowCounter) -> Iterator[ReaderOutput]:
    """Yield the words and positions of a list without known columns; its first row may be a header or not.

    Raises
    ------
    UnreadableError
        After the last row: which column holds the captions is not known.
    """
    first = dict(zip(map(normalise_column, table.header), table.header, strict=True))
    header = [normalise_column(name) for name in table.header]
    rows = chain([ListRow(first)], csv_rows(table.lines, header, table.delimiter))
    tally.header_row -= 1
    for number, row in enumerate(rows, start=1):
        if number > MAX_ROWS:
            yield Gap(make_reason("too_many", limit=MAX_ROWS, part="rows"))
            break
        if row is None:
            tally.bad_row(number)
            continue
        cells = ", ".join(cell.strip() for cell in row.cells.values() if cell.strip())
        if has_words(cells) or (may_hold_position(cells) and tally.budget.left > 0):
            hints = tally.hints(_unnamed_hints(cells, tally.budget))
            listed = ListedPost(Post(source="list"), None, hints)
            if not hints:
                continue
            if not tally.room_for(listed, 0):
                break
            yield listed
    tally.unknown.clear()
    yield from tally.remarks()
    raise UnreadableError(make_reason("no_known_column"))


def _unnamed_hints(cells: str, budget: SearchBudget) -> Iterator[Hint]:
    """Words of a row and the positions in it; of numbers without words, the positions alone."""
    found = budget.hints(replace_lone_surrogates(cells), "row")
    yield from found if has_words(cells) else (hint for hint in found if hint.point)


# ── rows ──────────────────────────────────────────────────────────────────────────────────────
def _row_posts(rows: Iterator[ListRow | None], tally: RowCounter) -> Iterator[ReaderOutput]:
    """Yield the rows as posts; None for a row that could not be read."""
    unread = 0
    for number, row in enumerate(rows, start=1):
        if number > MAX_ROWS:
            yield Gap(make_reason("too_many", limit=MAX_ROWS, part="rows"))
            break
        if row is None:
            tally.bad_row(number)
        listed = _parse_row(row or ListRow({}), number, tally)
        if listed is None:
            unread += 1
            continue
        if not tally.room_for(listed, unread):
            break
        yield from [ListedPost(Post())] * unread
        unread = 0
        yield listed
    if tally.good == 0 and tally.bad:
        raise UnreadableError(make_reason("bad_rows", count=tally.bad, row=tally.first_bad))
    if not tally.known and tally.unknown:
        raise UnreadableError(make_reason("no_known_column"))
    yield from tally.remarks()


def _parse_row(row: ListRow, number: int, tally: RowCounter) -> ListedPost | None:
    """Parse one row; None when all columns are empty."""
    facts = {column: texts[0] for column in COLUMNS if (texts := column_values(row.cells, column))}
    hints = tally.hints(_row_hints(row, tally))
    if not facts and not hints:
        return None
    caption = _join_texts([_comment_words(text) for text in column_values(row.cells, "caption")])
    tally.cut |= any(len(text) > MAX_TEXT_LENGTH for text in (caption, *row.cells.values()))
    post = Post(
        author=short_text(facts.get("author")),
        caption=caption[:MAX_TEXT_LENGTH] or None,
        posted_at=tally.time(facts["posted_at"], number) if "posted_at" in facts else None,
        url=short_text(facts.get("url")),
        source="list",
    )
    return ListedPost(post, short_text(facts.get("media")), hints)


def _row_hints(row: ListRow, tally: RowCounter) -> Iterator[Hint | Reason]:
    """Yield places and words of one row that are not facts of its post."""
    yield from row_hints(row.cells, column_roles(tuple(row.cells)), tally.budget)
    walk = JsonWalk()
    for name, value in row.nested.items():
        yield from nested_hints(value, name, walk)
    tally.hints_cut |= next(walk.gaps(), None) is not None


def _comment_words(text: str) -> str:
    """Words of a comment of YouTube, which Google Takeout writes as objects with a ``text``.

    >>> _comment_words('{"text":"at the gate"},{"text":" again"}'), _comment_words("plain")
    ('at the gate again', 'plain')
    """
    if not text.lstrip().startswith('{"') or len(text) > MAX_TEXT_LENGTH:
        return text
    try:
        value = parse_nested(f"[{text}]", NestedValue(0, True))
    except (TruncatedJsonError, InvalidJsonError):
        return text
    pieces = [one.get("text") for one in value if isinstance(one, dict)] if isinstance(value, list) else []
    words = "".join(piece for piece in pieces if isinstance(piece, str))
    return words or text


def _join_texts(texts: Sequence[str]) -> str:
    """Join the caption with other texts of the row that differ from it, such as a title."""
    words: list[str] = []
    for text in map(replace_lone_surrogates, texts):
        if not any(text.strip() in before for before in words):
            words.append(text)
    return "\n".join(words)


CSV_READER = Reader(name="post_list_csv", version=7, check="sidecar", kinds=frozenset({"post_list_csv"}), read=read_csv)
JSONL_READER = Reader(
    name="post_list_jsonl", version=6, check="sidecar", kinds=frozenset({"post_list_jsonl"}), read=read_jsonl
)
