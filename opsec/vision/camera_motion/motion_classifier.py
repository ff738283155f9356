"""Classify the camera motion of a shot: fixed, turn, travel, overhead, zoom or unknown.

The thresholds are set by hand on drawn scenes: clips of this project's test generator (``tests.vision.camera_motion``)
and of the layout corpus generator, with other seeds than those that are scored. Where a figure was measured, its
docstring states it.
"""

import math

from opsec.model import CameraMotion
from opsec.vision.camera_motion.motion_segmentation import DEFAULT_FOV_DEG
from opsec.vision.camera_motion.motion_statistics import MotionStatistics
from opsec.vision.camera_motion.shot_measurements import ShotMeasurements
from opsec.vision.camera_motion.travel_regression import travel_log_odds

# Turns
MIN_TURN_DEG = 10.0
"""Hands shake by up to half of it; a smaller turn adds little to what one view shows."""
MIN_MEASURED_SHARE = 0.3
"""Share of the steps that must have been measured for a range of headings to count."""
MIN_TURN_FOV_DEG = 22.0
"""Through a longer lens a turn cannot be distinguished from a flight over flat ground."""
MAX_TURN_MISFIT, MAX_SMALL_TURN_MISFIT, WIDE_TURN_DEG = 0.83, 0.60, 20.0
"""How badly a turn may explain the shot, above and below a range of ``WIDE_TURN_DEG``: a small turn may be the swaying
of somebody who walks."""
MAX_TURN_PARALLAX = 0.21
"""Parallax share from which a turn is one while travelling: tracking errors show up to 0.18, and a walk with everything
far off 0.25."""
MAX_WIDE_LENS_PARALLAX = 0.3
"""The same for a wide lens: straightening stretches the tracking errors at the edge of the image."""
MAX_SWING_PARALLAX, MIN_SWING_ROTATION = 0.35, 0.85
"""Parallax share of a short swing, in which blur looks like parallax, and the share of the points that turn alike."""
BORDER_ALLOWANCE = 0.1
"""Subtracted from the border's rotation share before it may stand for the whole image."""
ROTATION_LACK_WEIGHT = 2
"""Weight of the points that no rotation explains in the turn misfit; the misfit of the field of view weighs 1."""

# Noise
NOISE_TRACKED_SHARE, NOISE_EXPLAINED_SHARE = 0.35, 0.3
"""In noise next to no point is found again, and those that are found move every way."""
FAINT_NOISE_TRACKED_SHARE, FAINT_NOISE_EXPLAINED_SHARE = 0.7, 0.6
"""In faint noise more points are found again, by chance; but hardly a step has a background."""

# A still camera that sees little of its surroundings
MAX_TO_AND_FRO, MAX_SUBJECT_SHIFT, MAX_SUBJECT_GROWTH_PER_S = 0.5, 0.1, 0.12
"""Shift consistency of a subject that goes to and fro, the shift in shorter sides of one that stays, and its growth as
it comes nearer."""
MAX_STILL_PARALLAX = 0.35
"""Parallax share times its consistency of traffic and people before a still camera: .20 at most was measured, .51 on a
slow walk."""
MIN_RIGID_SHARE = 0.75
"""Share of the moving points that one motion explains behind captions; of traffic and people before a still camera one
explains .56 at most where there are several."""
MIN_SURFACE_STATIC, MIN_STATIC_REACH = 0.6, 0.8
"""Share of the edges that stand still, and of the image columns that they reach: captions reach fewer."""
MAX_SURFACE_ROTATION, MAX_SURFACE_PLANAR = 0.7, 0.6
"""Share of the points that one rotation, or one shift, explains on a surface that moves every way."""

# Zoom
ZOOM_PER_S, UNCLEAR_ZOOM_PER_S = 0.07, 0.085
"""Natural logarithm of the growth in a second, where the image is clearly planar, and where fewer points agree."""
CLEARLY_PLANAR_SHARE = 0.78
"""Similarity share from which the whole image moves as one."""
MIN_ZOOM_PLANAR_SHARE, ZOOM_OVER_ROTATION = 0.7, 0.15
"""Similarity share of a zoom, and its lead over the rotation share."""
MAX_HALVES_APART, MAX_HALVES_APART_PER_GROWTH = 0.015, 0.15
"""Difference between the growth of both halves in a zoom, fixed and per growth: for a camera that walks on, near
things grow faster."""
MAX_ZOOM_SHIFT = 0.5
"""Shift of the centre in one direction, in shorter sides, of a hand that zooms: a wall that is passed at an angle grows
as well."""

# Selfie pans
SELFIE_MAX_BORDER_TRACKED, SELFIE_MAX_BORDER_TO_CENTER = 0.6, 0.8
"""Border points found again: as a share, and relative to the centre's share."""
SELFIE_MIN_CENTER_TRACKED, SELFIE_MIN_PLANAR_SHARE = 0.4, 0.5
"""The person in the centre is found again and moves as one."""
SELFIE_MAX_GROWTH_PER_S = 0.015
SELFIE_MAX_STATIC_EDGES, SELFIE_MIN_DISPLACEMENT = 0.4, 0.02

