"""Fit a similarity transform (shift, roll and scale) to the points of two frames by RANSAC."""

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from opsec.vision.camera_motion.pinhole_camera import image_center

if TYPE_CHECKING:
    from opsec.vision.arrays import Floats

MIN_POINTS = 6
"""Points from which a transform is fitted."""
MIN_SCALE, MAX_SCALE = 0.25, 4.0
"""Bounds of the scale: beyond them the fit is wrong."""
MIN_THIRD_POINTS = 5
"""Points that the upper and the lower third of the image must each have."""
RANSAC_ROUNDS = 100


class SimilarityFit(NamedTuple):
    """A similarity transform and what it leaves unexplained."""

    inlier_share: float
    """Share of the points that it explains, 0 to 1."""
    shift_px: "Floats"
    """Shift x, y of the image centre, shape (2,)."""
    scale: float
    """NaN where nothing could be fitted."""
    residuals_px: "Floats"
    """Target minus transformed source, shape (n, 2); NaN where nothing could be fitted."""


def fit_similarity(source: "Floats", target: "Floats", size: tuple[int, int], tolerance_px: float) -> SimilarityFit:
    """Fit shift, roll and scale to point correspondences.

    The same points always give the same fit: RANSAC here draws from a generator of its own, which OpenCV seeds anew for
    each call (``RANSACPointSetRegistrator::run`` in ``ptsetreg.cpp``), and not from the generator of the process.

    Parameters
    ----------
    source, target
        Pixel positions in the first and in the second frame, shape (n, 2).
    size
        Width and height of the frames.
    tolerance_px
        Residual up to which a point is an inlier.

    Returns
    -------
    The fit; inlier share 0 and scale NaN where there are too few points or none agree.
    """
    import cv2

    no_fit = SimilarityFit(0.0, np.zeros(2), math.nan, np.full((len(source), 2), math.nan))
    if len(source) < MIN_POINTS:
        return no_fit
    matrix, inliers = cv2.estimateAffinePartial2D(
        source.astype(np.float32), target.astype(np.float32), method=cv2.RANSAC,
        ransacReprojThreshold=tolerance_px, maxIters=RANSAC_ROUNDS,
    )  # fmt: skip
    if matrix is None:
        return no_fit
    center = image_center(size)
    shift_px = np.asarray(matrix[:, :2] @ center + matrix[:, 2] - center)
    scale = float(np.hypot(matrix[0, 0], matrix[1, 0]))
    residuals_px = target - (source @ matrix[:, :2].T + matrix[:, 2])
    return SimilarityFit(float(inliers.mean()), shift_px, float(np.clip(scale, MIN_SCALE, MAX_SCALE)), residuals_px)


def thirds_disparity_px(residuals_px: "Floats", y_share: "Floats") -> float:
    """Distance between the median residuals (n, 2) of the upper and the lower third; NaN where one has too few points.

    ``y_share`` (n,) is the height of each point in the image, 0 at the top and 1 at the bottom.
    """
    upper, lower = residuals_px[y_share < 1 / 3], residuals_px[y_share > 2 / 3]
    if min(len(upper), len(lower)) < MIN_THIRD_POINTS:
        return math.nan
    return float(np.linalg.norm(np.median(upper, axis=0) - np.median(lower, axis=0)))
