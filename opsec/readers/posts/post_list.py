"""Lists of posts, with or without their media: ``.csv`` as a spreadsheet writes it, ``.jsonl`` with one object a line.

Columns, in any order and in any case: url, caption, author, posted_at, media, or what else
``opsec.readers.posts.list_columns`` knows them by. CSV after RFC 4180, the delimiter one of comma, semicolon
and tab; JSON Lines as at jsonlines.org. A row that could not be read leaves an empty one in its place,
so that the rows after it keep their number.
"""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO

from opsec.formats.json_stream import BrokenError, CutOffError, Numeral, members
from opsec.formats.text_lines import Lines, LineTooLongError
from opsec.i18n.messages import reason
from opsec.i18n.safe_text import plain
from opsec.i18n.suggestions import nearest
from opsec.model import MAX_TEXT, FileKind, ListedPost, Post, Reason
from opsec.model.records import Found, Gap, UnreadableError
from opsec.readers.interface import Reader
from opsec.readers.posts.list_columns import COLUMNS, KNOWN, NAMES, filled, normal
from opsec.readers.posts.post_fields import moment, short, whole

MOST_ROWS = 100_000
MOST_BYTES = 16 * 1024 * 1024
"""Read of one list."""
MOST_TOLD_BYTES = 12 * 1024 * 1024
"""Given of one list, as UTF-8: what fits the answer of a reading process, whatever the list repeats."""
MOST_REMARKS = 20
"""Unknown columns that are named one by one."""

_ROW_BYTES = 160
"""What a row costs in an answer, beside its words."""
_DELIMITERS = ",;\t"
_LONGEST_NAME = 60

Row = Mapping[str, str]


@dataclass(slots=True)
class _Tally:
    """What happened to the rows so far."""

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
        """The normal form of a column's name, counted as known or not."""
        form = normal(name)
        if form in KNOWN:
            self.known.add(KNOWN[form])
        elif form and len(self.unknown) < MOST_REMARKS:
            self.unknown[form] = None
        return form

    def bad_row(self, number: int) -> None:
        """Count a row that could not be read."""
        self.bad += 1
        self.first_bad = self.first_bad or number

    def room_for(self, listed: ListedPost, unread: int) -> bool:
        """Whether one more post, and the empty rows before it, still fit the answer."""
        post = listed.post
        words = "".join(filter(None, (post.author, post.caption, post.url, listed.media)))
        self.told_bytes += _ROW_BYTES * (1 + unread) + len(words.encode())
        self.whole_file &= self.told_bytes <= MOST_TOLD_BYTES
        self.good += self.told_bytes <= MOST_TOLD_BYTES
        return self.told_bytes <= MOST_TOLD_BYTES

    def remarks(self) -> Iterator[Found]:
        """All that has to be said of the list, after its last row."""
        if not self.whole_file:
            yield Gap(reason("too_long", part="list", limit=f"{MOST_TOLD_BYTES >> 20} MiB"))
        if self.bad:
            yield Gap(reason("bad_rows", count=self.bad, row=self.first_bad))
        if self.cut:
            yield Gap(reason("too_long", part="caption", limit=f"{MAX_TEXT:,}"))
        yield from self._columns()
        if self.bad_times:
            yield reason("bad_times", count=self.bad_times, row=self.first_bad_time)
        if self.odd:
            odd = reason("odd_fields", fields=", ".join(sorted(self.odd)))
            yield odd if self.odd.isdisjoint(NAMES["caption"]) else Gap(odd)  # words that nobody has read

    def _columns(self) -> Iterator[Found]:
        """What was not read, column by column; a list without any words is not taken for a harmless one."""
        told = [self._unknown(name) for name in self.unknown]
        yield from told
        if told and "caption" not in self.known and not any(isinstance(one, Gap) for one in told):
            yield Gap(reason("no_caption_column", columns=", ".join(map(_shown, self.unknown))))

    def _unknown(self, name: str) -> Gap | Reason:
        near = nearest(name[:_LONGEST_NAME], [column for column in COLUMNS if column not in self.known])
        if near:
            return Gap(reason("unknown_column", column=_shown(name), nearest=near))
        return reason("column_ignored", column=_shown(name))


def _shown(name: str) -> str:
    return plain(whole(name), limit=_LONGEST_NAME)


