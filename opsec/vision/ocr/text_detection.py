"""Text detection: a neural network marks the pixels of text, and their regions become rotated lines.

The detector is the text detector of PP-OCR (differentiable binarization: Liao et al., Real-time Scene Text
Detection with Differentiable Binarization, 2020), version 4, which the build copies into the package. It does not
depend on the script: Arabic lines are found as well as English ones. Its output is a probability map of the shrunken
bodies of lines; every connected region of it, grown back ("unclipped"), is a segment of a line.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from opsec.vision.ocr.line_extension import extend_line
from opsec.vision.ocr.network_fusion import fuse_operations
from opsec.vision.ocr.onnx_session import ModelError, load_session
from opsec.vision.ocr.text_line import TextLine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.arrays import ColorImage

    Detector = Callable[[NDArray[np.float32]], NDArray[np.float32]]
    """Takes a batch of one image, shape (1, 3, height, width), -1 to 1; returns text probabilities (height, width)."""

MAX_REGIONS = 400
"""Regions used of one frame, the largest first; a page of print has fewer."""
_SIDE_STEP_PX = 32
"""Sides of the input are multiples of this: the detector halves it five times."""
_PADDING_BGR = (127, 127, 127)
_PIXEL_THRESHOLD, _REGION_THRESHOLD = 0.3, 0.5
"""Least probability of a text pixel, and least mean probability of a region."""
_MIN_SIDE_PX = 3
_EDGE_PX = 2
"""A line this close to the edge of a part may continue outside."""
_UNCLIP_RATIO = 1.6
"""Growth of a region in units of its area by its perimeter: training shrank lines by as much (as in the paper)."""
_SHARPEN_AMOUNT, _SHARPEN_SIGMA_PX = 1.5, 1.0
"""Unsharp mask applied to the input: the detector was trained on sharp letters."""
_MAX_GAP, _MAX_OFFSET, _MAX_HEIGHT_RATIO, _MAX_ANGLE_RAD = 1.25, 0.45, 2.2, 0.21
"""Segments of one line: largest gap and largest offset across the line, both in heights of the smaller one, largest
ratio of heights, largest angle."""


def load_detector(model: Path) -> "Detector":
    """Load the detector from a model file; nothing is downloaded.

    It runs in onnxruntime with its operations fused, in two fifths of the time that OpenCV takes for the same answer
    (within 1e-4).

    Raises
    ------
    ModelError
        The file is missing or is not an ONNX model that onnxruntime can run.
    """
    try:
        content = fuse_operations(model.read_bytes())
    except (OSError, ValueError) as fault:
        raise ModelError(type(fault).__name__) from fault
    session = load_session(content)
    input_name = session.get_inputs()[0].name

    def detect(image: "NDArray[np.float32]") -> "NDArray[np.float32]":
        probabilities: NDArray[np.float32] = session.run(None, {input_name: image})[0][0, 0]
        return probabilities

    return detect


def detect_lines(frame: "ColorImage", detect: "Detector") -> tuple[list[TextLine], bool]:
    """Detect the lines of text in a frame.

    Parameters
    ----------
    frame
        Colour frame, shape (height, width, 3), uint8.
    detect
        The network, as ``load_detector`` returns it.

    Returns
    -------
    (list of TextLine, bool)
        The lines in pixels of the frame, from top to bottom; and whether regions were left out.
    """
    import cv2
    import numpy as np

    segments, is_cut = _regions_to_lines(detect(_preprocess(frame)))
    gray = cv2.cvtColor(frame, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
    merged = merge_lines([extend_line(gray, line) for line in merge_lines(segments)])
    return sorted(merged, key=lambda line: (line.y_px, line.x_px)), is_cut


def detect_in_box(frame: "ColorImage", box: Sequence[float], detect: "Detector") -> tuple[list[TextLine] | None, bool]:
    """Detect the lines of text in a part of a frame.

    Parameters
    ----------
    frame, detect
        As for ``detect_lines``.
    box
        Left, top, right and bottom of the part, as shares of the frame's longer side.

    Returns
    -------
    (list of TextLine or None, bool)
        The lines in pixels of the frame, None if one reaches an edge of the part inside the frame: it may continue
        outside; and whether regions were left out.
    """
    height_px, width_px = frame.shape[:2]
    scale = max(height_px, width_px)
    left, top = (max(0, round(side * scale)) for side in box[:2])
    right, bottom = min(width_px, round(box[2] * scale)), min(height_px, round(box[3] * scale))
    if right - left < _MIN_SIDE_PX or bottom - top < _MIN_SIDE_PX:
        return [], False
    lines, is_cut = detect_lines(frame[top:bottom, left:right], detect)
    for line in lines:
        x0, y0, x1, y1 = line.bounds()
        if (
            (x0 < _EDGE_PX and left > 0)
            or (y0 < _EDGE_PX and top > 0)
            or (x1 > right - left - _EDGE_PX and right < width_px)
            or (y1 > bottom - top - _EDGE_PX and bottom < height_px)
        ):
            return None, is_cut
    return [replace(line, x_px=line.x_px + left, y_px=line.y_px + top) for line in lines], is_cut


def _preprocess(frame: "ColorImage") -> "NDArray[np.float32]":
    """Pad and scale a frame as the detector was trained: gray up to multiples of 32 pixels, values from -1 to 1.

    It is also sharpened (an unsharp mask), which finds half of the soft small lines that are missed otherwise.
    """
    import cv2
    import numpy as np

    height_px, width_px = frame.shape[:2]
    blurred = cv2.GaussianBlur(frame, (0, 0), _SHARPEN_SIGMA_PX)
    sharpened = cv2.addWeighted(frame, 1 + _SHARPEN_AMOUNT, blurred, -_SHARPEN_AMOUNT, 0)
    bottom_px, right_px = -height_px % _SIDE_STEP_PX, -width_px % _SIDE_STEP_PX
    padded = cv2.copyMakeBorder(sharpened, 0, bottom_px, 0, right_px, cv2.BORDER_CONSTANT, value=_PADDING_BGR)
    scaled = padded.astype(np.float32) / 127.5 - 1.0
    return np.ascontiguousarray(scaled.transpose(2, 0, 1)[np.newaxis])


def _regions_to_lines(probabilities: "NDArray[np.float32]") -> tuple[list[TextLine], bool]:
    """Return a line for each connected text region of a map (height, width), and whether there were too many."""
    import cv2
    import numpy as np

    is_text = (probabilities > _PIXEL_THRESHOLD).astype(np.uint8)
    contours, _ = cv2.findContours(is_text, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    largest = sorted(contours, key=cv2.contourArea, reverse=True)
    found = [_region_to_line(contour, probabilities) for contour in largest[:MAX_REGIONS]]
    return [line for line in found if line is not None], len(largest) > MAX_REGIONS


def _region_to_line(contour: "NDArray[Any]", probabilities: "NDArray[np.float32]") -> TextLine | None:
    """Return the rotated box around a contour (n, 1, 2), grown back; None if it is too small or too improbable."""
    import cv2
    import numpy as np

    (x_px, y_px), (length_px, height_px), angle_deg = cv2.minAreaRect(contour)
    if min(length_px, height_px) < _MIN_SIDE_PX:
        return None
    left, top, width, height = cv2.boundingRect(contour)
    inside = np.zeros((height, width), np.uint8)
    cv2.drawContours(inside, [contour], -1, 1, -1, offset=(-left, -top))
    score = float(cv2.mean(probabilities[top : top + height, left : left + width], inside)[0])
    if score < _REGION_THRESHOLD:
        return None
    if height_px > length_px:  # a line runs along its longer side
        length_px, height_px, angle_deg = height_px, length_px, angle_deg + 90
    angle_rad = math.radians((angle_deg + 90) % 180 - 90)
    growth_px = 2 * _UNCLIP_RATIO * length_px * height_px / (2 * (length_px + height_px))
    return TextLine(x_px, y_px, length_px + growth_px, height_px + growth_px, angle_rad, score)


def merge_lines(segments: Sequence[TextLine]) -> list[TextLine]:
    """Merge segments that stand in one row, close together and about equally high.

    The words of signs stand far apart, and the detector often breaks a line between them.
    """
    lines: list[TextLine] = []
    for segment in sorted(segments, key=lambda one: (one.x_px, one.y_px)):
        row = next((index for index, line in enumerate(lines) if _on_one_row(line, segment)), None)
        if row is None:
            lines.append(segment)
        else:
            lines[row] = _join(lines[row], segment)
    return lines


def _on_one_row(one: TextLine, other: TextLine) -> bool:
    height_px = min(one.height_px, other.height_px)
    if max(one.height_px, other.height_px) > _MAX_HEIGHT_RATIO * height_px:
        return False
    long, short = (one, other) if one.length_px >= other.length_px else (other, one)
    has_direction = short.length_px >= 2 * short.height_px
    if has_direction and abs(long.angle_rad - short.angle_rad) > _MAX_ANGLE_RAD:
        return False
    cos, sin = math.cos(long.angle_rad), math.sin(long.angle_rad)
    offset_x, offset_y = short.x_px - long.x_px, short.y_px - long.y_px
    along, across = abs(offset_x * cos + offset_y * sin), abs(offset_y * cos - offset_x * sin)
    gap_px = along - (long.length_px + short.length_px) / 2
    return gap_px < _MAX_GAP * height_px and across < _MAX_OFFSET * height_px


def _join(one: TextLine, other: TextLine) -> TextLine:
    """Return the smallest line around two: at the longer one's angle, or from centre to centre if both are long."""
    angle_rad = max(one, other, key=lambda line: line.length_px).angle_rad
    if min(one.length_px, other.length_px) > max(one.height_px, other.height_px):
        slope_rad = math.atan2(other.y_px - one.y_px, other.x_px - one.x_px)
        angle_rad = slope_rad if abs(slope_rad - angle_rad) < _MAX_ANGLE_RAD else angle_rad
    cos, sin = math.cos(angle_rad), math.sin(angle_rad)
    points = [*one.corners(), *other.corners()]
    along = [x * cos + y * sin for x, y in points]
    across = [y * cos - x * sin for x, y in points]
    center, level = (min(along) + max(along)) / 2, (min(across) + max(across)) / 2
    return TextLine(
        center * cos - level * sin,
        center * sin + level * cos,
        max(along) - min(along),
        max(across) - min(across),
        angle_rad,
        max(one.score, other.score),
    )
