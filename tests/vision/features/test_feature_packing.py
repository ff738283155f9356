"""Packed features are close enough to match, the same every time, and refused when they are inconsistent."""

import base64
from dataclasses import replace

import numpy as np
import pytest

from opsec.matching.landmarks.mirrored_features import mirror_features
from opsec.model import Features
from opsec.vision.features.descriptor_transform import STEP, restore, transform
from opsec.vision.features.feature_packing import InvalidFeaturesError, pack_features, unpack_features
from opsec.vision.features.local_features import ROOT_SCALE, LocalFeatures, extract_sift
from tests.matching.landmarks.drawn import wall


def test_sift_keypoints_keep_the_precision_that_matching_needs() -> None:
    before = extract_sift(wall(1))
    after = unpack_features(pack_features(before))
    assert len(after) == len(before) > 500
    assert np.abs(after.keypoints[:, :2] - before.keypoints[:, :2]).max() <= 0.25
    assert np.abs(np.log2(after.keypoints[:, 2] / before.keypoints[:, 2])).max() <= 1 / 16 + 1e-6
    turned = np.abs(after.keypoints[:, 3] - before.keypoints[:, 3])
    assert np.minimum(turned, 360 - turned).max() <= 180 / 128 + 1e-4


def test_a_restored_descriptor_is_nearest_to_its_own_original() -> None:
    before = extract_sift(wall(1)).descriptors.astype(np.float32)
    after = restore(transform(extract_sift(wall(1)).descriptors)).astype(np.float32)
    error = np.linalg.norm(after - before, axis=1)
    assert np.mean(error) < 0.16 * ROOT_SCALE
    distances = np.linalg.norm(after[:, None] - before[None], axis=2)
    nearest = distances.argmin(axis=1)
    # a keypoint with two orientations, or found at two scales, has descriptors that are close to each other
    assert np.mean(nearest == np.arange(len(before))) > 0.98


def test_levels_are_small_and_need_two_bits_each_at_most() -> None:
    levels = transform(extract_sift(wall(1)).descriptors).astype(int) - 128
    shares = [np.unique(column, return_counts=True)[1] / len(levels) for column in levels.T]
    assert sum(float(-(share * np.log2(share)).sum()) for share in shares) < 2 * 128
    assert np.abs(levels).max() < 512 // STEP + 2


def test_packing_again_what_was_restored_changes_no_keypoint() -> None:
    once = unpack_features(pack_features(extract_sift(wall(1))))
    again = unpack_features(pack_features(once))
    assert (again.keypoints == once.keypoints).all()


def test_restored_descriptors_are_mirrored_as_originals_are() -> None:
    before = extract_sift(wall(1))
    after = unpack_features(pack_features(before))
    mirrored = mirror_features(after).descriptors.astype(np.float32) - mirror_features(before).descriptors
    plain = after.descriptors.astype(np.float32) - before.descriptors
    assert np.allclose((mirrored**2).sum(axis=1), (plain**2).sum(axis=1))


def test_the_same_features_give_the_same_bytes() -> None:
    assert pack_features(extract_sift(wall(1))) == pack_features(extract_sift(wall(1)))


def test_learned_features_keep_every_byte_and_a_64th_of_a_pixel() -> None:
    rng = np.random.default_rng(1)
    keypoints = rng.uniform(1, 500, (40, 4)).astype(np.float32) * (1, 1, 0.02, 0.7)
    descriptors = rng.integers(0, 256, (40, 64)).astype(np.uint8)
    before = LocalFeatures(600, 400, keypoints.astype(np.float32), descriptors, "model-1")
    after = unpack_features(pack_features(before))
    assert after.extractor == "model-1"
    assert (after.descriptors == before.descriptors).all()
    assert np.abs(after.keypoints[:, :3] - before.keypoints[:, :3]).max() <= 1 / 64
    assert np.abs(after.keypoints[:, 3] - before.keypoints[:, 3]).max() < 0.01


def test_features_of_earlier_versions_are_unpacked_as_they_were() -> None:
    keypoints = np.array([[64 * 10, 64 * 20, 64 * 3, 16_384]], "<u2")
    descriptors = np.arange(128, dtype=np.uint8)
    encode = [base64.b64encode(one.tobytes()).decode("ascii") for one in (keypoints, descriptors)]
    features = unpack_features(Features(600, 400, 1, *encode))
    assert features.keypoints.tolist() == [[10, 20, 3, 90]]
    assert (features.descriptors[0] == descriptors).all()


def test_no_features_are_packed_and_unpacked() -> None:
    none = extract_sift(np.full((480, 640), 127, np.uint8))
    assert len(unpack_features(pack_features(none))) == 0


@pytest.mark.parametrize(
    "features",
    [
        Features(9, 9, 1, "", ""),
        Features(9, 9, 0, "AAAA", ""),
        Features(9, 9, 1, "AAAAAAAAAAA=", "?"),
        Features(9, 9, 1, "é", ""),
        Features(9, 9, 0, "", "", coding="later"),
        Features(9, 9, 0, "", "", maker="model-1", coding="transform"),
    ],
)
def test_features_that_contradict_their_count_or_their_coding_are_refused(features: Features) -> None:
    with pytest.raises(InvalidFeaturesError):
        unpack_features(features)


@pytest.mark.parametrize("coding", ["plain", "transform"])
@pytest.mark.parametrize("byte", [b"\x00", b"\x80", b"\xff"])
def test_any_bytes_of_a_hostile_process_give_finite_keypoints_of_some_size(coding: str, byte: bytes) -> None:
    keypoints, descriptors = (base64.b64encode(byte * count).decode("ascii") for count in (8, 128))
    (keypoint,) = unpack_features(Features(9, 9, 1, keypoints, descriptors, coding=coding)).keypoints
    assert np.isfinite(keypoint).all()
    assert keypoint[2] > 0


def test_a_size_of_zero_is_raised() -> None:
    none = LocalFeatures(9, 9, np.zeros((1, 4), np.float32), np.zeros((1, 128), np.uint8))
    for extractor in ("sift", "model-1"):
        assert unpack_features(pack_features(replace(none, extractor=extractor))).keypoints[0, 2] > 0
