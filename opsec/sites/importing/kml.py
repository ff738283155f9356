"""Read places from KML 2.3 (OGC 12-007) as Google Earth and QGIS write it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from opsec.sites.importing.place import Positions, RawPlace, close_line, invalid_coordinates, not_a_place, raw_place
from opsec.sites.importing.xml import child_text, children, local_name
from opsec.sites.ring_validation import RingLocation

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def kml_places(root: "Element", file: str) -> Iterator[RawPlace]:
    """Yield each placemark, in file order.

    Raises
    ------
    SitesError
        A placemark is neither an outline nor a point.
    """
    placemarks = (element for element in root.iter() if local_name(element) == "Placemark")
    for number, placemark in enumerate(placemarks, 1):
        where = RingLocation(file, number)
        polygons: list[list[Positions]] = []
        points: Positions = []
        for shape in _kml_shapes(placemark):
            if local_name(shape) == "Polygon":
                polygons.append([_coordinates(ring, where) for ring in _kml_rings(shape)])
            elif local_name(shape) == "Point":
                points += _coordinates(shape, where)
            elif local_name(shape) in ("LineString", "LinearRing"):
                polygons.append([close_line(_coordinates(shape, where), where)])
            else:
                raise not_a_place(where)
        yield raw_place(child_text(placemark, "name"), polygons, points, where)


def _kml_shapes(placemark: "Element") -> Iterator["Element"]:
    """Yield the geometries of a placemark, including those in collections."""
    waiting = list(placemark)[::-1]
    while waiting:
        element = waiting.pop()
        if local_name(element) in ("MultiGeometry", "MultiTrack"):
            waiting += list(element)[::-1]
        elif local_name(element) in ("Polygon", "Point", "LineString", "LinearRing", "Track", "Model"):
            yield element


def _kml_rings(polygon: "Element") -> Iterator["Element"]:
    """Yield the outer ring, then the holes."""
    for border in ("outerBoundaryIs", "innerBoundaryIs"):
        borders = list(children(polygon, border))
        if border == "outerBoundaryIs" and not borders:
            return
        for element in borders:
            yield from children(element, "LinearRing")


def _coordinates(element: "Element", where: RingLocation) -> Positions:
    """Parse ``lon,lat[,altitude]`` tuples separated by white space (OGC 12-007, section 16.9)."""
    try:
        return [[float(part) for part in group.split(",")[:2]] for group in child_text(element, "coordinates").split()]
    except ValueError as error:
        raise invalid_coordinates(where) from error
