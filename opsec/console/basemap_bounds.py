"""Where a basemap is: its edges in degrees, and the Web Mercator projection (EPSG:3857) in which it is drawn."""

import math
from dataclasses import dataclass

EARTH_RADIUS_M = 6_378_137.0
MERCATOR_HALF_M = math.pi * EARTH_RADIUS_M
"""Half the width of the map of the world."""
MAX_LATITUDE = 85.0
"""The map ends shortly beyond it."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """Edges in degrees."""

    south: float
    west: float
    north: float
    east: float

    def across(self, longitude: float) -> float:
        """Return where a longitude is in an image with these edges: 0 at the west edge, 1 at the east edge."""
        return (longitude - self.west) / (self.east - self.west)

    def down(self, latitude: float) -> float:
        """Return where a latitude is in an image with these edges: 0 at the north edge, 1 at the south edge."""
        top, bottom = mercator_northing(self.north), mercator_northing(self.south)
        return (top - mercator_northing(latitude)) / (top - bottom)

    def meets(self, other: "Bounds") -> bool:
        """Return whether two areas have a point in common."""
        return (
            self.south <= other.north
            and other.south <= self.north
            and self.west <= other.east
            and other.west <= self.east
        )


def mercator_northing(latitude: float) -> float:
    """Return metres north of the equator of the Web Mercator projection.

    >>> round(mercator_northing(33.3), 1)
    3935192.0
    """
    return EARTH_RADIUS_M * math.atanh(math.sin(math.radians(latitude)))


def mercator_latitude(northing_m: float) -> float:
    """Return the latitude in degrees: the inverse of ``mercator_northing``."""
    return math.degrees(math.asin(math.tanh(northing_m / EARTH_RADIUS_M)))


def tile_bounds(zoom: int, x: int, y: int) -> Bounds:
    """Return the edges of a tile; tiles are numbered from the north-west, 2 to the power of the zoom on each side.

    >>> north_east = tile_bounds(1, 1, 0)
    >>> round(north_east.south, 6), north_east.west, round(north_east.north, 6), north_east.east
    (0.0, 0.0, 85.051129, 180.0)
    """
    count = 1 << zoom
    north, south = (mercator_latitude(MERCATOR_HALF_M * (1 - 2 * row / count)) for row in (y, y + 1))
    return Bounds(south, x / count * 360 - 180, north, (x + 1) / count * 360 - 180)


def tile_at(zoom: int, latitude: float, longitude: float) -> tuple[int, int]:
    """Return column and row of the tile in which a position is."""
    count = 1 << zoom
    column = (longitude + 180) / 360 * count
    row = (1 - mercator_northing(latitude) / MERCATOR_HALF_M) / 2 * count
    return int(column), int(row)
