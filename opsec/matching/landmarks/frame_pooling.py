"""Pooling of the features of several registered frames, where no frame shows enough of a landmark by itself."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from opsec.matching.landmarks.clip_verification import MAX_COMPARED_FRAMES
from opsec.matching.landmarks.frame_evidence import ClipMatch, FrameMatch, measure_match
from opsec.matching.landmarks.geometric_verification import AffineFit, distinct_locations
from opsec.matching.landmarks.grading import MIN_PROBABLE_POOLED, is_reliable_pooled
from opsec.matching.landmarks.pairwise_matches import MatchedPair, PairwiseMatcher

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def pool_frames(matcher: PairwiseMatcher, match: ClipMatch) -> ClipMatch | None:
    """Pool what all frames show of a landmark, registered to the frame that shows it best.

    Parameters
    ----------
    matcher
        Frames of the clip and reference photos.
    match
        Per-frame matches for one mirror orientation, even below the reporting threshold.

    Returns
    -------
    ClipMatch or None
        The match with its ``pooled_match``; None when the frames together do not show enough either.
    """
    if len(matcher.frames) < 2:
        return None
    pooled = _pool_onto(matcher, match.best.frame, match.best.photo, mirrored=match.mirrored)
    return replace(match, pooled_match=pooled) if pooled else None


def _pool_onto(
    matcher: PairwiseMatcher, base: int, photo: int, *, mirrored: bool, retry: bool = True
) -> FrameMatch | None:
    """Pool the features of the frames around a base frame and measure their match with a photo.

    Parameters
    ----------
    matcher
        Frames of the clip and reference photos.
    base, photo
        Numbers of the frame to which the others are registered, and of the photo.
    mirrored
        Whether the frames are compared mirrored.
    retry
        Whether another base frame may be tried.

    Returns
    -------
    FrameMatch or None
        None when it is too little to flag.
    """
    others = [number for number in _nearest_frames(len(matcher.frames), base) if number != base]
    pair, frame_of_feature = matcher.pool(base, others, photo, mirrored=mirrored)
    fit = pair.verify()
    if fit is None or fit.inliers < MIN_PROBABLE_POOLED:
        return None
    per_frame = dict(_count_inliers_per_frame(pair, fit, frame_of_feature))
    if base not in per_frame:  # a person must be shown a frame that has some of the inliers itself
        most = max(per_frame, key=lambda number: (per_frame[number], -number))
        return _pool_onto(matcher, most, photo, mirrored=mirrored, retry=False) if retry else None
    match = measure_match(
        pair.frame, pair.photo, pair.correspondences, fit,
        frame_number=base, photo_number=photo, mirrored=mirrored, per_frame=tuple(per_frame.items()),
    )  # fmt: skip
    return match if is_reliable_pooled(match) and len(per_frame) > 1 else None


def _nearest_frames(count: int, base: int) -> list[int]:
    """Return the numbers of a frame and its nearest neighbours in time, as many as are compared."""
    return sorted(range(count), key=lambda number: (abs(number - base), number))[:MAX_COMPARED_FRAMES]


def _count_inliers_per_frame(
    pair: MatchedPair, fit: AffineFit, frame_of_feature: "NDArray[np.intp]"
) -> Iterator[tuple[int, int]]:
    """Yield the number of each frame with inliers at distinct locations, and how many it has."""
    import numpy as np

    inliers = pair.correspondences.pairs[: len(fit.inlier_mask)][fit.inlier_mask]
    distinct = distinct_locations(pair.frame.keypoints[inliers[:, 0]], pair.photo.keypoints[inliers[:, 1]])
    numbers, counts = np.unique(frame_of_feature[inliers[distinct, 0]], return_counts=True)
    yield from zip(numbers.tolist(), counts.tolist(), strict=True)
