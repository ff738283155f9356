"""Search of a region in other frames by its SIFT features: after a cut, out of view, or where a track drifted."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from opsec.vision.arrays import AnyArray, Floats, GrayImage

_MAX_FEATURES = 1_500
_CONTRAST = 0.02
"""Threshold of SIFT, half of the usual one: boards and distant walls have little contrast."""
_RATIO = 0.75
"""Ratio test (Lowe 2004)."""
_MIN_INLIERS = 8
_MIN_INLIER_SHARE = 0.35
_INLIER_PX = 3.0
_SCALES = (0.3, 3.5)
_MARGIN_SHARE, _MARGIN_PX = 0.5, 16
"""Margin around the region whose features help to find it: shares of its sides, and pixels."""


@dataclass(slots=True)
class RegionSearch:
    """Features of some frames of a clip, extracted when the first region is sought."""

    gray: "Callable[[int], GrayImage]"
    """Returns a frame by its number."""
    numbers: Sequence[int]
    """Frames to search."""
    _features: "dict[int, tuple[Floats, AnyArray]]" = field(default_factory=dict)

    def find(self, start: int, corners: "Floats") -> "dict[int, Floats]":
        """Return the corners of a region in every searched frame that shows it.

        Parameters
        ----------
        start
            Number of the frame in which the region is known.
        corners
            Its corners there, in pixels, shape (4, 2).
        """
        import cv2

        points, descriptors = self._around(start, corners)
        if len(points) < _MIN_INLIERS:
            return {}
        matcher = cv2.BFMatcher(cv2.NORM_L2)
        found: dict[int, Floats] = {}
        for number in self.numbers:
            there, others = self._extract(number)
            if number == start or len(there) < _MIN_INLIERS:
                continue
            pairs = [pair for pair in matcher.knnMatch(descriptors, others, k=2) if len(pair) == 2]
            good = [one for one, other in pairs if one.distance < _RATIO * other.distance]
            step = _fit(points[[one.queryIdx for one in good]], there[[one.trainIdx for one in good]])
            if step is not None:
                found[number] = corners @ step[:, :2].T + step[:, 2]
        return found

    def _around(self, number: int, corners: "Floats") -> "tuple[Floats, AnyArray]":
        """Return the features of a region and its surroundings."""
        points, descriptors = self._extract(number)
        low, high = corners.min(axis=0), corners.max(axis=0)
        margin = np.maximum(_MARGIN_SHARE * (high - low), _MARGIN_PX)
        near = ((points >= low - margin) & (points <= high + margin)).all(axis=1)
        return points[near], descriptors[near]

    def _extract(self, number: int) -> "tuple[Floats, AnyArray]":
        import cv2

        if number not in self._features:
            sift = cv2.SIFT.create(_MAX_FEATURES, contrastThreshold=_CONTRAST)
            keypoints, descriptors = sift.detectAndCompute(self.gray(number), None)
            points = np.array([one.pt for one in keypoints], float).reshape(-1, 2)
            found = np.empty((0, 128)) if descriptors is None else descriptors
            self._features[number] = points, found.astype(np.uint8)  # SIFT's components are whole numbers up to 255
        return self._features[number]


def _fit(source: "Floats", target: "Floats") -> "Floats | None":
    """Fit a similarity to correspondences; None where too few agree."""
    import cv2

    if len(source) < _MIN_INLIERS:
        return None
    step, inliers = cv2.estimateAffinePartial2D(source, target, method=cv2.RANSAC, ransacReprojThreshold=_INLIER_PX)
    if step is None or inliers.sum() < _MIN_INLIERS or inliers.mean() < _MIN_INLIER_SHARE:
        return None
    growth = float(np.hypot(step[0, 0], step[1, 0]))
    return np.asarray(step, float) if _SCALES[0] < growth < _SCALES[1] else None