# Flat scenes that slide by
ONE_WAY_CONSISTENCY = 0.9
"""Shift consistency from which the image moves in one direction."""
MIN_SLIDE_SHIFT, MAX_SLIDE_GROWTH_PER_S = 0.1, 0.06
"""Shift in shorter sides, and growth, of a flat scene that slides by."""
SLIDE_PLANAR_SHARE, TURNING_SLIDE_PLANAR_SHARE, TURNING_SLIDE_DEG = 0.72, 0.85, 15.0
"""Similarity share of a flat scene that slides by, below and above a range of headings of ``TURNING_SLIDE_DEG``."""
SLIDE_UNDER_ROTATION = 0.08
"""How far the similarity share may stay below the rotation share."""
MIN_SLIDE_FOV_MISFIT, MAX_SLIDE_FOV_DEG = 0.36, 12.0
"""No turn explains a slide: the misfit of the field of view is high, or the estimate is too narrow to be one, since the
image slides without perspective distortion."""
MAX_OVERHEAD_RELIEF, MAX_SIDEWAYS_OVERHEAD_RELIEF = 0.15, 0.045
"""Relief of ground seen from above: terrain and tall buildings show up to 0.06. A path along the image rows is mostly
that of somebody who walks, so less relief is accepted there."""
SIDEWAYS_SHARE = 0.8
"""Share of the path along the rows from which an image slides sideways."""


def classify_motion(shot: ShotMeasurements) -> CameraMotion:
    """Classify a shot; unknown when its points are lost from frame to frame and nothing explains the rest."""
    if _is_still(shot):
        return "fixed"
    if _is_noise(shot):
        return "unknown"
    if _only_subject_moves(shot) or _only_surface_moves(shot):
        return "fixed"
    return "zoom" if _is_zoom(shot) else _classify_moving(shot)


def _classify_moving(shot: ShotMeasurements) -> CameraMotion:
    """Classify a shot that is no zoom and that no still camera clearly explains."""
    range_deg = shot.headings.range_deg
    swept = range_deg > MIN_TURN_DEG and shot.headings.measured_share > MIN_MEASURED_SHARE
    max_misfit = MAX_TURN_MISFIT if range_deg > WIDE_TURN_DEG else MAX_SMALL_TURN_MISFIT
    if _is_swing(shot):
        return "turn"
    if swept and turn_misfit(shot) < max_misfit and _fov_deg(shot) > MIN_TURN_FOV_DEG:
        wide = shot.fov.wide_lens_fov_deg is not None
        max_parallax = MAX_WIDE_LENS_PARALLAX if wide else MAX_TURN_PARALLAX
        return "turn" if shot.fov.parallax_share < max_parallax else "travel"
    if _is_planar_slide(shot):
        return "overhead" if _looks_down(shot.statistics) else "travel"
    if is_selfie_pan(shot) and turn_misfit(shot) < MAX_TURN_MISFIT:
        return "turn"
    return "travel" if swept or travel_log_odds(shot) > 0 else "fixed"


def turn_misfit(shot: ShotMeasurements) -> float:
    """How badly a camera that only turns explains the shot: 0 means a perfect fit.

    The border may stand for the whole image, because people move in the centre.
    """
    flow = shot.statistics
    explained = max(flow.rotation_share, flow.border_rotation_share - BORDER_ALLOWANCE)
    return ROTATION_LACK_WEIGHT * (1 - explained) + shot.fov.misfit


def is_selfie_pan(shot: ShotMeasurements) -> bool:
    """Whether the border changes from frame to frame while the centre stays: somebody films himself and turns."""
    flow = shot.statistics
    border_lost = (
        shot.border_tracked_share < SELFIE_MAX_BORDER_TRACKED
        and shot.border_tracked_share < SELFIE_MAX_BORDER_TO_CENTER * shot.center_tracked_share
    )
    center_stays = (
        shot.center_tracked_share > SELFIE_MIN_CENTER_TRACKED
        and flow.similarity_share > SELFIE_MIN_PLANAR_SHARE
        and flow.max_growth_per_s < SELFIE_MAX_GROWTH_PER_S
    )
    moves = shot.static_edge_share < SELFIE_MAX_STATIC_EDGES and flow.displacement > SELFIE_MIN_DISPLACEMENT
    return border_lost and center_stays and moves


def _is_still(shot: ShotMeasurements) -> bool:
    """Whether the view stays, and not only what is far ahead of somebody who walks slowly."""
    still, flow = shot.still, shot.statistics
    if still is None or not still.is_still:
        return False
    rest_is_rigid = max(flow.rotation_share, flow.similarity_share) > MIN_RIGID_SHARE
    if still.may_be_overlay and rest_is_rigid:
        return False
    return flow.parallax_share * flow.parallax_consistency < MAX_STILL_PARALLAX


