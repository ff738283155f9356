"""Measure how often a routine is reported, on simulated accounts with a known one and without any.

    python -m tests.benchmarks routine [--accounts 1000] [--seed 18]

Accounts without a routine differ in how many weeks they post, how often, in the hours and days they prefer, and in
whether their posts come in bursts; none of these rates is used by the test. Each post, or burst, is at the site with
one probability that is drawn for the account, whatever the hour: place and time are independent. Planted routines are a
post at the site in one hour of one weekday (± 30 minutes) in every week but those skipped, or in one hour of most days,
among other posts at the site and elsewhere, in any of these rhythms.
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

from opsec.verdict.routine import MIN_WEEKS, RoutineWindow, find_routines
from tests.benchmarks.statistics import wilson

MONDAY = datetime(2026, 9, 7)
RHYTHMS = ("even", "day", "evening", "narrow evening", "weekend", "bursts")
"""Of accounts in general."""
ONE_POST = "one post, one evening a week"
FIXED_HOUR, FIXED_DAILY = "fixed hour of the week", "fixed hour of the day"
HARD_RHYTHMS = ("short evening", "weekend evenings", "one evening a week", ONE_POST, FIXED_HOUR, FIXED_DAILY)
"""Of accounts that post at few hours of the week, or at a fixed one wherever they are. In an hour are 26 % of the posts
of a short evening, 20 % of those of the others, and all of those of a fixed hour."""
FREE_EVENINGS = {"weekend evenings": 2, "one evening a week": 1, ONE_POST: 1, FIXED_HOUR: 1}
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
    FIXED_HOUR: 0.2,
    FIXED_DAILY: 0.2,
}
"""Standard deviation of the hour of a post."""
RATES = (0.5, 1, 2, 3, 5, 8, 12, 20)
"""Mean number of posts a week."""
SHARES_AT_SITE = (0.1, 0.9)
"""Of the posts of an account, drawn between these."""
ELSEWHERE = (0, 1, 3, 8)
"""Mean number of posts elsewhere a week of an account with a planted routine."""
WEEKLY_CASES = [
    (weeks, skips, background)
    for weeks, skips in ((3, 0.0), (4, 0.2), (5, 0.25), (6, 0.2), (8, 0.3))
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
    at_site: float
    """Share of its posts."""


def any_account(
    chance: random.Random, rhythms: Sequence[str] = RHYTHMS, shares: tuple[float, float] = SHARES_AT_SITE
) -> Account:
    """Draw an account without a routine."""
    return Account(chance.choice(rhythms), chance.randint(3, 13), chance.choice(RATES), chance.uniform(*shares))


@dataclass(frozen=True)
class Posts:
    """The posts of one account."""

    at_site: list[datetime]
    elsewhere: list[datetime]

    def routines(self) -> Sequence[RoutineWindow]:
        """What is reported of it."""
        return find_routines(self.at_site, self.elsewhere)


def posts_without_routine(account: Account, chance: random.Random) -> Posts:
    """Draw the posts of an account without a routine."""
    peak_h = chance.uniform(0, 24)
    free_day = chance.randrange(7)
    posts = Posts([], [])
    for week in range(account.weeks):
        left = 1 if account.rhythm == ONE_POST else _poisson(account.a_week, chance)
        while left > 0:
            moment = MONDAY + timedelta(
                weeks=week, days=_day(account, free_day, chance), hours=_hour(account, peak_h, chance)
            )
            burst = chance.randint(1, 5) if account.rhythm == "bursts" else 1
            place = posts.at_site if chance.random() < account.at_site else posts.elsewhere
            place += [moment + timedelta(minutes=chance.uniform(0, 20)) for _ in range(min(burst, left))]
            left -= burst
    return posts


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

    posts: Posts
    weeks: int
    """Distinct weeks in which the routine was kept."""


def planted_weekly(
    weeks: int, skips: float, background: float, chance: random.Random, elsewhere: float = 0.0
) -> Planted:
    """Draw the posts of an account with a weekly routine."""
    usual = MONDAY + timedelta(minutes=chance.randrange(7 * 1440))
    posted = [week for week in range(weeks) if chance.random() >= skips]
    times = [usual + timedelta(weeks=week, minutes=chance.uniform(-30, 30)) for week in posted]
    return Planted(_among_others(times, weeks, background, elsewhere, chance), len(posted))


def planted_daily(
    weeks: int, skips: float, background: float, chance: random.Random, elsewhere: float = 0.0
) -> Planted:
    """Draw the posts of an account that posts in one hour of most days."""
    usual = MONDAY + timedelta(minutes=chance.randrange(1440))
    days = [day for day in range(7 * weeks) if chance.random() >= skips]
    times = [usual + timedelta(days=day, minutes=chance.uniform(-30, 30)) for day in days]
    return Planted(_among_others(times, weeks, background, elsewhere, chance), len({day // 7 for day in days}))


def _among_others(
    times: list[datetime], weeks: int, background: float, elsewhere: float, chance: random.Random
) -> Posts:
    """Add other posts at the site and elsewhere, so many a week, in one rhythm."""
    a_week = background + elsewhere
    account = Account(chance.choice(RHYTHMS), weeks, a_week, background / a_week if a_week else 0.0)
    others = posts_without_routine(account, chance)
    return Posts(times + others.at_site, others.elsewhere)


def false_alarms(
    accounts: int, seed: int, rhythms: Sequence[str] = RHYTHMS, shares: tuple[float, float] = SHARES_AT_SITE
) -> Iterator[tuple[Account, Sequence[RoutineWindow]]]:
    """Yield accounts without a routine, and what is reported of them."""
    chance = random.Random(seed)
    for _ in range(accounts):
        account = any_account(chance, rhythms, shares)
        yield account, posts_without_routine(account, chance).routines()


def share_found(accounts: Iterable[Planted]) -> str:
    """Share of accounts with a planted routine of which one is reported: of all, and of those kept in three weeks."""
    found = [(bool(one.posts.routines()), one.weeks >= MIN_WEEKS) for one in accounts]
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
    for number, rhythm in enumerate((*RHYTHMS, *HARD_RHYTHMS), 20):
        drawn = false_alarms(chosen.accounts // 4, chosen.seed + number, (rhythm,), (1.0, 1.0))
        reported = [bool(found) for _account, found in drawn]
        sys.stdout.write(f"all posts at the site, {rhythm}: reported {wilson(sum(reported), len(reported))}\n")
    chance = random.Random(chosen.seed + 1)
    for planted, cases in ((planted_weekly, WEEKLY_CASES), (planted_daily, DAILY_CASES)):
        sys.stdout.write(f"{planted.__name__}, found\n")
        for (weeks, skips, background), elsewhere in product(cases, ELSEWHERE):
            share = share_found(planted(weeks, skips, background, chance, elsewhere) for _ in range(chosen.planted))
            sys.stdout.write(f"  {weeks} weeks, {skips:.0%} skipped, other posts a week: {background:g} at the site, ")
            sys.stdout.write(f"{elsewhere:g} elsewhere: {share}\n")
