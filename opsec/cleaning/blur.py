"""Irreversible blur of boxes: the pixels are averaged over a few large cells, and the cells are joined smoothly.

A mosaic whose grid stays in place while the picture moves can be undone from many frames (super-resolution). Here the
grid moves with its box, and a box keeps only a few values, so that neither letters nor shapes can be recovered.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from opsec.cleaning.records import ShareBox

if TYPE_CHECKING:
    from opsec.vision.arrays import AnyArray

_GRID = 100
"""Cells a side in which the blurred share is counted."""
CELLS_ALONG = 6
"""Cells along the longer side of a box."""
CELLS_ACROSS = 2
"""Cells along the shorter side, at most: a line of text is no more than two cells high."""


def blur_boxes(plane: "AnyArray", boxes: Sequence[ShareBox]) -> None:
    """Blur boxes in one plane of a picture.

    Parameters
    ----------
    plane
        Shape (height, width) or (height, width, channels), 8 bits; it is changed in place.
    boxes
        Left, top, right, bottom as shares of the picture.
    """
    import cv2
    import numpy as np

    height_px, width_px = plane.shape[:2]
    for left, top, right, bottom in boxes:
        x0, x1 = max(0, math.floor(left * width_px)), min(width_px, math.ceil(right * width_px))
        y0, y1 = max(0, math.floor(top * height_px)), min(height_px, math.ceil(bottom * height_px))
        if x1 <= x0 or y1 <= y0:
            continue
        region = np.ascontiguousarray(plane[y0:y1, x0:x1])
        cells = cell_counts(x1 - x0, y1 - y0)
        few = cv2.resize(region, cells, interpolation=cv2.INTER_AREA)
        plane[y0:y1, x0:x1] = cv2.resize(few, (x1 - x0, y1 - y0), interpolation=cv2.INTER_LINEAR)


def cell_counts(width_px: int, height_px: int) -> tuple[int, int]:
    """Return the number of cells across and down a box.

    >>> cell_counts(600, 60), cell_counts(60, 600), cell_counts(300, 200)
    ((6, 1), (1, 6), (3, 2))
    """
    longer, shorter = max(width_px, height_px), min(width_px, height_px)
    cell = max(longer / CELLS_ALONG, shorter / CELLS_ACROSS)
    return max(1, round(width_px / cell)), max(1, round(height_px / cell))


def merged_boxes(boxes: Sequence[ShareBox]) -> tuple[ShareBox, ...]:
    """Return the boxes inside the picture, without those that another one contains."""
    inside = {
        (max(0.0, left), max(0.0, top), min(1.0, right), min(1.0, bottom))
        for left, top, right, bottom in boxes
        if left < 1 and top < 1 and right > 0 and bottom > 0 and left < right and top < bottom
    }
    return tuple(sorted(one for one in inside if not any(one != other and _contains(other, one) for other in inside)))


def blurred_share(boxes: Sequence[ShareBox]) -> float:
    """Return the share of the picture that boxes cover, to a hundredth of each side.

    >>> blurred_share([(0, 0, 0.5, 1), (0, 0, 1, 0.5)])
    0.75
    """
    import numpy as np

    grid = np.zeros((_GRID, _GRID), bool)
    for left, top, right, bottom in boxes:
        grid[round(top * _GRID) : round(bottom * _GRID), round(left * _GRID) : round(right * _GRID)] = True
    return float(grid.mean())


def _contains(outer: ShareBox, inner: ShareBox) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]