def _only_subject_moves(shot: ShotMeasurements) -> bool:
    """Whether a subject moves to and fro before a background that shows nothing to track."""
    flow = shot.statistics
    if shot.still is None or not shot.still.has_plain_border:
        return False
    stays = flow.shift_consistency < MAX_TO_AND_FRO or flow.total_shift < MAX_SUBJECT_SHIFT
    return stays and abs(flow.growth_per_s) < MAX_SUBJECT_GROWTH_PER_S


def _only_surface_moves(shot: ShotMeasurements) -> bool:
    """Whether edges stand still across the image while the rest moves every way: water, leaves, a dense crowd."""
    flow = shot.statistics
    incoherent = (
        max(flow.rotation_share, flow.border_rotation_share) < MAX_SURFACE_ROTATION
        and flow.similarity_share < MAX_SURFACE_PLANAR
    )
    return shot.static_edge_share > MIN_SURFACE_STATIC and shot.static_reach > MIN_STATIC_REACH and incoherent


def _is_swing(shot: ShotMeasurements) -> bool:
    """Whether the camera turns in one short swing (a whip pan), with rest before or after it."""
    flow = shot.statistics
    return (
        shot.whip_deg > MIN_TURN_DEG
        and max(flow.rotation_share, flow.border_rotation_share) > MIN_SWING_ROTATION
        and turn_misfit(shot) < MAX_TURN_MISFIT
        and shot.fov.parallax_share < MAX_SWING_PARALLAX
    )


def _fov_deg(shot: ShotMeasurements) -> float:
    return shot.fov.short_fov_deg or DEFAULT_FOV_DEG


def _is_noise(shot: ShotMeasurements) -> bool:
    """Whether points are lost from frame to frame and no motion explains those that remain."""
    flow = shot.statistics
    tracked = max(shot.border_tracked_share, shot.center_tracked_share)
    explained = max(flow.rotation_share, flow.similarity_share)
    if tracked < NOISE_TRACKED_SHARE and explained < NOISE_EXPLAINED_SHARE:
        return True
    faint = tracked < FAINT_NOISE_TRACKED_SHARE and explained < FAINT_NOISE_EXPLAINED_SHARE
    return faint and shot.headings.measured_share < MIN_MEASURED_SHARE


def _is_zoom(shot: ShotMeasurements) -> bool:
    """Whether the whole image grows or shrinks alike and stays in place."""
    flow = shot.statistics
    clearly_planar = flow.similarity_share > CLEARLY_PLANAR_SHARE
    grows = abs(flow.growth_per_s) > (ZOOM_PER_S if clearly_planar else UNCLEAR_ZOOM_PER_S)
    apart = abs(flow.upper_growth_per_s - flow.lower_growth_per_s)
    max_apart = MAX_HALVES_APART + MAX_HALVES_APART_PER_GROWTH * abs(flow.growth_per_s)
    uniform = clearly_planar or math.isnan(apart) or apart < max_apart
    passes = flow.shift_consistency > ONE_WAY_CONSISTENCY and flow.total_shift > MAX_ZOOM_SHIFT
    planar = (
        flow.similarity_share > MIN_ZOOM_PLANAR_SHARE
        and flow.similarity_share > flow.rotation_share + ZOOM_OVER_ROTATION
    )
    return grows and uniform and not passes and planar


def _is_planar_slide(shot: ShotMeasurements) -> bool:
    """Whether a flat scene shifts, rolls and grows as one, in one direction, and no turn explains it."""
    flow = shot.statistics
    one_way = (
        flow.total_shift > MIN_SLIDE_SHIFT
        and flow.shift_consistency > ONE_WAY_CONSISTENCY
        and abs(flow.growth_per_s) < MAX_SLIDE_GROWTH_PER_S
    )
    turns = shot.headings.range_deg >= TURNING_SLIDE_DEG
    planar = (
        flow.similarity_share > (TURNING_SLIDE_PLANAR_SHARE if turns else SLIDE_PLANAR_SHARE)
        and flow.similarity_share > flow.rotation_share - SLIDE_UNDER_ROTATION
    )
    return one_way and planar and (shot.fov.misfit > MIN_SLIDE_FOV_MISFIT or _fov_deg(shot) < MAX_SLIDE_FOV_DEG)


def _looks_down(flow: MotionStatistics) -> bool:
    """Whether a flat scene that slides by is ground seen from above.

    A wall that somebody passes slides by as well: along the rows, above what is nearer.
    """
    if flow.sideways_share > SIDEWAYS_SHARE:
        return flow.relief < MAX_SIDEWAYS_OVERHEAD_RELIEF
    return math.isnan(flow.relief) or flow.relief < MAX_OVERHEAD_RELIEF
