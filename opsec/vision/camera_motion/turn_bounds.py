"""Lower bounds of a turn, where the lens is not known or the camera travels meanwhile, and short swings of the camera.

The same shift of the image means a larger turn the wider the lens, so the narrowest lens gives a lower bound. Of what a
travelling camera sees, the farthest things move least by the travel, so their shift bounds the turn.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from opsec.vision.camera_motion.motion_segmentation import BackgroundLayer
from opsec.vision.camera_motion.pinhole_camera import focal_length_px

if TYPE_CHECKING:
    from opsec.vision.arrays import Floats

CAREFUL_FOV_DEG = 32.0
"""Field of view of the shorter side: phones' main cameras have 34° to 40° with stabilisation, action cameras more."""
FAR_QUANTILE = 0.15
"""Share of the points that may be farther away than those that bound a turn, or move by themselves."""
MIN_STEP_POINTS = 8
"""Points of a step from which it counts."""
SWING_S = 0.9
"""Longest swing."""
MIN_SWING_SHARE = 0.7
"""Share of the whole range of headings that the swing must cover."""
MAX_REST_SHARE = 0.5
"""Ranges of headings before and after the swing, as a share of it: a hand that shakes swings again and again."""
MIN_REST = 1.2
"""Duration of the rest of the shot, in swings."""
MIN_SWING_DEG_PER_S = 15.0
"""Mean speed of a swing, under the careful field of view: somebody who starts to walk, or a car, does not shift the
image so fast from one moment to the next and then stop."""


def turned_at_least_deg(
    layers: Sequence[BackgroundLayer | None], short_fov_deg: float | None, size: tuple[int, int]
) -> float:
    """Range of headings that a camera turned at least, whether or not it travels meanwhile.

    Parameters
    ----------
    layers
        Background of every step; None where it was not found, which counts as no turn.
    short_fov_deg
        Field of view of the shorter side; None takes the careful one.
    size
        Width and height of the frames.
    """
    focal_px = focal_length_px(short_fov_deg or CAREFUL_FOV_DEG, min(size))
    steps_px = np.zeros(len(layers) + 1)
    for number, layer in enumerate(layers, 1):
        if layer is None or len(layer.pair.ids) < MIN_STEP_POINTS:
            continue
        shift_px = layer.pair.target[:, 0] - layer.pair.source[:, 0]
        low_px, high_px = np.quantile(shift_px, [FAR_QUANTILE, 1 - FAR_QUANTILE])
        steps_px[number] = low_px if low_px > 0 else min(high_px, 0.0)
    return float(np.degrees(np.ptp(np.cumsum(np.arctan2(steps_px, focal_px)))))


def whip_deg(heading_deg: "Floats", times_s: "Floats") -> float:
    """Turn of a short swing that has rest before or after it; 0 where the shot is none.

    Parameters
    ----------
    heading_deg
        Heading of every frame, shape (frames,).
    times_s
        Time of every frame, shape (frames,).
    """
    duration_s, range_deg = float(times_s[-1] - times_s[0]), float(np.ptp(heading_deg))
    best_deg, best_s, rest_deg = 0.0, SWING_S, 0.0
    for first, start_s in enumerate(times_s):
        last = int(np.searchsorted(times_s, start_s + SWING_S, side="right")) - 1
        turned_deg = abs(float(heading_deg[last] - heading_deg[first]))
        if turned_deg > best_deg:
            best_deg, best_s = turned_deg, max(1e-3, float(times_s[last] - start_s))
            rest_deg = float(np.ptp(heading_deg[: first + 1]) + np.ptp(heading_deg[last:]))
    is_swing = (
        best_deg >= MIN_SWING_SHARE * range_deg
        and rest_deg <= MAX_REST_SHARE * best_deg
        and best_deg >= MIN_SWING_DEG_PER_S * best_s
        and duration_s - best_s >= MIN_REST * best_s
    )
    return best_deg if is_swing else 0.0
