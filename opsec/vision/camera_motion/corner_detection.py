"""Detect new corners to track (Shi and Tomasi 1994), spread over the image and away from existing tracks."""

from typing import TYPE_CHECKING

import numpy as np

from opsec.vision.camera_motion.correspondences import in_border_zone

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from opsec.vision.arrays import Flags, GrayImage, Ints, Points

MAX_POINTS = 170
"""Points tracked at a time."""
MAX_BORDER_POINTS = 95
"""Points of them in the border zone."""
MIN_RELATIVE_STRENGTH, MIN_STRENGTH = 0.004, 4e-5
"""Corner strength, as a share of the strongest corner's and absolute; weaker ones are sensor noise."""
MIN_CELL_PX = 4
CELLS_PER_SIDE = 28
"""Grid cells along the shorter side; each gives one corner at most."""
_BLOCK_PX = 5
"""Neighbourhood over which the corner strength is computed."""


def detect_corners(gray: "GrayImage", overlay: "Flags", points: "Points") -> "Points":
    """Detect corners in grid cells without a track: the strongest one of each cell.

    The border zone has its own quota, because a person in the centre may have the strongest corners of all.

    Parameters
    ----------
    gray
        The frame.
    overlay
        Pixels in which no corner is taken, shape (height, width).
    points
        Positions of the existing tracks, shape (n, 2).

    Returns
    -------
    Positions of the new corners, shape (m, 2).
    """
    import cv2

    cell_px = max(MIN_CELL_PX, round(min(gray.shape) / CELLS_PER_SIDE))
    rows, columns = gray.shape[0] // cell_px, gray.shape[1] // cell_px
    strength = cv2.cornerMinEigenVal(gray, _BLOCK_PX)
    strength[overlay] = 0
    whole = np.asarray(strength[: rows * cell_px, : columns * cell_px], np.float32)
    blocks = whole.reshape(rows, cell_px, columns, cell_px).swapaxes(1, 2)
    cells = blocks.reshape(rows * columns, cell_px * cell_px)
    inner, best = cells.argmax(axis=1), cells.max(axis=1)
    row, column = np.divmod(np.arange(rows * columns), columns)
    x, y = column * cell_px + inner % cell_px, row * cell_px + inner // cell_px
    corners = np.stack([x, y], axis=1).astype(np.float32)
    row, column = np.minimum(points[:, 1] // cell_px, rows - 1), np.minimum(points[:, 0] // cell_px, columns - 1)
    best[(row * columns + column).astype(int)] = 0
    border, taken = in_border_zone(corners, gray.shape[::-1]), in_border_zone(points, gray.shape[::-1])
    chosen = [
        _strongest(np.where(zone, best, 0), quota - int(existing.sum()))
        for zone, existing, quota in (
            (border, taken, MAX_BORDER_POINTS),
            (~border, ~taken, MAX_POINTS - MAX_BORDER_POINTS),
        )
    ]
    return corners[np.concatenate(chosen)]


def _strongest(strength: "NDArray[np.float32]", limit: int) -> "Ints":
    """Indices of the strongest entries, at most ``limit``, without those that are noise beside the strongest."""
    order = np.argsort(-strength, kind="stable")[: max(0, limit)]
    return order[strength[order] > max(MIN_RELATIVE_STRENGTH * float(strength.max(initial=0.0)), MIN_STRENGTH)]
