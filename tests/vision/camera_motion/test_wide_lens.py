"""Equidistant lenses: straightened points are those of a pinhole camera."""

import numpy as np
import pytest

from opsec.vision.camera_motion.correspondences import FramePoints
from opsec.vision.camera_motion.pinhole_camera import focal_length_px, image_center, project
from opsec.vision.camera_motion.wide_lens import (
    equidistant_focal_px,
    pinhole_fov_deg,
    straightened,
    straightened_frames,
)

SIZE = (320, 180)


@pytest.mark.parametrize("short_fov_deg", [40.0, 60.0, 70.0])
def test_straightened_points_are_those_of_a_pinhole(short_fov_deg: float) -> None:
    rng, center = np.random.default_rng(2), image_center(SIZE)
    angle, around = rng.uniform(0, 0.9, 50), rng.uniform(0, 2 * np.pi, 50)
    rays = np.stack([np.sin(angle) * np.cos(around), np.sin(angle) * np.sin(around), np.cos(angle)], axis=1)
    focal_px = equidistant_focal_px(short_fov_deg, SIZE)
    seen = center + focal_px * angle[:, None] * np.stack([np.cos(around), np.sin(around)], axis=1)
    assert straightened(seen, short_fov_deg, SIZE) == pytest.approx(project(rays, focal_px, center), abs=1e-6)
    assert focal_length_px(pinhole_fov_deg(short_fov_deg), min(SIZE)) == pytest.approx(focal_px)


def test_the_centre_stays_and_far_points_remain_finite() -> None:
    points = np.array([image_center(SIZE), [1e6, 1e6]])
    moved = straightened(points, 60.0, SIZE)
    assert moved[0] == pytest.approx(points[0])
    assert np.isfinite(moved).all()


def test_frames_keep_their_times_and_ids() -> None:
    frame = FramePoints(0.5, np.array([3, 8]), np.array([[10, 10], [160, 90]], np.float32))
    (moved,) = straightened_frames([frame], 60.0, SIZE)
    assert (moved.at_s, moved.ids.tolist()) == (0.5, [3, 8])
    assert np.linalg.norm(moved.points[0] - image_center(SIZE)) > np.linalg.norm(frame.points[0] - image_center(SIZE))
