"""Where one shot ends and another begins: hardly a corner goes on, and the picture as a whole is another one."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Grey = NDArray[np.uint8]

KEPT_SHARE = 0.15
"""Corners that go on over a cut do so by chance; in the fastest turns that are filmed it is twice as many."""
FEWEST_CORNERS = 12
"""With fewer than this before, what is lost tells nothing and only the picture as a whole is asked."""
OTHER_PICTURE = 0.3
"""Hellinger distance of two pictures' brightness, of 0 to 1, from which they are two."""
_CELLS = (4, 6)
_BINS = 12


def is_cut(last: "Grey", grey: "Grey", kept: int, before: int) -> bool:
    """Whether a new shot begins with ``grey``, when ``kept`` of ``before`` corners went on."""
    if before >= FEWEST_CORNERS and kept >= KEPT_SHARE * before:
        return False
    return difference(last, grey) > OTHER_PICTURE


def difference(last: "Grey", grey: "Grey") -> float:
    """How much two pictures of one size differ: Hellinger distance of their histograms, cell by cell, the median."""
    return float(np.median(np.sqrt(np.maximum(0.0, 1 - (np.sqrt(_histograms(last) * _histograms(grey))).sum(axis=1)))))


def _histograms(grey: "Grey") -> "NDArray[np.float64]":
    """Shares of brightness in every cell of a coarse grid, (cells, bins)."""
    import cv2

    small = cv2.resize(grey, (_CELLS[0] * 12, _CELLS[1] * 12), interpolation=cv2.INTER_AREA)
    cells = small.reshape(_CELLS[1], 12, _CELLS[0], 12).swapaxes(1, 2).reshape(-1, 144).astype(np.int64)
    numbers = cells * _BINS // 256 + np.arange(len(cells))[:, None] * _BINS
    return np.bincount(numbers.ravel(), minlength=len(cells) * _BINS).reshape(-1, _BINS) / 144
