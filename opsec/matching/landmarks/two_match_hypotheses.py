"""Proposals for features that know neither their own angle nor their own size, as those of a learned model.

One such pair tells only a shift; two pairs tell a similarity. The likeliest pairs are tried two by two, all of them:
same input, same answer. A model bears some turn and growth of the picture but no more, so a proposal may turn by 35°
and grow twofold beyond what the enrolled view itself was turned and grown.

So many more proposals agree by chance with more pairs that lie anywhere. How many is known beforehand (Moisan and
Stival, IJCV 2004: the number of false alarms), and that many prove nothing.
"""

from functools import cache
from math import comb
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.floating[Any]]
    Mask = NDArray[np.bool_]

TRIED = 40
"""Likeliest pairs of which every two propose."""
MOST_PAIRS = 500
PROPOSALS = 12
"""Best proposals that are fitted."""
NEAR = 0.03
"""Share of the longest side by which a proposal may miss a pair that agrees."""
APART = 0.05
"""The same, of how far two pairs must lie from each other to propose anything."""
DENSER = 2.0
"""Features do not lie anywhere, but where there is something to see: so many times as dense."""
MOST_TURN_RAD = 0.61
MOST_GROWTH = 0.70


def proposed_by_two(seen: "Numbers", known: "Numbers", side: float) -> "list[Mask]":
    """For the best proposals of two pairs each, which pairs agree with it.

    ``seen`` and ``known``: keypoints of the picture and of the photo, shape (n, 4), row by row a pair, the likeliest
    first; ``side``: longest side of the photo, in pixels.
    """
    import numpy as np

    seen, known = seen[:MOST_PAIRS], known[:MOST_PAIRS]
    here, there = seen[:, 0] + 1j * seen[:, 1], known[:, 0] + 1j * known[:, 1]
    one, other = np.triu_indices(min(TRIED, len(seen)), 1)
    wide = (np.abs(here[one] - here[other]) > APART * side) & (np.abs(there[one] - there[other]) > APART * side)
    one, other = one[wide], other[wide]
    factor = (there[other] - there[one]) / (here[other] - here[one])
    miss = np.abs(factor[:, None] * (here - here[one][:, None]) + there[one][:, None] - there)
    own = known[:, 2] / seen[:, 2] * np.exp(1j * np.deg2rad(known[:, 3] - seen[:, 3]))
    left = np.log(factor[:, None] / own)
    agree = (miss < NEAR * side) & (np.abs(left.real) < MOST_GROWTH) & (np.abs(left.imag) < MOST_TURN_RAD)
    votes = agree.sum(axis=1)
    order = np.argsort(-votes, kind="stable")[: 4 * PROPOSALS]
    best: dict[bytes, Mask] = {agree[number].tobytes(): agree[number] for number in order if votes[number] >= 3}
    return list(best.values())[:PROPOSALS]


@cache
def by_chance(pairs: int, share: float, expected: float = 1e-4) -> int:
    """Most pairs that agree with the best proposal by chance, but for one picture in ten thousand.

    ``share``: of the photo's area within which a pair agrees. Two pairs agree with their own proposal for nothing.
    """
    share = min(1.0, DENSER * share)
    proposals = min(TRIED, pairs) * (min(TRIED, pairs) - 1) / 2
    others = max(0, pairs - 2)
    rest = 1.0
    for more in range(others + 1):
        if proposals * rest < expected:
            return more + 1
        rest -= comb(others, more) * share**more * (1 - share) ** (others - more)
    return pairs
