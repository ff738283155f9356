"""Recommendations of a week from the stored sums; the rules are those of ``weekly_advice``."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from sqlalchemy import ColumnElement, func, literal_column

from opsec.casefile.stored_week import ACT_NOW, StoredWeek
from opsec.casefile.week_data import WeekData
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


def stored_advice(
    stored: StoredWeek,
    sources: Sequence[RepeatSource],
    mosaics: Sequence[Mosaic],
    unread: Mapping[ReasonGroup, int],
) -> tuple[Advice, ...]:
    """Return the recommendations of the week, the most urgent first."""
    is_late = (_columns.found == stored.last) & (_columns.week < stored.first)
    known = _columns.week.between(stored.first, stored.last) | is_late
    data = stored.some(())
    facts = _facts(stored, known, _Rules.of(data, data.today), due=data.today.isoformat())
    return without_progress(advice_of(replace(facts, sources=sources, mosaics=mosaics, unread=unread)))


def stored_advice_before(stored: StoredWeek) -> tuple[Advice, ...]:
    """Return the recommendations as of the end of the week before, with how much of each is done by now.

    Findings about which nobody decided since then are in the state of now, and nothing about them is done; the others
    are looked at one by one.
    """
    data = stored.some(())
    until, today = data.calendar.end_of(data.last - 1), stored.weeks[-2].last_day
    known = _columns.week.between(stored.first, stored.last - 1) & (_columns.found < stored.last)
    rules = _Rules.of(data, today)
    facts = _facts(stored, known & (_columns.changed_at < until), rules, due="")
    has_changed = _columns.changed_at != literal_column("''")  # not a parameter: SQLite must see the partial index
    wanted = stored.counted("fingerprint").where(known, has_changed, _columns.changed_at >= until)
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


def _facts(stored: StoredWeek, known: ColumnElement[bool], rules: _Rules, *, due: str) -> AdviceFacts:
    """Return what the rules look at, of the findings that meet a condition, in the states of now."""
    urgent = known & _columns.state.in_(_ranks(NOT_ASKED)) & _columns.action.in_([ACTIONS.index(one) for one in URGENT])
    overdue = known & _columns.state.in_(_ranks(WAITING)) & (_columns.state_since < rules.asked_before)
    undecided = (
        known
        & (_columns.state == STATES.index("open"))
        & (_columns.action == ACTIONS.index("review"))
        & (_columns.first_seen_at < rules.found_before)
    )
    return AdviceFacts(
        urgent=_tallies(stored, urgent),
        overdue=_tallies(stored, overdue),
        undecided=_tallies(stored, undecided),
        due=due,
        units={facts.code: facts.unit for facts in stored.options.sites.values() if facts.unit},
        reporter=stored.options.reporter,
    )


def _ranks(states: Iterable[FindingState]) -> list[int]:
    return sorted(map(STATES.index, states))


def _tallies(stored: StoredWeek, which: ColumnElement[bool]) -> dict[str, Tally]:
    kinds = (_columns.site_code, _columns.action)
    found: defaultdict[str, Tally] = defaultdict(Tally)
    wanted = stored.counted("site_code", "action").add_columns(func.count()).where(which).group_by(*kinds)
    for code, action, n in stored.connection.execute(wanted):
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
