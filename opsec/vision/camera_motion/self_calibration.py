"""Estimate the field of view from the rotation of the camera (self-calibration).

A turning camera distorts what it sees, the more the wider its field of view: two points that part in height as they
pass from the centre to the edge reveal the focal length. All pairs of frames vote together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from opsec.vision.camera_motion.correspondences import (
    FramePair,
    FramePoints,
    PairBatch,
    index_of,
    quantile,
    widening_pairs,
    widest_pair,
)
from opsec.vision.camera_motion.motion_segmentation import BackgroundLayer
from opsec.vision.camera_motion.parallax import translation_directions
from opsec.vision.camera_motion.pinhole_camera import focal_length_px, image_center, unproject
from opsec.vision.camera_motion.rotation_geometry import refine_rotations
from opsec.vision.camera_motion.wide_lens import pinhole_fov_deg, straightened_batch

if TYPE_CHECKING:
    from opsec.vision.arrays import Floats, Ints

CANDIDATES_DEG = (
    6.0, 9.0, 12.0, 16.0, 20.0, 24.0, 28.0, 32.0, 36.0, 40.0, 44.0, 49.0, 54.0, 60.0, 66.0, 73.0, 80.0, 90.0,
)  # fmt: skip
"""Fields of view of the shorter side that are tried."""
STRIDE = 3
"""Coarse-to-fine search: every ``STRIDE``-th candidate is tried first, then the neighbours of the best."""
RESIDUAL_SCALE = 0.0045
"""Residual of a background point under the right field of view, as a share of the shorter side."""
FINE_STEP = 0.03
"""Step of the last search, to both sides of the minimum found first, as a share of the field of view."""
MIN_PARALLAX = 0.003
"""Residual along a translation from which a point shows parallax, as a share of the shorter side."""
FRAME_GAPS = (1, 2, 3, 4, 6, 8, 12, 16)
"""Distances, in frames, at which pairs are formed."""
MIN_PAIRS, MAX_PAIRS = 4, 14
"""Wide pairs that are needed, and used."""
MIN_PAIR_POINTS, MAX_PAIR_POINTS = 16, 64
"""Points that a pair must share, and that are used of it."""
MAX_FIRST_FRAMES = 28
"""Frames from which a wide pair is sought."""
MIN_DISPLACEMENT, MAX_DISPLACEMENT = 0.03, 0.5
"""Median displacement of a pair's points, as a share of the shorter side: smaller and larger ones say nothing of the
field of view."""
MIN_BACKGROUND_SHARE = 0.6
"""Share of its steps that a point must belong to the background."""
MIN_CONTRAST = 0.05
"""Difference in misfit between the best candidate and the worst from which the best is believed."""
WIDE_LENS_CANDIDATES_DEG = (40.0, 50.0, 60.0, 70.0)
"""Fields of view of an equidistant lens across the shorter side that are tried."""
MAX_PINHOLE_FOV_DEG = 30.0
"""A pinhole camera with a narrower field of view may be a wide lens in truth, or any lens that shows parallax."""
WIDE_LENS_LEAD = 0.85
"""Misfit of a wide lens, as a share of the pinhole's, from which it is accepted: on wide lenses .57 to .66 was
measured, on other turns and on flights 1.02 and more."""
MAX_WIDE_LENS_MISFIT = 0.5
_MIN_MISFIT = 0.02
MIN_NARROW_LEAD = 0.15
"""How much worse the narrowest candidate must fit, as a share of the misfit, for the field of view to have a lower
bound: blur and parallax fit all narrow lenses alike."""
MAX_LONG_LENS_MISFIT = 0.3
"""Misfit up to which a field of view below ``MAX_PINHOLE_FOV_DEG`` is accepted as that of a long lens."""


@dataclass(frozen=True, slots=True)
class FovEstimate:
    """Field of view of a shot, and how well a turning camera explains the shot."""

    short_fov_deg: float | None
    """Across the shorter side; None when the shot does not determine it."""
    misfit: float
    """How badly a camera that only turns explains the points, 0 to 1."""
    pairs: int
    """Wide frame pairs used."""
    parallax_share: float = 0.0
    """Share of the points, 0 to 1, whose residual points away from one focus of expansion, or towards it."""
    narrow_lead: float = 1.0
    """How much worse the narrowest candidate fits than the best, as a share of the best one's misfit."""
    wide_lens_fov_deg: float | None = None
    """Across the shorter side of an equidistant lens, where that explains the shot much better than a pinhole."""

    @property
    def is_reliable(self) -> bool:
        """Whether the shot bounds its field of view from both sides."""
        if self.short_fov_deg is None or self.narrow_lead < MIN_NARROW_LEAD:
            return False
        return self.short_fov_deg >= MAX_PINHOLE_FOV_DEG or self.misfit < MAX_LONG_LENS_MISFIT


