"""The evidence picture shows the sign, outlined, and redacts personal numbers and lines without legible text."""

import base64

import cv2
import numpy as np
import pytest

from opsec.model import Picture
from opsec.readers.video.sign_crop import MAX_SIDE_PX, crop_sign, lines_to_redact
from opsec.vision.ocr.rover_voting import Recognition
from opsec.vision.ocr.text_line import TextLine
from tests.fixtures.images import Pixels, blank, observe, text_track


def striped(*tops: int) -> Pixels:
    """An image with rows of fine strokes, 24 px high, from x 100 to 300."""
    picture = blank(400, 300)
    for top in tops:
        picture[top : top + 24, 100:300:6] = picture[top : top + 24, 101:300:6] = 255
    return picture


def line_at(top: int) -> TextLine:
    return TextLine(200, top + 12, 200, 24, 0.0, 0.9)


def decoded(picture: Picture | None) -> Pixels:
    assert picture is not None
    shown = cv2.imdecode(np.frombuffer(base64.b64decode(picture.jpeg_base64), np.uint8), cv2.IMREAD_COLOR)
    assert shown is not None
    assert shown.shape[:2] == (picture.height_px, picture.width_px)
    return shown.astype(np.uint8)


def detail(shown: Pixels, middle: int) -> float:
    """Mean horizontal contrast of neighbouring pixels at a height of the crop."""
    return float(np.abs(np.diff(shown[middle - 4 : middle + 4, 40:180, 1].astype(int), axis=1)).mean())


def test_the_sign_is_sharp_and_outlined_and_the_row_below_is_pixelated() -> None:
    shown = decoded(crop_sign(striped(120, 156), line_at(120), [line_at(156)]))
    top = 120 - 2 * 24  # where the crop begins
    assert detail(shown, 132 - top) > 3 * detail(shown, 168 - top)
    outline = (np.abs(shown.astype(int) - (40, 220, 255)).sum(axis=2) < 120).sum()
    assert outline > 200


def test_a_sign_that_is_itself_a_personal_number_is_pixelated_too() -> None:
    open_, hidden = (decoded(crop_sign(striped(120), line_at(120), others)) for others in ([], [line_at(120)]))
    assert detail(open_, 60) > 3 * detail(hidden, 60)


def test_the_image_is_bounded_in_size() -> None:
    wide = crop_sign(
        blank(3000, 200), TextLine(1500, 100, 2990, 80, 0.0, 0.9), [TextLine(2900, 190, 600, 60, 0.3, 0.9)]
    )
    assert wide is not None
    assert max(wide.width_px, wide.height_px) <= MAX_SIDE_PX
    assert len(wide.jpeg_base64) <= 160_000


def test_a_line_outside_the_frame_has_no_image() -> None:
    assert crop_sign(blank(400, 300), TextLine(-500, -500, 10, 4, 0.0, 0.9), []) is None


# ── which lines are redacted ──────────────────────────────────────────────────────────────────
def redacted(shown: str, *others: str, confidence: float = 0.9) -> list[int]:
    """Indices of the redacted lines in the picture of the first line; the others read these texts."""
    lines = [line_at(30 * number) for number in range(1 + len(others))]
    tracked = [
        (text_track(observe(0, line), text=text, confidence=confidence), line)
        for line, text in zip(lines, (shown, *others), strict=True)
    ]
    found = lines_to_redact(lines[0], lines, tracked)
    return [number for number, line in enumerate(lines) if any(line is one for one in found)]


@pytest.mark.parametrize(
    ("others", "indices"),
    [
        (("North Gate",), []),
        (("call 0770 123 4567",), [1]),
        (("22 A 12345",), [1]),
        (("33.31523, 44.36611",), [1]),
        (("",), [1]),
        (("North Gate", "12345 KRG", ""), [2, 3]),
    ],
    ids=["legible", "telephone", "plate", "coordinates", "not read", "several"],
)
def test_private_lines_and_lines_without_text_are_redacted(others: tuple[str, ...], indices: list[int]) -> None:
    assert redacted("Falcon Camp", *others) == indices


def test_the_line_itself_is_redacted_only_if_it_is_private() -> None:
    assert redacted("call 0770 123 4567") == [0]
    assert redacted("Falcon Camp", confidence=0.1) == []


def test_a_line_that_belongs_to_no_track_is_redacted() -> None:
    shown, unknown = line_at(0), line_at(40)
    assert lines_to_redact(shown, [shown, unknown], []) == [unknown]


def test_one_private_recognition_is_enough() -> None:
    line, shown = line_at(0), line_at(40)
    track = text_track(observe(0, line), text="Bakery")
    track.add_recognition(Recognition("call 0770 123 4567", 0.1, "ara"))
    assert lines_to_redact(shown, [line, shown], [(track, line)]) == [line]
