"""Motion classifier: a table of measured shots and their classes, and each threshold from both sides."""

import math
from dataclasses import replace
from typing import Any

import pytest

from opsec.vision.camera_motion.motion_classifier import classify_motion, is_selfie_pan, turn_misfit
from opsec.vision.camera_motion.self_calibration import FovEstimate
from opsec.vision.camera_motion.still_view import StillView
from tests.vision.camera_motion.measured_shots import shot

ZOOM: dict[str, Any] = {
    "growth_per_s": 0.15, "upper_growth_per_s": 0.15, "lower_growth_per_s": 0.15, "similarity_share": 0.95,
    "rotation_share": 0.6, "border_rotation_share": 0.6,
}  # fmt: skip
SLIDE: dict[str, Any] = {
    "total_shift": 1.2, "shift_consistency": 0.98, "similarity_share": 0.95, "rotation_share": 0.5,
    "border_rotation_share": 0.5, "displacement": 0.2, "fov": FovEstimate(None, 0.6, 12),
}  # fmt: skip
SELFIE: dict[str, Any] = {
    "tracked": (0.4, 0.9), "similarity_share": 0.7, "rotation_share": 0.6, "border_rotation_share": 0.9,
    "displacement": 0.05, "fov": FovEstimate(None, 0.3, 12),
}  # fmt: skip
WALK: dict[str, Any] = {
    "rotation_share": 0.5, "border_rotation_share": 0.5, "similarity_share": 0.5, "growth_per_s": 0.05,
    "lower_growth_per_s": math.nan, "displacement": 0.1, "parallax_share": 0.5, "parallax_consistency": 0.9,
    "fov": FovEstimate(None, 0.5, 12),
}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "motion"),
    [
        ({}, "fixed"),
        ({"range_deg": 60.0}, "turn"),
        ({"range_deg": 12.0}, "turn"),
        ({"range_deg": 60.0, "fov": FovEstimate(42.0, 0.1, 12, parallax_share=0.25)}, "travel"),
        ({"range_deg": 9.0}, "fixed"),
        ({"range_deg": 60.0, "measured_share": 0.2}, "fixed"),
        (ZOOM, "zoom"),
        (SLIDE, "overhead"),
        (SELFIE, "turn"),
        (WALK, "travel"),
    ],
    ids=["hand", "wide turn", "small turn", "walk and turn", "shake", "unmeasured", "zoom", "flight", "selfie", "walk"],
)
def test_typical_shots(more: dict[str, Any], motion: str) -> None:
    assert classify_motion(shot(**more)) == motion


@pytest.mark.parametrize(
    ("more", "motion"),
    [
        ({"tracked": (0.1, 0.2), "rotation_share": 0.1, "similarity_share": 0.2}, "unknown"),
        ({"tracked": (0.6, 0.6), "rotation_share": 0.5, "similarity_share": 0.5, "measured_share": 0.1}, "unknown"),
        ({"tracked": (0.6, 0.6), "rotation_share": 0.5, "similarity_share": 0.5, "measured_share": 0.9}, "fixed"),
        ({"tracked": (0.8, 0.6), "rotation_share": 0.5, "similarity_share": 0.5, "measured_share": 0.1}, "fixed"),
    ],
)
def test_noise_has_no_motion(more: dict[str, Any], motion: str) -> None:
    assert classify_motion(shot(**more)) == motion


@pytest.mark.parametrize(
    "more",
    [
        {"lower_growth_per_s": 0.3, "similarity_share": 0.75},  # near things grow faster: somebody walks on
        {"shift_consistency": 0.95, "total_shift": 0.8},  # a wall is passed at an angle
        {"growth_per_s": 0.05},
        {"rotation_share": 0.9},  # a turn explains it as well
    ],
)
def test_growth_that_is_not_a_zoom(more: dict[str, Any]) -> None:
    assert classify_motion(shot(**{**ZOOM, **more})) != "zoom"


