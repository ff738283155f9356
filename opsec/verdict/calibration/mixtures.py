"""Mixtures of posts: how much each post counts where exposing posts and hard negatives are rarer or more frequent.

What is fitted to one mixture fails on another, so a fit uses all of these at once, and its figures are given for each
prior. Posts of a set are weighted, because a set holds as many of each kind as its maker chose. Findings that an
officer decided are not: they were chosen by their evidence alone, and that leaves the likelihood given the evidence as
it is.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from opsec.verdict.calibration.measures import Floats
from opsec.verdict.calibration.observations import Observation

PRIORS = (0.05, 0.10, 0.37)
"""Shares of exposing posts for which figures are given."""
HARD_SHARE_FACTORS = (0.5, 1.0, 2.0)
"""Hard negatives among the other posts, compared with their share in the sets."""
_MAX_HARD_SHARE = 0.9


@dataclass(frozen=True, slots=True)
class Mixture:
    """Weights and prior log-odds of posts, shape (n,)."""

    weights: Floats
    prior_log_odds: Floats


def mixtures(observations: Sequence[Observation]) -> list[Mixture]:
    """Return every combination of prior and share of hard negatives."""
    return [mixture(observations, prior, factor) for prior in PRIORS for factor in HARD_SHARE_FACTORS]


def mixture(observations: Sequence[Observation], prior: float, hard_share_factor: float = 1.0) -> Mixture:
    """Return the weights by which posts of sets represent a mixture; the sum of the weights is their number.

    Parameters
    ----------
    observations
        Posts of sets, of which some expose and some do not, and decided findings.
    prior
        Share of exposing posts.
    hard_share_factor
        Hard negatives among the others, compared with their share in the sets.
    """
    of_set = np.array([not one.by_decision for one in observations])
    labels = np.array([one.label for one in observations])
    exposing, hard, clean = (of_set & (labels == name) for name in ("exposing", "hard_negative", "clean"))
    others = int((hard | clean).sum())
    hard_share = hard.sum() / others if others else 0.0
    if hard.any() and clean.any():
        hard_share = min(_MAX_HARD_SHARE, hard_share * hard_share_factor)
    weights = np.ones(len(observations))
    shares = ((exposing, prior), (hard, (1 - prior) * hard_share), (clean, (1 - prior) * (1 - hard_share)))
    for chosen, share in shares:
        weights[chosen] = share * of_set.sum() / max(1, chosen.sum())
    priors = np.where(of_set, prior, [one.prior for one in observations])
    return Mixture(weights, np.log(priors) - np.log1p(-priors))
