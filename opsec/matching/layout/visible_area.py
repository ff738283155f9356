"""The rays of a camera: over which ground they run, and which walls stop them.

A camera high above sees over the buildings; one that looks down sees the patch below it. What is as small as a
vehicle or a mast hides the ground behind it, but no building.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from opsec.matching.layout.camera_pose import Camera
from opsec.matching.layout.local_projection import Ground

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    Array = NDArray[np.float64]

REACH_M = 90.0
"""Beyond this a telephone shows nothing of a building but that it is there."""
HIGH_REACH_M = 400.0
STEP_DEG = 1.0
STRAIGHT_DEG = 5.0
"""A camera that looks down this straight sees the same patch whichever way it faces."""
INTO_M = 1.0
"""How far behind the line of a wall its building counts as seen."""
SMALL_M = 8.0
"""A footprint that is nowhere longer is a vehicle, a post or a mast."""


def seen_from(camera: Camera, ground: Ground, *, widened: bool = False) -> "BaseGeometry | None":
    """The ground in view; with ``widened`` what may show a building, given how well place and heading are known.

    None when the camera's heading, or its height where it looks down, is not known.
    """
    import shapely

    if camera.looks_down:
        return _patch_below(camera)
    if camera.heading_deg is None:
        return None
    walls = [one for one in ground.buildings if not widened or not _is_small(one)]
    half = min(180.0, camera.hfov_deg / 2 + (camera.compass_deg if widened else 0.0))
    bearings = np.radians(camera.heading_deg + np.arange(-half, half + STEP_DEG / 2, STEP_DEG))
    here = np.array([camera.east_m, camera.north_m])
    reach = HIGH_REACH_M if camera.high else REACH_M
    ends = here + reach * np.stack([np.sin(bearings), np.cos(bearings)], axis=1)
    if not camera.high:
        ends = _stopped(here, ends, walls)
    sector = shapely.Polygon([tuple(here), *map(tuple, ends)]).buffer(0)
    return sector.buffer(camera.accuracy_m) if widened and camera.accuracy_m > 0 else sector


def _is_small(building: "BaseGeometry") -> bool:
    west, south, east, north = building.bounds
    return bool(max(east - west, north - south) < SMALL_M)


def _stopped(here: "Array", ends: "Array", buildings: "Sequence[BaseGeometry]") -> "Array":
    """The ends of the rays, each drawn back to the first wall it meets."""
    import shapely

    spot = shapely.Point(here)
    walls = [one for one in buildings if not one.contains(spot) and one.distance(spot) < REACH_M]
    if not walls:
        return ends
    rays = shapely.linestrings(np.stack([np.broadcast_to(here, ends.shape), ends], axis=1))
    met = shapely.intersection(rays, shapely.union_all(walls))
    away = shapely.distance(spot, met)
    length = np.linalg.norm(ends - here, axis=1)
    stop = np.where(np.isnan(away), length, np.minimum(length, away + INTO_M))
    return np.asarray(here + (ends - here) * (stop / length)[:, None])


def _patch_below(camera: Camera) -> "BaseGeometry | None":
    """The round patch under a camera that looks down; its size follows from the height."""
    import shapely

    if camera.height_m is None or camera.height_m <= 0:
        return None
    tilt = math.radians(90.0 + max(-90.0, camera.pitch_deg or -90.0))
    if camera.heading_deg is None and tilt > math.radians(STRAIGHT_DEG):
        return None
    radius = camera.height_m * math.tan(math.radians(camera.hfov_deg) / 2)
    ahead = camera.height_m * math.tan(tilt)
    heading = math.radians(camera.heading_deg or 0.0)
    middle = shapely.Point(camera.east_m + ahead * math.sin(heading), camera.north_m + ahead * math.cos(heading))
    return middle.buffer(radius)
