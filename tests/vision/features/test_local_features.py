"""Features are extracted in order of response, survive packing, and inconsistent ones are refused."""

import numpy as np
import pytest

from opsec.model import Features
from opsec.vision.features.local_features import (
    MAX_FEATURES,
    InvalidFeaturesError,
    LocalFeatures,
    extract_sift,
    pack_features,
    unpack_features,
)
from tests.matching.landmarks.drawn import wall


def test_packing_is_exact_to_a_64th_of_a_pixel() -> None:
    before = extract_sift(wall(1))
    after = unpack_features(pack_features(before))
    assert len(before) == MAX_FEATURES
    assert (after.descriptors == before.descriptors).all()
    assert np.abs(after.keypoints[:, :3] - before.keypoints[:, :3]).max() <= 1 / 64
    turned = np.abs(after.keypoints[:, 3] - before.keypoints[:, 3])
    assert np.minimum(turned, 360 - turned).max() < 0.01


def test_features_of_the_strongest_response_come_first_and_are_repeatable() -> None:
    few, many = extract_sift(wall(1), max_features=50), extract_sift(wall(1), max_features=500)
    assert (few.descriptors == many.descriptors[: len(few)]).all()
    assert pack_features(extract_sift(wall(1))) == pack_features(extract_sift(wall(1)))


def test_masked_areas_give_no_feature() -> None:
    mask = np.zeros((600, 800), np.uint8)
    mask[:, 400:] = 255
    assert extract_sift(wall(1), mask).keypoints[:, 0].min() >= 399


@pytest.mark.parametrize("shape", [(480, 640), (1, 1), (2, 2), (1, 700)])
def test_a_uniform_image_has_no_features(shape: tuple[int, int]) -> None:
    none = extract_sift(np.full(shape, 127, np.uint8))
    assert len(none) == 0
    assert len(unpack_features(pack_features(none))) == 0


@pytest.mark.parametrize(
    "features",
    [
        Features(9, 9, 1, "", ""),
        Features(9, 9, 0, "AAAA", ""),
        Features(9, 9, 1, "AAAAAAAAAAA=", "?"),
        Features(9, 9, 1, "é", ""),
    ],
)
def test_features_that_contradict_their_count_are_refused(features: Features) -> None:
    with pytest.raises(InvalidFeaturesError):
        unpack_features(features)


def test_a_size_of_zero_from_a_hostile_process_is_raised() -> None:
    none = LocalFeatures(9, 9, np.zeros((1, 4), np.float32), np.zeros((1, 128), np.uint8))
    assert unpack_features(pack_features(none)).keypoints[0, 2] > 0
