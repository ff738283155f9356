"""Cross-check of an affine fit with independent models, to reject chance agreement and repeated structure.

The affine map of ``geometric_verification`` is fitted to a few matches that agree. A true view also satisfies two other
models over all matches of the same rotation and scale (homography and fundamental matrix with MAGSAC++, Baráth et al.,
CVPR 2020, as OpenCV has it; its samples are drawn from a fixed seed), and nothing else in the photo claims the same
part of the frame: a row of windows that fits also fits one window further.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsec.matching.landmarks.geometric_verification import (
    AffineFit,
    consistent_pairs,
    count_weighted,
    distinct_locations,
    verify_geometry,
)
from opsec.matching.landmarks.hypotheses import MAX_PAIRS
from opsec.matching.landmarks.putative_matches import Correspondences
from opsec.vision.features.local_features import LocalFeatures

if TYPE_CHECKING:
    from collections.abc import Callable

    from opsec.matching.landmarks.putative_matches import Pairs
    from opsec.vision.arrays import Points

_TOLERANCE = 0.01
"""Share of the photo's longest side by which a match may miss a homography; half of it an epipolar line."""
_MIN_HOMOGRAPHY_PAIRS, _MIN_FUNDAMENTAL_PAIRS = 4, 8
MIN_CONFIRMED_SHARE = 0.6
"""Share of a map's inliers that a homography or a fundamental matrix must confirm."""
MIN_INLIERS_IN_DEPTH = 16
"""Inliers of a map from which on depth may be why no homography confirms it: fewer fit some epipolar lines by
chance."""
_MIN_RIVAL_DISTANCE = 0.08
"""Share of the photo's longest side from which on two maps send the same part of the frame to different locations."""


@dataclass(frozen=True, slots=True)
class CrossChecks:
    """Inliers of the other models, at distinct locations and weighted as those of the affine fit are."""

    homography: int
    fundamental: int
    """Computed only for many inliers that no homography confirms; else 0."""
    rival: int
    """Inliers of the best map that sends the same part of the frame elsewhere."""


def cross_check(
    frame: LocalFeatures, photo: LocalFeatures, correspondences: Correspondences, fit: AffineFit
) -> CrossChecks:
    """Cross-check an affine fit with a homography, a fundamental matrix and a rival map.

    Parameters
    ----------
    frame, photo
        Features of both images.
    correspondences
        The matches that the map was fitted to. Epipolar lines are tested with unambiguous ones only: among many
        ambiguous ones some always fit.
    fit
        The affine fit.
    """
    import cv2

    pairs = correspondences.pairs[:MAX_PAIRS]
    side_px = float(max(photo.width_px, photo.height_px))
    consistent = consistent_pairs(frame, photo, pairs, fit)
    n_unambiguous = int(consistent[: correspondences.n_unambiguous].sum())
    homography = _count_model_inliers(
        cv2.findHomography, _paired_points(frame, photo, pairs[consistent]), n_unambiguous, _TOLERANCE * side_px,
        _MIN_HOMOGRAPHY_PAIRS,
    )  # fmt: skip
    fundamental = 0
    if fit.inliers >= MIN_INLIERS_IN_DEPTH and homography < MIN_CONFIRMED_SHARE * fit.inliers:
        unambiguous = pairs[consistent][:n_unambiguous]
        fundamental = _count_model_inliers(
            cv2.findFundamentalMat, _paired_points(frame, photo, unambiguous), n_unambiguous,
            _TOLERANCE / 2 * side_px, _MIN_FUNDAMENTAL_PAIRS,
        )  # fmt: skip
        if not frame.has_orientation:  # without angle and size, matches that lie anywhere fit some epipolar lines
            fundamental = min(fundamental, fit.inliers)
    return CrossChecks(homography, fundamental, _count_rival_inliers(frame, photo, correspondences, fit, side_px))


def _paired_points(frame: LocalFeatures, photo: LocalFeatures, pairs: "Pairs") -> "tuple[Points, Points]":
    return frame.keypoints[pairs[:, 0], :2], photo.keypoints[pairs[:, 1], :2]


def _count_model_inliers(
    estimate: "Callable[..., Any]", points: "tuple[Points, Points]", n_unambiguous: int, tolerance_px: float,
    min_pairs: int,
) -> int:  # fmt: skip
    """Count the matches at distinct locations that a model of OpenCV's agrees with.

    Parameters
    ----------
    estimate
        ``cv2.findHomography`` or ``cv2.findFundamentalMat``.
    points
        Of the frame and of the photo, shape (n, 2), one match per row.
    n_unambiguous
        How many matches, the first ones, count whole.
    tolerance_px
        Distance by which a match may miss the model.
    min_pairs
        Fewer matches cannot determine the model: 0 is returned.
    """
    import cv2
    import numpy as np

    here, there = points
    if len(here) < min_pairs:
        return 0
    with suppress(cv2.error):  # raised when no sample gave a model
        mask = estimate(here, there, cv2.USAC_MAGSAC, tolerance_px)[1]
        if mask is not None:
            kept = np.flatnonzero(np.asarray(mask).ravel())
            return count_weighted(kept[distinct_locations(here[kept], there[kept])], n_unambiguous)
    return 0


def _count_rival_inliers(
    frame: LocalFeatures, photo: LocalFeatures, correspondences: Correspondences, fit: AffineFit, photo_side_px: float
) -> int:
    """Count the inliers, in the part of the frame that was recognised, of the best map that sends it elsewhere.

    Parameters
    ----------
    frame, photo
        Features of both images.
    correspondences
        The matches that the map was fitted to; its inliers are taken out.
    fit
        The affine fit.
    photo_side_px
        Longest side of the photo.
    """
    import numpy as np

    pairs = correspondences.pairs[:MAX_PAIRS]
    recognised = frame.keypoints[pairs[fit.inlier_mask, 0], :2]
    middle = np.r_[recognised.mean(axis=0), 1.0]
    left = pairs[~fit.inlier_mask]
    n_unambiguous = int((~fit.inlier_mask[: correspondences.n_unambiguous]).sum())
    other = verify_geometry(frame, photo, left, n_unambiguous)
    if other is None or np.linalg.norm(middle @ other.affine - middle @ fit.affine) < (
        _MIN_RIVAL_DISTANCE * photo_side_px
    ):
        return 0
    low, high = recognised.min(axis=0), recognised.max(axis=0)
    points = frame.keypoints[left[:, 0], :2]
    inside = other.inlier_mask & ((points >= low) & (points <= high)).all(axis=1)
    return min(other.inliers, count_weighted(np.flatnonzero(inside), n_unambiguous))
