"""Verification of one landmark against a clip, coarse to fine, stopping once the grade is certain.

First the clearest features of the one frame and the one photo with most votes are matched. Where many of these agree
and no other landmark passed, a second frame confirms the match and nothing else is compared. Otherwise the relevant
frames are matched in full with the relevant photos, as long as they show anything. The best frame decides; the others
count by what they add (``ClipMatch.pooled_locations``) and by their time: two frames a second apart agree by chance
less often than one. What no frame shows well enough by itself, the frames may show together (``frame_pooling``).
"""

from collections import Counter
from collections.abc import Sequence

from opsec.matching.landmarks.first_pass import (
    CLEAR_INLIERS,
    MANY_VOTES,
    MIN_FIRST_PASS_INLIERS,
    CandidateMatch,
)
from opsec.matching.landmarks.frame_evidence import ClipMatch, FrameMatch, inlier_points, measure_match
from opsec.matching.landmarks.geometric_verification import AffineFit
from opsec.matching.landmarks.grading import FLAGGING_GRADES, MIN_MOMENT_GAP_S, MIN_POSSIBLE, grade, is_reliable
from opsec.matching.landmarks.pairwise_matches import MatchedPair, PairwiseMatcher
from opsec.matching.landmarks.photo_scheduling import PhotoScheduler
from opsec.matching.landmarks.retrieval_index import Candidate
from opsec.vision.features.keyframe_selection import evenly_spaced

MAX_COMPARED_FRAMES = 5
"""Frames of a clip that are compared with whole photos: those that candidates name, and some between."""
MAX_FRAMES_WITHOUT_FIT, MAX_WEAK_FRAMES, MAX_WEAK_FRAMES_MANY_VOTES = 1, 2, 3
"""Frames that are compared before a landmark is given up: where not even the candidate's frame and photo fit in full,
where they show next to nothing, and in either case where the votes are many."""
_MAX_MEASURED_PHOTOS = 2
"""Photos with most inliers that are measured for a frame; the first reliable one of them counts."""
_MAX_CONFIRMING_FRAMES = 2
"""Frames of another moment that may confirm a clear match."""
_CELL_PX = 8.0

PhotoCell = tuple[int, int, int]
"""Number of a photo, and column and row of one of its squares of ``_CELL_PX``."""


def verify_landmark(
    matcher: PairwiseMatcher, passed: Sequence[CandidateMatch], candidates: Sequence[Candidate], *,
    only_candidate: bool = True,
) -> list[ClipMatch]:  # fmt: skip
    """Verify one landmark over the frames of a clip.

    Parameters
    ----------
    matcher
        Frames of the clip and reference photos.
    passed
        At least one, as ``first_pass`` returns them.
    candidates
        All candidates of this landmark; photos that none names are not compared.
    only_candidate
        No other landmark was recognised; where one was, everything is compared, so that the counts of both can be
        weighed against each other.

    Returns
    -------
    list of ClipMatch
        One for each mirror orientation that had to be compared and shows anything, the one that shows most first.
    """
    first = passed[0]
    if only_candidate and first.inliers >= CLEAR_INLIERS:
        frame_matches = _quick_verify(matcher, first)
        if frame_matches:
            return [ClipMatch(first.candidate.mirrored, frame_matches, first.inliers)]
    found: list[ClipMatch] = []
    for one in passed:
        match = _full_verify(matcher, one, candidates, only_candidate=only_candidate)
        if not match.frame_matches:
            continue
        found.append(match)
        if grade(match, matcher.times_s) in FLAGGING_GRADES and (only_candidate or first.inliers >= CLEAR_INLIERS):
            break
    return sorted(found, key=_strength, reverse=True)


def _strength(match: ClipMatch) -> tuple[int, int]:
    """Sort key of a match: inliers of its best reliable frame, then of its best frame."""
    return max((one.inliers for one in match.frame_matches if is_reliable(one)), default=0), match.best.inliers


def _quick_verify(matcher: PairwiseMatcher, passed: CandidateMatch) -> tuple[FrameMatch, ...]:
    """Confirm a clear candidate by one frame of another moment, by the clearest features; empty when unreliable."""
    candidate = passed.candidate
    assert passed.fit is not None
    first = _measure(passed.pair, passed.fit, candidate.frame, candidate)
    if not is_reliable(first):
        return ()
    for number in _frames_at_other_moments(matcher.times_s, candidate.frame)[:_MAX_CONFIRMING_FRAMES]:
        pair = matcher.match_subset(number, candidate.photo, mirrored=candidate.mirrored)
        fit = pair.verify()
        if fit is None or fit.inliers < MIN_FIRST_PASS_INLIERS:
            continue
        second = _measure(pair, fit, number, candidate)
        if is_reliable(second):
            return tuple(sorted((first, second), key=lambda one: one.frame))
    return (first,)


def _measure(pair: MatchedPair, fit: AffineFit, frame_number: int, candidate: Candidate) -> FrameMatch:
    return measure_match(
        pair.frame, pair.photo, pair.correspondences, fit,
        frame_number=frame_number, photo_number=candidate.photo, mirrored=candidate.mirrored,
    )  # fmt: skip


