"""Matching by LighterGlue, for which a small network stands: what it returns, what is refused, and the grades."""

from dataclasses import replace

import numpy as np
import pytest

from opsec.matching.landmarks.frame_evidence import ClipMatch, FrameMatch
from opsec.matching.landmarks.learned_stage import (
    MIN_CLUSTERS,
    MIN_POSSIBLE,
    MIN_PROBABLE,
    MIN_PROBABLE_TWICE,
    MIN_STRONG,
    MIN_STRONG_TWICE,
    grade_learned,
)
from opsec.matching.landmarks.lighterglue import MAX_FEATURES, MIN_SCORE, LighterGlue
from opsec.matching.landmarks.model_cross_check import CrossChecks
from opsec.model import Grade
from opsec.vision.features.local_features import LocalFeatures
from opsec.vision.features.xfeat_extractor import quantise
from tests.matching.landmarks import small_xfeat


@pytest.fixture(scope="module")
def matcher() -> LighterGlue:
    found = LighterGlue.load(small_xfeat.matcher(), 64)
    assert found is not None
    return found


def features(count: int, seed: int = 0) -> LocalFeatures:
    """Features with random positions and descriptors."""
    rng = np.random.default_rng(seed)
    vectors = rng.normal(size=(count, 64))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    keypoints = np.c_[rng.uniform(0, 300, (count, 2)), np.ones(count), np.zeros(count)].astype(np.float32)
    return LocalFeatures(300, 400, keypoints, quantise(vectors.astype(np.float32)), "xfeat1-test")


def test_the_same_features_in_another_order_are_matched(matcher: LighterGlue) -> None:
    first, order = features(80), np.random.default_rng(1).permutation(80)
    pairs, scores = matcher.match(first, first.select(order))
    assert len(pairs) > 70
    assert (order[pairs[:, 1]] == pairs[:, 0]).all()
    assert (np.diff(scores) <= 0).all(), "the surest first"


def test_a_feature_is_matched_once_and_not_below_the_least_score(matcher: LighterGlue) -> None:
    pairs, scores = matcher.match(features(80, 2), features(90, 3))
    assert 0 < len(pairs) < 80
    assert scores.min() >= MIN_SCORE
    for side in pairs.T:
        assert len(set(side.tolist())) == len(side)


def test_images_without_features_have_no_matches(matcher: LighterGlue) -> None:
    for one, other in ((0, 5), (5, 0), (0, 0)):
        pairs, scores = matcher.match(features(one), features(other))
        assert (pairs.shape, scores.shape) == ((0, 2), (0,))


def test_only_the_first_features_are_matched(matcher: LighterGlue) -> None:
    many = features(MAX_FEATURES + 200)
    assert matcher.match(many, many).pairs.max() < MAX_FEATURES


def test_a_network_that_answers_otherwise_is_refused() -> None:
    whole = small_xfeat.matcher()
    for content in (b"", b"no model", whole[:-60], small_xfeat.matcher(channels=32), small_xfeat.network()):
        assert LighterGlue.load(content, 64) is None
    assert LighterGlue.load(small_xfeat.matcher(output="matches"), 64) is None


def test_descriptors_of_another_size_are_an_error(matcher: LighterGlue) -> None:
    short = replace(features(5), descriptors=np.full((5, 32), 130, np.uint8))
    with pytest.raises(ValueError, match="InvalidArgument"):
        matcher.match(short, short)


# ── grades ────────────────────────────────────────────────────────────────────────────────────
def shown(*inliers: int, clusters: int = 9, share: float = 0.3, rival: int = 0, extent: float = 0.2) -> ClipMatch:
    """A landmark with these inliers, a frame each."""
    frames = tuple(
        FrameMatch(
            frame=number, photo=0, inliers=count, extent=extent, recognised_share=share, lines=(), outline=(),
            cross_checks=CrossChecks(count, count, rival), photo_share=share, clusters=clusters,
        )
        for number, count in enumerate(inliers)
    )  # fmt: skip
    return ClipMatch(mirrored=False, frame_matches=frames, pooled_locations=0)


GRADES: list[tuple[ClipMatch, Grade | None]] = [
    (shown(MIN_STRONG), "strong"),
    (shown(MIN_STRONG_TWICE, MIN_STRONG_TWICE), "strong"),
    (shown(MIN_STRONG - 1), "probable"),
    (shown(MIN_PROBABLE), "probable"),
    (shown(MIN_PROBABLE_TWICE, MIN_PROBABLE_TWICE), "probable"),
    (shown(MIN_PROBABLE_TWICE, MIN_PROBABLE_TWICE - 1), "possible"),
    (shown(MIN_PROBABLE - 1), "possible"),
    (shown(MIN_POSSIBLE - 1), None),
    (shown(21, 13), None),
    (shown(31, extent=0.05, clusters=6, share=0.02), None),
    (shown(29), "possible"),
    (shown(26, 19), "possible"),
    (shown(80, clusters=MIN_CLUSTERS - 1), "possible"),
    (shown(80, share=0.04), "possible"),
    (shown(80, rival=41), "possible"),
    (shown(80, extent=0.05), "possible"),
    (shown(20, share=0.04), None),
]


@pytest.mark.parametrize(("match", "expected"), GRADES)
def test_grade_of_a_match(match: ClipMatch, expected: Grade | None) -> None:
    assert grade_learned(match, [0.0, 1.5, 3.0]) == expected


def test_two_frames_of_one_moment_count_once() -> None:
    assert grade_learned(shown(MIN_PROBABLE_TWICE, MIN_PROBABLE_TWICE), [0.0, 0.4]) == "possible"
