"""A line reaches as far as its ink does: detectors cut off first letters, and lose a word in the middle of a row.

From each end of a line the strip beside it is followed while it stays the same ground and carries ink that stands out
as the line's own does; an empty stretch, another ground or the rim of the board ends it. On rough ground nothing is
added.
"""

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from opsec.vision.ocr.line_rectification import Cut, straightened
from opsec.vision.ocr.text_line import Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

MOST_HEIGHTS = 6.0
"""A line is made longer by at most so many of its heights at each end."""
_STRIP_PX, _RIM_ROWS = 24, 4
"""Height of the strip, and rows above and below that may already be the edge of the board."""
_EMPTY = 1.25
"""Heights without ink that end a line: as far apart as pieces of one line may stand."""
_SAME_GROUND, _INK = 0.25, 0.5
"""Shares of the line's own contrast: how far the ground may drift, and how far ink must stand out."""
_LEAST_CONTRAST = 24.0
_MOSTLY, _SEEN = 0.45, 0.2
"""Share of a line that is its ground, and share of a column of it in which the ground is seen: a rim shows none."""
_MARGIN = 0.1


def reached(grey: "Pixels", line: Line) -> Line:
    """The line made longer to where its ink ends; ``grey`` is the picture ``(h, w)`` in whose pixels it is told."""
    import numpy as np

    beside_px = round(MOST_HEIGHTS * _STRIP_PX)
    strip = straightened(grey, line, Cut(_STRIP_PX, MOST_HEIGHTS, 0.0)).astype(np.float32)
    if strip.shape[0] < _STRIP_PX // 2 or strip.shape[1] <= 2 * beside_px:
        return line  # so long that its picture was made smaller: it needs no more
    own = slice(beside_px, strip.shape[1] - beside_px)
    level = float(np.median(strip[:, own]))
    stands_out = np.abs(strip - level)
    strongest = stands_out[_RIM_ROWS:-_RIM_ROWS].max(axis=0)
    contrast = float(np.percentile(strongest[own], 75))
    ground = stands_out < _SAME_GROUND * contrast
    if contrast < _LEAST_CONTRAST or ground[:, own].mean() < _MOSTLY:
        return line  # nothing stands out, or the ground is rough: what goes on beside it may be anything
    same, ink = ground.mean(axis=0) >= _SEEN, strongest > _INK * contrast
    before_px, after_px = (
        min(_further(same[side], ink[side]) * line.height_px / _STRIP_PX, _room_px(grey, line, way))
        for side, way in ((slice(beside_px - 1, None, -1), -1.0), (slice(-beside_px, None), 1.0))
    )
    return _longer(line, before_px, after_px)


def _further(same: "NDArray[np.bool_]", ink: "NDArray[np.bool_]") -> float:
    """How far the ink goes on from an end, in pixels of the strip; 0 when it does not."""
    last = 0
    for place in range(len(same)):
        if not same[place] or place - last > _EMPTY * _STRIP_PX:
            break
        if ink[place]:
            last = place + 1
    return last + _MARGIN * _STRIP_PX if last else 0.0


def _room_px(grey: "Pixels", line: Line, way: float) -> float:
    """How far the picture goes on beyond an end of a line, along it: what is drawn outside is no ink."""
    right, down = way * math.cos(line.turned_rad), way * math.sin(line.turned_rad)
    x_px, y_px = line.x_px + right * line.length_px / 2, line.y_px + down * line.length_px / 2
    height_px, width_px = grey.shape
    rooms = [
        ((most if step > 0 else 0.0) - place) / step
        for place, step, most in ((x_px, right, float(width_px)), (y_px, down, float(height_px)))
        if abs(step) > 1e-6
    ]
    return max(0.0, min(rooms))


def _longer(line: Line, before_px: float, after_px: float) -> Line:
    along = (after_px - before_px) / 2
    return replace(
        line,
        x_px=line.x_px + along * math.cos(line.turned_rad),
        y_px=line.y_px + along * math.sin(line.turned_rad),
        length_px=line.length_px + before_px + after_px,
    )
