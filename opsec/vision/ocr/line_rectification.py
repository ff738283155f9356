"""One line of a picture made ready to be read: upright, dark on light, in the size that readers know."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsec.vision.ocr.text_line import Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

LONGEST_PX = 2_400
"""A line that would be longer in the size asked for is made smaller: it can only be a stripe."""


@dataclass(frozen=True, slots=True)
class Cut:
    """How a line is cut out: the height of its letters and how much of what is around comes along."""

    height_px: int
    beside: float
    """Left and right, as a share of the line's height."""
    above: float
    """Above and below, likewise."""


_RIM_SHARE = 0.6
"""A stroke that meets one edge of a line's picture is a rim when it runs along so much of it; at two edges it is one
anyway."""
ROOMY, CLOSE = Cut(64, 0.2, 0.1), Cut(64, 0.1, 0.1)
TIGHTEST, INNER = Cut(64, 0.0, 0.0), Cut(64, -0.02, -0.06)
"""Detectors draw a line with room around it: the inner cut leaves some of that out."""


def straightened(picture: "Pixels", line: Line, cut: Cut) -> "Pixels":
    """The line alone, level, from a grey or colour picture in whose pixels it is told."""
    import cv2
    import numpy as np

    scale = min(cut.height_px / line.height_px, LONGEST_PX / line.length_px)
    beside_px, above_px = cut.beside * line.height_px * scale, cut.above * line.height_px * scale
    across_px, down_px = line.length_px * scale, line.height_px * scale
    here = np.array(line.corners()[:3], np.float32)
    there = np.array(
        [(beside_px, above_px), (beside_px + across_px, above_px), (beside_px + across_px, above_px + down_px)],
        np.float32,
    )
    size = max(8, round(across_px + 2 * beside_px)), max(8, round(down_px + 2 * above_px))
    if scale < 0.5:  # a warp looks at four pixels; more of them are averaged first
        smaller = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        picture, here = smaller.astype(np.uint8, copy=False), here * scale
    turn = cv2.getAffineTransform(here, there)
    kind = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR
    level = cv2.warpAffine(picture, turn, size, flags=kind, borderMode=cv2.BORDER_REPLICATE)
    return level.astype(np.uint8, copy=False)


def dark_on_light(grey: "Pixels") -> "Pixels":
    """The same picture with its letters dark: of the two shades of a line, the ground has the larger part."""
    import cv2
    import numpy as np

    _, light = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return grey if np.count_nonzero(light) * 2 > light.size else 255 - grey


def without_rim(dark: "Pixels") -> "Pixels":
    """A line, dark on light, without the rim of its board: strokes that run in from the edge and along it.

    Engines read the rim as bars or as the letter that is one stroke.
    """
    import cv2
    import numpy as np

    height_px, width_px = dark.shape
    _, light = cv2.threshold(dark, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    count, patches, boxes, _ = cv2.connectedComponentsWithStats(255 - light, connectivity=8)
    left, top, across, down, _ = boxes.T
    edges = (left == 0).astype(int) + (top == 0) + (left + across == width_px) + (top + down == height_px)
    rim = (edges >= 2) | ((edges == 1) & (across > _RIM_SHARE * width_px))
    rim[0] = False  # the ground
    if count < 2 or not rim.any():
        return dark
    ground = int(np.median(dark[light > 0])) if light.any() else 255
    covered = cv2.dilate(rim[patches].astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.where(covered, ground, dark).astype(np.uint8)


def white_letters(colour: "Pixels", least: int) -> "Pixels":
    """Black letters on white from a caption written in white with a dark rim, on whatever lies behind it."""
    import numpy as np

    return np.where(colour.min(axis=2) >= least, 0, 255).astype(np.uint8)
