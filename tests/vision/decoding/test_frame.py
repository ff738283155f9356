"""Frames: sizes on demand, shared and read-only, and evidence pictures that stay small."""

import base64
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from opsec.vision.decoding.frame import MAX_PICTURE_BYTES, Frame, encode_evidence_picture, fit_size


@pytest.mark.parametrize(
    ("size", "longest_px", "fitted"),
    [((160, 96), 80, (80, 48)), ((96, 160), 80, (48, 80)), ((160, 96), 500, (160, 96)), ((4_000, 1), 40, (40, 1))],
)
def test_sizes_keep_proportions_and_are_never_enlarged(
    size: tuple[int, int], longest_px: int, fitted: tuple[int, int]
) -> None:
    assert fit_size(*size, longest_px) == fitted


def test_each_size_and_colour_is_rendered_once_and_read_only() -> None:
    rendered: list[tuple[int, int, bool]] = []

    def draw(width_px: int, height_px: int, in_color: bool) -> np.ndarray:
        rendered.append((width_px, height_px, in_color))
        return np.zeros((height_px, width_px, 3) if in_color else (height_px, width_px), np.uint8)

    frame = Frame(number=0, at_s=0.0, width_px=160, height_px=96, draw=draw)
    assert frame.gray(80) is frame.gray(80)
    assert frame.color(80).shape == (48, 80, 3)
    assert rendered == [(80, 48, False), (80, 48, True)]
    with pytest.raises(ValueError, match="read-only"):
        frame.gray(80)[0, 0] = 1


@pytest.mark.parametrize("shape", [(900, 1_600), (900, 1_600, 3), (8, 8)])
def test_evidence_images_are_bounded(shape: tuple[int, ...]) -> None:
    noise = np.random.default_rng(1).integers(0, 255, shape).astype(np.uint8)
    picture = encode_evidence_picture(noise)
    assert picture is not None
    assert max(picture.width_px, picture.height_px) <= 480
    assert len(base64.b64decode(picture.jpeg_base64)) <= MAX_PICTURE_BYTES


@pytest.mark.parametrize("max_bytes", [3_000, 7_000, 30_000])
def test_a_busy_picture_is_reduced_until_it_is_small_enough(max_bytes: int) -> None:
    rng = np.random.default_rng(1)
    busy = np.kron(rng.integers(0, 255, (17, 30, 3)), np.ones((20, 20, 1))).astype(np.uint8)
    picture = encode_evidence_picture(busy, 480, max_bytes)
    assert picture is not None
    content = base64.b64decode(picture.jpeg_base64)
    assert len(content) <= max_bytes
    with Image.open(BytesIO(content)) as opened:
        assert opened.size == (picture.width_px, picture.height_px)
    assert picture.width_px / picture.height_px == pytest.approx(60 / 34, rel=0.02)


def test_a_plain_picture_keeps_its_size() -> None:
    plain = np.full((270, 480, 3), 90, np.uint8)
    picture = encode_evidence_picture(plain, 480, 7_000)
    assert picture is not None
    assert (picture.width_px, picture.height_px) == (480, 270)


def test_a_picture_smaller_than_asked_is_reduced_too() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (200, 200)).astype(np.uint8)
    picture = encode_evidence_picture(noise, 480, 10_000)
    assert picture is not None
    assert picture.width_px < 200


def test_an_image_that_stays_too_large_is_not_kept() -> None:
    noise = np.random.default_rng(1).integers(0, 255, (1_400, 1_400, 3)).astype(np.uint8)
    assert encode_evidence_picture(noise, 1_400, 7_000) is None
