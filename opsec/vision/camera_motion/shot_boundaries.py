"""Shot boundary detection: a cut is where few tracks continue and the image as a whole changes."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from opsec.vision.arrays import Floats, GrayImage

MAX_CUT_TRACKED_SHARE = 0.15
"""Share of the tracks that continue over a cut by chance, at most; in the fastest turns filmed it is twice as many."""
MIN_POINTS = 12
"""Tracks from which their loss says anything; with fewer, only the histograms decide."""
MIN_CUT_DISTANCE = 0.3
"""Hellinger distance between the brightness of two frames, 0 to 1, from which they belong to two shots."""
_GRID = (4, 6)
"""Columns and rows of the histogram grid."""
_CELL_PX = 12
_BINS = 12
_GRAY_LEVELS = 256


def is_cut(last: "GrayImage", gray: "GrayImage", tracked: int, before: int) -> bool:
    """Decide whether a new shot begins.

    Parameters
    ----------
    last, gray
        The previous and the current frame, of one size.
    tracked
        Tracks of the previous frame that continue in the current one.
    before
        Tracks of the previous frame.
    """
    if before >= MIN_POINTS and tracked >= MAX_CUT_TRACKED_SHARE * before:
        return False
    return histogram_distance(last, gray) > MIN_CUT_DISTANCE


def histogram_distance(last: "GrayImage", gray: "GrayImage") -> float:
    """Median, over the cells of a grid, of the Hellinger distance between the brightness histograms of two frames."""
    affinity = (np.sqrt(_cell_histograms(last) * _cell_histograms(gray))).sum(axis=1)
    return float(np.median(np.sqrt(np.maximum(0.0, 1 - affinity))))


def _cell_histograms(gray: "GrayImage") -> "Floats":
    """Shares of brightness in every cell of the grid, shape (cells, bins)."""
    import cv2

    columns, rows = _GRID
    small = cv2.resize(gray, (columns * _CELL_PX, rows * _CELL_PX), interpolation=cv2.INTER_AREA)
    blocks = small.reshape(rows, _CELL_PX, columns, _CELL_PX).swapaxes(1, 2)
    cells = blocks.reshape(-1, _CELL_PX * _CELL_PX).astype(np.int64)
    numbers = cells * _BINS // _GRAY_LEVELS + np.arange(len(cells))[:, None] * _BINS
    counts = np.bincount(numbers.ravel(), minlength=len(cells) * _BINS)
    return counts.reshape(-1, _BINS) / (_CELL_PX * _CELL_PX)
