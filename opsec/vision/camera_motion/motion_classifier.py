"""What the camera did in a shot: stood, turned, travelled, looked down from above, or zoomed.

The bounds are set on clips made by the generator of this project's tests and by that of the shared corpus,
with other seeds than those that are scored.
"""

import math
from dataclasses import dataclass

from opsec.model import CameraMotion
from opsec.vision.camera_motion.motion_statistics import Flow
from opsec.vision.camera_motion.rotation_odometry import Headings, View

LEAST_TURN_DEG = 10.0
"""Hands shake by up to half of it; a smaller turn adds little to what one view shows."""
LEAST_KNOWN = 0.3
"""Share of the steps that must have been measured before a range of headings says anything."""
NARROWEST_DEG = 22.0
"""A turn through a longer lens is not told from a flight over flat ground."""
LEAST_KEPT, LEAST_EXPLAINED = 0.35, 0.3
"""Of noise, next to no corner is found again, and what is found goes every way."""
FAINT_KEPT, FAINT_EXPLAINED = 0.7, 0.6
"""Of faint noise more are found again, by chance; but hardly a step has a background."""
FLATTEST_DEG = 12.0
"""A field of view told to be narrower is none: the picture slides without being drawn out of shape."""
MOST_TURN_MISFIT, MOST_SMALL_TURN_MISFIT, WIDE_TURN_DEG = 0.83, 0.60, 20.0
"""How badly a turn may explain the shot; a small one may be the swaying of somebody who walks."""
MOST_PARALLAX = 0.21
"""Share of the corners that a travel may drive before a turn is one on the way: tracking errors show up to 0.18, and
a walk with everything far off 0.25."""
FEWEST_PAIRS, UNTOLD_MISFIT = 4, 0.3
"""Of wide pairs that a misfit is told by, and what stands for it where there are fewer."""
SURELY_FLAT = 0.78
"""Share of the corners that one shift, roll and scale explain, from which on all of the picture moves as one."""
MOST_ZOOM_SHIFT = 0.5
"""How far, in shorter sides, the middle may be shifted all one way by a hand that zooms: a wall that is passed at an
angle grows as well."""
MOST_UNEVEN, MOST_UNEVEN_SIDEWAYS = 0.15, 0.045
"""How far the upper and the lower third may part, as a share of the picture's shift, when the camera looks down: relief
and tall buildings show up to 0.06. A way along the rows is mostly that of somebody who walks: more is asked there."""
SIDEWAYS = 0.8
"""Share of the way along the rows from which on a picture slides sideways."""
ZOOM_PER_S, FAINT_ZOOM_PER_S = 0.07, 0.085
"""Natural logarithm of the growth of the picture in a second."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything measured in a shot that its class is told by."""

    view: View
    headings: Headings
    flow: Flow
    still: float
    """Share of the edges at the rim that stand still on the screen."""
    rim_kept: float
    middle_kept: float
    """Share of the corners at the rim, and in the middle, that were found again in the next picture."""


def motion_of(seen: Seen) -> CameraMotion:
    """The class of a shot; unknown when its corners are lost from picture to picture and nothing explains the rest."""
    if _is_noise(seen):
        return "unknown"
    if _zooms(seen):
        return "zoom"
    swept = seen.headings.range_deg > LEAST_TURN_DEG and seen.headings.known > LEAST_KNOWN
    most = MOST_TURN_MISFIT if seen.headings.range_deg > WIDE_TURN_DEG else MOST_SMALL_TURN_MISFIT
    if swept and turn_misfit(seen) < most and (seen.view.short_fov_deg or 45.0) > NARROWEST_DEG:
        return "turn" if seen.view.parallax < MOST_PARALLAX else "travel"
    if _slides(seen):
        return "overhead" if _looks_down(seen.flow) else "travel"
    if sweeps_behind(seen) and turn_misfit(seen) < MOST_TURN_MISFIT:
        return "turn"
    return "travel" if swept or travel_log_odds(seen) > 0 else "fixed"


