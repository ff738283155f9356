"""Read lists of posts, with or without media: ``.csv`` of spreadsheets, ``.jsonl`` with one object per line.

Columns, in any order and any case: url, caption, author, posted_at, media, or the synonyms in
``opsec.readers.posts.list_columns``. CSV follows RFC 4180 with comma, semicolon or tab; JSON Lines as at jsonlines.org.
A row that could not be read is replaced by an empty one, so that later rows keep their numbers.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from opsec.formats.json_stream import InvalidJsonError, Numeral, TruncatedJsonError, iter_object
from opsec.formats.text_lines import LineTooLongError, TextLines
from opsec.i18n.reasons import make_reason
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.suggestions import closest_match
from opsec.model import MAX_TEXT_LENGTH, FileKind, ListedPost, Post, Reason
from opsec.model.records import Gap, ReaderOutput, UnreadableError
from opsec.readers.interface import Reader
from opsec.readers.posts.list_columns import COLUMN_NAMES, COLUMNS, KNOWN_NAMES, column_values, normalise_column
from opsec.readers.posts.post_fields import parse_post_time, replace_lone_surrogates, short_text

MAX_ROWS = 100_000
MAX_LIST_BYTES = 16 * 1024 * 1024
"""Limit of what is read of one list."""
MAX_REPLY_BYTES = 12 * 1024 * 1024
"""Limit of text yielded for one list, in bytes of UTF-8, so that it fits a worker reply."""
MAX_REMARKS = 20
"""Limit of unknown columns that are named one by one."""

_ROW_BYTES = 160
"""Approximate size of a row in a reply, beside its text."""
_DELIMITERS = ",;\t"
_MAX_NAME_LENGTH = 60

ListRow = Mapping[str, str]


@dataclass(slots=True)
class _RowCounter:
    """Counters and remarks about the rows so far."""

    whole_file: bool = True
    good: int = 0
    told_bytes: int = 0
    bad: int = 0
    first_bad: int = 0
    bad_times: int = 0
    first_bad_time: int = 0
    cut: bool = False
    odd: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    unknown: dict[str, None] = field(default_factory=dict)

    def column(self, name: str) -> str:
        """Normalise a column name and count it as known or unknown."""
        form = normalise_column(name)
        if form in KNOWN_NAMES:
            self.known.add(KNOWN_NAMES[form])
        elif form and len(self.unknown) < MAX_REMARKS:
            self.unknown[form] = None
        return form

    def bad_row(self, number: int) -> None:
        """Count a row that could not be read."""
        self.bad += 1
        self.first_bad = self.first_bad or number

    def room_for(self, listed: ListedPost, unread: int) -> bool:
        """Whether one more post, and the empty rows before it, fit the reply."""
        post = listed.post
        words = "".join(filter(None, (post.author, post.caption, post.url, listed.media)))
        self.told_bytes += _ROW_BYTES * (1 + unread) + len(words.encode())
        self.whole_file &= self.told_bytes <= MAX_REPLY_BYTES
        self.good += self.told_bytes <= MAX_REPLY_BYTES
        return self.told_bytes <= MAX_REPLY_BYTES

    def remarks(self) -> Iterator[ReaderOutput]:
        """Yield all remarks about the list, after its last row."""
        if not self.whole_file:
            yield Gap(make_reason("too_long", part="list", limit=f"{MAX_REPLY_BYTES >> 20} MiB"))
        if self.bad:
            yield Gap(make_reason("bad_rows", count=self.bad, row=self.first_bad))
        if self.cut:
            yield Gap(make_reason("too_long", part="caption", limit=f"{MAX_TEXT_LENGTH:,}"))
        yield from self._columns()
        if self.bad_times:
            yield make_reason("bad_times", count=self.bad_times, row=self.first_bad_time)
        if self.odd:
            odd = make_reason("odd_fields", fields=", ".join(sorted(self.odd)))
            yield odd if self.odd.isdisjoint(COLUMN_NAMES["caption"]) else Gap(odd)  # words that nobody has read

    def _columns(self) -> Iterator[ReaderOutput]:
        """Yield remarks about unread columns; a list without any text column is reported."""
        unknown_columns = [self._unknown(name) for name in self.unknown]
        yield from unknown_columns
        if unknown_columns and "caption" not in self.known and not any(isinstance(one, Gap) for one in unknown_columns):
            yield Gap(make_reason("no_caption_column", columns=", ".join(map(_display_name, self.unknown))))

    def _unknown(self, name: str) -> Gap | Reason:
        near = closest_match(name[:_MAX_NAME_LENGTH], [column for column in COLUMNS if column not in self.known])
        if near:
            return Gap(make_reason("unknown_column", column=_display_name(name), nearest=near))
        return make_reason("column_ignored", column=_display_name(name))


def _display_name(name: str) -> str:
    return escape_unsafe(replace_lone_surrogates(name), limit=_MAX_NAME_LENGTH)


def read_csv(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - every reader is called alike
    """Yield a post for each row after the header."""
    data = file.read(MAX_LIST_BYTES + 1)
    lines = TextLines(data[:MAX_LIST_BYTES])
    first = _header_line(lines)
    delimiter = max(_DELIMITERS, key=lambda char: len(_count_known(first, char)))
    tally = _RowCounter(whole_file=len(data) <= MAX_LIST_BYTES)
    header = [tally.column(name) for name in _cells(first, delimiter)]
    if not tally.known:
        raise UnreadableError(make_reason("no_known_column"))
    yield from lines.remarks()
    yield from _row_posts(_csv_rows(lines, header, delimiter), tally)


def read_jsonl(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - every reader is called alike
    """Yield a post for each line."""
    data = file.read(MAX_LIST_BYTES + 1)
    lines = TextLines(data[:MAX_LIST_BYTES])
    tally = _RowCounter(whole_file=len(data) <= MAX_LIST_BYTES)
    yield from lines.remarks()
    yield from _row_posts(_json_rows(lines, tally), tally)


# ── rows ──────────────────────────────────────────────────────────────────────────────────────
def _row_posts(rows: Iterator[ListRow | None], tally: _RowCounter) -> Iterator[ReaderOutput]:
    """Yield the rows as posts; None for a row that could not be read."""
    unread = 0
    for number, row in enumerate(rows, start=1):
        if number > MAX_ROWS:
            yield Gap(make_reason("too_many", limit=MAX_ROWS, part="rows"))
            break
        if row is None:
            tally.bad_row(number)
        listed = _parse_row(row or {}, number, tally)
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


def _parse_row(row: ListRow, number: int, tally: _RowCounter) -> ListedPost | None:
    """Parse one row; None when all columns are empty."""
    facts = {column: texts[0] for column in COLUMNS if (texts := column_values(row, column))}
    if not facts:
        return None
    posted_at = parse_post_time(facts["posted_at"]) if "posted_at" in facts else None
    if "posted_at" in facts and posted_at is None:
        tally.bad_times += 1
        tally.first_bad_time = tally.first_bad_time or number
    caption = _join_texts(column_values(row, "caption"))
    tally.cut |= len(caption) > MAX_TEXT_LENGTH
    post = Post(
        author=short_text(facts.get("author")),
        caption=caption[:MAX_TEXT_LENGTH] or None,
        posted_at=posted_at,
        url=short_text(facts.get("url")),
        source="list",
    )
    return ListedPost(post, short_text(facts.get("media")))


def _join_texts(texts: Sequence[str]) -> str:
    """Join the caption with other texts of the row that differ from it, such as a title."""
    words: list[str] = []
    for text in map(replace_lone_surrogates, texts):
        if not any(text.strip() in before for before in words):
            words.append(text)
    return "\n".join(words)


def _csv_rows(lines: TextLines, header: list[str], delimiter: str) -> Iterator[ListRow | None]:
    records = csv.reader(lines, delimiter=delimiter)
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
        else:
            yield dict(reversed(list(zip(header, cells, strict=False))))  # of two alike the first counts


def _json_rows(lines: TextLines, tally: _RowCounter) -> Iterator[ListRow | None]:
    while True:
        try:
            line = next(lines, None)
            if line is None:
                return
            yield _json_row(line, tally)
        except (LineTooLongError, TruncatedJsonError, InvalidJsonError):
            yield None


def _json_row(line: str, tally: _RowCounter) -> ListRow:
    row: dict[str, str] = {}
    for key, value in iter_object(line, MAX_TEXT_LENGTH) if line.strip() else ():
        name = tally.column(key)
        if name not in KNOWN_NAMES or value is None:
            continue
        if isinstance(value, str | Numeral):
            row.setdefault(name, value if isinstance(value, str) else value.text)
        else:
            tally.odd.add(name)
    return row


def _header_line(lines: TextLines) -> str:
    try:
        return next((line for line in lines if line.strip()), "")
    except LineTooLongError:
        return ""


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _count_known(line: str, delimiter: str) -> set[str]:
    return {normalise_column(name) for name in _cells(line, delimiter)} & KNOWN_NAMES.keys()


CSV_READER = Reader(name="post_list_csv", version=2, check="sidecar", kinds=frozenset({"post_list_csv"}), read=read_csv)
JSONL_READER = Reader(
    name="post_list_jsonl", version=2, check="sidecar", kinds=frozenset({"post_list_jsonl"}), read=read_jsonl
)
