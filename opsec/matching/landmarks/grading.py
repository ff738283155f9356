"""Grade of a landmark match, from what its frames show, and its weight, from how many landmarks were compared.

Counts are of inliers at distinct locations (``geometric_verification``). How often each grade comes by chance was
measured on look-alikes (``python -m tests.benchmarks landmarks-synthetic``; ``assets/likelihood.toml``). Comparing a
clip with a hundred landmarks has a hundred times the chance of one false match: the weight is bounded by that.
"""

import math
from collections.abc import Sequence

from opsec.matching.landmarks.frame_evidence import ClipMatch, FrameMatch
from opsec.matching.landmarks.model_cross_check import MIN_CONFIRMED_SHARE
from opsec.model import Grade
from opsec.verdict.likelihood_ratios import LikelihoodTable, likelihood_table

RULE = "LANDMARK-SEEN"
FLAGGING_GRADES: tuple[Grade | None, ...] = ("probable", "strong")
"""Grades that flag a clip by themselves."""
MIN_POSSIBLE = 6
"""Inliers below which nothing is reported."""
MIN_PROBABLE, MIN_PROBABLE_TWICE = 10, 8
"""Inliers of one frame, and of each of two. Nine agree once in 65,000 look-alikes: two façades of one window whose rows
are spaced about equally; six or seven in two frames agree more often, and no real landmark was recognised by so few."""
MIN_STRONG, MIN_STRONG_TWICE = 16, 11
MIN_PROBABLE_POOLED = 12
"""``MIN_PROBABLE`` for pooled frames: more matches were tried, and more agree by chance."""
MIN_POOLED_HOMOGRAPHY_SHARE = 0.8
"""Share of those inliers that one homography must confirm: nine tenths and more where a landmark is shown, two thirds
where the rows of two façades happen to fit."""
MIN_EXTENT = 0.03
"""What is narrower in the frame or in the photo may be a letter, a badge or a line of words: alone it never flags."""
MIN_RECOGNISED_SHARE = 0.04
"""Least share of the expected area that must be recognised: with less it may be a watermark, or a sign that stands at
many places. Drawn strips reach a hundredth, landmarks of the shared clips five."""
MIN_CLUSTERS = 4
"""Any three clusters fit an affine map, however many inliers each has: it takes a fourth."""
MIN_RIVAL_RATIO = 2.0
"""A map must have this many times the inliers of the best one that sends the same part of the frame elsewhere: a row of
windows fits one window further too."""
MIN_MOMENT_GAP_S = 1.0
"""Time from which on two frames are of different moments: by chance they agree less often than neighbours do."""
MIN_POOLING_GAIN = 1.3
"""In two frames the same few inliers may be one mistake made twice: together they must show this many times more."""


def grade(match: ClipMatch, times_s: Sequence[float]) -> Grade | None:
    """Grade a landmark match.

    Parameters
    ----------
    match
        The landmark over the frames of a clip.
    times_s
        Time of each frame of the clip.

    Returns
    -------
    Grade or None
        None when the match is too weak to be reported.
    """
    reliable = [one for one in match.frame_matches if is_reliable(one)]
    best = max((one.inliers for one in reliable), default=0)
    if best >= MIN_STRONG or _is_confirmed_twice(reliable, match.pooled_locations, times_s, MIN_STRONG_TWICE):
        return "strong"
    if best >= MIN_PROBABLE or _is_confirmed_twice(reliable, match.pooled_locations, times_s, MIN_PROBABLE_TWICE):
        return "probable"
    if match.pooled_match and is_reliable_pooled(match.pooled_match):
        return "probable"
    most = max((one.inliers for one in match.frame_matches), default=0)
    return "possible" if best >= MIN_POSSIBLE or most >= MIN_STRONG else None


def is_reliable(match: FrameMatch) -> bool:
    """Whether a match is wide enough, shows its surroundings too, is unique, and is confirmed by a second model."""
    wide = match.extent >= MIN_EXTENT and match.recognised_share >= MIN_RECOGNISED_SHARE
    confirmed = max(match.cross_checks.homography, match.cross_checks.fundamental)
    unique = match.inliers >= MIN_RIVAL_RATIO * match.cross_checks.rival
    return wide and match.clusters >= MIN_CLUSTERS and unique and confirmed >= MIN_CONFIRMED_SHARE * match.inliers


def is_reliable_pooled(match: FrameMatch) -> bool:
    """Whether a match of pooled frames is reliable and has enough inliers to flag."""
    confirmed = match.cross_checks.homography >= MIN_POOLED_HOMOGRAPHY_SHARE * match.inliers
    return is_reliable(match) and confirmed and match.inliers >= MIN_PROBABLE_POOLED


def _is_confirmed_twice(
    matches: Sequence[FrameMatch], pooled_locations: int, times_s: Sequence[float], min_inliers: int
) -> bool:
    """Whether frames of two moments have the least inliers each, and not only at the very same locations."""
    moments = [times_s[match.frame] for match in matches if match.inliers >= min_inliers]
    apart = bool(moments) and max(moments) - min(moments) >= MIN_MOMENT_GAP_S
    return apart and pooled_locations >= MIN_POOLING_GAIN * min_inliers


def landmark_log_odds(grade: Grade, n_compared: int, n_sites: int = 1, table: LikelihoodTable | None = None) -> float:
    """Compute the natural log-odds that a match of this grade adds.

    At most what the table has for the rule (an estimate, for nobody knows how many twins the world has), and at most
    what was measured: how often the grade occurs where a landmark is shown, by how often where none of the compared
    ones is.

    Parameters
    ----------
    grade
        Of the match.
    n_compared
        Landmarks that the clip was compared with.
    n_sites
        Sites that have a landmark which it may be; each gets its share of the odds.
    table
        Likelihood ratios; default: the table shipped with the program.
    """
    table = table or likelihood_table()
    detection, false_match = table.landmark_detection[grade].log_odds, table.landmark_false_match[grade].log_odds
    measured = detection - false_match - math.log(max(1, n_compared))
    return max(0.0, min(table.ratio_for(RULE, grade).log_odds, measured) - math.log(n_sites))


def outline_overlap(one: FrameMatch, other: FrameMatch) -> float:
    """Compute which share of the smaller of two outlines in one frame lies in the other, by their bounding boxes."""
    (left, top, right, bottom), (left2, top2, right2, bottom2) = _bounding_box(one), _bounding_box(other)
    shared = max(0.0, min(right, right2) - max(left, left2)) * max(0.0, min(bottom, bottom2) - max(top, top2))
    smaller = min((right - left) * (bottom - top), (right2 - left2) * (bottom2 - top2))
    return shared / smaller if smaller > 0 else 0.0


def _bounding_box(match: FrameMatch) -> tuple[float, float, float, float]:
    across, down = [x for x, _y in match.outline], [y for _x, y in match.outline]
    return min(across), min(down), max(across), max(down)
