"""Where several of our landmarks claim one place of a picture: which of them are told, how surely, and which are named
together because either may be the one."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from opsec.matching.landmarks.frame_evidence import Sight
from opsec.matching.landmarks.grading import overlap
from opsec.model import Grade, Landmark, Site

ALIKE = 0.6
"""A landmark at the same place of the picture with so large a share of the supporting pairs may be the one."""
_SAME_PLACE = 0.5
EXPLAINED = 0.25
"""What shows less than this share of another landmark's pairs at its place, and would not be sure by itself, is what
the two have in common (a lamp, a fence, a row of windows) and is not told."""
PATCH, PATCH_OF_PHOTO = 0.35, 0.15
"""What is less than this of what the photo should show, or of the whole photo, is a patch of it: a poster or an
emblem that several sites have tells nothing of any of them, while two buildings of one plan are named together."""
SHARED = 0.4
"""A patch is another site's too when that shows so large a share of its pairs: two towers of one plan share less."""

Place = tuple[Site, Landmark]


@dataclass(frozen=True, slots=True)
class Found:
    """A sight and whose it is."""

    place: int
    sight: Sight
    grade: Grade
    one_of: tuple[int, ...] = ()
    """Other places that it may be instead."""


def settled(found: Sequence[Found], places: Sequence[Place]) -> list[Found]:
    """What is left of what each landmark shows by itself: where two claim one place of a picture, look-alikes are named
    together, a weaker claim is lowered to what never flags alone, and one that the stronger explains is not told."""
    kept = []
    told = [one for one in found if one.grade == "strong" or not any(_explains(other, one) for other in found)]
    for one in told:
        rivals = [other for other in told if other is not one and _same_place(one.sight, other.sight)]
        least = ALIKE * one.sight.best.inliers
        alike = tuple(other.place for other in rivals if other.sight.best.inliers >= least)
        beaten = any(one.sight.best.inliers < ALIKE * other.sight.best.inliers for other in rivals)
        elsewhere = any(places[place][0].id != places[one.place][0].id for place in alike)
        best = one.sight.best
        shared_patch = (best.share < PATCH or best.of_photo < PATCH_OF_PHOTO) and any(
            places[other.place][0].id != places[one.place][0].id and other.sight.best.inliers >= SHARED * best.inliers
            for other in rivals
        )
        unsure = beaten or shared_patch
        graded: Grade = "possible" if unsure else "probable" if elsewhere and one.grade == "strong" else one.grade
        kept.append(replace(one, grade=graded, one_of=alike))
    return kept


def _explains(other: Found, one: Found) -> bool:
    far_weaker = one.sight.best.inliers < EXPLAINED * other.sight.best.inliers
    return far_weaker and _same_place(one.sight, other.sight)


def _same_place(one: Sight, other: Sight) -> bool:
    by_frame = {seen.frame: seen for seen in (*other.seen, *((other.together,) if other.together else ()))}
    mine = by_frame.get(one.best.frame)
    return mine is not None and overlap(one.best, mine) >= _SAME_PLACE
