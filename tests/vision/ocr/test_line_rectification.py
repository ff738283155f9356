"""A line is cut out level, dark on light, without the rim of its board; readings of it vote."""

import numpy as np
import pytest

from opsec.vision.ocr.line_rectification import (
    LONGEST_PX,
    ROOMY,
    dark_on_light,
    straightened,
    white_letters,
    without_rim,
)
from opsec.vision.ocr.rover_voting import Reading, agreed
from opsec.vision.ocr.text_line import Line
from tests.fixtures.images import Pixels, blank


def shade(picture: Pixels, top: int, left: int) -> int:
    return int(picture[top, left])


@pytest.mark.parametrize(("ground", "ink"), [(230, 20), (30, 240)])
def test_letters_end_dark(ground: int, ink: int) -> None:
    grey = np.full((40, 200), ground, np.uint8)
    grey[10:30, 20:26] = grey[10:30, 60:66] = ink
    assert shade(dark_on_light(grey), 20, 22) < 60
    assert shade(dark_on_light(grey), 2, 2) > 190


def test_a_turned_line_comes_out_level_and_in_size() -> None:
    picture = np.zeros((400, 400), np.uint8)
    slanted = Line(200, 200, 200, 40, 0.5, 1.0)
    import cv2

    cv2.fillPoly(picture, [np.array(slanted.corners()).round().astype(np.int32)], 255)
    level = straightened(picture, slanted, ROOMY)
    height_px, width_px = level.shape
    assert (width_px, height_px) == (round(320 + 2 * 0.2 * 64), round(64 + 2 * 0.1 * 64))
    assert level[10:-10, 20:-20].min() > 200
    assert level[0].max() < 60


def test_a_stripe_as_long_as_the_picture_is_bounded() -> None:
    stripe = straightened(np.zeros((20, 4000), np.uint8), Line(2000, 10, 4000, 4, 0.0, 1.0), ROOMY)
    assert stripe.shape[1] <= LONGEST_PX + 40


def test_the_rim_of_a_board_goes_and_letters_stay() -> None:
    line = np.full((80, 300), 220, np.uint8)
    line[0:4, :] = line[:, 0:4] = line[:, 292:296] = 30  # top, left, right
    line[20:60, 40:46] = line[20:60, 100:106] = 30
    line[50:80, 200:206] = 30  # a letter that runs out of the picture below
    clean = without_rim(line)
    assert clean[10:, 0:4].min() > 150
    assert clean[10:70, 292:296].min() > 150
    assert shade(clean, 40, 42) == shade(clean, 40, 102) == 30
    assert shade(clean, 70, 202) == 30


def test_an_even_picture_has_no_rim() -> None:
    even = np.full((40, 100), 128, np.uint8)
    assert np.array_equal(without_rim(even), even)


def test_white_letters_are_cut_from_whatever_lies_behind() -> None:
    picture = blank(100, 40, 150)
    picture[10:30, 40:50] = 250
    cut = white_letters(picture, 220)
    assert shade(cut, 20, 45) == 0
    assert shade(cut, 20, 10) == 255


# ── voting ────────────────────────────────────────────────────────────────────────────────────
def read(text: str, likelihood: float) -> Reading:
    return Reading(text, likelihood, "eng")


def test_nothing_read_is_no_reading() -> None:
    assert agreed([]) is None


def test_two_that_agree_outvote_one_that_is_surer() -> None:
    voted = agreed([read("Falcon Camp", 0.5), read("XXQ ZZW", 0.6), read("Falcon Camp", 0.45)])
    assert voted is not None
    assert voted.text == "Falcon Camp"
    assert voted.likelihood > 0.5, "agreement makes it likelier"


def test_a_sure_one_beats_a_doubtful_other() -> None:
    voted = agreed([read("Falcon Cannp", 0.2), read("Falcon Camp", 0.9)])
    assert voted is not None
    assert voted.text == "Falcon Camp"
    assert voted.likelihood == pytest.approx(0.95, abs=0.06)
