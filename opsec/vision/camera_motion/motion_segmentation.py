"""Segment the static background from people who move in front of it.

In every pair of frames at most two layers are sought that each move as one. The background is the layer that covers
the border of the image: somebody who films himself fills the centre and the lower part.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from opsec.vision.camera_motion.correspondences import FramePair, FramePoints, PairBatch, in_border_zone, pair_frames
from opsec.vision.camera_motion.pinhole_camera import CameraIntrinsics
from opsec.vision.camera_motion.rotation_geometry import fit_rotations_robust

if TYPE_CHECKING:
    from opsec.vision.arrays import Flags, Floats, Ints

DEFAULT_FOV_DEG = 45.0
"""Field of view of the shorter side taken while the clip itself has given none: a phone held upright."""
INLIER_TOLERANCE = 0.0107
"""Distance of a point from its layer's motion, at most, as a share of the shorter side."""
MIN_SHARED_POINTS = 8
"""Points that two frames must share."""
MIN_BORDER_POINTS = 5
"""Points at the border that a background must have."""
CENTER_WEIGHT = 0.25
"""Weight of a point outside the border zone; a point inside has weight 1."""
FAST_STEP_DEG = 1.5
"""Turn between two frames from which a step is fast. A slower one takes hardly a point out of the image: most of the
border must be found again."""
SLOW_BORDER_SHARE, FAST_BORDER_SHARE = 0.4, 0.12
"""Share of the first frame's border points that the background must contain, in a slow and in a fast step."""
MAX_CENTER_STEPS = 4
"""Steps for which the centre is trusted while it continues the border's last motion."""
CONTINUATION_TOLERANCE_DEG, CONTINUATION_TOLERANCE = 1.0, 0.4
"""Difference between a step and its expectation, in degrees and as a share of it, the larger of both."""
STATIC_DISPLACEMENT = 0.0016
"""What moves less than this share of the shorter side stands still on the screen."""
MIN_MOVING_SHARE = 0.25
"""Share of the points that must move for the others to be taken for an overlay."""
DOMINANT_SHARE = 0.7
"""Share of all points that a layer must contain to be accepted wherever it lies."""
_BATCH_PAIRS = 64
"""Pairs solved at once: more need more memory and are no faster."""
_GRID = (6, 9)
"""Columns and rows of the grid that measures how widely a layer is spread."""
_MIN_STEP_S = 1e-3


@dataclass(frozen=True, slots=True)
class BackgroundLayer:
    """The background of a frame pair: its points, and its rotation under the default field of view."""

    pair: FramePair
    inliers: "Flags"
    """Points of the pair that belong to the background, shape (n,)."""
    rotation: "Floats"
    """Rotation matrix, shape (3, 3)."""
    border_inliers: int
    """Inliers in the border zone."""

    @property
    def yaw_deg(self) -> float:
        """Turn about the vertical axis, under the default field of view."""
        return float(np.degrees(np.arctan2(self.rotation[0, 2], self.rotation[2, 2])))


def find_background_layers(frames: Sequence[FramePoints], size: tuple[int, int]) -> list[BackgroundLayer | None]:
    """Find the background of every step from one frame to the next.

    Where the border shows too little, a layer of the centre is accepted as long as it continues the border's last
    motion.

    Parameters
    ----------
    frames
        Tracked points of the shot.
    size
        Width and height of the frames.

    Returns
    -------
    One layer per step; None where the background cannot be separated from people.
    """
    pairs = [pair_frames(frames, first, first + 1) for first in range(len(frames) - 1)]
    border_counts = [int(in_border_zone(frame.points, size).sum()) for frame in frames]
    layers: list[BackgroundLayer | None] = []
    last_deg_per_s, steps_without_border = 0.0, MAX_CENTER_STEPS + 1
    for pair, border_layer in zip(pairs, _border_layers(pairs, border_counts, size), strict=True):
        steps_without_border = 0 if border_layer is not None else steps_without_border + 1
        step_s = max(_MIN_STEP_S, frames[pair.second].at_s - frames[pair.first].at_s)
        layer = border_layer
        trusted = steps_without_border <= MAX_CENTER_STEPS
        if layer is None and (trusted or border_counts[pair.first] < MIN_BORDER_POINTS):
            layer = _dominant_layer(pair, size)
            if layer is not None and trusted and not _continues(layer.yaw_deg, last_deg_per_s * step_s):
                layer = None
        if layer is not None:
            last_deg_per_s = layer.yaw_deg / step_s
        layers.append(layer)
    return layers


def find_static_points(pair: FramePair, size: tuple[int, int]) -> "Flags":
    """Mark the points that stay in place on the screen, (n,): part of an overlay, or everything on a tripod."""
    return np.asarray(pair.displacement_px() < STATIC_DISPLACEMENT * min(size))


