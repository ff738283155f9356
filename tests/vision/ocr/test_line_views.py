"""Views of one line: mirrored, upside down, and upright letters set side by side."""

import cv2
import numpy as np
import pytest

from opsec.vision.ocr.line_recogniser import LineRecogniser
from opsec.vision.ocr.line_views import (
    angle_between_lines,
    apply_view,
    is_ambiguous,
    is_column,
    possible_views,
    unstack_letters,
)
from opsec.vision.ocr.recognition import EnsembleRecogniser
from opsec.vision.ocr.rover_voting import Recognition
from opsec.vision.ocr.text_line import TextLine
from tests.fixtures.images import Pixels, StubTesseract, blank, draw_text, text_line

STEEP = np.pi / 2


def draw_column(word: str, *, cell_px: int = 44, gap_after: int | None = None) -> tuple[Pixels, TextLine]:
    """A frame with the upright letters of a word one below the other, and the line around them."""
    image = blank(200, 700)
    cv2.rectangle(image, (70, 20), (130, 680), (90, 50, 20), -1)
    y_px = 30
    for index, letter in enumerate(word):
        (width_px, _), _ = cv2.getTextSize(letter, cv2.FONT_HERSHEY_DUPLEX, 1.2, 2)
        at = (100 - width_px // 2, y_px + 30)
        cv2.putText(image, letter, at, cv2.FONT_HERSHEY_DUPLEX, 1.2, (250, 250, 250), 2, cv2.LINE_AA)
        y_px += cell_px * (2 if index == gap_after else 1)
    return image, TextLine(100, (30 + y_px - 10) / 2, y_px - 30, 46, -STEEP, 0.9)


@pytest.fixture(scope="module")
def recogniser() -> LineRecogniser:
    loaded = LineRecogniser.load()
    assert isinstance(loaded, LineRecogniser), loaded
    return loaded


def recognise(recogniser: LineRecogniser, image: Pixels, line: TextLine) -> Recognition | None:
    tesseract = StubTesseract(("",))
    return EnsembleRecogniser(recogniser, tesseract).recognise(image, line)  # type: ignore[arg-type]


def sign(text: str) -> tuple[Pixels, TextLine]:
    image = draw_text(blank(480, 200), text, 40, 80, height_px=32)
    (width_px, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, cv2.getFontScaleFromHeight(2, 22, 2), 2)
    return image, TextLine(40 + width_px / 2, 97, width_px + 14, 42, 0.0, 0.9)


def test_a_view_is_the_crop_as_a_mirror_shows_it_or_turned_by_half_a_turn() -> None:
    crop = np.arange(6, dtype=np.uint8).reshape(2, 3)
    assert apply_view(crop, "mirrored", 0.0).tolist() == [[2, 1, 0], [5, 4, 3]]
    assert apply_view(crop, "turned", 0.0).tolist() == [[5, 4, 3], [2, 1, 0]]


@pytest.mark.parametrize("text", ["FALCON BARRACKS", "North Gate", "CHECKPOINT", "Road to Kerem"])
@pytest.mark.parametrize("view", ["plain", "mirrored", "turned"])
def test_a_sign_is_read_however_it_stands(recogniser: LineRecogniser, text: str, view: str) -> None:
    image, line = sign(text)
    flips = {"plain": image, "mirrored": image[:, ::-1], "turned": image[::-1, ::-1]}
    height_px, width_px = image.shape[:2]
    x_px = line.x_px if view == "plain" else width_px - 1 - line.x_px
    y_px = height_px - 1 - line.y_px if view == "turned" else line.y_px
    placed = TextLine(x_px, y_px, line.length_px, line.height_px, 0.0, 0.9)
    result = recognise(recogniser, np.ascontiguousarray(flips[view]), placed)
    assert result is not None
    assert (result.text, result.view) == (text, view)


@pytest.mark.parametrize("text", ["TIMOTHY", "OXO", "bob", "noon", "HOTEL 12", "TAXI"])
def test_a_sign_that_is_legible_as_it_stands_is_not_turned(recogniser: LineRecogniser, text: str) -> None:
    result = recognise(recogniser, *sign(text))
    assert result is not None
    assert result.view == "plain"


@pytest.mark.parametrize("slope", [-0.45, -0.3, 0.3, 0.45])
def test_a_board_seen_from_the_side_is_read(recogniser: LineRecogniser, slope: float) -> None:
    """Its baseline climbs, its letters stay upright."""
    image, line = sign("NORTH CHECKPOINT")
    shift_px = -slope * line.x_px
    climbed = cv2.warpAffine(
        image, np.array([[1.0, 0.0, 0.0], [slope, 1.0, shift_px]]), (480, 200), borderValue=(120,) * 3
    )
    angle_rad = float(np.arctan(slope))
    placed = TextLine(line.x_px, line.y_px, line.length_px / np.cos(angle_rad), line.height_px, angle_rad, 0.9)
    result = recognise(recogniser, np.asarray(climbed, np.uint8), placed)
    assert result is not None
    assert result.text == "NORTH CHECKPOINT"


@pytest.mark.parametrize(("angle_rad", "expected"), [(0.0, 2), (0.3, 3), (-0.3, 3), (1.5, 2)])
def test_only_a_line_at_an_angle_may_slant(angle_rad: float, expected: int) -> None:
    assert len(possible_views(text_line(angle_rad=angle_rad))) == expected


def test_a_text_of_symmetrical_letters_is_ambiguous() -> None:
    assert is_ambiguous("TAXI", "mirrored")
    assert not is_ambiguous("TAXI", "turned")
    assert not is_ambiguous("FALCON", "mirrored")
    assert not is_ambiguous("TAXI", "slanted")


@pytest.mark.parametrize("word", ["FALCON", "BARRACKS", "HOTEL", "GATE"])
def test_upright_letters_one_below_the_other_are_read_as_a_word(recogniser: LineRecogniser, word: str) -> None:
    result = recognise(recogniser, *draw_column(word))
    assert result is not None
    assert (result.text, result.view) == (word, "stacked")


def test_a_wide_gap_in_a_column_separates_words(recogniser: LineRecogniser) -> None:
    result = recognise(recogniser, *draw_column("AIRBASE", gap_after=2))
    assert result is not None
    assert result.text == "AIR BASE"


@pytest.mark.parametrize("angle_rad", [STEEP, -STEEP])
def test_a_column_is_the_same_whichever_way_its_line_runs(angle_rad: float) -> None:
    upright = np.full((240, 40), 255, np.uint8)
    for top in range(20, 220, 40):
        upright[top : top + 24, 10:30] = 0
    side = np.ascontiguousarray(np.rot90(upright, -1 if angle_rad < 0 else 1))
    column = unstack_letters(side, angle_rad)
    assert column is not None
    assert column[1] == 5
    assert column[0].shape[0] < column[0].shape[1]


@pytest.mark.parametrize(
    ("tops", "height_px", "why"),
    [
        (range(20, 60, 40), 24, "one piece"),
        (range(10, 235, 9), 4, "more pieces than letters of a word"),
        ((20, 60, 140), 30, "pieces run together"),
    ],
)
def test_what_is_no_column_of_letters_is_left_alone(tops: range, height_px: int, why: str) -> None:
    upright = np.full((240, 40), 255, np.uint8)
    for top in tops:
        upright[top : top + height_px, 10:30] = 0
    if why == "pieces run together":
        upright[20:140, 10:30] = 0
    assert unstack_letters(np.ascontiguousarray(np.rot90(upright, -1)), -STEEP) is None, why


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (text_line(length=0.3, height=0.04, angle_rad=-STEEP), True),
        (text_line(length=0.3, height=0.04, angle_rad=1.45), True),
        (text_line(length=0.3, height=0.04, angle_rad=0.5), False),
        (text_line(length=0.08, height=0.04, angle_rad=STEEP), False),
    ],
)
def test_a_column_is_steep_and_slender(line: TextLine, expected: bool) -> None:
    assert is_column(line) is expected


def test_lines_that_run_up_and_down_are_parallel() -> None:
    up, down = text_line(angle_rad=-1.55), text_line(angle_rad=1.55)
    assert angle_between_lines(up, down) == pytest.approx(np.pi - 3.1)
    assert angle_between_lines(text_line(), up) == pytest.approx(1.55)
