"""Whether a frame shows anything that an earlier one did not, although the camera moved a little between them.

The scene is followed by its shift from frame to frame (phase correlation, ``burnt_in_text``). What both frames show is
then compared after the shift, with a tolerance of one pixel for what a shift leaves: parallax, rotation, rounding.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.arrays import GrayImage

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, as shares of the longer side of the frame."""

NEW_SCENE = 1.0
"""Change between two frames that have nothing in common."""
MAX_FOLLOWED_SHIFT = 0.2
"""A scene that moved further, as a share of the frame's longer side, shows enough at its edge to be searched again."""
_GRID = (16, 16)
_NEW_SCENE_SHARE = 0.5
_TOLERANCE_PX = 1
_N_PARTS, _MIN_PART_PX, _MIN_INK_STD = 3, 3, 4.0
"""Parts along a text that are compared; one smaller than that, or of a smaller standard deviation, has no strokes."""
_SEARCH_MARGIN_PX = 2


def scene_change(previous: "GrayImage", current: "GrayImage", shift: tuple[float, float]) -> float:
    """Return the largest change of any block, 0 to 1: the mean by which its pixels leave the range of their place.

    The range of a place is that of the pixels around it in the earlier frame, after the shift.

    Parameters
    ----------
    previous, current
        Small frames of one size, shape (height, width).
    shift
        Of the scene from the earlier frame to the later one, x and y as shares of the longer side.

    Returns
    -------
    float
        ``NEW_SCENE`` for frames of different sizes or a scene that moved out of view.
    """
    changes = _change_map(previous, current, shift)
    return NEW_SCENE if changes is None else float(changes.max())


def changed_boxes(
    previous: "GrayImage", current: "GrayImage", shift: tuple[float, float], min_change: float
) -> list[Box] | None:
    """Return a box for each connected region of blocks that changed by ``min_change`` or more; None for a new scene.

    A scene is new as well where half of its blocks changed. The other parameters are those of ``scene_change``.
    """
    import cv2
    import numpy as np

    changes = _change_map(previous, current, shift)
    if changes is None or float((changes >= min_change).mean()) >= _NEW_SCENE_SHARE:
        return None
    count, _labels, stats, _centres = cv2.connectedComponentsWithStats((changes >= min_change).astype(np.uint8))
    unit_y, unit_x = (side / max(current.shape) / blocks for side, blocks in zip(current.shape, _GRID, strict=True))
    return [
        (x * unit_x, y * unit_y, (x + wide) * unit_x, (y + high) * unit_y)
        for x, y, wide, high, _area in stats[1:count].tolist()
    ]


def _change_map(
    previous: "GrayImage", current: "GrayImage", shift: tuple[float, float]
) -> "NDArray[np.float32] | None":
    """Return the change of each block of what both frames show, 0 to 1, shape (16, 16); None for a new scene."""
    import cv2
    import numpy as np

    if previous.shape != current.shape or max(map(abs, shift)) > MAX_FOLLOWED_SHIFT:
        return None
    height, width = current.shape
    shift_x, shift_y = _in_pixels(shift, current)
    both = slice(max(0, shift_y), height + min(0, shift_y)), slice(max(0, shift_x), width + min(0, shift_x))
    change = _change(_shifted(previous, shift_x, shift_y), current)[both]
    return cv2.resize(change, _GRID, interpolation=cv2.INTER_AREA).astype(np.float32) / np.float32(255)


def text_change(previous: "GrayImage", current: "GrayImage", shift: tuple[float, float], boxes: Sequence[Box]) -> float:
    """Return the largest change of any text, 0 to 1: one less its correlation, in its place or moved with the scene.

    Each third of a text is compared by itself and the worst counts, because often one word of a caption changes.

    Parameters
    ----------
    previous, current, shift
        As for ``scene_change``.
    boxes
        Of the texts in the earlier frame.
    """
    import numpy as np

    if not boxes:
        return 0.0
    if previous.shape != current.shape:
        return NEW_SCENE
    scale = max(current.shape)
    changes = [0.0]
    for left, top, right, bottom in (np.rint(np.multiply(box, scale)).astype(int).tolist() for box in boxes):
        ends = np.linspace(left, right, _N_PARTS + 1).round().astype(int).tolist()
        offsets = {(0, 0), _in_pixels(shift, current)}
        similar = [
            min(_correlation(previous, current, (x, top, end, bottom), offset) for x, end in pairwise(ends))
            for offset in offsets
        ]
        changes.append(1.0 - max(similar))
    return max(changes)


def _correlation(previous: "GrayImage", current: "GrayImage", box: Sequence[int], offset: tuple[int, int]) -> float:
    """Return the normalised correlation of a part of the earlier frame with its place in the later one, at best shift.

    1 where there are no strokes to compare; 0 where that place is out of view.
    """
    import cv2

    left, top, right, bottom = box
    part = previous[max(0, top) : bottom + 1, max(0, left) : right + 1]
    if min(part.shape, default=0) < _MIN_PART_PX or float(part.std()) < _MIN_INK_STD:
        return 1.0
    x, y, margin = max(0, left) + offset[0], max(0, top) + offset[1], _SEARCH_MARGIN_PX
    place = current[
        max(0, y - margin) : max(0, y + part.shape[0] + margin), max(0, x - margin) : max(0, x + part.shape[1] + margin)
    ]
    if place.shape[0] < part.shape[0] or place.shape[1] < part.shape[1]:
        return 0.0
    return max(0.0, float(cv2.matchTemplate(place, part, cv2.TM_CCOEFF_NORMED).max()))


def _in_pixels(shift: tuple[float, float], frame: "GrayImage") -> tuple[int, int]:
    return round(shift[0] * max(frame.shape)), round(shift[1] * max(frame.shape))


def _shifted(frame: "GrayImage", shift_x: int, shift_y: int) -> "GrayImage":
    import cv2
    import numpy as np

    if not shift_x and not shift_y:
        return frame
    matrix = np.array([[1, 0, shift_x], [0, 1, shift_y]], np.float32)
    height, width = frame.shape
    return np.asarray(cv2.warpAffine(frame, matrix, (width, height), flags=cv2.INTER_NEAREST), np.uint8)


def _change(before: "GrayImage", after: "GrayImage") -> "NDArray[np.uint8]":
    """Return by how much each pixel is brighter or darker than all pixels around it were, shape (height, width)."""
    import cv2
    import numpy as np

    around = np.ones((2 * _TOLERANCE_PX + 1, 2 * _TOLERANCE_PX + 1), np.uint8)
    brighter, darker = cv2.subtract(after, cv2.dilate(before, around)), cv2.subtract(cv2.erode(before, around), after)
    return np.asarray(cv2.add(brighter, darker), np.uint8)
