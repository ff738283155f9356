"""Places from map files: named outlines and points, with validated coordinates."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from opsec.errors import SitesError
from opsec.i18n.messages import Message, _
from opsec.model import Point
from opsec.sites.importing.line_closing import close_lines
from opsec.sites.importing.raw_place import RawPlace, SkippedEntry, split_languages
from opsec.sites.ring_validation import (
    MAX_VERTICES,
    HomeRegion,
    Ring,
    RingLocation,
    axis_order,
    validate_polygons,
)


@dataclass(frozen=True, slots=True)
class MapPlace:
    """A named outline or a named point."""

    number: int
    """Position in the file, from 1."""
    names: tuple[str, ...]
    """Names in the file, each on one line; may be empty."""
    polygons: tuple[tuple[Ring, ...], ...] = ()
    point: Point | None = None
    folders: tuple[str, ...] = ()
    properties: Mapping[str, object] = field(default_factory=dict)


def validate_place(raw: RawPlace, file: str, home: HomeRegion, close: bool) -> Iterator[MapPlace | SkippedEntry]:
    """Validate the coordinates of an entry: its outline, else its points. What has neither is skipped and named.

    Parameters
    ----------
    raw
        The entry. A label point beside an outline is dropped, since map programs add one.
    file
        Name of the file, safe to show.
    home
        Region of the sites, to detect swapped coordinates.
    close
        Whether to close lines that are open.

    Raises
    ------
    SitesError
        An outline or point is not valid.
    """
    where = raw.location(file)
    lines = close_lines(raw.lines, close)
    outlines = [*raw.polygons, *([ring] for ring in lines.rings)]
    if sum(map(_count_positions, outlines)) > MAX_VERTICES:
        raise _too_many_positions(where)
    if lines.tangled:
        yield SkippedEntry(
            _(
                "{name} is a line that crosses itself or encloses no area: skipped; draw it as an outline",
                name=raw.label(),
            )
        )
    elif lines.still_open:
        yield SkippedEntry(_open_line_message(raw.label(), close))
    elif not outlines and not raw.points:
        yield SkippedEntry(_("{name} has no outline and no point: skipped", name=raw.label()))
    names = tuple(dict.fromkeys(part for name in raw.names for part in split_languages(name)))
    if outlines:
        polygons = validate_polygons(outlines, where, home)
        yield MapPlace(raw.number, names, polygons, folders=raw.folders, properties=raw.properties)
        return
    for position in raw.points:
        point = validate_point(position, where, home)
        yield MapPlace(raw.number, names, point=point, folders=raw.folders, properties=raw.properties)


def _open_line_message(name: str | Message, close: bool) -> Message:
    if close:
        return _("{name} is a line with fewer than three corners: skipped", name=name)
    return _("{name} is an open line: skipped; close it or pass --close", name=name)


def _count_positions(polygon: object) -> int:
    rings = polygon if isinstance(polygon, list) else []
    return sum(len(ring) for ring in rings if isinstance(ring, list))


def _too_many_positions(where: RingLocation) -> SitesError:
    return SitesError(
        _(
            "{file}: place {number} has more than {limit} positions; simplify it",
            file=where.file,
            number=where.feature,
            limit=MAX_VERTICES,
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
