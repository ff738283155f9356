"""Pinhole camera: rays of known pixels, round trips, and fields of view."""

import numpy as np
import pytest

from opsec.vision.camera_motion.pinhole_camera import (
    CameraIntrinsics,
    focal_length_px,
    horizontal_fov_deg,
    image_center,
    project,
    unproject,
)


def test_focal_length_of_a_right_angle_is_half_the_side() -> None:
    assert focal_length_px(90.0, 200) == pytest.approx(100.0)


def test_the_central_pixel_looks_ahead_and_the_edge_at_half_the_field_of_view() -> None:
    camera = CameraIntrinsics.from_fov(90.0, (200, 300))
    rays = unproject(np.array([[99.5, 149.5], [199.5, 149.5]]), camera.focal_px, camera.center)
    assert rays[0] == pytest.approx([0, 0, 1])
    assert np.degrees(np.arctan2(rays[1, 0], rays[1, 2])) == pytest.approx(45.0)
    assert np.linalg.norm(rays, axis=1) == pytest.approx([1, 1])


def test_projection_inverts_unprojection_for_every_focal_length() -> None:
    points = np.random.default_rng(1).uniform(0, 300, (2, 7, 2))
    focals_px, center = np.array([80.0, 400.0]), image_center((200, 300))
    assert project(unproject(points, focals_px, center), focals_px, center) == pytest.approx(points)


def test_rays_from_behind_project_far_outside() -> None:
    assert abs(project(np.array([[0.5, 0.0, -0.8]]), 100.0, image_center((200, 300)))[0, 0]) > 10_000


@pytest.mark.parametrize(("size", "expected"), [((200, 300), 40.0), ((300, 200), 57.3)])
def test_horizontal_field_of_view_follows_the_orientation(size: tuple[int, int], expected: float) -> None:
    assert horizontal_fov_deg(40.0, size) == pytest.approx(expected, abs=0.1)
