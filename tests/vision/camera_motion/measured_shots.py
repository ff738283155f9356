"""Measurements of typical shots, to be varied by the tests of the classifier."""

from dataclasses import replace
from typing import Any

import numpy as np

from opsec.vision.camera_motion.motion_statistics import MotionStatistics
from opsec.vision.camera_motion.rotation_odometry import Headings
from opsec.vision.camera_motion.self_calibration import FovEstimate
from opsec.vision.camera_motion.shot_measurements import ShotMeasurements

STATISTICS = MotionStatistics(
    pairs=8, displacement=0.01, rotation_share=0.98, border_rotation_share=0.98, similarity_share=0.98,
    total_shift=0.02, shift_consistency=0.3, growth_per_s=0.0, upper_growth_per_s=0.0, lower_growth_per_s=0.0,
    relief=0.01, sideways_share=0.5, residual_speed=0.001, parallax_share=0.02, parallax_consistency=0.2,
)  # fmt: skip
"""A hand that keeps the camera still."""
FOV = FovEstimate(42.0, 0.1, 12)


def shot(
    range_deg: float = 2.0,
    measured_share: float = 1.0,
    fov: FovEstimate = FOV,
    tracked: tuple[float, float] = (0.95, 0.95),
    static_edge_share: float = 0.1,
    **statistics: Any,
) -> ShotMeasurements:
    """A hand-held shot with some of its figures changed; ``tracked`` at the border and in the centre."""
    whole = {name: statistics.pop(name) for name in ("still", "static_reach", "whip_deg") if name in statistics}
    headings = Headings(np.array([0.0, range_deg]), np.zeros(2), measured_share)
    return ShotMeasurements(fov, headings, replace(STATISTICS, **statistics), static_edge_share, *tracked, **whole)
