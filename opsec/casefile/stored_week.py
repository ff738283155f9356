"""The week of a case file from the stored sums: the same record as ``weekly_exposure`` computes from scratch.

The number of posts of the case does not matter: figures come from a few hundred sums, lists from indexes. Findings are
loaded one by one only where the page names them, and where somebody decided about them since the end of the week
before.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import Connection, Row, func, select

from opsec.casefile.decision_replay import load_histories
from opsec.casefile.iso_week import Week
from opsec.casefile.scan_marks import number_secret
from opsec.casefile.week_calendar import WeekCalendar
from opsec.casefile.week_data import WeekData, WeekOptions, site_zones, weeks_of_trend
from opsec.casefile.week_finding_rows import COUNTED, FLAGGED_LATE, HIDDEN, NOT_FLAGGED
from opsec.casefile.week_tables import OFFLINE, REMOVED, week_clip_sums, week_events, week_findings, week_sums
from opsec.casefile.weekly_rows import Calendar, WindowRows, load_findings
from opsec.model import ACTIONS
from opsec.model.decision import STATES
from opsec.model.exposure import WeekFigures

GONE = STATES.index("removed")
ACT_NOW = ACTIONS.index("act_now")


@dataclass(frozen=True, kw_only=True)
class StoredWeek:
    """The sums of the weeks of a trend."""

    connection: Connection
    weeks: Sequence[Week]
    calendar: WeekCalendar
    at: datetime
    options: WeekOptions

    @classmethod
    def of(cls, connection: Connection, week: Week, at: datetime, options: WeekOptions) -> "StoredWeek":
        """Return the sums of a week, in a transaction of the caller in which the tables are up to date."""
        return cls(
            connection=connection,
            weeks=weeks_of_trend(week),
            calendar=WeekCalendar.of(week, site_zones(options)),
            at=at,
            options=options,
        )

    @property
    def first(self) -> int:
        """Number of the first week of the trend."""
        return self.calendar.number(self.weeks[0])

    @property
    def last(self) -> int:
        """Number of the week of the report."""
        return self.calendar.number(self.weeks[-1])

    @cached_property
    def sums(self) -> Sequence[Row[Any]]:
        """Numbers of findings of the weeks of the trend, and of older weeks that were found in the last one."""
        columns = week_sums.c
        is_late = (columns.week < self.first) & (columns.found == self.last)
        wanted = select(week_sums).where(columns.week <= self.last, (columns.week >= self.first) | is_late)
        return self.connection.execute(wanted).all()

    @cached_property
    def of_trend(self) -> Sequence[Row[Any]]:
        """Those of them that count, of the weeks of the trend."""
        return [row for row in self.sums if row.counts == COUNTED and row.week >= self.first]

    @cached_property
    def clips(self) -> Sequence[Row[Any]]:
        """Numbers of clips of the weeks of the trend."""
        return self.connection.execute(
            select(week_clip_sums).where(week_clip_sums.c.week.between(self.first, self.last))
        ).all()

    @cached_property
    def secret(self) -> bytes:
        """Of the case file, for pseudonyms."""
        return number_secret(self.connection)

    def some(self, fingerprints: Iterable[str]) -> WeekData:
        """Return a few findings with their histories, as findings of the week of the report."""
        calendar = Calendar(self.weeks, site_zones(self.options))
        today = self.at.astimezone(self.weeks[-1].zone).date().isoformat()
        rows = load_findings(self.connection, list(fingerprints), calendar, today)
        return WeekData(
            at=self.at,
            options=self.options,
            calendar=calendar,
            rows=WindowRows({}, rows),
            histories=load_histories(self.connection, {one.holder for one in rows}),
            touched={},
            all_findings={},
            secret=self.secret,
        )

    # ── figures ───────────────────────────────────────────────────────────────────────────────
    @cached_property
    def trend(self) -> tuple[WeekFigures, ...]:
        """The figures of every week, the oldest first."""
        numbers = range(self.first, self.last + 1)
        clips, read, flagged, late = Counter[int](), Counter[int](), Counter[int](), Counter[int]()
        for row in self.clips:
            clips[row.week] += row.n
            read[row.week] += row.n * (row.coverage == "read")
            flagged[row.week] += row.n * (row.flagged != NOT_FLAGGED)
            late[row.week] += row.n * (row.flagged == FLAGGED_LATE)
        findings, act_now = Counter[int](), Counter[int]()
        for row in self.of_trend:
            findings[row.week] += row.n
            act_now[row.week] += row.n * (row.action == ACT_NOW and row.state != GONE)
        removed, online = self._events(REMOVED), self._online(findings)
        return tuple(
            WeekFigures(
                week=str(week),
                first_day=week.first_day.isoformat(),
                last_day=week.last_day.isoformat(),
                clips=clips[number],
                read=read[number],
                flagged=flagged[number],
                flagged_late=late[number],
                findings=findings[number],
                act_now=act_now[number],
                removed=removed[number],
                online=online[number],
            )
            for number, week in zip(numbers, self.weeks, strict=True)
        )

    def _events(self, kind: int) -> Counter[int]:
        """Count the events of a kind in each week; those before the trend together in the week before it."""
        columns = week_events.c
        wanted = select(columns.week, func.sum(columns.n)).where(columns.kind == kind, columns.week <= self.last)
        found = Counter[int]()
        for week, n in self.connection.execute(wanted.group_by(columns.week)):
            found[max(week, self.first - 1)] += int(n)
        return found

    def _online(self, findings: Mapping[int, int]) -> dict[int, int]:
        """Count the findings of each week and all weeks before it that were not removed by its end."""
        offline, online = self._events(OFFLINE), {}
        known = self.earlier.total() - offline[self.first - 1]
        for week in range(self.first, self.last):
            known += findings.get(week, 0) - offline[week]
            online[week] = known
        online[self.last] = self.online_by_site.total()
        return online

    @cached_property
    def earlier(self) -> Counter[str]:
        """Findings of all weeks before the trend, by the code of the site."""
        return self._earlier(with_removed=True)

    def _earlier(self, *, with_removed: bool) -> Counter[str]:
        columns = week_sums.c
        wanted = select(columns.site_code, func.sum(columns.n)).where(
            columns.week < self.first, columns.counts == COUNTED, *(() if with_removed else (columns.state != GONE,))
        )
        found = self.connection.execute(wanted.group_by(columns.site_code))
        return Counter({site_code: int(n) for site_code, n in found})

    @cached_property
    def online_by_site(self) -> Counter[str]:
        """Findings of this and all earlier weeks that are not removed by now, by the code of the site."""
        found = self._earlier(with_removed=False)
        for row in self.of_trend:
            found[row.site_code] += row.n * (row.state != GONE)
        return +found

    def hidden(self, week: int) -> int:
        """Count the findings of a week that decisions hide."""
        return sum(row.n for row in self.sums if row.counts == HIDDEN and row.week == week)

    def coverage(self) -> "StoredCoverage":
        """Count how much of the clips of the week was read."""
        found = StoredCoverage(Counter(), Counter(), 0, 0, 0)
        for row in self.clips:
            if row.week == self.last:
                checks, is_known = json.loads(row.checks)
                found.groups.update(dict.fromkeys(json.loads(row.reason_groups), row.n))
                found.checks_not_run.update(dict.fromkeys(checks, row.n))
                found.unread += row.n * (row.coverage == "unread")
                found.checks_unknown += row.n * (not is_known)
                found.undated += row.n * (not row.is_dated)
        return found

    def counted(self, *columns: str) -> Any:
        """Select columns of the findings that count."""
        return select(*(week_findings.c[name] for name in columns)).where(week_findings.c.counts == COUNTED)


@dataclass(slots=True)
class StoredCoverage:
    """How much of the clips of a week was read."""

    groups: Counter[Any]
    """Group of reasons → clips."""
    checks_not_run: Counter[str]
    unread: int
    checks_unknown: int
    undated: int
