"""Features cross the pipe as they are, within their bounds, and lies about them are caught."""

import numpy as np
import pytest

from opsec.model import Features
from opsec.vision.features.local_features import MOST, Extracted, UnsoundFeaturesError, extract, packed, unpacked
from tests.matching.landmarks.drawn import wall


def test_what_is_packed_comes_back_to_a_64th_of_a_pixel() -> None:
    once = extract(wall(1))
    again = unpacked(packed(once))
    assert len(once) == MOST
    assert (again.descriptors == once.descriptors).all()
    assert np.abs(again.keypoints[:, :3] - once.keypoints[:, :3]).max() <= 1 / 64
    turned = np.abs(again.keypoints[:, 3] - once.keypoints[:, 3])
    assert np.minimum(turned, 360 - turned).max() < 0.01


def test_the_clearest_come_first_and_twice_the_same() -> None:
    few, many = extract(wall(1), most=50), extract(wall(1), most=500)
    assert (few.descriptors == many.descriptors[: len(few)]).all()
    assert packed(extract(wall(1))) == packed(extract(wall(1)))


def test_nothing_is_looked_for_behind_the_mask() -> None:
    mask = np.zeros((600, 800), np.uint8)
    mask[:, 400:] = 255
    assert extract(wall(1), mask).keypoints[:, 0].min() >= 399


@pytest.mark.parametrize("shape", [(480, 640), (1, 1), (2, 2), (1, 700)])
def test_a_picture_with_nothing_in_it_has_no_features(shape: tuple[int, int]) -> None:
    none = extract(np.full(shape, 127, np.uint8))
    assert len(none) == 0
    assert len(unpacked(packed(none))) == 0


@pytest.mark.parametrize(
    "lie",
    [
        Features(9, 9, 1, "", ""),
        Features(9, 9, 0, "AAAA", ""),
        Features(9, 9, 1, "AAAAAAAAAAA=", "?"),
        Features(9, 9, 1, "é", ""),
    ],
)
def test_features_that_are_not_as_many_as_they_say_are_refused(lie: Features) -> None:
    with pytest.raises(UnsoundFeaturesError):
        unpacked(lie)


def test_a_size_of_nothing_from_a_hostile_process_divides_nothing_by_zero() -> None:
    none = Extracted(9, 9, np.zeros((1, 4), np.float32), np.zeros((1, 128), np.uint8))
    assert unpacked(packed(none)).keypoints[0, 2] > 0
