"""Rows and decisions that the summary of a week is computed from, loaded once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import Connection

from opsec.casefile.decision_replay import Histories, load_histories, state_at
from opsec.casefile.iso_week import Week
from opsec.casefile.scan_marks import number_secret
from opsec.casefile.serialisation import utc_text
from opsec.casefile.weekly_rows import (
    Calendar,
    FindingRow,
    TouchedFinding,
    WindowRows,
    count_all,
    load_touched,
    load_window,
)  # fmt: skip
from opsec.model import FindingState
from opsec.model.exposure import SiteFacts, WeekBasis

TREND_WEEKS = 8
DUE_DAYS = 7
"""Default of the setting ``takedown.due_days``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekOptions:
    """How a week is to be summed up."""

    basis: WeekBasis = "posted"
    sites: Mapping[str, SiteFacts] = field(default_factory=dict)
    """Site id → what the officer's folder says of it; empty where it is not on this machine."""
    due_days: int = DUE_DAYS
    """Days after which an unanswered request is overdue."""
    reporter: str | None = None
    """Code of the unit that reports."""


@dataclass(frozen=True, kw_only=True)
class WeekData:
    """The weeks of a trend with their clips, findings and decisions."""

    at: datetime
    """Time of the report."""
    options: WeekOptions
    calendar: Calendar
    rows: WindowRows
    histories: Histories
    touched: Mapping[str, TouchedFinding]
    all_findings: Mapping[str, int]
    """Code of each site → its findings in the whole case, hidden and removed ones included."""
    secret: bytes

    @property
    def weeks(self) -> Sequence[Week]:
        """The weeks of the trend, that of the report last."""
        return self.calendar.weeks

    @property
    def last(self) -> int:
        """Index of the week of the report."""
        return len(self.calendar.weeks) - 1

    @property
    def today(self) -> date:
        """Day of the report."""
        return self.at.astimezone(self.weeks[-1].zone).date()

    @property
    def now(self) -> str:
        """Time of the report as rows store times; what was written at this moment is before it."""
        return utc_text(self.at + timedelta(microseconds=1))

    @cached_property
    def counted(self) -> list[FindingRow]:
        """Findings that are not hidden, the most severe first."""
        return [one for one in self.rows.findings if not one.is_hidden]

    @cached_property
    def by_week(self) -> Mapping[int, list[FindingRow]]:
        """Index of each week → its counted findings."""
        found: defaultdict[int, list[FindingRow]] = defaultdict(list)
        for one in self.counted:
            found[one.week].append(one)
        return found

    @property
    def this_week(self) -> list[FindingRow]:
        """Counted findings of the week of the report."""
        return self.by_week.get(self.last, [])

    @cached_property
    def units(self) -> Mapping[str, str]:
        """Code of a site → its unit, where it is known."""
        return {facts.code: facts.unit for facts in self.options.sites.values() if facts.unit}

    def state(self, one: FindingRow, until: str | None = None) -> FindingState:
        """Return the state of a counted finding at a time (None: now); one whose dismissal has ended is open."""
        found = state_at(self.histories.get(one.holder, ()), until)
        return "open" if found == "dismissed" else found

    def time_of(self, day: date) -> str:
        """Return the time at which a day begins by the clock of the report, as rows store times."""
        zone = self.weeks[-1].zone
        midnight = datetime.combine(day, time())
        return utc_text(midnight if zone is None else midnight.replace(tzinfo=zone))

    def is_removed(self, one: FindingRow) -> bool:
        """Return whether the posts of a finding are removed by now."""
        changes = self.histories.get(one.holder)
        return changes is not None and state_at(changes) == "removed"


def load_week(connection: Connection, week: Week, at: datetime, options: WeekOptions) -> WeekData:
    """Load what the summary of a week needs, in a transaction of the caller."""
    calendar = Calendar(weeks_of_trend(week), site_zones(options))
    today = at.astimezone(week.zone).date().isoformat()
    return WeekData(
        at=at,
        options=options,
        calendar=calendar,
        rows=load_window(connection, calendar, options.basis, today),
        histories=load_histories(connection),
        touched=load_touched(connection, today),
        all_findings=count_all(connection),
        secret=number_secret(connection),
    )


def weeks_of_trend(week: Week) -> Sequence[Week]:
    """Return the weeks of the trend, that of the report last."""
    return [week.before(back) for back in range(TREND_WEEKS - 1, -1, -1)]


def site_zones(options: WeekOptions) -> Mapping[str, tzinfo]:
    """Return the time zone of each site where it is known."""
    return {site: zone for site, facts in options.sites.items() if (zone := _zone(facts.time_zone)) is not None}


def _zone(name: str | None) -> tzinfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError):
        return None  # ``opsec sites check`` reports it; the zone of the report applies
