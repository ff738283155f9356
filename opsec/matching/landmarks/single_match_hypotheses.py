"""The similarity that each pair of SIFT features proposes by itself, and which other pairs agree with it.

A pair knows a place, a size and an angle on either side: enough for a map, with nothing drawn at random.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers = NDArray[np.floating[Any]]
    Mask = NDArray[np.bool_]

LOOSE = 0.05
"""Share of the longest side by which a proposal of one pair may miss the others."""
MOST_TURN_RAD = 0.61
MOST_GROWTH = 0.70
"""How far a pair's own angle and size (logarithm) may be from the map's: 35° and twice."""
PROPOSALS = 12
"""Best proposals that are fitted."""
MOST_PAIRS = 500
_MOST_TIMES = 6
"""A map that enlarges more than so many times, or shrinks as much, shows no photo of ours."""
_LEAST_VOTES = 3


def proposed(seen: "Numbers", known: "Numbers", side: float, sure: int = MOST_PAIRS) -> "list[Mask]":
    """For the best proposals of single pairs, which pairs agree with each.

    ``seen`` and ``known``: keypoints of the picture and of the photo, shape (n, 4), row by row a pair; ``side``:
    longest side of the photo; ``sure``: so many pairs, the first ones, count whole, and the others half.
    """
    import numpy as np

    agree = _agreeing(seen[:MOST_PAIRS], known[:MOST_PAIRS], LOOSE * side)
    votes = agree.sum(axis=1)
    order = np.argsort(-votes - agree[:, :sure].sum(axis=1), kind="stable")[:PROPOSALS]
    return [agree[number] for number in order if votes[number] >= _LEAST_VOTES]


def _agreeing(seen: "Numbers", known: "Numbers", loose_px: float) -> "Mask":
    """Which pairs (columns) agree with what each pair (rows) proposes."""
    import numpy as np

    growth, turn = np.log(known[:, 2] / seen[:, 2]), turns(seen, known)
    scale = np.exp(growth)
    cos, sin = scale * np.cos(turn), scale * np.sin(turn)
    x, y = seen[:, 0], seen[:, 1]
    shift_x, shift_y = known[:, 0] - cos * x + sin * y, known[:, 1] - sin * x - cos * y
    miss_x = cos[:, None] * x - sin[:, None] * y + (shift_x[:, None] - known[:, 0])
    miss_y = sin[:, None] * x + cos[:, None] * y + (shift_y[:, None] - known[:, 1])
    agree = miss_x**2 + miss_y**2 < loose_px**2
    agree &= np.abs(growth[:, None] - growth) < MOST_GROWTH
    agree &= turned_alike(turn[:, None], turn)
    agree &= (np.abs(growth) < np.log(_MOST_TIMES))[:, None]
    return np.asarray(agree)


def turns(seen: "NDArray[Any]", known: "NDArray[Any]") -> "NDArray[Any]":
    """By how much each pair is turned: radians from −π to π."""
    import numpy as np

    return np.asarray(np.deg2rad((known[:, 3] - seen[:, 3] + 180) % 360 - 180))


def turned_alike(one: "NDArray[Any]", other: "NDArray[Any]") -> "Mask":
    """Which angles (radians from −π to π, broadcast) are as good as the same."""
    import numpy as np

    return np.asarray(np.abs(np.abs(one - other) - np.pi) > np.pi - MOST_TURN_RAD)
