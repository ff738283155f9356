"""Several landmarks at one region of a frame: a poster that two sites have is no evidence of either.

A tower that resembles another of its plan a little is reported.
"""

import pytest

from opsec.matching.landmarks.frame_evidence import ClipMatch, FrameMatch
from opsec.matching.landmarks.model_cross_check import CrossChecks
from opsec.matching.landmarks.rival_resolution import GradedLandmark, resolve_rivals
from opsec.model import Grade, Landmark, Site

SQUARE = ((0.1, 0.1), (0.5, 0.1), (0.5, 0.5), (0.1, 0.5))
ELSEWHERE = ((0.6, 0.6), (0.9, 0.6), (0.9, 0.9), (0.6, 0.9))
LANDMARKS = [
    (Site(id=site, kind="base", code=site, names={}), Landmark(id=f"{site}-{number}", photos=("1.jpg",)))
    for site, number in (("lake", 1), ("hill", 1), ("lake", 2))
]
LAKE, HILL, LAKE_TOO = range(3)


def graded(
    landmark: int, inliers: int, share: float = 0.2, outline: "tuple[tuple[float, float], ...]" = SQUARE
) -> GradedLandmark:
    frame_match = FrameMatch(0, landmark, inliers, 0.3, share, (), outline, CrossChecks(inliers, 0, 0), 0.5, 6)
    return GradedLandmark(landmark, ClipMatch(False, (frame_match,), inliers), "strong")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (graded(HILL, 45), "possible"),
        (graded(HILL, 17), "possible"),  # a poster that hangs there too, smaller in the photo
        (graded(HILL, 15), "strong"),  # a tower of the same plan
        (graded(LAKE_TOO, 38), "strong"),  # the same site, whichever it is
        (graded(HILL, 45, outline=ELSEWHERE), "strong"),
    ],
)
def test_a_patch_that_another_site_has_too_is_lowered_to_possible(other: GradedLandmark, expected: Grade) -> None:
    by_place = {one.landmark: one.grade for one in resolve_rivals([graded(LAKE, 40), other], LANDMARKS)}
    assert by_place[LAKE] == expected


def test_two_whole_buildings_of_one_plan_are_reported_together() -> None:
    one, other = resolve_rivals([graded(LAKE, 40, share=0.8), graded(HILL, 35, share=0.8)], LANDMARKS)
    assert (one.grade, one.alternatives) == ("probable", (HILL,))
    assert (other.grade, other.alternatives) == ("probable", (LAKE,))
