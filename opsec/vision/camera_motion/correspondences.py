"""Two pictures and the corners that both show; and many such pairs side by side, to be asked all at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from opsec.vision.camera_motion.frame_points import Sight

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from opsec.vision.camera_motion.rotation_geometry import Array, Mask


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures and the corners found in both."""

    first: int
    second: int
    ids: "NDArray[np.int64]"
    here: "Array"
    there: "Array"

    def only(self, mask: "Mask") -> "Pair":
        """With some of its corners, (n,)."""
        return Pair(self.first, self.second, self.ids[mask], self.here[mask], self.there[mask])

    def moved_px(self) -> "Array":
        """How far every corner went, (n,)."""
        return np.asarray(np.sqrt(((self.there - self.here) ** 2).sum(axis=1)))


def pair_of(sights: Sequence[Sight], first: int, second: int) -> Pair:
    """The corners that two pictures share."""
    one, other = sights[first], sights[second]
    at = found_in(one.ids, other.ids)
    mine = at >= 0
    return Pair(
        first, second, one.ids[mine], one.places[mine].astype(np.float64), other.places[at[mine]].astype(np.float64)
    )


def found_in(ids: "NDArray[np.int64]", others: "NDArray[np.int64]") -> "NDArray[np.int64]":
    """Where each of these names stands among the others, both rising; -1 where it does not."""
    if len(others) == 0:
        return np.full(len(ids), -1)
    at = np.minimum(np.searchsorted(others, ids), len(others) - 1)
    return np.where(others[at] == ids, at, -1)


def most_of(values: "Array", share: float) -> float:
    """What this share of the values does not exceed; of an even number, the upper one of two."""
    place = min(len(values) - 1, int(share * len(values)))
    return float(np.partition(values, place)[place])


@dataclass(frozen=True, slots=True)
class Stack:
    """k pairs, each with up to n corners; what a pair lacks is not ``there``."""

    here: "Array"
    """(k, n, 2)."""
    there: "Array"
    known: "Mask"
    """(k, n): whether the pair has so many corners."""

    @classmethod
    def of(cls, pairs: Sequence[Pair], most: int | None = None) -> "Stack":
        """Of longer pairs every so manieth corner, so that none has more than ``most``."""
        pairs = pairs if most is None else [_thinned(pair, most) for pair in pairs]
        size = max((len(pair.ids) for pair in pairs), default=0)
        here, there = np.zeros((len(pairs), size, 2)), np.zeros((len(pairs), size, 2))
        known = np.zeros((len(pairs), size), bool)
        for row, pair in enumerate(pairs):
            count = len(pair.ids)
            here[row, :count], there[row, :count], known[row, :count] = pair.here, pair.there, True
        return cls(here, there, known)


def _thinned(pair: Pair, most: int) -> Pair:
    step = -(-len(pair.ids) // most)
    return pair if step <= 1 else pair.only(np.arange(len(pair.ids)) % step == 0)
