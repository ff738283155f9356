"""Measures of how good and how honest likelihoods are, over posts whose truth is known.

Every function takes parallel arrays of shape (n,): the likelihood or ratio of each post, whether the post truly exposes
a site, and optionally a weight above 0 for each post, by which one mixture of posts represents another.
"""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Floats: TypeAlias = NDArray[np.float64]
Truths: TypeAlias = NDArray[np.bool_]

BINS = 10
"""Equal bins of the calibration error and of the reliability table."""
BOOTSTRAP_ROUNDS = 1_000
_SEED = 7


@dataclass(frozen=True, slots=True)
class ReliabilityBin:
    """Posts whose likelihood is in one bin."""

    low: float
    """Lower bound of the bin; it belongs to the bin."""
    posts: int
    mean_likelihood: float
    true_share: float
    """Share of the posts, by weight, that truly expose a site."""


@dataclass(frozen=True, slots=True)
class TippettData:
    """Shares of posts whose log-odds are at least each value; the values ascend."""

    log_odds: Floats
    exposing: Floats
    others: Floats


# ── likelihood ratios ─────────────────────────────────────────────────────────────────────────
def cllr(log_ratios: Floats, exposes: Truths, weights: Floats | None = None) -> float:
    """Log-likelihood-ratio cost: 0 for perfect evidence, 1 for evidence that says nothing, more for a misleading one.

    Both classes count the same, whatever their shares.

    Parameters
    ----------
    log_ratios
        Natural logarithm of each likelihood ratio; infinite values are allowed.
    exposes, weights
        As for the module.

    Returns
    -------
    float
        In bits (Brümmer and du Preez, *Computer Speech and Language* 20, 2006, equation 51).

    Raises
    ------
    ValueError
        One of the classes is empty.

    >>> cllr(np.zeros(4), np.array([True, True, False, False]))
    1.0
    """
    of_posts = _weights(exposes, weights)
    _require_both(exposes)
    costs = np.logaddexp(0.0, np.where(exposes, -log_ratios, log_ratios)) / np.log(2.0)
    sides = [np.average(costs[side], weights=of_posts[side]) for side in (exposes, ~exposes)]
    return float(sum(sides) / 2.0)


def cllr_min(log_ratios: Floats, exposes: Truths, weights: Floats | None = None) -> float:
    """Return the cost that is left after the best monotone recalibration: what the evidence cannot distinguish.

    The recalibration is isotonic regression by pool adjacent violators (Brümmer and du Preez 2006, section 6). The
    parameters and errors are those of ``cllr``.
    """
    of_posts = _weights(exposes, weights)
    _require_both(exposes)
    balanced = of_posts / np.where(exposes, of_posts[exposes].sum(), of_posts[~exposes].sum())
    values, place = np.unique(log_ratios, return_inverse=True)
    mass = np.bincount(place, balanced, len(values))
    true_mass = np.bincount(place, balanced * exposes, len(values))
    share = pool_adjacent_violators(np.asarray(true_mass / mass, np.float64), np.asarray(mass, np.float64))
    with np.errstate(divide="ignore"):
        recalibrated = np.log(share) - np.log1p(-share)
    return cllr(recalibrated[place], exposes, of_posts)


def pool_adjacent_violators(values: Floats, weights: Floats) -> Floats:
    """Return the ascending sequence that is closest to the values by weighted squares (Ayer et al. 1955).

    Parameters
    ----------
    values, weights
        Shape (n,); weights above 0.

    >>> pool_adjacent_violators(np.array([3.0, 1.0, 4.0]), np.ones(3)).tolist()
    [2.0, 2.0, 4.0]
    """
    means: list[float] = []
    masses: list[float] = []
    lengths: list[int] = []
    for value, weight in zip(values.tolist(), weights.tolist(), strict=True):
        means.append(value)
        masses.append(weight)
        lengths.append(1)
        while len(means) > 1 and means[-2] >= means[-1]:
            mass = masses[-2] + masses[-1]
            mean = (means[-2] * masses[-2] + means[-1] * masses[-1]) / mass
            length = lengths[-2] + lengths[-1]
            del means[-2:], masses[-2:], lengths[-2:]
            means.append(mean)
            masses.append(mass)
            lengths.append(length)
    return np.repeat(np.asarray(means, np.float64), lengths)


def tippett(log_odds: Floats, exposes: Truths) -> TippettData:
    """Return the two curves of a Tippett plot (Evett and Buckleton 1996): posts at or above each value, by class.

    >>> tippett(np.array([-1.0, 2.0]), np.array([False, True])).others.tolist()
    [1.0, 0.0]
    """
    _require_both(exposes)
    values = np.unique(log_odds)
    curves = [1.0 - np.searchsorted(np.sort(log_odds[side]), values) / side.sum() for side in (exposes, ~exposes)]
    return TippettData(values, *curves)


# ── likelihoods ───────────────────────────────────────────────────────────────────────────────
def brier(likelihoods: Floats, exposes: Truths, weights: Floats | None = None) -> float:
    """Mean squared error of the likelihoods (Brier, *Monthly Weather Review* 78, 1950).

    >>> brier(np.array([1.0, 0.5]), np.array([True, False]))
    0.125
    """
    return float(np.average((likelihoods - exposes) ** 2, weights=_weights(exposes, weights)))


def expected_calibration_error(likelihoods: Floats, exposes: Truths, weights: Floats | None = None) -> float:
    """Mean distance between the likelihoods of a bin and the share of true posts in it, over ten equal bins.

    Naeini, Cooper and Hauskrecht, AAAI 2015.
    """
    of_posts = _weights(exposes, weights)
    gap = np.bincount(_bins(likelihoods), of_posts * (likelihoods - exposes), BINS)
    return float(np.abs(gap).sum() / of_posts.sum())


def calibration_error_interval(
    likelihoods: Floats, exposes: Truths, weights: Floats | None = None, rounds: int = BOOTSTRAP_ROUNDS
) -> tuple[float, float]:
    """Return the 95 % interval of the calibration error, by drawing the posts again with replacement (Efron 1979).

    Parameters
    ----------
    likelihoods, exposes, weights
        As for the module.
    rounds
        Number of draws; they are the same in every run.
    """
    of_posts = _weights(exposes, weights)
    chance = np.random.default_rng(_SEED)
    found = []
    for _round in range(rounds):
        drawn = chance.integers(0, len(likelihoods), len(likelihoods))
        found.append(expected_calibration_error(likelihoods[drawn], exposes[drawn], of_posts[drawn]))
    low, high = np.quantile(found, [0.025, 0.975])
    return float(low), float(high)


def reliability(likelihoods: Floats, exposes: Truths, weights: Floats | None = None) -> tuple[ReliabilityBin, ...]:
    """Return the bins that hold any post, in ascending order."""
    of_posts, places = _weights(exposes, weights), _bins(likelihoods)
    return tuple(
        ReliabilityBin(
            low=number / BINS,
            posts=int(inside.sum()),
            mean_likelihood=float(np.average(likelihoods[inside], weights=of_posts[inside])),
            true_share=float(np.average(exposes[inside], weights=of_posts[inside])),
        )
        for number in range(BINS)
        if (inside := places == number).any()
    )


def _bins(likelihoods: Floats) -> NDArray[np.int64]:
    return np.minimum(BINS - 1, (likelihoods * BINS).astype(np.int64))


def _weights(exposes: Truths, weights: Floats | None) -> Floats:
    return np.ones(len(exposes)) if weights is None else weights


def _require_both(exposes: Truths) -> None:
    if not exposes.any() or exposes.all():
        raise ValueError("posts of both classes are needed")
