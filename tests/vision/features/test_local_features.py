"""Features are extracted in order of response and repeatably, and only where the mask allows."""

import numpy as np
import pytest

from opsec.vision.features.local_features import MAX_FEATURES, extract_sift
from tests.matching.landmarks.drawn import wall


def test_features_of_the_strongest_response_come_first_and_are_repeatable() -> None:
    few, many = extract_sift(wall(1), max_features=50), extract_sift(wall(1))
    assert len(many) == MAX_FEATURES
    assert (few.descriptors == many.descriptors[: len(few)]).all()
    again = extract_sift(wall(1))
    assert (again.descriptors == many.descriptors).all()
    assert (again.keypoints == many.keypoints).all()


def test_masked_areas_give_no_feature() -> None:
    mask = np.zeros((600, 800), np.uint8)
    mask[:, 400:] = 255
    assert extract_sift(wall(1), mask).keypoints[:, 0].min() >= 399


@pytest.mark.parametrize("shape", [(480, 640), (1, 1), (2, 2), (1, 700)])
def test_a_uniform_image_has_no_features(shape: tuple[int, int]) -> None:
    assert len(extract_sift(np.full(shape, 127, np.uint8))) == 0
