"""How much a sighting is worth, from what its pictures show and from how many landmarks were compared.

Counts are of supporting pairs that stand apart (``verify``). How often each grade comes by chance was measured on
look-alikes (``python -m tests.benchmarks.landmarks.synthetic``; ``assets/likelihood.toml``).
Whoever compares a clip with a hundred
landmarks has a hundred times the chance of one false sighting: the weight is bounded by that.
"""

import math
from collections.abc import Sequence

from opsec.matching.landmarks.frame_evidence import Seen, Sight
from opsec.matching.landmarks.model_cross_check import BORNE_OUT
from opsec.model import Grade
from opsec.verdict.likelihood_ratios import table

RULE = "LANDMARK-SEEN"
FLAGGING: tuple[Grade | None, ...] = ("probable", "strong")
"""Grades that flag a clip by themselves."""
LEAST = 6
"""Supporting pairs below which nothing is said."""
PROBABLE, PROBABLE_TWICE = 10, 8
"""Nine agree once in 65,000 look-alikes: two façades of one window whose rows stand about equally far apart; six or
seven in two pictures oftener, and of real places none was told by so few."""
STRONG, STRONG_TWICE = 16, 11
PROBABLE_TOGETHER = 12
"""``PROBABLE`` of pictures laid upon each other: more pairs were asked, and more agree by chance."""
TOGETHER_BORNE_OUT = 0.8
"""Share of those pairs that one homography must find again: nine tenths and more where a place is shown, two thirds
where the rows of two façades happen to fit."""
SMALLEST = 0.03
"""What is narrower in the picture or in the photo may be a letter, a badge or a line of words: alone it never flags."""
LEAST_SHARE = 0.04
"""The same of what is recognised while nothing around it is: a watermark, a sign that stands at many places. Strips
that were drawn reach a hundredth, places of the shared clips five."""
FEWEST_SPOTS = 4
"""Three spots fit any affine map, however many pairs stand at each of them: it takes a fourth."""
UNIQUE = 2.0
"""A map must have so many times the pairs of the best one that sends the same part of the picture elsewhere: a row of
windows fits one window further too."""
_APART_S = 1.0
POOLED = 1.3
"""In two pictures the same few pairs may be one mistake seen twice: together they must show so much more."""


def grade(sight: Sight, times_s: Sequence[float]) -> Grade | None:
    """The grade of a sighting; none when it is not worth a word. ``times_s``: of the clip's pictures."""
    whole = [seen for seen in sight.seen if is_place(seen)]
    best = max((seen.inliers for seen in whole), default=0)
    if best >= STRONG or _twice(whole, sight.pooled, times_s, STRONG_TWICE):
        return "strong"
    if best >= PROBABLE or _twice(whole, sight.pooled, times_s, PROBABLE_TWICE):
        return "probable"
    if sight.together and is_place_together(sight.together):
        return "probable"
    most = max((seen.inliers for seen in sight.seen), default=0)
    return "possible" if best >= LEAST or most >= STRONG else None


def is_place(seen: Seen) -> bool:
    """Whether what was recognised is wide enough, of its surroundings, nowhere else, and found by a second model."""
    wide = seen.extent >= SMALLEST and seen.share >= LEAST_SHARE
    second = max(seen.witnesses.homography, seen.witnesses.fundamental)
    unique = seen.inliers >= UNIQUE * seen.witnesses.rival
    return wide and seen.spots >= FEWEST_SPOTS and unique and second >= BORNE_OUT * seen.inliers


def is_place_together(seen: Seen) -> bool:
    """Whether what pictures show together is a place, and enough of it to flag."""
    borne_out = seen.witnesses.homography >= TOGETHER_BORNE_OUT * seen.inliers
    return is_place(seen) and borne_out and seen.inliers >= PROBABLE_TOGETHER


def _twice(whole: Sequence[Seen], pooled: int, times_s: Sequence[float], least: int) -> bool:
    """Whether two pictures a second apart show as much, and not only the very same places."""
    moments = [times_s[seen.frame] for seen in whole if seen.inliers >= least]
    return bool(moments) and max(moments) - min(moments) >= _APART_S and pooled >= POOLED * least


def weight(graded: Grade, compared: int, one_of_sites: int = 1) -> float:
    """Natural log-odds of a sighting of this grade after so many landmarks were compared.

    At most what the table has for the rule, an estimate, for nobody knows how many twins the world has; and at most
    what was measured: how often the grade is met where a landmark is shown, by how often where none of so many is.

    ``one_of_sites``: so many sites have a landmark that it may be; each gets its share of the odds.
    """
    shown, chance = table().landmark_shown[graded].log_odds, table().landmark_chance[graded].log_odds
    measured = shown - chance - math.log(max(1, compared))
    return max(0.0, min(table().of(RULE, graded).log_odds, measured) - math.log(one_of_sites))


def overlap(one: Seen, other: Seen) -> float:
    """How much of the smaller of two outlines (in one picture, by their boxes) lies in the other."""
    (left, top, right, bottom), (left2, top2, right2, bottom2) = _box(one), _box(other)
    shared = max(0.0, min(right, right2) - max(left, left2)) * max(0.0, min(bottom, bottom2) - max(top, top2))
    smaller = min((right - left) * (bottom - top), (right2 - left2) * (bottom2 - top2))
    return shared / smaller if smaller > 0 else 0.0


def _box(seen: Seen) -> tuple[float, float, float, float]:
    across, down = [x for x, _y in seen.outline], [y for _x, y in seen.outline]
    return min(across), min(down), max(across), max(down)
