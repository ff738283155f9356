"""One landmark in one clip: as many of its pictures against as many photos as it takes to be sure, and no more.

First the clearest features of the one picture and the one photo that got most votes. Where much of these agrees and no
other landmark holds, a second picture bears it out, and that is all. Otherwise the telling pictures are compared as
wholes with the telling photos, as long as they show anything. The best picture speaks first; the others count by what
they add (`pooled`), and by when they were taken: two pictures a second apart that agree are harder to get by chance
than one. What no picture shows well enough by itself, all of them may show together (``together``).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from opsec.matching.landmarks.frame_evidence import Seen, Sight, judged, supported
from opsec.matching.landmarks.geometric_verification import Fit
from opsec.matching.landmarks.grading import FLAGGING, LEAST, grade, is_place
from opsec.matching.landmarks.pairwise_matches import Compared, Pictures
from opsec.matching.landmarks.photo_scheduling import Followed
from opsec.matching.landmarks.retrieval_index import Lead, evenly

TRIES = 3
"""Leads of one landmark that are tried where the first holds: where it does not, no other did, of some hundred
landmarks that clips did show."""
MOST_FRAMES = 5
"""Pictures of a clip that are compared with whole photos: the telling ones and some between."""
ENOUGH = 4
"""Supporting pairs of a lead from which on the picture and the photo are compared as wholes: three fit any map, and of
the real photos of other places none had a fourth."""
TELLING = 8
"""Votes of a lead that lie as one place from which on they are compared whatever its clearest features show, and with
them other pictures: of places that were nobody's few had more than seven."""
CLEAR = 20
"""Supporting pairs from which on no more photos are asked: a quarter more than a strong sighting has."""
LOOKED_AT_WHOLE, LOOKED_AT, LOOKED_AT_FOR_MANY = 1, 2, 3
"""Pictures that are looked at before a landmark is given up: where not even the picture and the photo of the lead agree
as wholes, where they show next to nothing, and in either case where the votes are many."""
_JUDGED = 2
"""Photos that agree most with a picture: the one that speaks for it is the first of them that shows a place."""
_SECONDS = 2
"""Pictures of another moment that are asked whether they bear it out."""
_A_MOMENT_S = 1.0
_CELL_PX = 8.0


Cell = tuple[int, int, int]
"""Number of a photo, and column and row of a small square of it."""


@dataclass(frozen=True, slots=True)
class Held:
    """A lead that holds: the clearest features of a picture and of a photo fit, or the votes are many."""

    lead: Lead
    compared: Compared
    fit: Fit | None

    @property
    def inliers(self) -> int:
        """Supporting pairs of the clearest features."""
        return self.fit.inliers if self.fit else 0


def held(pictures: Pictures, leads: Sequence[Lead]) -> list[Held]:
    """The best of the first leads to one landmark, of each sense in which any holds, the better sense first; none where
    the very first does not hold."""
    best: dict[bool, Held] = {}
    tries = leads[:TRIES]
    for number, lead in enumerate(tries):
        one = pictures.tried(lead.frame, lead.photo, flipped=lead.mirrored)
        hold = Held(lead, one, one.fitted())
        if hold.inliers < ENOUGH and lead.support < TELLING:
            if number == 0:
                break
            continue
        if lead.mirrored not in best or hold.inliers > best[lead.mirrored].inliers:
            best[lead.mirrored] = hold
        # a façade that is its own mirror image fits in both senses
        if hold.inliers >= CLEAR and all(rest.mirrored == lead.mirrored for rest in tries[number + 1 :]):
            break
    return sorted(best.values(), key=lambda one: -one.inliers)


def sights(pictures: Pictures, holds: Sequence[Held], leads: Sequence[Lead], *, alone: bool = True) -> list[Sight]:
    """What the clip shows of one landmark, of each sense that had to be looked at, the one that shows most first.

    ``holds``: at least one, as from ``held``; ``leads``: all to this landmark; photos that none names add nothing.
    ``alone``: no other landmark is seen; where one is, all is compared, so that their counts can be held against each
    other.
    """
    first = holds[0]
    if alone and first.inliers >= CLEAR:
        seen = _of_few(pictures, first)
        if seen:
            return [Sight(first.lead.mirrored, seen, first.inliers)]
    found: list[Sight] = []
    for hold in holds:
        one = _of_all(pictures, hold, leads, alone=alone)
        found += [one] if one.seen else []
        if one.seen and grade(one, pictures.times_s) in FLAGGING and (alone or first.inliers >= CLEAR):
            break
    return sorted(found, key=_shown, reverse=True)


def sight(pictures: Pictures, holds: Sequence[Held], leads: Sequence[Lead], *, alone: bool = True) -> Sight | None:
    """The first of ``sights``, if there is any."""
    return next(iter(sights(pictures, holds, leads, alone=alone)), None)


def _shown(one: Sight) -> tuple[int, int]:
    """How much of a place a sight shows: its supporting pairs where they are one, and whatever they are."""
    return max((seen.inliers for seen in one.seen if is_place(seen)), default=0), one.best.inliers


