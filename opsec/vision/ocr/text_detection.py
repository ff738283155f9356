"""Where text stands in a picture: a learned detector marks the pixels of text, and these become lines.

The detector is the text detector of PP-OCR (differentiable binarization: Liao et al., Real-time Scene Text
Detection with Differentiable Binarization, 2020) as the package ``rapidocr-onnxruntime`` carries it. It does not
care for the script: Arabic lines are found as well as English ones. It answers with a map of how likely each
pixel belongs to the shrunken body of a line; every patch of it, grown back, is a piece of a line.
"""

import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsec.vision.ocr.line_extension import reached
from opsec.vision.ocr.text_line import Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]
    Shares = NDArray[np.float32]
    Detector = Callable[[NDArray[np.float32]], NDArray[np.float32]]
    """``(1, 3, h, w)`` from -1 to 1 in, ``(h, w)`` from 0 to 1 out."""

MOST_PATCHES = 400
"""Patches looked at in one picture, the largest first; a page of print has fewer."""
_STEP_PX = 32
"""The detector halves the picture five times."""
_LIKELY, _SURE = 0.3, 0.5
"""A pixel belongs to text; a patch is text on average."""
_LEAST_PX = 3
_GROWN = 1.6
"""Share of area by circumference that training shrank a line by (as in the paper)."""
_SHARPER, _SOFT_PX = 1.5, 1.0
"""Letters of a small picture are drawn sharper before the detector looks: it was taught on letters that are sharp."""
_GAP, _OFF_LINE, _OTHER_SIZE, _TURNED = 1.25, 0.45, 2.2, 0.21
"""Pieces of one line: apart by at most so many heights, beside the line by so many, as high within this factor,
and turned by no more radians."""


class ModelError(Exception):
    """A model file that cannot be loaded."""


def load_detector(model: Path) -> "Detector":
    """The detector of a model file, nothing fetched.

    Raises
    ------
    ModelError
        The file is not there or is no such model.
    """
    import cv2

    try:  # not through onnxruntime, which looks for hosts of its own on the network
        net = cv2.dnn.readNetFromONNX(str(model))
    except cv2.error as fault:
        raise ModelError(type(fault).__name__) from fault

    def likely_text(picture: "NDArray[np.float32]") -> "NDArray[np.float32]":
        net.setInput(picture)
        likely: NDArray[np.float32] = net.forward()[0, 0]
        return likely

    return likely_text


def lines(picture: "Pixels", detect: "Detector") -> tuple[list[Line], bool]:
    """The lines of text in a picture ``(h, w, 3)``, in its pixels, top to bottom; and whether some were left out."""
    import cv2
    import numpy as np

    likely = detect(_prepared(picture))
    found, cut = _pieces(likely)
    grey = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
    merged = merge([reached(grey, line) for line in merge(found)])
    return sorted(merged, key=lambda line: (line.y_px, line.x_px)), cut


def _prepared(picture: "Pixels") -> "NDArray[np.float32]":
    """As the detector was trained: sides that are multiples of 32, filled up with grey, values from -1 to 1; and
    sharpened (an unsharp mask), which finds half of the soft small lines that are missed otherwise."""
    import cv2
    import numpy as np

    height_px, width_px = picture.shape[:2]
    soft = cv2.GaussianBlur(picture, (0, 0), _SOFT_PX)
    sharp = cv2.addWeighted(picture, 1 + _SHARPER, soft, -_SHARPER, 0)
    filled = cv2.copyMakeBorder(
        sharp, 0, -height_px % _STEP_PX, 0, -width_px % _STEP_PX, cv2.BORDER_CONSTANT, value=(127, 127, 127)
    )
    scaled = filled.astype(np.float32) / 127.5 - 1.0
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[np.newaxis])


