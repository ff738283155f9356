"""How surely ground in view is made out: by how many rows of the picture it covers, and how often it was looked at.

From the height of an eye the ground far off is a few rows high: a stretch that covers fewer than four of a
thousand rows is made out in some pictures and lost in others.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from opsec.matching.layout.camera_pose import EYE_M, Camera

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    Array = NDArray[np.float64]

STRETCH_M = 4.0
"""What of the ground there is to be made out: a path, a vehicle's place."""
ROWS = 4.0
"""Of the picture that the stretch must cover to be made out for sure."""
ACROSS_PX = 576
"""Width of a picture as telephones post it upright; its field of view gives the focal length."""
MOST_PLACES = 8_000
FINEST_M = 2.0
"""Ground is asked at this distance from place to place, or so that there are not too many."""


def made_out(looks: "Sequence[tuple[Camera, BaseGeometry]]", area: "BaseGeometry") -> float:
    """Share of an area that cameras, each with the ground in its view, made out together; what two saw counts once."""
    import shapely

    if area.is_empty:
        return 0.0
    west, south, east, north = area.bounds
    apart = max(FINEST_M, math.sqrt((east - west) * (north - south) / MOST_PLACES))
    rows, columns = (max(1, math.ceil(side / apart)) for side in (north - south, east - west))
    x, y = cells(area, columns, rows)
    inside = shapely.contains_xy(area, x, y)
    surely = how_surely(looks, x[inside], y[inside])
    return float(surely.mean()) if len(surely) else 1.0


def cells(area: "BaseGeometry", columns: int, rows: int) -> "tuple[Array, Array]":
    """Middles (x, y) of the cells of the box around an area, row by row from the south-west."""
    west, south, east, north = area.bounds
    x = west + (np.arange(columns) + 0.5) * (east - west) / columns
    y = south + (np.arange(rows) + 0.5) * (north - south) / rows
    return np.tile(x, rows), np.repeat(y, columns)


def how_surely(looks: "Sequence[tuple[Camera, BaseGeometry]]", x: "Array", y: "Array") -> "Array":
    """How surely, 0 to 1, the ground at each of these places was made out by at least one camera."""
    import shapely

    missed = np.ones(len(x))
    for camera, view in looks:
        shapely.prepare(view)
        seen = np.flatnonzero(shapely.contains_xy(view, x, y))
        away_m = np.hypot(x[seen] - camera.east_m, y[seen] - camera.north_m)
        missed[seen] *= (1 - in_one_look(camera, away_m)) ** camera.glimpses
    return 1 - missed


def in_one_look(camera: Camera, away_m: "Array") -> "Array":
    """How surely, 0 to 1, a stretch of ground so far from the camera is made out in one picture."""
    if camera.looks_down:
        return np.ones(len(away_m))
    height_m = camera.height_m if camera.high and camera.height_m else EYE_M
    focal_px = ACROSS_PX / 2 / math.tan(math.radians(min(camera.hfov_deg, 120.0)) / 2)
    rows = STRETCH_M * height_m * focal_px / np.maximum(1.0, away_m) ** 2
    return np.minimum(1.0, rows / ROWS)
