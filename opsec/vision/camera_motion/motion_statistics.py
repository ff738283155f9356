"""Optical-flow statistics of a shot: how well a rotation, or a similarity transform, explains the tracked points.

A camera that travels shows parallax: near things move more than far ones, away from one point of the image (the focus
of expansion), and that point stays in place as long as the camera travels straight on. People move too, but to and fro.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from opsec.vision.camera_motion.correspondences import (
    FramePair,
    FramePoints,
    PairBatch,
    in_border_zone,
    quantile,
    widening_pairs,
    widest_pair,
)
from opsec.vision.camera_motion.motion_segmentation import (
    CENTER_WEIGHT,
    DEFAULT_FOV_DEG,
    INLIER_TOLERANCE,
    MIN_MOVING_SHARE,
    find_static_points,
)
from opsec.vision.camera_motion.parallax import translation_directions
from opsec.vision.camera_motion.pinhole_camera import CameraIntrinsics, unproject
from opsec.vision.camera_motion.rotation_geometry import fit_rotations_robust
from opsec.vision.camera_motion.similarity_fit import fit_similarity, thirds_disparity_px

if TYPE_CHECKING:
    from opsec.vision.arrays import Floats

MIN_PAIR_POINTS = 20
"""Points that a pair must share."""
MIN_BORDER_POINTS = 5
"""Border points from which their own share is measured."""
MAX_PAIRS = 8
"""Wide pairs that are measured."""
FRAME_GAPS = (1, 2, 3, 4, 6, 8, 12)
"""Distances, in frames, at which pairs are formed."""
DISPLACEMENT_QUANTILE = 0.7
"""Quantile of the points' displacements that stands for the pair."""
MAX_DISPLACEMENT = 0.25
"""Displacement up to which a pair is widened, as a share of the shorter side."""
MIN_HAND_DISPLACEMENT = 0.015
"""Displacement that a hand gives a pair, at least, as a share of the shorter side."""
APPROACH_GROWTH_PER_S = 0.12
"""Natural logarithm of the growth in a second of an image in which things grow and none passes by."""
MIN_APPROACH_PARALLAX = 0.5
"""Share of the border with parallax from which the image grows because the camera approaches a wall."""
MIN_SHIFT = 0.015
"""Shift of the centre, as a share of the shorter side, below which the disparity of the thirds is noise."""
_MIN_STEP_S = 1e-3


@dataclass(frozen=True, slots=True)
class MotionStatistics:
    """Statistics of the wide frame pairs of a shot, medians unless stated; shares run from 0 to 1."""

    pairs: int
    displacement: float
    """Displacement of the points in a pair, as a share of the shorter side."""
    rotation_share: float
    """Share of the points that one rotation explains."""
    border_rotation_share: float
    """The same for the points at the border."""
    similarity_share: float
    """Share that one shift, roll and scale explain: flat ground seen from straight above."""
    total_shift: float
    """Shift of the image centre over the whole shot, in shorter sides."""
    shift_consistency: float
    """How much of that shift goes one way, 0 to 1."""
    growth_per_s: float
    """Natural logarithm of the growth of the image in a second."""
    upper_growth_per_s: float
    """The same for the upper half; NaN where it shows too little."""
    lower_growth_per_s: float
    """The same for the lower half; NaN where it shows too little."""
    relief: float
    """Disparity between the upper and the lower third once shift, roll and scale are removed, as a share of the shift;
    NaN where one shows too little. For somebody who walks, the upper part lies farther away than the lower."""
    sideways_share: float
    """Share of the centre's path that runs along the image rows."""
    residual_speed: float
    """Speed of what no rotation explains, in shorter sides a second."""
    parallax_share: float
    """Share of the border that moves as if the camera travelled."""
    parallax_consistency: float
    """How steadily the camera travels one way: 0 is to and fro, 1 is straight on."""

    @property
    def loses_near_ground(self) -> bool:
        """Whether the lower half, where the near ground lies, is not found again after a small camera motion."""
        return math.isnan(self.lower_growth_per_s) and self.displacement > MIN_HAND_DISPLACEMENT

    @property
    def passing_speed(self) -> float:
        """Speed of what passes by, in shorter sides a second: 0 before a wall that only grows nearer."""
        approaches = not math.isnan(self.growth_per_s) and self.parallax_share > MIN_APPROACH_PARALLAX
        growth = abs(self.growth_per_s) if approaches else 0.0
        return self.residual_speed * max(0.0, 1 - growth / APPROACH_GROWTH_PER_S)

    @property
    def max_growth_per_s(self) -> float:
        """Absolute growth of the image, or of the half that changes faster; natural logarithm a second."""
        halves = (self.growth_per_s, self.upper_growth_per_s, self.lower_growth_per_s)
        return max((abs(one) for one in halves if not math.isnan(one)), default=0.0)


