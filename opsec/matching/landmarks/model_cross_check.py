"""Second witnesses of a map between a picture and a photo, which chance and repetition do not bring.

The affine map of ``verify`` is fitted to a few pairs that agree. A true view is also seen by two other models over all
pairs of the same turn and growth (homography and fundamental matrix with MAGSAC++, Baráth et al., CVPR 2020, as
OpenCV has it; its samples are drawn from a fixed seed), and nothing else in the photo claims the same part of the
picture: a row of windows that fits also fits one window further.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsec.matching.landmarks.geometric_verification import Fit, apart, moved_alike, verified, weighed
from opsec.matching.landmarks.putative_matches import Paired
from opsec.matching.landmarks.single_match_hypotheses import MOST_PAIRS
from opsec.vision.features.local_features import Extracted

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.float64]
    Pairs = NDArray[np.intp]
    Places = NDArray[np.float32]

_MISS = 0.01
"""Share of the photo's longest side by which a pair may miss a homography; half of it an epipolar line."""
BORNE_OUT = 0.6
"""Share of a map's pairs that a homography or a fundamental matrix must find again."""
ENOUGH_OF_A_PLANE = 16
"""Pairs of a map from which on depth may be why no plane bears it out: fewer fit some epipolar lines by chance."""
_ELSEWHERE = 0.08
"""Share of the photo's longest side from which on two maps send the same part of the picture to different places."""


@dataclass(frozen=True, slots=True)
class Witnesses:
    """What the other models say of a fit; counts are of pairs that stand apart, weighed as those of the fit are."""

    homography: int
    fundamental: int
    """Asked only of many pairs that no homography bears out; else 0."""
    rival: int
    """Pairs that support the best map which sends the same part of the picture elsewhere."""


def witnesses(frame: Extracted, photo: Extracted, paired: Paired, fit: Fit) -> Witnesses:
    """Ask the other models. ``paired`` is what the fit was made of; epipolar lines are asked of sure pairs alone, for
    among many others some always fit."""
    import cv2

    pairs = paired.pairs[:MOST_PAIRS]
    side = float(max(photo.width_px, photo.height_px))
    alike = moved_alike(frame, photo, pairs, fit)
    sure = int(alike[: paired.sure].sum())
    plane = _agreeing(cv2.findHomography, _places(frame, photo, pairs[alike]), sure, _MISS * side, 4)
    deep = 0
    if fit.inliers >= ENOUGH_OF_A_PLANE and plane < BORNE_OUT * fit.inliers:
        surely = pairs[alike][:sure]
        deep = _agreeing(cv2.findFundamentalMat, _places(frame, photo, surely), sure, _MISS / 2 * side, 8)
        if frame.upright:  # with no angle and no size to ask, pairs that lie anywhere fit some epipolar lines
            deep = min(deep, fit.inliers)
    return Witnesses(plane, deep, _rival(frame, photo, paired, fit, side))


def _places(frame: Extracted, photo: Extracted, pairs: "Pairs") -> "tuple[Places, Places]":
    return frame.keypoints[pairs[:, 0], :2], photo.keypoints[pairs[:, 1], :2]


def _agreeing(
    model: "Callable[..., Any]", places: "tuple[Places, Places]", sure: int, miss_px: float, least: int
) -> int:
    """Pairs that stand apart and that a model of OpenCV's agrees with; the first ``sure`` of them are."""
    import cv2
    import numpy as np

    here, there = places
    if len(here) < least:
        return 0
    with suppress(cv2.error):  # OpenCV's way to say that no sample gave a model
        mask = model(here, there, cv2.USAC_MAGSAC, miss_px)[1]
        if mask is not None:
            kept = np.flatnonzero(np.asarray(mask).ravel())
            return weighed(kept[apart(here[kept], there[kept])], sure)
    return 0


def _rival(frame: Extracted, photo: Extracted, paired: Paired, fit: Fit, side: float) -> int:
    import numpy as np

    pairs = paired.pairs[:MOST_PAIRS]
    supporting = frame.keypoints[pairs[fit.supporting, 0], :2]
    middle = np.r_[supporting.mean(axis=0), 1.0]
    left, sure = pairs[~fit.supporting], int((~fit.supporting[: paired.sure]).sum())
    other = verified(frame, photo, left, sure)
    if other is None or np.linalg.norm(middle @ other.affine - middle @ fit.affine) < _ELSEWHERE * side:
        return 0
    low, high = supporting.min(axis=0), supporting.max(axis=0)
    places = frame.keypoints[left[:, 0], :2]
    inside = other.supporting & ((places >= low) & (places <= high)).all(axis=1)
    return min(other.inliers, weighed(np.flatnonzero(inside), sure))
