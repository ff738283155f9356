"""Matching of positions and tracks with fences: inside, near, within the error radius, or none of ours.

Candidates come from one STRtree over all perimeters, so a thousand sites cost no more than one.
Distances are geodesic (Karney 2013, through geopy) from the position to the nearest point of the
outline; that point is found in a local equirectangular projection at the position, whose error within
an alert radius is well under a metre.

Only this module converts a ``Point`` to x, y: longitude first, as shapely expects.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from opsec.model import Fix, Geofence, Grade, Point, Site

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray
    from shapely.geometry import MultiPolygon
    from shapely.strtree import STRtree

    LonLatArray = NDArray[numpy.float64]
    """(n, 2): longitude and latitude in degrees."""

MIN_METRES_PER_DEGREE_LAT = 110_500.0
"""Smallest length of a degree of latitude on the WGS 84 ellipsoid, so that boxes are never too small."""
MAX_POSITION_ERROR_M = 50_000.0
"""A position with a larger error radius says nothing about any base."""
MAX_ERROR_FOR_PROBABLE_M = 5_000.0
"""Largest error radius at which a position inside a fence counts as evidence on its own."""
MAX_LEG_S = 10.0
"""Longest time between two fixes for which the track between them is taken to be straight."""
MAX_BOX_LAT = 89.0
"""Latitude up to which the width of a search box is computed; it has no limit at the pole."""
_MIN_COSINE = 1e-9
"""In place of the cosine of latitude at a pole."""


@dataclass(frozen=True, slots=True)
class PointMatch:
    """A position and the fence of one site."""

    site: Site
    distance_m: float
    """0 inside."""
    zone: Geofence | None
    """Most sensitive zone that contains the position."""
    grade: Grade

    @property
    def is_inside(self) -> bool:
        """Whether the position itself is within the perimeter."""
        return self.distance_m == 0.0


@dataclass(frozen=True, slots=True)
class TrackMatch:
    """A track and the fence of one site."""

    site: Site
    distance_m: float
    """Of the nearest fix; 0 when one is inside, or when the track crosses the fence between two fixes."""
    zone: Geofence | None
    """Most sensitive zone that contains a fix."""
    grade: Grade
    inside_s: tuple[float, float] | None
    """First and last second of the clip at which a fix is inside."""


class FenceIndex:
    """Spatial index of all perimeters and zones, built when the first position is matched: most posts have none."""

    def __init__(self, sites: Sequence[Site]) -> None:
        fenced = [(site, fence) for site in sites for fence in site.fences if fence.role == "perimeter"]
        self._sites: list[Site] = [site for site, _fence in fenced]
        self._perimeters: list[Geofence] = [fence for _site, fence in fenced]
        self._reach_m = max((site.alert_radius_m for site in self._sites), default=0.0)

    @cached_property
    def _outlines(self) -> "list[MultiPolygon]":
        import shapely

        outlines = [_to_polygon(fence) for fence in self._perimeters]
        shapely.prepare(outlines)
        return outlines

    @cached_property
    def _tree(self) -> "STRtree":
        from shapely.strtree import STRtree

        return STRtree(self._outlines)

    @cached_property
    def _zones(self) -> "dict[str, list[tuple[Geofence, MultiPolygon]]]":
        return {
            site.id: [(fence, _to_polygon(fence)) for fence in site.fences if fence.role == "zone"]
            for site in self._sites
        }

    def match_point(self, point: Point, accuracy_m: float | None = None) -> Iterator[PointMatch]:
        """Yield a match for every site whose fence contains the position or is within reach of it, in site order."""
        from shapely import geometry

        margin_m = min(accuracy_m or 0.0, MAX_POSITION_ERROR_M)
        half_width, half_height = _box_half_size_deg(max(self._reach_m, margin_m), point.lat)
        xy = geometry.Point(point.lon, point.lat)
        for index in self._candidates((point.lon, point.lat), (point.lon, point.lat), half_width, half_height):
            site, outline = self._sites[index], self._outlines[index]
            distance_m = 0.0 if outline.intersects(xy) else _distance_m(point, outline)
            grade = _grade(distance_m, accuracy_m, site.alert_radius_m)
            if grade is not None:
                yield PointMatch(site, distance_m, self._zone_of_point(site, xy), grade)

    def match_track(self, fixes: Sequence[Fix]) -> Iterator[TrackMatch]:
        """Yield a match for every site whose fence the track enters, crosses or approaches, in site order."""
        import numpy

        lon_lat = numpy.array([(fix.point.lon, fix.point.lat) for fix in fixes])
        (west, south), (east, north) = lon_lat.min(axis=0), lon_lat.max(axis=0)
        margin_m = max((fix.accuracy_m for fix in fixes if fix.accuracy_m is not None), default=0.0)
        reach_m = max(self._reach_m, min(margin_m, MAX_POSITION_ERROR_M))
        half_width, half_height = _box_half_size_deg(reach_m, max(abs(south), abs(north)))
        for index in self._candidates((west, south), (east, north), half_width, half_height):
            track_match = self._match_outline(index, fixes, lon_lat)
            if track_match is not None:
                yield track_match

    def _match_outline(self, index: int, fixes: Sequence[Fix], lon_lat: "LonLatArray") -> TrackMatch | None:
        import shapely

        site, outline = self._sites[index], self._outlines[index]
        contained = shapely.intersects_xy(outline, lon_lat)
        inside = [fix for fix, is_inside in zip(fixes, contained, strict=True) if is_inside]
        approaches = iter([(0.0, inside)]) if inside else _closest_approaches(fixes, lon_lat, outline)
        for distance_m, nearest in approaches:
            grade = _grade(distance_m, _best_accuracy_m(nearest), site.alert_radius_m)
            if grade is not None:
                inside_s = (inside[0].at_s, inside[-1].at_s) if inside else None
                return TrackMatch(site, distance_m, self._zone_of_track(site, lon_lat), grade, inside_s)
        return None

    def _candidates(
        self,
        south_west: tuple[float, float],
        north_east: tuple[float, float],
        half_width: float,
        half_height: float,
    ) -> list[int]:
        """Indices of the outlines in or near a box of longitudes and latitudes; it may cross the antimeridian."""
        import shapely

        west, south = south_west[0] - half_width, south_west[1] - half_height
        east, north = north_east[0] + half_width, north_east[1] + half_height
        shifts = [0.0, *([360.0] if west < -180 else []), *([-360.0] if east > 180 else [])]
        boxes = [shapely.box(west + shift, south, east + shift, north) for shift in shifts]
        return sorted({int(index) for box in boxes for index in self._tree.query(box)})

    def _zone_of_track(self, site: Site, lon_lat: "LonLatArray") -> Geofence | None:
        import shapely

        zones = [zone for zone, outline in self._zones[site.id] if shapely.intersects_xy(outline, lon_lat).any()]
        return _most_sensitive(site, zones)

    def _zone_of_point(self, site: Site, xy: object) -> Geofence | None:
        return _most_sensitive(site, [zone for zone, outline in self._zones[site.id] if outline.intersects(xy)])


def _closest_approaches(
    fixes: Sequence[Fix], lon_lat: "LonLatArray", outline: "MultiPolygon"
) -> Iterator[tuple[float, Sequence[Fix]]]:
    """Yield how close a track without a fix inside comes, and by which fixes.

    First the nearest fix, then the one that may be nearest within its error radius. Between fixes far apart in time
    the track is unknown.

    Parameters
    ----------
    fixes
        Fixes of the track.
    lon_lat
        (n, 2) longitude and latitude of the fixes.
    outline
        The perimeter.
    """
    import numpy
    import shapely

    steps = zip(fixes, fixes[1:], lon_lat, lon_lat[1:], strict=False)
    legs = [(a, b, (start, end)) for a, b, start, end in steps if abs(b.at_s - a.at_s) <= MAX_LEG_S]
    crossed = shapely.intersects(shapely.linestrings([line for _, _, line in legs]), outline) if legs else ()
    crossing = [fix for (a, b, _), crosses in zip(legs, crossed, strict=True) if crosses for fix in (a, b)]
    if crossing:
        yield 0.0, crossing
        return
    scale = (_longitude_scale(float(lon_lat[:, 1].mean())), 1.0)
    projected = shapely.transform(outline, lambda coordinates: coordinates * scale)
    distances_m = shapely.distance(shapely.points(lon_lat * scale), projected) * MIN_METRES_PER_DEGREE_LAT
    margins_m = numpy.array([min(fix.accuracy_m or 0.0, MAX_POSITION_ERROR_M) for fix in fixes])
    for index in dict.fromkeys((int(distances_m.argmin()), int((distances_m - margins_m).argmin()))):
        yield _distance_m(fixes[index].point, outline), [fixes[index]]


def _best_accuracy_m(fixes: Sequence[Fix]) -> float | None:
    """Smallest error radius of the fixes that match a site, never of other fixes."""
    return min((fix.accuracy_m for fix in fixes if fix.accuracy_m is not None), default=None)


def _most_sensitive(site: Site, zones: Sequence[Geofence]) -> Geofence | None:
    """Most sensitive zone; one without a sensitivity of its own has the site's."""
    return max(zones, key=lambda zone: site.sensitivity if zone.sensitivity is None else zone.sensitivity, default=None)