class _PairStatistics(NamedTuple):
    """The figures of one pair; fields as in ``MotionStatistics``."""

    displacement: float
    rotation_share: float
    border_rotation_share: float
    similarity_share: float
    shift_per_s: float
    growth_per_s: float
    upper_growth_per_s: float
    lower_growth_per_s: float
    relief: float
    residual_speed: float
    drift_per_s: "Floats"
    """Shift x, y of the image centre, in shorter sides a second, shape (2,)."""


def measure_motion(
    frames: Sequence[FramePoints], short_fov_deg: float | None, size: tuple[int, int]
) -> MotionStatistics | None:
    """Measure the optical flow of a shot.

    Parameters
    ----------
    frames
        Tracked points of the shot.
    short_fov_deg
        Field of view of the shorter side; None takes the default.
    size
        Width and height of the frames.

    Returns
    -------
    The statistics; None when too few points could be tracked.
    """
    pairs = _wide_pairs(frames, size)
    if not pairs:
        return None
    intrinsics = CameraIntrinsics.from_fov(short_fov_deg or DEFAULT_FOV_DEG, size)
    batch, tolerance_px = PairBatch.from_pairs(pairs), INLIER_TOLERANCE * min(size)
    border = in_border_zone(batch.source, size)
    weights = np.where(border, 1.0, CENTER_WEIGHT) * batch.valid
    rotations, residuals_px = fit_rotations_robust(batch.source, batch.target, intrinsics, tolerance_px, weights)
    rows = [
        _measure_pair(pair, away[: len(pair.ids)], frames[pair.second].at_s - frames[pair.first].at_s, size)
        for pair, away in zip(pairs, residuals_px, strict=True)
    ]
    source_rays = unproject(batch.source, intrinsics.focal_px, intrinsics.center) @ np.swapaxes(rotations, -1, -2)
    target_rays = unproject(batch.target, intrinsics.focal_px, intrinsics.center)
    translations = translation_directions(
        source_rays, target_rays, tolerance_px / intrinsics.focal_px, batch.valid & border
    )
    return _summarise(rows, translations, frames[-1].at_s - frames[0].at_s)


def _summarise(rows: Sequence[_PairStatistics], translations: "Floats", duration_s: float) -> MotionStatistics:
    """Combine the figures of all pairs with their translations (k, 3)."""
    drift = np.array([row.drift_per_s for row in rows])
    strength = np.linalg.norm(translations, axis=1)
    return MotionStatistics(
        pairs=len(rows),
        displacement=_median([row.displacement for row in rows]),
        rotation_share=_median([row.rotation_share for row in rows]),
        border_rotation_share=_median([row.border_rotation_share for row in rows]),
        similarity_share=_median([row.similarity_share for row in rows]),
        total_shift=_median([row.shift_per_s for row in rows]) * duration_s,
        shift_consistency=float(np.linalg.norm(drift.sum(axis=0)) / max(1e-9, np.linalg.norm(drift, axis=1).sum())),
        growth_per_s=_steady([row.growth_per_s for row in rows]),
        upper_growth_per_s=_steady([row.upper_growth_per_s for row in rows]),
        lower_growth_per_s=_steady([row.lower_growth_per_s for row in rows]),
        relief=_median([row.relief for row in rows]),
        sideways_share=float(abs(drift.sum(axis=0)[0]) / max(1e-9, np.linalg.norm(drift.sum(axis=0)))),
        residual_speed=_median([row.residual_speed for row in rows]),
        parallax_share=float(strength.mean()),
        parallax_consistency=float(np.linalg.norm(translations.sum(axis=0)) / max(1e-9, strength.sum())),
    )


