"""The places from which a clip was filmed, as its telemetry tells them, in a site's plane."""

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from opsec.matching.layout.camera_pose import HIGH_M, Camera
from opsec.matching.layout.local_projection import Ground, Plane
from opsec.matching.layout.visible_area import HIGH_REACH_M, REACH_M
from opsec.model import Clip, Fix, Hint, Motion

USUAL_HFOV_DEG, LEAST_HFOV_DEG = 45.0, 3.0
"""Of a telephone held upright: taken where the pictures did not tell."""
GPS_M = 10.0
"""Margin of error of a place whose source tells none."""
COMPASS_DEG, GIMBAL_DEG = 12.0, 3.0
"""How far the heading of a telephone, and that of a gimbal, may be off."""
STEEP = 0.3
"""Climb over distance from the lowest fix: no road is so steep, and few hills that anybody walks."""
LOOKS_A_SECOND = 4.0
SHORT_S, LONG_S = 0.05, 10.0
"""A place of a track stands for the time to the next one, within these bounds; a place without a time for a second."""
MOST_CAMERAS = 120
"""Places taken of one track; a longer one is thinned."""
MOST_PLACES = 600
"""Places taken of one clip, the first ones: a view is costly to cast, and a file may hold as many as it likes."""
ALL_ROUND_DEG = 330.0
"""A turn from which on the camera is taken to have seen everything around it."""


def cameras_of(clip: Clip, ground: Ground) -> Iterator[tuple[Hint, Camera]]:
    """The places that the clip's own metadata tell near the site, and the hints that tell them."""
    return itertools.islice(_near(clip, ground), MOST_PLACES)


def _near(clip: Clip, ground: Ground) -> Iterator[tuple[Hint, Camera]]:
    motions = [hint for hint in clip.hints if hint.motion is not None]
    near, high = ground.fence.buffer(REACH_M), ground.fence.buffer(HIGH_REACH_M)
    for hint in clip.hints:
        if hint.family != "META":
            continue
        for camera in _cameras(hint, ground.plane):
            if _lies_in(camera, high if camera.high else near):
                yield hint, _with_pictures(camera, motions)


def _cameras(hint: Hint, plane: Plane) -> Iterator[Camera]:
    if hint.fixes:
        step = max(1, len(hint.fixes) // MOST_CAMERAS)
        floor_m = _floor_m(hint.fixes, plane)
        kept = hint.fixes[::step]
        lasts_s = [following.at_s - fix.at_s for fix, following in itertools.pairwise(kept)]
        for fix, one_s in zip(kept, [*lasts_s, lasts_s[-1] if lasts_s else SHORT_S], strict=True):
            yield replace(_of_fix(fix, plane, floor_m), glimpses=LOOKS_A_SECOND * min(LONG_S, max(SHORT_S, one_s)))
    elif hint.point is not None:
        east, north = plane.xy(hint.point)
        accuracy_m = GPS_M if hint.accuracy_m is None else hint.accuracy_m
        yield Camera(
            east_m=east, north_m=north, heading_deg=hint.heading_deg, hfov_deg=USUAL_HFOV_DEG, at_s=hint.at_s,
            accuracy_m=accuracy_m, compass_deg=COMPASS_DEG, glimpses=LOOKS_A_SECOND,
        )  # fmt: skip


def _of_fix(fix: Fix, plane: Plane, floor_m: float | None) -> Camera:
    east, north = plane.xy(fix.point)
    height_m = None if floor_m is None or fix.altitude_m is None else fix.altitude_m - floor_m
    return Camera(
        east_m=east, north_m=north, heading_deg=fix.heading_deg, hfov_deg=USUAL_HFOV_DEG, at_s=fix.at_s,
        accuracy_m=GPS_M if fix.accuracy_m is None else fix.accuracy_m,
        compass_deg=COMPASS_DEG if fix.pitch_deg is None else GIMBAL_DEG,
        height_m=height_m, pitch_deg=fix.pitch_deg,
    )  # fmt: skip


def _floor_m(fixes: Sequence[Fix], plane: Plane) -> float | None:
    """Ground under a track that flies up from it, at its lowest fix; none for one that keeps level or climbs a hill.

    Altitudes above the sea say nothing of the height above the ground, and a receiver on foot errs by some metres.
    """
    heights = [(fix.altitude_m, plane.xy(fix.point)) for fix in fixes if fix.altitude_m is not None]
    if not heights:
        return None
    floor_m, lowest = min(heights)
    climbs = ((height_m - floor_m, math.dist(spot, lowest)) for height_m, spot in heights)
    flies = any(climb_m >= HIGH_M and climb_m >= STEEP * away_m for climb_m, away_m in climbs)
    return floor_m if flies else None


def _lies_in(camera: Camera, area: object) -> bool:
    import shapely

    return bool(shapely.intersects_xy(area, camera.east_m, camera.north_m))


def _with_pictures(camera: Camera, motions: Sequence[Hint]) -> Camera:
    """The camera with what the pictures tell of it: its field of view, or that it turned all round on the spot."""
    told = [motion for hint in motions if (motion := hint.motion) is not None and _covers(hint, camera.at_s)]
    round_about = any(one.motion == "turn" and (one.sweep_deg or 0.0) >= ALL_ROUND_DEG for one in told)
    if camera.heading_deg is None and round_about and camera.at_s is None:
        return replace(camera, heading_deg=0.0, hfov_deg=360.0)
    return replace(camera, hfov_deg=_hfov_deg(told) or camera.hfov_deg)


def _covers(hint: Hint, at_s: float | None) -> bool:
    return at_s is None or hint.at_s is None or hint.at_s - 0.5 <= at_s <= (hint.until_s or hint.at_s) + 0.5


def _hfov_deg(motions: Sequence[Motion]) -> float | None:
    """At least that of a long lens: what reads pictures may tell anything."""
    return next((max(LEAST_HFOV_DEG, one.hfov_deg) for one in motions if one.hfov_deg is not None), None)
