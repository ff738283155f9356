"""Read places from KML 2.3 (OGC 12-007) as Google Earth, Google My Maps and QGIS write it."""

import re
from collections.abc import Iterator
from itertools import count
from typing import TYPE_CHECKING

from opsec.i18n.messages import _
from opsec.sites.importing.raw_place import (
    MapEntry,
    MapLink,
    Positions,
    RawPlace,
    SkippedEntry,
    invalid_coordinates,
    place_label,
)
from opsec.sites.importing.xml import child_text, children
from opsec.sites.ring_validation import RingLocation

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_FOLDERS = ("Document", "Folder")
_IMAGES = ("GroundOverlay", "PhotoOverlay")
_SHAPES = ("Polygon", "Point", "LineString", "LinearRing", "Track", "Model")
_OTHER_NAMES = ("name:en", "name_en", "name:ar", "name_ar")
"""Fields in which maps hold the name in a second language."""


def kml_places(root: "Element", file: str) -> Iterator[MapEntry]:
    """Yield each placemark and each link, in file order.

    Raises
    ------
    SitesError
        A position is not numbers.
    """
    numbers = count(1)
    waiting: list[tuple[Element, tuple[str, ...]]] = [(root, ())]
    while waiting:
        element, folders = waiting.pop()
        if element.tag == "Placemark":
            yield _placemark(element, next(numbers), folders, file)
        elif element.tag == "NetworkLink":
            yield MapLink(_link_address(element), next(numbers))
        elif element.tag in _IMAGES:
            label = place_label(child_text(element, "name"), next(numbers))
            yield SkippedEntry(_("{name} is an image on the map: skipped", name=label))
        else:
            name = child_text(element, "name").strip() if element.tag in _FOLDERS else ""
            inner = (*folders, name) if name else folders
            waiting += [(child, inner) for child in list(element)[::-1]]


def _placemark(element: "Element", number: int, folders: tuple[str, ...], file: str) -> RawPlace:
    names = [child_text(element, "name"), *_further_names(element)]
    place = RawPlace(number, tuple(name for name in names if name.strip()), folders=folders)
    where = place.location(file)
    for shape in _kml_shapes(element):
        if shape.tag == "Polygon":
            place.polygons.append([_coordinates(ring, where) for ring in _kml_rings(shape)])
        elif shape.tag == "Point":
            place.points.extend(_coordinates(shape, where))
        elif shape.tag == "Track":
            place.lines.append(_track(shape, where))
        elif shape.tag != "Model":
            place.lines.append(_coordinates(shape, where))
    return place


def _further_names(placemark: "Element") -> Iterator[str]:
    """Yield names in other languages from the extended data (``Data`` or ``SimpleData``)."""
    for element in placemark.iter():
        if element.tag in ("Data", "SimpleData") and element.get("name", "").lower() in _OTHER_NAMES:
            yield child_text(element, "value") or element.text or ""


def _link_address(link: "Element") -> str:
    """Address of a network link; older files have it in ``Url``."""
    return next((child_text(inner, "href").strip() for inner in children(link, "Link", "Url")), "")


def _kml_shapes(placemark: "Element") -> Iterator["Element"]:
    """Yield the geometries of a placemark, including those in collections."""
    waiting = list(placemark)[::-1]
    while waiting:
        element = waiting.pop()
        if element.tag in ("MultiGeometry", "MultiTrack"):
            waiting += list(element)[::-1]
        elif element.tag in _SHAPES:
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
    text = re.sub(r"\s*,\s*", ",", child_text(element, "coordinates"))
    return _numbers((group.split(",") for group in text.split()), where)


def _track(element: "Element", where: RingLocation) -> Positions:
    """Parse the ``coord`` elements of a track: ``lon lat altitude``; an empty one is a moment without a fix."""
    groups = ((coord.text or "").split() for coord in children(element, "coord"))
    return _numbers((group for group in groups if group), where)


def _numbers(groups: Iterator[list[str]], where: RingLocation) -> Positions:
    try:
        return [[float(part) for part in group[:2]] for group in groups]
    except ValueError as error:
        raise invalid_coordinates(where) from error
