"""Straighten what an action camera films: its lens is nearly equidistant (Kannala and Brandt 2006).

Under such a lens the image of a turn slides nearly evenly, which a pinhole camera shows only at a very narrow field of
view: taken for a pinhole, a wide lens seems to be a long one.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from opsec.vision.camera_motion.correspondences import FramePoints, PairBatch
from opsec.vision.camera_motion.pinhole_camera import image_center

if TYPE_CHECKING:
    from opsec.vision.arrays import Floats

_MAX_OFF_AXIS_RAD = 1.4
"""Angle from the optical axis beyond which a point cannot be straightened."""


def equidistant_focal_px(short_fov_deg: float, size: tuple[int, int]) -> float:
    """Focal length, in pixels, of an equidistant lens with this field of view across the shorter side."""
    return min(size) / math.radians(short_fov_deg)


def straightened(points: "Floats", short_fov_deg: float, size: tuple[int, int]) -> "Floats":
    """Move the points of an equidistant lens to where a pinhole camera of the same focal length shows them.

    Parameters
    ----------
    points
        Pixel positions, shape (…, 2).
    short_fov_deg
        Field of view of the lens across the shorter side.
    size
        Width and height of the frames.
    """
    center = image_center(size)
    offsets = points - center
    angle_rad = np.linalg.norm(offsets, axis=-1, keepdims=True) / equidistant_focal_px(short_fov_deg, size)
    stretch = np.tan(np.minimum(angle_rad, _MAX_OFF_AXIS_RAD)) / np.maximum(angle_rad, 1e-9)
    return np.asarray(center + offsets * np.where(angle_rad > 0, stretch, 1.0))


def straightened_batch(batch: PairBatch, short_fov_deg: float, size: tuple[int, int]) -> PairBatch:
    """Straighten both frames of every pair."""
    source, target = (straightened(points, short_fov_deg, size) for points in (batch.source, batch.target))
    return PairBatch(source, target, batch.valid)


def straightened_frames(
    frames: Sequence[FramePoints], short_fov_deg: float, size: tuple[int, int]
) -> list[FramePoints]:
    """Straighten the points of every frame."""
    return [
        FramePoints(
            frame.at_s,
            frame.ids,
            straightened(frame.points.astype(np.float64), short_fov_deg, size).astype(np.float32),
        )
        for frame in frames
    ]


def pinhole_fov_deg(short_fov_deg: float) -> float:
    """Field of view, across the shorter side, of a pinhole camera with the focal length of an equidistant lens."""
    return math.degrees(2 * math.atan(math.radians(short_fov_deg) / 2))
