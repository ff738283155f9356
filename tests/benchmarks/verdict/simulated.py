"""Measure how honest the likelihoods of ``judge`` are on simulated posts, before and after a fit on other rates.

    python -m tests.benchmarks verdict-simulated [--posts 10000] [--fit-posts 2000] [--fit-seeds 1,2] [--seeds 7,8]

Every seed draws its own rates (``simulated_posts``), so the fit has never seen the rates that it is measured with, and
none of them follows from the shipped table.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from opsec.model import Result
from opsec.verdict.calibration.evaluation import Figures, figures_of, sample_at
from opsec.verdict.calibration.fit import TableFit, evidence_of, fit_table
from opsec.verdict.calibration.mixtures import PRIORS
from opsec.verdict.calibration.observations import Observation
from opsec.verdict.calibration.table_entries import entry_name, hard_rule_floor
from opsec.verdict.judge import MAX_LIKELIHOOD, MIN_LIKELIHOOD
from opsec.verdict.likelihood_ratios import LikelihoodTable, likelihood_table
from opsec.verdict.silence import CHANNEL_CHECKS
from tests.benchmarks.statistics import wilson
from tests.benchmarks.verdict.simulated_posts import SimulatedPost, judged, observed, simulate

FIT_PRIOR = 0.37
"""Share of exposing posts in the sets that the table is fitted to."""
VERY_LIKELY = 0.80
MAX_ECE, MAX_CLLR_GAP = 0.03, 0.02
SURE_SHARE = (0.80, 0.99)


@dataclass(frozen=True)
class Measured:
    """One seed at one prior with one table."""

    figures: Figures
    best_family: str
    best_family_brier: float
    sure: int
    sure_true: int

    @property
    def gap(self) -> float:
        """What calibration alone could still gain."""
        return self.figures.cllr - self.figures.cllr_min

    def shortcomings(self) -> list[str]:
        """Figures that miss their limits."""
        share = self.sure_true / self.sure if self.sure else 1.0
        asked = {
            f"ECE ≤ {MAX_ECE}": self.figures.calibration_error <= MAX_ECE,
            f"Cllr − Cllr_min ≤ {MAX_CLLR_GAP}": self.gap <= MAX_CLLR_GAP,
            "Brier better than the best family": self.figures.brier < self.best_family_brier,
            "very likely or more: 80–99 % true": SURE_SHARE[0] <= share <= SURE_SHARE[1],
        }
        return [name for name, holds in asked.items() if not holds]


def fit(seeds: Sequence[int], posts: int, table: LikelihoodTable) -> TableFit:
    """Fit a table to sets of these seeds."""
    known: list[Observation] = []
    for seed in seeds:
        drawn = simulate(seed, posts, FIT_PRIOR)
        results = [judged(post, FIT_PRIOR, table) for post in drawn]
        known += [replace(one, key=f"{seed}/{one.key}") for one in observed(drawn, results, table)]
    return fit_table(known, table, table, hard_floor=hard_rule_floor(0.70, min(PRIORS)), set_name="simulated")


def measure(seed: int, posts: int, prior: float, table: LikelihoodTable) -> Measured:
    """Judge the posts of a seed with a table."""
    drawn = simulate(seed, posts, prior)
    results = [judged(post, prior, table) for post in drawn]
    known = observed(drawn, results, table)
    sample = sample_at(known, evidence_of(known, table), None)
    said = np.array([result.verdict.likelihood for result in results])
    if np.abs(said - sample.likelihoods).max() > 1e-6:
        raise AssertionError("the entries do not explain the printed likelihoods")
    sure = [post for post, result in zip(drawn, results, strict=True) if result.verdict.likelihood >= VERY_LIKELY]
    families = {family: _family_brier(drawn, results, prior, family) for family in CHANNEL_CHECKS}
    best = min(families, key=lambda family: families[family])
    return Measured(
        figures=figures_of(sample, rounds=200),
        best_family=best,
        best_family_brier=families[best],
        sure=len(sure),
        sure_true=sum(post.label == "exposing" for post in sure),
    )


def _family_brier(drawn: Sequence[SimulatedPost], results: Sequence[Result], prior: float, family: str) -> float:
    """Brier score of the prior with the lines of one family alone."""
    start = np.log(prior / (1 - prior))
    lines = [[one.log_odds for one in result.verdict.contributions if one.family == family] for result in results]
    said = np.clip(1 / (1 + np.exp(-(start + np.array([sum(one) for one in lines])))), MIN_LIKELIHOOD, MAX_LIKELIHOOD)
    return float(np.mean((said - np.array([post.label == "exposing" for post in drawn])) ** 2))


def main() -> int:
    """Print the figures of each seed and prior, before and after the fit."""
    parser = argparse.ArgumentParser(prog=sys.argv[0], description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--posts", type=int, default=10_000, help="posts of each seed and prior that are judged")
    parser.add_argument("--fit-posts", type=int, default=2_000, help="posts of each seed that are fitted")
    parser.add_argument("--fit-seeds", default="1,2,3,4,5,6")
    parser.add_argument("--seeds", default="7,8,9")
    wanted = parser.parse_args()
    started_s, shipped = time.monotonic(), likelihood_table()
    fitted = fit(list(map(int, wanted.fit_seeds.split(","))), wanted.fit_posts, shipped)
    print_fit(fitted)
    short = 0
    for seed in map(int, wanted.seeds.split(",")):
        for prior in PRIORS:
            for name, table in (("before", shipped), ("after", fitted.table)):
                one = measure(seed, wanted.posts, prior, table)
                print_measured(f"seed {seed}, prior {prior:.2f}, {name:<6}", one)
                short += bool(one.shortcomings()) and name == "after"
    _print(
        f"after the fit, {short} of {3 * len(wanted.seeds.split(','))} fall short; {time.monotonic() - started_s:.0f} s"
    )
    return 0


def print_fit(fitted: TableFit) -> None:
    """Print every value that the fit changed."""
    for one in fitted.entries:
        if one.is_changed:
            before, after = one.before, one.after
            bounds = "" if after.low is None or after.high is None else f" ({after.low:.3g} to {after.high:.3g})"
            counts = f"{one.exposing} exposing, {one.others} others"
            _print(
                f"  {entry_name(one.entry)}: {before.ratio:.3g} to {after.ratio:.3g}{bounds}; {counts}; {one.outcome}"
            )
    for channel in fitted.channels:
        after_share, after_detection = channel.after.share, channel.after.detection
        _print(f"  {channel.family}: share {after_share:.3f}, detection {after_detection:.3f}")


def print_measured(name: str, one: Measured) -> None:
    """Print one line of figures."""
    figures = one.figures
    low, high = figures.interval
    _print(
        f"{name}: Cllr {figures.cllr:.3f}, Cllr_min {figures.cllr_min:.3f} (gap {one.gap:.3f}), "
        f"Brier {figures.brier:.4f} (best family {one.best_family} {one.best_family_brier:.4f}), "
        f"ECE {figures.calibration_error:.4f} ({low:.4f} to {high:.4f}), "
        f"very likely or more true {wilson(one.sure_true, one.sure)}"
        + "".join(f"; SHORT: {what}" for what in one.shortcomings())
    )


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
