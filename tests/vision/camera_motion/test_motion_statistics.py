"""Motion statistics: each kind of motion has its own figures."""

import math
from dataclasses import replace
from typing import Any

import pytest

from opsec.vision.camera_motion.motion_statistics import MotionStatistics, measure_motion
from tests.vision.camera_motion.synthetic_points import (
    FOV_DEG,
    SIZE,
    STEP_S,
    Floats,
    Motion,
    scene,
    standing,
    track_points,
    travelling,
    turning,
    zooming,
)

FAR, NEAR = scene(near_m=30, far_m=60, count=900), scene(near_m=3, far_m=30, count=900)
FLAT = scene(near_m=20, far_m=20.001, count=600)


def measure(points: Floats, motion: Motion) -> MotionStatistics:
    found = measure_motion(track_points(points, motion), FOV_DEG, SIZE)
    assert found is not None
    return found


def test_a_turn_is_explained_by_a_rotation_and_shows_no_parallax() -> None:
    found = measure(FAR, turning(2.0))
    assert found.rotation_share > 0.98
    assert found.border_rotation_share > 0.98
    assert found.parallax_share < 0.05
    assert found.shift_consistency > 0.98


def test_a_travel_ahead_shows_steady_parallax_and_growth() -> None:
    found = measure(NEAR, travelling(0.0, 0.0, 0.25))
    assert found.rotation_share < 0.8
    assert found.parallax_share > 0.3
    assert found.parallax_consistency > 0.95
    assert found.max_growth_per_s > 0.02
    assert found.residual_speed > 0.01


def test_flat_ground_from_above_slides_as_one() -> None:
    found = measure(FLAT, travelling(0.3, 0.0, 0.0))
    assert found.similarity_share > 0.98
    assert found.relief < 0.02
    assert found.sideways_share > 0.98
    assert found.total_shift > 0.2
    assert abs(found.growth_per_s) < 0.01


def test_a_zoom_grows_all_of_the_image_alike() -> None:
    found = measure(FAR, zooming(0.02))
    assert found.growth_per_s == pytest.approx(0.02 / STEP_S, rel=0.02)
    assert found.upper_growth_per_s == pytest.approx(found.lower_growth_per_s, abs=0.01)
    assert found.similarity_share > 0.98
    assert found.total_shift < 0.1


def test_a_camera_that_stands_does_not_move() -> None:
    found = measure(FAR, standing)
    assert found.displacement < 1e-3
    assert found.rotation_share == 1.0
    assert found.total_shift == pytest.approx(0.0, abs=1e-3)


def test_too_few_points_are_not_measured() -> None:
    assert measure_motion(track_points(FAR[:30], turning(1.0)), FOV_DEG, SIZE) is None


def test_lost_ground_needs_a_moving_camera() -> None:
    found = replace(measure(FAR, turning(2.0)), lower_growth_per_s=math.nan)
    assert replace(found, displacement=0.05).loses_near_ground
    assert not replace(found, displacement=0.001).loses_near_ground
    assert not replace(found, displacement=0.05, lower_growth_per_s=0.0).loses_near_ground


@pytest.mark.parametrize(
    ("growth_per_s", "parallax_share", "share"), [(0.0, 0.9, 1.0), (0.06, 0.9, 0.5), (0.3, 0.9, 0.0), (0.3, 0.2, 1.0)]
)
def test_the_passing_speed_is_reduced_before_a_growing_wall(
    growth_per_s: float, parallax_share: float, share: float
) -> None:
    found = replace(
        measure(FAR, turning(2.0)), residual_speed=0.4, growth_per_s=growth_per_s, parallax_share=parallax_share
    )
    assert found.passing_speed == pytest.approx(0.4 * share)


def test_unknown_growth_counts_as_none() -> None:
    unknown: dict[str, Any] = {"growth_per_s": math.nan, "upper_growth_per_s": math.nan, "lower_growth_per_s": math.nan}
    found = replace(measure(FAR, turning(2.0)), **unknown)
    assert found.max_growth_per_s == 0.0
    assert replace(found, upper_growth_per_s=-0.2).max_growth_per_s == 0.2
