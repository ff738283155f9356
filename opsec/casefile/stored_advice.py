"""Recommendations of a week from the stored sums; the rules are those of ``weekly_advice``."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, partial
from typing import Any

from sqlalchemy import ColumnElement, Row, func, literal_column, select

from opsec.casefile.stored_week import ACT_NOW, StoredWeek
from opsec.casefile.week_data import WeekData
from opsec.casefile.week_finding_rows import COUNTED
from opsec.casefile.week_tables import week_findings
from opsec.casefile.weekly_advice import (
    MAX_NUMBERS,
    NOT_ASKED,
    URGENT,
    WAITING,
    AdviceFacts,
    Tallies,
    Tally,
    advice_of,
    overdue_time,
    state_since,
    without_progress,
    young_time,
)
from opsec.casefile.weekly_rows import FindingRow
from opsec.model import ACTIONS, Advice, FindingState, Mosaic, RepeatSource
from opsec.model.decision import STATES
from opsec.model.reasons import ReasonGroup

_columns = week_findings.c
_BATCH = 5_000
_OPEN, _REVIEW = STATES.index("open"), ACTIONS.index("review")


def stored_advice(
    stored: StoredWeek,
    sources: Sequence[RepeatSource],
    mosaics: Sequence[Mosaic],
    unread: Mapping[ReasonGroup, int],
) -> tuple[Advice, ...]:
    """Return the recommendations of the week, the most urgent first."""
    week, found = _unindexed(_columns.week), _unindexed(_columns.found)
    known = week.between(stored.first, stored.last) | ((found == stored.last) & (week < stored.first))
    data = stored.some(())
    sums = [row for row in stored.sums if row.counts == COUNTED]
    facts = _facts(stored, _Known(known, sums), _Rules.of(data, data.today), due=data.today.isoformat())
    return without_progress(advice_of(replace(facts, sources=sources, mosaics=mosaics, unread=unread)))


def stored_advice_before(stored: StoredWeek) -> tuple[Advice, ...]:
    """Return the recommendations as of the end of the week before, with how much of each is done by now.

    Findings about which nobody decided since then are in the state of now, and nothing about them is done; the others
    are looked at one by one.
    """
    data = stored.some(())
    until, today = data.calendar.end_of(data.last - 1), stored.weeks[-2].last_day
    weeks = _unindexed(_columns.week).between(stored.first, stored.last - 1)
    known = weeks & (_unindexed(_columns.found) < stored.last)
    rules = _Rules.of(data, today)
    sums = [row for row in stored.of_trend if row.week < stored.last and row.found < stored.last]
    facts = _facts(stored, _Known(known, sums, until), rules, due="")
    wanted = stored.counted("fingerprint").where(known, *_changed_since(until))
    changed = list(stored.connection.scalars(wanted))
    for start in range(0, len(changed), _BATCH):
        some = stored.some(changed[start : start + _BATCH])
        _add(facts, some, until, rules)
    return advice_of(facts)


@dataclass(frozen=True, slots=True)
class _Rules:
    """Times that decide whether a finding is overdue."""

    asked_before: str
    found_before: str

    @classmethod
    def of(cls, data: WeekData, today: date) -> "_Rules":
        return cls(overdue_time(data, today), young_time(today))


@dataclass(frozen=True, slots=True)
class _Known:
    """The findings that the rules look at."""

    which: ColumnElement[bool]
    """Condition of their rows."""
    sums: Sequence[Row[Any]]
    """The stored sums of the same findings."""
    until: str | None = None
    """Those about which somebody decided since this time are left out; None: none of them."""

    @property
    def condition(self) -> ColumnElement[bool]:
        """Condition of the rows that are not left out."""
        return self.which if self.until is None else self.which & (_columns.changed_at < self.until)


def _changed_since(until: str) -> tuple[ColumnElement[bool], ...]:
    """Return conditions that only the index of the times of decisions meets: few rows of a case are in it."""
    return _columns.changed_at != literal_column("''"), _columns.changed_at >= until


def _unindexed(column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a column as an expression that no index has: SQLite, which knows no numbers of rows, must use another."""
    return column + 0


def _facts(stored: StoredWeek, known: _Known, rules: _Rules, *, due: str) -> AdviceFacts:
    """Return what the rules look at, of the known findings, in the states of now."""
    urgent = (
        known.condition
        & _columns.state.in_(_ranks(NOT_ASKED))
        & _columns.action.in_([ACTIONS.index(one) for one in URGENT])
    )
    overdue = known.condition & _columns.state.in_(_ranks(WAITING)) & (_columns.state_since < rules.asked_before)
    undecided = (
        known.condition
        & (_columns.state == _OPEN)
        & (_columns.action == _REVIEW)
        & (_columns.first_seen_at < rules.found_before)
    )
    counts = _Counts(stored, known, rules)
    return AdviceFacts(
        urgent=_tallies(stored, counts.urgent(), urgent),
        overdue=_tallies(stored, counts.overdue(overdue), overdue),
        undecided=_tallies(stored, counts.undecided(), undecided),
        due=due,
        units={facts.code: facts.unit for facts in stored.options.sites.values() if facts.unit},
        reporter=stored.options.reporter,
    )


