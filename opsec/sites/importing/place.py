"""Places from map files: named outlines and points, with validated coordinates."""

import math
from dataclasses import dataclass

from opsec.errors import SitesError
from opsec.i18n.messages import _
from opsec.model import Point
from opsec.sites.ring_validation import (
    MAX_VERTICES,
    HomeRegion,
    Ring,
    RingLocation,
    axis_order,
    distance_km,
    validate_polygons,
)

Positions = list[list[float]]
"""Positions, longitude first."""
MAX_CLOSING_GAP_KM = 0.05
"""A track that ends this close to its start is taken as closed."""


@dataclass(frozen=True, slots=True)
class MapPlace:
    """A named outline or a named point."""

    name: str
    """Name in the file, on one line; may be empty."""
    polygons: tuple[tuple[Ring, ...], ...] = ()
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class RawPlace:
    """A place before validation."""

    name: str
    polygons: list[list[Positions]]
    point: list[float] | None = None


def raw_place(name: str, polygons: list[list[Positions]], points: Positions, where: RingLocation) -> RawPlace:
    """Take the outline, else the single point. Map programs add a label point beside an outline.

    Raises
    ------
    SitesError
        There is neither an outline nor a single point.
    """
    if polygons:
        return RawPlace(name, polygons)
    if len(points) != 1:
        raise not_a_place(where)
    return RawPlace(name, [], points[0])


def close_line(walk: Positions, where: RingLocation) -> Positions:
    """Turn a line that ends near its start into a ring.

    Raises
    ------
    SitesError
        The line is open.
    """
    ends = [tuple(walk[0]), tuple(walk[-1])] if len(walk) > 2 else []
    if not all(len(end) == 2 and abs(end[0]) <= 180 and abs(end[1]) <= 90 for end in ends):
        return walk  # ring validation reports the fault
    if ends and distance_km(Point(ends[0][1], ends[0][0]), Point(ends[1][1], ends[1][0])) <= MAX_CLOSING_GAP_KM:
        return [*walk[:-1], walk[0]]
    raise SitesError(
        _(
            "{file}: place {number} is an open line and encloses no area; close it or remove it from the file",
            file=where.file,
            number=where.feature,
        )
    )


def not_a_place(where: RingLocation) -> SitesError:
    """Error for a place that is neither an outline nor a single point."""
    return SitesError(
        _(
            "{file}: place {number} has neither an outline nor a single point; correct it or remove it from the file",
            file=where.file,
            number=where.feature,
        )
    )


def invalid_coordinates(where: RingLocation) -> SitesError:
    """Error for coordinates that are not numbers."""
    return SitesError(
        _(
            "{file}: the coordinates of place {number} are not numbers; export it again",
            file=where.file,
            number=where.feature,
        )
    )


def validate_point(position: object, where: RingLocation, home: HomeRegion) -> Point:
    """Validate a point given longitude first, as in GeoJSON.

    Raises
    ------
    SitesError
        The point is out of range, or in the home region only with its coordinates swapped.
    """
    numbers = position[:2] if isinstance(position, list) else []
    if len(numbers) == 2 and all(isinstance(n, float) and math.isfinite(n) for n in numbers):
        lon, lat = numbers
        found = axis_order(lat, lon, home)
        if found == "right":
            return Point(lat, lon)
        if found == "swapped":
            raise SitesError(
                _(
                    "{file}: latitude and longitude of place {number} look swapped; correct them, or "
                    "widen home in opsec.toml if the place is right",
                    file=where.file,
                    number=where.feature,
                )
            )
    raise SitesError(
        _(
            "{file}: place {number} has coordinates outside the valid range; correct its position",
            file=where.file,
            number=where.feature,
        )
    )


def validate_place(raw: RawPlace, where: RingLocation, home: HomeRegion) -> MapPlace:
    """Validate the coordinates of a place and put its name on one line.

    Raises
    ------
    SitesError
        The outline or point is not valid.
    """
    name = " ".join(raw.name.split())
    if raw.point is not None:
        return MapPlace(name, point=validate_point(raw.point, where, home))
    if sum(len(ring) for polygon in raw.polygons for ring in polygon) > MAX_VERTICES:
        raise SitesError(
            _(
                "{file}: place {number} has more than {limit} positions; simplify it",
                file=where.file,
                number=where.feature,
                limit=MAX_VERTICES,
            )
        )
    return MapPlace(name, polygons=validate_polygons(raw.polygons, where, home))
