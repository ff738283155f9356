"""A line is cropped level, dark on light, and without the edge of its board."""

import cv2
import numpy as np
import pytest

from opsec.vision.ocr.line_rectification import (
    INNER_CROP,
    MAX_LENGTH_PX,
    TIGHT_CROP,
    WIDE_CROP,
    extract_white_text,
    rectify,
    remove_edge_strokes,
    to_dark_on_light,
)
from opsec.vision.ocr.text_line import TextLine
from tests.fixtures.images import Pixels, blank


def shade(image: Pixels, top: int, left: int) -> int:
    return int(image[top, left])


@pytest.mark.parametrize(("background", "ink"), [(230, 20), (30, 240)])
def test_letters_become_dark_on_light(background: int, ink: int) -> None:
    gray = np.full((40, 200), background, np.uint8)
    gray[10:30, 20:26] = gray[10:30, 60:66] = ink
    assert shade(to_dark_on_light(gray), 20, 22) < 60
    assert shade(to_dark_on_light(gray), 2, 2) > 190


def test_a_rotated_line_is_cropped_level_and_in_size() -> None:
    image = np.zeros((400, 400), np.uint8)
    slanted = TextLine(200, 200, 200, 40, 0.5, 1.0)
    cv2.fillPoly(image, [np.array(slanted.corners()).round().astype(np.int32)], 255)
    level = rectify(image, slanted, WIDE_CROP)
    height_px, width_px = level.shape
    assert (width_px, height_px) == (round(320 + 2 * 0.2 * 64), round(64 + 2 * 0.1 * 64))
    assert level[10:-10, 20:-20].min() > 200
    assert level[0].max() < 60


def test_a_stripe_as_long_as_the_image_is_bounded() -> None:
    stripe = rectify(np.zeros((20, 4000), np.uint8), TextLine(2000, 10, 4000, 4, 0.0, 1.0), WIDE_CROP)
    assert stripe.shape[1] <= MAX_LENGTH_PX + 40


def test_the_edge_of_a_board_is_removed_and_letters_stay() -> None:
    line = np.full((80, 300), 220, np.uint8)
    line[0:4, :] = line[:, 0:4] = line[:, 292:296] = 30  # top, left, right
    line[20:60, 40:46] = line[20:60, 100:106] = 30
    line[50:80, 200:206] = 30  # a letter that runs out of the image below
    clean = remove_edge_strokes(line)
    assert clean[10:, 0:4].min() > 150
    assert clean[10:70, 292:296].min() > 150
    assert shade(clean, 40, 42) == shade(clean, 40, 102) == 30
    assert shade(clean, 70, 202) == 30


def test_a_flat_crop_has_no_edge_strokes() -> None:
    even = np.full((40, 100), 128, np.uint8)
    assert np.array_equal(remove_edge_strokes(even), even)


def test_white_letters_are_extracted_from_any_background() -> None:
    image = blank(100, 40, 150)
    image[10:30, 40:50] = 250
    cut = extract_white_text(image, 220)
    assert shade(cut, 20, 45) == 0
    assert shade(cut, 20, 10) == 255


@pytest.mark.parametrize("channels", [1, 3])
def test_a_line_larger_than_the_crop_is_averaged_and_keeps_its_channels(channels: int) -> None:
    checkered = np.indices((800, 1600)).sum(axis=0) % 2 * 200
    image = np.repeat(checkered[:, :, np.newaxis], channels, axis=2).astype(np.uint8).squeeze()
    crop = rectify(image, TextLine(800, 400, 1400, 640, 0.0, 1.0), WIDE_CROP)
    assert crop.ndim == image.ndim
    assert np.abs(crop.astype(int) - 100).max() < 20, "no single pixels are picked"


def test_a_negative_margin_cuts_into_the_line() -> None:
    image = np.zeros((100, 300), np.uint8)
    line = TextLine(150, 50, 200, 32, 0.0, 1.0)
    assert rectify(image, line, INNER_CROP).shape < rectify(image, line, TIGHT_CROP).shape


def test_a_line_at_the_edge_of_the_frame_is_filled_with_its_border() -> None:
    crop = rectify(np.full((40, 100), 77, np.uint8), TextLine(95, 20, 60, 30, 0.0, 1.0), WIDE_CROP)
    assert (crop == 77).all()
