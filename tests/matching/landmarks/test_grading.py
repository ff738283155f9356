"""Grades and weights: the frames decide the grade, and the number of landmarks compared bounds the weight."""

import math
import sys
from dataclasses import replace

import pytest

from opsec.matching.landmarks.frame_evidence import ClipMatch, FrameMatch
from opsec.matching.landmarks.grading import grade, landmark_log_odds, outline_overlap
from opsec.matching.landmarks.model_cross_check import CrossChecks
from opsec.model import Grade
from opsec.verdict.likelihood_ratios import LikelihoodRatio, likelihood_table

SQUARE = ((0.1, 0.1), (0.5, 0.1), (0.5, 0.5), (0.1, 0.5))


def frame_match(
    frame: int, inliers: int, extent: float = 0.3, share: float = 0.5, cross_checks: CrossChecks | None = None
) -> FrameMatch:
    """A match of one frame, which both other models confirm unless ``cross_checks`` says otherwise."""
    return FrameMatch(
        frame, 0, inliers, extent, share, (), SQUARE, cross_checks or CrossChecks(inliers, inliers, 0), 0.5, 6
    )


@pytest.mark.parametrize(
    ("counts", "pooled", "expected"),
    [
        ((5,), 5, None),
        ((6,), 6, "possible"),
        ((7,), 7, "possible"),
        ((8,), 8, "possible"),
        ((9,), 9, "possible"),
        ((10,), 10, "probable"),
        ((16,), 16, "strong"),
        ((7, 0, 7), 14, "possible"),
        ((8, 0, 8), 11, "probable"),
        ((8, 8), 11, "possible"),  # half a second apart
        ((8, 0, 8), 8, "possible"),  # the same eight points twice
        ((11, 0, 11), 16, "strong"),
    ],
)
def test_grades(counts: tuple[int, ...], pooled: int, expected: Grade | None) -> None:
    matches = tuple(frame_match(frame, count) for frame, count in enumerate(counts) if count)
    assert grade(ClipMatch(False, matches, pooled), [0.0, 0.5, 1.0]) == expected


@pytest.mark.parametrize(("inliers", "expected"), [(11, None), (12, "probable"), (60, "probable")])
def test_pooled_frames_flag_from_more_inliers_and_are_never_strong(inliers: int, expected: Grade | None) -> None:
    pooled = replace(frame_match(1, inliers), per_frame=((0, 4), (1, inliers - 4)))
    assert grade(ClipMatch(False, (), 0, pooled), [0.0, 0.2]) == expected
    assert grade(ClipMatch(False, (frame_match(1, 5),), 5, replace(pooled, extent=0.02)), [0.0, 0.2]) is None
    rows = replace(pooled, cross_checks=CrossChecks(round(0.7 * inliers), 2 * inliers, 0))
    assert grade(ClipMatch(False, (), 0, rows), [0.0, 0.2]) is None  # rows of windows that happen to fit


def test_a_match_that_no_frame_shows_gets_no_grade() -> None:
    assert grade(ClipMatch(False, (), 0), [0.0]) is None


@pytest.mark.parametrize(
    ("inliers", "cross_checks", "expected"),
    [
        (12, CrossChecks(12, 12, 6), "probable"),
        (12, CrossChecks(12, 12, 7), None),  # the next window fits more than half as well
        (40, CrossChecks(40, 40, 25), "possible"),
        (12, CrossChecks(3, 5, 0), None),  # neither model confirms it
        (20, CrossChecks(3, 15, 0), "strong"),  # in depth: no plane, but two views of one scene
        (20, CrossChecks(3, 9, 0), "possible"),
    ],
)
def test_cross_checks_lower_a_grade_and_never_raise_one(
    inliers: int, cross_checks: CrossChecks, expected: Grade | None
) -> None:
    assert grade(ClipMatch(False, (frame_match(0, inliers, cross_checks=cross_checks),), inliers), [0.0]) == expected


@pytest.mark.parametrize(("clusters", "expected"), [(3, "possible"), (4, "strong")])
def test_many_inliers_in_three_clusters_are_letters(clusters: int, expected: Grade) -> None:
    """Two letters of one alphabet and a third thing: any three clusters fit any other three."""
    assert grade(ClipMatch(False, (replace(frame_match(0, 20), clusters=clusters),), 20), [0.0]) == expected


@pytest.mark.parametrize(("extent", "share"), [(0.02, 0.5), (0.3, 0.01)], ids=["a letter", "a patch"])
def test_small_areas_never_flag_whatever_their_inliers(extent: float, share: float) -> None:
    assert grade(ClipMatch(False, (frame_match(0, 90, extent, share),), 90), [0.0]) == "possible"
    assert grade(ClipMatch(False, (frame_match(0, 12, extent, share),), 12), [0.0]) is None


@pytest.mark.parametrize("graded", ["possible", "probable", "strong"])
def test_more_landmarks_and_more_sites_weigh_less_but_never_negatively(graded: Grade) -> None:
    weights = [landmark_log_odds(graded, compared) for compared in (1, 10, 1_000, 100_000)]
    assert weights == sorted(weights, reverse=True)
    assert weights[-1] >= 0
    assert landmark_log_odds(graded, 10, 2) < landmark_log_odds(graded, 10)


@pytest.mark.parametrize(
    ("graded", "compared", "more"), [("possible", 25, 36), ("probable", 1_000, 2_000), ("strong", 4_000, 8_000)]
)
def test_the_odds_fall_as_the_number_of_landmarks_rises(graded: Grade, compared: int, more: int) -> None:
    """With fewer landmarks the upper bound of the rule hides it, with more of them the lower one."""
    assert landmark_log_odds(graded, 1) > landmark_log_odds(graded, compared)
    fall = landmark_log_odds(graded, compared) - landmark_log_odds(graded, more)
    assert fall == pytest.approx(math.log(more / compared))


def test_a_grade_that_shown_landmarks_rarely_get_weighs_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """One false match in ten thousand; of landmarks that are shown half are strong and one in ten probable."""
    measured = replace(
        likelihood_table(),
        landmark_detection={
            "strong": LikelihoodRatio(0.5, "made up", 1),
            "probable": LikelihoodRatio(0.1, "made up", 1),
        },
        landmark_false_match=dict.fromkeys(("strong", "probable"), LikelihoodRatio(0.0001, "made up", 1)),
    )
    monkeypatch.setattr(sys.modules["opsec.matching.landmarks.grading"], "likelihood_table", lambda: measured)
    assert math.exp(landmark_log_odds("strong", 100)) == pytest.approx(50)
    assert math.exp(landmark_log_odds("probable", 100)) == pytest.approx(10)
    # 60 at most, of which each of four sites has a quarter
    assert math.exp(landmark_log_odds("probable", 10, 4)) == pytest.approx(25 / 4)


def test_overlap_is_relative_to_the_smaller_outline() -> None:
    inside = replace(frame_match(0, 9), outline=((0.2, 0.2), (0.3, 0.2), (0.3, 0.3), (0.2, 0.3)))
    beside = replace(frame_match(0, 9), outline=((0.6, 0.6), (0.9, 0.6), (0.9, 0.9), (0.6, 0.9)))
    assert outline_overlap(frame_match(0, 9), inside) == pytest.approx(1.0)
    assert outline_overlap(frame_match(0, 9), beside) == 0.0
