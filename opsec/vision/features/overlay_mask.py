"""What in a picture was laid over the scene or around it, and must not be taken for part of a place.

Captions and watermarks burnt into a clip stay where they are while the scene behind them moves. Bars above and
below (black, or a blur of the picture itself) begin at a straight edge from side to side, with nothing sharp beyond.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]
    Mask = NDArray[np.bool_]

FEWEST_PICTURES = 3
_STEADY_LEVELS = 14
"""Grey levels by which coding changes a letter that does not move."""
_EDGE = 60
"""Morphological gradient of an edge of burnt-in letters."""
_MOST_STEADY = 0.35
"""Where more of all edges than this stays, the camera stood still and nothing can be told from it."""
_MARGIN_PX = 5
_PLAIN_LEVELS = 2.5
"""Mean step between neighbours of a row of blur or black."""
_STEP_LEVELS = 8
_FEWEST_ROWS = 8
_STRAIGHT = 0.55
"""Share of the width over which the edge of a bar can be seen."""


def seen_through(greys: "Sequence[Bytes]") -> "list[Bytes]":
    """For each picture of one clip, 255 where the scene is seen and 0 where something lies over or around it."""
    import numpy as np

    overlays: dict[tuple[int, ...], Mask] = {}
    for shape in {grey.shape for grey in greys}:
        overlays[shape] = overlay([grey for grey in greys if grey.shape == shape])
    return [np.where(overlays[grey.shape] | bars(grey), 0, 255).astype(np.uint8) for grey in greys]


def overlay(greys: "Sequence[Bytes]", least_px: int = 40) -> "Mask":
    """Where something of at least this area stays while the rest of these pictures (all of one shape) changes."""
    import cv2
    import numpy as np

    nothing = np.zeros(greys[0].shape, np.bool_)
    if len(greys) < FEWEST_PICTURES:
        return nothing
    kernel = np.ones((3, 3), np.uint8)
    edges = np.stack([cv2.morphologyEx(grey, cv2.MORPH_GRADIENT, kernel) > _EDGE for grey in greys])
    stack = np.stack(greys)
    steady = edges.all(axis=0) & (np.ptp(stack.astype(np.int16), axis=0) < 2 * _STEADY_LEVELS)
    if steady.sum() > _MOST_STEADY * max(1.0, float(edges.sum(axis=(1, 2)).mean())):
        return nothing
    joined = cv2.morphologyEx(steady.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 15), np.uint8))
    count, labels, stats, _centres = cv2.connectedComponentsWithStats(joined, connectivity=8)
    large = [number for number in range(1, count) if stats[number, cv2.CC_STAT_AREA] >= least_px]
    grown = cv2.dilate(np.isin(labels, large).astype(np.uint8), np.ones((2 * _MARGIN_PX + 1,) * 2, np.uint8))
    return np.asarray(grown > 0)


def bars(grey: "Bytes") -> "Mask":
    """The bars around a picture, each up to a little inside its straight edge."""
    import numpy as np

    masked = np.zeros(grey.shape, np.bool_)
    levels = grey.astype(np.int16)
    top, bottom = _bar(levels), _bar(levels[::-1])
    left, right = _bar(levels.T), _bar(levels.T[::-1])
    masked[:top] = masked[grey.shape[0] - bottom :] = True
    masked[:, :left] = masked[:, grey.shape[1] - right :] = True
    return masked


def _bar(levels: "NDArray[np.int16]") -> int:
    """Rows of a bar along the first edge of the picture, its margin included; 0 when there is none."""
    import numpy as np

    plain = np.abs(np.diff(levels, axis=1)).mean(axis=1) < _PLAIN_LEVELS
    rows = int(plain.argmin()) if not plain.all() else 0
    steps = np.abs(levels[2 : rows + 4] - levels[: rows + 2][: len(levels[2 : rows + 4])])  # coding spreads an edge
    straight = np.flatnonzero((steps > _STEP_LEVELS).mean(axis=1) > _STRAIGHT) + 1
    return int(straight.max()) + _MARGIN_PX if len(straight) and straight.max() >= _FEWEST_ROWS else 0