def _continues(yaw_deg: float, expected_deg: float) -> bool:
    tolerance_deg = max(CONTINUATION_TOLERANCE_DEG, CONTINUATION_TOLERANCE * abs(expected_deg))
    return abs(yaw_deg - expected_deg) <= tolerance_deg


def _border_layers(
    pairs: Sequence[FramePair], border_counts: Sequence[int], size: tuple[int, int]
) -> Iterator[BackgroundLayer | None]:
    """Yield for every pair the layer that covers the border; None where too little was tracked there."""
    for begin in range(0, len(pairs), _BATCH_PAIRS):
        some = pairs[begin : begin + _BATCH_PAIRS]
        batch = PairBatch.from_pairs(some)
        border = in_border_zone(batch.source, size) & batch.valid
        squared_px = ((batch.target - batch.source) ** 2).sum(axis=-1)
        static = (squared_px < (STATIC_DISPLACEMENT * min(size)) ** 2) & batch.valid
        layers = _two_layers(batch, border, static, size)
        for row, pair in enumerate(some):
            count = len(pair.ids)
            candidates = [(rotations[row], inliers[row, :count]) for rotations, inliers in layers]
            zones = _PairZones(pair, border[row, :count], static[row, :count], border_counts[pair.first])
            yield _choose_background(zones, candidates, size)


def _two_layers(
    batch: PairBatch, border: "Flags", static: "Flags", size: tuple[int, int]
) -> "list[tuple[Floats, Flags]]":
    """Rotations (k, 3, 3) and inliers (k, n) of the layer with most weight, and of the next among the rest."""
    intrinsics, tolerance_px = CameraIntrinsics.from_fov(DEFAULT_FOV_DEG, size), INLIER_TOLERANCE * min(size)
    weights, remaining = np.where(border, 1.0, CENTER_WEIGHT), batch.valid & ~static
    layers: list[tuple[Floats, Flags]] = []
    for _ in range(2):
        rotations, residuals_px = fit_rotations_robust(
            batch.source, batch.target, intrinsics, tolerance_px, weights * remaining
        )
        enough = remaining.sum(axis=-1) >= MIN_BORDER_POINTS
        inliers = remaining & (residuals_px < tolerance_px) & enough[:, None]
        layers.append((rotations, inliers))
        remaining = remaining & ~inliers
    return layers


@dataclass(frozen=True, slots=True)
class _PairZones:
    """A pair with the points at the border and those that stand still on the screen."""

    pair: FramePair
    border: "Flags"
    static: "Flags"
    first_border_count: int
    """Border points of the first frame, found again or not."""


def _choose_background(
    zones: _PairZones, candidates: "Sequence[tuple[Floats, Flags]]", size: tuple[int, int]
) -> BackgroundLayer | None:
    """Choose the candidate (rotation, inliers) whose border points are spread most widely."""
    pair, border = zones.pair, zones.border
    if len(pair.ids) < MIN_SHARED_POINTS or border.sum() < MIN_BORDER_POINTS:
        return None
    if (border & ~zones.static).sum() < max(MIN_BORDER_POINTS, MIN_MOVING_SHARE * border.sum()):
        still = BackgroundLayer(pair, zones.static, np.eye(3), int((zones.static & border).sum()))
        return still if still.border_inliers >= SLOW_BORDER_SHARE * zones.first_border_count else None
    cells = _grid_cells(pair.source, size)
    rotation, inliers = max(candidates, key=lambda layer: len(set(cells[layer[1] & border].tolist())))
    best = BackgroundLayer(pair, inliers, rotation, int((inliers & border).sum()))
    share = SLOW_BORDER_SHARE if abs(best.yaw_deg) < FAST_STEP_DEG else FAST_BORDER_SHARE
    needed = share * zones.first_border_count
    return best if best.border_inliers >= max(MIN_BORDER_POINTS, needed) else None


def _dominant_layer(pair: FramePair, size: tuple[int, int]) -> BackgroundLayer | None:
    """The layer that nearly all points belong to, wherever they lie; None where there is no such layer."""
    if len(pair.ids) < MIN_SHARED_POINTS:
        return None
    tolerance_px = INLIER_TOLERANCE * min(size)
    intrinsics, weights = CameraIntrinsics.from_fov(DEFAULT_FOV_DEG, size), np.ones((1, len(pair.ids)))
    rotations, residuals_px = fit_rotations_robust(
        pair.source[None], pair.target[None], intrinsics, tolerance_px, weights
    )
    inliers = residuals_px[0] < tolerance_px
    return BackgroundLayer(pair, inliers, rotations[0], int(inliers.sum())) if inliers.mean() > DOMINANT_SHARE else None


def _grid_cells(points: "Floats", size: tuple[int, int]) -> "Ints":
    """Number of the grid cell that each point (n, 2) lies in, shape (n,)."""
    cells = (points / np.array(size) * _GRID).astype(int)
    return np.asarray(cells[:, 0] * _GRID[1] + cells[:, 1])
