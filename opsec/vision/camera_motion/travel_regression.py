"""Log-odds that the camera travels, against people who move in front of a camera that stays.

A logistic regression on 105 clips of the layout corpus generator, drawn with other seeds than those that are scored.
The strongest predictor is that the image as a whole grows or shrinks: nothing that people do in front of a camera does
that. Somebody who walks soon loses the near ground from view: half of the walks do, and of the hand-held shots of the
same places one in twelve. Growth rates are capped where more of it adds nothing.
"""

import math

from opsec.vision.camera_motion.shot_measurements import ShotMeasurements

MIN_FOV_PAIRS = 4
"""Wide pairs from which the misfit of the field of view is used."""
DEFAULT_MISFIT = 0.3
"""Misfit taken where there are fewer."""

INTERCEPT = -4.4
ROTATION_LACK = 0.65
"""Per share of the points that no rotation explains."""
FOV_MISFIT = 3.7
"""Per misfit of a camera that only turns, 0 to 1."""
MAX_GROWTH = 24
"""Per growth a second of the image or of the half that changes faster."""
MAX_GROWTH_CAP = 0.08
WHOLE_GROWTH = 48
"""Per growth a second of the whole image."""
WHOLE_GROWTH_CAP = 0.06
STEADY_PARALLAX = 1.7
"""Per parallax share times its consistency."""
SHIFT_CONSISTENCY = 1.2
"""Per share of the image shift that goes one way."""
TOTAL_SHIFT = 0.6
"""Per shift of the image centre over the whole shot, in shorter sides."""
LOST_GROUND = 2.5
"""When the near ground is not found again."""


def travel_log_odds(shot: ShotMeasurements) -> float:
    """Natural logarithm of the odds that the camera travels and does not stand in front of moving people."""
    flow = shot.statistics
    misfit = shot.fov.misfit if shot.fov.pairs >= MIN_FOV_PAIRS else DEFAULT_MISFIT
    whole = 0.0 if math.isnan(flow.growth_per_s) else WHOLE_GROWTH * min(abs(flow.growth_per_s), WHOLE_GROWTH_CAP)
    growth = MAX_GROWTH * min(flow.max_growth_per_s, MAX_GROWTH_CAP) + whole
    passing = (
        STEADY_PARALLAX * flow.parallax_share * flow.parallax_consistency
        + SHIFT_CONSISTENCY * flow.shift_consistency
        + TOTAL_SHIFT * flow.total_shift
    )
    ground = LOST_GROUND if flow.loses_near_ground else 0.0
    rotation = ROTATION_LACK * (1 - flow.rotation_share)
    return INTERCEPT + rotation + FOV_MISFIT * misfit + growth + passing + ground
