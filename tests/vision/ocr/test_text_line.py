"""Corners, scaling and padding of a rotated line box."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.vision.ocr.text_line import TextLine


def test_corners_of_a_level_line_run_clockwise_from_the_top_left() -> None:
    assert TextLine(50, 20, 60, 10, 0.0, 1.0).corners() == [(20, 15), (80, 15), (80, 25), (20, 25)]


def test_corners_of_a_line_turned_a_quarter_clockwise() -> None:
    corners = TextLine(50, 50, 60, 10, math.pi / 2, 1.0).corners()
    assert corners == [pytest.approx(point) for point in [(55, 20), (55, 80), (45, 80), (45, 20)]]


@given(st.floats(-1.5, 1.5), st.floats(1, 400), st.floats(1, 400), st.floats(0.1, 5))
def test_sides_follow_the_scale_at_any_angle(angle_rad: float, length: float, height: float, factor: float) -> None:
    line = TextLine(50, 60, length, height, angle_rad, 1.0).scaled(factor)
    top_left, top_right, bottom_right, _ = line.corners()
    assert math.dist(top_left, top_right) == pytest.approx(length * factor, rel=1e-6)
    assert math.dist(top_right, bottom_right) == pytest.approx(height * factor, rel=1e-6)
    assert (line.x_px, line.y_px) == pytest.approx((50 * factor, 60 * factor))
    assert line.angle_rad == angle_rad


def test_padding_grows_every_side_and_keeps_the_centre() -> None:
    padded = TextLine(50, 20, 60, 10, 0.3, 0.7).padded(4)
    assert padded == TextLine(50, 20, 68, 18, 0.3, 0.7)
