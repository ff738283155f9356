"""Places in GPX 1.1: waypoints, and routes and tracks that come back to their start."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from opsec.sites.importing.place import Drawn, closed, drawn, no_numbers
from opsec.sites.importing.xml import children, tag_of, text_in
from opsec.sites.ring_validation import Where

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def gpx_places(root: "Element", file: str) -> Iterator[Drawn]:
    """Each waypoint, route and track, in the order of the file.

    Raises
    ------
    SitesError
        A route or track does not come back to its start.
    """
    for number, element in enumerate(children(root, "wpt", "rte", "trk"), 1):
        where = Where(file, number)
        name = text_in(element, "name")
        if tag_of(element) == "wpt":
            yield drawn(name, [], [_gpx_position(element, where)], where)
            continue
        lines = [element] if tag_of(element) == "rte" else list(children(element, "trkseg"))
        walks = [[_gpx_position(p, where) for p in children(line, "rtept", "trkpt")] for line in lines]
        yield drawn(name, [[closed(walk, where)] for walk in walks], [], where)


def _gpx_position(element: "Element", where: Where) -> list[float]:
    try:
        return [float(element.get("lon", "")), float(element.get("lat", ""))]
    except ValueError as error:
        raise no_numbers(where) from error
