"""Rotation odometry: heading and roll of every frame of a shot, by chaining the rotations of its background."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from opsec.vision.camera_motion.correspondences import PairBatch
from opsec.vision.camera_motion.motion_segmentation import DEFAULT_FOV_DEG, BackgroundLayer
from opsec.vision.camera_motion.pinhole_camera import focal_length_px, image_center
from opsec.vision.camera_motion.rotation_geometry import refine_rotations, rotation_vectors
from opsec.vision.camera_motion.self_calibration import RESIDUAL_SCALE

if TYPE_CHECKING:
    from opsec.vision.arrays import Floats

MAX_GAP_STEPS = 8
"""Steps that may be missing between two measured ones and are filled in."""


@dataclass(frozen=True, slots=True)
class Headings:
    """Orientation of every frame relative to the first."""

    heading_deg: "Floats"
    """Clockwise seen from above, shape (frames,)."""
    roll_deg: "Floats"
    """About the line of sight, shape (frames,)."""
    measured_share: float
    """Share of the steps between frames that could be measured."""

    @property
    def range_deg(self) -> float:
        """Angle from the leftmost heading to the rightmost."""
        return float(np.ptp(self.heading_deg))


def chain_headings(
    layers: Sequence[BackgroundLayer | None], short_fov_deg: float | None, size: tuple[int, int]
) -> Headings:
    """Chain the rotations of the background from frame to frame.

    Parameters
    ----------
    layers
        Background of every step; None where it was not found.
    short_fov_deg
        Field of view of the shorter side; None takes the default.
    size
        Width and height of the frames.
    """
    measured = [number for number, layer in enumerate(layers) if layer is not None]
    pairs = [layer.pair.subset(layer.inliers) for layer in layers if layer is not None]
    steps = np.full((len(layers), 3), np.nan)
    if measured:
        batch = PairBatch.from_pairs(pairs)
        focals_px = np.full(len(measured), focal_length_px(short_fov_deg or DEFAULT_FOV_DEG, min(size)))
        rotations, _residuals_px = refine_rotations(
            batch.source,
            batch.target,
            focals_px,
            image_center(size),
            RESIDUAL_SCALE * min(size),
            batch.valid.astype(np.float64),
        )
        steps[measured] = rotation_vectors(rotations)
    measured_share = float(np.isfinite(steps[:, 0]).mean()) if len(steps) else 0.0
    steps = _fill_gaps(steps)
    yaw = -steps[:, 1]  # points that move left in the image mean a camera that turns right
    return Headings(_accumulate_deg(yaw), _accumulate_deg(steps[:, 2]), measured_share)


def _accumulate_deg(steps_rad: "Floats") -> "Floats":
    """Running sum in degrees, from 0 at the first frame."""
    return np.asarray(np.degrees(np.concatenate([[0.0], np.cumsum(steps_rad)])))


def _fill_gaps(steps: "Floats") -> "Floats":
    """Fill missing rotation vectors (n, 3), which are NaN.

    A short gap between two steps that turn the same way takes the smaller of both, component by component; every
    other missing step is taken as no motion.
    """
    measured = np.flatnonzero(np.isfinite(steps[:, 0]))
    filled = np.nan_to_num(steps)
    for last, following in itertools.pairwise(measured):
        if 1 < following - last <= MAX_GAP_STEPS + 1 and steps[last, 1] * steps[following, 1] > 0:
            smaller = np.where(np.abs(steps[last]) < np.abs(steps[following]), steps[last], steps[following])
            filled[last + 1 : following] = smaller
    return filled
