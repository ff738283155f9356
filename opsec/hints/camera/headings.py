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

from opsec.hints.camera.background import USUAL_HFOV_DEG, Layer, Pair, pair_of
from opsec.hints.camera.geometry import focal_px, refined_turn, turn_vector
from opsec.hints.camera.tracks import Sight

if TYPE_CHECKING:
    from opsec.hints.camera.geometry import Array

TRIED_DEG = (6.0, 9.0, 12.0, 16.0, 20.0, 24.0, 28.0, 32.0, 36.0, 40.0, 44.0, 49.0, 54.0, 60.0, 66.0, 73.0, 80.0, 90.0)
"""Fields of view of the shorter side that are tried."""
SPREAD_PX = 1.0
"""What a corner of the background is off in the small picture when the field of view is right."""
WIDE_PAIRS = 16
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
    focals = np.array([focal_px(fov, min(size)) for fov in TRIED_DEG])
    centre, scale_px = (np.array(size, np.float64) - 1) / 2, SPREAD_PX
    misfit, points = np.zeros(len(focals)), 0
    for pair in wide:
        _turns, off = refined_turn(pair.here, pair.there, focals, centre, scale_px)
        misfit += (off**2 / (off**2 + scale_px**2)).sum(axis=1)
        points += len(pair.ids)
    misfit /= points
    best = int(misfit.argmin())
    clear = float(misfit.max() - misfit.min()) >= LEAST_CLEAR
    return View(_between(best, misfit) if clear else None, float(misfit[best]), len(wide))


def _between(best: int, misfit: "Array") -> float:
    """The bottom of the parabola through the best field of view and its neighbours."""
    if not 0 < best < len(TRIED_DEG) - 1:
        return TRIED_DEG[best]
    logs = np.log(TRIED_DEG[best - 1 : best + 2])
    bend, slope, _ = np.polyfit(logs, misfit[best - 1 : best + 2], 2)
    return float(np.exp(np.clip(-slope / 2 / bend, logs[0], logs[2]))) if bend > 0 else TRIED_DEG[best]


def _members(layers: Sequence[Layer | None]) -> "Array":
    """Names of the corners that belong to the background most of the time."""
    known = [layer for layer in layers if layer is not None]
    if not known:
        return np.empty(0, np.int64)
    ids = np.concatenate([layer.pair.ids for layer in known])
    inside = np.concatenate([layer.members for layer in known])
    names, places = np.unique(ids, return_inverse=True)
    share = np.bincount(places, inside) / np.bincount(places)
    return np.asarray(names[share >= 0.6])


def _wide_pairs(sights: Sequence[Sight], members: "Array", size: tuple[int, int]) -> list[Pair]:
    """For every picture the one furthest on that still shares enough of the background; the widest of these."""
    found: list[tuple[float, Pair]] = []
    for first in range(len(sights) - 1):
        best: tuple[float, Pair] | None = None
        for gap in (1, 2, 3, 4, 6, 8, 12, 16):
            if first + gap >= len(sights):
                break
            pair = _only(pair_of(sights, first, first + gap), members)
            if len(pair.ids) < 16:
                break
            moved = float(np.median(np.linalg.norm(pair.there - pair.here, axis=1))) / min(size)
            if moved > WIDEST_SHARE and best is not None:
                break
            best = moved, pair
        if best is not None and best[0] > NARROWEST_SHARE:
            found.append(best)
    found.sort(key=lambda one: -one[0])
    return [pair for _moved, pair in found[:WIDE_PAIRS]]


def _only(pair: Pair, members: "Array") -> Pair:
    mine = np.isin(pair.ids, members, assume_unique=True)
    return Pair(pair.first, pair.second, pair.ids[mine], pair.here[mine], pair.there[mine])


def headings(layers: Sequence[Layer | None], short_fov_deg: float | None, size: tuple[int, int]) -> Headings:
    """Rotations chained: the turn about the upright axis, and the roll about the line of sight."""
    focal = np.array([focal_px(short_fov_deg or USUAL_HFOV_DEG, min(size))])
    centre, scale_px = (np.array(size, np.float64) - 1) / 2, SPREAD_PX
    steps = np.full((len(layers), 3), np.nan)
    for number, layer in enumerate(layers):
        if layer is not None:
            here, there = layer.pair.here[layer.members], layer.pair.there[layer.members]
            turns, _off = refined_turn(here, there, focal, centre, scale_px)
            steps[number] = turn_vector(turns[0])
    known = float(np.isfinite(steps[:, 0]).mean()) if len(steps) else 0.0
    steps = _bridged(steps)
    heading = -steps[:, 1]  # what moves to the left in the picture is a camera that turns to the right
    return Headings(_summed(heading), _summed(steps[:, 2]), known)


def _summed(steps: "Array") -> "Array":
    return np.asarray(np.degrees(np.concatenate([[0.0], np.cumsum(steps)])))


LONGEST_BRIDGE = 4
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
