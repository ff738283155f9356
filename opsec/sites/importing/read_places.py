"""Read the places of a map file: KML, KMZ, GPX or GeoJSON.

A place that encloses no area is refused, not skipped: the officer would believe that the site is protected.
"""

import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from opsec.errors import SitesError
from opsec.i18n.messages import _
from opsec.i18n.safe_text import escape_unsafe
from opsec.sites.bounded_files import display_path, parse_json, read_bounded
from opsec.sites.fence_file import parse_features, raw_polygons
from opsec.sites.importing.gpx import gpx_places
from opsec.sites.importing.kml import kml_places
from opsec.sites.importing.place import MapPlace, RawPlace, validate_place, validate_point
from opsec.sites.importing.xml import local_name, parse_xml
from opsec.sites.ring_validation import HomeRegion, RingLocation, validate_polygons

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

FILE_MIB = 64
MAX_PLACES = 10_000
_XML: dict[str, Callable[["Element", str], Iterator[RawPlace]]] = {"kml": kml_places, "gpx": gpx_places}


def read_places(path: Path, home: HomeRegion) -> tuple[MapPlace, ...]:
    """Read every place of a file, in file order. The format is detected from the content.

    Raises
    ------
    SitesError
        The format is unknown, the file cannot be read in full, or an entry is not a place.
    """
    file = display_path(path)
    content = read_bounded(path, FILE_MIB)
    if content.startswith(b"PK\x03\x04"):
        content = _unzip_kml(content, file)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _geojson_places(content, file, home)
    root = parse_xml(content, file)
    reader = _XML.get(local_name(root))
    if reader is None:
        raise SitesError(
            _(
                "{file} is not KML, KMZ, GeoJSON or GPX (it begins with {tag}); export it in one of these formats",
                file=file,
                tag=escape_unsafe(local_name(root), limit=40),
            )
        )
    raws: list[RawPlace] = []
    for raw in reader(root, file):
        raws.append(raw)
        if len(raws) > MAX_PLACES:
            raise SitesError(_("{file} contains more than {limit} places; split it", file=file, limit=MAX_PLACES))
    if not raws:
        raise SitesError(_("{file} contains no places; draw an outline or a point and export it again", file=file))
    return tuple(validate_place(raw, RingLocation(file, number), home) for number, raw in enumerate(raws, 1))


def _unzip_kml(content: bytes, file: str) -> bytes:
    """Unpack the first KML file of a KMZ, up to the size limit whatever its header claims."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            first = next((member for member in archive.infolist() if member.filename.lower().endswith(".kml")), None)
            if first is None:
                raise SitesError(_("{file} is an archive without a KML file; export it again", file=file))
            with archive.open(first) as stream:
                unpacked = stream.read(FILE_MIB * 2**20 + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise SitesError(_("{file} is a damaged or encrypted archive; export it again", file=file)) from error
    if len(unpacked) > FILE_MIB * 2**20:
        raise SitesError(
            _("{file} unpacks to more than the limit of {limit_mib} MiB; simplify it", file=file, limit_mib=FILE_MIB)
        )
    return unpacked


def _geojson_places(content: bytes, file: str, home: HomeRegion) -> tuple[MapPlace, ...]:
    places: list[MapPlace] = []
    for number, feature in enumerate(parse_features(parse_json(content, file), file), 1):
        where = RingLocation(file, number)
        properties, geometry = feature.get("properties"), feature.get("geometry")
        named = properties if isinstance(properties, dict) else {}
        name = " ".join(
            str(next((named[key] for key in ("name", "Name", "NAME", "title") if named.get(key)), "")).split()
        )
        position = (
            geometry.get("coordinates") if isinstance(geometry, dict) and geometry.get("type") == "Point" else None
        )
        if position is None:
            places.append(MapPlace(name, polygons=validate_polygons(raw_polygons(feature, where), where, home)))
        else:
            places.append(MapPlace(name, point=validate_point(position, where, home)))
    return tuple(places)
