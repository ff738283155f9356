"""Evidence picture of a sign, for a person to check the recognised text: the line with its surroundings.

Number plates and telephone numbers around it, and lines that could not be read, are pixelated before the picture is
kept.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from opsec.readers.text.coordinates import find_coordinates
from opsec.readers.video.private_numbers import find_private_numbers
from opsec.readers.video.stamp_repair import repair_stamp
from opsec.vision.decoding.frame import encode_evidence_picture
from opsec.vision.ocr.text_line import TextLine
from opsec.vision.ocr.text_track import TextTrack

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.model import Picture
    from opsec.vision.arrays import ColorImage

MAX_SIDE_PX = 400
"""Longer side of the picture, at most."""
MAX_BYTES = 7_000
"""Size of the picture, at most: enough for a line and what surrounds it."""
_MARGIN_X_HEIGHTS, _MARGIN_Y_HEIGHTS = 1.0, 2.0
"""Margins beside and above a line, in its heights: they show the other lines of the board, and where it hangs."""
_PIXELS_PER_HEIGHT = 4
"""Pixels that are left of the height of a redacted line."""
_OUTLINE_MARGIN, _OUTLINE_BGR = 0.15, (40, 220, 255)
"""Outline around the line: its margin in heights of the line, and its colour."""


def crop_sign(frame: "ColorImage", line: TextLine, redacted: Iterable[TextLine]) -> "Picture | None":
    """Make the evidence picture of a line.

    Parameters
    ----------
    frame
        Colour frame in whose pixels the lines are given, shape (height, width, 3), uint8; it is not changed.
    line
        The line, which gets an outline.
    redacted
        Lines to pixelate.

    Returns
    -------
    Picture or None
        None if the line is outside the frame.
    """
    import cv2
    import numpy as np

    height_px, width_px = frame.shape[:2]
    corners = np.array(line.corners())
    margin = np.array([_MARGIN_X_HEIGHTS * line.height_px, _MARGIN_Y_HEIGHTS * line.height_px])
    left, top = (int(max(0, side)) for side in corners.min(axis=0) - margin)
    right, bottom = (int(side) + 1 for side in corners.max(axis=0) + margin)
    crop = frame[top : min(bottom, height_px), left : min(right, width_px)].copy()
    if min(crop.shape[:2]) < 2:
        return None
    for other in redacted:
        _pixelate(crop, np.array(other.corners()) - (left, top), other.height_px)
    outline = np.array(line.padded(_OUTLINE_MARGIN * line.height_px).corners()) - (left, top)
    thickness = 2 * max(1, round(max(crop.shape[:2]) / MAX_SIDE_PX))
    points = outline.round().astype(np.int32)
    cv2.polylines(crop, [points], isClosed=True, color=_OUTLINE_BGR, thickness=thickness)
    return encode_evidence_picture(crop, MAX_SIDE_PX, MAX_BYTES)


def _pixelate(crop: "ColorImage", corners: "NDArray[np.float64]", line_height_px: float) -> None:
    """Pixelate the upright box around the corners (4, 2) of a line, in place."""
    import cv2
    import numpy as np

    left, top = (int(max(0, side)) for side in np.floor(corners.min(axis=0)))
    right, bottom = (int(max(0, side)) + 1 for side in np.ceil(corners.max(axis=0)))
    region = crop[top:bottom, left:right]
    if region.size == 0:
        return
    block_px = max(2, round(line_height_px / _PIXELS_PER_HEIGHT))
    size = max(1, region.shape[1] // block_px), max(1, region.shape[0] // block_px)
    coarse = cv2.resize(region, size, interpolation=cv2.INTER_AREA)
    region[:] = cv2.resize(coarse, (region.shape[1], region.shape[0]), interpolation=cv2.INTER_NEAREST)


def lines_to_redact(
    line: TextLine, lines: Sequence[TextLine], tracked: Sequence[tuple[TextTrack, TextLine]]
) -> list[TextLine]:
    """Select the lines that the picture of ``line`` must not show.

    Parameters
    ----------
    line
        The line that the picture is made of; it is redacted too if it is private.
    lines
        All lines detected in the frame.
    tracked
        Those that belong to a track, with it.

    Returns
    -------
    list of TextLine
        Private lines (personal numbers, coordinates) and lines without legible text.
    """
    private = {id(other) for track, other in tracked if _is_private(track)}
    public = {id(other) for track, other in tracked if track.is_legible} - private
    return [other for other in lines if id(other) in private or (id(other) not in public and other is not line)]


def _is_private(track: TextTrack) -> bool:
    """Return whether any text read of a line has a personal number or a coordinate: shared reports show neither."""
    return any(
        any(find_private_numbers(one.text)) or any(find_coordinates(one.text)) or repair_stamp(one.text)
        for one in track.recognitions
    )
