"""Second stage of recognition: a landmark model looks again at clips in which SIFT is certain of no landmark.

An index over the descriptors names at most five photos. The view of each that has most votes is matched with each frame
by LighterGlue; where that agrees but not clearly, so is the next view. The grades have thresholds of their own: a
learned matcher finds 30 matches and more on façades of strangers that one geometry confirms, where SIFT finds six. They
were measured on wrong pairs, and so is the weight of a match (``python -m tests.benchmarks landmarks-hard --models
DIR``).
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from opsec.matching.landmarks.frame_evidence import ClipMatch, FrameMatch
from opsec.matching.landmarks.grading import MIN_EXTENT, MIN_MOMENT_GAP_S, RULE
from opsec.matching.landmarks.learned_references import MAX_NAMED_PHOTOS, LearnedReferences, View
from opsec.matching.landmarks.learned_verification import verify_view
from opsec.matching.landmarks.lighterglue import Matches
from opsec.matching.landmarks.rival_resolution import GradedLandmark
from opsec.matching.landmarks.view_synthesis import mirror_keypoints
from opsec.model import Grade
from opsec.verdict.likelihood_ratios import LikelihoodTable
from opsec.vision.features.local_features import LocalFeatures

MIN_POSSIBLE = 22
MIN_PROBABLE, MIN_PROBABLE_TWICE = 34, 24
"""Inliers of one frame, and of each of two. While features that a photo has twice still counted, 15 of 51,840 pairs of
drawn look-alikes reached these: 12 façades with the same window (up to 50 inliers) and 3 textures (up to 39). In 733
pairs of a hard clip and a landmark that it does not show it was 21 and 13. True pairs that SIFT misses have up to
223."""
MIN_STRONG, MIN_STRONG_TWICE = 45, 34
MIN_RIVAL_RATIO = 2.0
"""A homography must have this many times the inliers of one that sends the same part of the frame elsewhere."""
MIN_CLUSTERS = 5
"""Groups of inliers, each as large as a letter: a sign or a poster gives many in few."""
MIN_RECOGNISED_SHARE = 0.05
"""Least share of what the frame should show of the photo that must be recognised: wrong pairs with most inliers have
two hundredths, true ones from afar six and more."""
_SHOWN, _CLIPS = 10, 23
"""How many hard clips that show a landmark reach ``MIN_PROBABLE``, and of how many that SIFT misses."""
_WRONG_PAIRS = 733
"""Pairs of a hard clip and a landmark that it does not show; none reached ``MIN_PROBABLE``, and one is assumed to."""
MAX_FRAMES = 3
"""Frames of a clip that are compared."""
_MAX_SECOND_LOOKS = 2
"""Photos of which a second view is matched, those with most inliers in the first."""
MAX_PAIRS = MAX_FRAMES * (MAX_NAMED_PHOTOS + _MAX_SECOND_LOOKS)
"""Most images that are matched for a clip."""


class LearnedMatcher(Protocol):
    """Matches the features of a frame with those of a photo, both as they were extracted."""

    def match(self, first: LocalFeatures, second: LocalFeatures) -> Matches:
        """Match two images. Raises ``ModelProcessError`` when the model does not answer."""


def recognise_learned(
    references: LearnedReferences,
    landmark_of_photo: Mapping[int, int],
    frames: Sequence[LocalFeatures],
    times_s: Sequence[float],
    matcher: LearnedMatcher,
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
    matcher
        The learned matcher.

    Returns
    -------
    list of GradedLandmark
        Each landmark with its grade; rivals are not resolved yet.

    Raises
    ------
    ModelProcessError
        The matcher does not answer.
    """
    look = _Look(frames[:MAX_FRAMES], matcher, landmark_of_photo)
    named = references.name_photos(look.frames)
    most = [look.compare(views[0]) for views in named]
    again = sorted(range(len(named)), key=lambda number: -most[number])[:_MAX_SECOND_LOOKS]
    for number in again:
        if 0 < most[number] < MIN_STRONG and len(named[number]) > 1:
            look.compare(named[number][1])
    graded: dict[int, GradedLandmark] = {}
    for (landmark, mirrored), by_frame in look.found.items():
        clip_match = ClipMatch(mirrored, tuple(by_frame[number] for number in sorted(by_frame)), 0)
        grade = grade_learned(clip_match, times_s)
        if grade is None:
            continue
        known = graded.get(landmark)
        if known is None or clip_match.best.inliers > known.match.best.inliers:
            graded[landmark] = GradedLandmark(landmark, clip_match, grade)
    return sorted(graded.values(), key=lambda one: (-one.match.best.inliers, one.landmark))


@dataclass(slots=True)
class _Look:
    """The frames of a clip, and what was found in them."""

    frames: Sequence[LocalFeatures]
    matcher: LearnedMatcher
    landmark_of_photo: Mapping[int, int]
    found: dict[tuple[int, bool], dict[int, FrameMatch]] = field(default_factory=dict)
    """The best match in each frame, by number of the landmark and mirror orientation."""

    def compare(self, view: View) -> int:
        """Compare every frame with a view; return the most inliers, 0 where nothing agrees."""
        photo = mirror_keypoints(view.features) if view.mirrored else view.features
        of_landmark = self.found.setdefault((self.landmark_of_photo[view.photo], view.mirrored), {})
        most = 0
        for number, frame in enumerate(self.frames):
            match = verify_view(frame, view, self.matcher.match(frame, photo).pairs, number)
            if match is None:
                continue
            most = max(most, match.inliers)
            if number not in of_landmark or _strength(match) > _strength(of_landmark[number]):
                of_landmark[number] = match
        return most


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
