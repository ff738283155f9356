"""Is a ring what the officer meant to draw? Each fault is refused in a sentence that says where it stands.

Sites are secrets: no message holds a coordinate. Rings are numbered from 1 through all polygons of a
feature, holes included, in the order of the file (RFC 7946, sections 3.1.6 and 3.1.7).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from opsec.errors import SitesError
from opsec.i18n.messages import Blank, _
from opsec.model import Point

if TYPE_CHECKING:
    from shapely import MultiPolygon

MOST_VERTICES = 200_000
"""Of one fence; an exact land register needs a hundredth of it."""
MOST_ACROSS_KM = 400
"""No base is larger; such a fence would flag a whole country."""

Home = tuple[float, float, float, float]
Ring = tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Where:
    """Where a ring stands, for the sentence about it."""

    file: str
    """Already harmless text."""
    feature: int
    ring: int = 1

    def blanks(self) -> dict[str, Blank]:
        """What fills a sentence."""
        return {"file": self.file, "feature": self.feature, "ring": self.ring}


def checked_polygons(polygons: Sequence[Sequence[object]], where: Where, home: Home) -> tuple[tuple[Ring, ...], ...]:
    """The polygons of one feature, each its outer ring and its holes; positions are longitude first as in GeoJSON.

    An open ring is closed silently.

    Raises
    ------
    SitesError
        A ring is no ring, crosses itself, encloses nothing, is swapped, lies nowhere or is too large.
    """
    checked: list[tuple[Ring, ...]] = []
    number = 0
    for polygon in polygons:
        rings: list[Ring] = []
        for raw in polygon:
            number += 1
            rings.append(_checked_ring(raw, replace(where, ring=number), home))
        if not rings:
            raise SitesError(
                _("{file}: feature {feature} holds no ring; draw it anew", file=where.file, feature=where.feature)
            )
        checked.append(tuple(rings))
    if not checked:
        raise SitesError(
            _("{file}: feature {feature} holds no ring; draw it anew", file=where.file, feature=where.feature)
        )
    _fit_together(checked, where)
    return tuple(checked)


def _checked_ring(raw: object, where: Where, home: Home) -> Ring:
    pairs = _pairs(raw, where)
    _on_earth(pairs, where)
    if len(set(pairs)) < 3:
        _refuse_empty(where)
    _not_too_wide(pairs, where)
    _at_home(pairs, where, home)
    closed = pairs if pairs[0] == pairs[-1] else [*pairs, pairs[0]]
    _simple(closed, where)
    return tuple(Point(lat, lon) for lon, lat in closed)


def _pairs(raw: object, where: Where) -> list[tuple[float, float]]:
    """Longitude and latitude of each position; a height after them is not needed."""
    found: list[tuple[float, float]] = []
    for position in raw if isinstance(raw, list | tuple) else (None,):
        numbers = position[:2] if isinstance(position, list | tuple) else ()
        if len(numbers) < 2 or not all(isinstance(n, float) and math.isfinite(n) for n in numbers):
            raise SitesError(
                _(
                    "{file}: feature {feature}, ring {ring} has a position that is not two plain numbers; draw it anew",
                    **where.blanks(),
                )
            )
        found.append((numbers[0], numbers[1]))
    return found


def _on_earth(pairs: list[tuple[float, float]], where: Where) -> None:
    if all(abs(lon) <= 180 and abs(lat) <= 90 for lon, lat in pairs):
        return
    if all(abs(lat) <= 180 and abs(lon) <= 90 for lon, lat in pairs):
        raise SitesError(
            _(
                "{file}: feature {feature}, ring {ring}: latitude and longitude look swapped; "
                "GeoJSON wants longitude first",
                **where.blanks(),
            )
        )
    raise SitesError(
        _(
            "{file}: feature {feature}, ring {ring} lies nowhere on Earth; export it in degrees (WGS 84)",
            **where.blanks(),
        )
    )


def _at_home(pairs: list[tuple[float, float]], where: Where, home: Home) -> None:
    if any(within(lat, lon, home) for lon, lat in pairs) or not all(within(lon, lat, home) for lon, lat in pairs):
        return
    raise SitesError(
        _(
            "{file}: feature {feature}, ring {ring}: latitude and longitude look swapped; GeoJSON wants longitude "
            "first (if the fence is right, widen home in opsec.toml)",
            **where.blanks(),
        )
    )


def within(lat: float, lon: float, home: Home) -> bool:
    """Whether a place lies in the home land: south, west, north, east in degrees."""
    south, west, north, east = home
    return south <= lat <= north and west <= lon <= east


def standing(lat: float, lon: float, home: Home) -> Literal["right", "swapped", "nowhere"]:
    """Whether one place is where its numbers say, only sensible once they are swapped, or nowhere on Earth."""
    if abs(lat) <= 90 and abs(lon) <= 180:
        return "swapped" if within(lon, lat, home) and not within(lat, lon, home) else "right"
    return "swapped" if abs(lon) <= 90 and abs(lat) <= 180 else "nowhere"


def shape(polygons: tuple[tuple[Ring, ...], ...]) -> "MultiPolygon":
    """The polygons as shapely has them: the one place of this room where latitude and longitude become y and x."""
    from shapely import MultiPolygon, Polygon

    flat = [[[(point.lon, point.lat) for point in ring] for ring in rings] for rings in polygons]
    return MultiPolygon([Polygon(rings[0], rings[1:]) for rings in flat])


def round_fence(centre: Point, radius_m: float) -> Ring:
    """A closed ring of 64 corners around a place, by geodesics on the WGS 84 ellipsoid."""
    from geopy.distance import geodesic

    reach = geodesic(meters=radius_m)
    corners = [reach.destination((centre.lat, centre.lon), 360 * step / 64) for step in range(64)]
    ring = tuple(Point(round(corner.latitude, 7), round(corner.longitude, 7)) for corner in corners)
    return (*ring, ring[0])


def _not_too_wide(pairs: list[tuple[float, float]], where: Where) -> None:
    lons = [lon for lon, _lat in pairs]
    if max(lons) - min(lons) > 180:
        raise SitesError(
            _(
                "{file}: feature {feature}, ring {ring} crosses the 180th meridian, which is not supported; "
                "check its numbers",
                **where.blanks(),
            )
        )
    across = across_km(pairs)
    if across > MOST_ACROSS_KM:
        raise SitesError(
            _(
                "{file}: feature {feature}, ring {ring} is {across_km} km across, more than the limit "
                "of {limit_km} km; draw the site alone",
                **where.blanks(),
                across_km=round(across),
                limit_km=MOST_ACROSS_KM,
            )
        )


def across_km(pairs: Sequence[tuple[float, float]]) -> float:
    """Width or height in kilometres, whichever is more, of the box around some places (longitude, latitude).

    On a sphere of 111.2 km a degree: within one percent, which is enough to tell a base from a country.
    """
    lons, lats = [lon for lon, _lat in pairs], [lat for _lon, lat in pairs]
    middle = math.radians((min(lats) + max(lats)) / 2)
    return 111.2 * max(max(lats) - min(lats), (max(lons) - min(lons)) * math.cos(middle))


def distance_km(one: Point, other: Point) -> float:
    """Geodesic distance on the WGS 84 ellipsoid (Karney 2013), in kilometres."""
    from geopy.distance import geodesic

    return float(geodesic((one.lat, one.lon), (other.lat, other.lon)).km)


def _simple(closed: list[tuple[float, float]], where: Where) -> None:
    """Refuse a ring that crosses itself or encloses nothing."""
    from shapely import Polygon

    outline = Polygon(closed)
    if outline.convex_hull.area < 1e-11:  # square degrees: a tenth of a square metre
        _refuse_empty(where)
    if not outline.is_valid:
        raise SitesError(
            _(
                "{file}: feature {feature}, ring {ring} crosses or touches itself; "
                "draw its corners in order, one way round",
                **where.blanks(),
            )
        )


def _refuse_empty(where: Where) -> None:
    raise SitesError(
        _(
            "{file}: feature {feature}, ring {ring} encloses nothing; "
            "give it three corners or more that are not on a line",
            **where.blanks(),
        )
    )


def _fit_together(polygons: list[tuple[Ring, ...]], where: Where) -> None:
    """Holes lie in their outer ring, parts lie beside one another, and the whole is no country."""
    if len(polygons) == len(polygons[0]) == 1:
        return
    outline = shape(tuple(polygons))
    if not outline.is_valid:
        from shapely import is_valid_reason

        raise SitesError(
            _(
                "{file}: the rings of feature {feature} do not fit together ({fault}); "
                "a hole must lie inside, parts must lie apart",
                file=where.file,
                feature=where.feature,
                fault=is_valid_reason(outline).partition("[")[0].strip(),  # what follows would be a coordinate
            )
        )
    west, south, east, north = outline.bounds
    if across_km([(west, south), (east, north)]) > MOST_ACROSS_KM:
        raise SitesError(
            _(
                "{file}: the parts of feature {feature} lie more than {limit_km} km apart; make a site of each",
                file=where.file,
                feature=where.feature,
                limit_km=MOST_ACROSS_KM,
            )
        )
