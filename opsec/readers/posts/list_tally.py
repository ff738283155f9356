"""Count the rows of a post list and what could not be read of them, for the remarks after the last row."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from opsec.i18n.reasons import make_reason
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.suggestions import closest_match
from opsec.model import MAX_TEXT_LENGTH, Hint, ListedPost, Reason
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.field_values import field_name
from opsec.readers.posts.exports.json_positions import TOO_MANY
from opsec.readers.posts.list_columns import COLUMN_NAMES, COLUMNS, KNOWN_NAMES, column_roles, normalise_column
from opsec.readers.posts.list_hints import MAX_SEARCHED_CELLS, SearchBudget
from opsec.readers.posts.list_times import DateOrder
from opsec.readers.posts.post_fields import replace_lone_surrogates

MAX_REPLY_BYTES = 12 * 1024 * 1024
"""Limit of text yielded for one list, in bytes of UTF-8, so that it fits a worker reply."""
MAX_REMARKS = 20
"""Limit of unknown columns that are named one by one."""
MAX_HINTS_PER_ROW = 100
MAX_COLUMNS = 500
"""Limit of columns of one list, or of members of one line; spreadsheets of posts have some dozen."""

_ROW_BYTES = 160
"""Approximate size of a row, or of a hint, in a reply, beside its text."""
_MAX_NAME_LENGTH = 60


@dataclass(slots=True)
class RowCounter:
    """Counters and remarks about the rows so far."""

    header_row: int = 0
    """Row of the header in the sheet; 0 for a list without one."""
    order: DateOrder = field(default_factory=DateOrder)
    whole_file: bool = True
    good: int = 0
    reply_bytes: int = 0
    bad: int = 0
    first_bad: int = 0
    bad_times: int = 0
    first_bad_time: int = 0
    unclear_times: int = 0
    first_unclear_time: int = 0
    bad_places: dict[str, int] = field(default_factory=dict)
    hints_cut: bool = False
    budget: SearchBudget = field(default_factory=SearchBudget)
    columns_cut: bool = False
    """Whether a row has more columns than the limit."""
    worded: set[str] = field(default_factory=set)
    """Unknown columns whose words were read."""
    cut: bool = False
    odd: set[str] = field(default_factory=set)
    unparsed: bool = False
    """Whether a value of a row was too long or too deep to be parsed."""
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

    def places(self, names: Sequence[str]) -> None:
        """Take columns of places out of the unknown ones."""
        roles = column_roles(tuple(names))
        if roles.knows_any:
            self.known.add("place")
            for name in (*roles.coordinates, *roles.places, *(name for pair in roles.pairs for name in pair)):
                self.unknown.pop(name, None)
            for name in (name for refs in roles.refs for name in refs if name):
                self.unknown.pop(name, None)

    def bad_row(self, number: int) -> None:
        """Count a row that could not be read."""
        self.bad += 1
        self.first_bad = self.first_bad or number + self.header_row

    def time(self, written: str, number: int) -> str | None:
        """Parse a time; count one that cannot be read."""
        parsed = self.order.parse(written)
        if parsed == "bad":
            self.bad_times += 1
            self.first_bad_time = self.first_bad_time or number + self.header_row
        elif parsed == "unclear":
            self.unclear_times += 1
            self.first_unclear_time = self.first_unclear_time or number + self.header_row
        return None if parsed in ("bad", "unclear") else parsed

    def hints(self, found: Iterator[Hint | Reason]) -> tuple[Hint, ...]:
        """Hints of one row, within the limit; remarks about its places are counted."""
        hints: list[Hint] = []
        for one in found:
            if isinstance(one, Reason) and one.code == TOO_MANY:
                self.hints_cut = True
            elif isinstance(one, Reason):
                name = dict(one.blanks).get("field", "")
                self.bad_places[name] = self.bad_places.get(name, 0) + 1
            elif len(hints) < MAX_HINTS_PER_ROW:
                hints.append(one)
                if one.kind != "position":
                    self.worded.add(one.field)
            else:
                self.hints_cut = True
        return tuple(hints)

    def room_for(self, listed: ListedPost, unread: int) -> bool:
        """Whether one more post, and the empty rows before it, fit the reply."""
        post = listed.post
        texts = (post.author, post.caption, post.url, listed.media, *(hint.text for hint in listed.hints))
        words = "".join(filter(None, texts))
        self.reply_bytes += _ROW_BYTES * (1 + unread + len(listed.hints)) + len(words.encode())
        self.whole_file &= self.reply_bytes <= MAX_REPLY_BYTES
        self.good += self.reply_bytes <= MAX_REPLY_BYTES
        return self.reply_bytes <= MAX_REPLY_BYTES

    def remarks(self) -> Iterator[ReaderOutput]:
        """Yield all remarks about the list, after its last row."""
        if not self.whole_file:
            yield Gap(make_reason("too_long", part="list", limit=f"{MAX_REPLY_BYTES >> 20} MiB"))
        if self.bad:
            yield Gap(make_reason("bad_rows", count=self.bad, row=self.first_bad))
        if self.budget.exhausted:
            yield Gap(make_reason("too_many", limit=MAX_SEARCHED_CELLS, part="texts"))
        if self.columns_cut:
            yield Gap(make_reason("too_many", limit=MAX_COLUMNS, part="columns"))
        if self.hints_cut:
            yield Gap(make_reason("too_many", limit=MAX_HINTS_PER_ROW, part="hints"))
        if self.cut:
            yield Gap(make_reason("too_long", part="caption", limit=f"{MAX_TEXT_LENGTH:,}"))
        yield from self._columns()
        if self.bad_times:
            yield make_reason("bad_times", count=self.bad_times, row=self.first_bad_time)
        if self.unclear_times:
            yield make_reason("unclear_dates", count=self.unclear_times, row=self.first_unclear_time)
        for name, count in list(self.bad_places.items())[:MAX_REMARKS]:
            yield make_reason("bad_place", field=name, count=count)
        if self.odd:
            odd = make_reason("odd_fields", fields=", ".join(sorted(self.odd)))
            unread_words = self.unparsed or not self.odd.isdisjoint(COLUMN_NAMES["caption"])
            yield Gap(odd) if unread_words else odd

    def _columns(self) -> Iterator[ReaderOutput]:
        """Yield remarks about unknown columns; a list without a column for its captions or places is reported."""
        remarks = [remark for name in self.unknown for remark in self._unknown(name)]
        yield from remarks
        unclear = bool(self.unknown) and self.known.isdisjoint({"caption", "place"})
        if unclear and not any(isinstance(one, Gap) for one in remarks):
            yield Gap(make_reason("no_caption_column", columns=", ".join(map(_display_name, self.unknown))))

    def _unknown(self, name: str) -> Iterator[Gap | Reason]:
        near = closest_match(name[:_MAX_NAME_LENGTH], [column for column in COLUMNS if column not in self.known])
        if near:
            yield Gap(make_reason("unknown_column", column=_display_name(name), nearest=near))
        elif not any(one == field_name(name) or one.startswith(f"{field_name(name)}.") for one in self.worded):
            yield make_reason("column_ignored", column=_display_name(name))


def _display_name(name: str) -> str:
    return escape_unsafe(replace_lone_surrogates(name), limit=_MAX_NAME_LENGTH)
