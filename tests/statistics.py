"""Small statistics for measures: shares with their intervals, and rank correlation."""

from collections.abc import Sequence
from math import sqrt


def wilson(hits: int, count: int) -> str:
    """A share with its 95 % interval (Wilson 1927), for people."""
    if count == 0:
        return "none to measure"
    z, share = 1.96, hits / count
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return f"{hits}/{count} = {share:.3f} ({max(0.0, middle - half):.2f} to {min(1.0, middle + half):.2f})"


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
