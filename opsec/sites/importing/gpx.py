"""Read places from GPX 1.1: waypoints, and closed routes and tracks."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from opsec.sites.importing.place import RawPlace, close_line, invalid_coordinates, raw_place
from opsec.sites.importing.xml import child_text, children, local_name
from opsec.sites.ring_validation import RingLocation

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def gpx_places(root: "Element", file: str) -> Iterator[RawPlace]:
    """Yield each waypoint, route and track, in file order.

    Raises
    ------
    SitesError
        A route or track is not closed.
    """
    for number, element in enumerate(children(root, "wpt", "rte", "trk"), 1):
        where = RingLocation(file, number)
        name = child_text(element, "name")
        if local_name(element) == "wpt":
            yield raw_place(name, [], [_gpx_position(element, where)], where)
            continue
        lines = [element] if local_name(element) == "rte" else list(children(element, "trkseg"))
        walks = [[_gpx_position(p, where) for p in children(line, "rtept", "trkpt")] for line in lines]
        yield raw_place(name, [[close_line(walk, where)] for walk in walks], [], where)


def _gpx_position(element: "Element", where: RingLocation) -> list[float]:
    try:
        return [float(element.get("lon", "")), float(element.get("lat", ""))]
    except ValueError as error:
        raise invalid_coordinates(where) from error
