"""How far the camera turned: the field of view told by the clip itself, then one rotation after the other.

A turning camera draws what it sees out of shape, the more the wider it sees: two corners that part in
height as they pass from the middle to the edge tell the focal length. All pairs of pictures vote together.
"""

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from opsec.vision.camera_motion.correspondences import Pair, Stack, found_in, most_of, pair_of
from opsec.vision.camera_motion.frame_points import Sight
from opsec.vision.camera_motion.motion_segmentation import USUAL_HFOV_DEG, Layer
from opsec.vision.camera_motion.parallax import travels
from opsec.vision.camera_motion.rotation_geometry import directions, focal_px, middle_of, refined_turns, turn_vectors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from opsec.vision.camera_motion.rotation_geometry import Array

TRIED_DEG = (6.0, 9.0, 12.0, 16.0, 20.0, 24.0, 28.0, 32.0, 36.0, 40.0, 44.0, 49.0, 54.0, 60.0, 66.0, 73.0, 80.0, 90.0)
"""Fields of view of the shorter side that are tried."""
STRIDE = 3
"""Every so manieth is tried first, then those around the best."""
SPREAD = 0.0045
"""What a corner of the background is off when the field of view is right, as a share of the shorter side."""
CLOSER = 0.03
"""Of the field of view: by how much on both sides of the bottom found first it is looked for once more."""
PARALLAX = 0.003
"""What a corner must be off in the direction of a travel, as a share of the shorter side."""
WIDE_PAIRS = 14
MOST_POINTS = 64
"""Corners of a pair that are asked."""
MOST_FIRSTS = 28
"""Pictures from which a wide pair is looked for."""
WIDEST_SHARE = 0.5
NARROWEST_SHARE = 0.03
"""Pairs whose corners move further, or less, as a share of the shorter side, tell nothing of the field of view."""
LEAST_CLEAR = 0.05
"""How much better the best field of view must fit than the worst, for it to be believed."""


@dataclass(frozen=True, slots=True)
class View:
    """The field of view as the clip tells it."""

    short_fov_deg: float | None
    """Across the shorter side; none: the clip does not tell."""
    misfit: float
    """0 to 1: how badly a camera that only turns explains the corners."""
    pairs: int
    parallax: float = 0.0
    """Share of the corners, 0 to 1, that what no turn explains drives all away from one point, or all towards it."""


@dataclass(frozen=True, slots=True)
class Headings:
    """Heading and pitch of every picture against the first, in degrees."""

    heading_deg: "Array"
    roll_deg: "Array"
    known: float
    """Share of the steps between pictures that could be measured."""

    @property
    def range_deg(self) -> float:
        """From the leftmost heading to the rightmost."""
        return float(np.ptp(self.heading_deg))


def field_of_view(sights: Sequence[Sight], layers: Sequence[Layer | None], size: tuple[int, int]) -> View:
    """The field of view under which a turning camera explains the corners of the background best."""
    wide = _wide_pairs(sights, _members(layers), size)
    if len(wide) < 4:
        return View(None, 0.0, len(wide))
    stack, misfit = Stack.of(wide, MOST_POINTS), np.full(len(TRIED_DEG), np.inf)
    misfit[::STRIDE] = _misfit(stack, TRIED_DEG[::STRIDE], size)
    worst, near = float(misfit[::STRIDE].max()), int(misfit.argmin())
    around = [one for one in range(near - STRIDE + 1, near + STRIDE) if 0 <= one < len(misfit) and one != near]
    misfit[around] = _misfit(stack, [TRIED_DEG[one] for one in around], size)
    best = int(misfit.argmin())
    clear = worst - float(misfit[best]) >= LEAST_CLEAR
    fov = TRIED_DEG[best]
    if 0 < best < len(TRIED_DEG) - 1:
        fov = _bottom(TRIED_DEG[best - 1 : best + 2], misfit[best - 1 : best + 2])
        closer = [fov * (1 - CLOSER), fov, fov * (1 + CLOSER)]  # so far apart, the valley is no parabola
        fov = _bottom(closer, _misfit(stack, closer, size))
    return View(fov if clear else None, float(misfit[best]), len(wide), _parallax(stack, fov, size))


def _parallax(stack: Stack, short_fov_deg: float, size: tuple[int, int]) -> float:
    """Share of the corners that shows how the camera travels, the mean of all pairs."""
    focal, centre, least_px = focal_px(short_fov_deg, min(size)), middle_of(size), PARALLAX * min(size)
    focals = np.full(len(stack.known), focal)
    turns, _off = refined_turns(
        stack.here, stack.there, focals, centre, SPREAD * min(size), stack.known.astype(np.float64)
    )
    rays = directions(stack.here, focals, centre) @ np.swapaxes(turns, -1, -2)
    pull = travels(rays, directions(stack.there, focals, centre), least_px / focal, stack.known)
    return float(np.linalg.norm(pull, axis=1).mean())


