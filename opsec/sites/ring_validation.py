"""Validate the rings of an outline. Each fault is refused with a message that names feature and ring.

Sites are secrets: no message contains a coordinate. Rings are numbered from 1 through all polygons of a
feature, holes included, in the order of the file (RFC 7946, sections 3.1.6 and 3.1.7).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from opsec.errors import SitesError
from opsec.geo.circle import circle_corners
from opsec.i18n.messages import Blank, _
from opsec.model import Point

if TYPE_CHECKING:
    from shapely import MultiPolygon

MAX_VERTICES = 200_000
"""Limit for one fence; detailed cadastral outlines have about a hundredth of it."""
MAX_EXTENT_KM = 400
"""No base is larger; a fence of this size would flag a whole country."""

HomeRegion = tuple[float, float, float, float]
Ring = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class RingLocation:
    """Location of a ring in a file, for messages."""

    file: str
    """Safe to show."""
    feature: int
    ring: int = 1

    def blanks(self) -> dict[str, Blank]:
        """Blanks for a message."""
        return {"file": self.file, "feature": self.feature, "ring": self.ring}


def validate_polygons(
    polygons: Sequence[Sequence[object]], where: RingLocation, home: HomeRegion
) -> tuple[tuple[Ring, ...], ...]:
    """Validate the polygons of one feature.

    Parameters
    ----------
    polygons
        Raw polygons, each an outer ring and its holes; positions are longitude first as in GeoJSON. Open rings are
        closed.
    where
        File and feature, for messages.
    home
        Region of the sites, to detect swapped coordinates.

    Returns
    -------
    tuple
        Polygons as tuples of closed rings of ``Point``.

    Raises
    ------
    SitesError
        A ring is malformed, crosses itself, encloses no area, is swapped, out of range or too large.
    """
    checked: list[tuple[Ring, ...]] = []
    number = 0
    for polygon in polygons:
        rings: list[Ring] = []
        for raw in polygon:
            number += 1
            rings.append(_validate_ring(raw, replace(where, ring=number), home))
        if not rings:
            raise SitesError(
                _("{file}: feature {feature} has no ring; draw it again", file=where.file, feature=where.feature)
            )
        checked.append(tuple(rings))
    if not checked:
        raise SitesError(
            _("{file}: feature {feature} has no ring; draw it again", file=where.file, feature=where.feature)
        )
    _check_polygons_together(checked, where)
    return tuple(checked)


def _validate_ring(raw: object, where: RingLocation, home: HomeRegion) -> Ring:
    pairs = _parse_positions(raw, where)
    _check_range(pairs, where)
    if len(set(pairs)) < 3:
        _raise_empty_ring(where)
    _check_extent(pairs, where)
    _check_axis_order(pairs, where, home)
    closed = pairs if pairs[0] == pairs[-1] else [*pairs, pairs[0]]
    _check_simple(closed, where)
    return tuple(Point(lat, lon) for lon, lat in closed)


def _parse_positions(raw: object, where: RingLocation) -> list[tuple[float, float]]:
    """Parse longitude and latitude of each position; an altitude is ignored."""
    found: list[tuple[float, float]] = []
    for position in raw if isinstance(raw, list | tuple) else (None,):
        numbers = position[:2] if isinstance(position, list | tuple) else ()
        if len(numbers) < 2 or not all(isinstance(n, float) and math.isfinite(n) for n in numbers):
            raise SitesError(
                _(
                    "{file}: feature {feature}, ring {ring} has a position that is not two numbers; draw it again",
                    **where.blanks(),
                )
            )
        found.append((numbers[0], numbers[1]))
    return found


def _check_range(pairs: list[tuple[float, float]], where: RingLocation) -> None:
    if all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in pairs):
        return
    if all(abs(lat) <= 180 and abs(lon) <= 90 for lon, lat in pairs):
        raise SitesError(
            _(
                "{file}: feature {feature}, ring {ring}: latitude and longitude look swapped; GeoJSON "
                "puts longitude first",
                **where.blanks(),
            )
        )
    raise SitesError(
        _(
            "{file}: feature {feature}, ring {ring} has coordinates outside the valid range; "
            "export it in degrees (WGS 84)",
            **where.blanks(),
        )
    )


def _check_axis_order(pairs: list[tuple[float, float]], where: RingLocation, home: HomeRegion) -> None:
    if any(is_in_region(lat, lon, home) for lon, lat in pairs) or not all(
        is_in_region(lon, lat, home) for lon, lat in pairs
    ):
        return
    raise SitesError(
        _(
            "{file}: feature {feature}, ring {ring}: latitude and longitude look swapped; GeoJSON "
            "puts longitude first (if the fence is right, widen home in opsec.toml)",
            **where.blanks(),
        )
    )


def is_in_region(lat: float, lon: float, home: HomeRegion) -> bool:
    """Whether a point is in the home region (south, west, north, east in degrees)."""
    south, west, north, east = home
    return south <= lat <= north and west <= lon <= east


def axis_order(lat: float, lon: float, home: HomeRegion) -> Literal["right", "swapped", "nowhere"]:
    """Whether a point is plausible as given, plausible only with its coordinates swapped, or out of range."""
    if abs(lat) <= 90 and abs(lon) <= 180:
        return "swapped" if is_in_region(lon, lat, home) and not is_in_region(lat, lon, home) else "right"
    return "swapped" if abs(lon) <= 90 and abs(lat) <= 180 else "nowhere"


def to_shapely(polygons: tuple[tuple[Ring, ...], ...]) -> "MultiPolygon":
    """Convert polygons to shapely. This is where latitude and longitude become y and x."""
    from shapely import MultiPolygon, Polygon

    flat = [[[(point.lon, point.lat) for point in ring] for ring in rings] for rings in polygons]
    return MultiPolygon([Polygon(rings[0], rings[1:]) for rings in flat])


def round_fence(centre: Point, radius_m: float) -> Ring:
    """Approximate a circle on the WGS 84 ellipsoid by a closed ring of 64 corners."""
    corners = circle_corners(centre, radius_m, 64)
    return (*corners, corners[0])


def _check_extent(pairs: list[tuple[float, float]], where: RingLocation) -> None:
    lons = [lon for lon, _lat in pairs]
    if max(lons) - min(lons) > 180:
        raise SitesError(
            _(
                "{file}: feature {feature}, ring {ring} crosses the 180th meridian, which is not "
                "supported; check its coordinates",
                **where.blanks(),
            )
        )
    across = extent_km(pairs)
    if across > MAX_EXTENT_KM:
        raise SitesError(
            _(
                "{file}: feature {feature}, ring {ring} is {across_km} km across, more than the limit "
                "of {limit_km} km; draw only the site",
                **where.blanks(),
                across_km=round(across),
                limit_km=MAX_EXTENT_KM,
            )
        )


def extent_km(pairs: Sequence[tuple[float, float]]) -> float:
    """Larger side, in kilometres, of the bounding box of some positions (longitude, latitude).

    Computed on a sphere with 111.2 km per degree; the error is below one percent.
    """
    lons, lats = [lon for lon, _lat in pairs], [lat for _lon, lat in pairs]
    middle = math.radians((min(lats) + max(lats)) / 2)
    return 111.2 * max(max(lats) - min(lats), (max(lons) - min(lons)) * math.cos(middle))


def distance_km(one: Point, other: Point) -> float:
    """Geodesic distance on the WGS 84 ellipsoid (Karney 2013), in kilometres."""
    from geopy.distance import geodesic

    return float(geodesic((one.lat, one.lon), (other.lat, other.lon)).km)


def _check_simple(closed: list[tuple[float, float]], where: RingLocation) -> None:
    """Refuse a ring that crosses itself or encloses no area."""
    from shapely import Polygon

    outline = Polygon(closed)
    if outline.convex_hull.area < 1e-11:  # square degrees: a tenth of a square metre
        _raise_empty_ring(where)
    if not outline.is_valid:
        raise SitesError(
            _(
                "{file}: feature {feature}, ring {ring} crosses or touches itself; draw its corners "
                "in order, in one direction",
                **where.blanks(),
            )
        )


def _raise_empty_ring(where: RingLocation) -> None:
    raise SitesError(
        _(
            "{file}: feature {feature}, ring {ring} encloses no area; draw at least three corners "
            "that are not on one line",
            **where.blanks(),
        )
    )


def _check_polygons_together(polygons: list[tuple[Ring, ...]], where: RingLocation) -> None:
    """Check that holes are inside their outer ring, parts do not overlap, and the whole is not too large."""
    if len(polygons) == len(polygons[0]) == 1:
        return
    outline = to_shapely(tuple(polygons))
    if not outline.is_valid:
        from shapely import is_valid_reason

        raise SitesError(
            _(
                "{file}: the rings of feature {feature} do not fit together ({fault}); holes must be "
                "inside the outline, and parts must not overlap",
                file=where.file,
                feature=where.feature,
                fault=is_valid_reason(outline).partition("[")[0].strip(),  # the rest is a coordinate
            )
        )
    west, south, east, north = outline.bounds
    if extent_km([(west, south), (east, north)]) > MAX_EXTENT_KM:
        raise SitesError(
            _(
                "{file}: the parts of feature {feature} are more than {limit_km} km apart; make each a separate site",
                file=where.file,
                feature=where.feature,
                limit_km=MAX_EXTENT_KM,
            )
        )
