"""Measure the likelihoods of scanned sets of mixed posts: folders with ``truth.jsonl`` and ``out.json``.

    python -m tests.benchmarks verdict-mixed DIR... [--fit DIR]...

The classes are weighted to each prior, and the prior of the sites is set to it: the evidence of a post is the same
whatever the share of exposing posts. With ``--fit``, a table fitted to those folders is measured on the others.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from opsec.app.calibrate import LOWEST_PRIOR, unique_posts
from opsec.app.calibration_posts import posts_of_set
from opsec.verdict.calibration.evaluation import LabelledSample, figures_of, samples
from opsec.verdict.calibration.fit import evidence_of, fit_table
from opsec.verdict.calibration.measures import Floats, brier, reliability
from opsec.verdict.calibration.mixtures import PRIORS
from opsec.verdict.calibration.observations import Observation
from opsec.verdict.calibration.table_entries import hard_rule_floor, log_values
from opsec.verdict.likelihood_ratios import LikelihoodTable, load_likelihood_table
from opsec.verdict.silence import CHANNEL_CHECKS
from tests.benchmarks.statistics import wilson
from tests.benchmarks.verdict.simulated import print_fit


def main() -> int:
    """Print the figures of all folders together at each prior."""
    parser = argparse.ArgumentParser(prog=sys.argv[0], description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR")
    parser.add_argument("--fit", action="append", default=[], type=Path, metavar="DIR", help="fit to this folder first")
    parser.add_argument("--table", type=Path, help="table that the scans used; default: the shipped one")
    wanted = parser.parse_args()
    table = load_likelihood_table(wanted.table)
    posts = _posts(wanted.folders, table)
    _print_posts(posts)
    _print_figures("as scanned", posts, evidence_of(posts, table), table)
    if wanted.fit:
        known = unique_posts(_posts(wanted.fit, table))
        floor = hard_rule_floor(0.70, LOWEST_PRIOR)
        fitted = fit_table(known, table, load_likelihood_table(None), hard_floor=floor, set_name="sets")
        print_fit(fitted)
        _print_figures("fitted", posts, evidence_of(posts, fitted.table), fitted.table)
    return 0


def _posts(folders: Sequence[Path], table: LikelihoodTable) -> list[Observation]:
    return [one for folder in folders for one in posts_of_set(folder, (table,))]


def _print_posts(posts: Sequence[Observation]) -> None:
    labels = Counter(one.label for one in posts)
    unexplained = sum(bool(one.rest) for one in posts)
    _print(f"{len(posts)} posts: {dict(labels)}; {unexplained} sums have a part that stands in no entry")


def _print_figures(name: str, posts: Sequence[Observation], evidence: Floats, table: LikelihoodTable) -> None:
    found = samples(posts, evidence)
    alone = {family: samples(posts, _family_evidence(posts, family, evidence, table)) for family in CHANNEL_CHECKS}
    for prior in PRIORS:
        sample = found[prior]
        figures, said = figures_of(sample), sample.likelihoods
        families = {one: _brier(parts[prior]) for one, parts in alone.items()}
        best = min(families, key=lambda family: families[family])
        low, high = figures.interval
        _print(
            f"{name}, prior {prior:.2f}: Cllr {figures.cllr:.3f}, Cllr_min {figures.cllr_min:.3f}, "
            f"Brier {figures.brier:.4f} (prior {prior * (1 - prior):.4f}, best family {best} {families[best]:.4f}), "
            f"ECE {figures.calibration_error:.4f} ({low:.4f} to {high:.4f})"
        )
        for least in (0.80, 0.95):
            sure = said >= least
            _print(
                f"  {least:.0%} or more: true, unweighted {wilson(int(sample.exposes[sure].sum()), int(sure.sum()))}"
            )
        _print("  bins: " + _bins(sample))


def _family_evidence(posts: Sequence[Observation], family: str, evidence: Floats, table: LikelihoodTable) -> Floats:
    """Return the evidence of one family alone: its vote, or what its silence takes away."""
    values, zero = log_values(table), np.zeros(len(evidence))
    for number, one in enumerate(posts):
        votes = one.votes.get(next(known for known in CHANNEL_CHECKS if known == family), ())
        if votes:
            zero[number] = max(vote.log_odds(values) for vote in votes)
        elif family in one.silent:
            zero[number] = evidence[number] / len(one.silent)
    return zero


def _brier(sample: LabelledSample) -> float:
    return brier(sample.likelihoods, sample.exposes, sample.weights)


def _bins(sample: LabelledSample) -> str:
    bins = reliability(sample.likelihoods, sample.exposes, sample.weights)
    return "; ".join(
        f"{one.low:.1f}: {one.posts} said {one.mean_likelihood:.3f} true {one.true_share:.3f}" for one in bins
    )


def _print(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
