"""Extension of detected lines to the end of their ink.

Detectors cut off first letters and miss words in the middle of a row. From each end of a line the strip beside it is
followed while its background stays the same and it carries ink of about the line's own contrast. An empty stretch,
another background or the edge of the board ends the extension; on a rough background nothing is added.
"""

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from opsec.vision.ocr.line_rectification import CropSpec, rectify
from opsec.vision.ocr.text_line import TextLine

if TYPE_CHECKING:
    from opsec.vision.arrays import Flags, GrayImage

MAX_EXTENSION_HEIGHTS = 6.0
"""Largest extension at each end, in heights of the line."""
_STRIP_HEIGHT_PX = 24
"""Height of the rectified strip."""
_EDGE_ROWS = 4
"""Rows at the top and the bottom of the strip that may already show the edge of the board."""
_MAX_EMPTY_HEIGHTS = 1.25
"""An empty stretch this long ends a line; pieces of one line may stand as far apart (``text_detection``)."""
_MAX_BACKGROUND_DRIFT, _MIN_INK_CONTRAST = 0.25, 0.5
"""Shares of the line's own contrast: how far the background may drift, and how far ink must stand out."""
_MIN_CONTRAST = 24.0
"""Grey levels; a line of less contrast is not extended."""
_CONTRAST_PERCENTILE = 75
_MIN_BACKGROUND_SHARE = 0.45
"""Least share of background in a line; less means a rough background."""
_MIN_COLUMN_BACKGROUND = 0.2
"""Least share of background in a column beside it; the edge of a board shows none."""
_MARGIN_HEIGHTS = 0.1
"""Margin after the last ink, in heights of the line."""
_MIN_DIRECTION = 1e-6


def extend_line(gray: "GrayImage", line: TextLine) -> TextLine:
    """Extend a line at both ends to where its ink ends.

    Parameters
    ----------
    gray
        The frame in whose pixels the line is given, shape (height, width), uint8.
    line
        The detected line.

    Returns
    -------
    TextLine
        The extended line inside the frame, or the same line if nothing reliable follows at its ends.
    """
    import numpy as np

    margin_px = round(MAX_EXTENSION_HEIGHTS * _STRIP_HEIGHT_PX)
    strip = rectify(gray, line, CropSpec(_STRIP_HEIGHT_PX, MAX_EXTENSION_HEIGHTS, 0.0)).astype(np.float32)
    if strip.shape[0] < _STRIP_HEIGHT_PX // 2 or strip.shape[1] <= 2 * margin_px:
        return line  # so long that its crop was reduced: it needs no more
    own = slice(margin_px, strip.shape[1] - margin_px)
    deviation = np.abs(strip - float(np.median(strip[:, own])))
    strongest = deviation[_EDGE_ROWS:-_EDGE_ROWS].max(axis=0)
    contrast = float(np.percentile(strongest[own], _CONTRAST_PERCENTILE))
    background = deviation < _MAX_BACKGROUND_DRIFT * contrast
    if contrast < _MIN_CONTRAST or background[:, own].mean() < _MIN_BACKGROUND_SHARE:
        return line  # nothing stands out, or the background is rough: anything may follow beside it
    on_background = background.mean(axis=0) >= _MIN_COLUMN_BACKGROUND
    has_ink = strongest > _MIN_INK_CONTRAST * contrast
    before_px, after_px = (
        min(
            _ink_extent_px(on_background[side], has_ink[side]) * line.height_px / _STRIP_HEIGHT_PX,
            _distance_to_border_px(gray, line, direction),
        )
        for side, direction in ((slice(margin_px - 1, None, -1), -1.0), (slice(-margin_px, None), 1.0))
    )
    return _lengthened(line, before_px, after_px)


def _ink_extent_px(on_background: "Flags", has_ink: "Flags") -> float:
    """Return how far ink continues from an end of the line, in pixels of the strip; 0 if there is none.

    Both arrays hold one flag per column of the strip, outward from the line.
    """
    last = 0
    for column in range(len(on_background)):
        if not on_background[column] or column - last > _MAX_EMPTY_HEIGHTS * _STRIP_HEIGHT_PX:
            break
        if has_ink[column]:
            last = column + 1
    return last + _MARGIN_HEIGHTS * _STRIP_HEIGHT_PX if last else 0.0


def _distance_to_border_px(gray: "GrayImage", line: TextLine, direction: float) -> float:
    """Return the distance from an end of a line to the frame border, along the line; outside there is no ink.

    ``direction`` is -1 for the left end and 1 for the right end.
    """
    step_x, step_y = direction * math.cos(line.angle_rad), direction * math.sin(line.angle_rad)
    x_px, y_px = line.x_px + step_x * line.length_px / 2, line.y_px + step_y * line.length_px / 2
    height_px, width_px = gray.shape
    distances = [
        ((size_px if step > 0 else 0.0) - position) / step
        for position, step, size_px in ((x_px, step_x, float(width_px)), (y_px, step_y, float(height_px)))
        if abs(step) > _MIN_DIRECTION
    ]
    return max(0.0, min(distances))


def _lengthened(line: TextLine, before_px: float, after_px: float) -> TextLine:
    shift_px = (after_px - before_px) / 2
    return replace(
        line,
        x_px=line.x_px + shift_px * math.cos(line.angle_rad),
        y_px=line.y_px + shift_px * math.sin(line.angle_rad),
        length_px=line.length_px + before_px + after_px,
    )
