"""Measures of calibration: values worked out by hand, symmetries, and agreement with the package of the NFI."""

import inspect
import math
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.verdict.calibration.empirical_bounds import empirical_bounds
from opsec.verdict.calibration.measures import (
    Floats,
    Truths,
    brier,
    calibration_error_interval,
    cllr,
    cllr_min,
    expected_calibration_error,
    pool_adjacent_violators,
    reliability,
    tippett,
)

LOG_RATIOS = st.lists(st.tuples(st.integers(-80, 80).map(lambda tenth: tenth / 10), st.booleans()), min_size=4)
BOTH = LOG_RATIOS.filter(lambda posts: len({exposes for _ratio, exposes in posts}) == 2)


def arrays(posts: list[tuple[float, bool]]) -> tuple[Floats, Truths]:
    return np.array([ratio for ratio, _exposes in posts], float), np.array([one for _ratio, one in posts], bool)


def some_posts(seed: int, posts: int = 200) -> tuple[Floats, Truths]:
    chance = np.random.default_rng(seed)
    exposes = chance.random(posts) < 0.4
    exposes[:2] = True, False
    return np.round(chance.normal(0.0, 2.0, posts) + np.where(exposes, 1.5, -1.0), 1), exposes


def test_costs_worked_out_by_hand() -> None:
    log_ratios, exposes = np.log([3.0, 1.0, 0.5]), np.array([True, False, False])
    by_hand = (math.log2(1 + 1 / 3) + (math.log2(2) + math.log2(1.5)) / 2) / 2
    assert cllr(log_ratios, exposes) == pytest.approx(by_hand)
    assert cllr_min(log_ratios, exposes) == 0.0  # the exposing post stands above both others


def test_perfect_and_useless_evidence() -> None:
    exposes = np.array([True, True, False])
    assert cllr(np.where(exposes, np.inf, -np.inf), exposes) == 0.0
    assert cllr(np.zeros(3), exposes) == pytest.approx(1.0)
    assert cllr_min(np.zeros(3), exposes) == pytest.approx(1.0)
    assert cllr(np.where(exposes, -3.0, 3.0), exposes) > 1.0


@given(BOTH)
def test_the_best_recalibration_never_costs_more(posts: list[tuple[float, bool]]) -> None:
    log_ratios, exposes = arrays(posts)
    assert cllr_min(log_ratios, exposes) <= min(1.0, cllr(log_ratios, exposes)) + 1e-9


@given(BOTH)
def test_swapping_the_two_classes_changes_no_cost(posts: list[tuple[float, bool]]) -> None:
    log_ratios, exposes = arrays(posts)
    for cost in (cllr, cllr_min):
        assert cost(-log_ratios, ~exposes) == pytest.approx(cost(log_ratios, exposes), abs=1e-9)


@given(BOTH, st.randoms(use_true_random=False))
def test_the_order_of_the_posts_changes_nothing(posts: list[tuple[float, bool]], chance: object) -> None:
    shuffled = list(posts)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    for measure in (cllr, cllr_min):
        assert measure(*arrays(shuffled)) == pytest.approx(measure(*arrays(posts)), abs=1e-9)
    said = [(1 / (1 + math.exp(-ratio)), exposes) for ratio, exposes in posts]
    mixed = [(1 / (1 + math.exp(-ratio)), exposes) for ratio, exposes in shuffled]
    for error in (brier, expected_calibration_error):
        assert error(*arrays(mixed)) == pytest.approx(error(*arrays(said)), abs=1e-9)


@given(BOTH, st.integers(2, 4))
def test_a_weight_stands_for_copies_of_a_post(posts: list[tuple[float, bool]], times: int) -> None:
    weights = np.array([float(times if number == 0 else 1) for number in range(len(posts))])
    repeated = arrays([*posts, *[posts[0]] * (times - 1)])
    for measure in (cllr, cllr_min):
        assert measure(*arrays(posts), weights) == pytest.approx(measure(*repeated), abs=1e-9)


@given(st.lists(st.tuples(st.floats(0.0, 1.0), st.booleans()), min_size=1))
def test_the_calibration_error_is_that_of_ten_equal_bins(posts: list[tuple[float, bool]]) -> None:
    bins: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for said, exposes in posts:
        inside = bins[min(9, int(said * 10))]
        inside[0] += said
        inside[1] += exposes
    by_hand = sum(abs(said - true) for said, true in bins.values()) / len(posts)
    assert expected_calibration_error(*arrays(posts)) == pytest.approx(by_hand, abs=1e-12)


