"""Penalised logistic regression over several mixtures of posts, by Newton's method.

The log-likelihood ratios of the entries are its coefficients, the prior is a known offset, and each coefficient is
drawn to a known value, as by a normal prior (maximum a posteriori; Bishop, *Pattern Recognition and Machine Learning*,
section 4.3.3). Weighting the posts to a prior is that of Brümmer and du Preez 2006.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from opsec.verdict.calibration.measures import Floats, Truths
from opsec.verdict.calibration.mixtures import Mixture

_MAX_STEPS = 60
_TOLERANCE = 1e-8


@dataclass(frozen=True, slots=True)
class LogisticProblem:
    """What is fitted."""

    features: Floats
    """How often each of p coefficients counts in each of n posts, shape (n, p)."""
    offset: Floats
    """Log-odds of each post that are not fitted, without the prior, shape (n,)."""
    exposes: Truths
    mixtures: Sequence[Mixture]
    centre: Floats
    """Value to which each coefficient is drawn, shape (p,)."""
    spread: Floats
    """Standard deviation of that normal prior, shape (p,)."""


@dataclass(frozen=True, slots=True)
class LogisticFit:
    """The coefficients and how certain they are."""

    values: Floats
    deviations: Floats
    """Standard deviation of each by the curvature at the maximum (Laplace's approximation)."""
    curvature: Floats
    """Second derivative of the loss by each coefficient alone."""


def fit_logistic(problem: LogisticProblem) -> LogisticFit:
    """Minimise the mean loss over the mixtures plus the penalty; the problem is strictly convex."""
    values = problem.centre.copy()
    loss = _loss(problem, values)
    for _step in range(_MAX_STEPS):
        gradient, hessian = _derivatives(problem, values)
        direction = np.linalg.solve(hessian, gradient)
        length = 1.0
        while (tried := _loss(problem, values - length * direction)) > loss and length > _TOLERANCE:
            length /= 2
        if tried > loss:
            break
        values = values - length * direction
        loss = tried
        if np.abs(length * direction).max(initial=0.0) < _TOLERANCE:
            break
    _gradient, hessian = _derivatives(problem, values)
    return LogisticFit(values, np.sqrt(np.diag(np.linalg.inv(hessian))), np.diag(hessian).copy())


def log_loss(log_odds: Floats, exposes: Truths, weights: Floats) -> float:
    """Return the sum of the weighted logarithmic losses."""
    return float((weights * np.logaddexp(0.0, np.where(exposes, -log_odds, log_odds))).sum())


def _loss(problem: LogisticProblem, values: Floats) -> float:
    evidence = problem.offset + problem.features @ values
    losses = [log_loss(evidence + one.prior_log_odds, problem.exposes, one.weights) for one in problem.mixtures]
    penalty = (((values - problem.centre) / problem.spread) ** 2).sum() / 2
    return float(np.mean(losses) + penalty)


def _derivatives(problem: LogisticProblem, values: Floats) -> tuple[Floats, Floats]:
    evidence = problem.offset + problem.features @ values
    first, second = np.zeros(len(evidence)), np.zeros(len(evidence))
    for one in problem.mixtures:
        likelihood = 0.5 * (1 + np.tanh((evidence + one.prior_log_odds) / 2))
        first += one.weights * (likelihood - problem.exposes) / len(problem.mixtures)
        second += one.weights * likelihood * (1 - likelihood) / len(problem.mixtures)
    gradient = problem.features.T @ first + (values - problem.centre) / problem.spread**2
    hessian = (problem.features.T * second) @ problem.features + np.diag(1 / problem.spread**2)
    return gradient, hessian
