"""Validity, precision and great-circle distance of positions in WGS 84 degrees."""

import math
from collections.abc import Sequence

from opsec.model import Point

METRES_PER_DEGREE = 111_320.0
"""Of latitude, and of longitude on the equator (WGS 84, accurate to half a percent)."""

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (WGS 84)."""

MIN_RECEIVER_ERROR_M = 5.0
"""Smallest error radius assumed for a phone, however many digits it writes: the radius of 95 percent
under open sky (GPS Standard Positioning Service Performance Standard, 5th edition, plus the receiver's own error)."""

ALTITUDE_RANGE_M = (-12_000, 1_000_000)


def valid_point(lat: float, lon: float) -> Point | None:
    """Return the position, or None when it lies outside the ranges of WGS 84 or means "no fix".

    Only the *pair* (0, 0) means "no fix": receivers write it before they know their position. A single
    zero is a real place on the equator or the prime meridian.
    """
    if not (abs(lat) <= 90 and abs(lon) <= 180):  # NaN fails both comparisons
        return None
    return None if lat == 0 and lon == 0 else Point(lat, lon)


def valid_altitude_m(height_m: float) -> float | None:
    """Return a height in metres, or None when it is outside ``ALTITUDE_RANGE_M``."""
    lowest_m, highest_m = ALTITUDE_RANGE_M
    return height_m if lowest_m <= height_m <= highest_m else None


def precision_radius_m(lat: float, step_deg: float) -> float:
    """Radius in metres of the uncertainty of a position written with a resolution of ``step_deg``.

    Writers round or truncate, so the true position may be one whole step away in both directions.
    """
    north_m = step_deg * METRES_PER_DEGREE
    return math.hypot(north_m, north_m * math.cos(math.radians(lat)))


def receiver_accuracy_m(lat: float, step_deg: float) -> float:
    """Error radius in metres of a position that a receiver recorded with a resolution of ``step_deg``."""
    return max(MIN_RECEIVER_ERROR_M, precision_radius_m(lat, step_deg))


def haversine_distance_m(one: Point, other: Point) -> float:
    """Great-circle distance in metres on a sphere (haversine formula), at most half a percent off."""
    lat, other_lat = math.radians(one.lat), math.radians(other.lat)
    half_lat, half_lon = (other_lat - lat) / 2, math.radians(other.lon - one.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat) * math.cos(other_lat) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))


def closest_point_in_bounds(point: Point, corners: Sequence[Point]) -> Point:
    """Closest position to a point inside the bounding box of some corners (not across the antimeridian)."""
    lats, lons = [corner.lat for corner in corners], [corner.lon for corner in corners]
    return Point(min(max(point.lat, min(lats)), max(lats)), min(max(point.lon, min(lons)), max(lons)))
