"""Fit the rotation between two images that a camera took from one place.

Two images from one place differ by one rotation of all rays (Hartley and Zisserman 2004, section 8.4). The best
rotation has a closed form (Kabsch 1976). Where some points move by themselves it is found by RANSAC (Fischler and
Bolles 1981) over pairs of points, with a fixed random seed.

All functions work on many image pairs at once: ``k`` pairs of up to ``n`` points; a missing point has weight 0.
"""

from typing import TYPE_CHECKING

import numpy as np

from opsec.vision.camera_motion.pinhole_camera import CameraIntrinsics, project, unproject

if TYPE_CHECKING:
    from opsec.vision.arrays import Floats

HYPOTHESES = 40
"""Rotations tried per pair of images."""
MIN_INLIERS = 4
"""Inliers from which a rotation is refined."""
REFINEMENTS = 2
"""Least-squares refinements of the best hypothesis, each from the inliers of the one before."""
TRUST_SCALES = (4, 2, 1, 1)
"""Width of the weight function in each round of ``refine_rotations``, as a multiple of ``scale_px``."""
_SEED = 7
_EPSILON = 1e-18


def fit_rotation(source: "Floats", target: "Floats", weights: "Floats") -> "Floats":
    """Fit the rotations that take rays to rays by weighted least squares (Kabsch 1976).

    Parameters
    ----------
    source, target
        Unit rays, shape (…, n, 3).
    weights
        Weight of each ray, shape (…, n).

    Returns
    -------
    Rotation matrices, shape (…, 3, 3).
    """
    covariance = np.swapaxes(target * weights[..., None], -1, -2) @ source
    u, _s, vt = np.linalg.svd(covariance)
    u[..., :, 2] *= _determinant_sign(u @ vt)[..., None]
    return np.asarray(u @ vt)


def _determinant_sign(matrices: "Floats") -> "Floats":
    """Sign of the determinants: 1 for a rotation, -1 for a reflection."""
    x, y, z = matrices[..., 0, :], matrices[..., 1, :], matrices[..., 2, :]
    return np.asarray(np.sign((np.cross(x, y) * z).sum(axis=-1)))


def fit_rotations_robust(
    source: "Floats", target: "Floats", intrinsics: CameraIntrinsics, tolerance_px: float, weights: "Floats"
) -> "tuple[Floats, Floats]":
    """Fit by RANSAC the rotation of each image pair that most of the weight agrees with.

    Parameters
    ----------
    source, target
        Pixel positions in the first and in the second image, shape (k, n, 2).
    intrinsics
        Camera of both images.
    tolerance_px
        Residual up to which a point is an inlier.
    weights
        Weight of each point, shape (k, n); 0 for a missing one.

    Returns
    -------
    rotations
        Shape (k, 3, 3).
    residuals_px
        Distance of every point from its rotation, in pixels at the image centre, shape (k, n).
    """
    focal_px = intrinsics.focal_px
    source_rays = unproject(source, focal_px, intrinsics.center)
    target_rays = unproject(target, focal_px, intrinsics.center)
    products = (target_rays[..., :, None] * source_rays[..., None, :]).reshape(*source_rays.shape[:2], 9)
    hypotheses = _two_point_rotations(source_rays, target_rays, weights)
    max_squared = (tolerance_px / focal_px) ** 2
    losses = np.minimum(_squared_chords(products, hypotheses.reshape(len(hypotheses), -1, 9)), max_squared)
    best = (weights[:, None, :] @ losses)[:, 0].argmin(axis=-1)
    rotations = hypotheses[np.arange(len(hypotheses)), best]
    for _ in range(REFINEMENTS):
        residuals = _squared_chords(products, rotations.reshape(-1, 1, 9))[..., 0]
        inlier_weights = weights * (residuals < max_squared)
        enough = np.count_nonzero(inlier_weights, axis=-1) >= MIN_INLIERS
        refined = fit_rotation(source_rays, target_rays, inlier_weights)
        rotations = np.where(enough[:, None, None], refined, rotations)
    return rotations, np.sqrt(_squared_chords(products, rotations.reshape(-1, 1, 9))[..., 0]) * focal_px


