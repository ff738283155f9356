"""Rotation odometry: chained headings, gaps that are filled, and gaps that are not."""

import numpy as np
import pytest

from opsec.vision.camera_motion.motion_segmentation import BackgroundLayer, find_background_layers
from opsec.vision.camera_motion.rotation_odometry import MAX_GAP_STEPS, Headings, chain_headings
from tests.vision.camera_motion.synthetic_points import FOV_DEG, SIZE, scene, track_points, turning

FAR = scene(near_m=30, far_m=60, count=900, wide=4.0)


def layers_of(deg: float, frames: int = 12) -> list[BackgroundLayer | None]:
    return find_background_layers(track_points(FAR, turning(deg), frames=frames), SIZE)


@pytest.mark.parametrize("deg", [-3.0, 0.5, 3.0])
def test_headings_increase_clockwise(deg: float) -> None:
    found = chain_headings(layers_of(deg), FOV_DEG, SIZE)
    assert found.heading_deg == pytest.approx(deg * np.arange(12), abs=0.1)
    assert found.roll_deg == pytest.approx(np.zeros(12), abs=0.1)
    assert found.range_deg == pytest.approx(abs(11 * deg), abs=0.1)
    assert found.measured_share == 1.0


def test_a_wrong_field_of_view_scales_the_headings() -> None:
    found = chain_headings(layers_of(2.0), FOV_DEG / 2, SIZE)
    assert 0.4 * 22 < found.range_deg < 0.6 * 22


@pytest.mark.parametrize(("missing", "expected_deg"), [(3, 22.0), (MAX_GAP_STEPS + 1, 4.0)])
def test_short_gaps_are_filled_and_long_ones_count_as_no_motion(missing: int, expected_deg: float) -> None:
    layers = layers_of(2.0)
    for number in range(1, 1 + missing):
        layers[number] = None
    found = chain_headings(layers, FOV_DEG, SIZE)
    assert found.range_deg == pytest.approx(expected_deg, abs=0.2)
    assert found.measured_share == pytest.approx(1 - missing / 11)


def test_a_gap_between_opposite_turns_is_not_filled() -> None:
    layers = [*layers_of(2.0, 4), None, None, *layers_of(-2.0, 4)]
    assert chain_headings(layers, FOV_DEG, SIZE).range_deg == pytest.approx(6.0, abs=0.2)


def test_without_any_background_nothing_is_measured() -> None:
    found: Headings = chain_headings([None] * 5, None, SIZE)
    assert found.heading_deg.tolist() == [0.0] * 6
    assert found.measured_share == 0.0
    assert chain_headings([], None, SIZE).measured_share == 0.0
