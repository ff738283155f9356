"""Camera pose by resection from recognised landmarks.

A landmark whose photographed side faces a known direction was filmed from somewhere on that side; where the lines of
two of them cross, the camera stood, more or less. One landmark alone gives the zone it stands in, and no more.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from opsec.matching.landmarks.grading import RULE as LANDMARK_RULE
from opsec.matching.layout.camera_pose import CameraPose
from opsec.matching.layout.local_projection import LocalProjection
from opsec.model import Landmark, Match, Site

MAX_DISTANCE_M = 500.0
"""A crossing farther than this from one of its landmarks is rejected: nobody films a landmark from so far away."""
MIN_CROSSING_DEG = 15.0
"""Lines that run more nearly parallel do not determine a crossing."""
MAX_SPREAD_DEG = 120.0
"""Landmarks spread more widely were filmed one after the other: no one frame shows both."""
VIEW_MARGIN_DEG = 10.0
"""Field of view on either side of the landmarks."""
POSITION_ERROR_M, HEADING_ERROR_DEG = 40.0, 20.0
"""Margins of a resected pose: a side is photographed from within some 35 degrees of straight on."""

XY = tuple[float, float]
"""Metres east and north."""


@dataclass(frozen=True, slots=True)
class LandmarkEvidence:
    """What recognised landmarks say of a clip and a site."""

    hint_ids: tuple[str, ...]
    """Hints that show a landmark."""
    zones: Mapping[str, str]
    """Name of each zone with a recognised landmark, and the hint that shows it."""
    camera: CameraPose | None
    """None when fewer than two landmarks have a position, or their lines do not cross."""


def resect_from_landmarks(
    site: Site, matches: Sequence[Match], projection: LocalProjection | None, known_pose: CameraPose | None = None
) -> LandmarkEvidence:
    """Collect the recognised landmarks of a site, and estimate the camera pose from them.

    Parameters
    ----------
    site
        The site.
    matches
        Matches of the clip, with those of other rules and sites.
    projection
        Local plane of the site; None gives no pose.
    known_pose
        Pose from telemetry, whose position is taken instead of the crossing.
    """
    sightings = [match for match in matches if match.site == site.id and match.rule == LANDMARK_RULE and match.landmark]
    sightings = [match for match in sightings if match.grade != "possible"]
    by_id = {landmark.id: landmark for landmark in site.landmarks}
    seen = [by_id[name] for name in dict.fromkeys(match.landmark for match in sightings) if name in by_id]
    zones = {zone: match.hint_ids[0] for match in reversed(sightings) if (zone := _zone_of(by_id, match)) is not None}
    return LandmarkEvidence(
        hint_ids=tuple(dict.fromkeys(hint_id for match in sightings for hint_id in match.hint_ids)),
        zones=zones,
        camera=_resect(seen, projection, known_pose) if projection is not None else None,
    )


def _zone_of(by_id: Mapping[str, Landmark], match: Match) -> str | None:
    landmark = by_id.get(match.landmark or "")
    return landmark.zone or None if landmark is not None else None


def _resect(
    landmarks: Sequence[Landmark], projection: LocalProjection, known_pose: CameraPose | None
) -> CameraPose | None:
    """Estimate the pose from which these landmarks were filmed."""
    placed = [(projection.to_xy(one.position), one.heading_deg) for one in landmarks if one.position is not None]
    if len(placed) < 2:
        return None
    position = (known_pose.east_m, known_pose.north_m) if known_pose is not None else _crossing(placed)
    if position is None:
        return None
    heading_deg, spread_deg = _center_and_spread([_bearing_deg(position, target) for target, _faces in placed])
    if spread_deg > MAX_SPREAD_DEG:
        return None
    return CameraPose(
        east_m=position[0],
        north_m=position[1],
        heading_deg=heading_deg,
        hfov_deg=spread_deg + 2 * VIEW_MARGIN_DEG,
        accuracy_m=POSITION_ERROR_M if known_pose is None else known_pose.accuracy_m,
        heading_error_deg=HEADING_ERROR_DEG if known_pose is None else 0.0,
    )


def _crossing(placed: Sequence[tuple[XY, float | None]]) -> XY | None:
    """Where the lines ahead of two photographed sides cross, for the first two that determine a crossing.

    ``placed`` holds the position of each landmark and the direction that its photographed side faces.
    """
    facing = [(position, math.radians(faces)) for position, faces in placed if faces is not None]
    for index, (one, direction) in enumerate(facing):
        for other, other_direction in facing[index + 1 :]:
            cross = math.sin(direction) * math.cos(other_direction) - math.cos(direction) * math.sin(other_direction)
            if abs(cross) < math.sin(math.radians(MIN_CROSSING_DEG)):
                continue
            east, north = other[0] - one[0], other[1] - one[1]
            distance_m = (east * math.cos(other_direction) - north * math.sin(other_direction)) / cross
            other_distance_m = (east * math.cos(direction) - north * math.sin(direction)) / cross
            if 0 < distance_m < MAX_DISTANCE_M and 0 < other_distance_m < MAX_DISTANCE_M:
                return one[0] + distance_m * math.sin(direction), one[1] + distance_m * math.cos(direction)
    return None


def _bearing_deg(origin: XY, target: XY) -> float:
    return math.degrees(math.atan2(target[0] - origin[0], target[1] - origin[1])) % 360.0


def _center_and_spread(bearings_deg: Sequence[float]) -> tuple[float, float]:
    """Centre and width of the narrowest sector that contains all bearings, in degrees."""
    ascending = sorted(bearings_deg)
    gaps = [((ascending[(i + 1) % len(ascending)] - one) % 360.0, i) for i, one in enumerate(ascending)]
    widest, index = max(gaps)
    spread_deg = 360.0 - widest
    return (ascending[(index + 1) % len(ascending)] + spread_deg / 2) % 360.0, spread_deg
