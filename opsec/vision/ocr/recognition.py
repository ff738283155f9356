"""One line of a picture, read: our own network looks at it in two cuts; where they differ, tesseract is asked as well.

Cut closer or wider, a line that can be read stays the same: two cuts with the very same letters are the reading.
Else the network looks at a third, and tesseract reads the line too, in the tongue that the network tells. Where the two
read the very same letters, that is the reading; if not, all readings vote.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsec.vision.ocr.line_rectification import (
    CLOSE,
    INNER,
    ROOMY,
    TIGHTEST,
    Cut,
    dark_on_light,
    straightened,
    white_letters,
    without_rim,
)
from opsec.vision.ocr.rover_voting import OWN, Reading, agreed, all_cuts_agree, two_engines_agree
from opsec.vision.ocr.text_cleanup import arabic_share, tidy
from opsec.vision.ocr.text_line import Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.ocr.line_recogniser import LineNetwork
    from opsec.vision.ocr.tesseract import Tesseract, Tongue

    Pixels = NDArray[np.uint8]

MOST_WORK = 6_000
"""Of all lines of one clip, in letter heights of line looked at, once for each cut, view and tongue: some ten seconds.
A clip full of print is cut there, and that is said."""
FIRST_CUTS, LAST_CUT = (CLOSE, INNER), TIGHTEST
_WHITE_AT_LEAST = 220
_CLEAR = 0.9
"""A reading of tesseract so likely needs no other view."""
_TELLING = 0.6
"""A reading of the network so likely tells the tongue."""


@dataclass(slots=True)
class LineReader:
    """Reads lines until a clip has had its share."""

    network: "LineNetwork"
    tesseract: "Tesseract"
    work_left: float = MOST_WORK
    spent: bool = False
    """A view was not looked at for want of work."""

    def read(self, picture: "Pixels", line: Line) -> Reading | None:
        """The words of a line of a colour picture ``(h, w, 3)``, or none when nothing can be made of it."""
        if not self._may_look(line, len(FIRST_CUTS)):
            return None
        readings = [reading for cut in FIRST_CUTS for reading in self._own(picture, line, cut)]
        if same := all_cuts_agree(readings, len(FIRST_CUTS)):
            return same
        if self._may_look(line, 1):
            readings += self._own(picture, line, LAST_CUT)
        tongues = _tongues(readings)
        for view in _views(picture, line):
            if not self._may_look(line, len(tongues)):
                break
            readings += self.tesseract.read(view, tongues)
            if both := two_engines_agree(readings):
                return both
            if any(reading.likelihood >= _CLEAR for reading in readings if reading.engine != OWN):
                break
        return agreed(readings)

    def _may_look(self, line: Line, times: int) -> bool:
        """Whether so many looks at a line are left of the clip's share; they are taken from it."""
        work = times * line.length_px / max(1.0, line.height_px)
        self.spent = self.spent or self.work_left < work
        if not self.spent:
            self.work_left -= work
        return not self.spent

    def _own(self, picture: "Pixels", line: Line, cut: Cut) -> Iterator[Reading]:
        """What the network reads in one view, if anything."""
        told = self.network.read(_grey(straightened(picture, line, cut)))
        text = tidy(told.text, knows_rims=True)
        if text:
            yield Reading(text, told.likelihood, OWN)


def _tongues(readings: list[Reading]) -> "tuple[Tongue, ...]":
    """The tongue that the network's likeliest reading is written in; both when it cannot tell."""
    best = max(readings, key=lambda reading: reading.likelihood, default=None)
    if best is None or best.likelihood < _TELLING:
        return ("ara", "eng")
    return ("ara",) if arabic_share(best.text) > 0.5 else ("eng",)


def _views(picture: "Pixels", line: Line) -> "Iterator[Pixels]":
    """The line as tesseract knows lines: dark on light; and the white letters of a caption alone."""
    colour = straightened(picture, line, ROOMY)
    yield _clean(colour)
    yield white_letters(colour, _WHITE_AT_LEAST)


def _clean(colour: "Pixels") -> "Pixels":
    return without_rim(dark_on_light(_grey(colour)))


def _grey(colour: "Pixels") -> "Pixels":
    import cv2
    import numpy as np

    return cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)
