"""A position meets the fences: inside, touching within its margin of error, near, or none of ours.

Candidates come from one STRtree over every perimeter, so a thousand sites cost no more than one.
Distances are geodesic (Karney 2013, through geopy) from the position to the nearest point of the
outline; that nearest point is found in a plane true to scale at the position, which at the reach of
an alert radius is exact to well under a metre.

This module is the only one where a Point becomes x, y: longitude first, as shapely wants it.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsec.model import Fix, Geofence, Grade, Point, Site

if TYPE_CHECKING:
    import numpy
    from numpy.typing import NDArray
    from shapely.geometry import MultiPolygon

    Places = NDArray[numpy.float64]
    """n rows of longitude and latitude."""

METRES_PER_DEGREE = 110_500.0
"""Of latitude, the least on the WGS 84 ellipsoid: boxes made with it are never too small."""
WIDEST_REACH_M = 50_000.0
"""A position known less well than this says nothing about any base."""
CLOSE_ENOUGH_M = 5_000.0
"""Margin of error up to which a position inside a fence still counts as evidence on its own."""

LONGEST_LEG_S = 10.0
"""Between two fixes further apart in time a track is not taken to run straight."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A position and one site's fence."""

    site: Site
    distance_m: float
    """0 inside."""
    zone: Geofence | None
    """The most sensitive zone that holds the position."""
    grade: Grade

    @property
    def inside(self) -> bool:
        """Whether the position itself lies within the perimeter."""
        return self.distance_m == 0.0


@dataclass(frozen=True, slots=True)
class Crossing:
    """A track and one site's fence."""

    site: Site
    distance_m: float
    """Of its nearest fix; 0 when one lies inside, or when it passes through between two fixes."""
    zone: Geofence | None
    """The most sensitive zone that holds a fix."""
    grade: Grade
    inside_s: tuple[float, float] | None
    """First and last second of the clip at which a fix lies inside."""


class Fences:
    """All perimeters and zones, ready to be asked."""

    def __init__(self, sites: Sequence[Site]) -> None:
        import shapely
        from shapely.strtree import STRtree

        fenced = [(site, fence) for site in sites for fence in site.fences if fence.role == "perimeter"]
        self._sites: list[Site] = [site for site, _fence in fenced]
        self._outlines: list[MultiPolygon] = [_outline(fence) for _site, fence in fenced]
        self._zones = {site.id: [(f, _outline(f)) for f in site.fences if f.role == "zone"] for site in self._sites}
        self._reach_m = max((site.alert_radius_m for site in self._sites), default=0.0)
        self._tree = STRtree(self._outlines)
        shapely.prepare(self._outlines)

    def meet(self, point: Point, accuracy_m: float | None = None) -> Iterator[Meeting]:
        """Every site whose fence holds this position or lies within reach of it, in the sites' order."""
        from shapely import geometry

        margin_m = min(accuracy_m or 0.0, WIDEST_REACH_M)
        across, up = _degrees(max(self._reach_m, margin_m), point.lat)
        spot = geometry.Point(point.lon, point.lat)
        for index in self._within(point.lon - across, point.lat - up, point.lon + across, point.lat + up):
            site, outline = self._sites[index], self._outlines[index]
            distance_m = 0.0 if outline.intersects(spot) else _distance_m(point, outline)
            grade = _grade(distance_m, accuracy_m, site.alert_radius_m)
            if grade is not None:
                yield Meeting(site, distance_m, self._zone_at(site, spot), grade)

    def cross(self, fixes: Sequence[Fix]) -> Iterator[Crossing]:
        """Every site whose fence this track enters, passes through, or comes close to, in the sites' order."""
        import numpy
        import shapely

        places = numpy.array([(fix.point.lon, fix.point.lat) for fix in fixes])
        (west, south), (east, north) = places.min(axis=0), places.max(axis=0)
        margin_m = max((fix.accuracy_m for fix in fixes if fix.accuracy_m is not None), default=0.0)
        across, up = _degrees(max(self._reach_m, min(margin_m, WIDEST_REACH_M)), max(abs(south), abs(north)))
        for index in self._within(west - across, south - up, east + across, north + up):
            site, outline = self._sites[index], self._outlines[index]
            inside = shapely.intersects_xy(outline, places)
            held = [fix for fix, within in zip(fixes, inside, strict=True) if within]
            approaches = iter([(0.0, held)]) if held else _approaches(fixes, places, outline)
            graded = ((away_m, _grade(away_m, _best_m(near), site.alert_radius_m)) for away_m, near in approaches)
            distance_m, grade = next((one for one in graded if one[1] is not None), (0.0, None))
            if grade is not None:
                inside_s = (held[0].at_s, held[-1].at_s) if held else None
                yield Crossing(site, distance_m, self._zone_on(site, places), grade, inside_s)

    def _within(self, west: float, south: float, east: float, north: float) -> list[int]:
        """Numbers of the outlines in or near a box; one that reaches over the antimeridian is asked on both sides."""
        import shapely

        shifts = [0.0, *([360.0] if west < -180 else []), *([-360.0] if east > 180 else [])]
        boxes = [shapely.box(west + shift, south, east + shift, north) for shift in shifts]
        return sorted({int(found) for box in boxes for found in self._tree.query(box)})

    def _zone_on(self, site: Site, places: "Places") -> Geofence | None:
        import shapely

        return _gravest(
            site, [zone for zone, outline in self._zones[site.id] if shapely.intersects_xy(outline, places).any()]
        )

    def _zone_at(self, site: Site, spot: object) -> Geofence | None:
        return _gravest(site, [zone for zone, outline in self._zones[site.id] if outline.intersects(spot)])


