"""Rectification of one line for recognition: cropped, level, dark on light, at the height that engines expect."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsec.vision.ocr.text_line import TextLine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.arrays import ColorImage, GrayImage

MAX_LENGTH_PX = 2_400
"""Longest crop of a line; a line that would be longer is reduced, for it can only be a stripe."""
_MIN_CROP_PX = 8
_AREA_SCALE = 0.5
"""Below this scale the frame is averaged first: a bilinear warp uses only four of its pixels for each of its own."""
_MIN_EDGE_SHARE = 0.6
"""A stroke that touches one edge of a crop is the edge of the board if it covers this share of the width; one that
touches two edges always is."""


@dataclass(frozen=True, slots=True)
class CropSpec:
    """Size and margins of the crop of a line; a negative margin cuts into the line."""

    height_px: int
    """Height of the line in the crop, without margins."""
    margin_x: float
    """Margin at the left and at the right, in heights of the line."""
    margin_y: float
    """Margin above and below, in heights of the line."""


WIDE_CROP, CLOSE_CROP = CropSpec(64, 0.2, 0.1), CropSpec(64, 0.1, 0.1)
TIGHT_CROP, INNER_CROP = CropSpec(64, 0.0, 0.0), CropSpec(64, -0.02, -0.06)
"""Detectors leave a margin around a line: the inner crop removes part of it."""


def rectify(frame: "NDArray[np.uint8]", line: TextLine, crop: CropSpec) -> "NDArray[np.uint8]":
    """Crop a line from a frame so that its baseline is horizontal.

    Parameters
    ----------
    frame
        Gray or colour frame in whose pixels the line is given, shape (height, width) or (height, width, 3), uint8.
    line
        The line.
    crop
        Size and margins of the crop.

    Returns
    -------
    ndarray of uint8
        The crop with as many channels as the frame, at most ``MAX_LENGTH_PX`` long without its margins.
    """
    import cv2
    import numpy as np

    scale = min(crop.height_px / line.height_px, MAX_LENGTH_PX / line.length_px)
    margin_x_px, margin_y_px = crop.margin_x * line.height_px * scale, crop.margin_y * line.height_px * scale
    length_px, height_px = line.length_px * scale, line.height_px * scale
    right_px, bottom_px = margin_x_px + length_px, margin_y_px + height_px
    source = np.array(line.corners()[:3], np.float32)
    target = np.array([(margin_x_px, margin_y_px), (right_px, margin_y_px), (right_px, bottom_px)], np.float32)
    size = (
        max(_MIN_CROP_PX, round(length_px + 2 * margin_x_px)),
        max(_MIN_CROP_PX, round(height_px + 2 * margin_y_px)),
    )
    if scale < _AREA_SCALE:
        reduced = cv2.resize(frame, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        frame, source = reduced.astype(np.uint8, copy=False), source * scale
    affine = cv2.getAffineTransform(source, target)
    interpolation = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_LINEAR
    level = cv2.warpAffine(frame, affine, size, flags=interpolation, borderMode=cv2.BORDER_REPLICATE)
    return level.astype(np.uint8, copy=False)


def to_dark_on_light(gray: "GrayImage") -> "GrayImage":
    """Invert a line if its letters are light: the larger of its two Otsu classes is the background."""
    import cv2
    import numpy as np

    _, light = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return gray if np.count_nonzero(light) * 2 > light.size else 255 - gray


def remove_edge_strokes(dark: "GrayImage") -> "GrayImage":
    """Remove the edge of the board from a line, dark on light: strokes that touch the crop's edge and follow it.

    Engines read such strokes as bars or as a one-stroke letter.
    """
    import cv2
    import numpy as np

    height_px, width_px = dark.shape
    _, light = cv2.threshold(dark, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    n_labels, components, boxes, _ = cv2.connectedComponentsWithStats(255 - light, connectivity=8)
    left, top, width, height, _ = boxes.T
    n_edges = (left == 0).astype(int) + (top == 0) + (left + width == width_px) + (top + height == height_px)
    is_edge = (n_edges >= 2) | ((n_edges == 1) & (width > _MIN_EDGE_SHARE * width_px))
    is_edge[0] = False  # the background
    if n_labels < 2 or not is_edge.any():
        return dark
    background = int(np.median(dark[light > 0])) if light.any() else 255
    covered = cv2.dilate(is_edge[components].astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    return np.where(covered, background, dark).astype(np.uint8)


def extract_white_text(color: "ColorImage", min_level: int) -> "GrayImage":
    """Binarise a caption of white letters with a dark outline: black where all channels reach ``min_level``."""
    import numpy as np

    return np.where(color.min(axis=2) >= min_level, 0, 255).astype(np.uint8)
