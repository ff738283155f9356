"""The picture of a sign that a person checks a reading by: the line in a frame, with what is around it.

Number plates and telephones around it, and words that nobody read, are made unreadable before the picture is kept.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from opsec.readers.text.coordinates import written_spans
from opsec.readers.video.private_numbers import private_parts
from opsec.vision.decoding.frame import evidence_picture
from opsec.vision.ocr.text_line import Line
from opsec.vision.ocr.text_track import Followed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.model import Picture

    Pixels = NDArray[np.uint8]

LONGEST_PX = 400
_AROUND, _ABOVE = 1.0, 2.0
"""Shown beside and above a line, in heights of it: the other lines of the same board, and where it hangs."""
_BLOCKS = 4
"""Of a line made unreadable: so many grains are left of its height."""
_RIM_SHARE, _RIM = 0.15, (40, 220, 255)


def picture_of(picture: "Pixels", line: Line, others: Iterable[Line]) -> "Picture | None":
    """A small picture of a line, framed, from the colour picture that it was read in; ``others`` are hidden."""
    import cv2
    import numpy as np

    height_px, width_px = picture.shape[:2]
    corners = np.array(line.corners())
    beside, above = _AROUND * line.height_px, _ABOVE * line.height_px
    around = np.array([beside, above])
    left, top = (int(max(0, side)) for side in corners.min(axis=0) - around)
    right, bottom = (int(side) + 1 for side in corners.max(axis=0) + around)
    crop = picture[top : min(bottom, height_px), left : min(right, width_px)].copy()
    if min(crop.shape[:2]) < 2:
        return None
    for other in others:
        _made_unreadable(crop, np.array(other.corners()) - (left, top), other.height_px)
    rim = np.array(line.grown(_RIM_SHARE * line.height_px).corners()) - (left, top)
    thick = max(1, round(max(crop.shape[:2]) / LONGEST_PX))
    cv2.polylines(crop, [rim.round().astype(np.int32)], isClosed=True, color=_RIM, thickness=2 * thick)
    return evidence_picture(crop, LONGEST_PX)


def _made_unreadable(crop: "Pixels", corners: "NDArray[np.float64]", line_height_px: float) -> None:
    """Draw a line again in grains as large as a part of its letters."""
    import cv2
    import numpy as np

    left, top = (int(max(0, side)) for side in np.floor(corners.min(axis=0)))
    right, bottom = (int(max(0, side)) + 1 for side in np.ceil(corners.max(axis=0)))
    part = crop[top:bottom, left:right]
    if part.size == 0:
        return
    grain = max(2, round(line_height_px / _BLOCKS))
    size = max(1, part.shape[1] // grain), max(1, part.shape[0] // grain)
    coarse = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    part[:] = cv2.resize(coarse, (part.shape[1], part.shape[0]), interpolation=cv2.INTER_NEAREST)


def to_hide(line: Line, found: Sequence[Line], seen: Sequence[tuple[Followed, Line]]) -> list[Line]:
    """Lines in and around one that its picture must not show: numbers of people, coordinates, what nobody has read."""
    private = {id(other) for one, other in seen if _is_private(one)}
    public = {id(other) for one, other in seen if one.is_clear} - private
    return [other for other in found if id(other) in private or (id(other) not in public and other is not line)]


def _is_private(one: Followed) -> bool:
    """Whether a line tells a number of people, or a place: pages that travel show neither."""
    return any(any(private_parts(reading.text)) or any(written_spans(reading.text)) for reading in one.readings)