def estimate_field_of_view(
    frames: Sequence[FramePoints], layers: Sequence[BackgroundLayer | None], size: tuple[int, int]
) -> FovEstimate:
    """Estimate the field of view under which a turning camera explains the background best.

    Parameters
    ----------
    frames
        Tracked points of the shot.
    layers
        Background of every step, one fewer than the frames.
    size
        Width and height of the frames.
    """
    pairs = _wide_pairs(frames, _background_ids(layers), size)
    if len(pairs) < MIN_PAIRS:
        return FovEstimate(None, 0.0, len(pairs))
    batch, misfits = PairBatch.from_pairs(pairs, MAX_PAIR_POINTS), np.full(len(CANDIDATES_DEG), np.inf)
    misfits[::STRIDE] = _misfits(batch, CANDIDATES_DEG[::STRIDE], size)
    worst, coarse = float(misfits[::STRIDE].max()), int(misfits.argmin())
    neighbours = [i for i in range(coarse - STRIDE + 1, coarse + STRIDE) if 0 <= i < len(misfits) and i != coarse]
    misfits[neighbours] = _misfits(batch, [CANDIDATES_DEG[i] for i in neighbours], size)
    best = int(misfits.argmin())
    is_clear = worst - float(misfits[best]) >= MIN_CONTRAST
    fov_deg = CANDIDATES_DEG[best]
    if 0 < best < len(CANDIDATES_DEG) - 1:
        fov_deg = _parabola_minimum(CANDIDATES_DEG[best - 1 : best + 2], misfits[best - 1 : best + 2])
        fine = [fov_deg * (1 - FINE_STEP), fov_deg, fov_deg * (1 + FINE_STEP)]  # the coarse valley is no parabola
        fov_deg = _parabola_minimum(fine, _misfits(batch, fine, size))
    parallax_share, misfit = _parallax_share(batch, fov_deg, size), float(misfits[best])
    return FovEstimate(
        fov_deg if is_clear else None, misfit, len(pairs), parallax_share,
        narrow_lead=float(misfits[0]) / max(_MIN_MISFIT, misfit) - 1,
        wide_lens_fov_deg=_wide_lens_fov_deg(batch, misfit, size) if fov_deg < MAX_PINHOLE_FOV_DEG else None,
    )  # fmt: skip


def _wide_lens_fov_deg(batch: PairBatch, pinhole_misfit: float, size: tuple[int, int]) -> float | None:
    """Field of view of an equidistant lens across the shorter side; None where it explains the pairs no better."""
    misfits = [
        float(_misfits(straightened_batch(batch, fov_deg, size), [pinhole_fov_deg(fov_deg)], size)[0])
        for fov_deg in WIDE_LENS_CANDIDATES_DEG
    ]
    best = int(np.argmin(misfits))
    if misfits[best] > min(WIDE_LENS_LEAD * pinhole_misfit, MAX_WIDE_LENS_MISFIT):
        return None
    return WIDE_LENS_CANDIDATES_DEG[best]


