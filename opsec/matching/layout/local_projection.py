"""Project a site to a local plane in metres around its centre: x is east, y is north.

The projection is equirectangular at the site's own latitude: accurate to a thousandth over the few kilometres of a
base. Nowhere else in this room does a ``Point`` become x, y.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsec.model import Geofence, Point, Site

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

METRES_PER_DEGREE = 111_195.0
"""Along a great circle on a sphere of 6,371 km radius."""


@dataclass(frozen=True, slots=True)
class LocalProjection:
    """Equirectangular projection around an origin."""

    origin: Point

    def to_xy(self, point: Point) -> tuple[float, float]:
        """Metres east and north of the origin, the short way round across the antimeridian."""
        east_deg = _wrap_deg(point.lon - self.origin.lon)
        east_m = east_deg * METRES_PER_DEGREE * math.cos(math.radians(self.origin.lat))
        return east_m, (point.lat - self.origin.lat) * METRES_PER_DEGREE

    def to_point(self, east_m: float, north_m: float) -> Point:
        """Position of a point of the plane: the inverse of ``to_xy``."""
        lon_deg = east_m / (METRES_PER_DEGREE * math.cos(math.radians(self.origin.lat)))
        return Point(self.origin.lat + north_m / METRES_PER_DEGREE, _wrap_deg(self.origin.lon + lon_deg))


@dataclass(frozen=True, slots=True)
class ProjectedSite:
    """The outlines of a site in its local plane."""

    projection: LocalProjection
    fence: "BaseGeometry"
    """The perimeter."""
    zones: "tuple[tuple[Geofence, BaseGeometry], ...]"
    """Every zone with its outline."""
    buildings: "tuple[BaseGeometry, ...]"
    """Footprints."""


def zone_label(zone: Geofence) -> str:
    """Name of a zone, or its class where it has none."""
    return zone.name or zone.zone_class or "zone"


def project_site(site: Site) -> ProjectedSite | None:
    """Project the outlines of a site; None when it has no fence."""
    perimeter = next((fence for fence in site.fences if fence.role == "perimeter"), None)
    if perimeter is None:
        return None
    corners = [point for rings in perimeter.rings for point in rings[0]]
    first = corners[0]
    lons = [first.lon + (point.lon - first.lon + 180.0) % 360.0 - 180.0 for point in corners]  # may pass 180
    lats = [point.lat for point in corners]
    center = Point((min(lats) + max(lats)) / 2, _wrap_deg((min(lons) + max(lons)) / 2))
    projection = LocalProjection(center)
    return ProjectedSite(
        projection=projection,
        fence=_project_outline(perimeter, projection),
        zones=tuple((zone, _project_outline(zone, projection)) for zone in site.fences if zone.role == "zone"),
        buildings=tuple(_project_outline(one, projection) for one in site.fences if one.role == "building"),
    )


def _wrap_deg(longitude_deg: float) -> float:
    """The same longitude, or difference of longitudes, from -180 to 180."""
    return (longitude_deg + 180.0) % 360.0 - 180.0


def _project_outline(fence: Geofence, projection: LocalProjection) -> "BaseGeometry":
    """Project an outline to metres.

    A ring that barely avoids crossing itself in degrees may cross itself in metres; it is repaired, since an invalid
    polygon cannot be intersected with anything.
    """
    import shapely
    from shapely.geometry import MultiPolygon, Polygon

    def project(ring: Iterable[Point]) -> list[tuple[float, float]]:
        return [projection.to_xy(point) for point in ring]

    outline = MultiPolygon([Polygon(project(rings[0]), [project(hole) for hole in rings[1:]]) for rings in fence.rings])
    return outline if outline.is_valid else shapely.make_valid(outline, method="structure", keep_collapsed=False)
