"""Which of the corners belong to the place, and not to people in front of it.

In every pair of pictures at most two layers that move as one are looked for; the background is the one
that holds the rim of the picture: a person who films himself fills the middle and the lower part of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from opsec.vision.camera_motion.correspondences import Pair, Stack, pair_of
from opsec.vision.camera_motion.frame_points import Sight, at_rim
from opsec.vision.camera_motion.rotation_geometry import Lens, steadiest_turns

if TYPE_CHECKING:
    from opsec.vision.camera_motion.rotation_geometry import Array, Mask

USUAL_HFOV_DEG = 45.0
"""Of a telephone held upright, before the clip itself has told."""
TOLERANCE = 0.0107
"""How far a corner may lie from its layer, as a share of the shorter side."""
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
STILL = 0.0016
"""What moves less than this share of the shorter side is taken to stand still on the screen."""
MOVING_RIM = 0.25
"""Share of the corners at the rim that must move for the rest to be taken for burnt in."""
_AT_ONCE = 64
"""Pairs asked at once: more need more memory and are no faster."""
_CELLS = (6, 9)


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


def backgrounds(sights: Sequence[Sight], size: tuple[int, int]) -> list[Layer | None]:
    """The background of every step from one picture to the next; none where it cannot be told from people.

    Where the rim holds too little to tell, a layer of the middle is believed as long as it goes on as the
    rim last did.
    """
    pairs = [pair_of(sights, first, first + 1) for first in range(len(sights) - 1)]
    rims = [int(at_rim(sight.places, size).sum()) for sight in sights]
    found: list[Layer | None] = []
    last_deg_s, since = 0.0, LONGEST_TRUST + 1
    for pair, at_the_rim in zip(pairs, _at_the_rim(pairs, rims, size), strict=True):
        since = 0 if at_the_rim is not None else since + 1
        lasts_s = max(1e-3, sights[pair.second].at_s - sights[pair.first].at_s)
        layer = at_the_rim
        if layer is None and (since <= LONGEST_TRUST or rims[pair.first] < FEWEST_RIM):
            layer = _anywhere(pair, size)
            if layer is not None and since <= LONGEST_TRUST and not _goes_on(layer.turn_deg, last_deg_s * lasts_s):
                layer = None
        if layer is not None:
            last_deg_s = layer.turn_deg / lasts_s
        found.append(layer)
    return found


def stands_still(pair: Pair, size: tuple[int, int]) -> "Mask":
    """Corners that stay where they were on the screen: burnt in, or all of it on a tripod."""
    return np.asarray(pair.moved_px() < STILL * min(size))


def _goes_on(turn_deg: float, expected_deg: float) -> bool:
    return abs(turn_deg - expected_deg) <= max(1.0, 0.4 * abs(expected_deg))


def _at_the_rim(pairs: Sequence[Pair], rims: Sequence[int], size: tuple[int, int]) -> Iterator[Layer | None]:
    """For every pair the layer that holds the rim, of at most two; none when too little of the rim was followed."""
    for begin in range(0, len(pairs), _AT_ONCE):
        some = pairs[begin : begin + _AT_ONCE]
        stack = Stack.of(some)
        rim = at_rim(stack.here, size) & stack.known
        still = (((stack.there - stack.here) ** 2).sum(axis=-1) < (STILL * min(size)) ** 2) & stack.known
        layers = _two_layers(stack, rim, still, size)
        for row, pair in enumerate(some):
            count = len(pair.ids)
            mine = [(turn[row], members[row, :count]) for turn, members in layers]
            yield _holds_rim(_Step(pair, rim[row, :count], still[row, :count], rims[pair.first]), mine, size)


def _two_layers(stack: Stack, rim: "Mask", still: "Mask", size: tuple[int, int]) -> "list[tuple[Array, Mask]]":
    """Rotations (k, 3, 3) and members (k, n) of the layer most corners agree with, and of the next one."""
    lens, tolerance_px = Lens.of(USUAL_HFOV_DEG, size), TOLERANCE * min(size)
    weights, left = np.where(rim, 1.0, MIDDLE_WEIGHT), stack.known & ~still
    layers: list[tuple[Array, Mask]] = []
    for _ in range(2):
        turn, off = steadiest_turns(stack.here, stack.there, lens, tolerance_px, weights * left)
        enough = left.sum(axis=-1) >= FEWEST_RIM
        members = left & (off < tolerance_px) & enough[:, None]
        layers.append((turn, members))
        left = left & ~members
    return layers


@dataclass(frozen=True, slots=True)
class _Step:
    """A pair and which of its corners lie at the rim, and which stand still."""

    pair: Pair
    rim: "Mask"
    still: "Mask"
    at_first: int
    """Corners at the rim of the first picture, found again or not."""


def _holds_rim(step: _Step, layers: "Sequence[tuple[Array, Mask]]", size: tuple[int, int]) -> Layer | None:
    pair, rim = step.pair, step.rim
    if len(pair.ids) < FEWEST or rim.sum() < FEWEST_RIM:
        return None
    if (rim & ~step.still).sum() < max(FEWEST_RIM, MOVING_RIM * rim.sum()):
        standing = Layer(pair, step.still, np.eye(3), int((step.still & rim).sum()))
        return standing if standing.at_rim >= SLOW_SHARE * step.at_first else None
    cells = _cells(pair.here, size)
    turn, members = max(layers, key=lambda layer: len(set(cells[layer[1] & rim].tolist())))
    best = Layer(pair, members, turn, int((members & rim).sum()))
    needed = (SLOW_SHARE if abs(best.turn_deg) < FAST_DEG else FAST_SHARE) * step.at_first
    return best if best.at_rim >= max(FEWEST_RIM, needed) else None


def _anywhere(pair: Pair, size: tuple[int, int]) -> Layer | None:
    """The layer that nearly all corners belong to, wherever they lie."""
    if len(pair.ids) < FEWEST:
        return None
    tolerance_px = TOLERANCE * min(size)
    ones = np.ones((1, len(pair.ids)))
    turns, off = steadiest_turns(pair.here[None], pair.there[None], Lens.of(USUAL_HFOV_DEG, size), tolerance_px, ones)
    members = off[0] < tolerance_px
    return Layer(pair, members, turns[0], int(members.sum())) if members.mean() > 0.7 else None


def _cells(places: "Array", size: tuple[int, int]) -> "Array":
    """The cell of a coarse grid that each of these places lies in."""
    cells = (places / np.array(size) * _CELLS).astype(int)
    return np.asarray(cells[:, 0] * _CELLS[1] + cells[:, 1])
