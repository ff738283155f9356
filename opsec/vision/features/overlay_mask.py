"""Masks of what was added over or around the scene: captions, watermarks, letterbox bars.

Captions and watermarks burnt into a clip stay where they are while the scene behind them moves. Bars above, below or
beside the scene (black, or a blur of the scene itself) begin at a straight edge from side to side, with nothing sharp
beyond it.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.arrays import GrayImage, Mask

    Covered = NDArray[np.bool_]
    """Shape (height, width): True where something covers the scene."""

MIN_FRAMES = 3
"""Frames without which static and moving pixels cannot be separated."""
_CODING_NOISE_LEVELS = 14
"""Gray levels by which coding changes a letter that does not move."""
_MIN_EDGE_GRADIENT = 60
"""Morphological gradient of an edge of burnt-in letters."""
_MAX_STATIC_SHARE = 0.35
"""Where more than this share of all edges is static, the camera stood still and no overlay can be separated."""
_MARGIN_PX = 5
_MAX_PLAIN_STEP_LEVELS = 2.5
"""Mean step between neighbours in a row of blur or black."""
_MIN_EDGE_STEP_LEVELS = 8
_MIN_BAR_ROWS = 8
_MIN_STRAIGHT_SHARE = 0.55
"""Share of the width over which the edge of a bar must be visible."""


def overlay_masks(grays: "Sequence[GrayImage]") -> "list[Mask]":
    """Compute for each frame of one clip a mask of its shape: 255 where the scene is visible, 0 where it is covered."""
    import numpy as np

    overlays: dict[tuple[int, ...], Covered] = {}
    for shape in {gray.shape for gray in grays}:
        overlays[shape] = static_overlay_mask([gray for gray in grays if gray.shape == shape])
    return [np.where(overlays[gray.shape] | letterbox_mask(gray), 0, 255).astype(np.uint8) for gray in grays]


def static_overlay_mask(grays: "Sequence[GrayImage]", min_area_px: int = 40) -> "Covered":
    """Find captions and watermarks: edges that stay while the rest of the frames changes.

    Parameters
    ----------
    grays
        At least one frame, all of one shape; with fewer than ``MIN_FRAMES`` nothing is found.
    min_area_px
        Least area of an overlay.

    Returns
    -------
    numpy.ndarray
        Shape of the frames, bool: True where an overlay covers the scene, its margin included.
    """
    import cv2
    import numpy as np

    nothing = np.zeros(grays[0].shape, np.bool_)
    if len(grays) < MIN_FRAMES:
        return nothing
    kernel = np.ones((3, 3), np.uint8)
    edges = np.stack([cv2.morphologyEx(gray, cv2.MORPH_GRADIENT, kernel) > _MIN_EDGE_GRADIENT for gray in grays])
    stack = np.stack(grays)
    static = edges.all(axis=0) & (np.ptp(stack.astype(np.int16), axis=0) < 2 * _CODING_NOISE_LEVELS)
    if static.sum() > _MAX_STATIC_SHARE * max(1.0, float(edges.sum(axis=(1, 2)).mean())):
        return nothing
    joined = cv2.morphologyEx(static.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((9, 15), np.uint8))
    count, labels, stats, _centres = cv2.connectedComponentsWithStats(joined, connectivity=8)
    large = [number for number in range(1, count) if stats[number, cv2.CC_STAT_AREA] >= min_area_px]
    grown = cv2.dilate(np.isin(labels, large).astype(np.uint8), np.ones((2 * _MARGIN_PX + 1,) * 2, np.uint8))
    return np.asarray(grown > 0)


def letterbox_mask(gray: "GrayImage") -> "Covered":
    """Find the bars around a frame: True in each bar, up to a little inside its straight edge."""
    import numpy as np

    masked = np.zeros(gray.shape, np.bool_)
    levels = gray.astype(np.int16)
    top, bottom = _count_bar_rows(levels), _count_bar_rows(levels[::-1])
    left, right = _count_bar_rows(levels.T), _count_bar_rows(levels.T[::-1])
    masked[:top] = masked[gray.shape[0] - bottom :] = True
    masked[:, :left] = masked[:, gray.shape[1] - right :] = True
    return masked


def _count_bar_rows(levels: "NDArray[np.int16]") -> int:
    """Count the rows of a bar along the first edge of a frame, its margin included; 0 when there is no bar."""
    import numpy as np

    plain = np.abs(np.diff(levels, axis=1)).mean(axis=1) < _MAX_PLAIN_STEP_LEVELS
    rows = int(plain.argmin()) if not plain.all() else 0
    steps = np.abs(levels[2 : rows + 4] - levels[: rows + 2][: len(levels[2 : rows + 4])])  # coding spreads an edge
    straight = np.flatnonzero((steps > _MIN_EDGE_STEP_LEVELS).mean(axis=1) > _MIN_STRAIGHT_SHARE) + 1
    return int(straight.max()) + _MARGIN_PX if len(straight) and straight.max() >= _MIN_BAR_ROWS else 0
