"""Routines: posts that return to the same hour of the same weekday, or of every day, more often than by chance.

Two tests, both on the site's own clock. *Weekly*: how many weeks have a post within one hour of one weekday. *Daily*:
how many days have a post within one hour of the day. Each window begins at one of the posts, as in a scan statistic
(Naus 1965, doi:10.1080/01621459.1965.10480810); given that post, every other week (day) has one by chance with its own
probability, so their number follows a Poisson binomial distribution (Wang 1993, Statistica Sinica 3:295). The chance of
the best window is multiplied by the number of windows looked at (Bonferroni), which holds however the windows overlap.

Nothing is compared with a fixed number of posts. What remains an assumption is the rhythm of somebody without a
routine: for a weekly window it is measured on the posts outside of it, for a daily one it is ``MAX_HOUR_SHARE``.
The rates on simulated accounts are printed by ``python -m tests.benchmarks routine``.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

FALSE_ALARM_RATE = 0.01
"""Share of accounts (or bases) without a routine for which one is reported, at most."""
WEEKLY_ALPHA, DAILY_ALPHA = 0.008, 0.002
"""How the two tests divide that rate; a routine of every day has many more posts, so it needs less."""
WINDOW_MIN = 60
"""Half an hour on either side of the usual time."""
MIN_WEEKS = 3
"""Distinct weeks with a post in the window. Two posts are no routine."""
MAX_ROUTINES = 3
"""Of one account or base."""
PRIOR_DAY_POSTS, PRIOR_HOUR_POSTS = 6.0, 0.5
"""Weights of the rhythm assumed before any post is seen, in posts: an even spread over the days of the week, and
``MAX_HOUR_SHARE`` over the hours of the day. Whoever posts on one evening a week shows nothing of his hours on other
days; one post on another day outweighs that assumption."""
MAX_HOUR_SHARE = 0.2
"""Share of the posts of somebody without a routine in any one hour of the day, at most."""
SMOOTHING_MIN = (60, 120)
"""Half widths over which the rhythm of the day is smoothed; the one with the higher share counts."""

STANDARD_ERRORS = 0.25
"""By which each count of the rhythm is raised, as few posts say little of it."""

_DAY, _WEEK = 1_440, 10_080
_EPOCH = datetime(2001, 1, 1)  # a Monday
_MARGIN_MIN = 60
"""Posts this close to a window say nothing of the rhythm without it."""
_LOCAL_MIN = 180
"""Half width of the same part of the week in other hours."""


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


def find_routines(times: Sequence[datetime]) -> tuple[RoutineWindow, ...]:
    """Find the routines in the posts of one account at one site, or of all accounts at one site.

    Parameters
    ----------
    times
        Times of distinct posts on the clock of the site, in any order; a time zone in them is ignored.

    Returns
    -------
    tuple of RoutineWindow
        The surest first. After one is found, its posts are put aside and the rest is searched again.
    """
    since = [time.replace(tzinfo=None) - _EPOCH for time in times]
    minutes = [(int(one.total_seconds() // 60), index) for index, one in enumerate(since)]
    found: list[RoutineWindow] = []
    while len(found) < MAX_ROUTINES:
        best = min(_significant(sorted(minutes)), key=_surest_first, default=None)
        if best is None:
            break
        found.append(best)
        minutes = [one for one in minutes if one[1] not in set(best.posts)]
    return tuple(found)


def _surest_first(window: RoutineWindow) -> tuple[float, int, int]:
    return window.chance, -1 if window.weekday is None else window.weekday, window.minute


def _significant(posts: Sequence[tuple[int, int]]) -> Iterator[RoutineWindow]:
    """Yield the best window of each test whose chance is within its share of the false alarm rate."""
    minutes = [minute for minute, _index in posts]
    for length, alpha in ((_WEEK, WEEKLY_ALPHA), (_DAY, DAILY_ALPHA)):
        clock = _Clock(minutes, length)
        found = [one for begin in sorted(set(minutes)) if (one := _window(posts, clock, begin)) is not None]
        best = min(found, key=_surest_first, default=None)
        if best is not None and best.chance <= alpha:
            yield best


class _Clock:
    """The posts by the minute of a period (a day or a week), to count those in a window of it."""

    def __init__(self, minutes: Sequence[int], length: int) -> None:
        self.minutes = minutes
        self.length = length
        self.order = sorted(range(len(minutes)), key=lambda number: minutes[number] % length)
        self.phases = [minutes[number] % length for number in self.order]
        self.of_day = sorted(minute % _DAY for minute in minutes)

    def within(self, begin: int, width: int) -> list[int]:
        """Numbers of the posts from a minute of the period on, for this many minutes, both ends included."""
        start = begin % self.length
        ends = start + width
        numbers = self.order[bisect_left(self.phases, start) : bisect_right(self.phases, ends)]
        if ends >= self.length:
            numbers += self.order[: bisect_right(self.phases, ends - self.length)]
        return numbers

    def count(self, begin: int, width: int) -> int:
        """Number of the posts that ``within`` names."""
        return _count_circular(self.phases, begin, width, self.length)

    def count_of_day(self, begin: int, width: int) -> int:
        """Number of the posts in a window of the day, on any day."""
        return _count_circular(self.of_day, begin, width, _DAY)

    def per_period(self, first: int) -> dict[int, int]:
        """Number of posts in each period with any, where period 0 begins at this minute."""
        low, high = ((minute - first) // self.length for minute in (self.minutes[0], self.minutes[-1]))
        ends = [bisect_left(self.minutes, first + period * self.length) for period in range(low, high + 2)]
        counts = {low + number: ends[number + 1] - ends[number] for number in range(len(ends) - 1)}
        return {period: count for period, count in counts.items() if count}


def _window(posts: Sequence[tuple[int, int]], clock: _Clock, begin: int) -> RoutineWindow | None:
    """The window that begins at this minute; None when it cannot be a routine."""
    numbers = clock.within(begin, WINDOW_MIN)
    first = begin + WINDOW_MIN // 2 - clock.length // 2  # so that the window is in the middle of its period
    hits = {(clock.minutes[number] - first) // clock.length for number in numbers}
    weeks = len({hit * clock.length // _WEEK for hit in hits})
    if weeks < MIN_WEEKS:
        return None
    share = _weekly_share(clock, begin) if clock.length == _WEEK else MAX_HOUR_SHARE
    others = [count for period, count in clock.per_period(first).items() if period != 0]
    chances = [1 - (1 - share) ** count for count in others]
    if len(hits) - 1 <= sum(chances):
        return None  # fewer than the mean: the chance is near a half or above (Jogdeo & Samuels 1968)
    return RoutineWindow(
        weekday=begin // _DAY % 7 if clock.length == _WEEK else None,
        minute=begin % _DAY,
        periods=len(hits),
        active=len(others) + 1,
        weeks=weeks,
        chance=min(1.0, poisson_binomial_tail(chances, len(hits) - 1) * len(posts)),
        posts=tuple(sorted(posts[number][1] for number in numbers)),
    )


def _weekly_share(clock: _Clock, begin: int) -> float:
    """Share of the posts of somebody without this routine that would be in the window, from the posts outside of it.

    It is the share of its hour among the posts of the other days, times the share of its day among the posts at other
    hours, each raised by ``STANDARD_ERRORS``; and at least the share of the hours around it on that day. Somebody who
    posts at weekends, or always in the evening, has no routine by that alone.
    """
    middle, all_posts = begin + WINDOW_MIN // 2, len(clock.minutes)
    half = WINDOW_MIN // 2 + _MARGIN_MIN
    same_day = clock.count(middle - _DAY // 2, _DAY - 1)
    near, near_same_day = clock.count_of_day(middle - half, 2 * half), clock.count(middle - half, 2 * half)
    hour = max(
        _raised(
            clock.count_of_day(middle - width, 2 * width) - clock.count(middle - width, 2 * width),
            WINDOW_MIN / (2 * width),
        )
        for width in SMOOTHING_MIN
    )
    by_hour = (hour + PRIOR_HOUR_POSTS * MAX_HOUR_SHARE) / (all_posts - same_day + PRIOR_HOUR_POSTS)
    by_day = (_raised(same_day - near_same_day) + PRIOR_DAY_POSTS / 7) / (all_posts - near + PRIOR_DAY_POSTS)
    around = clock.count(middle - _LOCAL_MIN, 2 * _LOCAL_MIN) - near_same_day
    local = _raised(around, WINDOW_MIN / (2 * _LOCAL_MIN - 2 * half)) / (all_posts + PRIOR_DAY_POSTS)
    return min(0.5, max(min(1.0, by_hour) * min(1.0, by_day), local))


def _raised(count: int, factor: float = 1.0) -> float:
    """A count times a factor, with ``STANDARD_ERRORS`` standard errors of the count (Poisson) added."""
    return (count + STANDARD_ERRORS * math.sqrt(count)) * factor


def _count_circular(phases: Sequence[int], begin: int, width: int, length: int) -> int:
    """Number of sorted minutes of a period in a window of it, both ends included, which may run over its end."""
    start = begin % length
    ends = start + width
    count = bisect_right(phases, ends) - bisect_left(phases, start)
    return count + (bisect_right(phases, ends - length) if ends >= length else 0)


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
