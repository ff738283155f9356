"""Small statistics for measures: shares with their intervals, and rank correlation."""

from collections.abc import Sequence
from math import sqrt

import numpy as np


def wilson(hits: int, count: int) -> str:
    """A share with its 95 % interval (Wilson 1927), for people."""
    if count == 0:
        return "none to measure"
    z, share = 1.96, hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return f"{hits}/{count} = {share:.3f} ({max(0.0, middle - half):.2f} to {min(1.0, middle + half):.2f})"


def mean_interval(values: Sequence[float]) -> tuple[float, float]:
    """The 95 % interval of a mean, by drawing from the values again (bootstrap, Efron 1979); always the same draws."""
    rng = np.random.default_rng(7)
    drawn = rng.choice(np.asarray(values, float), (2_000, len(values))).mean(axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return float(low), float(high)


def spearman_interval(pairs: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """The 95 % interval of a rank correlation, by drawing from the pairs again (bootstrap)."""
    rng = np.random.default_rng(7)
    draws = rng.integers(0, len(pairs), (1_000, len(pairs)))
    found = [spearman([pairs[one] for one in draw]) for draw in draws]
    low, high = np.percentile(found, [2.5, 97.5])
    return float(low), float(high)


def spearman(pairs: Sequence[tuple[float, float]]) -> float:
    """Rank correlation, ties by their mean rank."""
    ranked = [_ranks([pair[side] for pair in pairs]) for side in (0, 1)]
    means = [sum(ranks) / len(ranks) for ranks in ranked]
    off = [[rank - middle for rank in ranks] for ranks, middle in zip(ranked, means, strict=True)]
    spread = sqrt(sum(a * a for a in off[0]) * sum(b * b for b in off[1]))
    return float(sum(a * b for a, b in zip(*off, strict=True)) / (spread or 1.0))


def _ranks(values: Sequence[float]) -> list[float]:
    def rank(value: float) -> float:
        return sum(other < value for other in values) + (sum(other == value for other in values) - 1) / 2

    return [rank(value) for value in values]
