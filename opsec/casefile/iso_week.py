"""Weeks of the weekly page: the number is that of ISO 8601, the first day is a setting.

A week that does not begin on a Monday has the number of the ISO week whose Thursday is in it, as ISO 8601 itself gives
a week to the year of its Thursday: beginning on Sunday, 2026-W47 is 15 to 21 November 2026.
"""

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from opsec.errors import UsageError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import escape_unsafe

_PATTERN = re.compile(r"(\d{4})-W(\d{2})")
_YEARS = range(1970, 9999)  # a case file is younger, and Python's calendar ends with the year 9999


WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
SUNDAY, _THURSDAY = 6, 3


@dataclass(frozen=True, slots=True)
class Week:
    """One week: the year that its Thursday is in (ISO 8601), and its number in that year."""

    year: int
    number: int
    first_weekday: int = SUNDAY
    """Day on which weeks begin; 0 is Monday."""
    zone: tzinfo | None = None
    """In which its days begin; None: that of this machine."""

    @classmethod
    def parse(cls, text: str, first_weekday: int = SUNDAY, zone: tzinfo | None = None) -> "Week":
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
        return cls(year, number, first_weekday, zone)

    @classmethod
    def of(cls, moment: datetime, first_weekday: int = SUNDAY, zone: tzinfo | None = None) -> "Week":
        """Return the week of a time."""
        day = moment.astimezone(zone).date()
        first_day = day - timedelta(days=(day.weekday() - first_weekday) % 7)
        return cls._from_first_day(first_day, first_weekday, zone)

    @classmethod
    def _from_first_day(cls, first_day: date, first_weekday: int, zone: tzinfo | None) -> "Week":
        thursday = first_day + timedelta(days=(_THURSDAY - first_weekday) % 7)
        year, number, _day = thursday.isocalendar()
        return cls(year, number, first_weekday, zone)

    @property
    def first_day(self) -> date:
        """Its first day."""
        thursday = date.fromisocalendar(self.year, self.number, _THURSDAY + 1)
        return thursday - timedelta(days=(_THURSDAY - self.first_weekday) % 7)

    @property
    def last_day(self) -> date:
        """Its last day."""
        return self.first_day + timedelta(days=6)

    @property
    def begins(self) -> datetime:
        """Midnight before its first day, as UTC: the first moment of the week."""
        return self._midnight(self.first_day)

    @property
    def ends(self) -> datetime:
        """Midnight after its last day, as UTC: the first moment after the week."""
        return self._midnight(self.last_day + timedelta(days=1))

    def _midnight(self, day: date) -> datetime:
        midnight = datetime.combine(day, time())
        return (midnight if self.zone is None else midnight.replace(tzinfo=self.zone)).astimezone(UTC)

    def before(self, weeks: int = 1) -> "Week":
        """The week before this one, or some weeks before it."""
        return self._from_first_day(self.first_day - timedelta(days=7 * weeks), self.first_weekday, self.zone)

    def in_zone(self, zone: tzinfo | None) -> "Week":
        """The same days in another time zone."""
        return replace(self, zone=zone)

    def contains(self, moment: datetime) -> bool:
        """Return whether a time is in this week."""
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
