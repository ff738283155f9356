"""Views of a line crop for text that does not stand as usual: mirrored, turned by half a turn, slanted, stacked.

Selfie cameras mirror what they film; plates hang upside down, and a line that runs from top to bottom may have its top
at either side; on a board seen from the side the baseline climbs while the letters stay upright, so that they slant in
the rectified line; letters may stand one below the other. The detector finds such a line like any other, but its crop
then shows letters of no script. The line recogniser is the judge: on the view that is right it is surer than on all
others.
"""

import math
from itertools import pairwise
from typing import TYPE_CHECKING

from opsec.vision.ocr.line_rectification import remove_edge_strokes, to_dark_on_light
from opsec.vision.ocr.rover_voting import View
from opsec.vision.ocr.text_line import TextLine

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.arrays import GrayImage

_FLIPPED_VIEWS: tuple[View, ...] = ("mirrored", "turned")
_SLANT_RAD = (0.15, 0.8)
"""Angles of lines that may be seen from the side."""
_SAME_WHEN_FLIPPED: dict[View, frozenset[str]] = {
    "mirrored": frozenset("AHIMOTUVWXY08ilovwxbdpq"),
    "turned": frozenset("HINOSXZ01689ilosxzbdpqnu"),
}
"""Letters and digits that look like themselves or like one another in a view."""
_MIN_UPRIGHT_ANGLE_RAD = 1.2
"""A line at least this steep may be a column of upright letters."""
_MIN_COLUMN_RATIO = 2.5
"""Least length of a column, in its widths."""
_MIN_LETTERS, _MAX_LETTERS = 3, 20
_LETTER_HEIGHTS = (0.55, 1.6)
"""Heights of the letters of a column, in shares of their median."""
_LETTER_GAP, _WORD_GAP = 0.12, 0.9
"""Gaps between letters and between words set side by side, in median letter heights."""
_MIN_WORD_GAP = 2.2
"""A gap this many times the median gap separates two words of a column."""
_MARGIN = 0.25
"""Margin around letters set side by side, in median letter heights."""


def is_ambiguous(text: str, view: View) -> bool:
    """Return whether all letters of a text are letters in the other sense too, so that no view is the right one.

    >>> is_ambiguous("TAXI", "mirrored"), is_ambiguous("TAXI", "turned")
    (True, False)
    """
    same = _SAME_WHEN_FLIPPED.get(view, frozenset())
    return all(char in same for char in text if char.isalnum())


def possible_views(line: TextLine) -> tuple[View, ...]:
    """Return the views of a whole line, by its angle."""
    may_slant = _SLANT_RAD[0] <= abs(line.angle_rad) <= _SLANT_RAD[1]
    return (*_FLIPPED_VIEWS, "slanted") if may_slant else _FLIPPED_VIEWS


def apply_view(gray: "GrayImage", view: View, angle_rad: float) -> "GrayImage":
    """Return a rectified gray crop (height, width) in one of its ``possible_views``.

    ``angle_rad`` is the angle of the line in the frame: the slant of upright letters.
    """
    import cv2
    import numpy as np

    if view != "slanted":
        return np.ascontiguousarray(gray[:, ::-1] if view == "mirrored" else gray[::-1, ::-1])
    height_px, width_px = gray.shape
    shear = -math.tan(angle_rad)
    transform = np.array([[1.0, shear, -shear * height_px / 2], [0.0, 1.0, 0.0]])
    upright = cv2.warpAffine(gray, transform, (width_px, height_px), borderMode=cv2.BORDER_REPLICATE)
    return upright.astype(np.uint8, copy=False)


def is_column(line: TextLine) -> bool:
    """Return whether a line is so steep and slender that upright letters may stand one below the other in it."""
    return abs(line.angle_rad) >= _MIN_UPRIGHT_ANGLE_RAD and line.length_px >= _MIN_COLUMN_RATIO * line.height_px


def unstack_letters(gray: "GrayImage", angle_rad: float) -> "tuple[GrayImage, int] | None":
    """Set the upright letters of a column side by side.

    Parameters
    ----------
    gray
        Rectified crop (height, width) of the column, uint8; its letters lie on their side.
    angle_rad
        Angle of the column's line in the frame, about π/2 or -π/2.

    Returns
    -------
    (ndarray of uint8, int) or None
        A crop of one level line, dark on light, and its number of letters; None if the crop does not consist of
        separate letters of similar height.
    """
    import numpy as np

    upright = np.rot90(remove_edge_strokes(to_dark_on_light(gray)), 1 if angle_rad < 0 else -1)
    ink = _ink(upright)
    rows = _runs(np.asarray(ink.any(axis=1)))
    if not _MIN_LETTERS <= len(rows) <= _MAX_LETTERS:
        return None
    heights = [last - first for first, last in rows]
    letter_px = float(np.median(heights))
    shortest, tallest = (share * letter_px for share in _LETTER_HEIGHTS)
    if min(heights) < shortest or max(heights) > tallest:
        return None
    return _set_in_line(upright, ink, rows, letter_px), len(rows)


def _set_in_line(
    upright: "GrayImage", ink: "NDArray[np.bool_]", rows: list[tuple[int, int]], letter_px: float
) -> "GrayImage":
    """Copy the letters of a column into one line, on their common background."""
    import numpy as np

    background = int(np.median(upright[~ink])) if not ink.all() else 255
    gaps = [later[0] - earlier[1] for earlier, later in pairwise(rows)]
    wide_px = max(_MIN_WORD_GAP * float(np.median(gaps)), letter_px / 2)
    margin_px = max(2, round(_MARGIN * letter_px))
    height_px = max(last - first for first, last in rows)

    def space(width_px: float) -> "GrayImage":
        return np.full((height_px, max(1, round(width_px))), background, np.uint8)

    parts = [space(margin_px)]
    for (first, last), gap_px in zip(rows, [*gaps, 0], strict=True):
        columns = np.flatnonzero(ink[first:last].any(axis=0))
        cell = space(columns[-1] + 1 - columns[0])
        cell[: last - first] = upright[first:last, columns[0] : columns[-1] + 1]
        parts += [cell, space((_WORD_GAP if gap_px > wide_px else _LETTER_GAP) * letter_px)]
    line = np.hstack([*parts, space(margin_px)])
    return np.pad(line, ((margin_px, margin_px), (0, 0)), constant_values=background)


def _ink(dark: "GrayImage") -> "NDArray[np.bool_]":
    import cv2
    import numpy as np

    _, light = cv2.threshold(np.ascontiguousarray(dark), 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    return np.asarray(light == 0)


def _runs(flags: "NDArray[np.bool_]") -> list[tuple[int, int]]:
    """Return begin and end of each run of true flags."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return [(int(first), int(last)) for first, last in zip(edges[::2], edges[1::2], strict=True)]


def angle_between_lines(one: TextLine, other: TextLine) -> float:
    """Return the angle between the baselines of two lines in radians, 0 to π/2, whichever way they are read.

    >>> steep = TextLine(0, 0, 9, 1, 1.5, 0.9)
    >>> round(angle_between_lines(steep, TextLine(0, 0, 9, 1, -1.5, 0.9)), 2)
    0.14
    """
    difference = abs(one.angle_rad - other.angle_rad) % math.pi
    return min(difference, math.pi - difference)
