"""Which frames and photos of a landmark are compared after the first, and what that costs."""

import numpy as np
import pytest

from opsec.matching.landmarks.clip_verification import verify_landmark
from opsec.matching.landmarks.enrolment import ReferenceFeatures
from opsec.matching.landmarks.first_pass import MANY_VOTES, CandidateMatch, first_pass
from opsec.matching.landmarks.frame_evidence import ClipMatch
from opsec.matching.landmarks.grading import grade
from opsec.matching.landmarks.pairwise_matches import PairwiseMatcher
from opsec.matching.landmarks.putative_matches import Correspondences
from opsec.matching.landmarks.retrieval_index import Candidate
from opsec.model import Grade
from opsec.vision.features.local_features import LocalFeatures
from tests.matching.landmarks.drawn import extract_features, spread_out, wall

GATE = extract_features(wall(1))
SPREAD = spread_out(GATE, 20)
REST = [number for number in range(len(GATE)) if number not in SPREAD]
A, B, C = range(3)
"""Photos of one landmark."""

Shows = list[list[int]]
"""For each frame, how many points of each photo it shows."""


def numbered(number: int) -> LocalFeatures:
    """Twenty features spread over a gate, and this many more, which identify a frame or a photo."""
    return GATE.select(np.array([*SPREAD, *REST[:number]]))


class CountingMatcher:
    """Match a given number of features of a frame and a photo, and record the pairs."""

    def __init__(self, shows: Shows) -> None:
        self.matched: list[tuple[int, int]] = []
        self._shows = shows

    def __call__(
        self, frame: LocalFeatures, photo: LocalFeatures, /, *, n_original: int, mirrored: bool
    ) -> Correspondences:
        pair = len(frame) - len(SPREAD), len(photo) - len(SPREAD)
        self.matched.append(pair)
        count = self._shows[pair[0]][pair[1]]
        return Correspondences(np.stack([np.arange(count)] * 2, axis=1), count)


def candidate(photo: int, support: int, frame: int = 0) -> Candidate:
    return Candidate(photo, False, support, float(support), frame)


def clip(shows: Shows) -> tuple[PairwiseMatcher, CountingMatcher]:
    """Frames a second apart that show these photos."""
    counting = CountingMatcher(shows)
    frames = [numbered(number) for number in range(len(shows))]
    photos = [numbered(number) for number in range(len(shows[0]))]
    references = [ReferenceFeatures(one, len(one)) for one in photos]
    return PairwiseMatcher(frames, times_s(shows), references, counting), counting


def times_s(shows: Shows) -> list[float]:
    return [float(number) for number in range(len(shows))]


def verify(
    shows: Shows, candidates: "list[Candidate]", *, only_candidate: bool = True
) -> "tuple[ClipMatch | None, list[tuple[int, int]]]":
    """The match reported, and which frames and photos were compared in full for it."""
    matcher, counting = clip(shows)
    pair = matcher.match_subset(candidates[0].frame, candidates[0].photo, mirrored=False)
    counting.matched.clear()
    passed = [CandidateMatch(candidates[0], pair, None)]
    matches = verify_landmark(matcher, passed, candidates, only_candidate=only_candidate)
    return next(iter(matches), None), counting.matched