def _misfit(stack: Stack, tried_deg: Sequence[float], size: tuple[int, int]) -> "Array":
    """How badly each field of view explains the pairs, (len(tried_deg),), of 0 to 1 (Geman and McClure 1987)."""
    scale_px, pairs = SPREAD * min(size), len(stack.known)
    focal = np.repeat([focal_px(fov, min(size)) for fov in tried_deg], pairs)
    here, there = (np.tile(one, (len(tried_deg), 1, 1)) for one in (stack.here, stack.there))
    known = np.tile(stack.known, (len(tried_deg), 1))
    _turns, off = refined_turns(here, there, focal, middle_of(size), scale_px, known.astype(np.float64))
    lost = np.where(known, off**2 / (off**2 + scale_px**2), 0.0).sum(axis=1)
    return np.asarray(lost.reshape(len(tried_deg), pairs).sum(axis=1) / max(1, stack.known.sum()))


def _bottom(tried_deg: Sequence[float], misfit: "Array") -> float:
    """The bottom of the parabola through three fields of view; the best of them where there is none."""
    logs = np.log(tried_deg)
    bend, slope, _ = np.polyfit(logs, misfit, 2)
    if bend <= 0:
        return tried_deg[int(misfit.argmin())]
    return float(np.exp(np.clip(-slope / 2 / bend, logs[0], logs[2])))


def _members(layers: Sequence[Layer | None]) -> "NDArray[np.int64]":
    """Names of the corners that belong to the background most of the time, rising."""
    known = [layer for layer in layers if layer is not None]
    if not known:
        return np.empty(0, np.int64)
    ids = np.concatenate([layer.pair.ids for layer in known])
    inside = np.concatenate([layer.members for layer in known])
    share = np.bincount(ids, inside) / np.maximum(1, np.bincount(ids))
    return np.flatnonzero(share >= 0.6)


def _wide_pairs(sights: Sequence[Sight], members: "NDArray[np.int64]", size: tuple[int, int]) -> list[Pair]:
    """For pictures all over the shot the one furthest on that still shares enough of the background; the widest."""
    found: list[tuple[float, Pair]] = []
    mine = [_of_background(sight, members) for sight in sights]
    for first in range(0, len(sights) - 1, 1 + len(sights) // MOST_FIRSTS):
        best: tuple[float, Pair] | None = None
        for gap in (1, 2, 3, 4, 6, 8, 12, 16):
            if first + gap >= len(sights):
                break
            pair = pair_of(mine, first, first + gap)
            if len(pair.ids) < 16:
                break
            moved = most_of(pair.moved_px(), 0.5) / min(size)
            if moved > WIDEST_SHARE and best is not None:
                break
            best = moved, pair
        if best is not None and best[0] > NARROWEST_SHARE:
            found.append(best)
    found.sort(key=lambda one: -one[0])
    return [pair for _moved, pair in found[:WIDE_PAIRS]]


def _of_background(sight: Sight, members: "NDArray[np.int64]") -> Sight:
    mine = found_in(sight.ids, members) >= 0
    return Sight(sight.at_s, sight.ids[mine], sight.places[mine])


def headings(layers: Sequence[Layer | None], short_fov_deg: float | None, size: tuple[int, int]) -> Headings:
    """Rotations chained: the turn about the upright axis, and the roll about the line of sight."""
    told = [number for number, layer in enumerate(layers) if layer is not None]
    backs = [layer.pair.only(layer.members) for layer in layers if layer is not None]
    steps = np.full((len(layers), 3), np.nan)
    if told:
        stack = Stack.of(backs)
        focal = np.full(len(told), focal_px(short_fov_deg or USUAL_HFOV_DEG, min(size)))
        weights = stack.known.astype(np.float64)
        turns, _off = refined_turns(stack.here, stack.there, focal, middle_of(size), SPREAD * min(size), weights)
        steps[told] = turn_vectors(turns)
    known = float(np.isfinite(steps[:, 0]).mean()) if len(steps) else 0.0
    steps = _bridged(steps)
    heading = -steps[:, 1]  # what moves to the left in the picture is a camera that turns to the right
    return Headings(_summed(heading), _summed(steps[:, 2]), known)


def _summed(steps: "Array") -> "Array":
    return np.asarray(np.degrees(np.concatenate([[0.0], np.cumsum(steps)])))


LONGEST_BRIDGE = 8
"""Steps that may be missing between two that were measured, and are taken to have gone on alike."""


def _bridged(steps: "Array") -> "Array":
    """Short gaps filled by what stands beside them; everywhere else nothing is taken to have moved."""
    known = np.flatnonzero(np.isfinite(steps[:, 0]))
    filled = np.nan_to_num(steps)
    for last, following in itertools.pairwise(known):
        if 1 < following - last <= LONGEST_BRIDGE + 1 and steps[last, 1] * steps[following, 1] > 0:
            smaller = np.where(np.abs(steps[last]) < np.abs(steps[following]), steps[last], steps[following])
            filled[last + 1 : following] = smaller
    return filled


def horizontal(short_fov_deg: float, size: tuple[int, int]) -> float:
    """The horizontal field of view of a picture whose shorter side sees this much."""
    focal = focal_px(short_fov_deg, min(size))
    return math.degrees(2 * math.atan(size[0] / 2 / focal))