def read_csv(file: BinaryIO, kind: FileKind) -> Iterator[Found]:  # noqa: ARG001 - every reader is called alike
    """A post for each row after the header."""
    data = file.read(MOST_BYTES + 1)
    lines = Lines(data[:MOST_BYTES])
    first = _header_line(lines)
    delimiter = max(_DELIMITERS, key=lambda char: len(_known_in(first, char)))
    tally = _Tally(whole_file=len(data) <= MOST_BYTES)
    header = [tally.column(name) for name in _cells(first, delimiter)]
    if not tally.known:
        raise UnreadableError(reason("no_known_column"))
    yield from lines.remarks()
    yield from _posts(_csv_rows(lines, header, delimiter), tally)


def read_jsonl(file: BinaryIO, kind: FileKind) -> Iterator[Found]:  # noqa: ARG001 - every reader is called alike
    """A post for each line."""
    data = file.read(MOST_BYTES + 1)
    lines = Lines(data[:MOST_BYTES])
    tally = _Tally(whole_file=len(data) <= MOST_BYTES)
    yield from lines.remarks()
    yield from _posts(_json_rows(lines, tally), tally)


# ── rows ──────────────────────────────────────────────────────────────────────────────────────
def _posts(rows: Iterator[Row | None], tally: _Tally) -> Iterator[Found]:
    """The rows as posts; none stands for a row that could not be read."""
    unread = 0
    for number, row in enumerate(rows, start=1):
        if number > MOST_ROWS:
            yield Gap(reason("too_many", limit=MOST_ROWS, part="rows"))
            break
        if row is None:
            tally.bad_row(number)
        listed = _listed(row or {}, number, tally)
        if listed is None:
            unread += 1
            continue
        if not tally.room_for(listed, unread):
            break
        yield from [ListedPost(Post())] * unread
        unread = 0
        yield listed
    if tally.good == 0 and tally.bad:
        raise UnreadableError(reason("bad_rows", count=tally.bad, row=tally.first_bad))
    if not tally.known and tally.unknown:
        raise UnreadableError(reason("no_known_column"))
    yield from tally.remarks()


def _listed(row: Row, number: int, tally: _Tally) -> ListedPost | None:
    """One row; none when every column of it is empty."""
    facts = {column: texts[0] for column in COLUMNS if (texts := filled(row, column))}
    if not facts:
        return None
    posted_at = moment(facts["posted_at"]) if "posted_at" in facts else None
    if "posted_at" in facts and posted_at is None:
        tally.bad_times += 1
        tally.first_bad_time = tally.first_bad_time or number
    caption = _all_words(filled(row, "caption"))
    tally.cut |= len(caption) > MAX_TEXT
    post = Post(
        author=short(facts.get("author")),
        caption=caption[:MAX_TEXT] or None,
        posted_at=posted_at,
        url=short(facts.get("url")),
        source="list",
    )
    return ListedPost(post, short(facts.get("media")))


def _all_words(texts: Sequence[str]) -> str:
    """The caption, and under it what stands in the row beside it and says something else: a title, say."""
    words: list[str] = []
    for text in map(whole, texts):
        if not any(text.strip() in before for before in words):
            words.append(text)
    return "\n".join(words)


def _csv_rows(lines: Lines, header: list[str], delimiter: str) -> Iterator[Row | None]:
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


def _json_rows(lines: Lines, tally: _Tally) -> Iterator[Row | None]:
    while True:
        try:
            line = next(lines, None)
            if line is None:
                return
            yield _json_row(line, tally)
        except (LineTooLongError, CutOffError, BrokenError):
            yield None


def _json_row(line: str, tally: _Tally) -> Row:
    row: dict[str, str] = {}
    for key, value in members(line, MAX_TEXT) if line.strip() else ():
        name = tally.column(key)
        if name not in KNOWN or value is None:
            continue
        if isinstance(value, str | Numeral):
            row.setdefault(name, value if isinstance(value, str) else value.text)
        else:
            tally.odd.add(name)
    return row


def _header_line(lines: Lines) -> str:
    try:
        return next((line for line in lines if line.strip()), "")
    except LineTooLongError:
        return ""


def _cells(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return []


def _known_in(line: str, delimiter: str) -> set[str]:
    return {normal(name) for name in _cells(line, delimiter)} & KNOWN.keys()


CSV_READER = Reader(name="post_list_csv", version=2, check="sidecar", kinds=frozenset({"post_list_csv"}), read=read_csv)
JSONL_READER = Reader(
    name="post_list_jsonl", version=2, check="sidecar", kinds=frozenset({"post_list_jsonl"}), read=read_jsonl
)