def test_the_interval_holds_the_error_and_is_the_same_every_time() -> None:
    said, exposes = np.linspace(0.0, 1.0, 300), np.arange(300) % 3 == 0
    low, high = calibration_error_interval(said, exposes, rounds=200)
    assert low <= expected_calibration_error(said, exposes) <= high
    assert (low, high) == calibration_error_interval(said, exposes, rounds=200)


def test_the_table_of_reliability() -> None:
    table = reliability(np.array([0.05, 0.92, 0.98, 1.0]), np.array([False, True, True, False]))
    assert [(one.low, one.posts, round(one.mean_likelihood, 3), round(one.true_share, 3)) for one in table] == [
        (0.0, 1, 0.05, 0.0),
        (0.9, 3, 0.967, 0.667),
    ]


def test_curves_of_tippett() -> None:
    data = tippett(np.array([-2.0, 1.0, 1.0, 3.0]), np.array([False, False, True, True]))
    assert data.log_odds.tolist() == [-2.0, 1.0, 3.0]
    assert data.exposing.tolist() == [1.0, 1.0, 0.5]
    assert data.others.tolist() == [1.0, 0.5, 0.0]


@given(st.lists(st.floats(-10, 10), min_size=1), st.data())
def test_pooled_values_ascend_and_keep_their_mean(values: list[float], data: st.DataObject) -> None:
    weights = data.draw(st.lists(st.floats(0.1, 5), min_size=len(values), max_size=len(values)))
    pooled = pool_adjacent_violators(np.array(values), np.array(weights))
    assert (np.diff(pooled) >= 0).all()
    assert np.average(pooled, weights=weights) == pytest.approx(np.average(values, weights=weights), abs=1e-9)


@pytest.mark.parametrize("measure", [cllr, cllr_min, tippett])
@pytest.mark.parametrize("exposes", [True, False])
def test_one_class_alone_has_no_ratios(measure: object, exposes: bool) -> None:
    with pytest.raises(ValueError, match="both classes"):
        measure(np.zeros(3), np.full(3, exposes))  # type: ignore[operator]


# ── bounds ────────────────────────────────────────────────────────────────────────────────────
@given(BOTH)
def test_no_ratio_exceeds_what_the_number_of_posts_supports(posts: list[tuple[float, bool]]) -> None:
    log_ratios, exposes = arrays(posts)
    low, high = empirical_bounds(log_ratios, exposes)
    step = 0.01 * math.log(10)
    assert -math.log(exposes.sum() + 1) - step <= low <= 0 <= high <= math.log((~exposes).sum() + 1) + step


def test_more_posts_support_larger_ratios() -> None:
    def highest(posts: int) -> float:
        exposes = np.arange(2 * posts) % 2 == 0
        return empirical_bounds(np.where(exposes, 20.0, -20.0), exposes)[1]

    assert highest(10) < highest(100) < highest(1_000)
    assert math.exp(highest(100)) == pytest.approx(101, rel=0.03)


def test_misleading_ratios_support_none() -> None:
    exposes = np.arange(40) % 2 == 0
    assert empirical_bounds(np.where(exposes, -2.0, 2.0), exposes) == pytest.approx((0.0, 0.0), abs=0.2)


@pytest.mark.parametrize("seed", range(5))
def test_the_measures_agree_with_lir(seed: int) -> None:
    """``lir``, of the Netherlands Forensic Institute, is in the extra ``opsec[calibrate]``."""
    bayeserror = pytest.importorskip("lir.algorithms.bayeserror", reason="lir is not installed (opsec[calibrate])")
    metrics = pytest.importorskip("lir.metrics")
    models = pytest.importorskip("lir.data.models")
    log_ratios, exposes = some_posts(seed)
    powers, labels = log_ratios / math.log(10), exposes.astype(int)
    truth = "hypothesis" if "hypothesis" in models.LLRData.model_fields else "labels"  # the name since 1.8, and before
    theirs = models.LLRData(features=powers.copy(), **{truth: labels})
    assert cllr(log_ratios, exposes) == pytest.approx(metrics.cllr(theirs), abs=1e-9)
    assert cllr_min(log_ratios, exposes) == pytest.approx(metrics.cllr_min(theirs), abs=1e-9)
    takes_both = "y" in inspect.signature(bayeserror.elub).parameters
    found = bayeserror.elub(powers.copy(), labels) if takes_both else bayeserror.elub(theirs)
    bounds = np.array(found) * math.log(10)
    assert empirical_bounds(log_ratios, exposes) == pytest.approx(tuple(bounds), abs=1e-9)
