"""All lines of a clip that were ever seen: which of them a line continues, by its looks or by its words."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from opsec.vision.ocr.text_track import Followed, Sighting, alike

if TYPE_CHECKING:
    from opsec.vision.ocr.text_track import Looks

MOST_FOLLOWED = 400
"""Lines of one clip; what comes after is said to be left out."""
LOST_S = 3.0
"""A line not seen for so long is a new one when it comes back."""
_SAME_LOOKS = 0.6
_OTHER_SIZE, _OTHER_SHAPE = 2.0, 1.5
_LEAST_WORDS = 4


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
        known = {id(part) for part in parts for one in whole if _near_in_time(part, one) and is_told_by(part, one)}
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
    return mine.is_like(its) or (not (one.whole and other.whole) and mine.is_part_of(its))


def is_told_by(part: Followed, whole: Followed) -> bool:
    """Whether a line seen at the edge says nothing that another does not: its words are a clear part of the other's,
    never the other way round."""
    mine, its = part.reading(), whole.reading()
    if mine is None or its is None or not whole.is_clear:
        return False
    return mine.is_like(its) or (len(mine.text) <= len(its.text) and mine.is_part_of(its))


def _likeness(one: Followed, sighting: Sighting, looks: "Looks") -> float:
    """Correlation of the looks, 1 for the same; 0 when size or shape say that it is another."""
    before, now = one.last.line, sighting.line
    size = max(before.height_px, now.height_px) / min(before.height_px, now.height_px)
    shape = (before.length_px / before.height_px) / (now.length_px / now.height_px)
    if size > _OTHER_SIZE or max(shape, 1 / shape) > _OTHER_SHAPE:
        return 0.0
    return alike(one.looks, looks)
