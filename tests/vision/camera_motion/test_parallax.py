"""Parallax tells a travel, its direction and how much shows it; tracking errors and standing still show none."""

import numpy as np
import pytest

from opsec.vision.camera_motion.parallax import FEWEST_MOVING, travels

LEAST = 0.003


def _rays(seed: int, count: int = 120) -> np.ndarray:
    rng = np.random.default_rng(seed)
    flat = rng.uniform((-0.4, -0.7), (0.4, 0.7), (count, 2))
    rays = np.concatenate([flat, np.ones((count, 1))], axis=1)
    return np.asarray(rays / np.linalg.norm(rays, axis=1, keepdims=True))


def _seen_from(rays: np.ndarray, way: np.ndarray, seed: int) -> np.ndarray:
    """The same points, 4 to 40 metres off, from a camera that has gone ``way`` metres."""
    points = rays * np.random.default_rng(seed).uniform(4, 40, (len(rays), 1)) - way
    return np.asarray(points / np.linalg.norm(points, axis=1, keepdims=True))


def _told(rays: np.ndarray, goals: np.ndarray, known: int | None = None) -> np.ndarray:
    mask = np.arange(len(rays))[None] < (len(rays) if known is None else known)
    return np.asarray(travels(rays[None], goals[None], LEAST, mask)[0])


@pytest.mark.parametrize("way", [(0.0, 0.0, 1.5), (0.0, 0.0, -1.5), (0.8, 0.0, 1.0), (1.2, -0.1, 0.0)])
def test_the_way_of_a_travel_is_told(way: tuple[float, float, float]) -> None:
    rays, gone = _rays(1), np.array(way)
    told = _told(rays, _seen_from(rays, gone, 2))
    assert told @ gone / np.linalg.norm(told) / np.linalg.norm(gone) > 0.99
    assert np.linalg.norm(told) > 0.6


@pytest.mark.parametrize("seed", range(8))
def test_errors_of_tracking_are_no_travel(seed: int) -> None:
    rays = _rays(seed)
    goals = rays + np.random.default_rng(seed + 100).normal(0, LEAST, rays.shape)
    assert np.linalg.norm(_told(rays, goals / np.linalg.norm(goals, axis=1, keepdims=True))) < 0.2


def test_a_camera_that_stands_and_too_few_corners_tell_nothing() -> None:
    rays = _rays(3)
    assert np.array_equal(_told(rays, rays), np.zeros(3))
    goals = _seen_from(rays, np.array([0.0, 0.0, 1.5]), 4)
    assert np.array_equal(_told(rays, goals, known=FEWEST_MOVING - 1), np.zeros(3))
