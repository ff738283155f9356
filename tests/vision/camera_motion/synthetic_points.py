"""Tracked points of a synthetic scene: points in space projected by a camera whose motion is known exactly."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from opsec.vision.camera_motion.correspondences import FramePoints
from opsec.vision.camera_motion.pinhole_camera import CameraIntrinsics, project

Floats = NDArray[np.float64]
SIZE = (180, 320)
FOV_DEG = 45.0
STEP_S = 0.125

Motion = Callable[[int, Floats], Floats]
"""Number of the frame and points in the axes of the first camera (n, 3) → points in those of this frame."""


def yaw_matrix(deg: float) -> Floats:
    """The rotation that turns rays as a camera that turns ``deg`` to the right sees them."""
    sine, cosine = np.sin(np.radians(-deg)), np.cos(np.radians(-deg))
    return np.array([[cosine, 0, sine], [0, 1, 0], [-sine, 0, cosine]])


def scene(seed: int = 1, count: int = 400, near_m: float = 4.0, far_m: float = 40.0, wide: float = 3.0) -> Floats:
    """Points ahead of the camera, (count, 3), ``wide`` times as far to each side as ahead."""
    rng = np.random.default_rng(seed)
    depth = rng.uniform(near_m, far_m, count)
    return np.stack([rng.uniform(-wide, wide, count) * depth, rng.uniform(-1, 1, count) * depth, depth], axis=1)


def track_points(points: Floats, motion: Motion, frames: int = 17, fov_deg: float = FOV_DEG) -> list[FramePoints]:
    """The tracks of a scene: in every frame the points that lie in front of the camera and inside the image."""
    camera = CameraIntrinsics.from_fov(fov_deg, SIZE)
    tracks = []
    for number in range(frames):
        seen = motion(number, points)
        pixels = project(seen, camera.focal_px, camera.center)
        inside = (seen[:, 2] > 0.1) & (pixels > 1).all(axis=1) & (pixels < np.array(SIZE) - 2).all(axis=1)
        tracks.append(FramePoints(number * STEP_S, np.flatnonzero(inside), pixels[inside].astype(np.float32)))
    return tracks


def turning(deg_per_frame: float) -> Motion:
    """A camera that turns to the right."""
    return lambda number, points: points @ yaw_matrix(deg_per_frame * number).T


def travelling(x_m: float, y_m: float, z_m: float) -> Motion:
    """A camera that travels this far a frame."""
    return lambda number, points: points - number * np.array([x_m, y_m, z_m])


def zooming(log_per_frame: float) -> Motion:
    """A lens that narrows: rays spread by this natural logarithm a frame."""
    return lambda number, points: points * np.array([np.exp(log_per_frame * number)] * 2 + [1.0])


def standing(_number: int, points: Floats) -> Floats:
    """A camera on a tripod."""
    return points
