"""Parse the times of a list as spreadsheets write them: ISO 8601, dates in the order of a country, serial numbers.

``02/11/2026`` is the second of November or the eleventh of February. The whole column decides: one day above 12 shows
the order. A column that shows none, or both, leaves such dates unknown. With points the day comes first.
Serial numbers count days from 1899-12-30 (ECMA-376, part 1, section 18.17.4.1).
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from opsec.readers.posts.post_fields import parse_post_time

TimeFault = Literal["bad", "unclear"]

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹،", "01234567890123456789,", "\u200e\u200f\u061c\u202a\u202b\u202c")
_CLOCK = (
    r"(?:[ ,T]{1,3}(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d{1,9})?)?"
    r"\s?(?P<half>[AaPp]\.?[Mm]\.?|ص|م|صباحا|صباحًا|مساء|مساءً)?)?"
)
_LOCAL = re.compile(rf"(?P<first>\d{{1,2}})(?P<sign>[/.-])(?P<second_part>\d{{1,2}})(?P=sign)(?P<year>\d{{4}}){_CLOCK}")
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})[/.](?P<first>\d{{1,2}})[/.](?P<second_part>\d{{1,2}}){_CLOCK}")
_SERIAL = re.compile(r"(\d{5})(?:[.,](\d{1,12}))?", re.ASCII)
_SERIAL_DAYS = range(32_874, 73_051)
"""Days of 1990 to 2100."""
_DAY_ZERO = datetime(1899, 12, 30)
_MAX_LENGTH = 60
_MAX_MONTH = 12
MAY_BE_LOCAL = re.compile(r"[0-9٠-٩]{1,2}([/-])[0-9٠-٩]{1,2}\1[0-9٠-٩]{4}")
"""A date whose order the column decides."""


@dataclass(slots=True)
class DateOrder:
    """Order of day and month in a column, as far as its dates show it."""

    day_first: bool = False
    month_first: bool = False

    def observe(self, written: str) -> None:
        """Take one date into account."""
        found = _LOCAL.fullmatch(_plain(written))
        if found and found["sign"] != ".":
            self.day_first |= int(found["first"]) > _MAX_MONTH
            self.month_first |= int(found["second_part"]) > _MAX_MONTH

    def parse(self, written: str) -> str | TimeFault:
        """Convert a time to RFC 3339, without a zone where none is written; a fault for anything else.

        >>> order = DateOrder()
        >>> order.parse("02/11/2026"), order.parse("2.11.2026 21:14"), order.parse("46328.5")
        ('unclear', '2026-11-02T21:14:00', '2026-11-02T12:00:00')
        >>> order.observe("16/11/2026")
        >>> order.parse("02/11/2026"), order.parse("soon")
        ('2026-11-02', 'bad')
        """
        text = _plain(written)
        return parse_post_time(text) or self._local(text) or _serial(text) or "bad"

    def _local(self, text: str) -> str | TimeFault | None:
        by_year = _YEAR_FIRST.fullmatch(text)
        if by_year:
            return _iso(by_year, int(by_year["first"]), int(by_year["second_part"]))
        found = _LOCAL.fullmatch(text)
        if found is None:
            return None
        first, second = int(found["first"]), int(found["second_part"])
        if found["sign"] == "." or first > _MAX_MONTH or first == second:
            return _iso(found, second, first)
        if second > _MAX_MONTH:
            return _iso(found, first, second)
        if self.day_first == self.month_first:
            return "unclear"
        return _iso(found, second, first) if self.day_first else _iso(found, first, second)


def _plain(written: str) -> str:
    """Text in ASCII digits, without marks of direction."""
    return written[:_MAX_LENGTH].translate(_DIGITS).strip() if len(written) <= _MAX_LENGTH else ""


def _iso(found: re.Match[str], month: int, day: int) -> str | None:
    """RFC 3339 of the parts of a date; None when there is no such day."""
    hour, half = int(found["hour"] or 0), (found["half"] or "").casefold()[:1]
    if half in ("a", "p", "ص", "م"):
        if not 1 <= hour <= _MAX_MONTH:
            return None
        hour = hour % 12 + (12 if half in ("p", "م") else 0)
    try:
        moment = datetime(int(found["year"]), month, day, hour, int(found["minute"] or 0), int(found["second"] or 0))
    except ValueError:
        return None
    return parse_post_time(moment.isoformat() if found["hour"] else moment.date().isoformat())


def _serial(text: str) -> str | None:
    found = _SERIAL.fullmatch(text)
    if found is None or int(found[1]) not in _SERIAL_DAYS:
        return None
    day = _DAY_ZERO + timedelta(days=int(found[1]))
    if not found[2]:
        return day.date().isoformat()
    moment = day + timedelta(seconds=round(float(f"0.{found[2]}") * 86_400))
    return moment.isoformat(timespec="seconds")