@pytest.mark.parametrize(
    ("more", "motion"),
    [
        ({"relief": 0.3}, "travel"),
        ({"relief": math.nan}, "overhead"),
        ({"sideways_share": 0.9, "relief": 0.1}, "travel"),  # a wall beside the camera
        ({"sideways_share": 0.9, "relief": 0.02}, "overhead"),
        ({"sideways_share": 0.9, "relief": math.nan}, "travel"),
        ({"similarity_share": 0.8, "range_deg": 16.0, "fov": FovEstimate(10.0, 0.6, 12)}, "travel"),  # turns as well
    ],
)
def test_slides_look_down_only_on_flat_ground(more: dict[str, Any], motion: str) -> None:
    assert classify_motion(shot(**{**SLIDE, **more})) == motion


@pytest.mark.parametrize(
    "more",
    [
        {"tracked": (0.9, 0.9)},
        {"tracked": (0.4, 0.45)},
        {"growth_per_s": 0.1},
        {"static_edge_share": 0.6},
        {"displacement": 0.01},
        {"similarity_share": 0.3},
    ],
)
def test_each_condition_of_a_selfie_pan(more: dict[str, Any]) -> None:
    assert is_selfie_pan(shot(**SELFIE))
    assert not is_selfie_pan(shot(**{**SELFIE, **more}))


STILL = StillView(40, 0.7, 24, 0.8, 10, 0.9, 3)
PLAIN = StillView(cells=20, still_share=0.1, border_cells=2)
SURFACE: dict[str, Any] = {
    "static_edge_share": 0.8, "static_reach": 1.0, "rotation_share": 0.3, "border_rotation_share": 0.5,
    "similarity_share": 0.4,
}  # fmt: skip
SWING: dict[str, Any] = {
    "whip_deg": 24.0, "range_deg": 16.0, "rotation_share": 0.94, "border_rotation_share": 0.88,
    "fov": FovEstimate(21.0, 0.59, 14, parallax_share=0.23, narrow_lead=0.05),
}  # fmt: skip


@pytest.mark.parametrize(
    ("more", "motion"),
    [
        ({"still": STILL, **WALK, "parallax_share": 0.3, "parallax_consistency": 0.5}, "fixed"),  # traffic
        ({"still": replace(STILL, faint_cells=5), **WALK, "parallax_share": 0.3, "rotation_share": 0.9}, "travel"),
        ({"still": STILL, **WALK}, "travel"),  # a slow walk towards what is far off
        ({"still": PLAIN, **WALK, "shift_consistency": 0.3}, "fixed"),  # a head before a plain wall
        ({"still": PLAIN, **WALK, "shift_consistency": 0.3, "growth_per_s": 0.2}, "travel"),
        ({"still": PLAIN, **WALK, "shift_consistency": 0.8, "total_shift": 0.4}, "travel"),
        ({**WALK, **SURFACE}, "fixed"),  # the sea below a still horizon
        ({**WALK, **SURFACE, "static_reach": 0.6}, "travel"),  # captions
        ({**WALK, **SURFACE, "similarity_share": 0.7}, "travel"),
        (SWING, "turn"),
        ({**SWING, "whip_deg": 9.0}, "travel"),
        ({**SWING, "rotation_share": 0.8, "border_rotation_share": 0.8}, "travel"),
    ],
)
def test_what_moves_before_a_still_camera_and_short_swings(more: dict[str, Any], motion: str) -> None:
    assert classify_motion(shot(**more)) == motion


def test_a_turn_through_a_long_lens_is_not_called_a_turn() -> None:
    assert classify_motion(shot(range_deg=60.0, fov=FovEstimate(15.0, 0.1, 12))) != "turn"


def test_the_border_may_stand_for_the_whole_image() -> None:
    person = shot(rotation_share=0.5, border_rotation_share=0.95)
    assert turn_misfit(person) == pytest.approx(2 * 0.15 + 0.1)
    assert turn_misfit(shot(rotation_share=1.0, fov=FovEstimate(42.0, 0.0, 12))) == 0.0