@pytest.mark.parametrize(
    ("shows", "candidates", "expected"),
    [
        ([[7, 4, 0], [0, 4, 0], [15, 0, 0], [15, 0, 0], [15, 0, 0]], [candidate(A, 9), candidate(B, 8)], "strong"),
        ([[9, 5, 0], [0, 5, 0], [13, 0, 0], [13, 0, 0], [13, 0, 0]], [candidate(A, 9), candidate(B, 8)], "strong"),
        ([[15, 9, 0], [0, 5, 0], [15, 0, 0], [15, 0, 0], [15, 0, 0]], [candidate(A, 9), candidate(B, 8)], "strong"),
        ([[9, 0, 0], [0, 9, 0], [0, 15, 0], [0, 15, 0], [0, 15, 0]], [candidate(A, 9), candidate(B, 8, 1)], "strong"),
        ([[0, 9, 0], [0, 15, 0], [0, 15, 0], [0, 15, 0]], [candidate(A, 9), candidate(B, 8, 1)], "strong"),
        (
            [[0, 0, 0], [0, 0, 15], [0, 0, 15], [0, 0, 15]],
            [candidate(A, 9), candidate(B, 8, 1), candidate(C, 7, 1)],
            "strong",
        ),
        *(
            ([[15, k, 0], [0, 15, 0], [0, 15, 0], [0, 15, 0]], [candidate(A, 9), candidate(B, 8, 1)], "strong")
            for k in (0, 4, 7, 8)
        ),
        ([[9, 4, 0], [0, 15, 0], [0, 15, 0], [0, 15, 0]], [candidate(A, 9), candidate(B, 8)], "strong"),
        ([[9, 4, 0], [5, 15, 0], [5, 15, 0], [5, 15, 0]], [candidate(A, 9), candidate(B, 8, 1)], "strong"),
        ([[15, 9, 0], [0, 5, 0], [15, 5, 0], [15, 5, 0]], [candidate(A, 9), candidate(B, 8)], "strong"),
        ([[9, 0, 0], [9, 0, 0], [9, 0, 0], [9, 0, 0]], [candidate(A, 9)], "possible"),  # the same points each time
    ],
)
def test_a_photo_with_many_inliers_is_compared_again(
    shows: Shows, candidates: "list[Candidate]", expected: Grade | None
) -> None:
    match, _matched = verify(shows, candidates)
    assert (grade(match, times_s(shows)) if match else None) == expected


@pytest.mark.parametrize(("of_other", "matched_with_other"), [(6, 1), (7, 3)])
def test_a_photo_with_less_than_half_the_inliers_of_the_best_is_dropped(of_other: int, matched_with_other: int) -> None:
    match, matched = verify([[13, of_other]] * 3, [candidate(A, 9), candidate(B, 8)], only_candidate=False)
    assert match is not None
    assert [one.inliers for one in match.frame_matches] == [13, 13, 13]
    assert [photo for _frame, photo in matched].count(B) == matched_with_other


def test_the_fifth_photo_is_compared_with_the_frame_that_its_candidate_names() -> None:
    shows = [[0] * 5, *[[0, 0, 0, 0, 15]] * 3]
    match, _matched = verify(shows, [*(candidate(photo, 9) for photo in range(4)), candidate(4, 8, 1)])
    assert match is not None
    assert grade(match, times_s(shows)) == "strong"


def test_at_most_four_photos_are_compared_with_a_frame_that_no_candidate_names() -> None:
    shows = [[13] * 6] * 3
    _match, matched = verify(shows, [candidate(photo, 9) for photo in range(6)], only_candidate=False)
    counts = [[frame for frame, _photo in matched].count(number) for number in range(3)]
    assert counts == [4, 2, 2]


@pytest.mark.parametrize(("shows", "compared"), [([[5, 0]] * 5, 2), ([[6, 0]] * 5, 5)])
def test_few_votes_and_few_inliers_in_two_frames_are_given_up(shows: Shows, compared: int) -> None:
    _match, matched = verify(shows, [candidate(A, MANY_VOTES - 1)])
    assert len(matched) == compared


def test_candidates_of_the_other_orientation_do_not_prioritise_frames() -> None:
    candidates = [candidate(A, 9, 2), Candidate(B, True, 8, 8.0, 1)]
    _match, matched = verify([[13, 0]] * 4, candidates, only_candidate=False)
    assert [frame for frame, _photo in matched] == [2, 0, 1, 3]


def test_photos_that_no_candidate_names_are_not_compared() -> None:
    _match, matched = verify([[13, 13, 13]] * 3, [candidate(B, 9)], only_candidate=False)
    assert {photo for _frame, photo in matched} == {B}


@pytest.mark.parametrize(("support", "compared"), [(MANY_VOTES - 1, 1), (MANY_VOTES, 3)])
def test_a_candidate_without_a_full_fit_costs_no_more_photos(support: int, compared: int) -> None:
    match, matched = verify([[0, 0, 0]] * 5, [candidate(A, support), candidate(B, 4, 1), candidate(C, 4, 2)])
    assert match is None
    assert len(matched) == compared


def test_a_landmark_whose_best_candidate_fails_is_given_up_at_once() -> None:
    matcher, counting = clip([[0, 13]])
    assert first_pass(matcher, [candidate(A, MANY_VOTES - 1), candidate(B, MANY_VOTES - 2)]) == []
    assert counting.matched == [(0, A)]
