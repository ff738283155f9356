"""A line is made longer where its ink goes on, on the same ground, and nowhere else."""

import cv2
import numpy as np
import pytest

from opsec.vision.ocr.line_extension import MOST_HEIGHTS, reached
from opsec.vision.ocr.text_line import Line
from tests.fixtures.images import Pixels

TEXT = "FALCON CAMP NORTH GATE"


def board(text: str = TEXT, rough: bool = False) -> tuple[Pixels, int, int]:
    """A grey board 40 pixels high with words, and where they begin and end."""
    (across, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, 1.0, 2)
    rng = np.random.default_rng(4)
    picture = (
        rng.integers(0, 256, (120, across + 400), np.uint8) if rough else np.full((120, across + 400), 90, np.uint8)
    )
    cv2.putText(picture, text, (200, 72), cv2.FONT_HERSHEY_DUPLEX, 1.0, 240, 2, cv2.LINE_AA)
    return picture.astype(np.uint8), 200, 200 + across


def part(left: float, right: float) -> Line:
    return Line((left + right) / 2, 61, right - left, 30, 0.0, 0.9)


def ends(line: Line) -> tuple[float, float]:
    return line.x_px - line.length_px / 2, line.x_px + line.length_px / 2


@pytest.mark.parametrize(("cut_left", "cut_right"), [(0, 150), (60, 0), (90, 120)])
def test_letters_cut_off_at_the_ends_are_taken_in(cut_left: int, cut_right: int) -> None:
    picture, begin, end = board()
    left, right = ends(reached(picture, part(begin + cut_left, end - cut_right)))
    assert left == pytest.approx(begin, abs=8)
    assert right == pytest.approx(end, abs=8)


def test_a_whole_line_stays_as_it_is() -> None:
    picture, begin, end = board()
    left, right = ends(reached(picture, part(begin, end)))
    assert (left, right) == pytest.approx((begin, end), abs=6)


def test_the_rim_of_a_board_ends_a_line() -> None:
    picture, begin, end = board()
    picture[20:100, end + 14 : end + 18] = 240
    picture[:, end + 18 :] = 200
    _, right = ends(reached(picture, part(begin, end)))
    assert right <= end + 14


def test_an_empty_stretch_ends_a_line() -> None:
    picture, begin, _ = board("NORTH                GATE")
    first = part(begin, begin + 110)
    _, right = ends(reached(picture, first))
    assert right < begin + 140


@pytest.mark.parametrize("picture", [board(rough=True)[0], np.full((120, 600), 90, np.uint8)])
def test_rough_or_empty_ground_adds_nothing(picture: Pixels) -> None:
    line = part(250, 350)
    assert reached(picture, line) == line


def test_a_turned_line_is_made_longer_along_itself_and_within_bounds() -> None:
    picture, begin, _ = board("FALCON NORTH " * 3)
    turn = cv2.getRotationMatrix2D((begin, 61), -10, 1.0)
    turned = np.asarray(cv2.warpAffine(picture, turn, (picture.shape[1], 400), borderValue=90), np.uint8)
    along = np.radians(10)
    line = Line(begin + 60 * np.cos(along), 61 + 60 * np.sin(along), 120, 30, float(along), 0.9)
    longer = reached(turned, line)
    assert longer.turned_rad == line.turned_rad
    assert 120 + 4 * 30 < longer.length_px <= 120 + (2 * MOST_HEIGHTS + 1) * 30
    assert longer.y_px - line.y_px == pytest.approx((longer.x_px - line.x_px) * np.tan(along), abs=1)


@pytest.mark.parametrize("from_right", [False, True])
def test_a_line_never_reaches_beyond_the_picture(from_right: bool) -> None:
    picture, begin, end = board()
    shown = picture[:, : end - 20] if from_right else picture[:, begin + 20 :]
    line = part(begin + 40, end - 60) if from_right else part(30, end - begin - 60)
    left, right = ends(reached(np.ascontiguousarray(shown), line))
    assert left >= 0
    assert right <= shown.shape[1]
    assert (right if from_right else shown.shape[1] - left) == pytest.approx(shown.shape[1], abs=4)
