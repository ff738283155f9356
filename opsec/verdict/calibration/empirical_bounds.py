"""Bounds of the likelihood ratios that a limited number of posts can support (ELUB).

Vergeer, van Es, de Jongh, Alberink and Stoel, "Numerical likelihood ratios outputted by LR systems are often based on
extrapolation: when to stop extrapolating?", *Science and Justice* 56 (2016), 482-491.
"""

import numpy as np

from opsec.verdict.calibration.measures import Floats, Truths

_STEP = 0.01
"""Accuracy of the bounds, in powers of ten."""
_MISLEADING = 1
"""Consequential misleading posts that are assumed to be missing on each side."""


def empirical_bounds(log_ratios: Floats, exposes: Truths) -> tuple[float, float]:
    """Return the lower and the upper bound of the natural log-likelihood ratios that these posts support.

    Beyond a bound, deciding by the ratios would be worse than deciding without them if one more post of each class
    misled. So no ratio exceeds the number of posts of the other class plus one.

    Parameters
    ----------
    log_ratios
        Natural log-likelihood ratios, shape (n,).
    exposes
        The truth, shape (n,); no class may be empty.

    Returns
    -------
    tuple of float
        At most 0 and at least 0.

    >>> low, high = empirical_bounds(np.array([9.0, -9.0] * 40), np.array([True, False] * 40))
    >>> round(float(np.exp(low)), 2), round(float(np.exp(high)))
    (0.03, 40)
    """
    powers = log_ratios / np.log(10.0)
    low = max(powers.min(), -np.log10(exposes.sum() + 1))
    high = min(powers.max(), np.log10((~exposes).sum() + 1))
    steps = np.arange(min(0, np.floor(low / _STEP)), max(0, np.floor(high / _STEP) + 1) + 1)
    thresholds = steps * _STEP
    neutral = np.where(thresholds >= 0, 1.0, 10.0**thresholds)
    worse = neutral < _cost(powers, exposes, thresholds)
    below, above = thresholds[worse & (steps <= 0)], thresholds[worse & (steps >= 0)]
    lower = min(0.0, float(np.max(below + _STEP, initial=thresholds.min())))
    upper = max(0.0, float(np.min(above - _STEP, initial=thresholds.max())))
    return lower * float(np.log(10.0)), upper * float(np.log(10.0))


def _cost(powers: Floats, exposes: Truths, thresholds: Floats) -> Floats:
    """Expected cost of deciding by the ratios at each threshold, with one misleading post more on each side."""
    exposing, others = np.sort(powers[exposes]), np.sort(powers[~exposes])
    missed = np.searchsorted(exposing, thresholds, side="right") + _MISLEADING
    wrong = len(others) - np.searchsorted(others, thresholds, side="right") + _MISLEADING
    rates = missed / (len(exposing) + _MISLEADING), wrong / (len(others) + _MISLEADING)
    return np.asarray(rates[0] + 10.0**thresholds * rates[1], np.float64)
