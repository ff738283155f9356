"""A line is extended where its ink continues on the same background, and nowhere else."""

import cv2
import numpy as np
import pytest

from opsec.vision.ocr.line_extension import MAX_EXTENSION_HEIGHTS, extend_line
from opsec.vision.ocr.text_line import TextLine
from tests.fixtures.images import Pixels

TEXT = "FALCON CAMP NORTH GATE"


def board(text: str = TEXT, rough: bool = False) -> tuple[Pixels, int, int]:
    """A gray board with words, and where they begin and end."""
    (width_px, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, 1.0, 2)
    rng = np.random.default_rng(4)
    image = (
        rng.integers(0, 256, (120, width_px + 400), np.uint8) if rough else np.full((120, width_px + 400), 90, np.uint8)
    )
    cv2.putText(image, text, (200, 72), cv2.FONT_HERSHEY_DUPLEX, 1.0, 240, 2, cv2.LINE_AA)
    return image.astype(np.uint8), 200, 200 + width_px


def part(left: float, right: float) -> TextLine:
    return TextLine((left + right) / 2, 61, right - left, 30, 0.0, 0.9)


def ends(line: TextLine) -> tuple[float, float]:
    return line.x_px - line.length_px / 2, line.x_px + line.length_px / 2


@pytest.mark.parametrize(("cut_left", "cut_right"), [(0, 150), (60, 0), (90, 120)])
def test_letters_cut_off_at_the_ends_are_included(cut_left: int, cut_right: int) -> None:
    image, begin, end = board()
    left, right = ends(extend_line(image, part(begin + cut_left, end - cut_right)))
    assert left == pytest.approx(begin, abs=8)
    assert right == pytest.approx(end, abs=8)


def test_a_whole_line_stays_as_it_is() -> None:
    image, begin, end = board()
    left, right = ends(extend_line(image, part(begin, end)))
    assert (left, right) == pytest.approx((begin, end), abs=6)


def test_the_edge_of_a_board_ends_a_line() -> None:
    image, begin, end = board()
    image[20:100, end + 14 : end + 18] = 240
    image[:, end + 18 :] = 200
    _, right = ends(extend_line(image, part(begin, end)))
    assert right <= end + 14


def test_an_empty_stretch_ends_a_line() -> None:
    image, begin, _ = board("NORTH                GATE")
    first = part(begin, begin + 110)
    _, right = ends(extend_line(image, first))
    assert right < begin + 140


@pytest.mark.parametrize("image", [board(rough=True)[0], np.full((120, 600), 90, np.uint8)])
def test_nothing_is_added_on_a_rough_or_empty_background(image: Pixels) -> None:
    line = part(250, 350)
    assert extend_line(image, line) == line


def test_a_rotated_line_is_extended_along_its_axis_and_within_bounds() -> None:
    image, begin, _ = board("FALCON NORTH " * 3)
    rotation = cv2.getRotationMatrix2D((begin, 61), -10, 1.0)
    rotated = np.asarray(cv2.warpAffine(image, rotation, (image.shape[1], 400), borderValue=90), np.uint8)
    along = np.radians(10)
    line = TextLine(begin + 60 * np.cos(along), 61 + 60 * np.sin(along), 120, 30, float(along), 0.9)
    longer = extend_line(rotated, line)
    assert longer.angle_rad == line.angle_rad
    assert 120 + 4 * 30 < longer.length_px <= 120 + (2 * MAX_EXTENSION_HEIGHTS + 1) * 30
    assert longer.y_px - line.y_px == pytest.approx((longer.x_px - line.x_px) * np.tan(along), abs=1)


@pytest.mark.parametrize("from_right", [False, True])
def test_a_line_never_extends_beyond_the_frame(from_right: bool) -> None:
    image, begin, end = board()
    shown = image[:, : end - 20] if from_right else image[:, begin + 20 :]
    line = part(begin + 40, end - 60) if from_right else part(30, end - begin - 60)
    left, right = ends(extend_line(np.ascontiguousarray(shown), line))
    assert left >= 0
    assert right <= shown.shape[1]
    assert (right if from_right else shown.shape[1] - left) == pytest.approx(shown.shape[1], abs=4)
