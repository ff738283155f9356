"""What is burnt into the picture: captions and buttons, which stand still while the camera moves.

A pixel of an edge whose brightness hardly changes from picture to picture, measured against the
edge's own contrast, belongs to the screen and not to the place. On a tripod that is all of the picture.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FEWEST_PICTURES = 5
"""Before this many pictures of a shot nothing is taken to stand still."""
STEADY = 0.22
"""Standard deviation over time as a share of the edge's contrast, at most."""
EDGE = 14.0
"""Contrast of an edge, in grey levels over two pixels, at least."""


@dataclass(slots=True)
class Still:
    """Mean and spread of every pixel over one shot, at half size."""

    _count: int = 0
    _sum: "NDArray[np.float32] | None" = None
    _squares: "NDArray[np.float32] | None" = None
    mask: "NDArray[np.bool_] | None" = None
    """What stands still, and its surroundings, in the size of the pictures."""
    share: float = 0.0
    """Of the edges outside the middle, how many stand still."""

    def see(self, grey: "NDArray[np.uint8]") -> "NDArray[np.bool_]":
        """Add one picture; answers which of its pixels lie in or beside what stands still."""
        import cv2

        height, width = grey.shape
        half = cv2.resize(grey, (width // 2, height // 2), interpolation=cv2.INTER_AREA).astype(np.float32)
        if self._sum is None or self._squares is None:
            self._sum, self._squares = np.zeros_like(half), np.zeros_like(half)
        self._sum += half
        self._squares += half * half
        self._count += 1
        if self._count >= FEWEST_PICTURES and (self.mask is None or self._count % 4 == 1):
            self.mask = self._measured(height, width)
        return np.zeros(grey.shape, bool) if self.mask is None else self.mask

    def _measured(self, height: int, width: int) -> "NDArray[np.bool_]":
        import cv2

        assert self._sum is not None and self._squares is not None
        mean = self._sum / self._count
        spread = np.sqrt(np.maximum(self._squares / self._count - mean * mean, 0))
        contrast = cv2.morphologyEx(mean, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
        edge = contrast > EDGE
        still = edge & (spread < STEADY * contrast)
        whole = cv2.morphologyEx(still.astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
        rows, columns = whole.shape
        outer = np.ones(whole.shape, bool)
        outer[rows * 35 // 100 :, columns * 17 // 100 : columns * 83 // 100] = False
        now = np.maximum(contrast, spread) > EDGE
        self.share = float(whole[outer].sum() / max(1, now[outer].sum()))
        wide = cv2.dilate(whole, np.ones((5, 5), np.uint8))
        return cv2.resize(wide, (width, height), interpolation=cv2.INTER_NEAREST) > 0
