"""Resolution of rivals: which of several landmarks that claim one region of a frame are reported, and at which grade.

Look-alikes are reported together, because either may be the one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from opsec.matching.landmarks.frame_evidence import ClipMatch
from opsec.matching.landmarks.grading import outline_overlap
from opsec.model import Grade, Landmark, Site

MIN_ALIKE_SHARE = 0.6
"""A rival with at least this share of a landmark's inliers may be the one that the clip shows."""
_MIN_OVERLAP = 0.5
"""Share of the smaller outline from which on two landmarks claim one region."""
MAX_EXPLAINED_SHARE = 0.25
"""A landmark that is not strong by itself and has less than this share of a rival's inliers shows only what the two
have in common (a lamp, a fence, a row of windows) and is not reported."""
MIN_WHOLE_SHARE, MIN_WHOLE_PHOTO_SHARE = 0.35, 0.15
"""Less than this share of the expected area, or of the whole photo, is a patch: a poster or an emblem that several
sites have is evidence of none of them, while two buildings of one plan are reported together."""
MIN_SHARED_PATCH = 0.4
"""Share of a patch's inliers from which on a rival of another site has the patch too: two towers of one plan share
less."""

SiteLandmark = tuple[Site, Landmark]


@dataclass(frozen=True, slots=True)
class GradedLandmark:
    """A landmark that a clip may show, with its match and grade."""

    landmark: int
    """Number of the landmark."""
    match: ClipMatch
    grade: Grade
    alternatives: tuple[int, ...] = ()
    """Numbers of other landmarks that the clip may show instead."""


def resolve_rivals(found: Sequence[GradedLandmark], landmarks: Sequence[SiteLandmark]) -> list[GradedLandmark]:
    """Decide which competing landmarks are reported and at which grade.

    Where two landmarks claim one region of a frame, look-alikes are named as alternatives, a weaker claim is lowered to
    a grade that never flags alone, and one that the stronger explains is dropped.

    Parameters
    ----------
    found
        What the clip shows of each landmark by itself.
    landmarks
        All landmarks with their sites, by number.
    """
    kept = [one for one in found if one.grade == "strong" or not any(_explains(other, one) for other in found)]
    return [_regrade(one, kept, landmarks) for one in kept]


def _regrade(one: GradedLandmark, kept: Sequence[GradedLandmark], landmarks: Sequence[SiteLandmark]) -> GradedLandmark:
    """Grade a landmark in the light of its rivals, and name its look-alikes."""
    rivals = [other for other in kept if other is not one and _same_region(one.match, other.match)]
    best = one.match.best
    alternatives = [other for other in rivals if other.match.best.inliers >= MIN_ALIKE_SHARE * best.inliers]
    is_beaten = any(best.inliers < MIN_ALIKE_SHARE * other.match.best.inliers for other in rivals)
    other_site = [other for other in rivals if _site_id(other, landmarks) != _site_id(one, landmarks)]
    is_patch = best.recognised_share < MIN_WHOLE_SHARE or best.photo_share < MIN_WHOLE_PHOTO_SHARE
    is_shared_patch = is_patch and any(
        other.match.best.inliers >= MIN_SHARED_PATCH * best.inliers for other in other_site
    )
    grade: Grade = one.grade
    if is_beaten or is_shared_patch:
        grade = "possible"
    elif grade == "strong" and any(_site_id(other, landmarks) != _site_id(one, landmarks) for other in alternatives):
        grade = "probable"
    return replace(one, grade=grade, alternatives=tuple(other.landmark for other in alternatives))


def _site_id(one: GradedLandmark, landmarks: Sequence[SiteLandmark]) -> str:
    return landmarks[one.landmark][0].id


def _explains(other: GradedLandmark, one: GradedLandmark) -> bool:
    """Whether what one landmark shows is only a part that it has in common with another, far stronger one."""
    is_far_weaker = one.match.best.inliers < MAX_EXPLAINED_SHARE * other.match.best.inliers
    return is_far_weaker and _same_region(one.match, other.match)


def _same_region(one: ClipMatch, other: ClipMatch) -> bool:
    """Whether a clip match's best frame shows another landmark at the same region."""
    pooled = (other.pooled_match,) if other.pooled_match else ()
    by_frame = {match.frame: match for match in (*other.frame_matches, *pooled)}
    rival = by_frame.get(one.best.frame)
    return rival is not None and outline_overlap(one.best, rival) >= _MIN_OVERLAP
