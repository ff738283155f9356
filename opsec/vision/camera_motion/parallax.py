"""Estimate camera translation from parallax, to tell a moving camera from one that only turns.

With the rotation removed, source ray, target ray and direction of translation lie in one plane for everything that
does not move by itself (the epipolar constraint, Longuet-Higgins 1981), and all points move away from the focus of
expansion, or all towards it. Noise does neither.
"""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from opsec.vision.arrays import Flags, Floats

MIN_MOVING_POINTS = 6
"""Points that must show parallax for a direction to be estimated."""
MAX_OUT_OF_PLANE_SINE = 0.2
"""Sine of the angle that the epipolar plane of an inlier may make with the translation."""
ROUNDS = 5
"""Rounds of iteratively reweighted least squares."""


def translation_directions(
    source_rays: "Floats", target_rays: "Floats", min_angle_rad: float, valid: "Flags"
) -> "Floats":
    """Estimate the direction of camera translation of each frame pair.

    Parameters
    ----------
    source_rays
        Unit rays of the points in the first frame, the rotation to the second one applied, shape (k, n, 3).
    target_rays
        Unit rays of the same points in the second frame, shape (k, n, 3).
    min_angle_rad
        Parallax below this is noise.
    valid
        False for padding, shape (k, n).

    Returns
    -------
    Directions, shape (k, 3), each as long as the share of the points, 0 to 1, that agrees with it.
    """
    normals = np.cross(source_rays, target_rays)
    sines = np.sqrt((normals**2).sum(axis=-1))
    moving = valid & (sines > min_angle_rad)
    count = moving.sum(axis=-1)
    weights = moving.astype(np.float64)
    for _ in range(ROUNDS):
        _values, axes = np.linalg.eigh(np.swapaxes(normals * weights[..., None], -1, -2) @ normals)
        direction = axes[..., 0]
        out_of_plane = np.abs((normals @ direction[..., None])[..., 0]) / (sines + 1e-9)
        weights = moving / (1 + (out_of_plane / MAX_OUT_OF_PLANE_SINE) ** 2)
    along = (source_rays @ direction[..., None])[..., 0]
    outward = ((target_rays - source_rays) * (direction[..., None, :] - along[..., None] * source_rays)).sum(axis=-1)
    divisor = np.maximum(1, count)
    sign_agreement = (np.sign(outward) * moving).sum(axis=-1) / divisor
    inlier_share = (moving & (out_of_plane < MAX_OUT_OF_PLANE_SINE)).sum(axis=-1) / divisor
    moving_share = count / np.maximum(1, valid.sum(axis=-1))
    strength = np.where(count >= MIN_MOVING_POINTS, sign_agreement * inlier_share * moving_share, 0.0)
    return np.asarray(-direction * strength[..., None])
