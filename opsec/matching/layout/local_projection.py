"""A site drawn in metres around its middle: east is x, north is y.

Equirectangular about the site's own latitude: true to a thousandth over the few kilometres of a base. This is the
only place of this room where a Point becomes x, y.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsec.model import Geofence, Point, Site

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

METRES_PER_DEGREE = 111_195.0
"""Of a great circle on a sphere of 6,371 km."""


@dataclass(frozen=True, slots=True)
class Plane:
    """Where the middle lies and how far a degree goes."""

    middle: Point

    def xy(self, point: Point) -> tuple[float, float]:
        """Metres east and north of the middle; the short way round over the antimeridian."""
        across = (point.lon - self.middle.lon + 180.0) % 360.0 - 180.0
        east = across * METRES_PER_DEGREE * math.cos(math.radians(self.middle.lat))
        return east, (point.lat - self.middle.lat) * METRES_PER_DEGREE


@dataclass(frozen=True, slots=True)
class Ground:
    """A site's outlines in its plane."""

    plane: Plane
    fence: "BaseGeometry"
    zones: "tuple[tuple[Geofence, BaseGeometry], ...]"
    buildings: "tuple[BaseGeometry, ...]"


def zone_name(zone: Geofence) -> str:
    """How a zone is called: by its name, or its class."""
    return zone.name or zone.zone_class or "zone"


def ground_of(site: Site) -> Ground | None:
    """The site's outlines; none when it has no fence."""
    perimeter = next((fence for fence in site.fences if fence.role == "perimeter"), None)
    if perimeter is None:
        return None
    corners = [point for rings in perimeter.rings for point in rings[0]]
    first = corners[0]
    lons = [first.lon + (point.lon - first.lon + 180.0) % 360.0 - 180.0 for point in corners]
    lats = [point.lat for point in corners]
    plane = Plane(Point((min(lats) + max(lats)) / 2, ((min(lons) + max(lons)) / 2 + 180.0) % 360.0 - 180.0))
    return Ground(
        plane=plane,
        fence=_outline(perimeter, plane),
        zones=tuple((zone, _outline(zone, plane)) for zone in site.fences if zone.role == "zone"),
        buildings=tuple(_outline(one, plane) for one in site.fences if one.role == "building"),
    )


def _outline(fence: Geofence, plane: Plane) -> "BaseGeometry":
    """In metres. A ring that just does not cross itself in degrees may do so here: it is mended, or nothing could be
    intersected with it."""
    import shapely
    from shapely.geometry import MultiPolygon, Polygon

    def flat(ring: Iterable[Point]) -> list[tuple[float, float]]:
        return [plane.xy(point) for point in ring]

    drawn = MultiPolygon([Polygon(flat(rings[0]), [flat(hole) for hole in rings[1:]]) for rings in fence.rings])
    return drawn if drawn.is_valid else shapely.make_valid(drawn, method="structure", keep_collapsed=False)
