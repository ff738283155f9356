"""Verification of one landmark: in both mirror orientations, and beyond a frame that shows little of it."""

from dataclasses import replace

import numpy as np
import pytest

from opsec.matching.landmarks.enrolment import ReferenceFeatures
from opsec.matching.landmarks.first_pass import MANY_VOTES
from opsec.matching.landmarks.frame_evidence import ClipMatch
from opsec.matching.landmarks.grading import grade
from opsec.matching.landmarks.mirrored_features import mirror_features
from opsec.matching.landmarks.pairwise_matches import PairwiseMatcher
from opsec.matching.landmarks.putative_matches import Correspondences
from opsec.matching.landmarks.retrieval_index import Candidate
from opsec.vision.features.local_features import LocalFeatures
from tests.matching.landmarks.drawn import best_clip_match, extract_features, spread_out, wall

GATE = extract_features(wall(1))
STREET = extract_features(wall(2)).select(slice(0, 300))
WIDE = GATE.select(np.array(spread_out(GATE, 13), np.intp))
"""Features spread over the whole gate: enough to flag."""


def street_with(*parts: LocalFeatures) -> LocalFeatures:
    """Features of a street scene together with these."""
    whole = (*parts, STREET)
    return replace(
        STREET,
        keypoints=np.vstack([one.keypoints for one in whole]),
        descriptors=np.vstack([one.descriptors for one in whole]),
    )


def verify(frames: "list[LocalFeatures]", candidates: "list[Candidate]") -> ClipMatch | None:
    times_s = [0.1 * number for number in range(len(frames))]
    matcher = PairwiseMatcher(frames, times_s, [ReferenceFeatures(GATE, len(GATE))])
    return best_clip_match(matcher, candidates)


@pytest.mark.parametrize("mirror", [False, True])
def test_the_reliable_mirror_orientation_is_reported(mirror: bool) -> None:
    """A strip that is its own mirror image gives more inliers in the wrong orientation, but none of them reliable."""
    strip = GATE.select(GATE.keypoints[:, 1] < 60)
    more = strip.select(np.array(spread_out(strip, 16, 9.0), np.intp))
    frame = street_with(mirror_features(WIDE), more) if mirror else street_with(WIDE, mirror_features(more))
    one = verify([frame], [Candidate(0, not mirror, MANY_VOTES + 1, 9.0, 0), Candidate(0, mirror, MANY_VOTES, 8.0, 0)])
    assert one is not None
    assert one.mirrored == mirror
    assert grade(one, [0.0]) == "probable"


@pytest.mark.parametrize(("support", "expected"), [(MANY_VOTES, "probable"), (MANY_VOTES - 1, None)])
def test_many_votes_are_followed_beyond_a_frame_that_shows_nothing(support: int, expected: str | None) -> None:
    frames = [street_with(), street_with(), street_with(WIDE)]
    one = verify(frames, [Candidate(0, False, support, float(support), 0)])
    assert (grade(one, [0.0, 0.1, 0.2]) if one else None) == expected


def test_four_inliers_in_one_frame_let_the_others_be_compared() -> None:
    little = WIDE.select(slice(0, 4))
    one = verify([street_with(little), street_with(WIDE)], [Candidate(0, False, 4, 4.0, 0)])
    assert one is not None
    assert one.best.frame == 1
    assert grade(one, [0.0, 0.1]) == "probable"


@pytest.mark.parametrize("count", [16, 22])
def test_a_strip_that_is_clear_in_the_wrong_orientation_hides_no_landmark(count: int) -> None:
    strip = GATE.select(GATE.keypoints[:, 1] < 40)
    more = strip.select(np.array(spread_out(strip, count, 7.0), np.intp))
    candidates = [Candidate(0, True, MANY_VOTES + 1, 9.0, 0), Candidate(0, False, MANY_VOTES, 8.0, 0)]
    one = verify([street_with(WIDE, mirror_features(more))], candidates)
    assert one is not None
    assert not one.mirrored
    assert grade(one, [0.0]) == "probable"


def test_a_reliable_photo_ranks_before_one_with_more_inliers() -> None:
    """A strip of 16 inliers of one photo, and 13 inliers spread over another."""
    other = extract_features(wall(5))
    strip = other.select(other.keypoints[:, 1] < 40)
    more = strip.select(np.array(spread_out(strip, 16, 7.0), np.intp))
    matcher = PairwiseMatcher(
        [street_with(WIDE, more)], [0.0], [ReferenceFeatures(other, len(other)), ReferenceFeatures(GATE, len(GATE))]
    )
    candidates = [Candidate(0, False, 12, 12.0, 0), Candidate(1, False, 11, 11.0, 0)]
    one = best_clip_match(matcher, candidates)
    assert one is not None
    assert one.best.photo == 1
    assert grade(one, [0.0]) == "probable"


@pytest.mark.parametrize(("n_unambiguous", "inliers", "pooled"), [(13, 13, 13), (7, 10, 10), (0, 6, 6)])
def test_locations_found_twice_are_pooled_once_and_ambiguous_ones_count_half(
    n_unambiguous: int, inliers: int, pooled: int
) -> None:
    pairs = np.stack([np.arange(13), np.array(spread_out(GATE, 13))], axis=1)

    def feature_matcher(*_two: LocalFeatures, **_of: object) -> Correspondences:
        return Correspondences(pairs, n_unambiguous)

    matcher = PairwiseMatcher([WIDE, WIDE], [0.0, 2.0], [ReferenceFeatures(GATE, len(GATE))], feature_matcher)
    candidates = [Candidate(0, False, MANY_VOTES, 8.0, 0)]
    one = best_clip_match(matcher, candidates, only_candidate=False)
    assert one is not None
    assert [match.inliers for match in one.frame_matches] == [inliers, inliers]
    assert one.pooled_locations == pooled
