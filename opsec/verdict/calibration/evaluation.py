"""Figures of a table on posts whose truth is known, at each prior, and on posts that its fit has not seen."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from opsec.verdict.calibration.measures import (
    BOOTSTRAP_ROUNDS,
    Floats,
    Truths,
    brier,
    calibration_error_interval,
    cllr,
    cllr_min,
    expected_calibration_error,
)
from opsec.verdict.calibration.mixtures import PRIORS, mixture, mixtures
from opsec.verdict.calibration.observations import Observation
from opsec.verdict.calibration.penalised_logistic import log_loss
from opsec.verdict.judge import MAX_LIKELIHOOD, MIN_LIKELIHOOD

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Figures:
    """How good and how honest the likelihoods are."""

    cllr: float
    cllr_min: float
    brier: float
    calibration_error: float
    interval: tuple[float, float]
    """95 % interval of the calibration error."""


@dataclass(frozen=True, slots=True)
class LabelledSample:
    """Posts of one mixture with their log-odds; all of shape (n,)."""

    log_odds: Floats
    """With the prior."""
    exposes: Truths
    weights: Floats

    @property
    def likelihoods(self) -> Floats:
        """Likelihoods, capped as in a verdict."""
        return np.clip(0.5 * (1 + np.tanh(self.log_odds / 2)), MIN_LIKELIHOOD, MAX_LIKELIHOOD)

    @property
    def log_ratios(self) -> Floats:
        """Log-odds without the share of exposing posts in the sample itself."""
        share = float(np.average(self.exposes, weights=self.weights))
        return np.asarray(self.log_odds - np.log(share) + np.log1p(-share), np.float64)


def sample_at(observations: Sequence[Observation], evidence: Floats, prior: float | None) -> LabelledSample:
    """Return the posts as they are at a prior.

    Parameters
    ----------
    observations
        Posts of both classes.
    evidence
        Log-likelihood ratio of each, shape (n,).
    prior
        Share of exposing posts, and prior of all sites; None: as the posts are, each with the prior of its site.
    """
    exposes = np.array([one.exposes for one in observations], bool)
    if prior is None:
        priors = np.array([one.prior for one in observations], np.float64)
        return LabelledSample(evidence + np.log(priors) - np.log1p(-priors), exposes, np.ones(len(priors)))
    mixed = mixture(observations, prior)
    return LabelledSample(evidence + mixed.prior_log_odds, exposes, mixed.weights)


def figures_of(sample: LabelledSample, rounds: int = BOOTSTRAP_ROUNDS) -> Figures:
    """Return the figures of a sample.

    Parameters
    ----------
    sample
        Posts of both classes.
    rounds
        Draws for the interval of the calibration error.
    """
    likelihoods, exposes, weights = sample.likelihoods, sample.exposes, sample.weights
    return Figures(
        cllr=cllr(sample.log_ratios, exposes, weights),
        cllr_min=cllr_min(sample.log_ratios, exposes, weights),
        brier=brier(likelihoods, exposes, weights),
        calibration_error=expected_calibration_error(likelihoods, exposes, weights),
        interval=calibration_error_interval(likelihoods, exposes, weights, rounds),
    )


def samples(observations: Sequence[Observation], evidence: Floats) -> dict[float | None, LabelledSample]:
    """Return the samples to give figures of: posts of sets at each prior, decided findings as they are.

    Parameters
    ----------
    observations, evidence
        As for ``sample_at``.

    Returns
    -------
    dict
        Prior, or None for decided findings → sample; one without posts of both classes is left out.
    """
    found: dict[float | None, LabelledSample] = {}
    for by_decision, priors in ((False, PRIORS), (True, (None,))):
        chosen = np.array([one.by_decision == by_decision for one in observations], bool)
        posts = [one for one in observations if one.by_decision == by_decision]
        if len({one.exposes for one in posts}) == 2:
            found |= {prior: sample_at(posts, evidence[chosen], prior) for prior in priors}
    return found


def mean_loss(observations: Sequence[Observation], evidence: Floats) -> float:
    """Return the mean logarithmic loss over all mixtures: what a fit minimises; lower is better."""
    exposes = np.array([one.exposes for one in observations], bool)
    losses = [log_loss(evidence + one.prior_log_odds, exposes, one.weights) for one in mixtures(observations)]
    return float(np.mean(losses)) / len(observations)


def held_out_evidence(
    observations: Sequence[Observation], fit_evidence: Callable[[list[Observation], list[Observation]], Floats]
) -> Floats:
    """Return the log-likelihood ratio of each post by a fit that has not seen it (cross-validation, Stone 1974).

    Parameters
    ----------
    observations
        The posts; those with one key are in one fold, which follows from the key alone.
    fit_evidence
        Fits to the first posts and returns the log-likelihood ratios of the second.
    """
    folds = [hashlib.sha256(one.key.encode("utf-8", "surrogatepass")).digest()[0] % FOLDS for one in observations]
    evidence = np.zeros(len(observations))
    for fold in range(FOLDS):
        inside = [number for number, of_post in enumerate(folds) if of_post == fold]
        if inside:
            seen = [one for one, of_post in zip(observations, folds, strict=True) if of_post != fold]
            evidence[inside] = fit_evidence(seen, [observations[number] for number in inside])
    return evidence
