"""Lines are where the detector marks them: grown back, merged along a row and not across, and bounded in number."""

import math
import time

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from opsec.vision.ocr.text_detection import MOST_PATCHES, lines, merge
from opsec.vision.ocr.text_line import Line
from tests.fixtures.images import Boxes, blank, patches, write


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


def test_a_line_is_told_as_long_as_its_words_are_where_the_detector_marks_a_part() -> None:
    picture = write(blank(640, 640, 60), "FALCON CAMP", 150, 300, height_px=30)
    marked = patches((640, 640), [(200, 300, 60, 30)])
    ((line,), _cut) = lines(picture, lambda _picture: marked)
    words = np.flatnonzero(picture[300:330, :, 0].max(axis=0) > 240)
    assert line.x_px - line.length_px / 2 == pytest.approx(words[0], abs=10)
    assert line.x_px + line.length_px / 2 == pytest.approx(words[-1], abs=10)


def test_the_detector_is_shown_sharper_letters_than_the_picture_has() -> None:
    soft = np.asarray(cv2.GaussianBlur(write(blank(320, 320, 60), "GATE", 80, 150), (0, 0), 1.2), np.uint8)
    shown: list[NDArray[np.float32]] = []

    def detect(picture: NDArray[np.float32]) -> NDArray[np.float32]:
        shown.append(picture)
        return np.zeros(picture.shape[2:], np.float32)

    lines(soft, detect)
    steepest = np.abs(np.diff(soft.astype(np.float32) / 127.5, axis=1)).max()
    assert np.abs(np.diff(shown[0][0], axis=2)).max() > 1.1 * steepest
    assert shown[0].max() <= 1.0
    assert shown[0].min() >= -1.0
