"""Recommendations of a week: at most three, each tied to a number and a unit, by fixed rules.

The same rules on what was known at the end of the week before give the recommendations of that week; what was done
about them since follows from the history of decisions.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from opsec.casefile.decision_replay import Change, in_force, state_at
from opsec.casefile.week_data import WeekData
from opsec.casefile.weekly_details import REVIEW_DAYS
from opsec.casefile.weekly_rows import FindingRow
from opsec.model import Advice, FindingState, Mosaic, RepeatSource
from opsec.model.exposure import AdviceKind
from opsec.model.reasons import ReasonGroup

MAX_ADVICE = 3
_NOT_ASKED: frozenset[FindingState] = frozenset({"open", "reappeared", "confirmed"})
"""States in which nobody has asked for the removal yet."""
_WAITING: frozenset[FindingState] = frozenset({"takedown_requested", "acknowledged"})
_URGENT = frozenset({"act_now", "act_today"})


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceFacts:
    """What the rules look at, as of one time."""

    findings: Sequence[FindingRow]
    """Counted findings of the weeks of the trend that were known by then."""
    until: str | None
    """The time, as rows store times; None: now."""
    today: date
    sources: Sequence[RepeatSource] = ()
    mosaics: Sequence[Mosaic] = ()
    unread: Mapping[ReasonGroup, int] | None = None


def advice_now(
    data: WeekData, sources: Sequence[RepeatSource], mosaics: Sequence[Mosaic], unread: Mapping[ReasonGroup, int]
) -> tuple[Advice, ...]:
    """Return the recommendations of the week, the most urgent first."""
    known = [one for one in data.counted if one.week <= data.last]
    facts = AdviceFacts(findings=known, until=None, today=data.today, sources=sources, mosaics=mosaics, unread=unread)
    return tuple(_find(facts, data))[:MAX_ADVICE]


def advice_before(data: WeekData) -> tuple[Advice, ...]:
    """Return the recommendations as of the end of the week before, with how much of each is done by now."""
    week = data.weeks[-2]
    until = data.calendar.end_of(data.last - 1)
    known = [one for one in data.counted if one.week < data.last and one.first_seen_at < until]
    facts = AdviceFacts(findings=known, until=until, today=week.last_day)
    by_number = {one.number: one for one in data.counted}
    return tuple(
        replace(one, done=sum(_IS_DONE[one.kind](_state(by_number[number], data, None)) for number in one.numbers))
        for one in list(_find(facts, data))[:MAX_ADVICE]
    )


_IS_DONE: Mapping[AdviceKind, Callable[[FindingState], bool]] = {
    "take_down": lambda state: state not in _NOT_ASKED,
    "chase": lambda state: state not in _WAITING,
    "decide": lambda state: state != "open",
}


def _find(facts: AdviceFacts, data: WeekData) -> Iterator[Advice]:
    """Yield every recommendation that the rules give, the most urgent first."""
    states = {one.fingerprint: _state(one, data, facts.until) for one in facts.findings}
    urgent = [one for one in facts.findings if one.action in _URGENT and states[one.fingerprint] in _NOT_ASKED]
    yield from _of_worst_site("take_down", urgent, facts, data)
    waiting = [one for one in facts.findings if states[one.fingerprint] in _WAITING and _is_overdue(one, facts, data)]
    yield from _of_worst_site("chase", waiting, facts, data)
    yield from close_mosaic(facts.mosaics, facts, data)
    young = (facts.today - timedelta(days=REVIEW_DAYS)).isoformat()
    undecided = [
        one
        for one in facts.findings
        if one.action == "review" and states[one.fingerprint] == "open" and one.first_seen_at < young
    ]
    yield from _of_worst_site("decide", undecided, facts, data)
    for source in facts.sources[:1]:
        yield Advice(
            kind="speak_with_source",
            count=source.clips,
            site_code=source.site_codes[0] if len(source.site_codes) == 1 else None,
            unit=data.units.get(source.site_codes[0]) if len(source.site_codes) == 1 else None,
            pseudonym=source.pseudonym,
            numbers=source.numbers,
        )
    if facts.unread:
        group, clips = max(facts.unread.items(), key=lambda one: (one[1], one[0]))
        yield Advice(kind="read", count=clips, group=group, unit=data.options.reporter)


def _of_worst_site(
    kind: AdviceKind, findings: Iterable[FindingRow], facts: AdviceFacts, data: WeekData
) -> Iterator[Advice]:
    """Yield the recommendation about the site that has most of these findings, the urgent ones first."""
    of_site: defaultdict[str, list[FindingRow]] = defaultdict(list)
    for one in findings:
        of_site[one.site_code].append(one)
    if not of_site:
        return
    actions = {code: Counter(one.action for one in rows) for code, rows in of_site.items()}
    worst = min(of_site, key=lambda code: (-actions[code]["act_now"], -len(of_site[code]), code))
    yield Advice(
        kind=kind,
        count=len(of_site[worst]),
        site_code=worst,
        unit=data.units.get(worst),
        due=facts.today.isoformat(),
        numbers=tuple(sorted({one.number for one in of_site[worst]})),
    )


def close_mosaic(mosaics: Sequence[Mosaic], facts: AdviceFacts, data: WeekData) -> Iterator[Advice]:
    """Yield the recommendation about the site of which clips together show most.

    Only the longest period of each site counts: after the removal of the clips of a shorter one, older clips still
    show the base.
    """
    longest = {one.site_code: one for one in sorted(mosaics, key=lambda one: one.days)}
    found = [one for one in longest.values() if one.is_finding and one.take_down]
    if found:
        worst = max(found, key=lambda one: (one.severity, one.site_code))
        yield Advice(
            kind="close_mosaic",
            count=len(worst.take_down),
            site_code=worst.site_code,
            unit=data.units.get(worst.site_code),
            share=worst.left,
            due=facts.today.isoformat(),
            numbers=worst.take_down,
        )


def _state(one: FindingRow, data: WeekData, until: str | None) -> FindingState:
    return state_at(data.histories.get(one.holder, ()), until)


def _is_overdue(one: FindingRow, facts: AdviceFacts, data: WeekData) -> bool:
    last: Change = in_force(data.histories[one.holder], facts.until)[-1]
    asked = datetime.fromisoformat(last.at).astimezone(data.weeks[-1].zone).date()
    return asked + timedelta(days=data.options.due_days) < facts.today
