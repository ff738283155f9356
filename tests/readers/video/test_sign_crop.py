"""The picture of a sign shows the sign, framed, and hides numbers of people and what nobody has read."""

import base64

import cv2
import numpy as np

from opsec.model import Picture
from opsec.readers.video.sign_crop import LONGEST_PX, picture_of
from opsec.vision.ocr.text_line import Line
from tests.fixtures.images import Pixels, blank


def striped(*tops: int) -> Pixels:
    """A picture with rows of fine strokes, 24 px high, from x 100 to 300."""
    picture = blank(400, 300)
    for top in tops:
        picture[top : top + 24, 100:300:6] = picture[top : top + 24, 101:300:6] = 255
    return picture


def row(top: int) -> Line:
    return Line(200, top + 12, 200, 24, 0.0, 0.9)


def decoded(picture: Picture | None) -> Pixels:
    assert picture is not None
    shown = cv2.imdecode(np.frombuffer(base64.b64decode(picture.jpeg_base64), np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    assert shown.shape[:2] == (picture.height_px, picture.width_px)
    return shown.astype(np.uint8)


def strokes(shown: Pixels, middle: int) -> float:
    """How fine the detail is at a height of the crop."""
    return float(np.abs(np.diff(shown[middle - 4 : middle + 4, 40:180, 1].astype(int), axis=1)).mean())


def test_the_sign_is_sharp_and_framed_and_the_row_below_is_hidden() -> None:
    shown = decoded(picture_of(striped(120, 156), row(120), [row(156)]))
    top = 120 - 2 * 24  # where the crop begins
    assert strokes(shown, 132 - top) > 3 * strokes(shown, 168 - top)
    rim = (np.abs(shown.astype(int) - (40, 220, 255)).sum(axis=2) < 120).sum()
    assert rim > 200


def test_a_sign_that_is_itself_a_number_of_people_is_hidden_too() -> None:
    open_, hidden = (decoded(picture_of(striped(120), row(120), others)) for others in ([], [row(120)]))
    assert strokes(open_, 60) > 3 * strokes(hidden, 60)


def test_a_crop_stays_small_and_within_the_picture() -> None:
    wide = picture_of(blank(3000, 200), Line(1500, 100, 2990, 80, 0.0, 0.9), [Line(2900, 190, 600, 60, 0.3, 0.9)])
    assert wide is not None
    assert max(wide.width_px, wide.height_px) <= LONGEST_PX
    assert len(wide.jpeg_base64) <= 160_000


def test_no_picture_of_nothing() -> None:
    assert picture_of(blank(400, 300), Line(-500, -500, 10, 4, 0.0, 0.9), []) is None
