"""ISO 8601 weeks of the weekly page, Monday to Sunday, in the time zone of this machine."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from opsec.errors import UsageError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import escape_unsafe

_PATTERN = re.compile(r"(\d{4})-W(\d{2})")
_YEARS = range(1970, 9999)  # a case file is younger, and Python's calendar ends with the year 9999


@dataclass(frozen=True, slots=True, order=True)
class Week:
    """One week: the year that its Thursday is in (ISO 8601), and its number in that year."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Week":
        """Parse a week such as ``2026-W47``.

        Raises
        ------
        UsageError
            The text has another form, or the calendar has no such week.
        """
        found = _PATTERN.fullmatch(text)
        if found is None:
            raise UsageError(
                _(
                    "{week} is not a week; write its year and its number, as in 2026-W47",
                    week=escape_unsafe(text, limit=40),
                )
            )
        year, number = int(found[1]), int(found[2])
        if year not in _YEARS or not 1 <= number <= _weeks_in(year):
            raise UsageError(_no_such_week(text, year))
        return cls(year, number)

    @classmethod
    def of(cls, moment: datetime) -> "Week":
        """Return the week of a time, in the local time zone."""
        year, number, _day = moment.astimezone().isocalendar()
        return cls(year, number)

    @property
    def first_day(self) -> date:
        """Its Monday."""
        return date.fromisocalendar(self.year, self.number, 1)

    @property
    def last_day(self) -> date:
        """Its Sunday."""
        return date.fromisocalendar(self.year, self.number, 7)

    @property
    def begins(self) -> datetime:
        """Midnight before its Monday in the local time zone, as UTC: the first moment of the week."""
        return datetime.combine(self.first_day, time()).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """Midnight after its Sunday in the local time zone, as UTC: the first moment after the week."""
        return datetime.combine(self.last_day + timedelta(days=1), time()).astimezone(UTC)

    def before(self) -> "Week":
        """The week before this one."""
        year, number, _day = (self.first_day - timedelta(days=7)).isocalendar()
        return Week(year, number)

    def contains(self, moment: datetime) -> bool:
        """Return whether a time is in this week, in the local time zone."""
        return self.begins <= moment.astimezone(UTC) < self.ends

    def __str__(self) -> str:
        return f"{self.year:04}-W{self.number:02}"


def _weeks_in(year: int) -> int:
    """Return 52 or 53: the 28th of December is always in the last week."""
    return date(year, 12, 28).isocalendar().week


def _no_such_week(text: str, year: int) -> Message:
    if year not in _YEARS:
        return _(
            "{week} lies outside the calendar of this program; give a week such as 2026-W47", week=escape_unsafe(text)
        )
    return _(
        "{week} does not exist; the weeks of that year run from 01 to {last}",
        week=escape_unsafe(text),
        last=_weeks_in(year),
    )
