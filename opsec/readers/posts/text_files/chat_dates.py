"""Dates and times in exported chats, which every locale writes differently, and the order of day and month in a file.

WhatsApp writes dates as the phone's locale does (Unicode CLDR, short date and time). A chat alone does not say whether
``02/11`` is in November or in February, so the order is decided once for the whole file, and never guessed.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from opsec.readers.field_values import MAX_YEAR, MIN_YEAR

DateOrder = Literal["year first", "day first", "month first"]

_AM = frozenset("am a ص صباحا قظ öö 上午 凌晨 早上 清晨 오전 午前 πμ vorm fm sa de dop".split())
_PM = frozenset("pm p م مساء مساءً بظ ös 下午 中午 晚上 오후 午後 μμ nachm em ch du odp".split())
"""Markers of the halves of a day, without dots and spaces."""

DATE_PATTERN = r"(?P<first>\d{1,4})(?P<sep>\s?[./-]\s?)(?P<second>\d{1,2})\s?[./-]\s?(?P<third>\d{1,4})\.?"
TIME_PATTERN = (
    r"(?P<before>[^\d\s\[\]:,-][^\d\[\]:,-]{0,11}?)?\s?(?P<hour>\d{1,2})[:.](?P<minute>\d{2})(?:[:.](?P<second_s>\d{2}))?"
    r"(?:\s?(?P<after>[^\d\s\[\]:,-][^\d\[\]:,-]{0,11}?))?"
)
"""Patterns without the groups' checks; ``parse_stamp`` checks the numbers."""
_DATE_IN_NAME = re.compile(r"(?<!\d)(20\d\d)-?([01]\d)-?([0-3]\d)(?!\d)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stamp:
    """Date and time of one message, in the order in which the numbers were written."""

    numbers: tuple[int, int, int]
    year_first: bool
    second_of_day: int | None
    """None when the half of the day is marked by an unknown word."""

    def seconds_after(self, earlier: "Stamp") -> int | None:
        """Seconds since an earlier message of the same day; None for another day."""
        if self.numbers != earlier.numbers or self.second_of_day is None or earlier.second_of_day is None:
            return None
        return self.second_of_day - earlier.second_of_day

    def to_iso(self, order: DateOrder | None) -> str | None:
        """Format as ISO 8601 without a zone, which chats do not record; None when the date is not known."""
        first, second, third = self.numbers
        if self.year_first:
            year, month, day = self.numbers
        elif order == "month first" or (order is None and first == second):
            month, day, year = self.numbers
        elif order == "day first":
            day, month, year = first, second, third
        else:
            return None
        at = self.second_of_day
        hour, minute, second_s = (at // 3600, at // 60 % 60, at % 60) if at is not None else (0, 0, 0)
        try:
            moment = datetime(year, month, day, hour, minute, second_s)
        except ValueError:
            return None
        if not MIN_YEAR <= year <= MAX_YEAR:
            return None
        return moment.isoformat() if at is not None else moment.date().isoformat()


def parse_stamp(found: re.Match[str]) -> Stamp | None:
    """Build the stamp from the groups of ``DATE_PATTERN`` and ``TIME_PATTERN``; None if it cannot be a date."""
    year_first = len(found["first"]) == 4
    first, second, third = int(found["first"]), int(found["second"]), int(found["third"])
    if not year_first and len(found["third"]) not in (2, 4):
        return None
    days = (second, third) if year_first else (first, second)
    if not all(1 <= number <= 31 for number in days) or min(days) > 12:
        return None
    if not year_first and third < 100:
        third += 2000
    return Stamp((first, second, third), year_first, _second_of_day(found))


def _second_of_day(found: re.Match[str]) -> int | None:
    hour, minute, second_s = int(found["hour"]), int(found["minute"]), int(found["second_s"] or 0)
    marker = re.sub(r"[.\s]", "", found["before"] or found["after"] or "").casefold()
    if marker and hour <= 12:
        if marker not in _AM | _PM:
            return None
        hour = hour % 12 + (12 if marker in _PM else 0)
    return hour * 3600 + minute * 60 + second_s if hour < 24 and minute < 60 and second_s < 60 else None


@dataclass(slots=True)
class OrderVotes:
    """What the messages of a file say about the order of day and month.

    In order of weight: a number above 12, the date in the name of an attachment, and the order of the messages.
    """

    _above_12: set[DateOrder] = field(default_factory=set)
    _names: dict[DateOrder, int] = field(default_factory=dict)
    _went_back: dict[DateOrder, int] = field(default_factory=dict)
    _last: dict[DateOrder, tuple[int, int, int]] = field(default_factory=dict)

    def add(self, stamp: Stamp, words: str) -> None:
        """Count one message."""
        if stamp.year_first:
            return
        first, second, year = stamp.numbers
        if max(first, second) > 12:
            self._above_12.add("day first" if first > 12 else "month first")
        readings: tuple[tuple[DateOrder, tuple[int, int, int]], ...] = (
            ("day first", (year, second, first)),
            ("month first", (year, first, second)),
        )
        for order, moment in readings:
            self._went_back[order] = self._went_back.get(order, 0) + (moment < self._last.get(order, moment))
            self._last[order] = moment
        named = _DATE_IN_NAME.search(words) if first != second else None
        if named:
            written = (int(named[1]), int(named[2]), int(named[3]))
            for order, moment in readings:
                self._names[order] = self._names.get(order, 0) + (moment == written)

    def decide(self) -> DateOrder | None:
        """The order of day and month; None when nothing decides."""
        if self._above_12:
            return next(iter(self._above_12)) if len(self._above_12) == 1 else None
        for day_first, month_first in (
            (self._names.get("day first", 0), self._names.get("month first", 0)),
            (-self._went_back.get("day first", 0), -self._went_back.get("month first", 0)),
        ):
            if day_first != month_first:
                return "day first" if day_first > month_first else "month first"
        return None
