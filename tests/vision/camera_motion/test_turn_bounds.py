"""Lower bounds of turns and short swings: tables of what is and what is not one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from opsec.vision.camera_motion.correspondences import FramePair
from opsec.vision.camera_motion.motion_segmentation import BackgroundLayer
from opsec.vision.camera_motion.pinhole_camera import focal_length_px
from opsec.vision.camera_motion.turn_bounds import CAREFUL_FOV_DEG, turned_at_least_deg, whip_deg

SIZE = (320, 180)
Floats = NDArray[np.float64]


def layer(shifts_px: Floats) -> BackgroundLayer:
    """A step in which points shift along the rows."""
    source = np.random.default_rng(1).uniform(20, 160, (len(shifts_px), 2))
    target = source + np.stack([shifts_px, np.zeros(len(shifts_px))], axis=1)
    pair = FramePair(0, 1, np.arange(len(shifts_px)), source, target)
    return BackgroundLayer(pair, np.ones(len(shifts_px), bool), np.eye(3), len(shifts_px))


@given(st.floats(30, 70), st.floats(0.5, 4), st.floats(0, 3))
def test_the_bound_never_exceeds_the_turn(short_fov_deg: float, step_deg: float, parallax: float) -> None:
    """Far points shift by the turn alone, nearer ones more: the bound is that of the far ones, whatever the lens."""
    focal_px = focal_length_px(short_fov_deg, min(SIZE))
    turn_px = focal_px * np.tan(np.radians(step_deg))
    nearness = np.linspace(0, 1, 60) ** 2
    layers = [layer(turn_px * (1 + parallax * nearness))] * 10
    known, unknown = turned_at_least_deg(layers, short_fov_deg, SIZE), turned_at_least_deg(layers, None, SIZE)
    assert known <= 10 * step_deg * (1 + 0.03 * parallax) + 0.1
    assert known >= 10 * step_deg * 0.98
    if short_fov_deg > CAREFUL_FOV_DEG:
        assert unknown <= known


def test_a_camera_that_goes_straight_on_does_not_turn() -> None:
    assert turned_at_least_deg([layer(np.linspace(-8, 8, 60))] * 20, 42.0, SIZE) == 0.0


def test_missing_steps_and_few_points_count_as_no_turn() -> None:
    assert turned_at_least_deg([None, layer(np.full(5, 9.0)), None], 42.0, SIZE) == 0.0


def heading(kind: str, times_s: Floats) -> Floats:
    """Headings in degrees."""
    match kind:
        case "whip":
            return np.asarray(40 * np.clip((times_s - 1.0) / 0.6, 0, 1))
        case "whip at the end":
            return np.asarray(40 * np.clip((times_s - 2.4) / 0.6, 0, 1))
        case "steady turn":
            return np.asarray(40 * times_s / times_s[-1])
        case "shake":
            return np.asarray(3 * np.sin(9 * times_s))
        case "slow swing":
            return np.asarray(10 * np.clip((times_s - 1.0) / 0.9, 0, 1))
    return np.zeros(len(times_s))


@pytest.mark.parametrize(
    ("kind", "deg"),
    [("whip", 40), ("whip at the end", 40), ("steady turn", 0), ("shake", 0), ("slow swing", 0), ("still", 0)],
)
def test_only_a_short_fast_swing_is_a_whip(kind: str, deg: float) -> None:
    times_s = np.arange(0, 3.01, 0.125)
    assert whip_deg(heading(kind, times_s), times_s) == pytest.approx(deg, abs=0.5)


def test_a_shot_no_longer_than_its_swing_is_no_whip() -> None:
    times_s = np.arange(0, 1.01, 0.125)
    assert whip_deg(40 * times_s, times_s) == 0.0