def _approaches(
    fixes: Sequence[Fix], places: "Places", outline: "MultiPolygon"
) -> Iterator[tuple[float, Sequence[Fix]]]:
    """How close a track without a fix inside comes, and by which fixes: the nearest, then the one that may be nearest.

    Fixes far apart in time say nothing of the way between.
    """
    import numpy
    import shapely

    steps = zip(fixes, fixes[1:], places, places[1:], strict=False)
    legs = [(a, b, (here, there)) for a, b, here, there in steps if abs(b.at_s - a.at_s) <= LONGEST_LEG_S]
    crossed = shapely.intersects(shapely.linestrings([line for _, _, line in legs]), outline) if legs else ()
    through = [fix for (a, b, _), crosses in zip(legs, crossed, strict=True) if crosses for fix in (a, b)]
    if through:
        yield 0.0, through
        return
    to_scale = (math.cos(math.radians(float(places[:, 1].mean()))) or 1e-9, 1.0)
    flat = shapely.transform(outline, lambda lon_lat: lon_lat * to_scale)
    away_m = shapely.distance(shapely.points(places * to_scale), flat) * METRES_PER_DEGREE
    margins_m = numpy.array([min(fix.accuracy_m or 0.0, WIDEST_REACH_M) for fix in fixes])
    for index in dict.fromkeys((int(away_m.argmin()), int((away_m - margins_m).argmin()))):
        yield _distance_m(fixes[index].point, outline), [fixes[index]]


def _best_m(fixes: Sequence[Fix]) -> float | None:
    """The least margin of error that one of these fixes tells: only of those that meet the site, never of others."""
    return min((fix.accuracy_m for fix in fixes if fix.accuracy_m is not None), default=None)


def _gravest(site: Site, zones: Sequence[Geofence]) -> Geofence | None:
    """The most sensitive of these zones; one that tells no sensitivity of its own has the site's."""
    return max(zones, key=lambda zone: site.sensitivity if zone.sensitivity is None else zone.sensitivity, default=None)


def _grade(distance_m: float, accuracy_m: float | None, alert_radius_m: float) -> Grade | None:
    """How much the meeting is worth: what lies inside counts by how well it is known, what lies outside by reach."""
    margin_m = accuracy_m or 0.0
    if distance_m == 0.0:
        return "strong" if margin_m <= alert_radius_m else "probable" if margin_m <= CLOSE_ENOUGH_M else "possible"
    if distance_m <= alert_radius_m:
        return "probable" if margin_m <= CLOSE_ENOUGH_M else "possible"
    return "possible" if distance_m <= min(margin_m, WIDEST_REACH_M) else None


def _outline(fence: Geofence) -> "MultiPolygon":
    """The one door from our points to x, y."""
    from shapely.geometry import MultiPolygon, Polygon

    def turned(ring: tuple[Point, ...]) -> list[tuple[float, float]]:
        return [(point.lon, point.lat) for point in ring]

    return MultiPolygon([Polygon(turned(rings[0]), [turned(hole) for hole in rings[1:]]) for rings in fence.rings])


def _degrees(reach_m: float, lat: float) -> tuple[float, float]:
    """Half width and half height, in degrees, of a box that holds a circle of this radius."""
    up = reach_m / METRES_PER_DEGREE
    widest = min(abs(lat) + up, 89.0)
    return up / math.cos(math.radians(widest)), up


def _distance_m(point: Point, outline: "MultiPolygon") -> float:
    import shapely
    from geopy.distance import geodesic

    scale = (math.cos(math.radians(point.lat)) or 1e-9, 1.0)

    def flattened(lon_lat: "Places") -> "Places":
        away = lon_lat - (point.lon, point.lat)
        away[:, 0] = (away[:, 0] + 180.0) % 360.0 - 180.0  # the short way round, also over the antimeridian
        return away * scale

    flat = shapely.transform(outline, flattened)
    x, y = shapely.get_coordinates(shapely.shortest_line(flat, shapely.Point(0.0, 0.0)))[0]
    lat = min(90.0, max(-90.0, point.lat + y))
    return float(geodesic((point.lat, point.lon), (lat, point.lon + x / scale[0])).meters)
