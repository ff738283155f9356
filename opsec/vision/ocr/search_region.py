"""The parts of a frame that are searched for text between two searches of the whole frame.

The network that detects text costs as much as its input is large. While a scene stays the same, only the places of
texts are searched again that were not read well yet, enter or leave the frame, or changed. All boxes are shares of the
longer side of the frame.
"""

from collections.abc import Sequence
from itertools import combinations

from opsec.vision.ocr.scene_change import Box

MAX_PARTIAL_SHARE = 0.5
"""Share of the frame above which it is searched as a whole: parts cost their margins too."""
_MARGIN = 0.03
"""Width of the border that is searched around each part: a letter at the edge of the network's input is found worse."""
_MIN_SIDE = 0.12
"""Side of a part, at least: the network judges a letter by what surrounds it."""
_PART_COST = 0.02
"""What another part costs besides its area, as a share of a square of the longer side."""


def parts_to_search(boxes: Sequence[Box], shift: tuple[float, float], size: tuple[float, float]) -> list[Box] | None:
    """Return the parts of a frame to search; None for the whole frame.

    Parameters
    ----------
    boxes
        Where texts were seen last; they are sought there and where the scene moved them.
    shift
        Of the scene since then, x and y as shares of the longer side.
    size
        Width and height of the frame, as shares of the longer side.
    """
    x, y = shift
    moved = [
        (left + min(x, 0), top + min(y, 0), right + max(x, 0), bottom + max(y, 0)) for left, top, right, bottom in boxes
    ]
    parts = merge_boxes([_with_margin(one, size) for one in moved])
    return None if sum(map(_area, parts)) > MAX_PARTIAL_SHARE * size[0] * size[1] else parts


def merge_boxes(boxes: Sequence[Box]) -> list[Box]:
    """Merge boxes that overlap, so that no line is found twice, and where their common box costs less than both."""
    merged = list(boxes)
    while True:
        pair = next((pair for pair in combinations(merged, 2) if _is_better_merged(*pair)), None)
        if pair is None:
            return merged
        merged = [one for one in merged if one not in pair] + [_union(*pair)]


def _is_better_merged(one: Box, other: Box) -> bool:
    overlap = one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
    return overlap or _area(_union(one, other)) <= _area(one) + _area(other) + _PART_COST


def _with_margin(box: Box, size: tuple[float, float]) -> Box:
    """Return a box with its margin, not smaller than the network needs to see, cut to the frame."""
    left, top, right, bottom = box
    more_x = max(_MARGIN, (_MIN_SIDE - (right - left)) / 2)
    more_y = max(_MARGIN, (_MIN_SIDE - (bottom - top)) / 2)
    return (
        max(0.0, min(left, size[0]) - more_x),
        max(0.0, min(top, size[1]) - more_y),
        min(size[0], max(0.0, right) + more_x),
        min(size[1], max(0.0, bottom) + more_y),
    )


def _union(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])
