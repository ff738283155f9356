"""When two numbers are a place, how finely they tell it, and how far apart two are."""

import math

from opsec.model import Point

METRES_PER_DEGREE = 111_320.0
"""Of latitude, and of longitude on the equator (WGS 84, to half a percent)."""

EARTH_RADIUS_M = 6_371_008.8
"""Mean radius (WGS 84)."""


def place(lat: float, lon: float) -> Point | None:
    """The place two numbers mean, or none when they lie nowhere on Earth or mean "no fix".

    Only the *pair* (0, 0) stands for no fix: a receiver writes it before it knows better. A single
    zero is a real place on the equator or the prime meridian.
    """
    if not (abs(lat) <= 90 and abs(lon) <= 180):  # NaN fails both comparisons
        return None
    return None if lat == 0 and lon == 0 else Point(lat, lon)


def step_m(lat: float, step_deg: float) -> float:
    """Radius in metres of the circle in which a place lies that was written in steps of so many degrees.

    Writers round or cut, so the place may be one whole step off in both directions.
    """
    north_m = step_deg * METRES_PER_DEGREE
    return math.hypot(north_m, north_m * math.cos(math.radians(lat)))


def distance_m(one: Point, other: Point) -> float:
    """Metres between two places on a sphere as large as the Earth: half a percent off at most."""
    lat, other_lat = math.radians(one.lat), math.radians(other.lat)
    half_lat, half_lon = (other_lat - lat) / 2, math.radians(other.lon - one.lon) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat) * math.cos(other_lat) * math.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, chord)))


AT_BEST_M = 5.0
"""No phone knows its place better than this, however many digits it writes: the radius of 95 percent
under open sky (GPS Standard Positioning Service Performance Standard, 5th edition, and the receiver's own error)."""


def recorded_m(lat: float, step_deg: float) -> float:
    """Radius in metres for a place that a receiver recorded in steps of so many degrees."""
    return max(AT_BEST_M, step_m(lat, step_deg))


def altitude(height_m: float) -> float | None:
    """A height in metres, or none when it is neither on Earth nor near it."""
    return height_m if -12_000 <= height_m <= 1_000_000 else None
