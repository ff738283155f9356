"""One upright picture of a clip, in whatever size and colour its viewers ask for."""

import base64
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from opsec.model import Picture

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

MOST_PICTURE_BYTES = 118_000
"""Of one evidence picture as JPEG; base64 makes a third more of it."""
_QUALITIES = (85, 70, 50, 30)


class Frame:
    """A decoded picture, its rotation flag or EXIF orientation applied. Sizes once made are shared by all viewers."""

    def __init__(
        self, *, number: int, at_s: float, width_px: int, height_px: int, draw: "Callable[[int, int, bool], Pixels]"
    ) -> None:
        """``draw(width_px, height_px, in_colour)`` gives the upright picture in a size."""
        self.number = number
        """Of the decoded picture, from 0."""
        self.at_s = at_s
        """Seconds from the start of the clip."""
        self.width_px, self.height_px = width_px, height_px
        self._draw = draw
        self._made: dict[tuple[int, bool], Pixels] = {}

    def grey(self, longest_px: int) -> "Pixels":
        """Grey picture, shape (height, width), its longest side at most ``longest_px``; never enlarged."""
        return self._in_size(longest_px, in_colour=False)

    def colour(self, longest_px: int) -> "Pixels":
        """Colour picture, shape (height, width, 3) in OpenCV's order blue, green, red; never enlarged."""
        return self._in_size(longest_px, in_colour=True)

    def _in_size(self, longest_px: int, *, in_colour: bool) -> "Pixels":
        width_px, height_px = fitted(self.width_px, self.height_px, longest_px)
        key = (max(width_px, height_px), in_colour)
        if key not in self._made:
            self._made[key] = self._draw(width_px, height_px, in_colour)
            self._made[key].flags.writeable = False  # shared: whoever wants to draw on it takes a copy
        return self._made[key]


def fitted(width_px: int, height_px: int, longest_px: int) -> tuple[int, int]:
    """The size, its proportions kept, whose longest side is at most ``longest_px``."""
    scale = min(1.0, longest_px / max(width_px, height_px))
    return max(1, round(width_px * scale)), max(1, round(height_px * scale))


def evidence_picture(pixels: "NDArray[Any]", longest_px: int = 480) -> Picture | None:
    """A small JPEG of a picture (grey or BGR), or none when even the coarsest is too large to keep."""
    import cv2

    height_px, width_px = pixels.shape[:2]
    size = fitted(width_px, height_px, longest_px)
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA) if size != (width_px, height_px) else pixels
    for quality in _QUALITIES:
        done, encoded = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, quality])
        if done and encoded.size <= MOST_PICTURE_BYTES:
            return Picture(size[0], size[1], base64.b64encode(encoded.tobytes()).decode("ascii"))
    return None
