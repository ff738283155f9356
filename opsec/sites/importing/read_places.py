"""Every place in the file of a map program: KML, KMZ, GPX or GeoJSON.

What encloses nothing is refused, not left out: the officer would take the site for protected.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from opsec.errors import SitesError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import plain
from opsec.sites.bounded_files import json_of, read_bounded, shown
from opsec.sites.fence_file import features_of, polygons_of
from opsec.sites.importing.gpx import gpx_places
from opsec.sites.importing.kml import kml_places
from opsec.sites.importing.place import Drawn, Place, checked_place, place_point
from opsec.sites.importing.xml import tag_of, xml_of
from opsec.sites.ring_validation import Home, Where, checked_polygons

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

FILE_MIB = 64
MOST_PLACES = 10_000
_XML: dict[str, Callable[["Element", str], Iterator[Drawn]]] = {"kml": kml_places, "gpx": gpx_places}


def read_places(path: Path, home: Home) -> tuple[Place, ...]:
    """Every place of a file, in its order; the type is taken from the content.

    Raises
    ------
    SitesError
        The file is of no known type, cannot be read whole, or holds something that is no place.
    """
    file = shown(path)
    content = read_bounded(path, FILE_MIB)
    if content.startswith(b"PK\x03\x04"):
        content = _kml_inside(content, file)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _from_geojson(content, file, home)
    root = xml_of(content, file)
    reader = _XML.get(tag_of(root))
    if reader is None:
        raise SitesError(
            _(
                "{file} is no KML, KMZ, GeoJSON or GPX (it begins with {tag}); export it as one of them",
                file=file,
                tag=plain(tag_of(root), limit=40),
            )
        )
    raws: list[Drawn] = []
    for raw in reader(root, file):
        raws.append(raw)
        if len(raws) > MOST_PLACES:
            raise SitesError(_("{file} holds more than {limit} places; split it", file=file, limit=MOST_PLACES))
    if not raws:
        raise SitesError(_("{file} holds no place; draw an outline or a point and export it again", file=file))
    return tuple(checked_place(raw, Where(file, number), home) for number, raw in enumerate(raws, 1))


def _kml_inside(content: bytes, file: str) -> bytes:
    """The first KML of a KMZ, unpacked no further than the limit, whatever its header claims."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            first = next((member for member in archive.infolist() if member.filename.lower().endswith(".kml")), None)
            if first is None:
                raise SitesError(_("{file} is an archive without a KML; export it again", file=file))
            with archive.open(first) as stream:
                unpacked = stream.read(FILE_MIB * 2**20 + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise SitesError(_("{file} is a damaged or encrypted archive; export it again", file=file)) from error
    if len(unpacked) > FILE_MIB * 2**20:
        raise SitesError(
            _("{file} unpacks to more than the limit of {limit_mib} MiB; simplify it", file=file, limit_mib=FILE_MIB)
        )
    return unpacked


def _from_geojson(content: bytes, file: str, home: Home) -> tuple[Place, ...]:
    places: list[Place] = []
    for number, feature in enumerate(features_of(json_of(content, file), file), 1):
        where = Where(file, number)
        properties, geometry = feature.get("properties"), feature.get("geometry")
        named = properties if isinstance(properties, dict) else {}
        name = " ".join(
            str(next((named[key] for key in ("name", "Name", "NAME", "title") if named.get(key)), "")).split()
        )
        position = (
            geometry.get("coordinates") if isinstance(geometry, dict) and geometry.get("type") == "Point" else None
        )
        if position is None:
            places.append(Place(name, polygons=checked_polygons(polygons_of(feature, where), where, home)))
        else:
            places.append(Place(name, point=place_point(position, where, home)))
    return tuple(places)
