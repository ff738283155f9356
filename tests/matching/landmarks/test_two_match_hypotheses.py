"""Proposals by two pairs each, for features without angle and size, and what such pairs show by chance."""

import numpy as np
import pytest
from numpy.typing import NDArray

from opsec.matching.landmarks.geometric_verification import verified
from opsec.matching.landmarks.two_match_hypotheses import by_chance, proposed_by_two
from opsec.vision.features.local_features import Extracted

Numbers = NDArray[np.float64]
SIDE = 480


def anywhere(count: int, seed: int) -> Numbers:
    """Keypoints that know nothing but their place."""
    places = np.random.default_rng(seed).uniform(0, SIDE, (count, 2))
    return np.asarray(np.c_[places, np.ones(count), np.zeros(count)], np.float64)


def carried(keypoints: Numbers, growth: float, turn_deg: float) -> Numbers:
    """Where they lie in a picture turned and grown about its middle."""
    angle, moved = np.deg2rad(turn_deg), keypoints.copy()
    turned = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * growth
    moved[:, :2] = (keypoints[:, :2] - SIDE / 2) @ turned.T + SIDE / 2
    return moved


def fitted(seen: Numbers, known: Numbers, maker: str = "aliked") -> int:
    """Agreeing places that are counted."""
    rows = np.zeros((len(seen), 64), np.uint8)
    here, there = (Extracted(SIDE, SIDE, one.astype(np.float32), rows, maker) for one in (seen, known))
    fit = verified(here, there, np.stack([np.arange(len(seen))] * 2, axis=1))
    return fit.inliers if fit else 0


@pytest.mark.parametrize(("growth", "turn_deg"), [(1.0, 0), (1.8, 0), (0.6, 0), (1.0, 30), (1.6, -25)])
def test_a_turn_and_a_growth_are_proposed_by_two(growth: float, turn_deg: float) -> None:
    seen = anywhere(60, 1)
    known = carried(seen, growth, turn_deg)
    known[30:, :2] = anywhere(30, 2)[:, :2]  # half of the pairs are wrong
    best = proposed_by_two(seen, known, SIDE)[0]
    assert best[:30].all()
    assert best[30:].sum() < 4
    assert fitted(seen, known) >= 28


@pytest.mark.parametrize(("growth", "turn_deg"), [(2.4, 0), (0.4, 0), (1.0, 50), (1.0, 180)])
def test_what_no_model_bears_is_not_proposed(growth: float, turn_deg: float) -> None:
    seen = anywhere(40, 1)
    assert fitted(seen, carried(seen, growth, turn_deg)) == 0


def test_a_view_that_was_grown_beforehand_carries_its_growth_along() -> None:
    """A feature found in the photo twice as large has half the size in the photo as it is."""
    seen = anywhere(40, 1)
    known = carried(seen, 0.4, 0)
    known[:, 2] = 0.5
    assert fitted(seen, known) >= 38


@pytest.mark.parametrize("pairs", [0, 1, 2])
def test_too_few_pairs_propose_nothing(pairs: int) -> None:
    assert proposed_by_two(anywhere(pairs, 1), anywhere(pairs, 1), SIDE) == []


@pytest.mark.parametrize("pairs", [8, 40, 200, 500])
def test_pairs_that_lie_anywhere_hardly_ever_count_for_a_word(pairs: int) -> None:
    """Six are needed for one."""
    counted = [fitted(anywhere(pairs, seed), anywhere(pairs, seed + 1_000)) for seed in range(40)]
    assert sum(count >= 6 for count in counted) <= 1


def test_chance_grows_with_the_pairs_and_with_the_room_that_each_has() -> None:
    by_pairs = [by_chance(pairs, 7e-4) for pairs in (2, 10, 50, 100, 200, 500)]
    assert by_pairs == sorted(by_pairs)
    assert by_pairs[-1] > by_pairs[0] > 0
    assert by_chance(200, 7e-3) > by_chance(200, 7e-4)
    assert by_chance(4, 0.9) == 4
