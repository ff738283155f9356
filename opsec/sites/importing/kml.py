"""Places in KML 2.3 (OGC 12-007), as Google Earth and QGIS write it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from opsec.sites.importing.place import Drawn, Line, closed, drawn, no_numbers, no_place
from opsec.sites.importing.xml import children, tag_of, text_in
from opsec.sites.ring_validation import Where

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element


def kml_places(root: "Element", file: str) -> Iterator[Drawn]:
    """Each placemark, in the order of the file.

    Raises
    ------
    SitesError
        One is no outline and no point.
    """
    placemarks = (element for element in root.iter() if tag_of(element) == "Placemark")
    for number, placemark in enumerate(placemarks, 1):
        where = Where(file, number)
        polygons: list[list[Line]] = []
        points: Line = []
        for shape in _kml_shapes(placemark):
            if tag_of(shape) == "Polygon":
                polygons.append([_coordinates(ring, where) for ring in _kml_rings(shape)])
            elif tag_of(shape) == "Point":
                points += _coordinates(shape, where)
            elif tag_of(shape) in ("LineString", "LinearRing"):
                polygons.append([closed(_coordinates(shape, where), where)])
            else:
                raise no_place(where)
        yield drawn(text_in(placemark, "name"), polygons, points, where)


def _kml_shapes(placemark: "Element") -> Iterator["Element"]:
    """The geometries of a placemark, those inside collections too."""
    waiting = list(placemark)[::-1]
    while waiting:
        element = waiting.pop()
        if tag_of(element) in ("MultiGeometry", "MultiTrack"):
            waiting += list(element)[::-1]
        elif tag_of(element) in ("Polygon", "Point", "LineString", "LinearRing", "Track", "Model"):
            yield element


def _kml_rings(polygon: "Element") -> Iterator["Element"]:
    """The outer ring, then the holes."""
    for border in ("outerBoundaryIs", "innerBoundaryIs"):
        borders = list(children(polygon, border))
        if border == "outerBoundaryIs" and not borders:
            return
        for element in borders:
            yield from children(element, "LinearRing")


def _coordinates(element: "Element", where: Where) -> Line:
    """``lon,lat[,height]`` groups with white space between them (OGC 12-007, section 16.9)."""
    try:
        return [[float(part) for part in group.split(",")[:2]] for group in text_in(element, "coordinates").split()]
    except ValueError as error:
        raise no_numbers(where) from error