def _frames_at_other_moments(times_s: Sequence[float], frame_number: int) -> list[int]:
    """Return the frames of another moment, the nearest first; where there is none, all others, the farthest first."""
    gap_s = {other: abs(at_s - times_s[frame_number]) for other, at_s in enumerate(times_s) if other != frame_number}
    far = sorted(
        (other for other in gap_s if gap_s[other] >= MIN_MOMENT_GAP_S), key=lambda other: (gap_s[other], other)
    )
    return far or sorted(gap_s, key=lambda other: (-gap_s[other], other))


def _full_verify(
    matcher: PairwiseMatcher, passed: CandidateMatch, candidates: Sequence[Candidate], *, only_candidate: bool
) -> ClipMatch:
    """Match the relevant frames with the relevant photos in full, while they show anything.

    Parameters
    ----------
    matcher
        Frames of the clip and reference photos.
    passed
        The candidate that passed, in the orientation that is compared.
    candidates
        All candidates of this landmark.
    only_candidate
        Stop as soon as the grade is certain.
    """
    mirrored = passed.candidate.mirrored
    oriented = [passed.candidate, *(one for one in candidates if one.mirrored == mirrored)]
    many_votes = passed.candidate.support >= MANY_VOTES
    scheduler = PhotoScheduler(oriented)
    found: list[FrameMatch] = []
    cells: Counter[PhotoCell] = Counter()
    for n_compared, number in enumerate(_frames_to_compare(matcher, oriented), 1):
        fits: dict[int, AffineFit] = {}
        for photo in scheduler.next_photos(number, fits):
            fit = matcher.fit_full(number, photo, mirrored=mirrored)
            if fit is None:
                continue
            fits[photo] = fit
            cells |= _recognised_cells(matcher, number, photo, fit, mirrored=mirrored)
            clear = only_candidate and fit.inliers >= CLEAR_INLIERS
            if clear and is_reliable(_measure_frame(matcher, number, photo, fit, mirrored=mirrored)):
                break
        scheduler.update(fits)
        in_order = sorted(fits, key=lambda photo: -fits[photo].inliers)[:_MAX_MEASURED_PHOTOS]
        measured = [_measure_frame(matcher, number, photo, fits[photo], mirrored=mirrored) for photo in in_order]
        found += sorted(measured, key=lambda one: not is_reliable(one))[:1]
        if only_candidate and _is_certain(found, _count_locations(cells), matcher.times_s):
            break
        max_weak = MAX_WEAK_FRAMES if found else MAX_FRAMES_WITHOUT_FIT
        if n_compared >= (MAX_WEAK_FRAMES_MANY_VOTES if many_votes else max_weak) and _all_below_reporting(found):
            break
    found.sort(key=lambda one: one.frame)
    return ClipMatch(mirrored, tuple(found), _count_locations(cells))


def _all_below_reporting(found: Sequence[FrameMatch]) -> bool:
    return all(one.inliers < MIN_POSSIBLE for one in found)


def _count_locations(cells: "Counter[PhotoCell]") -> int:
    """Count the recognised locations of the photos; ambiguous ones count half."""
    return sum(cells.values()) // 2


def _is_certain(found: Sequence[FrameMatch], n_locations: int, times_s: Sequence[float]) -> bool:
    """Whether reliable frames of two moments give the highest grade, so that more frames cannot change it."""
    at_s = [times_s[one.frame] for one in found if is_reliable(one)]
    two_moments = len(at_s) > 1 and max(at_s) - min(at_s) >= MIN_MOMENT_GAP_S
    return two_moments and grade(ClipMatch(False, tuple(found), n_locations), times_s) == "strong"


def _frames_to_compare(matcher: PairwiseMatcher, candidates: Sequence[Candidate]) -> list[int]:
    """Return the frames that candidates name, the best candidate's first, then some between."""
    named = (candidate.frame for candidate in candidates)
    between = evenly_spaced(len(matcher.frames), MAX_COMPARED_FRAMES)
    return list(dict.fromkeys((*named, *between)))[:MAX_COMPARED_FRAMES]


def _recognised_cells(
    matcher: PairwiseMatcher, frame_number: int, photo: int, fit: AffineFit, *, mirrored: bool
) -> "Counter[PhotoCell]":
    """Count the cells of a photo in which a fit has inliers: 2 for an unambiguous one, 1 for any other.

    Parameters
    ----------
    matcher
        Frames of the clip and reference photos.
    frame_number, photo
        Numbers of the frame and of the photo.
    fit
        Their affine fit.
    mirrored
        Whether the frame is compared mirrored.
    """
    import numpy as np

    pair = matcher.match_full(frame_number, photo, mirrored=mirrored)
    _here, there = inlier_points(pair.frame, pair.photo, pair.correspondences, fit)
    unambiguous = np.flatnonzero(fit.inlier_mask) < pair.correspondences.n_unambiguous
    inliers = zip((there // _CELL_PX).tolist(), unambiguous.tolist(), strict=True)
    weighted = sorted(((photo, int(x), int(y)), 1 + whole) for (x, y), whole in inliers)
    return Counter(dict(weighted))  # of two in one cell the unambiguous one, which sorts last


def _measure_frame(
    matcher: PairwiseMatcher, frame_number: int, photo: int, fit: AffineFit, *, mirrored: bool
) -> FrameMatch:
    pair = matcher.match_full(frame_number, photo, mirrored=mirrored)
    return measure_match(
        pair.frame, pair.photo, pair.correspondences, fit,
        frame_number=frame_number, photo_number=photo, mirrored=mirrored,
    )  # fmt: skip
