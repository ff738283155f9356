"""One line of a picture, read: in one view when that is clear, in more when it is not, and then the readings vote."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsec.hints.signs.find import Line
from opsec.hints.signs.reading import Reading, agreed
from opsec.hints.signs.views import CLOSE, ROOMY, SMALL, dark_on_light, straightened, white_letters, without_rim

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.hints.signs.tesseract import Tesseract, Tongue

    Pixels = NDArray[np.uint8]

MOST_VIEWS = 1_000
"""Of all lines of one clip: ten seconds of work. A clip full of print is cut there, and that is said."""
CLEAR = 0.80
"""A reading so likely needs no second look."""
_WHITE_AT_LEAST = (180, 220)
_OTHER_TONGUE = 0.35
"""A tongue whose best reading is so much less likely than the other's is not asked again,
once the other's is likely enough to tell."""
_TELLING = 0.5


@dataclass(slots=True)
class LineReader:
    """Reads lines until a clip has had its share."""

    tesseract: "Tesseract"
    views_left: int = MOST_VIEWS

    def read(self, picture: "Pixels", line: Line) -> Reading | None:
        """The words of a line of a colour picture ``(h, w, 3)``, or none when nothing can be made of it."""
        readings: list[Reading] = []
        tongues = self.tesseract.tongues
        for view in _views(picture, line):
            if self.views_left <= 0:
                break
            self.views_left -= 1
            readings += self.tesseract.read(view, tongues)
            if any(reading.likelihood >= CLEAR for reading in readings):
                break
            tongues = _likely_tongues(readings) or tongues
        return agreed(readings)


def _views(picture: "Pixels", line: Line) -> "Iterator[Pixels]":
    """The line as readers know it, the likeliest look first."""
    colour = straightened(picture, line, ROOMY)
    yield _clean(colour)
    yield _clean(straightened(picture, line, SMALL))
    for least in _WHITE_AT_LEAST:
        yield white_letters(colour, least)
    yield _clean(straightened(picture, line, CLOSE))


def _clean(colour: "Pixels") -> "Pixels":
    return without_rim(dark_on_light(_grey(colour)))


def _grey(colour: "Pixels") -> "Pixels":
    import cv2
    import numpy as np

    return cv2.cvtColor(colour, cv2.COLOR_BGR2GRAY).astype(np.uint8, copy=False)


def _likely_tongues(readings: list[Reading]) -> "tuple[Tongue, ...]":
    best = {tongue: max((r.likelihood for r in readings if r.engine == tongue), default=0.0) for tongue in _ASKED}
    most = max(best.values())
    if most < _TELLING:
        return ()
    return tuple(tongue for tongue in _ASKED if best[tongue] >= most - _OTHER_TONGUE)


_ASKED: "tuple[Tongue, ...]" = ("ara", "eng")