def _parallax_share(batch: PairBatch, short_fov_deg: float, size: tuple[int, int]) -> float:
    """Share of the points that agree with a translation of the camera, mean over all pairs."""
    focal_px, center = focal_length_px(short_fov_deg, min(size)), image_center(size)
    min_parallax_px = MIN_PARALLAX * min(size)
    focals_px = np.full(len(batch.valid), focal_px)
    rotations, _residuals_px = refine_rotations(
        batch.source, batch.target, focals_px, center, RESIDUAL_SCALE * min(size), batch.valid.astype(np.float64)
    )
    source_rays = unproject(batch.source, focals_px, center) @ np.swapaxes(rotations, -1, -2)
    target_rays = unproject(batch.target, focals_px, center)
    translations = translation_directions(source_rays, target_rays, min_parallax_px / focal_px, batch.valid)
    return float(np.linalg.norm(translations, axis=1).mean())


def _misfits(batch: PairBatch, candidates_deg: Sequence[float], size: tuple[int, int]) -> "Floats":
    """Misfit of the pairs under each field of view, 0 to 1, shape (len(candidates_deg),).

    The robust loss is that of Geman and McClure (1987).
    """
    scale_px, pairs = RESIDUAL_SCALE * min(size), len(batch.valid)
    focals_px = np.repeat([focal_length_px(fov_deg, min(size)) for fov_deg in candidates_deg], pairs)
    source, target = (np.tile(points, (len(candidates_deg), 1, 1)) for points in (batch.source, batch.target))
    valid = np.tile(batch.valid, (len(candidates_deg), 1))
    _rotations, residuals_px = refine_rotations(
        source, target, focals_px, image_center(size), scale_px, valid.astype(np.float64)
    )
    loss = np.where(valid, residuals_px**2 / (residuals_px**2 + scale_px**2), 0.0).sum(axis=1)
    return np.asarray(loss.reshape(len(candidates_deg), pairs).sum(axis=1) / max(1, batch.valid.sum()))


def _parabola_minimum(fovs_deg: Sequence[float], misfits: "Floats") -> float:
    """Minimum of the parabola through three fields of view (on a log scale); the best of them where it opens down."""
    logs = np.log(fovs_deg)
    curvature, slope, _ = np.polyfit(logs, misfits, 2)
    if curvature <= 0:
        return fovs_deg[int(misfits.argmin())]
    return float(np.exp(np.clip(-slope / 2 / curvature, logs[0], logs[2])))


def _background_ids(layers: Sequence[BackgroundLayer | None]) -> "Ints":
    """Ids of the points that belong to the background most of the time, ascending."""
    known = [layer for layer in layers if layer is not None]
    if not known:
        return np.empty(0, np.int64)
    ids = np.concatenate([layer.pair.ids for layer in known])
    inliers = np.concatenate([layer.inliers for layer in known])
    share = np.bincount(ids, inliers) / np.maximum(1, np.bincount(ids))
    return np.flatnonzero(share >= MIN_BACKGROUND_SHARE)


def _wide_pairs(frames: Sequence[FramePoints], background_ids: "Ints", size: tuple[int, int]) -> list[FramePair]:
    """Pair frames all over the shot with the farthest one that still shares enough background; the widest pairs."""

    def displacement(pair: FramePair) -> float:
        return quantile(pair.displacement_px(), 0.5) / min(size)

    found: list[tuple[float, FramePair]] = []
    background = [_restricted(frame, background_ids) for frame in frames]
    for first in range(0, len(frames) - 1, 1 + len(frames) // MAX_FIRST_FRAMES):
        candidates = widening_pairs(background, first, FRAME_GAPS)
        widest = widest_pair(candidates, MIN_PAIR_POINTS, displacement, MAX_DISPLACEMENT)
        if widest is not None and widest[0] > MIN_DISPLACEMENT:
            found.append(widest)
    found.sort(key=lambda one: -one[0])
    return [pair for _displacement, pair in found[:MAX_PAIRS]]


def _restricted(frame: FramePoints, ids: "Ints") -> FramePoints:
    """The frame with only the points of these ids."""
    kept = index_of(frame.ids, ids) >= 0
    return FramePoints(frame.at_s, frame.ids[kept], frame.points[kept])
