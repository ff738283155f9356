"""Measure a shot: background, field of view, headings and optical-flow statistics, for the motion classifier."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from opsec.vision.camera_motion.correspondences import FramePoints, in_border_zone, in_center_zone, index_of
from opsec.vision.camera_motion.motion_segmentation import find_background_layers
from opsec.vision.camera_motion.motion_statistics import MotionStatistics, measure_motion
from opsec.vision.camera_motion.rotation_odometry import Headings, chain_headings
from opsec.vision.camera_motion.self_calibration import FovEstimate, estimate_field_of_view
from opsec.vision.camera_motion.still_view import StillView
from opsec.vision.camera_motion.turn_bounds import CAREFUL_FOV_DEG, turned_at_least_deg, whip_deg
from opsec.vision.camera_motion.wide_lens import straightened_frames

MIN_MEDIAN_POINTS = 10
"""Median number of tracked points below which nothing is measured."""


@dataclass(frozen=True, slots=True)
class ShotMeasurements:
    """Everything measured in a shot that its motion class depends on."""

    fov: FovEstimate
    headings: Headings
    statistics: MotionStatistics
    static_edge_share: float
    """Share of the edges outside the centre that stand still on the screen."""
    border_tracked_share: float
    """Share of the points at the border that were found again in the next frame."""
    center_tracked_share: float
    """The same for the points in the centre."""
    careful_headings: Headings | None = None
    """Headings under the narrowest field of view that an ordinary lens may have, where the shot determines none: lower
    bounds."""
    whip_deg: float = 0.0
    """Turn, in careful headings, of a short swing with rest before and after it."""
    turned_at_least_deg: float = 0.0
    """Range of headings of a camera that may travel meanwhile: that of the farthest things in view."""
    still: StillView | None = None
    """How much of the first view stays."""
    static_reach: float = 0.0
    """Share of the image columns in which edges stand still."""


def measure_shot(
    frames: Sequence[FramePoints], static_edge_share: float, size: tuple[int, int], still: StillView | None = None
) -> ShotMeasurements | None:
    """Measure a shot from its tracked points.

    Parameters
    ----------
    frames
        Tracked points of every frame.
    static_edge_share
        Share of the edges outside the centre that stand still on the screen.
    size
        Width and height of the frames.
    still
        How much of the first view stays.

    Returns
    -------
    The measurements; None when there is next to nothing to track.
    """
    if float(np.median([len(frame.ids) for frame in frames])) < MIN_MEDIAN_POINTS:
        return None
    layers = find_background_layers(frames, size)
    fov = estimate_field_of_view(frames, layers, size)
    wide_fov_deg = fov.wide_lens_fov_deg
    if wide_fov_deg is not None:  # all that follows assumes the images of a pinhole camera
        frames = straightened_frames(frames, wide_fov_deg, size)
        layers = find_background_layers(frames, size)
        straight = estimate_field_of_view(frames, layers, size)
        fov = replace(straight, wide_lens_fov_deg=wide_fov_deg)
    statistics = measure_motion(frames, fov.short_fov_deg, size)
    if statistics is None:
        return None
    border_share, center_share = tracked_shares(frames, size)
    headings = chain_headings(layers, fov.short_fov_deg, size)
    times_s = np.array([frame.at_s for frame in frames])
    careful = headings if fov.is_reliable else chain_headings(layers, CAREFUL_FOV_DEG, size)
    return ShotMeasurements(
        fov, headings, statistics, static_edge_share, border_share, center_share,
        careful_headings=careful, whip_deg=whip_deg(careful.heading_deg, times_s),
        turned_at_least_deg=turned_at_least_deg(layers, fov.short_fov_deg if fov.is_reliable else None, size),
        still=still,
    )  # fmt: skip


def tracked_shares(frames: Sequence[FramePoints], size: tuple[int, int]) -> tuple[float, float]:
    """Shares of the points at the border, and of those in the centre, that the next frame has again."""
    found, total = [0, 0], [1, 1]
    for one, following in itertools.pairwise(frames):
        again = index_of(one.ids, following.ids) >= 0
        for zone, members in enumerate((in_border_zone(one.points, size), in_center_zone(one.points, size))):
            found[zone] += int(again[members].sum())
            total[zone] += int(members.sum())
    return found[0] / total[0], found[1] / total[1]
