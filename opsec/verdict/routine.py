"""Routines: posts that return to the same hour of the same weekday, or of every day, more often than by chance.

Two tests, both on the site's own clock. *Weekly*: how many weeks have a post within one hour of one weekday. *Daily*:
how many days have a post within one hour of the day. Each window begins at one of the posts, as in a scan statistic
(Naus 1965, doi:10.1080/01621459.1965.10480810); given that post, every other week (day) has one by chance with its own
probability, so their number follows a Poisson binomial distribution (Wang 1993, Statistica Sinica 3:295). The chance of
the best window is multiplied by the number of windows looked at (Bonferroni), which holds however the windows overlap.

Nothing is compared with a fixed number of posts. Chance is what the account's own rhythm of posting explains
(``posting_rhythm``), at this site and elsewhere: only a routine of *presence* at the site is found. The rates on
simulated accounts are printed by ``python -m tests.benchmarks routine``.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from opsec.verdict.posting_rhythm import DAY_MIN, WEEK_MIN, WINDOW_MIN, Phases, PostingRhythm

FALSE_ALARM_RATE = 0.01
"""Share of accounts (or bases) without a routine for which one is reported, at most."""
WEEKLY_ALPHA, DAILY_ALPHA = 0.008, 0.002
"""How the two tests divide that rate; a routine of every day has many more posts, so it needs less."""
MIN_WEEKS = 3
"""Distinct weeks with a post in the window. Two posts are no routine."""
SESSION_MIN = 20
"""Length of a session of posts."""
MAX_ROUTINES = 3
"""Of one account or base."""
_COMPARED_WINDOWS = 8
"""Of each test, the surest ones, that are also compared with accounts that post at few hours of the week."""
_EPOCH = datetime(2001, 1, 1)  # a Monday


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutineWindow:
    """One hour in which posts return."""

    weekday: int | None
    """0 is Monday; None: every day on which there are posts."""
    minute: int
    """Minute of the day at which the window begins, on the site's clock."""
    periods: int
    """Distinct weeks (days, where ``weekday`` is None) with a post in the window."""
    active: int
    """Weeks (days) with any post."""
    weeks: int
    """Distinct weeks with a post in the window."""
    chance: float
    """Of at least as many in any window of somebody without a routine."""
    posts: tuple[int, ...]
    """Indices of the posts in the window."""


def find_routines(times: Sequence[datetime], elsewhere: Sequence[datetime] = ()) -> tuple[RoutineWindow, ...]:
    """Find the routines in the posts of one account at one site, or of all accounts at one site.

    Parameters
    ----------
    times
        Times of distinct posts on the clock of the site, in any order; a time zone in them is ignored.
    elsewhere
        Times of the other posts of the account, or of the accounts, on the same clock.

    Returns
    -------
    tuple of RoutineWindow
        The surest first. After one is found, its posts are put aside and the rest is searched again.
    """
    minutes = [(minute, index) for index, minute in enumerate(_minutes(times))]
    others = _minutes(elsewhere)
    found: list[RoutineWindow] = []
    while len(found) < MAX_ROUTINES:
        best = min(_significant(sorted(minutes), others), key=_surest_first, default=None)
        if best is None:
            break
        found.append(best)
        minutes = [one for one in minutes if one[1] not in set(best.posts)]
    return tuple(found)


