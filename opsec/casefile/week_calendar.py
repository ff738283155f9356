"""Numbers of weeks in the stored sums: whole weeks since the first one of year 1, in the time zone of each site."""

import json
import time as clock
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, tzinfo
from zoneinfo import ZoneInfo

from opsec.casefile.iso_week import Week
from opsec.casefile.serialisation import utc_text

_DAY_LENGTH = len("2026-11-18")


@dataclass(frozen=True, slots=True)
class WeekCalendar:
    """How times become weeks: the same calendar gives a time the same number in every report."""

    first_weekday: int
    """0 is Monday."""
    zone: tzinfo | None
    """Of clips without a site whose zone is known; None: that of this machine."""
    zones: Mapping[str, tzinfo] = field(default_factory=dict)
    """Site → its zone."""

    @classmethod
    def of(cls, week: Week, zones: Mapping[str, tzinfo]) -> "WeekCalendar":
        """Return the calendar of a report."""
        return cls(week.first_weekday, week.zone, {site: zone for site, zone in zones.items() if zone != week.zone})

    @property
    def key(self) -> str:
        """Text that is the same exactly for calendars that are the same on this machine."""
        zones = {site: _name(zone) for site, zone in self.zones.items()}
        return json.dumps([self.first_weekday, _name(self.zone), dict(sorted(zones.items()))])

    def index(self, moment: str, site: str | None) -> int:
        """Return the number of the week of a time as rows store it."""
        if not moment.endswith("Z"):  # a local time, or a day
            return self._of_day(date.fromisoformat(moment[:_DAY_LENGTH]))
        zone = self.zones.get(site or "", self.zone)
        try:
            day = datetime.fromisoformat(moment).astimezone(zone).date()
        except OverflowError:  # the time of a post is what its platform wrote, such as the last day of the calendar
            day = date.fromisoformat(moment[:_DAY_LENGTH])
        return self._of_day(day)

    def end_of(self, number: int) -> str | None:
        """Return the end of a week by the clock of the report, as rows store times; None at the end of the calendar."""
        try:
            midnight = datetime.combine(date.fromordinal(7 * (number + 1) + self.first_weekday + 1), time())
            return utc_text(midnight if self.zone is None else midnight.replace(tzinfo=self.zone))
        except (ValueError, OverflowError):
            return None

    def number(self, week: Week) -> int:
        """Return the number of a week of this calendar."""
        return self._of_day(week.first_day)

    def _of_day(self, day: date) -> int:
        return (day.toordinal() - self.first_weekday - 1) // 7  # day 1 of year 1 is a Monday


def _name(zone: tzinfo | None) -> str:
    if zone is None:
        return f"local {clock.tzname} {clock.timezone} {clock.altzone}"
    return zone.key if isinstance(zone, ZoneInfo) and zone.key else repr(zone)
