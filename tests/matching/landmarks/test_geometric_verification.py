"""Pairs that lie as one place support a map; chance, mirror images and single spots do not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from opsec.matching.landmarks.geometric_verification import verified
from opsec.matching.landmarks.model_cross_check import witnesses
from opsec.matching.landmarks.putative_matches import RATIO, Paired, paired
from opsec.vision.features.local_features import Extracted
from tests.matching.landmarks.drawn import features, seen, wall


def extracted(keypoints: "NDArray[np.float64]") -> Extracted:
    return Extracted(480, 480, keypoints.astype(np.float32), np.zeros((len(keypoints), 128), np.uint8))


def spread(count: int, seed: int) -> "NDArray[np.float64]":
    rng = np.random.default_rng(seed)
    return np.asarray(np.c_[rng.uniform(60, 420, (count, 2)), rng.uniform(3, 12, count), rng.uniform(0, 360, count)])


def moved(keypoints: "NDArray[np.float64]", turn_deg: float, growth: float, shift: float) -> "NDArray[np.float64]":
    angle = np.deg2rad(turn_deg)
    turn = growth * np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    places = keypoints[:, :2] @ turn + shift
    return np.asarray(np.c_[places, keypoints[:, 2] * growth, (keypoints[:, 3] + turn_deg) % 360])


def same(count: int) -> "NDArray[np.intp]":
    return np.stack([np.arange(count), np.arange(count)], axis=1)


@settings(max_examples=25, deadline=None)
@given(st.integers(8, 40), st.integers(0, 99), st.floats(-180, 180), st.floats(0.4, 2.5), st.floats(-50, 50))
def test_a_turned_grown_and_shifted_place_is_recognised_whole(
    count: int, seed: int, turn_deg: float, growth: float, shift: float
) -> None:
    here = spread(count, seed)
    fit = verified(extracted(here), extracted(moved(here, turn_deg, growth, shift)), same(count))
    assert fit is not None
    assert fit.supporting.all()
    assert 0.8 * count <= fit.inliers <= count  # places that fall into one cell count once


@settings(max_examples=25, deadline=None)
@given(st.integers(5, 60), st.integers(0, 999))
def test_chance_pairs_seldom_fit_and_never_many(count: int, seed: int) -> None:
    fit = verified(extracted(spread(count, seed)), extracted(spread(count, seed + 1_000)), same(count))
    assert fit is None or fit.inliers <= 5


def test_a_mirror_image_is_no_map() -> None:
    here = spread(30, 5)
    flipped = here.copy()
    flipped[:, 0], flipped[:, 3] = 480 - here[:, 0], (180 - here[:, 3]) % 360
    fit = verified(extracted(here), extracted(flipped), same(30))
    assert fit is None or fit.inliers < 6


def test_one_corner_found_many_times_is_one_piece_of_evidence() -> None:
    spot = np.tile([[200.0, 200.0, 5.0, 30.0]], (30, 1))
    assert verified(extracted(spot), extracted(spot), same(30)) is None


@pytest.mark.parametrize("spot", [(200.0, 200.0), (201.5, 203.9)], ids=["where cells of 4 meet", "elsewhere"])
def test_corners_found_again_beside_themselves_count_once(spot: tuple[float, float]) -> None:
    """Thirty places, the first found nine times more within a pixel, wherever on the picture's grid it lies."""
    alone = spread(30, 3)
    alone[0, :2] = spot
    again = np.repeat(alone[:1], 9, axis=0)
    again[:, :2] += np.random.default_rng(4).uniform(-0.5, 0.5, (9, 2))
    once, crowded = (verified(extracted(one), extracted(one), same(len(one))) for one in (alone, np.r_[alone, again]))
    assert once is not None
    assert crowded is not None
    assert crowded.supporting.all()
    assert crowded.inliers == once.inliers


def test_the_same_input_gives_the_same_answer() -> None:
    one, other = features(seen(wall(2), slant=1.4)), features(wall(2))
    first, again = (verified(one, other, paired(one, other).surely) for _ in range(2))
    assert first is not None
    assert again is not None
    assert (first.affine == again.affine).all()


@pytest.mark.parametrize("count", [0, 1, 3])
def test_too_few_pairs_are_no_evidence(count: int) -> None:
    assert verified(extracted(spread(5, 1)), extracted(spread(5, 1)), same(count)) is None


@pytest.mark.parametrize(("sure", "expected"), [(20, 20), (8, 14), (0, 10), (None, 20)])
def test_pairs_that_look_like_other_places_too_count_half(sure: int | None, expected: int) -> None:
    here = np.array(
        [[60.0 + 80 * (n % 5), 60 + 90 * (n // 5), 3 + n % 7, 17 * n % 360] for n in range(20)]
    )  # all far apart
    fit = verified(extracted(here), extracted(moved(here, 10, 1.2, 5)), same(20), sure)
    assert fit is not None
    assert fit.supporting.all()
    assert fit.inliers == expected


def test_among_many_pairs_of_nothing_those_that_look_like_other_places_are_seldom_many() -> None:
    """As between two façades: hundreds of pairs, few of them sure."""
    counts = []
    for seed in range(20):
        fit = verified(extracted(spread(200, seed)), extracted(spread(200, seed + 1_000)), same(200), 40)
        counts.append(fit.inliers if fit else 0)
    assert max(counts) < 6


def test_the_sure_pairs_are_those_of_lowe_and_stand_first() -> None:
    one, other = features(seen(wall(2), slant=1.8, turn_deg=7)), features(wall(2))
    loose, strict = paired(one, other), paired(one, other, RATIO)
    assert loose.sure == strict.sure == len(strict.pairs) < len(loose.pairs)
    assert (loose.surely == strict.pairs).all()
    assert all(len(np.unique(loose.pairs[:, side])) == len(loose.pairs) for side in (0, 1))


@pytest.mark.parametrize("others", [10, 14, 18])
def test_pairs_that_are_not_sure_do_not_outvote_those_that_are(others: int) -> None:
    """Twelve sure pairs lie as one place, and more that are not sure as another."""
    sure, unsure = spread(12, 1), spread(others, 2)
    there = np.vstack([moved(sure, 10, 1.1, 5), moved(unsure, 80, 0.6, 120)])
    fit = verified(extracted(np.vstack([sure, unsure])), extracted(there), same(12 + others), 12)
    assert fit is not None
    assert fit.supporting[:12].all()
    assert not fit.supporting[12:].any()


def test_among_windows_that_look_alike_a_rival_is_found() -> None:
    """Pairs that are not sure fit one place, and as well the place beside it."""
    window = spread(9, 4)
    window[:, 0] = window[:, 0] / 4 + 20
    here = np.vstack([window, window])
    next_to_it = window.copy()
    next_to_it[:, 0] += 120
    fit_and_rival = Paired(same(18), 0)
    one, other = extracted(here), extracted(np.vstack([window, next_to_it]))
    fit = verified(one, other, fit_and_rival.pairs, 0)
    assert fit is not None
    assert witnesses(one, other, fit_and_rival, fit).rival >= fit.inliers - 1 > 0