def _minutes(times: Sequence[datetime]) -> list[int]:
    return [int((time.replace(tzinfo=None) - _EPOCH).total_seconds() // 60) for time in times]


def _surest_first(window: RoutineWindow) -> tuple[float, int, int]:
    return window.chance, -1 if window.weekday is None else window.weekday, window.minute


def _significant(posts: Sequence[tuple[int, int]], elsewhere: Sequence[int]) -> Iterator[RoutineWindow]:
    """Yield the best window of each test whose chance is within its share of the false alarm rate."""
    minutes = [minute for minute, _index in posts]
    rhythm, sessions = PostingRhythm(minutes, elsewhere), _sessions(minutes)
    for length, alpha in ((WEEK_MIN, WEEKLY_ALPHA), (DAY_MIN, DAILY_ALPHA)):
        phases = Phases(minutes, length)
        windows = (_window(posts, sessions, phases, rhythm, begin) for begin in sorted(set(minutes)))
        found = [one for one in windows if one is not None]
        surest = sorted((one for one in found if one.chance <= alpha), key=_surest_first)[:_COMPARED_WINDOWS]
        compared = [_with_few_hours(sessions, minutes, one, rhythm) for one in surest]
        best = min(compared, key=_surest_first, default=None)
        if best is not None and best.chance <= alpha:
            yield best


def _window(
    posts: Sequence[tuple[int, int]], sessions: Sequence[int], phases: Phases, rhythm: PostingRhythm, begin: int
) -> RoutineWindow | None:
    """The window that begins at this minute, against somebody who posts on any day; None when it is no routine."""
    length = phases.length
    numbers = phases.within(begin, WINDOW_MIN)
    first = _first_minute(begin, length)
    hits = {(posts[number][0] - first) // length for number in numbers}
    weeks = len({hit * length // WEEK_MIN for hit in hits})
    if weeks < MIN_WEEKS:
        return None
    share = rhythm.weekly_share(begin) if length == WEEK_MIN else rhythm.daily_share(begin)
    others = _other_periods(sessions, begin, length)
    chances = _chances(share, others)
    if len(hits) - 1 <= sum(chances):
        return None  # fewer than the mean: the chance is near a half or above (Jogdeo & Samuels 1968)
    return RoutineWindow(
        weekday=begin // DAY_MIN % 7 if length == WEEK_MIN else None,
        minute=begin % DAY_MIN,
        periods=len(hits),
        active=len(others) + 1,
        weeks=weeks,
        chance=min(1.0, poisson_binomial_tail(chances, len(hits) - 1) * len(sessions)),
        posts=tuple(sorted(posts[number][1] for number in numbers)),
    )


def _with_few_hours(
    sessions: Sequence[int], minutes: Sequence[int], window: RoutineWindow, rhythm: PostingRhythm
) -> RoutineWindow:
    """The same window, its chance averaged over the rhythms that the account may have: any, or few hours."""
    length = DAY_MIN if window.weekday is None else WEEK_MIN
    phase = (window.weekday or 0) * DAY_MIN + window.minute
    begin = next(minute for minute in minutes if minute % length == phase)
    others = _other_periods(sessions, begin, length)
    weight, chance, windows = 1.0, window.chance, len(sessions)
    rhythms = [rhythm.fixed_hour(begin, length)] + ([rhythm.one_evening(begin)] if length == WEEK_MIN else [])
    for odds, share in rhythms:
        weight += odds
        chance += odds * min(1.0, poisson_binomial_tail(_chances(share, others), window.periods - 1) * windows)
    return replace(window, chance=min(1.0, chance / weight))


def _first_minute(begin: int, length: int) -> int:
    """The minute with which period 0 begins, so that the window is in the middle of its period."""
    return begin + WINDOW_MIN // 2 - length // 2


def _other_periods(sessions: Sequence[int], begin: int, length: int) -> list[int]:
    """Number of sessions in each period with any, but for one with a post in the window."""
    first = _first_minute(begin, length)
    low, high = ((minute - first) // length for minute in (sessions[0], sessions[-1]))
    ends = [bisect_left(sessions, first + period * length) for period in range(low, high + 2)]
    counts = {low + number: ends[number + 1] - ends[number] for number in range(len(ends) - 1)}
    return [count for period, count in counts.items() if count and period != 0]


def _sessions(minutes: Sequence[int]) -> list[int]:
    """First minutes of the sessions: posts within ``SESSION_MIN`` of another one are no independent events."""
    begins: list[int] = []
    for minute in minutes:
        if not begins or minute - begins[-1] > SESSION_MIN:
            begins.append(minute)
    return begins


def _chances(share: float, others: Sequence[int]) -> list[float]:
    return [1 - (1 - share) ** count for count in others]


def poisson_binomial_tail(chances: Sequence[float], least: int) -> float:
    """Probability that at least this many of independent events happen.

    >>> round(poisson_binomial_tail([0.5, 0.5], 1), 3), poisson_binomial_tail([0.1], 0)
    (0.75, 1.0)
    """
    if least <= 0:
        return 1.0
    counts = [1.0] + [0.0] * least  # of exactly 0, 1 … events; the last one of ``least`` or more
    for chance in chances:
        counts[least] += counts[least - 1] * chance
        for number in range(least - 1, 0, -1):
            counts[number] = counts[number] * (1 - chance) + counts[number - 1] * chance
        counts[0] *= 1 - chance
    return counts[least]
