"""Probability that visible ground is resolved in the images, by the image rows it covers and how often it was filmed.

From eye height distant ground is a few rows high: a stretch that covers fewer than four of a thousand rows is resolved
in some frames and lost in others.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from opsec.matching.layout.camera_pose import EYE_M, CameraPose

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from opsec.vision.arrays import Floats

    View = tuple[CameraPose, BaseGeometry]
    """A camera and the ground that it sees."""

STRETCH_M = 4.0
"""Length of ground that is to be resolved: a path, a parking space."""
MIN_ROWS = 4.0
"""Image rows that the stretch must cover to be resolved for certain."""
IMAGE_WIDTH_PX = 576
"""Width of the upright images that phones post; with the field of view it gives the focal length."""
MAX_HFOV_DEG = 120.0
"""Fields of view are capped here, where a flat image has no focal length of use."""
MAX_SAMPLES = 8_000
MIN_SPACING_M = 2.0
"""Ground is sampled at this spacing, or a wider one that stays within ``MAX_SAMPLES``."""


def resolved_share(views: "Sequence[View]", area: "BaseGeometry") -> float:
    """Expected share of an area that cameras resolve together, 0 to 1; ground seen by two cameras counts once."""
    import shapely

    if area.is_empty:
        return 0.0
    west, south, east, north = area.bounds
    spacing_m = max(MIN_SPACING_M, math.sqrt((east - west) * (north - south) / MAX_SAMPLES))
    rows, columns = (max(1, math.ceil(side_m / spacing_m)) for side_m in (north - south, east - west))
    x, y = grid_centers(area, columns, rows)
    inside = shapely.contains_xy(area, x, y)
    probability = detection_probability(views, x[inside], y[inside])
    return float(probability.mean()) if len(probability) else 1.0


def grid_centers(area: "BaseGeometry", columns: int, rows: int) -> "tuple[Floats, Floats]":
    """Centres x, y of the grid cells of an area's bounding box, row by row from the south-west, shape (cells,)."""
    west, south, east, north = area.bounds
    x = west + (np.arange(columns) + 0.5) * (east - west) / columns
    y = south + (np.arange(rows) + 0.5) * (north - south) / rows
    return np.tile(x, rows), np.repeat(y, columns)


def detection_probability(views: "Sequence[View]", x: "Floats", y: "Floats") -> "Floats":
    """Probability that at least one camera resolves the ground at each place.

    Parameters
    ----------
    views
        Cameras with the ground that each sees.
    x, y
        Places, in metres, shape (n,).

    Returns
    -------
    Probabilities, shape (n,).
    """
    import shapely

    missed = np.ones(len(x))
    for camera, area in views:
        shapely.prepare(area)
        seen = np.flatnonzero(shapely.contains_xy(area, x, y))
        distance_m = np.hypot(x[seen] - camera.east_m, y[seen] - camera.north_m)
        missed[seen] *= (1 - single_view_probability(camera, distance_m)) ** camera.view_count
    return 1 - missed


def single_view_probability(camera: CameraPose, distance_m: "Floats") -> "Floats":
    """Probability that one image resolves a stretch of ground at these distances (n,), shape (n,)."""
    if camera.looks_down:
        return np.ones(len(distance_m))
    height_m = camera.height_m if camera.is_high and camera.height_m else EYE_M
    focal_px = IMAGE_WIDTH_PX / 2 / math.tan(math.radians(min(camera.hfov_deg, MAX_HFOV_DEG)) / 2)
    rows = STRETCH_M * height_m * focal_px / np.maximum(1.0, distance_m) ** 2
    return np.minimum(1.0, rows / MIN_ROWS)
