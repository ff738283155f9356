"""Several landmarks at one place of a picture: a poster that two sites have tells nothing, a tower beside which another
of its plan fits a little is told."""

import pytest

from opsec.matching.landmarks.frame_evidence import Seen, Sight
from opsec.matching.landmarks.model_cross_check import Witnesses
from opsec.matching.landmarks.rival_resolution import Found, settled
from opsec.model import Grade, Landmark, Site

SQUARE = ((0.1, 0.1), (0.5, 0.1), (0.5, 0.5), (0.1, 0.5))
ELSEWHERE = ((0.6, 0.6), (0.9, 0.6), (0.9, 0.9), (0.6, 0.9))
PLACES = [
    (Site(id=site, kind="base", code=site, names={}), Landmark(id=f"{site}-{number}", photos=("1.jpg",)))
    for site, number in (("lake", 1), ("hill", 1), ("lake", 2))
]
LAKE, HILL, LAKE_TOO = range(3)


def found(place: int, inliers: int, share: float = 0.2, outline: "tuple[tuple[float, float], ...]" = SQUARE) -> Found:
    seen = Seen(0, place, inliers, 0.3, share, (), outline, Witnesses(inliers, 0, 0), 0.5, 6)
    return Found(place, Sight(False, (seen,), inliers), "strong")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (found(HILL, 45), "possible"),
        (found(HILL, 17), "possible"),  # a poster that hangs there too, smaller in the photo
        (found(HILL, 15), "strong"),  # a tower of the same plan
        (found(LAKE_TOO, 38), "strong"),  # ours as well, whichever it is
        (found(HILL, 45, outline=ELSEWHERE), "strong"),
    ],
)
def test_a_patch_that_another_site_has_too_tells_nothing(other: Found, expected: Grade) -> None:
    by_place = {one.place: one.grade for one in settled([found(LAKE, 40), other], PLACES)}
    assert by_place[LAKE] == expected


def test_two_whole_buildings_of_one_plan_are_named_together_and_not_lowered_to_nothing() -> None:
    one, other = settled([found(LAKE, 40, share=0.8), found(HILL, 35, share=0.8)], PLACES)
    assert (one.grade, one.one_of) == ("probable", (HILL,))
    assert (other.grade, other.one_of) == ("probable", (LAKE,))
