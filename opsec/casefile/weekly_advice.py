"""Recommendations of a week: at most three, each tied to a number and a unit, by fixed rules.

The same rules on what was known at the end of the week before give the recommendations of that week; what was done
about them since follows from the history of decisions.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from opsec.casefile.decision_replay import in_force
from opsec.casefile.week_data import WeekData
from opsec.casefile.weekly_details import REVIEW_DAYS
from opsec.casefile.weekly_rows import BEFORE, FindingRow
from opsec.model import Advice, FindingState, Mosaic, RepeatSource
from opsec.model.exposure import AdviceKind
from opsec.model.reasons import ReasonGroup

MAX_ADVICE = 3
MAX_NUMBERS = 5_000
"""Findings that one recommendation names; the others are in the queue."""
NOT_ASKED: frozenset[FindingState] = frozenset({"open", "reappeared", "confirmed"})
"""States in which nobody has asked for the removal yet."""
WAITING: frozenset[FindingState] = frozenset({"takedown_requested", "acknowledged"})
URGENT = frozenset({"act_now", "act_today"})


@dataclass(slots=True, kw_only=True)
class Tally:
    """Findings of one site that one recommendation is about."""

    count: int = 0
    act_now: int = 0
    done: int = 0
    """About which it is done by now; 0 for the recommendations of now."""
    numbers: Callable[[], Collection[str]] = field(default=tuple)
    """Returns the numbers of those that ``named`` leaves out, in any order."""
    named: list[str] = field(default_factory=list)


Tallies = dict[str, Tally]
"""By the code of the site."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceFacts:
    """What the rules look at, as of one time."""

    urgent: Tallies
    """Findings to act on now or today, for which nobody has asked."""
    overdue: Tallies
    """Findings for whose removal the request is overdue."""
    undecided: Tallies
    """Findings to be reviewed that have been open for too long."""
    due: str
    """Day on which the recommendations are due: that of the report; empty for a week of which none was issued."""
    units: Mapping[str, str]
    """Code of a site → its unit."""
    reporter: str | None = None
    sources: Sequence[RepeatSource] = ()
    mosaics: Sequence[Mosaic] = ()
    unread: Mapping[ReasonGroup, int] | None = None


def advice_of(facts: AdviceFacts) -> tuple[Advice, ...]:
    """Return the recommendations, the most urgent first."""
    return tuple(advice for advice, _rank in zip(_find(facts), range(MAX_ADVICE), strict=False))


def _find(facts: AdviceFacts) -> Iterator[Advice]:
    """Yield every recommendation that the rules give, the most urgent first."""
    yield from _of_worst_site("take_down", facts.urgent, facts)
    yield from _of_worst_site("chase", facts.overdue, facts)
    yield from close_mosaic(facts)
    yield from _of_worst_site("decide", facts.undecided, facts)
    for source in facts.sources[:1]:
        code = source.site_codes[0] if len(source.site_codes) == 1 else None
        yield Advice(
            kind="speak_with_source",
            count=source.clips,
            site_code=code,
            unit=facts.units.get(code) if code is not None else None,
            pseudonym=source.pseudonym,
            numbers=source.numbers,
        )
    if facts.unread:
        group, clips = max(facts.unread.items(), key=lambda one: (one[1], one[0]))
        yield Advice(kind="read", count=clips, group=group, unit=facts.reporter)


def _of_worst_site(kind: AdviceKind, tallies: Tallies, facts: AdviceFacts) -> Iterator[Advice]:
    """Yield the recommendation about the site that has most of these findings, the urgent ones first."""
    found = {code: tally for code, tally in tallies.items() if tally.count}
    if found:
        worst = min(found, key=lambda code: (-found[code].act_now, -found[code].count, code))
        yield Advice(
            kind=kind,
            count=found[worst].count,
            site_code=worst,
            unit=facts.units.get(worst),
            due=facts.due,
            done=found[worst].done,
            numbers=tuple(sorted({*found[worst].numbers(), *found[worst].named})[:MAX_NUMBERS]),
        )


