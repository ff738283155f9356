"""Geometric verification: whether the features that a frame and a reference photo share fit one affine map.

Hypotheses come from one or two matches each, all of them instead of a random sample: the same input gives the same
answer. The matches that agree with the best hypotheses are fitted to an affine map by least squares. A match is an
inlier of a map when its position lies within about 1 % of the photo's longest side and its own size and angle change as
the map does, which chance seldom achieves.
"""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from opsec.matching.landmarks.affine_fit import affine_rotation_rad, affine_scale, fit_affine_maps
from opsec.matching.landmarks.hypotheses import (
    MAX_LOG_SCALE,
    MAX_PAIRS,
    VOTING_TOLERANCE,
    chance_inliers,
    rotations_agree,
    rotations_rad,
    single_match_hypotheses,
    two_match_hypotheses,
)
from opsec.vision.features.local_features import LocalFeatures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.matching.landmarks.putative_matches import Pairs
    from opsec.vision.arrays import Flags, Floats

INLIER_TOLERANCE = 0.012
"""Share of the photo's longest side by which the fitted map may miss an inlier."""
_REFINEMENT_TOLERANCES = (VOTING_TOLERANCE * 0.6, INLIER_TOLERANCE * 1.5, INLIER_TOLERANCE, INLIER_TOLERANCE)
"""Tolerances of the rounds of fitting and selecting, each at least as tight as the one before."""
MIN_INLIERS = 4
CHANCE_INLIERS = 4
"""Inliers with angles and sizes of their own that agree by chance; the thresholds on counts are meant beyond these."""
_MIN_DISTINCT_PX = 2.5


@dataclass(frozen=True, slots=True)
class AffineFit:
    """A map from the frame to the reference photo and its inliers."""

    inliers: int
    """Weighted count of inliers at distinct locations of both images; two ambiguous ones count as one."""
    inlier_mask: "Flags"
    """Shape (n,): which of the given matches are inliers."""
    affine: "Floats"
    """Shape (3, 2): the row [x, y, 1] of the frame times the map is a point of the photo."""


def verify_geometry(
    frame: LocalFeatures, photo: LocalFeatures, pairs: "Pairs", n_unambiguous: int | None = None
) -> AffineFit | None:
    """Fit the affine map that most matches support.

    Parameters
    ----------
    frame, photo
        Features of both images.
    pairs
        Putative matches: frame feature and photo feature, shape (n, 2), the likeliest first.
    n_unambiguous
        How many of the pairs, the first ones, pass Lowe's ratio; None: all.

    Returns
    -------
    AffineFit or None
        None when no map has ``MIN_INLIERS`` inliers.
    """
    import numpy as np

    pairs = pairs[:MAX_PAIRS]
    if len(pairs) < MIN_INLIERS:
        return None
    here = frame.keypoints[pairs[:, 0]].astype(np.float64)
    there = photo.keypoints[pairs[:, 1]].astype(np.float64)
    side_px = float(max(photo.width_px, photo.height_px))
    whole = len(pairs) if n_unambiguous is None else min(n_unambiguous, len(pairs))
    hypotheses = (
        single_match_hypotheses(here, there, side_px, whole)
        if frame.has_orientation
        else two_match_hypotheses(here, there, side_px)
    )
    best = _refine_hypotheses(here, there, hypotheses, side_px, whole) if hypotheses else None
    if best is not None and not frame.has_orientation:
        best = replace(best, inliers=_subtract_chance(best.inliers, len(pairs), photo))
    return best if best is not None and best.inliers >= MIN_INLIERS else None


def _subtract_chance(inliers: int, n_pairs: int, photo: LocalFeatures) -> int:
    """Subtract the inliers that matches without angle and size give by chance beyond those of matches with them."""
    radius_px = INLIER_TOLERANCE * max(photo.width_px, photo.height_px)
    area_share = math.pi * radius_px**2 / (photo.width_px * photo.height_px)
    return inliers - max(0, chance_inliers(n_pairs, area_share) - CHANCE_INLIERS)


