"""Directions and turns of a camera that stays where it is.

A point of the picture is a direction once the focal length is known. Two pictures taken from one spot
differ by one rotation of all directions (Hartley and Zisserman 2004, section 8.4); the rotation that
fits best is found in closed form (Kabsch 1976), and among points of which some move by themselves by
trying the rotations of many pairs of points (Fischler and Bolles 1981), always the same pairs.

Everything is asked for many pairs of pictures at once: ``k`` pairs of up to ``n`` points, those that a
pair lacks with weight 0.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]

TRIES = 40
"""Rotations tried per pair of pictures."""
FEWEST_NEAR = 4
"""Points that a rotation is refined by, at least."""


@dataclass(frozen=True, slots=True)
class Lens:
    """What turns places of a picture into directions: a pinhole, its axis through the middle of the picture."""

    focal_px: float
    centre: "Array"

    @classmethod
    def of(cls, short_fov_deg: float, size: tuple[int, int]) -> "Lens":
        """Of a picture of (width, height) whose shorter side sees so many degrees."""
        return cls(focal_px(short_fov_deg, min(size)), middle_of(size))


def middle_of(size: tuple[int, int]) -> "Array":
    """The middle of a picture of (width, height), in its pixels."""
    return np.asarray((np.array(size, np.float64) - 1) / 2)


def focal_px(hfov_deg: float, width_px: int) -> float:
    """Focal length, in pixels of a picture this wide, of a horizontal field of view."""
    return width_px / 2 / math.tan(math.radians(hfov_deg) / 2)


def directions(places: "Array", focal: "Array | float", centre: "Array") -> "Array":
    """Unit directions of places (…, n, 2) for focal lengths (…): x right, y down, z ahead."""
    flat = (places - centre) / np.asarray(focal, np.float64)[..., None, None]
    rays = np.empty((*flat.shape[:-1], 3))
    rays[..., 2] = 1 / np.sqrt(1 + flat[..., 0] ** 2 + flat[..., 1] ** 2)
    rays[..., :2] = flat * rays[..., 2:]
    return rays


def rotation(here: "Array", there: "Array", weights: "Array") -> "Array":
    """The rotation that takes directions ``here`` (…, n, 3) to ``there``, by weighted least squares."""
    covariance = np.swapaxes(there * weights[..., None], -1, -2) @ here
    u, _s, vt = np.linalg.svd(covariance)
    u[..., :, 2] *= _handed(u @ vt)[..., None]
    return np.asarray(u @ vt)


def _handed(turns: "Array") -> "Array":
    """1 for a rotation, -1 for a mirrored one: the sign of the determinant."""
    x, y, z = turns[..., 0, :], turns[..., 1, :], turns[..., 2, :]
    return np.asarray(np.sign((np.cross(x, y) * z).sum(axis=-1)))


def places_of(rays: "Array", focal: "Array | float", centre: "Array") -> "Array":
    """Where directions (…, n, 3) lie in the picture; those behind the camera lie far outside of it."""
    ahead = np.maximum(rays[..., 2:], 1e-3)
    return np.asarray(rays[..., :2] / ahead * np.asarray(focal, np.float64)[..., None, None] + centre)


def steadiest_turns(
    here: "Array", there: "Array", lens: Lens, tolerance_px: float, weights: "Array"
) -> "tuple[Array, Array]":
    """The rotations (k, 3, 3) that most of the weight (k, n) agrees with, and how far every point lies from them.

    How far is told in pixels of the middle of the picture, (k, n).
    """
    rays, goals = directions(here, lens.focal_px, lens.centre), directions(there, lens.focal_px, lens.centre)
    both = (goals[..., :, None] * rays[..., None, :]).reshape(*rays.shape[:2], 9)
    turns = _tried(rays, goals, weights)
    away = np.minimum(_chord(both, turns.reshape(len(turns), -1, 9)), (tolerance_px / lens.focal_px) ** 2)
    best = (weights[:, None, :] @ away)[:, 0].argmin(axis=-1)
    turn = turns[np.arange(len(turns)), best]
    reach = (tolerance_px / lens.focal_px) ** 2
    for _ in range(2):
        off = _chord(both, turn.reshape(-1, 1, 9))[..., 0]
        near = weights * (off < reach)
        enough = np.count_nonzero(near, axis=-1) >= FEWEST_NEAR
        turn = np.where(enough[:, None, None], rotation(rays, goals, near), turn)
    return turn, np.sqrt(_chord(both, turn.reshape(-1, 1, 9))[..., 0]) * lens.focal_px


def _tried(rays: "Array", goals: "Array", weights: "Array") -> "Array":
    """The rotations (k, tries, 3, 3) of pairs of points that have a weight, each exact for its two points."""
    order = np.argsort(weights <= 0, axis=-1, kind="stable")
    count = (weights > 0).sum(axis=-1)
    drawn = (np.random.default_rng(7).random((len(rays), TRIES, 2)) * count[:, None, None]).astype(int)
    drawn[..., 1] = np.where(
        drawn[..., 1] == drawn[..., 0], (drawn[..., 0] + 1) % np.maximum(count, 1)[:, None], drawn[..., 1]
    )
    row = np.arange(len(rays))[:, None]
    one, other = order[row, drawn[..., 0]], order[row, drawn[..., 1]]
    return _frame(goals[row, one], goals[row, other]) @ np.swapaxes(_frame(rays[row, one], rays[row, other]), -1, -2)


def _frame(one: "Array", other: "Array") -> "Array":
    """Three axes (…, 3, 3), in columns, of two unit directions (…, 3): their sum, their difference and its cross."""
    along, across = one + other, one - other
    along = along / np.sqrt((along**2).sum(axis=-1, keepdims=True) + 1e-18)
    across = across / np.sqrt((across**2).sum(axis=-1, keepdims=True) + 1e-18)
    return np.stack([along, across, np.cross(along, across)], axis=-1)


def _chord(both: "Array", turns: "Array") -> "Array":
    """Squared length of the chord between turned direction and goal: (k, n, 9) and (k, t, 9) give (k, n, t)."""
    return np.maximum(0.0, 2 - 2 * (both @ np.swapaxes(turns, -1, -2)))


def refined_turns(  # noqa: PLR0913, PLR0917 - places, weights and the lens
    here: "Array", there: "Array", focal: "Array", centre: "Array", scale_px: float, weights: "Array"
) -> "tuple[Array, Array]":
    """The rotations (k, 3, 3) of points most of which agree, for a focal length each (k,), and what each point is off.

    Iteratively reweighted from all points alike to those within ``scale_px`` (Holland and Welsch 1977).
    """
    rays, goals = directions(here, focal, centre), directions(there, focal, centre)
    trust = weights
    for reach in (4, 2, 1, 1):
        turns = rotation(rays, goals, trust)
        off = places_of(rays @ np.swapaxes(turns, -1, -2), focal, centre) - there
        squared = (off**2).sum(axis=-1)
        trust = weights / (1 + squared / (reach * scale_px) ** 2) ** 2
    return turns, np.sqrt(squared)


def turn_vectors(turns: "Array") -> "Array":
    """Axis times angle, in radians, (k, 3) of rotations (k, 3, 3) of less than half a circle (Rodrigues)."""
    axis = np.stack(
        [turns[..., 2, 1] - turns[..., 1, 2], turns[..., 0, 2] - turns[..., 2, 0], turns[..., 1, 0] - turns[..., 0, 1]],
        axis=-1,
    )
    sine = np.linalg.norm(axis, axis=-1)
    angle = np.arctan2(sine, np.trace(turns, axis1=-2, axis2=-1) - 1)
    return np.asarray(axis * (angle / np.maximum(sine, 1e-12))[..., None])
