"""Second stage of recognition: a landmark model looks again at clips in which SIFT is certain of no landmark.

An index over the descriptors names at most five photos, and each frame is verified against their views. The grades have
thresholds of their own: matchers of this kind find 16 matches and more on façades of strangers that one homography
confirms, where SIFT finds six. They were measured on wrong pairs, and so is the weight of a match
(``python -m tests.benchmarks landmarks-hard --models DIR``).
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from opsec.matching.landmarks.frame_evidence import ClipMatch, FrameMatch
from opsec.matching.landmarks.grading import MIN_EXTENT, MIN_MOMENT_GAP_S, RULE
from opsec.matching.landmarks.learned_references import LearnedReferences
from opsec.matching.landmarks.learned_verification import verify_view
from opsec.matching.landmarks.rival_resolution import GradedLandmark
from opsec.model import Grade
from opsec.verdict.likelihood_ratios import LikelihoodTable
from opsec.vision.features.local_features import LocalFeatures

if TYPE_CHECKING:
    from collections.abc import Mapping

MIN_POSSIBLE = 16
MIN_PROBABLE, MIN_PROBABLE_TWICE = 22, 18
"""Inliers of one frame, and of each of two. The most that a reliable wrong pair had was 16, of 1,564 pairs of a hard
clip and a landmark that it does not show; of 68 hard clips that show one, 43 had 22."""
MIN_STRONG, MIN_STRONG_TWICE = 36, 28
MIN_RIVAL_RATIO = 2.0
"""A homography must have this many times the inliers of one that sends the same part of the frame elsewhere."""
MIN_CLUSTERS = 6
"""Groups of inliers, each as large as a letter: a sign or a poster gives many in few."""
MIN_RECOGNISED_SHARE = 0.1
"""Least share of what the frame should show of the photo that must be recognised: wrong pairs with up to 21 inliers
have less."""
_SHOWN, _CLIPS = 43, 68
"""How many hard clips that show a landmark reach ``MIN_PROBABLE``, and of how many."""
_WRONG_PAIRS = 1_564
"""Pairs of a hard clip and a landmark that it does not show; none reached ``MIN_PROBABLE``, and one is assumed to."""
MAX_FRAMES = 3
"""Frames of a clip that are compared."""


def recognise_learned(
    references: LearnedReferences,
    landmark_of_photo: "Mapping[int, int]",
    frames: Sequence[LocalFeatures],
    times_s: Sequence[float],
) -> list[GradedLandmark]:
    """Recognise landmarks in the frames of a clip.

    Parameters
    ----------
    references
        The photos.
    landmark_of_photo
        Number of the landmark that each photo shows.
    frames
        Features of at most ``MAX_FRAMES`` frames, by the model that extracted those of the photos.
    times_s
        Time of each frame.

    Returns
    -------
    list of GradedLandmark
        Each landmark with its grade; rivals are not resolved yet.
    """
    frames = frames[:MAX_FRAMES]
    found: dict[tuple[int, bool], dict[int, FrameMatch]] = {}
    for view in references.name_views(frames):
        for number, frame in enumerate(frames):
            match = verify_view(frame, view, number)
            if match is None:
                continue
            of_landmark = found.setdefault((landmark_of_photo[view.photo], view.mirrored), {})
            if number not in of_landmark or _strength(match) > _strength(of_landmark[number]):
                of_landmark[number] = match
    graded: dict[int, GradedLandmark] = {}
    for (landmark, mirrored), by_frame in found.items():
        clip_match = ClipMatch(mirrored, tuple(by_frame[number] for number in sorted(by_frame)), 0)
        grade = grade_learned(clip_match, times_s)
        if grade is None:
            continue
        known = graded.get(landmark)
        if known is None or clip_match.best.inliers > known.match.best.inliers:
            graded[landmark] = GradedLandmark(landmark, clip_match, grade)
    return sorted(graded.values(), key=lambda one: (-one.match.best.inliers, one.landmark))


def grade_learned(match: ClipMatch, times_s: Sequence[float]) -> Grade | None:
    """Grade what the frames of a clip show of a landmark; None when it is too little to be reported.

    Parameters
    ----------
    match
        The landmark over the frames of a clip.
    times_s
        Time of each frame.
    """
    reliable = [one for one in match.frame_matches if is_reliable_learned(one)]
    best = max((one.inliers for one in reliable), default=0)
    if best >= MIN_STRONG or _twice(reliable, times_s, MIN_STRONG_TWICE):
        return "strong"
    if best >= MIN_PROBABLE or _twice(reliable, times_s, MIN_PROBABLE_TWICE):
        return "probable"
    most = max((one.inliers for one in match.frame_matches), default=0)
    return "possible" if best >= MIN_POSSIBLE or most >= MIN_PROBABLE else None


def learned_log_odds(grade: Grade, n_compared: int, n_sites: int, table: LikelihoodTable) -> float:
    """Compute the natural log-odds that a match of the landmark model adds.

    At most what the table has for the rule, and at most what was measured for this model.

    Parameters
    ----------
    grade
        Of the match.
    n_compared
        Landmarks that the clip was compared with: each is a chance of a mistake.
    n_sites
        Sites that have a landmark which it may be; each gets its share of the odds.
    table
        Likelihood ratios.
    """
    if grade == "possible":
        return 0.0
    measured = math.log(_SHOWN / _CLIPS * _WRONG_PAIRS / max(1, n_compared))
    return max(0.0, min(table.ratio_for(RULE, grade).log_odds, measured) - math.log(n_sites))


def is_reliable_learned(match: FrameMatch) -> bool:
    """Whether a match is wide, shows its surroundings, and nothing else claims the same part of the frame."""
    wide = match.extent >= 2 * MIN_EXTENT and match.clusters >= MIN_CLUSTERS
    unique = match.inliers >= MIN_RIVAL_RATIO * match.cross_checks.rival
    return wide and unique and match.recognised_share >= MIN_RECOGNISED_SHARE


def _strength(match: FrameMatch) -> tuple[bool, int]:
    return is_reliable_learned(match), match.inliers


def _twice(matches: Sequence[FrameMatch], times_s: Sequence[float], min_inliers: int) -> bool:
    """Whether frames of two moments have the least inliers each."""
    moments = [times_s[match.frame] for match in matches if match.inliers >= min_inliers]
    return bool(moments) and max(moments) - min(moments) >= MIN_MOMENT_GAP_S