def close_mosaic(facts: AdviceFacts) -> Iterator[Advice]:
    """Yield the recommendation about the site of which clips together show most.

    Only the longest period of each site counts: after the removal of the clips of a shorter one, older clips still
    show the base.
    """
    longest = {one.site_code: one for one in sorted(facts.mosaics, key=lambda one: one.days)}
    found = [one for one in longest.values() if one.is_finding and one.take_down]
    if found:
        worst = max(found, key=lambda one: (one.severity, one.site_code))
        yield Advice(
            kind="close_mosaic",
            count=len(worst.take_down),
            site_code=worst.site_code,
            unit=facts.units.get(worst.site_code),
            share=worst.left,
            due=facts.due,
            numbers=worst.take_down,
        )


def without_progress(found: Iterable[Advice]) -> tuple[Advice, ...]:
    """Return recommendations of now, of which nothing can be done yet."""
    return tuple(replace(one, done=None) for one in found)


# ── from the findings of the weeks ────────────────────────────────────────────────────────────
def advice_now(
    data: WeekData, sources: Sequence[RepeatSource], mosaics: Sequence[Mosaic], unread: Mapping[ReasonGroup, int]
) -> tuple[Advice, ...]:
    """Return the recommendations of the week, the most urgent first."""
    known = [one for one in data.counted if BEFORE < one.week <= data.last or is_late(one, data)]
    facts = _facts(known, data, None, data.today)
    return without_progress(advice_of(replace(facts, sources=sources, mosaics=mosaics, unread=unread)))


def is_late(one: FindingRow, data: WeekData) -> bool:
    """Return whether a finding of an earlier week was first seen in the week of the report."""
    return one.found == data.last and one.week < data.last


def advice_before(data: WeekData) -> tuple[Advice, ...]:
    """Return the recommendations as of the end of the week before, with how much of each is done by now."""
    known = [one for one in data.counted if BEFORE < one.week < data.last and one.found < data.last]
    return advice_of(_facts(known, data, data.calendar.end_of(data.last - 1), data.weeks[-2].last_day))


def _facts(known: Sequence[FindingRow], data: WeekData, until: str | None, today: date) -> AdviceFacts:
    """Return what the rules look at, as of a time and a day; the time None: now."""
    states = {one.fingerprint: data.state(one, until) for one in known}
    now = {one.fingerprint: data.state(one) for one in known}
    overdue_before, young_from = overdue_time(data, today), young_time(today)
    urgent = [one for one in known if one.action in URGENT and states[one.fingerprint] in NOT_ASKED]
    waiting = [
        one for one in known if states[one.fingerprint] in WAITING and state_since(one, data, until) < overdue_before
    ]
    undecided = [
        one
        for one in known
        if one.action == "review" and states[one.fingerprint] == "open" and one.first_seen_at < young_from
    ]
    return AdviceFacts(
        urgent=_tallies(urgent, lambda one: now[one.fingerprint] not in NOT_ASKED),
        overdue=_tallies(waiting, lambda one: now[one.fingerprint] not in WAITING),
        undecided=_tallies(undecided, lambda one: now[one.fingerprint] != "open"),
        due=today.isoformat() if until is None else "",
        units=data.units,
        reporter=data.options.reporter,
    )


def overdue_time(data: WeekData, today: date) -> str:
    """Return the time before which a request that is still waiting was made too long ago, as rows store times."""
    return data.time_of(today - timedelta(days=data.options.due_days))


def young_time(today: date) -> str:
    """Return the time from which on a finding is too young to be overdue for a review, as rows store times."""
    return (today - timedelta(days=REVIEW_DAYS)).isoformat()


def state_since(one: FindingRow, data: WeekData, until: str | None) -> str:
    """Return the time of the last change in force."""
    return in_force(data.histories[one.holder], until)[-1].at


def _tallies(found: Iterable[FindingRow], is_done: Callable[[FindingRow], bool]) -> Tallies:
    of_site: defaultdict[str, list[FindingRow]] = defaultdict(list)
    for one in found:
        of_site[one.site_code].append(one)
    return {
        code: Tally(
            count=len(rows),
            act_now=sum(one.action == "act_now" for one in rows),
            done=sum(map(is_done, rows)),
            named=[one.number for one in rows],
        )
        for code, rows in of_site.items()
    }