def _two_point_rotations(source_rays: "Floats", target_rays: "Floats", weights: "Floats") -> "Floats":
    """RANSAC hypotheses (k, HYPOTHESES, 3, 3): exact rotations of randomly drawn pairs of points with a weight."""
    weighted_first = np.argsort(weights <= 0, axis=-1, kind="stable")
    count = (weights > 0).sum(axis=-1)
    random = np.random.default_rng(_SEED).random((len(source_rays), HYPOTHESES, 2))
    drawn = (random * count[:, None, None]).astype(int)
    drawn[..., 1] = np.where(
        drawn[..., 1] == drawn[..., 0], (drawn[..., 0] + 1) % np.maximum(count, 1)[:, None], drawn[..., 1]
    )
    row = np.arange(len(source_rays))[:, None]
    first, second = weighted_first[row, drawn[..., 0]], weighted_first[row, drawn[..., 1]]
    target_basis = _basis(target_rays[row, first], target_rays[row, second])
    return target_basis @ np.swapaxes(_basis(source_rays[row, first], source_rays[row, second]), -1, -2)


def _basis(first: "Floats", second: "Floats") -> "Floats":
    """Orthonormal axes (…, 3, 3), as columns, of two unit rays (…, 3): sum, difference and their cross product."""
    along, across = first + second, first - second
    along = along / np.sqrt((along**2).sum(axis=-1, keepdims=True) + _EPSILON)
    across = across / np.sqrt((across**2).sum(axis=-1, keepdims=True) + _EPSILON)
    return np.stack([along, across, np.cross(along, across)], axis=-1)


def _squared_chords(products: "Floats", rotations: "Floats") -> "Floats":
    """Squared chords between rotated source rays and target rays.

    ``products`` are the outer products of target and source rays, (k, n, 9); with ``rotations`` (k, t, 9) the result
    has shape (k, n, t).
    """
    return np.maximum(0.0, 2 - 2 * (products @ np.swapaxes(rotations, -1, -2)))


def refine_rotations(  # noqa: PLR0913, PLR0917 - points, camera and weights
    source: "Floats", target: "Floats", focal_px: "Floats", center: "Floats", scale_px: float, weights: "Floats"
) -> "tuple[Floats, Floats]":
    """Fit the rotations of image pairs most of whose points agree, by iteratively reweighted least squares.

    The weight function narrows from round to round down to ``scale_px`` (Holland and Welsch 1977).

    Parameters
    ----------
    source, target
        Pixel positions in the first and in the second image, shape (k, n, 2).
    focal_px
        Focal length of each pair, shape (k,).
    center
        Principal point, shape (2,).
    scale_px
        Residual of an ordinary inlier.
    weights
        Weight of each point, shape (k, n); 0 for a missing one.

    Returns
    -------
    rotations
        Shape (k, 3, 3).
    residuals_px
        Reprojection error of every point, shape (k, n).
    """
    source_rays, target_rays = unproject(source, focal_px, center), unproject(target, focal_px, center)
    trust = weights
    for scale in TRUST_SCALES:
        rotations = fit_rotation(source_rays, target_rays, trust)
        errors = project(source_rays @ np.swapaxes(rotations, -1, -2), focal_px, center) - target
        squared = (errors**2).sum(axis=-1)
        trust = weights / (1 + squared / (scale * scale_px) ** 2) ** 2
    return rotations, np.sqrt(squared)


def rotation_vectors(rotations: "Floats") -> "Floats":
    """Convert rotation matrices (k, 3, 3) to axis times angle in radians (k, 3), for angles below 180° (Rodrigues)."""
    axis = np.stack(
        [
            rotations[..., 2, 1] - rotations[..., 1, 2],
            rotations[..., 0, 2] - rotations[..., 2, 0],
            rotations[..., 1, 0] - rotations[..., 0, 1],
        ],
        axis=-1,
    )
    sine = np.linalg.norm(axis, axis=-1)
    angle = np.arctan2(sine, np.trace(rotations, axis1=-2, axis2=-1) - 1)
    return np.asarray(axis * (angle / np.maximum(sine, 1e-12))[..., None])