def _grade(distance_m: float, accuracy_m: float | None, alert_radius_m: float) -> Grade | None:
    """Grade a match: inside by its error radius, outside by the alert radius, beyond that only within the error."""
    margin_m = accuracy_m or 0.0
    if distance_m == 0.0 and margin_m <= alert_radius_m:
        return "strong"
    if distance_m <= alert_radius_m:
        return "probable" if margin_m <= MAX_ERROR_FOR_PROBABLE_M else "possible"
    return "possible" if distance_m <= min(margin_m, MAX_POSITION_ERROR_M) else None


def _to_polygon(fence: Geofence) -> "MultiPolygon":
    from shapely.geometry import MultiPolygon, Polygon

    def to_xy(ring: tuple[Point, ...]) -> list[tuple[float, float]]:
        return [(point.lon, point.lat) for point in ring]

    return MultiPolygon([Polygon(to_xy(rings[0]), [to_xy(hole) for hole in rings[1:]]) for rings in fence.rings])


def _longitude_scale(lat: float) -> float:
    """Length of a degree of longitude relative to one of latitude, never 0."""
    return math.cos(math.radians(lat)) or _MIN_COSINE


def _box_half_size_deg(reach_m: float, lat: float) -> tuple[float, float]:
    """Half width and half height in degrees of a box that contains a circle of this radius."""
    half_height = reach_m / MIN_METRES_PER_DEGREE_LAT
    widest_lat = min(abs(lat) + half_height, MAX_BOX_LAT)
    return half_height / math.cos(math.radians(widest_lat)), half_height


def _distance_m(point: Point, outline: "MultiPolygon") -> float:
    """Geodesic distance in metres from a position to the nearest point of an outline."""
    import shapely
    from geopy.distance import geodesic

    lon_scale = _longitude_scale(point.lat)

    def project(lon_lat: "LonLatArray") -> "LonLatArray":
        offset = lon_lat - (point.lon, point.lat)
        offset[:, 0] = (offset[:, 0] + 180.0) % 360.0 - 180.0  # the short way, also across the antimeridian
        return offset * (lon_scale, 1.0)

    projected = shapely.transform(outline, project)
    x, y = shapely.get_coordinates(shapely.shortest_line(projected, shapely.Point(0.0, 0.0)))[0]
    lat = min(90.0, max(-90.0, point.lat + y))
    return float(geodesic((point.lat, point.lon), (lat, point.lon + x / lon_scale)).meters)
