"""One upright frame of a clip, in any size and colour that its analysers ask for."""

import base64
from bisect import bisect_left
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from opsec.model import Picture

if TYPE_CHECKING:
    from opsec.vision.arrays import ColorImage, GrayImage

    Render = Callable[[int, int, bool], GrayImage | ColorImage]
    """Width and height in pixels, and whether in colour → the upright image."""

MAX_PICTURE_BYTES = 118_000
"""Size of one evidence picture as JPEG; base64 makes it a third larger."""
_REDUCTIONS = (
    (1.0, 85), (1.0, 70), (1.0, 50), (0.75, 50), (0.6, 50), (0.5, 50), (0.5, 30), (0.35, 40), (0.25, 40),
)  # fmt: skip
"""Share of the size, and JPEG quality; each gives a smaller picture than the one before. The first that is small enough
is kept: a busy picture at half its size shows more than one of the same bytes at its full size."""
EVIDENCE_PX = 480
"""Longest side of an evidence picture, unless its reader asks for more."""


class Frame:
    """A decoded frame, with its rotation flag or EXIF orientation applied.

    Sizes are rendered on demand and shared by all analysers.
    """

    def __init__(self, *, number: int, at_s: float, width_px: int, height_px: int, draw: "Render") -> None:
        """Wrap a decoded image.

        Parameters
        ----------
        number
            Number of the decoded frame, from 0.
        at_s
            Seconds from the start of the clip.
        width_px, height_px
            Size of the upright image.
        draw
            Renders the upright image in a size, in colour or in grey.
        """
        self.number = number
        self.at_s = at_s
        self.width_px, self.height_px = width_px, height_px
        self._draw = draw
        self._rendered: dict[tuple[int, bool], GrayImage | ColorImage] = {}

    def gray(self, longest_px: int) -> "GrayImage":
        """Render in grey, shape (height, width), the longest side at most ``longest_px``; never enlarged."""
        return self._render(longest_px, in_color=False)

    def color(self, longest_px: int) -> "ColorImage":
        """Render in colour, shape (height, width, 3) in OpenCV's order blue, green, red; never enlarged."""
        return self._render(longest_px, in_color=True)

    def _render(self, longest_px: int, *, in_color: bool) -> "GrayImage | ColorImage":
        width_px, height_px = fit_size(self.width_px, self.height_px, longest_px)
        key = (max(width_px, height_px), in_color)
        if key not in self._rendered:
            self._rendered[key] = self._draw(width_px, height_px, in_color)
            self._rendered[key].flags.writeable = False  # shared: whoever wants to draw on it takes a copy
        return self._rendered[key]


def fit_size(width_px: int, height_px: int, longest_px: int) -> tuple[int, int]:
    """Width and height, proportions kept, whose longer one is at most ``longest_px``; never enlarged."""
    scale = min(1.0, longest_px / max(width_px, height_px))
    return max(1, round(width_px * scale)), max(1, round(height_px * scale))


def encode_evidence_picture(
    image: "GrayImage | ColorImage", longest_px: int = EVIDENCE_PX, max_bytes: int = MAX_PICTURE_BYTES
) -> Picture | None:
    """Encode an image as a small JPEG.

    Parameters
    ----------
    image
        Grey, or in colour with channels blue, green, red.
    longest_px
        Longest side of the picture; it is reduced further where it takes too many bytes.
    max_bytes
        Size of the JPEG, at most.

    Returns
    -------
    Picture or None
        None when even the smallest picture of the lowest quality takes too many bytes.
    """
    full_px = min(longest_px, max(image.shape[:2]))

    @cache
    def reduced(number: int) -> tuple[int, int, bytes]:
        share, quality = _REDUCTIONS[number]
        return _encode_jpeg(image, round(share * full_px), quality)

    number = bisect_left(range(len(_REDUCTIONS)), True, key=lambda one: len(reduced(one)[2]) <= max_bytes)
    if number == len(_REDUCTIONS):
        return None
    width_px, height_px, encoded = reduced(number)
    return Picture(width_px, height_px, base64.b64encode(encoded).decode("ascii"))


def _encode_jpeg(image: "GrayImage | ColorImage", longest_px: int, quality: int) -> tuple[int, int, bytes]:
    """Return the width and the height of a reduced picture, and its JPEG."""
    import cv2

    height_px, width_px = image.shape[:2]
    size = fit_size(width_px, height_px, longest_px)
    small = cv2.resize(image, size, interpolation=cv2.INTER_AREA) if size != (width_px, height_px) else image
    settings = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1]
    done, encoded = cv2.imencode(".jpg", small, settings)
    if not done:
        raise ValueError(f"{width_px} x {height_px} pixels cannot be encoded")
    return *size, encoded.tobytes()