def _of_few(pictures: Pictures, hold: Held) -> tuple[Seen, ...]:
    """The picture that holds and one of another moment, by their clearest features; nothing when it is no place."""
    lead = hold.lead
    assert hold.fit is not None
    first = judged(
        hold.compared.frame, hold.compared.photo, hold.compared.paired, hold.fit,
        number=lead.frame, photo_number=lead.photo, flipped=lead.mirrored,
    )  # fmt: skip
    if not is_place(first):
        return ()
    for number in _of_another_moment(pictures.times_s, lead.frame)[:_SECONDS]:
        one = pictures.tried(number, lead.photo, flipped=lead.mirrored)
        fit = one.fitted()
        if fit is None or fit.inliers < ENOUGH:
            continue
        second = judged(
            one.frame, one.photo, one.paired, fit, number=number, photo_number=lead.photo, flipped=lead.mirrored
        )
        if is_place(second):
            return tuple(sorted((first, second), key=lambda seen: seen.frame))
    return (first,)


def _of_another_moment(times_s: Sequence[float], number: int) -> list[int]:
    """The pictures a second away, the nearest first; where there is none, the others, the farthest first."""
    away = {other: abs(at_s - times_s[number]) for other, at_s in enumerate(times_s) if other != number}
    far = sorted((other for other in away if away[other] >= _A_MOMENT_S), key=lambda other: (away[other], other))
    return far or sorted(away, key=lambda other: (-away[other], other))


def _of_all(pictures: Pictures, hold: Held, leads: Sequence[Lead], *, alone: bool) -> Sight:
    """The telling pictures against the telling photos, once one of them shows anything as a whole."""
    flipped = hold.lead.mirrored
    same = [hold.lead, *(lead for lead in leads if lead.mirrored == flipped)]
    many = hold.lead.support >= TELLING
    followed = Followed(same)
    found: list[Seen] = []
    places: Counter[Cell] = Counter()
    for looked, number in enumerate(_telling(pictures, same), 1):
        fits: dict[int, Fit] = {}
        for photo in followed.worth(number, fits):
            fit = pictures.fitted(number, photo, flipped=flipped)
            if fit is None:
                continue
            fits[photo] = fit
            places |= _places(pictures, number, photo, fit, flipped=flipped)
            if alone and fit.inliers >= CLEAR and is_place(_seen(pictures, number, photo, fit, flipped=flipped)):
                break
        followed.saw(fits)
        in_order = sorted(fits, key=lambda photo: -fits[photo].inliers)
        shown = [_seen(pictures, number, photo, fits[photo], flipped=flipped) for photo in in_order[:_JUDGED]]
        found += sorted(shown, key=lambda one: not is_place(one))[:1]
        if alone and _borne_out(found, _pooled(places), pictures.times_s):
            break
        patience = LOOKED_AT_FOR_MANY if many else LOOKED_AT if found else LOOKED_AT_WHOLE
        if looked >= patience and _nothing(found):
            break
    found.sort(key=lambda one: one.frame)
    return Sight(flipped, tuple(found), _pooled(places))


def _nothing(found: Sequence[Seen]) -> bool:
    return all(one.inliers < LEAST for one in found)


def _pooled(places: "Counter[Cell]") -> int:
    """How many places of the photos were seen, those that look like others as half."""
    return sum(places.values()) // 2


def _borne_out(found: Sequence[Seen], places: int, times_s: Sequence[float]) -> bool:
    """Whether pictures of two moments show a place, and together as surely as can be told."""
    at_s = [times_s[one.frame] for one in found if is_place(one)]
    sure = len(at_s) > 1 and max(at_s) - min(at_s) >= _A_MOMENT_S
    return sure and grade(Sight(False, tuple(found), places), times_s) == "strong"


def _telling(pictures: Pictures, leads: Sequence[Lead]) -> list[int]:
    """The pictures that are worth comparing, the most telling first."""
    told = (lead.frame for lead in leads)
    return list(dict.fromkeys((*told, *evenly(len(pictures.frames), MOST_FRAMES))))[:MOST_FRAMES]


def _places(pictures: Pictures, number: int, photo: int, fit: Fit, *, flipped: bool) -> "Counter[Cell]":
    """The places of the photo that the picture shows: 2 of each that is sure, 1 of any other."""
    import numpy as np

    one = pictures.compared(number, photo, flipped=flipped)
    _here, there = supported(one.frame, one.photo, one.paired, fit)
    sure = np.flatnonzero(fit.supporting) < one.paired.sure
    cells = zip((there // _CELL_PX).tolist(), sure.tolist(), strict=True)
    told = sorted(((photo, int(x), int(y)), 1 + is_sure) for (x, y), is_sure in cells)
    return Counter(dict(told))  # of two in one cell the sure one, which comes last


def _seen(pictures: Pictures, number: int, photo: int, fit: Fit, *, flipped: bool) -> Seen:
    one = pictures.compared(number, photo, flipped=flipped)
    return judged(one.frame, one.photo, one.paired, fit, number=number, photo_number=photo, flipped=flipped)
