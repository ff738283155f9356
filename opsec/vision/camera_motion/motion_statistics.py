"""What the corners say of a shot as a whole: how well a turn, or a flat ground seen from above, explains them.

A camera that travels shows parallax: what is near moves more than what is far, away from one point of the
picture, and that point stays for as long as the camera travels straight on. People move too, but to and fro.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from opsec.vision.camera_motion.correspondences import Pair, Stack, most_of, pair_of
from opsec.vision.camera_motion.frame_points import Sight, at_rim
from opsec.vision.camera_motion.motion_segmentation import (
    MIDDLE_WEIGHT,
    MOVING_RIM,
    TOLERANCE,
    USUAL_HFOV_DEG,
    stands_still,
)
from opsec.vision.camera_motion.parallax import travels
from opsec.vision.camera_motion.rotation_geometry import Lens, directions, steadiest_turns

if TYPE_CHECKING:
    from opsec.vision.camera_motion.rotation_geometry import Array

FEWEST = 20
"""Corners that a pair must share to be asked."""
FEWEST_AT_RIM = 5
FEWEST_IN_THIRD = 5
PAIRS = 8
"""Wide pairs that are asked."""
GAPS = (1, 2, 3, 4, 6, 8, 12)
LEAST_MOVED = 0.015
"""Share of the shorter side that a hand moves the picture in a pair, at least."""
ONLY_GROWS_PER_S = 0.12
"""Natural logarithm of the growth in a second of a picture in which things grow and none passes by."""
NEARS = 0.5
"""Share of the rim that must move away from one point for the picture to grow because the camera nears a wall."""
LEAST_SHIFT = 0.015
"""Of the middle, as a share of the shorter side: of less, what the thirds part by is noise."""
FAR_SHARE = 0.25
"""A pair is taken so wide that its corners move about so much, as a share of the shorter side."""


@dataclass(frozen=True, slots=True)
class Flow:
    """Medians over wide pairs of pictures; shares are of 1."""

    pairs: int
    moved: float
    """How far corners move, as a share of the shorter side, in a pair."""
    turn: float
    """Share of the corners that one rotation explains."""
    rim_turn: float
    """The same of the corners at the rim."""
    flat: float
    """Share that one shift, roll and scale explain: a flat ground seen from straight above."""
    shift: float
    """How far the middle is shifted in all, in shorter sides."""
    onward: float
    """How much of that shift goes the same way, from 0 to 1."""
    scale: float
    """Natural logarithm of how much the picture grows in a second."""
    upper_scale: float
    lower_scale: float
    """The same of its halves; not a number where one shows too little."""
    uneven: float
    """How far the upper and the lower third part once that is taken out, as a share of how far the middle goes; not a
    number where one shows too little. Before somebody who walks what is above lies further off than what is below."""
    sideways: float
    """How much of the way of the middle goes along the picture's rows, from 0 to 1."""
    pace: float
    """How fast what no turn explains passes by, in shorter sides a second."""
    parallax: float
    """How much of the rim moves as if the camera travelled."""
    steady: float
    """How steadily it travels the same way, from 0 (to and fro) to 1."""

    @property
    def loses_ground(self) -> bool:
        """Whether what lies near, in the lower half, is not found again when the camera has moved a little."""
        return math.isnan(self.lower_scale) and self.moved > LEAST_MOVED

    @property
    def passing(self) -> float:
        """The pace of what passes by: before a wall that only grows nearer nothing does."""
        told = not math.isnan(self.scale) and self.parallax > NEARS
        grown = abs(self.scale) if told else 0.0
        return self.pace * max(0.0, 1 - grown / ONLY_GROWS_PER_S)


def flow(sights: Sequence[Sight], short_fov_deg: float | None, size: tuple[int, int]) -> Flow | None:
    """None when too few corners could be followed to say anything."""
    import cv2

    cv2.setRNGSeed(7)
    wide = _wide(sights, size)
    if not wide:
        return None
    lens, stack = Lens.of(short_fov_deg or USUAL_HFOV_DEG, size), Stack.of(wide)
    weights = np.where(at_rim(stack.here, size), 1.0, MIDDLE_WEIGHT) * stack.known
    turns, off = steadiest_turns(stack.here, stack.there, lens, TOLERANCE * min(size), weights)
    seen = [
        _asked(pair, _Fit(turn, away[: len(pair.ids)], sights[pair.second].at_s - sights[pair.first].at_s), lens, size)
        for pair, turn, away in zip(wide, turns, off, strict=True)
    ]
    middle = np.array([_median([row[part] for row in seen]) for part in range(10)])
    rays = directions(stack.here, lens.focal_px, lens.centre) @ np.swapaxes(turns, -1, -2)
    goals = directions(stack.there, lens.focal_px, lens.centre)
    pull = travels(rays, goals, TOLERANCE * min(size) / lens.focal_px, stack.known & at_rim(stack.here, size))
    drift = np.array([row[10] for row in seen])
    strength = np.linalg.norm(pull, axis=1)
    return Flow(
        pairs=len(wide),
        moved=float(middle[0]), turn=float(middle[1]), rim_turn=float(middle[2]), flat=float(middle[3]),
        shift=float(middle[4]) * (sights[-1].at_s - sights[0].at_s),
        onward=float(np.linalg.norm(drift.sum(axis=0)) / max(1e-9, np.linalg.norm(drift, axis=1).sum())),
        scale=float(middle[5]), upper_scale=float(middle[6]), lower_scale=float(middle[7]),
        uneven=float(middle[8]),
        sideways=float(abs(drift.sum(axis=0)[0]) / max(1e-9, np.linalg.norm(drift.sum(axis=0)))),
        pace=float(middle[9]),
        parallax=float(strength.mean()),
        steady=float(np.linalg.norm(pull.sum(axis=0)) / max(1e-9, strength.sum())),
    )  # fmt: skip


