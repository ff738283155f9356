"""Camera poses from a clip's telemetry and position tags, in the local plane of a site."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from opsec.matching.layout.camera_pose import HIGH_M, CameraPose
from opsec.matching.layout.local_projection import LocalProjection, ProjectedSite
from opsec.matching.layout.visible_area import MAX_HIGH_RANGE_M, MAX_RANGE_M
from opsec.model import Clip, Fix, Hint, Motion

DEFAULT_HFOV_DEG, MIN_HFOV_DEG = 45.0, 3.0
"""Field of view of a phone held upright, taken where the frames did not determine it; and the narrowest accepted."""
DEFAULT_ACCURACY_M = 10.0
"""Margin of error of a position whose source states none."""
COMPASS_ERROR_DEG, GIMBAL_ERROR_DEG = 12.0, 3.0
"""Margins of error of the heading of a phone, and of a gimbal."""
MIN_FLIGHT_SLOPE = 0.3
"""Climb over distance from the lowest fix: no road is so steep, and few hills that anybody walks."""
LOOKS_PER_S = 4.0
MIN_FIX_S, MAX_FIX_S = 0.05, 10.0
"""A fix stands for the time to the next one, within these bounds; a position without a time stands for a second."""
MAX_TRACK_POSES = 120
"""Poses taken of one track; a longer one is thinned."""
MAX_CLIP_POSES = 600
"""Poses taken of one clip, the first ones: a viewshed is costly, and a file may contain any number of positions."""
FULL_TURN_DEG = 330.0
"""Sweep from which a camera is taken to have seen everything around it."""
SHOT_MARGIN_S = 0.5
"""Difference between the clocks of telemetry and shots."""


def poses_from_telemetry(clip: Clip, site: ProjectedSite) -> Iterator[tuple[Hint, CameraPose]]:
    """Yield the poses near the site that the clip's own metadata give, each with its hint."""
    return itertools.islice(_poses_near(clip, site), MAX_CLIP_POSES)


def _poses_near(clip: Clip, site: ProjectedSite) -> Iterator[tuple[Hint, CameraPose]]:
    shots = [hint for hint in clip.hints if hint.motion is not None]
    near, near_if_high = site.fence.buffer(MAX_RANGE_M), site.fence.buffer(MAX_HIGH_RANGE_M)
    for hint in clip.hints:
        if hint.family != "META":
            continue
        for camera in _poses_of(hint, site.projection):
            if _lies_in(camera, near_if_high if camera.is_high else near):
                yield hint, _add_shot_measurements(camera, shots)


def _poses_of(hint: Hint, projection: LocalProjection) -> Iterator[CameraPose]:
    """Yield the poses of a track, or of a single position."""
    if hint.fixes:
        step = max(1, len(hint.fixes) // MAX_TRACK_POSES)
        ground_m = _ground_altitude_m(hint.fixes, projection)
        kept = hint.fixes[::step]
        durations_s = [following.at_s - fix.at_s for fix, following in itertools.pairwise(kept)]
        for fix, fix_s in zip(kept, [*durations_s, durations_s[-1] if durations_s else MIN_FIX_S], strict=True):
            view_count = LOOKS_PER_S * min(MAX_FIX_S, max(MIN_FIX_S, fix_s))
            yield replace(_pose_of_fix(fix, projection, ground_m), view_count=view_count)
    elif hint.point is not None:
        east_m, north_m = projection.to_xy(hint.point)
        yield CameraPose(
            east_m=east_m,
            north_m=north_m,
            heading_deg=hint.heading_deg,
            hfov_deg=DEFAULT_HFOV_DEG,
            at_s=hint.at_s,
            accuracy_m=DEFAULT_ACCURACY_M if hint.accuracy_m is None else hint.accuracy_m,
            heading_error_deg=COMPASS_ERROR_DEG,
            view_count=LOOKS_PER_S,
        )


def _pose_of_fix(fix: Fix, projection: LocalProjection, ground_m: float | None) -> CameraPose:
    """Convert one fix; ``ground_m`` is the altitude of the ground, None where it is unknown."""
    east_m, north_m = projection.to_xy(fix.point)
    return CameraPose(
        east_m=east_m,
        north_m=north_m,
        heading_deg=fix.heading_deg,
        hfov_deg=DEFAULT_HFOV_DEG,
        at_s=fix.at_s,
        accuracy_m=DEFAULT_ACCURACY_M if fix.accuracy_m is None else fix.accuracy_m,
        heading_error_deg=COMPASS_ERROR_DEG if fix.pitch_deg is None else GIMBAL_ERROR_DEG,
        height_m=None if ground_m is None or fix.altitude_m is None else fix.altitude_m - ground_m,
        pitch_deg=fix.pitch_deg,
    )


def _ground_altitude_m(fixes: Sequence[Fix], projection: LocalProjection) -> float | None:
    """Altitude of the ground below a track that flies up from it: that of its lowest fix.

    None for a track that stays level or climbs a hill: altitudes above sea level say nothing of the height above the
    ground, and a receiver on foot errs by some metres.
    """
    altitudes = [(fix.altitude_m, projection.to_xy(fix.point)) for fix in fixes if fix.altitude_m is not None]
    if not altitudes:
        return None
    lowest_m, lowest_xy = min(altitudes)
    climbs = ((altitude_m - lowest_m, math.dist(xy, lowest_xy)) for altitude_m, xy in altitudes)
    flies = any(climb_m >= HIGH_M and climb_m >= MIN_FLIGHT_SLOPE * away_m for climb_m, away_m in climbs)
    return lowest_m if flies else None


def _lies_in(camera: CameraPose, area: object) -> bool:
    import shapely

    return bool(shapely.intersects_xy(area, camera.east_m, camera.north_m))


def _add_shot_measurements(camera: CameraPose, shots: Sequence[Hint]) -> CameraPose:
    """Add what the frames say of the camera: its field of view, or that it made a full turn in one place."""
    motions = [motion for hint in shots if (motion := hint.motion) is not None and _covers(hint, camera.at_s)]
    full_turn = any(one.motion == "turn" and (one.sweep_deg or 0.0) >= FULL_TURN_DEG for one in motions)
    if camera.heading_deg is None and full_turn and camera.at_s is None:
        return replace(camera, heading_deg=0.0, hfov_deg=360.0)
    return replace(camera, hfov_deg=measured_hfov_deg(motions) or camera.hfov_deg)


def _covers(shot: Hint, at_s: float | None) -> bool:
    """Whether a shot lasts at this time; any shot does where a time is missing."""
    if at_s is None or shot.at_s is None:
        return True
    return shot.at_s - SHOT_MARGIN_S <= at_s <= (shot.until_s or shot.at_s) + SHOT_MARGIN_S


def measured_hfov_deg(motions: Sequence[Motion]) -> float | None:
    """First field of view that the frames determined, at least that of a long lens; None where there is none."""
    return next((max(MIN_HFOV_DEG, one.hfov_deg) for one in motions if one.hfov_deg is not None), None)
