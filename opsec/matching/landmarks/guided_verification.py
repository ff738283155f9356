"""Last look at a clip in which no landmark flags: guided matching from maps that are too weak by themselves.

A map is taken up when six matches agree on it, one homography confirms them and no other map claims the same place. So
much no façade of the same windows had; what the second matching then proves is in ``guided_matching``. The result is
never more than probable.
"""

from collections.abc import Sequence

from opsec.matching.landmarks.clip_verification import MAX_COMPARED_FRAMES
from opsec.matching.landmarks.first_pass import MIN_FIRST_PASS_INLIERS
from opsec.matching.landmarks.frame_evidence import ClipMatch, FrameMatch, measure_match
from opsec.matching.landmarks.grading import (
    MIN_CLUSTERS,
    MIN_EXTENT,
    MIN_MOMENT_GAP_S,
    MIN_POOLED_HOMOGRAPHY_SHARE,
    MIN_POSSIBLE,
    MIN_RECOGNISED_SHARE,
    MIN_RIVAL_RATIO,
    is_reliable,
)
from opsec.matching.landmarks.guided_matching import match_guided
from opsec.matching.landmarks.pairwise_matches import MatchedPair, PairwiseMatcher
from opsec.matching.landmarks.retrieval_index import Candidate
from opsec.matching.landmarks.rival_resolution import GradedLandmark
from opsec.vision.features.keyframe_selection import evenly_spaced

MIN_SUPPORT = 5
"""Supporting votes of a candidate from which on it is looked at again."""
_MAX_CANDIDATES = 2
"""Candidates of a landmark that are looked at."""
_MAX_LANDMARKS = 3
"""Landmarks that are looked at, those with most support: each costs a full match or two where nothing is shown."""
_MIN_CLUSTERS_TWICE = 3
"""``MIN_CLUSTERS`` where frames of two moments are recognised: by chance three clusters do not fit one map twice."""


def verify_guided(
    matcher: PairwiseMatcher, shortlist: Sequence[tuple[int, Sequence[Candidate]]]
) -> GradedLandmark | None:
    """Return the landmark that guided matching shows with most inliers; None when it shows none.

    Parameters
    ----------
    matcher
        Frames of the clip and reference photos.
    shortlist
        Number of each landmark and the candidates for its photos, those with most support first.
    """
    if not all(frame.has_orientation for frame in matcher.frames):
        return None
    found: list[GradedLandmark] = []
    for landmark, candidates in shortlist[:_MAX_LANDMARKS]:
        for candidate in candidates[:_MAX_CANDIDATES]:
            matches = _verify_candidate(matcher, candidate) if candidate.support >= MIN_SUPPORT else ()
            if matches:
                found.append(GradedLandmark(landmark, ClipMatch(candidate.mirrored, matches, 0), "probable"))
    return max(found, key=lambda one: (one.match.best.inliers, -one.landmark), default=None)


def _verify_candidate(matcher: PairwiseMatcher, candidate: Candidate) -> tuple[FrameMatch, ...]:
    """Return what guided matching shows of a photo, by frame; nothing where it does not prove the photo.

    Other frames are matched only where the candidate's own has a map at all.
    """
    first = matcher.fit_full(candidate.frame, candidate.photo, mirrored=candidate.mirrored)
    if first is None or first.inliers < MIN_FIRST_PASS_INLIERS:
        return ()
    numbers = dict.fromkeys((candidate.frame, *evenly_spaced(len(matcher.frames), MAX_COMPARED_FRAMES)))
    looked = (_match_frame(matcher, number, candidate) for number in list(numbers)[:MAX_COMPARED_FRAMES])
    found = sorted((one for one in looked if one is not None), key=lambda one: one.frame)
    moments = [matcher.times_s[one.frame] for one in found]
    twice = bool(moments) and max(moments) - min(moments) >= MIN_MOMENT_GAP_S
    return tuple(found) if twice or any(one.clusters >= MIN_CLUSTERS for one in found) else ()


def _match_frame(matcher: PairwiseMatcher, number: int, candidate: Candidate) -> FrameMatch | None:
    """Match one frame with a candidate's photo, guided by their map; None where that proves nothing."""
    fit = matcher.fit_full(number, candidate.photo, mirrored=candidate.mirrored)
    if fit is None or fit.inliers < MIN_POSSIBLE:
        return None
    pair = matcher.match_full(number, candidate.photo, mirrored=candidate.mirrored)
    weak = measure_match(
        pair.frame, pair.photo, pair.correspondences, fit,
        frame_number=number, photo_number=candidate.photo, mirrored=candidate.mirrored,
    )  # fmt: skip
    if not _is_confirmed(weak):
        return None
    guided = match_guided(pair, fit)
    if guided is None:
        return None
    grown: MatchedPair = guided.pair
    match = measure_match(
        grown.frame, grown.photo, grown.correspondences, guided.fit,
        frame_number=number, photo_number=candidate.photo, mirrored=candidate.mirrored,
    )  # fmt: skip
    wide = match.extent >= MIN_EXTENT and match.recognised_share >= MIN_RECOGNISED_SHARE
    enough = match.clusters >= _MIN_CLUSTERS_TWICE and _is_confirmed(match)
    return match if is_reliable(match) or (wide and enough) else None


def _is_confirmed(match: FrameMatch) -> bool:
    """Whether one homography confirms the inliers of a map, and no other map claims the same place."""
    confirmed = match.cross_checks.homography >= MIN_POOLED_HOMOGRAPHY_SHARE * match.inliers
    return confirmed and match.inliers >= MIN_RIVAL_RATIO * match.cross_checks.rival