def _refine_hypotheses(
    frame_keypoints: "Floats", photo_keypoints: "Floats", hypotheses: "list[Flags]", photo_side_px: float,
    n_unambiguous: int,
) -> AffineFit | None:  # fmt: skip
    """Fit and select in turn with tightening tolerance, all hypotheses at once, and return the best supported map.

    Parameters
    ----------
    frame_keypoints, photo_keypoints
        Shape (n, 4), one match per row.
    hypotheses
        Which matches agree with each, shape (n,).
    photo_side_px
        Longest side of the photo.
    n_unambiguous
        How many matches, the first ones, count whole.
    """
    import numpy as np

    log_scales = np.log(photo_keypoints[:, 2] / frame_keypoints[:, 2])
    rotations = rotations_rad(frame_keypoints, photo_keypoints)
    source = np.c_[frame_keypoints[:, :2], np.ones(len(frame_keypoints))]
    target = photo_keypoints[:, :2]
    agree = np.stack(list({one.tobytes(): one for one in hypotheses}.values()))
    for tolerance in _REFINEMENT_TOLERANCES:
        affines, plausible = fit_affine_maps(frame_keypoints[:, :2], target, agree)
        if not plausible.any():
            return None
        affines = affines[plausible]
        squared_miss = ((source @ affines - target) ** 2).sum(axis=2)
        agree = squared_miss < (tolerance * photo_side_px) ** 2
        agree &= _agree_in_rotation_and_scale(log_scales, rotations, affines)
    return _select_best(frame_keypoints, photo_keypoints, agree, affines, n_unambiguous)


def _select_best(
    frame_keypoints: "Floats", photo_keypoints: "Floats", inlier_masks: "Flags", affines: "Floats", n_unambiguous: int
) -> AffineFit | None:
    """Return the map with most inliers at distinct locations.

    Few maps are counted in full, for none has more inliers than agreeing matches.

    Parameters
    ----------
    frame_keypoints, photo_keypoints
        Shape (n, 4), one match per row.
    inlier_masks
        Shape (k, n): which matches agree with each map.
    affines
        Shape (k, 3, 2).
    n_unambiguous
        How many matches, the first ones, count whole.
    """
    import numpy as np

    best: AffineFit | None = None
    counts = inlier_masks.sum(axis=1)
    for number in np.argsort(-counts, kind="stable").tolist():
        if best is not None and counts[number] <= best.inliers:
            break
        agreeing = np.flatnonzero(inlier_masks[number])
        distinct = agreeing[distinct_locations(frame_keypoints[agreeing], photo_keypoints[agreeing])]
        inliers = count_weighted(distinct, n_unambiguous)
        if best is None or inliers > best.inliers:
            best = AffineFit(inliers, inlier_masks[number], affines[number])
    return best


def count_weighted(numbers: "NDArray[np.intp]", n_unambiguous: int) -> int:
    """Count matches by their numbers: the first ``n_unambiguous`` of all count whole, the others half."""
    return (len(numbers) + int((numbers < n_unambiguous).sum())) // 2


def consistent_pairs(frame: LocalFeatures, photo: LocalFeatures, pairs: "Pairs", fit: AffineFit) -> "Flags":
    """Find which pairs (n, 2) rotate and scale as a map does, wherever they lie; shape (n,)."""
    import numpy as np

    here, there = frame.keypoints[pairs[:, 0]], photo.keypoints[pairs[:, 1]]
    log_scales, rotations = np.log(there[:, 2] / here[:, 2]), rotations_rad(here, there)
    return np.asarray(_agree_in_rotation_and_scale(log_scales, rotations, fit.affine[None])[0])


def _agree_in_rotation_and_scale(log_scales: "Floats", rotations: "Floats", affines: "Floats") -> "Flags":
    """Find for each map (shape (k, 3, 2)) which of n matches rotate and scale as it does: shape (k, n)."""
    import numpy as np

    agree = np.abs(log_scales - np.log(affine_scale(affines))[:, None]) < MAX_LOG_SCALE
    return np.asarray(agree & (rotations_agree(rotations, affine_rotation_rad(affines)[:, None])))


def distinct_locations(frame_points: "NDArray[Any]", photo_points: "NDArray[Any]") -> "Flags":
    """Find which matches lie at a location of their own, shape (n,).

    One corner found at five sizes is one piece of evidence: a match beside a likelier one, in either image, adds
    nothing. The points have shape (n, 2 or more): x, y; one match per row, the likeliest first.
    """
    import numpy as np

    beside = np.zeros((len(frame_points), len(frame_points)), np.bool_)
    for points in (frame_points, photo_points):
        x, y = points[:, 0], points[:, 1]
        beside |= (np.abs(x[:, None] - x) < _MIN_DISTINCT_PX) & (np.abs(y[:, None] - y) < _MIN_DISTINCT_PX)
    return np.asarray(~np.tril(beside, -1).any(axis=1))


def count_clusters(points: "NDArray[Any]", radius_px: float) -> int:
    """Count clusters of points (n, 2): each remaining point in turn absorbs all within ``radius_px`` of it."""
    import numpy as np

    left, count = np.asarray(points), 0
    while len(left):
        left = left[(np.abs(left - left[0]) >= radius_px).any(axis=1)]
        count += 1
    return count
