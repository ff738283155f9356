"""Rotation fits: exact data, outliers, padding, and rotation vectors."""

import numpy as np
import pytest

from opsec.vision.camera_motion.pinhole_camera import CameraIntrinsics, project, unproject
from opsec.vision.camera_motion.rotation_geometry import (
    fit_rotation,
    fit_rotations_robust,
    refine_rotations,
    rotation_vectors,
)
from tests.vision.camera_motion.synthetic_points import FOV_DEG, SIZE, Floats, yaw_matrix

CAMERA = CameraIntrinsics.from_fov(FOV_DEG, SIZE)


def turned_points(deg: float, count: int = 60, seed: int = 1) -> tuple[Floats, Floats]:
    """Pixel positions before and after a turn, each (1, count, 2)."""
    source = np.random.default_rng(seed).uniform((40, 10), (140, 310), (1, count, 2))
    rays = unproject(source, CAMERA.focal_px, CAMERA.center) @ yaw_matrix(deg).T
    return source, project(rays, CAMERA.focal_px, CAMERA.center)


def yaw_deg(rotation: Floats) -> float:
    return -float(np.degrees(rotation_vectors(rotation[None])[0, 1]))


def test_least_squares_finds_an_exact_rotation() -> None:
    source, target = turned_points(6.0)
    rays = [unproject(one, CAMERA.focal_px, CAMERA.center) for one in (source, target)]
    rotation = fit_rotation(rays[0], rays[1], np.ones((1, source.shape[1])))
    assert rotation[0] == pytest.approx(yaw_matrix(6.0), abs=1e-9)
    assert np.linalg.det(rotation[0]) == pytest.approx(1.0)


def test_a_flat_set_of_rays_is_never_fitted_by_a_reflection() -> None:
    rays = np.array([[[0.0, 0, 1], [0.1, 0, 1], [0.2, 0, 1]]])
    assert np.linalg.det(fit_rotation(rays, rays, np.ones((1, 3)))[0]) == pytest.approx(1.0)


@pytest.mark.parametrize("outlier_share", [0.0, 0.2, 0.4])
def test_ransac_ignores_points_that_move_by_themselves(outlier_share: float) -> None:
    source, target = turned_points(5.0)
    outliers = np.arange(60) < outlier_share * 60
    target[0, outliers] += np.random.default_rng(2).uniform(15, 40, (outliers.sum(), 2))
    (rotation,), (residuals_px,) = fit_rotations_robust(source, target, CAMERA, 2.0, np.ones((1, 60)))
    assert yaw_deg(rotation) == pytest.approx(5.0, abs=0.05)
    assert (residuals_px[~outliers] < 2.0).all()
    assert (residuals_px[outliers] > 2.0).all()


def test_points_without_weight_have_no_influence() -> None:
    source, target = turned_points(5.0)
    weights = (np.arange(60) < 30).astype(float)[None]
    target[0, 30:] += 25.0
    (rotation,), _residuals_px = fit_rotations_robust(source, target, CAMERA, 2.0, weights)
    assert yaw_deg(rotation) == pytest.approx(5.0, abs=0.05)


def test_the_same_pairs_give_the_same_rotations_in_any_batch() -> None:
    (one, one_there), (two, two_there) = turned_points(5.0), turned_points(-3.0, seed=2)
    batch, weights = (np.concatenate([one, two]), np.concatenate([one_there, two_there])), np.ones((2, 60))
    rotations, _residuals_px = fit_rotations_robust(*batch, CAMERA, 2.0, weights)
    again, _residuals_px = fit_rotations_robust(*batch, CAMERA, 2.0, weights)
    assert np.array_equal(rotations, again)
    assert [yaw_deg(rotation) for rotation in rotations] == pytest.approx([5.0, -3.0], abs=0.05)


def test_reweighting_pulls_a_fit_back_from_outliers() -> None:
    source, target = turned_points(4.0)
    target[0, :10] += 20.0
    focals_px = np.array([CAMERA.focal_px])
    rotations, residuals_px = refine_rotations(source, target, focals_px, CAMERA.center, 1.0, np.ones((1, 60)))
    assert yaw_deg(rotations[0]) == pytest.approx(4.0, abs=0.1)
    assert np.median(residuals_px) < 0.2


def test_a_wrong_focal_length_leaves_residuals() -> None:
    source, target = turned_points(15.0)
    errors = [
        np.median(refine_rotations(source, target, np.array([f]), CAMERA.center, 1.0, np.ones((1, 60)))[1])
        for f in (CAMERA.focal_px, 2 * CAMERA.focal_px)
    ]
    assert errors[0] < 0.01 < errors[1]


@pytest.mark.parametrize("deg", [-170.0, -3.0, 0.0, 0.001, 90.0])
def test_rotation_vectors_recover_the_angle(deg: float) -> None:
    assert yaw_deg(yaw_matrix(deg)) == pytest.approx(deg, abs=1e-6)
