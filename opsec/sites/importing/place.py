"""What a place in a map file comes to: an outline or a point with a name, its numbers checked."""

import math
from dataclasses import dataclass

from opsec.errors import SitesError
from opsec.i18n.messages import _
from opsec.model import Point
from opsec.sites.ring_validation import MOST_VERTICES, Home, Ring, Where, checked_polygons, distance_km, standing

Line = list[list[float]]
"""Positions, longitude first."""
_CLOSED_KM = 0.05
"""A track that ends this near to its start went around something."""


@dataclass(frozen=True, slots=True)
class Place:
    """A named outline or point. Exactly one of the two is there."""

    name: str
    """As the file has it, on one line; may be empty."""
    polygons: tuple[tuple[Ring, ...], ...] = ()
    point: Point | None = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A place before its numbers are checked."""

    name: str
    polygons: list[list[Line]]
    point: list[float] | None = None


def drawn(name: str, polygons: list[list[Line]], points: Line, where: Where) -> Drawn:
    """An outline, else the one point; map programs put a point for the label beside an outline.

    Raises
    ------
    SitesError
        There is neither.
    """
    if polygons:
        return Drawn(name, polygons)
    if len(points) != 1:
        raise no_place(where)
    return Drawn(name, [], points[0])


def closed(walk: Line, where: Where) -> Line:
    """A line that comes back to its start, as a ring.

    Raises
    ------
    SitesError
        It does not come back.
    """
    ends = [tuple(walk[0]), tuple(walk[-1])] if len(walk) > 2 else []
    if not all(len(end) == 2 and abs(end[0]) <= 180 and abs(end[1]) <= 90 for end in ends):
        return walk  # the checks of the ring say what is wrong with its numbers
    if ends and distance_km(Point(ends[0][1], ends[0][0]), Point(ends[1][1], ends[1][0])) <= _CLOSED_KM:
        return [*walk[:-1], walk[0]]
    raise SitesError(
        _(
            "{file}: place {number} is an open line, which encloses nothing; close it or take it out of the file",
            file=where.file,
            number=where.feature,
        )
    )


def no_place(where: Where) -> SitesError:
    """The refusal of something that is neither."""
    return SitesError(
        _(
            "{file}: place {number} has neither an outline nor one point; mend it or take it out of the file",
            file=where.file,
            number=where.feature,
        )
    )


def no_numbers(where: Where) -> SitesError:
    """The refusal of coordinates that cannot be read."""
    return SitesError(
        _(
            "{file}: place {number} has coordinates that are no numbers; export it again",
            file=where.file,
            number=where.feature,
        )
    )


def place_point(position: object, where: Where, home: Home) -> Point:
    """A point of GeoJSON or one read like it, longitude first.

    Raises
    ------
    SitesError
        It lies nowhere, or only its swapped numbers lie in the home land.
    """
    numbers = position[:2] if isinstance(position, list) else []
    if len(numbers) == 2 and all(isinstance(n, float) and math.isfinite(n) for n in numbers):
        lon, lat = numbers
        found = standing(lat, lon, home)
        if found == "right":
            return Point(lat, lon)
        if found == "swapped":
            raise SitesError(
                _(
                    "{file}: latitude and longitude of place {number} look swapped; mend it, "
                    "or widen home in opsec.toml if the place is right",
                    file=where.file,
                    number=where.feature,
                )
            )
    raise SitesError(
        _("{file}: place {number} lies nowhere on Earth; mend its position", file=where.file, number=where.feature)
    )


def checked_place(raw: Drawn, where: Where, home: Home) -> Place:
    """The place with its numbers checked and its name on one line.

    Raises
    ------
    SitesError
        An outline or point is not what it should be.
    """
    name = " ".join(raw.name.split())
    if raw.point is not None:
        return Place(name, point=place_point(raw.point, where, home))
    if sum(len(ring) for polygon in raw.polygons for ring in polygon) > MOST_VERTICES:
        raise SitesError(
            _(
                "{file}: place {number} has more than {limit} positions; simplify it",
                file=where.file,
                number=where.feature,
                limit=MOST_VERTICES,
            )
        )
    return Place(name, polygons=checked_polygons(raw.polygons, where, home))
