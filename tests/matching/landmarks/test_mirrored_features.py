"""A mirrored clip is matched without a second extraction: the permutation gives what extraction would."""

import numpy as np

from opsec.matching.landmarks.mirrored_features import mirror_features, mirror_permutation
from tests.matching.landmarks.drawn import extract_features, wall


def test_the_permutation_is_its_own_inverse() -> None:
    assert sorted(mirror_permutation().tolist()) == list(range(128))
    assert (mirror_permutation()[mirror_permutation()] == np.arange(128)).all()


def test_mirroring_twice_gives_the_original() -> None:
    original = extract_features(wall(1))
    twice = mirror_features(mirror_features(original))
    assert (twice.descriptors == original.descriptors).all()
    assert np.allclose(twice.keypoints[:, :3], original.keypoints[:, :3], atol=1e-3)


def test_mirrored_features_are_those_of_the_mirrored_image() -> None:
    """Except for the few that are detected on one side only; positions may differ by half a pixel."""
    image = wall(1)
    flipped = extract_features(np.ascontiguousarray(image[:, ::-1]))
    mirrored = mirror_features(extract_features(image))
    similarity = mirrored.descriptors.astype(np.float32) @ flipped.descriptors.T.astype(np.float32)
    distance_px = np.abs(mirrored.keypoints[:, :2] - flipped.keypoints[similarity.argmax(axis=1), :2]).max(axis=1)
    assert (distance_px < 2).mean() > 0.85
    same = mirrored.descriptors.astype(int) - flipped.descriptors[similarity.argmax(axis=1)]
    assert np.abs(same[distance_px < 2]).mean() < 3
