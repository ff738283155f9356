"""Parallax gives a translation, its direction and its strength; tracking errors and a fixed camera give none."""

import numpy as np
import pytest

from opsec.vision.camera_motion.parallax import MIN_MOVING_POINTS, translation_directions

MIN_ANGLE_RAD = 0.003


def random_rays(seed: int, count: int = 120) -> np.ndarray:
    rng = np.random.default_rng(seed)
    flat = rng.uniform((-0.4, -0.7), (0.4, 0.7), (count, 2))
    rays = np.concatenate([flat, np.ones((count, 1))], axis=1)
    return np.asarray(rays / np.linalg.norm(rays, axis=1, keepdims=True))


def rays_after(rays: np.ndarray, travel_m: np.ndarray, seed: int) -> np.ndarray:
    """Rays to the same points, 4 to 40 metres off, after the camera has travelled."""
    points = rays * np.random.default_rng(seed).uniform(4, 40, (len(rays), 1)) - travel_m
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True))


def estimate(source: np.ndarray, target: np.ndarray, count: int | None = None) -> np.ndarray:
    valid = np.arange(len(source))[None] < (len(source) if count is None else count)
    return np.asarray(translation_directions(source[None], target[None], MIN_ANGLE_RAD, valid)[0])


@pytest.mark.parametrize("travel_m", [(0.0, 0.0, 1.5), (0.0, 0.0, -1.5), (0.8, 0.0, 1.0), (1.2, -0.1, 0.0)])
def test_direction_and_sign_of_a_translation(travel_m: tuple[float, float, float]) -> None:
    rays, truth = random_rays(1), np.array(travel_m)
    found = estimate(rays, rays_after(rays, truth, 2))
    assert found @ truth / np.linalg.norm(found) / np.linalg.norm(truth) > 0.99
    assert np.linalg.norm(found) > 0.6


@pytest.mark.parametrize("seed", range(8))
def test_tracking_errors_are_not_translation(seed: int) -> None:
    rays = random_rays(seed)
    noisy = rays + np.random.default_rng(seed + 100).normal(0, MIN_ANGLE_RAD, rays.shape)
    assert np.linalg.norm(estimate(rays, noisy / np.linalg.norm(noisy, axis=1, keepdims=True))) < 0.2


def test_a_fixed_camera_and_too_few_points_give_no_translation() -> None:
    rays = random_rays(3)
    assert np.array_equal(estimate(rays, rays), np.zeros(3))
    moved = rays_after(rays, np.array([0.0, 0.0, 1.5]), 4)
    assert np.array_equal(estimate(rays, moved, count=MIN_MOVING_POINTS - 1), np.zeros(3))
