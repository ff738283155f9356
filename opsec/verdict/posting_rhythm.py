"""When somebody posts who has no routine at a site, from his own posts: the null model of a routine.

An account that posts on one evening a week, or at a fixed hour wherever it is, returns to that hour at a site as well.
So what counts against chance is the share of the window among the account's *other* posts: those at the site at other
times, and those elsewhere. Where few are known, assumptions take their place, with stated weights.
"""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence

DAY_MIN, WEEK_MIN = 1_440, 10_080
WINDOW_MIN = 60
"""Half an hour on either side of the usual time."""
PRIOR_DAY_POSTS, PRIOR_HOUR_POSTS = 6.0, 0.5
"""Weights of the rhythm assumed before any post is seen, in posts: an even spread over the days of the week, and
``MAX_HOUR_SHARE`` over the hours of the day. Whoever posts on one evening a week shows nothing of his hours on other
days; one post on another day outweighs that assumption."""
PRIOR_ELSEWHERE_POSTS = 6.0
"""The same for the share of a window among the posts elsewhere."""
MAX_HOUR_SHARE = 0.2
"""Share of the posts of somebody without a routine in any one hour of the day, as long as his hours are unknown."""
ONE_EVENING = 0.03
"""Share of the accounts that post on one evening of the week, and hardly on any other, before a post is seen."""
OFF_EVENING_SHARE = 0.05
"""Share of the days with posts of such an account that are others."""
FIXED_HOUR = 0.001
"""Share of the accounts that post at one hour, wherever they are, and hardly at any other, before a post is seen."""
OFF_HOUR_SHARE = 0.1
"""Share of the days with posts of such an account on which it posts at another hour."""
SMOOTHING_MIN = (60, 120)
"""Half widths over which the rhythm of the day is smoothed; the one with the higher share counts."""
STANDARD_ERRORS = 0.25
"""By which each count of the rhythm is raised, as few posts say little of it."""
NEAR_SHARE = 0.3
"""Share of the days with posts of other accounts on which they post within an hour of a minute, at most."""
MAX_SHARE = 0.95

_MARGIN_MIN = 60
"""Posts this close to a window say nothing of the rhythm without it."""
_LOCAL_MIN = 180
"""Half width of the same part of the week in other hours."""


class Phases:
    """Moments by their minute of a period (a day or a week)."""

    def __init__(self, minutes: Sequence[int], length: int) -> None:
        self.length = length
        self.order = sorted(range(len(minutes)), key=lambda number: minutes[number] % length)
        self.phases = [minutes[number] % length for number in self.order]

    def within(self, begin: int, width: int) -> list[int]:
        """Numbers of the moments from a minute of the period on, for this many minutes, both ends included."""
        start = begin % self.length
        ends = start + width
        numbers = self.order[bisect_left(self.phases, start) : bisect_right(self.phases, ends)]
        if ends >= self.length:
            numbers += self.order[: bisect_right(self.phases, ends - self.length)]
        return numbers

    def count(self, begin: int, width: int) -> int:
        """Number of the moments that ``within`` names."""
        start = begin % self.length
        ends = start + width
        count = bisect_right(self.phases, ends) - bisect_left(self.phases, start)
        return count + (bisect_right(self.phases, ends - self.length) if ends >= self.length else 0)