def _median(values: Sequence[float]) -> float:
    """Median of the values that are not NaN; NaN when they are fewer than half."""
    known = [value for value in values if not math.isnan(value)]
    return float(np.median(known)) if 2 * len(known) >= len(values) else math.nan


def _steady(values: Sequence[float]) -> float:
    """Median of signed values, reduced by how much they go to and fro: 0 where as much grows as shrinks."""
    known = np.array([value for value in values if not math.isnan(value)])
    return _median(values) * abs(float(known.sum())) / max(1e-9, float(np.abs(known).sum()))


def _wide_pairs(frames: Sequence[FramePoints], size: tuple[int, int]) -> list[FramePair]:
    """Pair frames all over the shot with the farthest one up to ``MAX_DISPLACEMENT``."""
    found: list[FramePair] = []
    for first in range(0, len(frames) - 1, 1 + len(frames) // (2 * MAX_PAIRS)):
        candidates = (_drop_static_points(pair, size) for pair in widening_pairs(frames, first, FRAME_GAPS))
        widest = widest_pair(candidates, MIN_PAIR_POINTS, _displacement_px, MAX_DISPLACEMENT * min(size))
        if widest is not None:
            found.append(widest[1])
    return found[:: max(1, len(found) // MAX_PAIRS)]


def _displacement_px(pair: FramePair) -> float:
    return quantile(pair.displacement_px(), DISPLACEMENT_QUANTILE)


def _drop_static_points(pair: FramePair, size: tuple[int, int]) -> FramePair:
    """Drop the points that stand still on the screen (an overlay), unless nearly all of them do."""
    moving = ~find_static_points(pair, size)
    return pair if moving.sum() < MIN_MOVING_SHARE * len(moving) else pair.subset(moving)


def _measure_pair(pair: FramePair, residuals_px: "Floats", duration_s: float, size: tuple[int, int]) -> _PairStatistics:
    """Measure one pair; ``residuals_px`` (n,) are the points' distances from the best rotation."""
    short_px = min(size)
    duration_s = max(_MIN_STEP_S, duration_s)
    border, upper = in_border_zone(pair.source, size), pair.source[:, 1] < size[1] / 2
    tolerance_px = INLIER_TOLERANCE * short_px
    inliers = residuals_px < tolerance_px
    whole = fit_similarity(pair.source, pair.target, size, tolerance_px)
    upper_scale, lower_scale = (
        fit_similarity(pair.source[half], pair.target[half], size, tolerance_px).scale for half in (upper, ~upper)
    )
    displacement = _displacement_px(pair) / short_px
    shift_px = float(np.linalg.norm(whole.shift_px))
    thirds_px = thirds_disparity_px(whole.residuals_px, pair.source[:, 1] / size[1])
    return _PairStatistics(
        displacement=displacement,
        rotation_share=inliers.mean(),
        border_rotation_share=inliers[border].mean() if border.sum() >= MIN_BORDER_POINTS else inliers.mean(),
        similarity_share=whole.inlier_share,
        shift_per_s=shift_px / short_px / duration_s,
        growth_per_s=np.log(whole.scale) / duration_s,
        upper_growth_per_s=np.log(upper_scale) / duration_s,
        lower_growth_per_s=np.log(lower_scale) / duration_s,
        relief=thirds_px / max(MIN_SHIFT * short_px, shift_px),
        residual_speed=displacement * (1 - inliers.mean()) / duration_s,
        drift_per_s=whole.shift_px / short_px / duration_s,
    )
