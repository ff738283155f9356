"""Which of the corners belong to the place, and not to people in front of it.

In every pair of pictures at most two layers that move as one are looked for; the background is the one
that holds the rim of the picture: a person who films himself fills the middle and the lower part of it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from opsec.hints.camera.geometry import Lens, steadiest_turn
from opsec.hints.camera.tracks import Sight

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from opsec.hints.camera.geometry import Array, Mask

USUAL_HFOV_DEG = 45.0
"""Of a telephone held upright, before the clip itself has told."""
TOLERANCE_PX = 2.4
"""How far a corner may lie from its layer, in the small picture."""
FEWEST = 8
"""Corners that two pictures must share."""
FEWEST_RIM = 5
"""Corners at the rim that a background must have."""
MIDDLE_WEIGHT = 0.25
FAST_DEG = 1.5
"""Of a turn in one step. A slower one takes hardly a corner out of the picture: most of the rim must be found again."""
SLOW_SHARE, FAST_SHARE = 0.4, 0.12
"""Share of the corners at the rim of the first picture that the background must hold."""
LONGEST_TRUST = 4
"""Steps for which the middle is believed when it goes on as the rim last did."""
STILL_PX = 0.35
"""What moves less than this in the small picture is taken to stand still on the screen."""
MOVING_RIM = 0.25
"""Share of the corners at the rim that must move for the rest to be taken for burnt in."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two pictures and the corners found in both."""

    first: int
    second: int
    ids: "NDArray[np.int64]"
    here: "Array"
    there: "Array"


@dataclass(frozen=True, slots=True)
class Layer:
    """The background of a pair: which corners, and the rotation by the usual field of view."""

    pair: Pair
    members: "Mask"
    turn: "Array"
    at_rim: int
    """Members at the rim."""

    @property
    def turn_deg(self) -> float:
        """About the upright axis, by the usual field of view."""
        return float(np.degrees(np.arctan2(self.turn[0, 2], self.turn[2, 2])))


def pair_of(sights: Sequence[Sight], first: int, second: int) -> Pair:
    """The corners that two pictures share."""
    one, other = sights[first], sights[second]
    ids, i, j = np.intersect1d(one.ids, other.ids, assume_unique=True, return_indices=True)
    return Pair(first, second, ids, one.places[i].astype(np.float64), other.places[j].astype(np.float64))


def at_rim(places: "NDArray[np.floating[Any]]", size: tuple[int, int]) -> "Mask":
    """Places (n, 2) that a person in the middle of a picture of (width, height) does not cover."""
    x, y = np.abs(places[:, 0] / size[0] - 0.5), places[:, 1] / size[1]
    return np.asarray((y < 0.35) | ((x > 0.33) & (y < 0.88)))


def stands_still(pair: Pair) -> "Mask":
    """Corners that stay where they were on the screen: burnt in, or all of it on a tripod."""
    return np.asarray(np.linalg.norm(pair.there - pair.here, axis=1) < STILL_PX)


def backgrounds(sights: Sequence[Sight], size: tuple[int, int]) -> list[Layer | None]:
    """The background of every step from one picture to the next; none where it cannot be told from people.

    Where the rim holds too little to tell, a layer of the middle is believed as long as it goes on as the
    rim last did.
    """
    found: list[Layer | None] = []
    last_deg, since = 0.0, LONGEST_TRUST + 1
    for first in range(len(sights) - 1):
        pair = pair_of(sights, first, first + 1)
        at_first = int(at_rim(sights[first].places, size).sum())
        layer, since = _at_the_rim(pair, at_first, size), since + 1
        if layer is not None:
            since = 0
        elif since <= LONGEST_TRUST or at_first < FEWEST_RIM:
            layer = _anywhere(pair, size)
            if layer is not None and since <= LONGEST_TRUST and not _goes_on(layer, last_deg):
                layer = None
        if layer is not None:
            last_deg = layer.turn_deg
        found.append(layer)
    return found


def _goes_on(layer: Layer, last_deg: float) -> bool:
    return abs(layer.turn_deg - last_deg) <= max(1.0, 0.4 * abs(last_deg))


def _at_the_rim(pair: Pair, at_first: int, size: tuple[int, int]) -> Layer | None:
    """The layer that holds the rim, of at most two; none when too little of the rim was followed."""
    rim = at_rim(pair.here, size)
    if len(pair.ids) < FEWEST or rim.sum() < FEWEST_RIM:
        return None
    still = stands_still(pair)
    if (rim & ~still).sum() < max(FEWEST_RIM, MOVING_RIM * rim.sum()):
        standing = Layer(pair, still, np.eye(3), int((still & rim).sum()))
        return standing if standing.at_rim >= SLOW_SHARE * at_first else None
    weights, left = np.where(rim, 1.0, MIDDLE_WEIGHT), ~still
    best: Layer | None = None
    most = 0
    for _ in range(2):
        if left.sum() < FEWEST_RIM:
            break
        turn, members = _layer(pair, left, weights, size)
        held = _cells(pair.here[members & rim], size)
        if held > most:
            most, best = held, Layer(pair, members, turn, int((members & rim).sum()))
        left &= ~members
    if best is None:
        return None
    needed = (SLOW_SHARE if abs(best.turn_deg) < FAST_DEG else FAST_SHARE) * at_first
    return best if best.at_rim >= max(FEWEST_RIM, needed) else None


def _anywhere(pair: Pair, size: tuple[int, int]) -> Layer | None:
    """The layer that nearly all corners belong to, wherever they lie."""
    if len(pair.ids) < FEWEST:
        return None
    every = np.ones(len(pair.ids), bool)
    turn, members = _layer(pair, every, np.ones(len(every)), size)
    return Layer(pair, members, turn, int(members.sum())) if members.mean() > 0.7 else None


def _layer(pair: Pair, among: "Mask", weights: "Array", size: tuple[int, int]) -> "tuple[Array, Mask]":
    lens = Lens.of(USUAL_HFOV_DEG, size)
    turn, off = steadiest_turn(pair.here[among], pair.there[among], lens, TOLERANCE_PX, weights[among])
    members = np.zeros(len(among), bool)
    members[np.flatnonzero(among)[off < TOLERANCE_PX]] = True
    return turn, members


def _cells(places: "Array", size: tuple[int, int]) -> int:
    """In how many cells of a coarse grid these places lie."""
    cells = (places / np.array(size) * (6, 9)).astype(int)
    return len(np.unique(cells[:, 0] * 9 + cells[:, 1]))
