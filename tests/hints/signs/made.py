"""Pictures with words for the tests of signs, and stand-ins for the detector and the engines that read."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from opsec.hints.frames.frame import Frame
from opsec.hints.signs.line import Line
from opsec.hints.signs.line_reader import LineRead
from opsec.hints.signs.reading import Reading

Pixels = NDArray[np.uint8]


def line(x: float = 0.5, y: float = 0.5, length: float = 0.3, height: float = 0.04, turned: float = 0.0) -> Line:
    """A line in shares of a picture, or in whatever the caller measures in."""
    return Line(x, y, length, height, turned, 0.9)


def blank(width_px: int = 480, height_px: int = 640, shade: int = 120) -> Pixels:
    """A picture of one shade with a little grain, so that nothing in it is exactly even."""
    grain = np.random.default_rng(5).integers(-6, 7, (height_px, width_px, 3))
    return np.clip(shade + grain, 0, 255).astype(np.uint8)


def write(picture: Pixels, text: str, x_px: int, y_px: int, *, height_px: int = 28, dark: bool = False) -> Pixels:
    """Words on a board of their own, top left at x, y; Latin letters only."""
    scale = cv2.getFontScaleFromHeight(cv2.FONT_HERSHEY_DUPLEX, round(height_px * 0.7), 2)
    (across, _), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, scale, 2)
    board, ink = ((235, 235, 235), (20, 20, 20)) if dark else ((90, 50, 20), (250, 250, 250))
    cv2.rectangle(picture, (x_px - 12, y_px - 8), (x_px + across + 12, y_px + height_px + 8), board, -1)
    cv2.putText(
        picture, text, (x_px, y_px + round(height_px * 0.8)), cv2.FONT_HERSHEY_DUPLEX, scale, ink, 2, cv2.LINE_AA
    )
    return picture


def frame(picture: Pixels, at_s: float = 0.0, number: int = 0) -> Frame:
    """A frame of this picture."""

    def draw(width_px: int, height_px: int, in_colour: bool) -> Any:
        sized = cv2.resize(picture, (width_px, height_px), interpolation=cv2.INTER_AREA)
        return sized if in_colour else cv2.cvtColor(sized, cv2.COLOR_BGR2GRAY)

    return Frame(number=number, at_s=at_s, width_px=picture.shape[1], height_px=picture.shape[0], draw=draw)


def patches(shape: tuple[int, int], boxes: Sequence[tuple[int, int, int, int]]) -> NDArray[np.float32]:
    """What a detector answers that sees text in these boxes: left, top, width, height."""
    likely = np.zeros(shape, np.float32)
    for left, top, width_px, height_px in boxes:
        likely[top : top + height_px, left : left + width_px] = 0.95
    return likely


@dataclass
class Boxes:
    """A detector that sees text where the picture is nearly white, in the picture as it was handed over."""

    asked: int = 0

    def __call__(self, picture: NDArray[np.float32]) -> NDArray[np.float32]:
        self.asked += 1
        white: NDArray[np.float32] = (picture[0].min(axis=0) > 0.85).astype(np.float32)
        return white


@dataclass
class Says:
    """An engine that answers what it is told to, and counts how often it was asked."""

    texts: Sequence[str] = ("Falcon Camp",)
    likelihood: float = 0.95
    asked: list[tuple[int, ...]] = field(default_factory=list)
    tongues: tuple[str, ...] = ("ara", "eng")

    def read(self, grey: Pixels, tongues: Sequence[str] = ()) -> list[Reading]:
        text = self.texts[len(self.asked) % len(self.texts)]
        self.asked.append(grey.shape)
        return [Reading(text, self.likelihood, "eng")] if text else []


class Silent:
    """A network that sees no letters."""

    def read(self, crop: Pixels) -> LineRead:
        return LineRead("", ())
