"""Verification by learned features: what a photo shows twice proves nothing."""

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from opsec.matching.landmarks.frame_evidence import FrameMatch
from opsec.matching.landmarks.learned_references import View
from opsec.matching.landmarks.learned_verification import MIN_REPORTED_INLIERS, verify_view
from opsec.vision.features.local_features import UNIT_LEVELS, ZERO_LEVEL, LocalFeatures

COUNT = 60
WIDE, HIGH = 600, 450


def photo(copied: int, likeness: float = 1.0) -> LocalFeatures:
    """Features at distinct locations, of which the first ones are there a second time, half a photo further right."""
    rng = np.random.default_rng(1)
    columns, rows = np.meshgrid(np.arange(10), np.arange(6))
    places = np.stack([columns.ravel() * 28.0 + 12, rows.ravel() * 70.0 + 15], axis=1) + rng.uniform(-6, 6, (COUNT, 2))
    own, other = (unit(rng.normal(size=(COUNT, 64))) for _ in range(2))
    copies = unit(likeness * own + (1 - likeness**2) ** 0.5 * other)[:copied]
    positions = np.vstack([places, places[:copied] + np.array([300.0, 0.0])])
    keypoints = np.c_[positions, np.ones(len(positions)), np.zeros(len(positions))].astype(np.float32)
    descriptors = np.rint(ZERO_LEVEL + UNIT_LEVELS * np.vstack([own, copies])).astype(np.uint8)
    return LocalFeatures(WIDE, HIGH, keypoints, descriptors, extractor="xfeat")


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float64)


def verify(features: LocalFeatures) -> FrameMatch | None:
    frame = features.select(slice(0, COUNT))
    pairs = np.stack([np.arange(COUNT)] * 2, axis=1)
    return verify_view(frame, View(3, mirrored=False, features=features), pairs, 0)


@pytest.mark.parametrize(("copied", "inliers"), [(0, 60), (20, 40), (60 - MIN_REPORTED_INLIERS, MIN_REPORTED_INLIERS)])
def test_what_the_photo_shows_twice_is_not_counted(copied: int, inliers: int) -> None:
    found = verify(photo(copied))
    assert found is not None
    assert (found.photo, found.inliers) == (3, inliers)
    assert len(found.lines) == inliers


def test_a_facade_of_one_window_shows_nothing() -> None:
    assert verify(photo(COUNT)) is None


def test_places_that_are_only_alike_count() -> None:
    found = verify(photo(COUNT, likeness=0.75))
    assert found is not None
    assert found.inliers == COUNT


def test_a_feature_found_twice_at_one_location_counts() -> None:
    features = photo(COUNT)
    beside = features.keypoints.copy()
    beside[COUNT:, :2] = beside[:COUNT, :2] + 3
    found = verify(replace(features, keypoints=beside))
    assert found is not None
    assert found.inliers == COUNT
