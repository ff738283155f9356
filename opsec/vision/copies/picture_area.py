"""Plain borders around the picture of a clip: letterbox bars, frames of screen recordings.

A border is a band along an edge whose pixels have nearly one level of grey in every frame, and that ends at a straight
line: a sky or a wall has no such end.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opsec.vision.arrays import Floats, GrayImage

_MAX_SPREAD_LEVELS = 6.0
"""Standard deviation of a border's pixels over all frames: codec and screen noise."""
_MAX_BORDER_SHARE = 0.4
"""A wider border on one side is taken for dark content: nothing is removed on that side."""
_MIN_STEP_LEVELS = 5.0
_MIN_STRAIGHT_SHARE = 0.3
"""Share of the pixels just beyond the end of a border, in all frames, that differ from those just before it."""
_MAX_DRIFT_LEVELS = 2.0
"""Difference of the first and the last rows of a border; a sky grows lighter."""
_BLUR_PX = 2


def picture_area(grays: "Sequence[GrayImage]") -> tuple[slice, slice]:
    """Return the rows and columns of the picture inside its borders.

    Parameters
    ----------
    grays
        Frames of one clip, at least one, all of one shape (height, width).
    """
    import numpy as np

    stack = np.stack(grays).astype(np.float64)
    rows = slice(_border(stack), stack.shape[1] - _border(stack[:, ::-1]))
    turned = stack[:, rows].transpose(0, 2, 1)
    return rows, slice(_border(turned), turned.shape[1] - _border(turned[:, ::-1]))


def _border(stack: "Floats") -> int:
    """Return the number of rows of the border at the top of frames of shape (n, height, width); 0 for none."""
    import numpy as np

    level = float(stack[:, 0].mean())
    spread = np.hypot(stack.std(axis=(0, 2)), stack.mean(axis=(0, 2)) - level)
    inner = np.flatnonzero(spread > _MAX_SPREAD_LEVELS)
    if not len(inner) or not _BLUR_PX < inner[0] <= _MAX_BORDER_SHARE * stack.shape[1]:
        return 0
    end = int(inner[0])
    if abs(float(stack[:, end - _BLUR_PX].mean()) - level) > _MAX_DRIFT_LEVELS:
        return 0
    step = stack[:, min(end + _BLUR_PX, stack.shape[1] - 1)] - stack[:, end - _BLUR_PX]
    straight = float((np.abs(step) > _MIN_STEP_LEVELS).mean())
    return end if straight >= _MIN_STRAIGHT_SHARE else 0