def _pieces(likely: "NDArray[np.float32]") -> tuple[list[Line], bool]:
    """Every patch of likely text, grown back to the size of its letters; and whether there were too many."""
    import cv2
    import numpy as np

    marked = (likely > _LIKELY).astype(np.uint8)
    outlines, _ = cv2.findContours(marked, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    largest = sorted(outlines, key=cv2.contourArea, reverse=True)
    pieces = [piece for outline in largest[:MOST_PATCHES] if (piece := _piece(outline, likely)) is not None]
    return pieces, len(largest) > MOST_PATCHES


def _piece(outline: "NDArray[Any]", likely: "NDArray[np.float32]") -> Line | None:
    import cv2
    import numpy as np

    (x_px, y_px), (width_px, height_px), degrees = cv2.minAreaRect(outline)
    if min(width_px, height_px) < _LEAST_PX:
        return None
    left, top, across, down = cv2.boundingRect(outline)
    inside = np.zeros((down, across), np.uint8)
    cv2.drawContours(inside, [outline], -1, 1, -1, offset=(-left, -top))
    likelihood = float(cv2.mean(likely[top : top + down, left : left + across], inside)[0])
    if likelihood < _SURE:
        return None
    if height_px > width_px:  # a piece lies along its longer side
        width_px, height_px, degrees = height_px, width_px, degrees + 90
    turned_rad = math.radians((degrees + 90) % 180 - 90)
    grown_px = 2 * _GROWN * width_px * height_px / (2 * (width_px + height_px))
    return Line(x_px, y_px, width_px + grown_px, height_px + grown_px, turned_rad, likelihood)


def merge(pieces: Sequence[Line]) -> list[Line]:
    """Pieces that stand in one row, close together and equally high, become one line.

    The words of signs stand far apart, and the detector often breaks a line between them.
    """
    lines: list[Line] = []
    for piece in sorted(pieces, key=lambda piece: (piece.x_px, piece.y_px)):
        row = next((index for index, line in enumerate(lines) if _one_row(line, piece)), None)
        if row is None:
            lines.append(piece)
        else:
            lines[row] = _joined(lines[row], piece)
    return lines


def _one_row(one: Line, other: Line) -> bool:
    height_px = min(one.height_px, other.height_px)
    if max(one.height_px, other.height_px) > _OTHER_SIZE * height_px:
        return False
    long = one if one.length_px >= other.length_px else other
    short = other if long is one else one
    upright = short.length_px < 2 * short.height_px  # a piece as high as long has no direction of its own
    if not upright and abs(long.turned_rad - short.turned_rad) > _TURNED:
        return False
    cos, sin = math.cos(long.turned_rad), math.sin(long.turned_rad)
    right, down = short.x_px - long.x_px, short.y_px - long.y_px
    along, across = abs(right * cos + down * sin), abs(down * cos - right * sin)
    gap_px = along - (long.length_px + short.length_px) / 2
    return gap_px < _GAP * height_px and across < _OFF_LINE * height_px


def _joined(one: Line, other: Line) -> Line:
    """The smallest line around two; it runs as the longer one does, or from one to the other when both are long."""
    turned_rad = max(one, other, key=lambda line: line.length_px).turned_rad
    if min(one.length_px, other.length_px) > max(one.height_px, other.height_px):
        slope = math.atan2(other.y_px - one.y_px, other.x_px - one.x_px)
        turned_rad = slope if abs(slope - turned_rad) < _TURNED else turned_rad
    cos, sin = math.cos(turned_rad), math.sin(turned_rad)
    points = [*one.corners(), *other.corners()]
    along = [x * cos + y * sin for x, y in points]
    across = [y * cos - x * sin for x, y in points]
    middle, level = (min(along) + max(along)) / 2, (min(across) + max(across)) / 2
    return Line(
        middle * cos - level * sin,
        middle * sin + level * cos,
        max(along) - min(along),
        max(across) - min(across),
        turned_rad,
        max(one.likelihood, other.likelihood),
    )