def _median(values: Sequence[float]) -> float:
    """Of those that are numbers; not a number when hardly half of them are."""
    known = [value for value in values if not math.isnan(value)]
    return float(np.median(known)) if 2 * len(known) >= len(values) else math.nan


def _wide(sights: Sequence[Sight], size: tuple[int, int]) -> list[Pair]:
    found: list[Pair] = []
    for first in range(0, len(sights) - 1, 1 + len(sights) // (2 * PAIRS)):
        best: Pair | None = None
        for gap in GAPS:
            if first + gap >= len(sights):
                break
            pair = _without_burnt_in(pair_of(sights, first, first + gap), size)
            if len(pair.ids) < FEWEST:
                break
            far = most_of(pair.moved_px(), 0.7)
            if far > FAR_SHARE * min(size) and best is not None:
                break
            best = pair
        if best is not None:
            found.append(best)
    return found[:: max(1, len(found) // PAIRS)]


def _without_burnt_in(pair: Pair, size: tuple[int, int]) -> Pair:
    """The corners without those that stand still, unless nearly all of them do."""
    moving = ~stands_still(pair, size)
    return pair if moving.sum() < MOVING_RIM * len(moving) else pair.only(moving)


@dataclass(frozen=True, slots=True)
class _Fit:
    """The rotation that explains a pair best, what every corner is off, and how long it lasts."""

    turn: "Array"
    off: "Array"
    lasts_s: float


def _asked(pair: Pair, fit: _Fit, lens: Lens, size: tuple[int, int]) -> "tuple[Any, ...]":
    """One row of figures a pair; their order is that of ``flow``."""
    short = min(size)
    lasts_s = max(1e-3, fit.lasts_s)
    rim, upper = at_rim(pair.here, size), pair.here[:, 1] < size[1] / 2
    tolerance_px = TOLERANCE * short
    near = fit.off < tolerance_px
    flat, shift, scale, left = _similar(pair, lens.centre, tolerance_px)
    up, low = (_similar(pair.only(half), lens.centre, tolerance_px)[2] for half in (upper, ~upper))
    moved = most_of(pair.moved_px(), 0.7) / short
    return (
        moved,
        near.mean(),
        near[rim].mean() if rim.sum() >= FEWEST_AT_RIM else near.mean(),
        flat,
        np.linalg.norm(shift) / short / lasts_s,
        np.log(scale) / lasts_s,
        np.log(up) / lasts_s,
        np.log(low) / lasts_s,
        _parted(left, pair.here[:, 1] / size[1]) / max(LEAST_SHIFT * short, float(np.linalg.norm(shift))),
        moved * (1 - near.mean()) / lasts_s,
        shift / short / lasts_s,
    )


def _similar(pair: Pair, centre: "Array", tolerance_px: float) -> "tuple[float, Array, float, Array]":
    """Share of places that shift, roll and scale explain; how the centre is shifted; the scale; what is left (n, 2)."""
    import cv2

    nothing = 0.0, np.zeros(2), math.nan, np.full((len(pair.ids), 2), math.nan)
    if len(pair.ids) < 6:
        return nothing
    found, inside = cv2.estimateAffinePartial2D(
        pair.here.astype(np.float32), pair.there.astype(np.float32), method=cv2.RANSAC,
        ransacReprojThreshold=tolerance_px, maxIters=100,
    )  # fmt: skip
    if found is None:
        return nothing
    shift = np.asarray(found[:, :2] @ centre + found[:, 2] - centre)
    scale = float(np.hypot(found[0, 0], found[1, 0]))
    left = pair.there - (pair.here @ found[:, :2].T + found[:, 2])
    return float(inside.mean()), shift, float(np.clip(scale, 0.25, 4.0)), left


def _parted(left: "Array", down: "Array") -> float:
    """How far the thirds of the picture part, in pixels; not a number where one shows too little."""
    upper, lower = left[down < 1 / 3], left[down > 2 / 3]
    if min(len(upper), len(lower)) < FEWEST_IN_THIRD:
        return math.nan
    return float(np.linalg.norm(np.median(upper, axis=0) - np.median(lower, axis=0)))
