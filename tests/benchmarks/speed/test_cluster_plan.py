"""The queue of the plan: known cases, and what must hold in every one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.benchmarks.speed.cluster_plan import HOURS, cores_needed, draw_week, plan, run_queue


def test_one_core_reads_one_clip_after_the_other() -> None:
    outcome, ends_s = run_queue(np.array([0.0, 1.0, 1.0]), np.array([4.0, 4.0, 4.0]), 1)
    assert ends_s == pytest.approx(12)
    assert outcome.wait_s[0] == pytest.approx(3)
    assert outcome.utilisation == pytest.approx(1)
    assert outcome.longest_queue == 2


def test_a_long_clip_does_not_hold_up_the_other_core() -> None:
    _outcome, ends_s = run_queue(np.zeros(5), np.array([10.0, 1, 1, 1, 1]), 2)
    assert ends_s == pytest.approx(10)


@settings(max_examples=50)
@given(st.lists(st.floats(0.1, 20), min_size=1, max_size=30), st.integers(1, 8))
def test_the_end_is_within_the_bounds_of_list_scheduling(costs: list[float], cores: int) -> None:
    """Graham, 1966: no later than the ideal share of the work plus the longest clip."""
    _outcome, ends_s = run_queue(np.zeros(len(costs)), np.array(costs), cores)
    least_s = max(sum(costs) / cores, *costs)
    assert least_s - 1e-9 <= ends_s <= sum(costs) / cores + max(costs) + 1e-9


def test_a_week_follows_the_hours_and_holds_the_poison() -> None:
    arrivals, costs = draw_week(20_000, 0.01, 300.0, 3)
    by_hour = np.bincount((arrivals // 3600).astype(int), minlength=HOURS)
    assert by_hour[20] > 4 * by_hour[3]
    assert 100 < (costs == 600.0).sum() < 300
    assert (np.diff(arrivals) >= 0).all()


def test_the_cores_suffice_and_one_fewer_does_not() -> None:
    arrivals, costs = draw_week(3_000, 0.02, 300.0, 4)
    cores = cores_needed(arrivals, costs, 60.0)
    assert run_queue(arrivals, costs, cores)[0].wait_s[1] <= 60
    assert cores == 1 or run_queue(arrivals, costs, cores - 1)[0].wait_s[1] > 60


def test_more_poison_needs_more_cores() -> None:
    few, many = (
        cores_needed(*draw_week(3_000, share, 300.0, 4), 60.0) for share in (0.0, 0.05)
    )  # fmt: skip
    assert many > few


def test_the_plan_names_every_resource() -> None:
    lines = plan(10_000, 0.1, 3_600, poison=0.001, limit_s=300.0)
    assert [line.split(":")[0] for line in lines[1:]] == ["cores", "network", "case file", "submitting process"]
