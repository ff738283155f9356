"""Loop closure: a turn that comes round to its start measures itself, since it covers 360° whatever the lens.

The last frames are compared with the first. Where they show the same scene, the headings between them are scaled so
that the circle closes, and the field of view with them.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from opsec.vision.camera_motion.pinhole_camera import CameraIntrinsics
from opsec.vision.camera_motion.rotation_geometry import fit_rotations_robust

if TYPE_CHECKING:
    from opsec.vision.arrays import Floats, GrayImage

MIN_RANGE_DEG = 280.0
"""Range of headings from which a closed circle is worth seeking."""
MIN_MATCHES = 14
"""Putative matches, and inliers, that two frames must share."""
MIN_INLIER_SHARE = 0.35
"""Share of the putative matches that must agree on one rotation."""
MAX_SCALE_CHANGE = 0.12
"""Difference of the scale from 1, at most."""
INLIER_TOLERANCE = 0.018
"""Residual of an inlier, as a share of the shorter side."""
_MAX_PAIRS = 6
"""Pairs of frames that are compared."""
_MAX_END_FRAMES = 40
"""Frames at each end of the shot from which pairs are formed."""
_MAX_GAP = 0.6
"""How far two frames may miss a full circle, as a share of the field of view, to be compared."""
_MAX_KEYPOINTS = 500
_MAX_MATCHES = 120
_FULL_CIRCLE_DEG = 360.0


def loop_closure_scale(
    frames: "Sequence[GrayImage | None]", heading_deg: "Floats", short_fov_deg: float
) -> float | None:
    """Estimate the factor by which headings must be multiplied so that the circle closes.

    Parameters
    ----------
    frames
        The frames that were kept, one place for every heading; None for a dropped one.
    heading_deg
        Chained heading of every frame, shape (frames,).
    short_fov_deg
        Field of view of the shorter side.

    Returns
    -------
    The factor; None when the circle does not close or was not filmed.
    """
    for first, last in _candidate_pairs(frames, heading_deg, short_fov_deg):
        one, other = frames[first], frames[last]
        assert one is not None and other is not None
        remaining_deg = _relative_heading_deg(one, other, short_fov_deg)
        if remaining_deg is None:
            continue
        chained_deg = abs(float(heading_deg[last] - heading_deg[first]))
        sign = 1.0 if heading_deg[last] > heading_deg[first] else -1.0
        scale = (_FULL_CIRCLE_DEG + sign * remaining_deg) / chained_deg
        if abs(scale - 1) <= MAX_SCALE_CHANGE:
            return scale
    return None


def _candidate_pairs(
    frames: "Sequence[GrayImage | None]", heading_deg: "Floats", short_fov_deg: float
) -> list[tuple[int, int]]:
    """Pairs of kept frames whose headings lie closest to a full circle apart."""
    kept = [number for number, frame in enumerate(frames) if frame is not None]
    gaps = [
        (abs(abs(float(heading_deg[j] - heading_deg[i])) - _FULL_CIRCLE_DEG), i, j)
        for i in kept[:_MAX_END_FRAMES]
        for j in kept[-_MAX_END_FRAMES:]
        if i < j
    ]
    near = sorted(one for one in gaps if one[0] < _MAX_GAP * short_fov_deg)
    return [(i, j) for _gap, i, j in near[:_MAX_PAIRS]]


def _relative_heading_deg(one: "GrayImage", other: "GrayImage", short_fov_deg: float) -> float | None:
    """Heading of the second frame relative to the first, clockwise; None when they do not show the same scene."""
    import cv2

    orb = cv2.ORB.create(nfeatures=_MAX_KEYPOINTS)
    (keypoints, descriptors), (other_keypoints, other_descriptors) = (
        orb.detectAndCompute(one, None),
        orb.detectAndCompute(other, None),
    )
    if descriptors is None or other_descriptors is None or min(len(descriptors), len(other_descriptors)) < MIN_MATCHES:
        return None
    matches = cv2.BFMatcher(cv2.NORM_HAMMING, crossCheck=True).match(descriptors, other_descriptors)
    matches = sorted(matches, key=lambda match: (match.distance, match.queryIdx))[:_MAX_MATCHES]
    if len(matches) < MIN_MATCHES:
        return None
    source = np.array([keypoints[match.queryIdx].pt for match in matches], np.float64)
    target = np.array([other_keypoints[match.trainIdx].pt for match in matches], np.float64)
    height, width = one.shape
    intrinsics = CameraIntrinsics.from_fov(short_fov_deg, (width, height))
    tolerance_px, weights = INLIER_TOLERANCE * min(width, height), np.ones((1, len(source)))
    (rotation,), (residuals_px,) = fit_rotations_robust(source[None], target[None], intrinsics, tolerance_px, weights)
    inliers = int((residuals_px < tolerance_px).sum())
    if inliers < max(MIN_MATCHES, MIN_INLIER_SHARE * len(matches)):
        return None
    return -float(np.degrees(np.arctan2(rotation[0, 2], rotation[2, 2])))
