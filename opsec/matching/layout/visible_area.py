"""Visible ground of one camera: cast its rays and stop them at walls.

A camera high above sees over the buildings; one that looks down sees the patch beneath it. Small objects such as a
vehicle or a mast hide the ground behind them, but no building.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from opsec.matching.layout.camera_pose import CameraPose
from opsec.matching.layout.local_projection import ProjectedSite

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from opsec.vision.arrays import Floats

MAX_RANGE_M = 90.0
"""Beyond this a phone shows nothing of a building but that it is there."""
MAX_HIGH_RANGE_M = 400.0
"""The same for a camera high above."""
RAY_STEP_DEG = 1.0
MAX_NADIR_TILT_DEG = 5.0
"""A camera that looks down this straight sees the same patch whichever way it faces."""
WALL_DEPTH_M = 1.0
"""Distance behind the front of a wall up to which its building counts as seen."""
MAX_SMALL_FOOTPRINT_M = 8.0
"""A footprint with no longer side is a vehicle, a post or a mast."""


def visible_ground(camera: CameraPose, site: ProjectedSite, *, widened: bool = False) -> "BaseGeometry | None":
    """Compute the ground that a camera sees.

    Parameters
    ----------
    camera
        Pose of the camera.
    site
        The site, whose buildings stop the rays.
    widened
        Widen the area by the margins of position and heading: what may show a building, for zones.

    Returns
    -------
    The area; None when the camera's heading, or its height where it looks down, is unknown.
    """
    import shapely

    if camera.looks_down:
        return _patch_below(camera)
    if camera.heading_deg is None:
        return None
    walls = [one for one in site.buildings if not widened or not _is_small(one)]
    half_deg = min(180.0, camera.hfov_deg / 2 + (camera.heading_error_deg if widened else 0.0))
    bearings = np.radians(camera.heading_deg + np.arange(-half_deg, half_deg + RAY_STEP_DEG / 2, RAY_STEP_DEG))
    position = np.array([camera.east_m, camera.north_m])
    range_m = MAX_HIGH_RANGE_M if camera.is_high else MAX_RANGE_M
    ends = position + range_m * np.stack([np.sin(bearings), np.cos(bearings)], axis=1)
    if not camera.is_high:
        ends = _stop_at_walls(position, ends, walls)
    sector = shapely.Polygon([tuple(position), *map(tuple, ends)]).buffer(0)
    return sector.buffer(camera.accuracy_m) if widened and camera.accuracy_m > 0 else sector


def _is_small(building: "BaseGeometry") -> bool:
    west, south, east, north = building.bounds
    return bool(max(east - west, north - south) < MAX_SMALL_FOOTPRINT_M)


def _stop_at_walls(position: "Floats", ends: "Floats", buildings: "Sequence[BaseGeometry]") -> "Floats":
    """Shorten each ray from ``position`` (2,) to ``ends`` (n, 2) to the first wall it hits."""
    import shapely

    spot = shapely.Point(position)
    walls = [one for one in buildings if not one.contains(spot) and one.distance(spot) < MAX_RANGE_M]
    if not walls:
        return ends
    rays = shapely.linestrings(np.stack([np.broadcast_to(position, ends.shape), ends], axis=1))
    hits = shapely.intersection(rays, shapely.union_all(walls))
    distance_m = shapely.distance(spot, hits)
    length_m = np.linalg.norm(ends - position, axis=1)
    stop_m = np.where(np.isnan(distance_m), length_m, np.minimum(length_m, distance_m + WALL_DEPTH_M))
    return np.asarray(position + (ends - position) * (stop_m / length_m)[:, None])


def _patch_below(camera: CameraPose) -> "BaseGeometry | None":
    """The round patch that a camera sees which looks down; its size follows from the height."""
    import shapely

    if camera.height_m is None or camera.height_m <= 0:
        return None
    tilt = math.radians(90.0 + max(-90.0, camera.pitch_deg or -90.0))
    if camera.heading_deg is None and tilt > math.radians(MAX_NADIR_TILT_DEG):
        return None
    radius_m = camera.height_m * math.tan(math.radians(camera.hfov_deg) / 2)
    ahead_m = camera.height_m * math.tan(tilt)
    heading = math.radians(camera.heading_deg or 0.0)
    center = shapely.Point(camera.east_m + ahead_m * math.sin(heading), camera.north_m + ahead_m * math.cos(heading))
    return center.buffer(radius_m)
