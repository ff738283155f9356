"""Guided matching: a weak map of the same place grows, a map of another place does not."""

import math
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from opsec.matching.landmarks.enrolment import ReferenceFeatures
from opsec.matching.landmarks.geometric_verification import AffineFit
from opsec.matching.landmarks.grading import MIN_PROBABLE
from opsec.matching.landmarks.guided_matching import MAX_LOG10_FALSE_ALARMS, log10_false_alarms, match_guided
from opsec.matching.landmarks.guided_verification import MIN_SUPPORT, verify_guided
from opsec.matching.landmarks.mirrored_features import mirror_features
from opsec.matching.landmarks.pairwise_matches import MatchedPair, PairwiseMatcher
from opsec.matching.landmarks.putative_matches import Correspondences
from opsec.matching.landmarks.retrieval_index import Candidate
from opsec.vision.features.local_features import LocalFeatures
from tests.matching.landmarks.drawn import extract_features, spread_out, wall

GATE = extract_features(wall(1))
OTHER = extract_features(wall(2))
STREET = extract_features(wall(3)).select(slice(0, 300))
SAME_PLACE = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
CLEAR, WORN = 5, 30


def worn_view(wear: float, photo: LocalFeatures = GATE) -> LocalFeatures:
    """A frame with few clear features of a photo and many whose descriptors are worn, among those of a street.

    A worn descriptor is a mixture of its own and a stranger's: still most like its own, not by Lowe's ratio.
    """
    numbers = np.array(spread_out(photo, CLEAR + WORN), np.intp)
    seen = photo.select(numbers)
    descriptors = seen.descriptors.astype(np.float32)
    strange = OTHER.descriptors[: len(descriptors)].astype(np.float32)
    descriptors[CLEAR:] = (1 - wear) * descriptors[CLEAR:] + wear * strange[CLEAR:]
    return replace(
        photo,
        keypoints=np.vstack([seen.keypoints, STREET.keypoints]),
        descriptors=np.vstack([np.rint(descriptors).astype(np.uint8), STREET.descriptors]),
    )


def shifted(x_px: float, y_px: float) -> NDArray[np.float64]:
    """A map that sends everything this far."""
    return np.asarray(SAME_PLACE + np.array([[0.0, 0.0], [0.0, 0.0], [x_px, y_px]]), np.float64)


def weak_pair(frame: LocalFeatures, photo: LocalFeatures) -> tuple[MatchedPair, AffineFit]:
    """A pair with the map of the same place; it has no matches yet."""
    pair = MatchedPair(frame, photo, Correspondences(np.zeros((0, 2), np.intp), 0))
    return pair, AffineFit(0, np.zeros(0, np.bool_), SAME_PLACE)


@pytest.mark.parametrize(
    ("count", "n_tried", "chance"), [(3, 20, 0.01), (9, 120, 0.0001), (40, 300, 0.0005), (1, 1, 0.5)]
)
def test_the_rate_is_that_of_the_binomial_law(count: int, n_tried: int, chance: float) -> None:
    exact = Fraction(chance)
    tail = sum(
        math.comb(n_tried, more) * exact**more * (1 - exact) ** (n_tried - more) for more in range(count, n_tried + 1)
    )
    expected = math.log10(tail.numerator) - math.log10(tail.denominator)
    assert log10_false_alarms(count, n_tried, chance) == pytest.approx(expected, abs=1e-6)


@given(st.integers(0, 60), st.integers(60, 900), st.floats(0, 1))
def test_more_features_never_have_more_false_alarms(count: int, n_tried: int, chance: float) -> None:
    fewer, more = (log10_false_alarms(one, n_tried, chance) for one in (count, count + 1))
    assert more <= fewer + 1e-9
    assert fewer <= 1e-9


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_weak_map_of_the_same_place_grows(mirrored: bool) -> None:
    frame, photo = worn_view(0.45), GATE
    if mirrored:
        frame, photo = mirror_features(frame), mirror_features(photo)
    guided = match_guided(*weak_pair(frame, photo))
    assert guided is not None
    right = guided.pair.correspondences.pairs[guided.fit.inlier_mask]
    assert len(right) >= CLEAR + WORN // 2
    miss = frame.keypoints[right[:, 0], :2] - photo.keypoints[right[:, 1], :2]
    assert np.abs(miss).max() < 0.03 * photo.width_px
    assert guided.log10_false_alarms <= MAX_LOG10_FALSE_ALARMS


@pytest.mark.parametrize("shift_px", [0, 60, 150])
def test_no_map_grows_between_other_places(shift_px: int) -> None:
    pair, fit = weak_pair(OTHER, GATE)
    assert match_guided(pair, replace(fit, affine=shifted(shift_px, 0))) is None


def test_a_wrong_map_of_the_right_place_does_not_grow() -> None:
    pair, fit = weak_pair(worn_view(0.45), GATE)
    assert match_guided(pair, replace(fit, affine=shifted(90, 60))) is None


def test_a_map_that_leaves_the_photo_proves_nothing() -> None:
    pair, fit = weak_pair(worn_view(0.45), GATE)
    assert match_guided(pair, replace(fit, affine=shifted(9_000, 0))) is None


def test_the_other_matches_stay_for_a_rival_map() -> None:
    pair, fit = weak_pair(worn_view(0.45), GATE)
    street = CLEAR + WORN + 5
    pair = replace(pair, correspondences=Correspondences(np.array([[street, 3]], np.intp), 1))
    guided = match_guided(pair, fit)
    assert guided is not None
    kept = guided.pair.correspondences.pairs[~guided.fit.inlier_mask]
    assert kept.tolist() == [[street, 3]]
    assert guided.pair.correspondences.n_unambiguous >= 1


def matcher_for(*frames: LocalFeatures, photo: LocalFeatures = GATE) -> PairwiseMatcher:
    times_s = [1.5 * number for number in range(len(frames))]
    return PairwiseMatcher(frames, times_s, [ReferenceFeatures(photo, len(photo))])


def candidate(*, support: int = MIN_SUPPORT, mirrored: bool = False) -> Candidate:
    return Candidate(photo=0, mirrored=mirrored, support=support, votes=1.0, frame=0)


def test_a_clip_too_weak_for_the_ratio_test_is_recognised() -> None:
    matcher = matcher_for(worn_view(0.55))
    weak = matcher.fit_full(0, 0, mirrored=False)
    assert weak is not None
    assert weak.inliers < MIN_PROBABLE
    found = verify_guided(matcher, [(4, [candidate()])])
    assert found is not None
    assert (found.landmark, found.grade) == (4, "probable")
    assert found.match.best.inliers > MIN_PROBABLE


@pytest.mark.parametrize(
    ("matcher", "looked_at"),
    [
        (matcher_for(STREET), candidate()),
        (matcher_for(OTHER), candidate()),
        (matcher_for(worn_view(0.55)), candidate(mirrored=True)),
        (matcher_for(worn_view(0.55)), candidate(support=MIN_SUPPORT - 1)),
        (matcher_for(replace(worn_view(0.55), extractor="aliked")), candidate()),
    ],
    ids=["street", "other place", "wrong sense", "few votes", "features of a model"],
)
def test_nothing_else_is_recognised(matcher: PairwiseMatcher, looked_at: Candidate) -> None:
    assert verify_guided(matcher, [(0, [looked_at])]) is None
