"""One sign seen in many frames is one sign: lines are known again by their looks, and read only where they are new.

A line that was seen keeps a small picture of itself, level and in one size. That picture hardly changes while the
camera turns, so the same words are known again wherever they stand; other words in the same place are not.
All measures are shares of the longer side of the frame, so that a line keeps its shape.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opsec.hints.signs.find import Line
from opsec.hints.signs.reading import Reading, agreed
from opsec.hints.signs.views import Cut, straightened

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.model import Picture

    Pixels = NDArray[np.uint8]
    Looks = NDArray[np.float32]

MOST_FOLLOWED = 400
"""Lines of one clip; what comes after is said to be left out."""
LOST_S = 3.0
"""A line not seen for so long is a new one when it comes back."""
_SAME_LOOKS = 0.6
_OTHER_SIZE, _OTHER_SHAPE = 2.0, 1.5
_SAME_WORDS, _PART_OF, _LEAST_WORDS = 0.75, 75, 4
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
        if self.whole == later.whole and _alike(mine, its):
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


class Crowd:
    """All lines of a clip that were ever seen."""

    def __init__(self) -> None:
        self.all: list[Followed] = []
        self.left_out = False

    def recognise(self, sightings: Sequence[Sighting], looks: "Sequence[Looks]") -> list[Followed | None]:
        """For each line of one picture the one it continues, a new one, or none when there are too many."""
        free = [one for one in self.all if sightings and sightings[0].at_s - one.last.at_s <= LOST_S]
        pairs = sorted(
            ((_likeness(one, sighting, look), number, one) for one in free
             for number, (sighting, look) in enumerate(zip(sightings, looks, strict=True))),
            key=lambda pair: -pair[0],
        )  # fmt: skip
        owners: dict[int, Followed] = {}
        taken: set[int] = set()
        for likeness, number, one in pairs:
            if likeness < _SAME_LOOKS:
                break
            if number not in owners and id(one) not in taken:
                owners[number] = one
                taken.add(id(one))
        return [
            self._seen(owners.get(number), sighting, look)
            for number, (sighting, look) in enumerate(zip(sightings, looks, strict=True))
        ]

    def known_by_words(self, new: Followed) -> Followed:
        """The line that a new one continues, as its words tell: a turn or a blur may change its looks for a while."""
        reading = new.reading()
        if reading is None or len(reading.text) < _LEAST_WORDS:
            return new
        for one in self.all:
            if one is not new and _apart_in_time(one, new) and same_words(one, new):
                one.take_in(new)
                self.all.remove(new)
                return one
        return new

    def without_parts(self) -> list[Followed]:
        """All lines but those that are only a part of another, seen at the edge of the frame as it came or went."""
        whole = [one for one in self.all if one.whole]
        parts = (one for one in self.all if not one.whole)
        known = {id(part) for part in parts for one in whole if _near_in_time(part, one) and same_words(part, one)}
        return [one for one in self.all if id(one) not in known]

    def _seen(self, one: Followed | None, sighting: Sighting, looks: "Looks") -> Followed | None:
        if one is not None:
            one.see(sighting, looks)
        elif len(self.all) < MOST_FOLLOWED:
            one = Followed(looks, [sighting])
            self.all.append(one)
        else:
            self.left_out = True
        return one


def _apart_in_time(before: Followed, new: Followed) -> bool:
    """Whether a line was lost from sight, and not long before the new one came."""
    return before.last.picture < new.seen[0].picture and new.seen[0].at_s - before.last.at_s <= LOST_S


def _near_in_time(one: Followed, other: Followed) -> bool:
    return one.seen[0].at_s - other.last.at_s <= LOST_S and other.seen[0].at_s - one.last.at_s <= LOST_S


def same_words(one: Followed, other: Followed) -> bool:
    """Whether two lines read the same; of one that was never seen whole, whether it is a part of the other."""
    mine, its = one.reading(), other.reading()
    if mine is None or its is None:
        return False
    return _alike(mine, its) or (not (one.whole and other.whole) and _part(mine, its))


def _alike(one: Reading, other: Reading) -> bool:
    from rapidfuzz.distance import Levenshtein

    return Levenshtein.normalized_similarity(one.text.casefold(), other.text.casefold()) >= _SAME_WORDS


def _part(one: Reading, other: Reading) -> bool:
    from rapidfuzz import fuzz

    short = min(len(one.text), len(other.text))
    return short >= _LEAST_WORDS and fuzz.partial_ratio(one.text.casefold(), other.text.casefold()) >= _PART_OF


def _likeness(one: Followed, sighting: Sighting, looks: "Looks") -> float:
    """Correlation of the looks, 1 for the same; 0 when size or shape say that it is another."""
    before, now = one.last.line, sighting.line
    size = max(before.height_px, now.height_px) / min(before.height_px, now.height_px)
    shape = (before.length_px / before.height_px) / (now.length_px / now.height_px)
    if size > _OTHER_SIZE or max(shape, 1 / shape) > _OTHER_SHAPE:
        return 0.0
    return alike(one.looks, looks)


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
