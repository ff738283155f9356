"""Pinhole camera model: focal length, fields of view, and the change between pixels and unit rays.

Axes: x right, y down, z ahead. The principal point is the centre of the image.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from opsec.vision.arrays import Floats

_MIN_DEPTH = 1e-3
"""Depth of a unit ray below which it counts as behind the camera."""


@dataclass(frozen=True, slots=True)
class CameraIntrinsics:
    """Focal length and principal point of a pinhole camera."""

    focal_px: float
    center: "Floats"
    """x, y in pixels, shape (2,)."""

    @classmethod
    def from_fov(cls, short_fov_deg: float, size: tuple[int, int]) -> "CameraIntrinsics":
        """Derive the intrinsics of an image of (width, height) from the field of view of its shorter side."""
        return cls(focal_length_px(short_fov_deg, min(size)), image_center(size))


def image_center(size: tuple[int, int]) -> "Floats":
    """Centre x, y of an image of (width, height), in pixels, shape (2,)."""
    return np.asarray((np.array(size, np.float64) - 1) / 2)


def focal_length_px(fov_deg: float, side_px: int) -> float:
    """Focal length, in pixels, of a camera whose field of view spans an image side of ``side_px``."""
    return side_px / 2 / math.tan(math.radians(fov_deg) / 2)


def horizontal_fov_deg(short_fov_deg: float, size: tuple[int, int]) -> float:
    """Horizontal field of view of an image of (width, height), from the field of view of its shorter side."""
    focal_px = focal_length_px(short_fov_deg, min(size))
    return math.degrees(2 * math.atan(size[0] / 2 / focal_px))


def unproject(points: "Floats", focal_px: "Floats | float", center: "Floats") -> "Floats":
    """Turn pixel positions into unit rays.

    Parameters
    ----------
    points
        Pixel positions x, y, shape (…, n, 2).
    focal_px
        Focal lengths, shape (…), or one for all.
    center
        Principal point, shape (2,).

    Returns
    -------
    Rays of length 1, shape (…, n, 3).
    """
    normalised = (points - center) / np.asarray(focal_px, np.float64)[..., None, None]
    rays = np.empty((*normalised.shape[:-1], 3))
    rays[..., 2] = 1 / np.sqrt(1 + normalised[..., 0] ** 2 + normalised[..., 1] ** 2)
    rays[..., :2] = normalised * rays[..., 2:]
    return rays


def project(rays: "Floats", focal_px: "Floats | float", center: "Floats") -> "Floats":
    """Project rays (…, n, 3) to pixel positions (…, n, 2); the inverse of ``unproject``.

    Rays that point behind the camera are projected far outside the image.
    """
    depth = np.maximum(rays[..., 2:], _MIN_DEPTH)
    return np.asarray(rays[..., :2] / depth * np.asarray(focal_px, np.float64)[..., None, None] + center)
