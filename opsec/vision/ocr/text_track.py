"""One sign seen in many frames is one sign: lines are known again by their looks, and read only where they are new.

A line that was seen keeps a small picture of itself, level and in one size. That picture hardly changes while the
camera turns, so the same words are known again wherever they stand; other words in the same place are not.
All measures are shares of the longer side of the frame, so that a line keeps its shape.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opsec.vision.ocr.line_rectification import Cut, straightened
from opsec.vision.ocr.rover_voting import Reading, agreed
from opsec.vision.ocr.text_cleanup import letters
from opsec.vision.ocr.text_line import Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.model import Picture

    Pixels = NDArray[np.uint8]
    Looks = NDArray[np.float32]

_LEAST_LIKELY, _LEAST_LETTERS = 0.30, 2
_FEW_LIKELY, _FEW_LETTERS = 0.80, 4
"""Leaves, fences and bricks read as two or three letters, seldom with any certainty."""
_LOOKS_PX = (96, 24)
_LOOSE_PX, _STROKE_PX = (6, 3), 4.0
_PARTS, _LEAST_INK = 3, 2.0
"""A part without strokes, in shades, says nothing."""
_WHOLE = Cut(24, 0.0, 0.0)
_TRIES_AT_ONCE, _MOST_TRIES, _BETTER = 2, 5, 1.2
"""A line is tried twice, and again only in a view that much clearer than any before."""
_SURE = 0.85
"""A reading so likely is not asked for again."""
_MOST_KEPT = 600


@dataclass(frozen=True, slots=True)
class Sighting:
    """A line in one frame."""

    at_s: float
    line: Line
    """In shares of the longer side of the frame."""
    sharpness: float
    picture: int
    """Number of the picture that was looked at: lines of one picture stood there together."""
    whole: bool = True
    """False at the edge of the frame, where it may go on outside."""


@dataclass(slots=True, eq=False)
class Followed:
    """One line of text, over all frames it was seen in. Once it was read whole, what was read of parts is forgotten."""

    looks: "Looks"
    seen: list[Sighting]
    readings: list[Reading] = field(default_factory=list)
    tries: int = 0
    """Times that somebody tried to read it."""
    clearest: float = 0.0
    """``clearness`` of the best of these."""
    best: Sighting | None = None
    """The sighting that gave the likeliest reading."""
    picture: "Picture | None" = None
    """Of that sighting."""
    whole: bool = False
    """Whether it was tried where it is seen whole."""

    @property
    def last(self) -> Sighting:
        return self.seen[-1]

    def reading(self) -> Reading | None:
        """What its readings agree on."""
        return agreed(self.readings)

    @property
    def likelihood(self) -> float:
        """Of its likeliest reading."""
        return max((reading.likelihood for reading in self.readings), default=0.0)

    @property
    def is_clear(self) -> bool:
        """Whether what was read is likely to be what is written there."""
        reading = self.reading()
        if reading is None or letters(reading.text) < _LEAST_LETTERS:
            return False
        return reading.likelihood >= (_LEAST_LIKELY if letters(reading.text) >= _FEW_LETTERS else _FEW_LIKELY)

    def see(self, sighting: Sighting, looks: "Looks") -> None:
        """Take in one more sighting; of very many the middle ones are let go."""
        self.looks = looks
        if len(self.seen) >= _MOST_KEPT:
            del self.seen[_MOST_KEPT // 2]
        self.seen.append(sighting)

    def worth_reading(self) -> bool:
        """Whether the last sighting may tell more than all before it."""
        if self.last.whole != self.whole or self.tries == 0:
            return self.last.whole or self.tries == 0
        if self.tries >= _MOST_TRIES or any(reading.likelihood >= _SURE for reading in self.readings):
            return False
        return self.tries < _TRIES_AT_ONCE or clearness(self.last) > _BETTER * self.clearest

    def read(self, reading: Reading | None) -> bool:
        """Take in what the last sighting was read as; whether that was the likeliest reading so far."""
        if self.last.whole and not self.whole:
            self.whole, self.tries, self.clearest, self.readings = True, 0, 0.0, []
        self.tries += 1
        self.clearest = max(self.clearest, clearness(self.last))
        if reading is None:
            return False
        likeliest = all(reading.likelihood > other.likelihood for other in self.readings)
        self.readings.append(reading)
        if likeliest:
            self.best = self.last
        return likeliest

    def take_in(self, later: "Followed") -> None:
        """Become one with a line that turned out to be the same."""
        mine, its = self.reading(), later.reading()
        self.seen += later.seen
        self.looks = later.looks
        if mine is None or its is None:
            return
        better = its.likelihood > mine.likelihood if self.whole == later.whole else later.whole
        if better:
            self.best, self.picture = later.best, later.picture
        if self.whole == later.whole and mine.is_like(its):
            self.readings += later.readings
            self.tries += later.tries
        elif later.whole or (not self.whole and len(its.text) > len(mine.text)):
            self.readings, self.tries, self.whole = later.readings, later.tries, later.whole


def clearness(sighting: Sighting) -> float:
    """How well a line can be read, for comparing sightings of it: large and sharp."""
    return sighting.line.height_px * sighting.sharpness


def looks_of(grey: "Pixels", line: Line) -> "Looks":
    """The small picture that a line is known again by: its strokes alone, whatever board and light they stand in."""
    import cv2
    import numpy as np

    level = cv2.resize(straightened(grey, line, _WHOLE), _LOOKS_PX, interpolation=cv2.INTER_AREA).astype(np.float32)
    return (level - cv2.GaussianBlur(level, (0, 0), _STROKE_PX)).astype(np.float32, copy=False)


def alike(one: "Looks", other: "Looks") -> float:
    """Correlation of two looks where they fit best (a box is never drawn twice in one place), 1 for the same.

    Each third is compared by itself and the worst one counts: a caption of which one word changes is another.
    """
    import cv2
    import numpy as np

    across, down = _LOOSE_PX
    fits = []
    for part in np.array_split(np.arange(across, _LOOKS_PX[0] - across), _PARTS):
        first, last = int(part[0]), int(part[-1]) + 1
        inner = other[down:-down, first:last]
        if float(inner.std()) > _LEAST_INK:
            around = one[:, first - across : last + across]
            fits.append(float(cv2.matchTemplate(around, inner, cv2.TM_CCOEFF_NORMED).max()))
    return min(fits, default=0.0)
