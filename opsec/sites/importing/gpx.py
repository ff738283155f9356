"""Read places from GPX 1.0 and 1.1: waypoints, routes and tracks."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from opsec.sites.importing.raw_place import MapEntry, Positions, RawPlace, invalid_coordinates
from opsec.sites.importing.xml import child_text, children
from opsec.sites.ring_validation import RingLocation

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def gpx_places(root: "Element", file: str) -> Iterator[MapEntry]:
    """Yield each waypoint, route and track, in file order. Segments of one track are parts of one walk.

    Raises
    ------
    SitesError
        A position is not two numbers.
    """
    for number, element in enumerate(children(root, "wpt", "rte", "trk"), 1):
        name = child_text(element, "name")
        place = RawPlace(number, (name,) if name.strip() else ())
        where = place.location(file)
        if element.tag == "wpt":
            place.points.append(_gpx_position(element, where))
        else:
            place.lines.extend(_walks(element, where))
        yield place


def _walks(element: "Element", where: RingLocation) -> Iterator[Positions]:
    """Yield the line of a route, or each segment of a track."""
    for line in [element] if element.tag == "rte" else children(element, "trkseg"):
        yield [_gpx_position(point, where) for point in children(line, "rtept", "trkpt")]


def _gpx_position(element: "Element", where: RingLocation) -> list[float]:
    try:
        return [float(element.get("lon", "")), float(element.get("lat", ""))]
    except ValueError as error:
        raise invalid_coordinates(where) from error
