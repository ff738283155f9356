"""Directions and turns of a camera that stays where it is.

A point of the picture is a direction once the focal length is known. Two pictures taken from one spot
differ by one rotation of all directions (Hartley and Zisserman 2004, section 8.4); the rotation that
fits best is found in closed form (Kabsch 1976), and among points of which some move by themselves by
trying the rotations of many pairs of points (Fischler and Bolles 1981), always the same pairs.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Mask = NDArray[np.bool_]

TRIES = 48
"""Rotations tried per pair of pictures."""


@dataclass(frozen=True, slots=True)
class Lens:
    """What turns places of a picture into directions: a pinhole, its axis through the middle of the picture."""

    focal_px: float
    centre: "Array"

    @classmethod
    def of(cls, short_fov_deg: float, size: tuple[int, int]) -> "Lens":
        """Of a picture of (width, height) whose shorter side sees so many degrees."""
        return cls(focal_px(short_fov_deg, min(size)), (np.array(size, np.float64) - 1) / 2)


def focal_px(hfov_deg: float, width_px: int) -> float:
    """Focal length, in pixels of a picture this wide, of a horizontal field of view."""
    return width_px / 2 / math.tan(math.radians(hfov_deg) / 2)


def directions(places: "Array", focal: "Array | float", centre: "Array") -> "Array":
    """Unit directions of places (…, n, 2) for focal lengths (…): x right, y down, z ahead."""
    flat = (places - centre) / np.asarray(focal, np.float64)[..., None, None]
    rays = np.concatenate([flat, np.ones((*flat.shape[:-1], 1))], axis=-1)
    return np.asarray(rays / np.linalg.norm(rays, axis=-1, keepdims=True))


def rotation(here: "Array", there: "Array", weights: "Array") -> "Array":
    """The rotation that takes directions ``here`` (…, n, 3) to ``there``, by weighted least squares."""
    covariance = np.swapaxes(there * weights[..., None], -1, -2) @ here
    u, _s, vt = np.linalg.svd(covariance)
    u[..., :, 2] *= np.sign(np.linalg.det(u @ vt))[..., None]
    return np.asarray(u @ vt)


def places_of(rays: "Array", focal: "Array | float", centre: "Array") -> "Array":
    """Where directions (…, n, 3) lie in the picture; those behind the camera lie far outside of it."""
    ahead = np.maximum(rays[..., 2:], 1e-3)
    return np.asarray(rays[..., :2] / ahead * np.asarray(focal, np.float64)[..., None, None] + centre)


def steadiest_turn(
    here: "Array", there: "Array", lens: Lens, tolerance_px: float, weights: "Array"
) -> "tuple[Array, Array]":
    """The rotation that most of the weight agrees with, and how far each point lies from it, in pixels."""
    focal, centre = lens.focal_px, lens.centre
    rays, goals = directions(here, focal, centre), directions(there, focal, centre)
    pairs = np.random.default_rng(7).integers(0, len(here), (TRIES, 2))
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    turns = rotation(rays[pairs], goals[pairs], np.ones(pairs.shape))
    away = np.linalg.norm(places_of(rays @ np.swapaxes(turns, -1, -2), focal, centre) - there, axis=-1)
    best = int((weights * np.minimum(away, tolerance_px) ** 2).sum(axis=-1).argmin())
    turn, off = turns[best], away[best]
    for _ in range(2):
        near = weights * (off < tolerance_px)
        if np.count_nonzero(near) < 4:
            break
        turn = rotation(rays, goals, near)
        off = np.linalg.norm(places_of(rays @ turn.T, focal, centre) - there, axis=-1)
    return turn, off


def refined_turn(
    here: "Array", there: "Array", focal: "Array", centre: "Array", scale_px: float
) -> "tuple[Array, Array]":
    """For each focal length (k,) the rotation of points most of which agree, and what each point is off, (k, n)."""
    rays = directions(np.broadcast_to(here, (len(focal), *here.shape)), focal, centre)
    goals = directions(np.broadcast_to(there, (len(focal), *there.shape)), focal, centre)
    weights = np.ones(rays.shape[:2])
    for reach in (4, 3, 2, 1, 1):
        turns = rotation(rays, goals, weights)
        off = np.linalg.norm(places_of(rays @ np.swapaxes(turns, -1, -2), focal, centre) - there, axis=-1)
        weights = 1 / (1 + (off / (reach * scale_px)) ** 2) ** 2
    return turns, off


def turn_vector(turn: "Array") -> "Array":
    """Axis times angle, in radians (Rodrigues)."""
    import cv2

    return np.asarray(cv2.Rodrigues(turn)[0], np.float64).ravel()
