"""Routines: tables of posts that are one and that are none, and the rates on a few simulated accounts."""

import random
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsec.verdict.routine import FALSE_ALARM_RATE, find_routines, poisson_binomial_tail
from tests.benchmarks.accumulation.routine import (
    ONE_POST,
    any_account,
    planted_daily,
    planted_weekly,
    posts_without_routine,
)

TUESDAY = datetime(2026, 9, 8, 18, 0)


def weekly(*minutes: int | None, begin: datetime = TUESDAY) -> list[datetime]:
    """One post a week, so many minutes from the usual time; None: no post in that week."""
    return [begin + timedelta(weeks=week, minutes=off) for week, off in enumerate(minutes) if off is not None]


@pytest.mark.parametrize(
    ("times", "found"),
    [
        (weekly(0, 10, -20), [(1, "17:40", 3)]),
        (weekly(-30, 30, 0), [(1, "17:30", 3)]),
        (weekly(0, None, 5, None, 10), [(1, "18:00", 3)]),
        (weekly(0, 10), []),  # two weeks are no routine
        (weekly(0, 10, 90), []),  # an hour and a half later
        ([TUESDAY + timedelta(minutes=minute) for minute in range(30)], []),  # one evening
        (weekly(0, 1, 2, begin=datetime(2026, 9, 13, 23, 50)), [(6, "23:50", 3)]),
        (weekly(-20, 0, 20, begin=datetime(2026, 9, 14, 0, 0)), [(6, "23:40", 3)]),  # over midnight and the week's end
        (weekly(-10, None, 5, -5, begin=datetime(2026, 9, 14, 0, 0)), [(6, "23:50", 3)]),
        ([TUESDAY + timedelta(days=day) for day in range(21) if day % 4], [(None, "18:00", 15)]),
        ([TUESDAY + timedelta(days=day, hours=5 * day) for day in range(21)], []),
        ([], []),
    ],
)
def test_a_routine_is_an_hour_that_returns(times: list[datetime], found: list[tuple[int | None, str, int]]) -> None:
    seen = find_routines(times)
    assert [(one.weekday, f"{one.minute // 60:02}:{one.minute % 60:02}", one.periods) for one in seen] == found
    assert all(one.chance <= FALSE_ALARM_RATE for one in seen)


def test_the_posts_of_a_routine_are_named_and_a_second_one_is_found_in_the_rest() -> None:
    fridays = weekly(0, 5, 10, 15, begin=datetime(2026, 9, 11, 6, 0))
    times = [*weekly(0, 5, 10, 15), *fridays]
    found = find_routines(times)
    assert sorted(one.posts for one in found) == [(0, 1, 2, 3), (4, 5, 6, 7)]
    assert {one.weekday for one in found} == {1, 4}


def test_the_same_hour_among_many_other_posts_is_no_evidence() -> None:
    chance = random.Random(5)
    others = [TUESDAY + timedelta(minutes=chance.randrange(21 * 1440)) for _ in range(300)]
    assert find_routines([*weekly(0, 10, -20), *others]) == ()


@pytest.mark.parametrize(
    ("elsewhere", "found"),
    [
        ([], True),
        (weekly(0, 15, -10, 20, begin=TUESDAY + timedelta(weeks=3)), False),  # the same hour, wherever it is
        (weekly(90, -80, 200, begin=TUESDAY), False),  # the same evening of the week, wherever it is
        (weekly(90, -80, 200, begin=TUESDAY + timedelta(days=1)), True),  # another evening
        ([TUESDAY + timedelta(days=day) for day in range(21) if day % 7], False),  # that hour of every day
        ([TUESDAY + timedelta(days=day, hours=5) for day in range(21)], True),  # another hour of every day
    ],
)
def test_a_routine_at_the_site_is_none_if_the_account_posts_so_everywhere(
    elsewhere: list[datetime], *, found: bool
) -> None:
    assert bool(find_routines(weekly(0, 10, -20), elsewhere)) == found


@pytest.mark.parametrize("rhythm", [ONE_POST, "one evening a week", "weekend evenings", "bursts"])
def test_accounts_that_post_on_few_evenings_are_not_reported_for_that(rhythm: str) -> None:
    chance = random.Random(7)
    alarms = sum(bool(posts_without_routine(any_account(chance, (rhythm,)), chance).routines()) for _ in range(100))
    assert alarms <= 3


@given(st.lists(st.datetimes(datetime(2026, 8, 1), datetime(2026, 11, 1)), max_size=25), st.randoms())
@settings(max_examples=50, deadline=None)
def test_the_order_of_the_posts_changes_nothing_but_their_indices(times: list[datetime], chance: random.Random) -> None:
    mixed = times.copy()
    chance.shuffle(mixed)
    one, other = find_routines(times), find_routines(mixed)
    assert [(w.weekday, w.minute, w.chance) for w in one] == [(w.weekday, w.minute, w.chance) for w in other]
    assert all(0 <= w.chance <= FALSE_ALARM_RATE and w.weeks >= 3 for w in one)


def test_few_accounts_without_a_routine_are_reported_and_most_with_one() -> None:
    """With a margin: the rates themselves are measured by the benchmark on more accounts."""
    chance = random.Random(1)
    alarms = sum(bool(posts_without_routine(any_account(chance), chance).routines()) for _ in range(150))
    assert alarms <= 4
    assert sum(bool(planted_weekly(3, 0.0, 0.0, chance).posts.routines()) for _ in range(40)) == 40
    assert sum(bool(planted_weekly(6, 0.25, 0.5, chance).posts.routines()) for _ in range(40)) >= 30
    assert sum(bool(planted_daily(3, 0.25, 1.0, chance).posts.routines()) for _ in range(40)) >= 36


@pytest.mark.parametrize(
    ("chances", "least", "tail"),
    [
        ([], 0, 1.0),
        ([], 1, 0.0),
        ([0.2], 1, 0.2),
        ([0.5, 0.5, 0.5], 2, 0.5),
        ([1.0, 0.3], 2, 0.3),
        ([0.1, 0.2], 3, 0.0),
    ],
)
def test_the_tail_of_a_poisson_binomial(chances: list[float], least: int, tail: float) -> None:
    assert poisson_binomial_tail(chances, least) == pytest.approx(tail)
