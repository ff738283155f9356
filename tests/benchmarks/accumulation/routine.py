"""Measure how often a routine is reported, on simulated accounts with a known one and without any.

    python -m tests.benchmarks routine [--accounts 1000] [--seed 18]

Accounts without a routine differ in how many weeks they post, how often, in the hours and days they prefer, and in
whether their posts come in bursts; none of these rates is used by the test. Planted routines are a post in one hour of
one weekday (± 30 minutes) in every week but those skipped, or in one hour of most days, among other posts.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from opsec.verdict.routine import MIN_WEEKS, RoutineWindow, find_routines
from tests.benchmarks.statistics import wilson

MONDAY = datetime(2026, 9, 7)
RHYTHMS = ("even", "day", "evening", "narrow evening", "weekend", "bursts")
"""Of accounts in general."""
ONE_POST = "one post, one evening a week"
HARD_RHYTHMS = ("short evening", "weekend evenings", "one evening a week", ONE_POST)
"""Of accounts that post at few hours of the week and at no fixed one. In an hour are 26 % of the posts of a short
evening, and 20 % of those of the others. Three posts of the last rhythm may be a routine or not: they look the same."""
FREE_EVENINGS = {"weekend evenings": 2, "one evening a week": 1, ONE_POST: 1}
"""Days of the week on which such an account posts, and on no other."""
EVENING_SPREAD_H = {
    "day": 4.0,
    "weekend": 4.0,
    "evening": 2.5,
    "bursts": 2.5,
    "narrow evening": 2.0,
    "short evening": 1.5,
    "weekend evenings": 2.0,
    "one evening a week": 2.0,
    ONE_POST: 2.0,
}
"""Standard deviation of the hour of a post."""
RATES = (0.5, 1, 2, 3, 5, 8, 12, 20)
"""Mean number of posts a week."""
WEEKLY_CASES = [
    (weeks, skips, background)
    for weeks, skips in ((3, 0.0), (4, 0.2), (5, 0.25), (6, 0.2), (6, 0.25), (6, 0.3), (8, 0.3))
    for background in (0.0, 0.5, 1.0)
]
"""Weeks, share of weeks skipped, and other posts a week at that base."""
DAILY_CASES = [(3, skips, background) for skips in (0.2, 0.3) for background in (0.0, 1.0, 3.0, 7.0)]


@dataclass(frozen=True)
class Account:
    """What an account without a routine is drawn with."""

    rhythm: str
    weeks: int
    a_week: float


def any_account(chance: random.Random, rhythms: Sequence[str] = RHYTHMS) -> Account:
    """Draw an account without a routine."""
    return Account(chance.choice(rhythms), chance.randint(3, 13), chance.choice(RATES))


def posts_without_routine(account: Account, chance: random.Random) -> list[datetime]:
    """Draw the posts of an account without a routine."""
    peak_h = chance.uniform(0, 24)
    free_day = chance.randrange(7)
    times: list[datetime] = []
    for week in range(account.weeks):
        left = 1 if account.rhythm == ONE_POST else _poisson(account.a_week, chance)
        while left > 0:
            moment = MONDAY + timedelta(
                weeks=week, days=_day(account, free_day, chance), hours=_hour(account, peak_h, chance)
            )
            burst = chance.randint(1, 5) if account.rhythm == "bursts" else 1
            times += [moment + timedelta(minutes=chance.uniform(0, 20)) for _ in range(min(burst, left))]
            left -= burst
    return times


def _day(account: Account, free_day: int, chance: random.Random) -> int:
    if evenings := FREE_EVENINGS.get(account.rhythm):
        return (free_day + chance.randrange(evenings)) % 7
    if account.rhythm == "weekend" and chance.random() < 0.6:
        return (free_day + chance.randrange(2)) % 7
    return chance.randrange(7)


def _hour(account: Account, peak_h: float, chance: random.Random) -> float:
    spread_h = EVENING_SPREAD_H.get(account.rhythm)
    if spread_h is None:
        return chance.uniform(0, 24)
    hour = chance.gauss(peak_h, spread_h)
    return hour if account.rhythm in FREE_EVENINGS else hour % 24  # a free evening goes on after midnight


def _poisson(mean: float, chance: random.Random) -> int:
    count, total = 0, chance.expovariate(1.0)
    while total < mean:
        count, total = count + 1, total + chance.expovariate(1.0)
    return count


@dataclass(frozen=True)
class Planted:
    """The posts of an account with a routine."""

    times: list[datetime]
    weeks: int
    """Distinct weeks in which the routine was kept."""


def planted_weekly(weeks: int, skips: float, background: float, chance: random.Random) -> Planted:
    """Draw the posts of an account with a weekly routine."""
    usual = MONDAY + timedelta(minutes=chance.randrange(7 * 1440))
    posted = [week for week in range(weeks) if chance.random() >= skips]
    times = [usual + timedelta(weeks=week, minutes=chance.uniform(-30, 30)) for week in posted]
    return Planted(times + _others(weeks, background, chance), len(posted))


def planted_daily(weeks: int, skips: float, background: float, chance: random.Random) -> Planted:
    """Draw the posts of an account that posts in one hour of most days."""
    usual = MONDAY + timedelta(minutes=chance.randrange(1440))
    days = [day for day in range(7 * weeks) if chance.random() >= skips]
    times = [usual + timedelta(days=day, minutes=chance.uniform(-30, 30)) for day in days]
    return Planted(times + _others(weeks, background, chance), len({day // 7 for day in days}))


def _others(weeks: int, background: float, chance: random.Random) -> list[datetime]:
    return posts_without_routine(Account(chance.choice(RHYTHMS), weeks, background), chance)


def false_alarms(
    accounts: int, seed: int, rhythms: Sequence[str] = RHYTHMS
) -> Iterator[tuple[Account, Sequence[RoutineWindow]]]:
    """Yield accounts without a routine, and what is reported of them."""
    chance = random.Random(seed)
    for _ in range(accounts):
        account = any_account(chance, rhythms)
        yield account, find_routines(posts_without_routine(account, chance))


def share_found(accounts: Iterable[Planted]) -> str:
    """Share of accounts with a planted routine of which one is reported: of all, and of those kept in three weeks."""
    found = [(bool(find_routines(one.times)), one.weeks >= MIN_WEEKS) for one in accounts]
    kept = [hit for hit, enough in found if enough]
    return f"{wilson(sum(hit for hit, _enough in found), len(found))}; kept in 3 weeks: {wilson(sum(kept), len(kept))}"


def print_false_alarms(
    title: str, drawn: Iterable[tuple[Account, Sequence[RoutineWindow]]], rhythms: Sequence[str]
) -> None:
    """Print the share of accounts that are reported, by rhythm and by posts a week."""
    alarms, of = Counter[str](), Counter[str]()
    for account, found in drawn:
        for key in (account.rhythm, f"{account.a_week:g} posts a week"):
            of[key] += 1
            alarms[key] += bool(found)
    total = [sum(counts[rhythm] for rhythm in rhythms) for counts in (alarms, of)]
    sys.stdout.write(f"{title}, reported: {wilson(*total)}\n")
    for key in (*rhythms[: len(rhythms) if len(rhythms) > 1 else 0], *(f"{rate:g} posts a week" for rate in RATES)):
        sys.stdout.write(f"  {key:<20}{wilson(alarms[key], of[key])}\n")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--accounts", type=int, default=1_000, help="without a routine")
    parser.add_argument("--planted", type=int, default=200, help="in each row")
    parser.add_argument("--seed", type=int, default=18)
    chosen = parser.parse_args()
    print_false_alarms("without a routine", false_alarms(chosen.accounts, chosen.seed), RHYTHMS)
    for number, rhythm in enumerate(HARD_RHYTHMS, 2):
        drawn = false_alarms(chosen.accounts, chosen.seed + number, (rhythm,))
        print_false_alarms(f"without a routine, {rhythm}", drawn, (rhythm,))
    chance = random.Random(chosen.seed + 1)
    for planted, cases in ((planted_weekly, WEEKLY_CASES), (planted_daily, DAILY_CASES)):
        sys.stdout.write(f"{planted.__name__}, found\n")
        for weeks, skips, background in cases:
            share = share_found(planted(weeks, skips, background, chance) for _ in range(chosen.planted))
            sys.stdout.write(f"  {weeks} weeks, {skips:.0%} skipped, {background:g} other posts a week: {share}\n")
