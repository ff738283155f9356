"""Travel regression: each predictor raises the odds, caps hold, and people in front of a camera do not travel."""

import math
from typing import Any

import pytest

from opsec.vision.camera_motion.self_calibration import FovEstimate
from opsec.vision.camera_motion.travel_regression import DEFAULT_MISFIT, MIN_FOV_PAIRS, travel_log_odds
from tests.vision.camera_motion.measured_shots import shot


def test_a_hand_held_camera_does_not_travel() -> None:
    assert travel_log_odds(shot()) < 0


@pytest.mark.parametrize(
    "more",
    [
        {"rotation_share": 0.4},
        {"growth_per_s": 0.05},
        {"upper_growth_per_s": -0.07},
        {"parallax_share": 0.6, "parallax_consistency": 0.9},
        {"shift_consistency": 1.0},
        {"total_shift": 2.0},
        {"lower_growth_per_s": math.nan, "displacement": 0.05},
        {"fov": FovEstimate(42.0, 0.8, 12)},
    ],
)
def test_every_predictor_raises_the_odds(more: dict[str, Any]) -> None:
    assert travel_log_odds(shot(**more)) > travel_log_odds(shot())


def test_a_walk_travels() -> None:
    walk = shot(
        rotation_share=0.5, growth_per_s=0.05, upper_growth_per_s=0.04, lower_growth_per_s=math.nan,
        displacement=0.1, parallax_share=0.5, parallax_consistency=0.9, shift_consistency=0.9,
        fov=FovEstimate(None, 0.5, 12),
    )  # fmt: skip
    assert travel_log_odds(walk) > 2


def test_growth_counts_up_to_its_cap() -> None:
    assert travel_log_odds(shot(growth_per_s=0.5)) == travel_log_odds(shot(growth_per_s=-0.2))


def test_too_few_pairs_take_the_default_misfit() -> None:
    few = shot(fov=FovEstimate(None, 0.9, MIN_FOV_PAIRS - 1))
    assert travel_log_odds(few) == travel_log_odds(shot(fov=FovEstimate(None, DEFAULT_MISFIT, MIN_FOV_PAIRS)))


def test_unknown_growth_adds_nothing() -> None:
    unknown: dict[str, Any] = {"growth_per_s": math.nan, "upper_growth_per_s": math.nan, "lower_growth_per_s": 0.0}
    assert travel_log_odds(shot(**unknown)) == travel_log_odds(shot())