_Kinds = Counter[tuple[str, int]]
"""Code of a site and place of the action → findings."""


@dataclass(frozen=True)
class _Counts:
    """Numbers of findings by site and action: from the stored sums, less those that a rule leaves out."""

    stored: StoredWeek
    known: _Known
    rules: _Rules

    def urgent(self) -> _Kinds:
        """Count those to act on now or today, for which nobody has asked."""
        states, actions = _ranks(NOT_ASKED), [ACTIONS.index(one) for one in URGENT]
        found = self._of_sums(lambda row: row.state in states and row.action in actions)
        for row in self._changed:
            if row.state in states and row.action in actions:
                found[row.site_code, row.action] -= row.n
        return found

    def undecided(self) -> _Kinds:
        """Count those to be reviewed that have been open for too long."""
        found = self._of_sums(lambda row: row.state == _OPEN and row.action == _REVIEW)
        for row in self._changed:
            if row.state == _OPEN and row.action == _REVIEW:
                found[row.site_code, row.action] -= row.n
        first = self.stored.calendar.index(f"{self.rules.found_before}T00:00:00Z", None) - 1
        young = self._rows(
            _columns.found >= first,  # no time zone is further away
            _columns.first_seen_at >= self.rules.found_before,
            _unindexed(_columns.state) == _OPEN,
            _unindexed(_columns.action) == _REVIEW,
            self.known.condition,
        )
        for row in young:
            found[row.site_code, row.action] -= row.n
        return found

    def overdue(self, which: ColumnElement[bool]) -> _Kinds:
        """Count those for whose removal the request is overdue: few are waiting."""
        return Counter({(row.site_code, row.action): row.n for row in self._rows(which)})

    @cached_property
    def _changed(self) -> Sequence[Row[Any]]:
        """Those about which somebody decided since the time."""
        if self.known.until is None:
            return ()
        kinds = (_columns.site_code, _columns.action, _columns.state)
        since = _changed_since(self.known.until)
        wanted = select(*kinds, func.count().label("n")).where(
            self.known.which, _unindexed(_columns.counts) == COUNTED, *since
        )
        return self.stored.connection.execute(wanted.group_by(*kinds)).all()

    def _of_sums(self, which: Callable[[Row[Any]], bool]) -> _Kinds:
        found = _Kinds()
        for row in self.known.sums:
            if which(row):
                found[row.site_code, row.action] += row.n
        return found

    def _rows(self, *which: ColumnElement[bool]) -> Sequence[Row[Any]]:
        kinds = (_columns.site_code, _columns.action)
        wanted = select(*kinds, func.count().label("n")).where(_columns.counts == COUNTED, *which)
        return self.stored.connection.execute(wanted.group_by(*kinds)).all()


def _ranks(states: Iterable[FindingState]) -> list[int]:
    return sorted(map(STATES.index, states))


def _tallies(stored: StoredWeek, counts: _Kinds, which: ColumnElement[bool]) -> dict[str, Tally]:
    """Put the numbers of findings of each site together, with how those that meet the condition are looked up."""
    found: defaultdict[str, Tally] = defaultdict(Tally)
    for (code, action), n in counts.items():
        found[code].count += n
        found[code].act_now += n * (action == ACT_NOW)
    for code, tally in found.items():
        tally.numbers = partial(_numbers, stored, which & (_columns.site_code == code))
    return dict(found)


def _numbers(stored: StoredWeek, which: ColumnElement[bool]) -> Collection[str]:
    """Look up the numbers of findings, only where a recommendation names them."""
    wanted = stored.counted("number").where(which).order_by(_columns.number).limit(MAX_NUMBERS)
    return list(stored.connection.scalars(wanted))


def _add(facts: AdviceFacts, some: WeekData, until: str, rules: _Rules) -> None:
    """Add findings about which somebody decided since a time, in the states that they had then."""
    for one in some.counted:
        then, now = some.state(one, until), some.state(one)
        if one.action in URGENT and then in NOT_ASKED:
            _add_one(facts.urgent, one, is_done=now not in NOT_ASKED)
        if then in WAITING and state_since(one, some, until) < rules.asked_before:
            _add_one(facts.overdue, one, is_done=now not in WAITING)
        if one.action == "review" and then == "open" and one.first_seen_at < rules.found_before:
            _add_one(facts.undecided, one, is_done=now != "open")


def _add_one(tallies: Tallies, one: FindingRow, *, is_done: bool) -> None:
    tally = tallies.setdefault(one.site_code, Tally())
    tally.count += 1
    tally.act_now += one.action == "act_now"
    tally.done += is_done
    tally.named.append(one.number)
