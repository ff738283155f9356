"""Panoramas and film strips: size, order and bounds."""

import numpy as np
import pytest

from opsec.vision.camera_motion.panorama import (
    MAX_FILM_STRIP_FRAMES,
    MAX_HEIGHT_PX,
    MAX_WIDTH_PX,
    render_film_strip,
    render_panorama,
)
from tests.vision.camera_motion.synthetic_street import GrayImage


def flat(value: int, shape: tuple[int, int] = (320, 180)) -> GrayImage:
    return np.full(shape, value, np.uint8)


def test_a_panorama_runs_from_left_to_right_by_heading() -> None:
    strip = render_panorama([flat(200), flat(120), flat(40)], np.array([60.0, 30.0, 0.0]), 45.0)
    middle = strip[strip.shape[0] // 2]
    assert middle[10] == pytest.approx(40, abs=3)
    assert middle[-10] == pytest.approx(200, abs=3)
    assert (np.diff(middle[20:-20].astype(int)) >= -1).all()


@pytest.mark.parametrize("range_deg", [0.0, 30.0, 360.0, 900.0])
def test_a_panorama_stays_within_its_bounds(range_deg: float) -> None:
    headings_deg = np.linspace(0, range_deg, 40)
    strip = render_panorama([flat(90)] * 40, headings_deg, 45.0)
    assert strip.shape[0] <= MAX_HEIGHT_PX + 1
    assert strip.shape[1] <= MAX_WIDTH_PX + 1


def test_frames_that_were_dropped_leave_no_hole_where_others_cover() -> None:
    frames = [flat(90) if number % 2 == 0 else None for number in range(21)]
    strip = render_panorama(frames, np.linspace(0, 60, 21), 45.0)
    assert (strip[strip.shape[0] // 2, 5:-5] > 80).all()


@pytest.mark.parametrize(("count", "shown"), [(1, 1), (2, 2), (9, MAX_FILM_STRIP_FRAMES)])
def test_a_film_strip_shows_first_to_last(count: int, shown: int) -> None:
    strip = render_film_strip([flat(20 * number) for number in range(count)])
    assert strip.shape[0] == MAX_HEIGHT_PX
    columns = strip[0, :: strip.shape[1] // shown][:shown].tolist()
    assert columns[0] == 0
    assert columns[-1] == 20 * (count - 1)
    assert columns == sorted(columns)