def _is_noise(seen: Seen) -> bool:
    kept, explained = max(seen.rim_kept, seen.middle_kept), max(seen.flow.turn, seen.flow.flat)
    if kept < LEAST_KEPT and explained < LEAST_EXPLAINED:
        return True
    return kept < FAINT_KEPT and explained < FAINT_EXPLAINED and seen.headings.known < LEAST_KNOWN


def turn_misfit(seen: Seen) -> float:
    """How badly a camera that only turns explains the shot: 0 is perfectly. The rim may speak for all: people move."""
    explained = max(seen.flow.turn, seen.flow.rim_turn - 0.1)
    return 2 * (1 - explained) + seen.view.misfit


def _growth(seen: Seen) -> float:
    """How fast the picture, or the half that grows faster, grows or shrinks: natural logarithm a second."""
    halves = (seen.flow.scale, seen.flow.upper_scale, seen.flow.lower_scale)
    return max((abs(one) for one in halves if not math.isnan(one)), default=0.0)


def _zooms(seen: Seen) -> bool:
    """All of it grows or shrinks alike, on the spot; before a camera that walks on, what is near grows faster."""
    flow = seen.flow
    least = ZOOM_PER_S if flow.flat > SURELY_FLAT else FAINT_ZOOM_PER_S  # where less agrees, more must be seen of it
    grown = abs(flow.scale) > least
    apart = abs(flow.upper_scale - flow.lower_scale)
    alike = flow.flat > SURELY_FLAT or math.isnan(apart) or apart < 0.015 + 0.15 * abs(flow.scale)
    passes = flow.onward > 0.9 and flow.shift > MOST_ZOOM_SHIFT
    return grown and alike and not passes and flow.flat > 0.7 and flow.flat > flow.turn + 0.15


def sweeps_behind(seen: Seen) -> bool:
    """The rim is another one in every picture while the middle stays: somebody films himself and turns."""
    lost = seen.rim_kept < 0.6 and seen.rim_kept < 0.8 * seen.middle_kept
    held = seen.middle_kept > 0.4 and seen.flow.flat > 0.5 and _growth(seen) < 0.015
    return lost and held and seen.still < 0.4 and seen.flow.moved > 0.02


def _slides(seen: Seen) -> bool:
    """What lies flat before the camera shifts, rolls and grows as one, always onward, and no turn explains it."""
    flow = seen.flow
    onward = flow.shift > 0.1 and flow.onward > 0.9 and abs(flow.scale) < 0.06
    flat = flow.flat > (0.72 if seen.headings.range_deg < 15.0 else 0.85)
    no_turn = seen.view.misfit > 0.36 or (seen.view.short_fov_deg or 45.0) < FLATTEST_DEG
    return onward and flat and flow.flat > flow.turn - 0.08 and no_turn


def _looks_down(flow: Flow) -> bool:
    """The ground lies flat; so does a wall that somebody passes: it slides along the rows, above what is nearer."""
    if flow.sideways > SIDEWAYS:
        return flow.uneven < MOST_UNEVEN_SIDEWAYS
    return math.isnan(flow.uneven) or flow.uneven < MOST_UNEVEN


def travel_log_odds(seen: Seen) -> float:
    """How much speaks for a camera that travels and against people who move in front of one that stays.

    A logistic regression on 105 clips of the shared generator's other seeds. What tells most is that the picture as a
    whole grows or shrinks: nothing that people do in front of a camera does that. Before somebody who walks the near
    ground is soon another one: half of the walks lose it, and of the hand-held shots of the same places one in twelve.
    """
    flow = seen.flow
    misfit = seen.view.misfit if seen.view.pairs >= FEWEST_PAIRS else UNTOLD_MISFIT
    grown = 24 * min(_growth(seen), 0.08) + (0.0 if math.isnan(flow.scale) else 48 * min(abs(flow.scale), 0.06))
    passing = 1.7 * flow.parallax * flow.steady + 1.2 * flow.onward + 0.6 * flow.shift
    ground = 2.5 if flow.loses_ground else 0.0
    return -4.4 + 0.65 * (1 - flow.turn) + 3.7 * misfit + grown + passing + ground
