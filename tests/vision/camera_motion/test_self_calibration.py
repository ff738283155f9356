"""Self-calibration: a turn reveals the field of view; standing still and travelling do not pass for a turn."""

import pytest

from opsec.vision.camera_motion.motion_segmentation import find_background_layers
from opsec.vision.camera_motion.self_calibration import FovEstimate, estimate_field_of_view
from tests.vision.camera_motion.synthetic_points import (
    SIZE,
    Floats,
    Motion,
    scene,
    standing,
    track_points,
    travelling,
    turning,
)

FAR = scene(near_m=30, far_m=60, count=900, wide=4.0)


def estimate(points: Floats, motion: Motion, fov_deg: float) -> FovEstimate:
    frames = track_points(points, motion, frames=20, fov_deg=fov_deg)
    return estimate_field_of_view(frames, find_background_layers(frames, SIZE), SIZE)


@pytest.mark.parametrize("fov_deg", [30.0, 42.0, 55.0, 70.0])
def test_a_turn_reveals_the_field_of_view(fov_deg: float) -> None:
    found = estimate(FAR, turning(2.5), fov_deg)
    assert found.short_fov_deg == pytest.approx(fov_deg, rel=0.03)
    assert found.misfit < 0.4  # of the nearest candidate
    assert found.parallax_share < 0.05
    assert found.pairs >= 4


def test_a_camera_that_stands_reveals_nothing() -> None:
    assert estimate(FAR, standing, 42.0) == FovEstimate(None, 0.0, 0)


def test_a_travel_shows_parallax_and_fits_no_turn() -> None:
    found = estimate(scene(near_m=3, far_m=30, count=900), travelling(0.25, 0.0, 0.1), 42.0)
    assert found.misfit > 0.2 or found.parallax_share > 0.3


def test_no_points_give_no_estimate() -> None:
    assert estimate(FAR[:3], turning(2.0), 42.0).short_fov_deg is None


@pytest.mark.parametrize(
    ("fov", "reliable"),
    [
        (FovEstimate(42.0, 0.5, 12, narrow_lead=0.3), True),
        (FovEstimate(None, 0.1, 12, narrow_lead=0.3), False),
        (FovEstimate(42.0, 0.5, 12, narrow_lead=0.05), False),  # all narrow lenses fit alike
        (FovEstimate(15.0, 0.2, 12, narrow_lead=0.3), True),  # a long lens
        (FovEstimate(21.0, 0.6, 12, narrow_lead=0.3), False),  # blur, parallax or a wide lens
    ],
)
def test_when_a_field_of_view_is_reliable(fov: FovEstimate, reliable: bool) -> None:
    assert fov.is_reliable is reliable
