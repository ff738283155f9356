"""Lines are where the detector marks them: grown back, merged along a row and not across, and bounded in number."""

import math
import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.hints.signs.find import MOST_PATCHES, lines, merge
from opsec.hints.signs.line import Line
from tests.hints.signs.made import Boxes, blank, patches


def box(left: float, top: float, width: float, height: float, turned: float = 0.0) -> Line:
    return Line(left + width / 2, top + height / 2, width, height, turned, 0.9)


@pytest.mark.parametrize(
    ("what", "pieces", "left"),
    [
        ("two words of a line", [box(0, 0, 100, 20), box(115, 1, 80, 20)], 1),
        ("three words, told from right to left", [box(200, 0, 60, 20), box(100, 0, 80, 20), box(0, 0, 85, 20)], 1),
        ("two lines of a board", [box(0, 0, 100, 20), box(0, 26, 100, 20)], 2),
        ("two boards far apart", [box(0, 0, 100, 20), box(200, 0, 100, 20)], 2),
        ("large beside small", [box(0, 0, 100, 60), box(110, 20, 60, 20)], 2),
        ("a turned word beside a level one", [box(0, 0, 100, 20), box(110, 0, 100, 20, 0.5)], 2),
        ("a word as high as long has no direction", [box(0, 0, 100, 20), box(105, 0, 22, 20, 1.5)], 1),
    ],
)
def test_pieces_of_one_row_become_one_line(what: str, pieces: list[Line], left: int) -> None:
    assert len(merge(pieces)) == left, what


def test_a_merged_line_holds_both_of_its_pieces() -> None:
    (merged,) = merge([box(0, 0, 100, 20), box(115, 4, 80, 20)])
    assert (merged.x_px - merged.length_px / 2, merged.x_px + merged.length_px / 2) == pytest.approx((0, 195), abs=2)
    assert 20 <= merged.height_px <= 28


@given(st.floats(-1.5, 1.5), st.floats(1, 400), st.floats(1, 400), st.floats(0.1, 5))
def test_corners_follow_the_turn_and_the_scale(turned: float, length: float, height: float, factor: float) -> None:
    one = Line(50, 60, length, height, turned, 1.0)
    (left, top), (right, up), (low, bottom), _ = one.times(factor).corners()
    assert math.hypot(right - left, up - top) == pytest.approx(length * factor, rel=1e-6, abs=1e-6)
    assert math.hypot(right - low, bottom - up) == pytest.approx(height * factor, rel=1e-6, abs=1e-6)


def test_a_patch_is_told_in_pixels_of_the_picture_and_grown_back() -> None:
    picture = blank(480, 300, 40)
    picture[100:120, 60:260] = 255
    (found,), cut = lines(picture, Boxes())
    assert not cut
    assert (found.x_px, found.y_px) == pytest.approx((160, 110), abs=2)
    assert 220 <= found.length_px <= 250, "the shrunken patch grows on every side"
    assert 40 <= found.height_px <= 60


@pytest.mark.parametrize("size", [(1, 1), (7, 700), (33, 31)])
def test_any_size_is_looked_at(size: tuple[int, int]) -> None:
    assert lines(blank(*size, 40), Boxes()) == ([], False)


def test_a_page_of_ten_thousand_boxes_is_cut_and_said_in_bounded_time() -> None:
    boxes = [(left, top, 8, 4) for left in range(0, 1280, 12) for top in range(0, 1280, 12)]
    assert len(boxes) > 10_000
    began = time.process_time()
    found, cut = lines(blank(1280, 1280), lambda _picture: patches((1280, 1280), boxes))
    assert cut
    assert 0 < len(found) <= MOST_PATCHES
    assert time.process_time() - began < 5


def test_what_the_detector_doubts_is_no_line() -> None:
    faint = patches((320, 320), [(20, 20, 100, 20)]) * 0.45
    assert lines(blank(320, 320), lambda _picture: faint.astype(np.float32)) == ([], False)
