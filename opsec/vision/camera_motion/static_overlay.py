"""Detect overlays burnt into the frames (captions, buttons), which stand still while the camera moves.

An edge pixel whose brightness hardly changes from frame to frame, measured against the edge's own contrast, belongs
to the screen and not to the scene. On a tripod that is the whole image.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from opsec.vision.arrays import Flags, GrayImage

MIN_FRAMES = 5
"""Frames of a shot before anything is taken to stand still."""
UPDATE_EVERY = 4
"""Frames from one measurement of the overlay to the next."""
MAX_RELATIVE_SPREAD = 0.22
"""Standard deviation over time, as a share of the edge's contrast, up to which a pixel stands still."""
MIN_EDGE_CONTRAST = 14.0
"""Contrast of an edge, in grey levels over two pixels, at least."""
CENTER_TOP_PERCENT, CENTER_LEFT_PERCENT, CENTER_RIGHT_PERCENT = 35, 17, 83
"""Where somebody in the centre may stand, in percent of the height and the width; left out of ``static_edge_share``."""
_OPENING_PX, _DILATION_PX = 2, 5
"""Specks narrower than the first are dropped, and what remains is widened by the second, at half size."""


@dataclass(slots=True)
class StaticOverlay:
    """Running mean and spread of every pixel over one shot, at half size, and the overlay found in them."""

    _count: int = 0
    _sum: "NDArray[np.float32] | None" = None
    _squares: "NDArray[np.float32] | None" = None
    mask: "Flags | None" = None
    """The overlay and its surroundings at frame size, shape (height, width); None before ``MIN_FRAMES``."""
    static_edge_share: float = 0.0
    """Share of the edges outside the centre that stand still."""

    @property
    def reach(self) -> float:
        """Share of the image columns in which something stands still."""
        return 0.0 if self.mask is None else float(self.mask.any(axis=0).mean())

    def update(self, gray: "GrayImage") -> "Flags":
        """Add one frame, and return the pixels in or beside the overlay, shape (height, width)."""
        import cv2

        height, width = gray.shape
        half = cv2.resize(gray, (width // 2, height // 2), interpolation=cv2.INTER_AREA).astype(np.float32)
        if self._sum is None or self._squares is None:
            self._sum, self._squares = np.zeros_like(half), np.zeros_like(half)
        self._sum += half
        self._squares += half * half
        self._count += 1
        if self._count >= MIN_FRAMES and (self.mask is None or self._count % UPDATE_EVERY == 1):
            self.mask = self._measure(height, width)
        return np.zeros(gray.shape, bool) if self.mask is None else self.mask

    def _measure(self, height: int, width: int) -> "Flags":
        """Find the overlay in the running statistics; sets ``static_edge_share``."""
        import cv2

        assert self._sum is not None and self._squares is not None
        mean = self._sum / self._count
        spread = np.sqrt(np.maximum(self._squares / self._count - mean * mean, 0))
        contrast = cv2.morphologyEx(mean, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
        static = (contrast > MIN_EDGE_CONTRAST) & (spread < MAX_RELATIVE_SPREAD * contrast)
        opening = np.ones((_OPENING_PX, _OPENING_PX), np.uint8)
        solid = cv2.morphologyEx(static.astype(np.uint8), cv2.MORPH_OPEN, opening)
        outside = _outside_center(solid.shape)
        edges = np.maximum(contrast, spread) > MIN_EDGE_CONTRAST
        self.static_edge_share = float(solid[outside].sum()) / max(1.0, float(edges[outside].sum()))
        wide = cv2.dilate(solid, np.ones((_DILATION_PX, _DILATION_PX), np.uint8))
        return cv2.resize(wide, (width, height), interpolation=cv2.INTER_NEAREST) > 0


def _outside_center(shape: tuple[int, ...]) -> "Flags":
    """The pixels of an image of (height, width) that somebody in the centre does not cover."""
    rows, columns = shape
    outside = np.ones(shape, bool)
    left, right = columns * CENTER_LEFT_PERCENT // 100, columns * CENTER_RIGHT_PERCENT // 100
    outside[rows * CENTER_TOP_PERCENT // 100 :, left:right] = False
    return outside
