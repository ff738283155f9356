"""Matches that agree on one map verify; chance, mirror images and single points do not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from opsec.matching.landmarks.geometric_verification import verify_geometry
from opsec.matching.landmarks.model_cross_check import cross_check
from opsec.matching.landmarks.putative_matches import LOWE_RATIO, Correspondences, match_descriptors
from opsec.vision.features.local_features import LocalFeatures
from tests.matching.landmarks.drawn import extract_features, film_wall, wall


def features_at(keypoints: "NDArray[np.float64]") -> LocalFeatures:
    return LocalFeatures(480, 480, keypoints.astype(np.float32), np.zeros((len(keypoints), 128), np.uint8))


def random_keypoints(count: int, seed: int) -> "NDArray[np.float64]":
    rng = np.random.default_rng(seed)
    return np.asarray(np.c_[rng.uniform(60, 420, (count, 2)), rng.uniform(3, 12, count), rng.uniform(0, 360, count)])


def transformed(
    keypoints: "NDArray[np.float64]", rotation_deg: float, scale: float, shift: float
) -> "NDArray[np.float64]":
    angle = np.deg2rad(rotation_deg)
    linear = scale * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    points = keypoints[:, :2] @ linear + shift
    return np.asarray(np.c_[points, keypoints[:, 2] * scale, (keypoints[:, 3] + rotation_deg) % 360])


def identity_pairs(count: int) -> "NDArray[np.intp]":
    return np.stack([np.arange(count), np.arange(count)], axis=1)


@settings(max_examples=25, deadline=None)
@given(st.integers(8, 40), st.integers(0, 99), st.floats(-180, 180), st.floats(0.4, 2.5), st.floats(-50, 50))
def test_a_rotated_scaled_and_shifted_image_is_fully_verified(
    count: int, seed: int, rotation_deg: float, scale: float, shift: float
) -> None:
    here = random_keypoints(count, seed)
    fit = verify_geometry(
        features_at(here), features_at(transformed(here, rotation_deg, scale, shift)), identity_pairs(count)
    )
    assert fit is not None
    assert fit.inlier_mask.all()
    assert 0.8 * count <= fit.inliers <= count  # points near each other count once


@settings(max_examples=25, deadline=None)
@given(st.integers(5, 60), st.integers(0, 999))
def test_chance_matches_rarely_fit_and_never_many(count: int, seed: int) -> None:
    fit = verify_geometry(
        features_at(random_keypoints(count, seed)),
        features_at(random_keypoints(count, seed + 1_000)),
        identity_pairs(count),
    )
    assert fit is None or fit.inliers <= 5


def test_a_mirror_image_gives_no_affine_map() -> None:
    here = random_keypoints(30, 5)
    flipped = here.copy()
    flipped[:, 0], flipped[:, 3] = 480 - here[:, 0], (180 - here[:, 3]) % 360
    fit = verify_geometry(features_at(here), features_at(flipped), identity_pairs(30))
    assert fit is None or fit.inliers < 6


def test_one_corner_found_many_times_is_one_piece_of_evidence() -> None:
    spot = np.tile([[200.0, 200.0, 5.0, 30.0]], (30, 1))
    assert verify_geometry(features_at(spot), features_at(spot), identity_pairs(30)) is None


@pytest.mark.parametrize("spot", [(200.0, 200.0), (201.5, 203.9)], ids=["where cells of 4 meet", "elsewhere"])
def test_corners_found_again_beside_themselves_count_once(spot: tuple[float, float]) -> None:
    """Thirty points, the first found nine times more within a pixel, wherever on the image grid it lies."""
    alone = random_keypoints(30, 3)
    alone[0, :2] = spot
    again = np.repeat(alone[:1], 9, axis=0)
    again[:, :2] += np.random.default_rng(4).uniform(-0.5, 0.5, (9, 2))
    once, crowded = (
        verify_geometry(features_at(one), features_at(one), identity_pairs(len(one)))
        for one in (alone, np.r_[alone, again])
    )
    assert once is not None
    assert crowded is not None
    assert crowded.inlier_mask.all()
    assert crowded.inliers == once.inliers


def test_the_same_input_gives_the_same_result() -> None:
    one, other = extract_features(film_wall(wall(2), slant=1.4)), extract_features(wall(2))
    first, again = (verify_geometry(one, other, match_descriptors(one, other).unambiguous) for _ in range(2))
    assert first is not None
    assert again is not None
    assert (first.affine == again.affine).all()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_matches_give_no_fit(count: int) -> None:
    assert (
        verify_geometry(features_at(random_keypoints(5, 1)), features_at(random_keypoints(5, 1)), identity_pairs(count))
        is None
    )


@pytest.mark.parametrize(("n_unambiguous", "expected"), [(20, 20), (8, 14), (0, 10), (None, 20)])
def test_ambiguous_matches_count_half(n_unambiguous: int | None, expected: int) -> None:
    here = np.array(
        [[60.0 + 80 * (n % 5), 60 + 90 * (n // 5), 3 + n % 7, 17 * n % 360] for n in range(20)]
    )  # all far apart
    fit = verify_geometry(
        features_at(here), features_at(transformed(here, 10, 1.2, 5)), identity_pairs(20), n_unambiguous
    )
    assert fit is not None
    assert fit.inlier_mask.all()
    assert fit.inliers == expected


def test_few_of_many_ambiguous_chance_matches_agree() -> None:
    """As between two façades: hundreds of matches, few of them unambiguous."""
    counts = []
    for seed in range(20):
        fit = verify_geometry(
            features_at(random_keypoints(200, seed)),
            features_at(random_keypoints(200, seed + 1_000)),
            identity_pairs(200),
            40,
        )
        counts.append(fit.inliers if fit else 0)
    assert max(counts) < 6


def test_unambiguous_matches_are_those_of_lowes_ratio_and_come_first() -> None:
    one, other = extract_features(film_wall(wall(2), slant=1.8, turn_deg=7)), extract_features(wall(2))
    loose, strict = match_descriptors(one, other), match_descriptors(one, other, LOWE_RATIO)
    assert loose.n_unambiguous == strict.n_unambiguous == len(strict.pairs) < len(loose.pairs)
    assert (loose.unambiguous == strict.pairs).all()
    assert all(len(np.unique(loose.pairs[:, side])) == len(loose.pairs) for side in (0, 1))


@pytest.mark.parametrize("others", [10, 14, 18])
def test_ambiguous_matches_do_not_outvote_unambiguous_ones(others: int) -> None:
    """Twelve unambiguous matches agree on one map, and more ambiguous ones on another."""
    unambiguous, ambiguous = random_keypoints(12, 1), random_keypoints(others, 2)
    there = np.vstack([transformed(unambiguous, 10, 1.1, 5), transformed(ambiguous, 80, 0.6, 120)])
    fit = verify_geometry(
        features_at(np.vstack([unambiguous, ambiguous])), features_at(there), identity_pairs(12 + others), 12
    )
    assert fit is not None
    assert fit.inlier_mask[:12].all()
    assert not fit.inlier_mask[12:].any()


def test_among_similar_windows_a_rival_is_found() -> None:
    """Ambiguous matches fit one location, and the one beside it as well."""
    window = random_keypoints(9, 4)
    window[:, 0] = window[:, 0] / 4 + 20
    here = np.vstack([window, window])
    next_to_it = window.copy()
    next_to_it[:, 0] += 120
    fit_and_rival = Correspondences(identity_pairs(18), 0)
    one, other = features_at(here), features_at(np.vstack([window, next_to_it]))
    fit = verify_geometry(one, other, fit_and_rival.pairs, 0)
    assert fit is not None
    assert cross_check(one, other, fit_and_rival, fit).rival >= fit.inliers - 1 > 0
