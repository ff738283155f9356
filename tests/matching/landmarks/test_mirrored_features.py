"""A mirrored clip is matched without a second extraction: the permutation gives what extraction would."""

import numpy as np

from opsec.matching.landmarks.mirrored_features import mirrored, permutation
from tests.matching.landmarks.drawn import features, wall


def test_the_permutation_is_its_own_inverse_and_loses_nothing() -> None:
    assert sorted(permutation().tolist()) == list(range(128))
    assert (permutation()[permutation()] == np.arange(128)).all()


def test_twice_mirrored_is_the_first_again() -> None:
    once = features(wall(1))
    again = mirrored(mirrored(once))
    assert (again.descriptors == once.descriptors).all()
    assert np.allclose(again.keypoints[:, :3], once.keypoints[:, :3], atol=1e-3)


def test_mirrored_features_are_those_of_the_mirrored_picture() -> None:
    """All but the few that are found on one side only; places half a pixel off, as OpenCV doubles the picture."""
    picture = wall(1)
    flipped = features(np.ascontiguousarray(picture[:, ::-1]))
    turned = mirrored(features(picture))
    nearness = turned.descriptors.astype(np.float32) @ flipped.descriptors.T.astype(np.float32)
    apart = np.abs(turned.keypoints[:, :2] - flipped.keypoints[nearness.argmax(axis=1), :2]).max(axis=1)
    assert (apart < 2).mean() > 0.85
    same = turned.descriptors.astype(int) - flipped.descriptors[nearness.argmax(axis=1)]
    assert np.abs(same[apart < 2]).mean() < 3
