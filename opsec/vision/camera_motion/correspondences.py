"""Tracked points of single frames, and the point correspondences between two frames, one pair or many in a batch."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from opsec.vision.arrays import Flags, Floats, Ints, Points

BORDER_TOP = 0.35
"""Share of the image height, from the top, that a person in the centre does not cover."""
BORDER_SIDE = 0.33
"""Distance from the vertical centre line, as a share of the width, from which on a person does not cover the image."""
BORDER_BOTTOM = 0.88
"""Share of the height below which a person may cover the whole width."""


@dataclass(frozen=True, slots=True)
class FramePoints:
    """The tracked points of one frame."""

    at_s: float
    ids: "Ints"
    """Track ids of the points, ascending, shape (n,)."""
    points: "Points"
    """x right, y down, in pixels of the working-size frame, shape (n, 2)."""


def in_border_zone(points: "NDArray[np.floating[Any]]", size: tuple[int, int]) -> "Flags":
    """Mark the points (…, 2) that a person in the centre of an image of (width, height) does not cover."""
    x, y = np.abs(points[..., 0] / size[0] - 0.5), points[..., 1] / size[1]
    return np.asarray((y < BORDER_TOP) | ((x > BORDER_SIDE) & (y < BORDER_BOTTOM)))


def in_center_zone(points: "NDArray[np.floating[Any]]", size: tuple[int, int]) -> "Flags":
    """Mark the points (…, 2) outside the border zone that lie in the middle two thirds of the image width."""
    return np.asarray(~in_border_zone(points, size) & (np.abs(points[..., 0] / size[0] - 0.5) < BORDER_SIDE))


@dataclass(frozen=True, slots=True)
class FramePair:
    """Two frames and the points found in both."""

    first: int
    """Index of the first frame."""
    second: int
    """Index of the second frame."""
    ids: "Ints"
    """Track ids, ascending, shape (n,)."""
    source: "Floats"
    """Pixel positions in the first frame, shape (n, 2)."""
    target: "Floats"
    """Pixel positions in the second frame, shape (n, 2)."""

    def subset(self, selection: "Flags") -> "FramePair":
        """Keep only the selected points, shape (n,)."""
        return FramePair(self.first, self.second, self.ids[selection], self.source[selection], self.target[selection])

    def displacement_px(self) -> "Floats":
        """Distance that each point moved, shape (n,)."""
        return np.asarray(np.sqrt(((self.target - self.source) ** 2).sum(axis=1)))


def pair_frames(frames: Sequence[FramePoints], first: int, second: int) -> FramePair:
    """Collect the points that two frames, given by their indices, share."""
    one, other = frames[first], frames[second]
    position = index_of(one.ids, other.ids)
    shared = position >= 0
    return FramePair(
        first,
        second,
        one.ids[shared],
        one.points[shared].astype(np.float64),
        other.points[position[shared]].astype(np.float64),
    )


def index_of(ids: "Ints", others: "Ints") -> "Ints":
    """Index of each id among ``others``, -1 where it is missing; both ascending."""
    if len(others) == 0:
        return np.full(len(ids), -1)
    position = np.minimum(np.searchsorted(others, ids), len(others) - 1)
    return np.where(others[position] == ids, position, -1)


def quantile(values: "Floats", share: float) -> float:
    """Sample quantile without interpolation: the value that ``share`` of the values lie below."""
    position = min(len(values) - 1, int(share * len(values)))
    return float(np.partition(values, position)[position])


def widening_pairs(frames: Sequence[FramePoints], first: int, gaps: Iterable[int]) -> Iterator[FramePair]:
    """Pair one frame with later ones, at ascending gaps, up to the end of the shot."""
    for gap in gaps:
        if first + gap >= len(frames):
            return
        yield pair_frames(frames, first, first + gap)


def widest_pair(
    pairs: Iterable[FramePair], min_points: int, displacement: Callable[[FramePair], float], max_displacement: float
) -> tuple[float, FramePair] | None:
    """Find the widest of several widening pairs, with its displacement.

    Parameters
    ----------
    pairs
        Pairs of one frame with later ones, at ascending gaps.
    min_points
        The search ends at the first pair with fewer points.
    displacement
        Displacement of a pair.
    max_displacement
        The search ends at the first pair that exceeds this displacement, unless it is the first of all.

    Returns
    -------
    Displacement and pair; None when even the first pair has too few points.
    """
    widest: tuple[float, FramePair] | None = None
    for pair in pairs:
        if len(pair.ids) < min_points:
            break
        moved = displacement(pair)
        if moved > max_displacement and widest is not None:
            break
        widest = moved, pair
    return widest


@dataclass(frozen=True, slots=True)
class PairBatch:
    """``k`` frame pairs with up to ``n`` points each, padded to one shape."""

    source: "Floats"
    """Pixel positions in the first frames, shape (k, n, 2)."""
    target: "Floats"
    """Pixel positions in the second frames, shape (k, n, 2)."""
    valid: "Flags"
    """False where a shorter pair is padded, shape (k, n)."""

    @classmethod
    def from_pairs(cls, pairs: Sequence[FramePair], max_points: int | None = None) -> "PairBatch":
        """Batch pairs; pairs with more than ``max_points`` points are subsampled."""
        pairs = pairs if max_points is None else [_subsample(pair, max_points) for pair in pairs]
        size = max([1, *(len(pair.ids) for pair in pairs)])  # of pairs without any point, one that is padding
        source, target = np.zeros((len(pairs), size, 2)), np.zeros((len(pairs), size, 2))
        valid = np.zeros((len(pairs), size), bool)
        for row, pair in enumerate(pairs):
            count = len(pair.ids)
            source[row, :count], target[row, :count], valid[row, :count] = pair.source, pair.target, True
        return cls(source, target, valid)


def _subsample(pair: FramePair, max_points: int) -> FramePair:
    """Keep every ``step``-th point, with the smallest step that leaves at most ``max_points``."""
    step = -(-len(pair.ids) // max_points)
    return pair if step <= 1 else pair.subset(np.arange(len(pair.ids)) % step == 0)