class PostingRhythm:
    """The posts of one account, or of all accounts at one site, by the hour of the day and of the week.

    Parameters
    ----------
    at_site, elsewhere
        Times of the posts at the site and of the others, in minutes since a Monday.
    """

    def __init__(self, at_site: Sequence[int], elsewhere: Sequence[int]) -> None:
        self._at_site, self._elsewhere = at_site, elsewhere
        self._all_posts = len(at_site) + len(elsewhere)
        self._week = Phases([*at_site, *elsewhere], WEEK_MIN)
        self._day = Phases([*at_site, *elsewhere], DAY_MIN)
        self._week_elsewhere = Phases(elsewhere, WEEK_MIN)
        self._day_elsewhere = Phases(elsewhere, DAY_MIN)

    def daily_share(self, begin: int) -> float:
        """Share of the posts of somebody without a daily routine in the hour that begins at this minute."""
        return min(MAX_SHARE, self._share_elsewhere(self._day_elsewhere, begin, MAX_HOUR_SHARE))

    def weekly_share(self, begin: int) -> float:
        """Share of the posts of somebody without this routine in the window, if he posts on any day.

        It is the share of its hour among the posts of the other days, times the share of its day among the posts at
        other hours, each raised by ``STANDARD_ERRORS``; at least the share of the hours around it on that day, and of
        the window among the posts elsewhere. Somebody who posts at weekends, or always in the evening, has no routine
        by that alone.
        """
        middle, half = begin + WINDOW_MIN // 2, WINDOW_MIN // 2 + _MARGIN_MIN
        same_day = self._week.count(middle - DAY_MIN // 2, DAY_MIN - 1)
        near, near_same_day = self._day.count(middle - half, 2 * half), self._week.count(middle - half, 2 * half)
        hour = max(
            _raised(
                self._day.count(middle - width, 2 * width) - self._week.count(middle - width, 2 * width),
                WINDOW_MIN / (2 * width),
            )
            for width in SMOOTHING_MIN
        )
        by_hour = (hour + PRIOR_HOUR_POSTS * MAX_HOUR_SHARE) / (self._all_posts - same_day + PRIOR_HOUR_POSTS)
        by_day = (_raised(same_day - near_same_day) + PRIOR_DAY_POSTS / 7) / (self._all_posts - near + PRIOR_DAY_POSTS)
        around = self._week.count(middle - _LOCAL_MIN, 2 * _LOCAL_MIN) - near_same_day
        local = _raised(around, WINDOW_MIN / (2 * _LOCAL_MIN - 2 * half)) / (self._all_posts + PRIOR_DAY_POSTS)
        elsewhere = self._share_elsewhere(self._week_elsewhere, begin, 0.0)
        return min(MAX_SHARE, max(min(0.5, max(min(1.0, by_hour) * min(1.0, by_day), local)), elsewhere))

    def one_evening(self, begin: int) -> tuple[float, float]:
        """Return how likely it is that the account posts on one evening of the week, and hardly on any other.

        Days with posts are evidence for or against it, whichever the hour; a burst of posts is one day. Posts at the
        site inside the window are no evidence: the routine in question explains them as well.

        Returns
        -------
        odds
            Against an account that posts on any day.
        share
            Share of the posts that are then in the window.
        """
        first = begin + WINDOW_MIN // 2 - DAY_MIN // 2  # half a day before the window, so that an evening is one day
        others = [(one - first) // DAY_MIN for one in (*self._outside(begin, WEEK_MIN), *self._elsewhere)]
        evening = sum(day % 7 == 0 for day in others)
        known = _raised(self._week_elsewhere.count(begin, WINDOW_MIN))
        share = (known + PRIOR_HOUR_POSTS * MAX_HOUR_SHARE) / (evening + PRIOR_HOUR_POSTS)
        days = {day: day % 7 == 0 for day in others}.values()
        odds = _odds(ONE_EVENING, 1 - OFF_EVENING_SHARE, 1 / 7, on=sum(days), off=len(days) - sum(days))
        return odds, min(MAX_SHARE, max(MAX_HOUR_SHARE, share))

    def fixed_hour(self, begin: int, length: int) -> tuple[float, float]:
        """Return the same for an account that posts at this hour of the week (of the day), wherever it is."""
        middle = begin + WINDOW_MIN // 2
        near = {one // DAY_MIN for one in self._elsewhere if _is_near(one, middle)}
        far = {one // DAY_MIN for one in (*self._elsewhere, *self._outside(begin, length)) if not _is_near(one, middle)}
        odds = _odds(FIXED_HOUR, 1 - OFF_HOUR_SHARE, NEAR_SHARE, on=len(near), off=len(far))
        return odds, MAX_SHARE

    def _outside(self, begin: int, length: int) -> list[int]:
        """The posts at the site that are not in the window."""
        return [one for one in self._at_site if (one - begin) % length > WINDOW_MIN]

    def _share_elsewhere(self, phases: Phases, begin: int, assumed: float) -> float:
        middle = begin + WINDOW_MIN // 2
        known = max(
            _raised(phases.count(middle - width, 2 * width), WINDOW_MIN / (2 * width))
            for width in (WINDOW_MIN // 2, *SMOOTHING_MIN)
        )
        return (known + assumed * PRIOR_ELSEWHERE_POSTS) / (len(self._elsewhere) + PRIOR_ELSEWHERE_POSTS)


def _is_near(minute: int, middle: int) -> bool:
    """Whether a post is within an hour of this minute of the day."""
    return (minute - middle + WINDOW_MIN) % DAY_MIN <= 2 * WINDOW_MIN


def _raised(count: int, factor: float = 1.0) -> float:
    """A count times a factor, with ``STANDARD_ERRORS`` standard errors of the count (Poisson) added."""
    return (count + STANDARD_ERRORS * math.sqrt(count)) * factor


def _odds(prior: float, share: float, usual: float, *, on: int, off: int) -> float:
    """Odds of a rhythm, from days with and without a post in its hours: it has this share of them, others the usual."""
    evidence = on * math.log(share / usual) + off * math.log((1 - share) / (1 - usual))
    return math.exp(min(math.log(prior) + evidence, 500.0))
