"""Read the places of a map file: KML, KMZ, GPX, GeoJSON or uMap.

An entry that holds no place (an open line, an empty placemark) is skipped and named. An outline or point with a fault
is refused: the officer would believe that the site is protected.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from opsec.errors import SitesError
from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import escape_unsafe
from opsec.sites.bounded_files import display_path, parse_json, read_bounded
from opsec.sites.importing.geojson import geojson_places, is_umap, umap_places
from opsec.sites.importing.gpx import gpx_places
from opsec.sites.importing.kml import kml_places
from opsec.sites.importing.kml_archive import KmlArchive
from opsec.sites.importing.place import MapPlace, validate_place
from opsec.sites.importing.raw_place import MapEntry, MapLink, RawPlace, SkippedEntry, link_not_followed
from opsec.sites.importing.xml import parse_xml
from opsec.sites.ring_validation import HomeRegion

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

FILE_MIB = 64
MAX_PLACES = 10_000
_XML: dict[str, Callable[["Element", str], Iterator[MapEntry]]] = {"kml": kml_places, "gpx": gpx_places}


@dataclass(frozen=True, slots=True)
class MapContents:
    """What a map file contains."""

    places: tuple[MapPlace, ...]
    skipped: tuple[Message, ...]
    """One sentence for each entry that is not imported."""


def read_places(path: Path, home: HomeRegion, close: bool = False) -> MapContents:
    """Read every place of a file, in file order. The format is detected from the content.

    Parameters
    ----------
    path
        The file.
    home
        Region of the sites, to detect swapped coordinates.
    close
        Whether to close lines that are open.

    Raises
    ------
    SitesError
        The format is unknown, the file cannot be read in full, an outline or point has a fault, or there is no place.
    """
    file = display_path(path)
    places: list[MapPlace] = []
    skipped: list[Message] = []
    for entry in _bounded(_entries(read_bounded(path, FILE_MIB), file), file):
        for found in validate_place(entry, file, home, close) if isinstance(entry, RawPlace) else (entry,):
            if isinstance(found, MapPlace):
                places.append(found)
            elif isinstance(found, SkippedEntry):
                skipped.append(found.reason)
    if not places:
        raise _no_places(file, skipped)
    return MapContents(tuple(places), tuple(skipped))


def _bounded(entries: Iterable[MapEntry], file: str) -> Iterator[RawPlace | SkippedEntry]:
    """Yield at most ``MAX_PLACES`` entries; a link that is still there is not followed."""
    points = 0
    for number, entry in enumerate(entries, 1):
        points += len(entry.points) if isinstance(entry, RawPlace) else 0
        if max(number, points) > MAX_PLACES:
            raise SitesError(_("{file} contains more than {limit} places; split it", file=file, limit=MAX_PLACES))
        yield link_not_followed(entry.address) if isinstance(entry, MapLink) else entry


def _no_places(file: str, skipped: list[Message]) -> SitesError:
    if not skipped:
        return SitesError(_("{file} contains no places; draw an outline or a point and export it again", file=file))
    return SitesError(
        _("{file} contains no place that can be imported: {reason}", file=file, reason=skipped[0])
        if len(skipped) == 1
        else _(
            "{file} contains no place that can be imported; {count} entries were skipped, the first: {reason}",
            file=file,
            count=len(skipped),
            reason=skipped[0],
        )
    )


def _entries(content: bytes, file: str) -> Iterator[MapEntry]:
    if content.startswith(b"PK\x03\x04"):
        yield from _archive_entries(KmlArchive(content, file), file)
        return
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        document = parse_json(content, file)
        yield from umap_places(document, file) if is_umap(document) else geojson_places(document, file)
        return
    yield from _xml_entries(content, file)


def _xml_entries(content: bytes, file: str) -> Iterator[MapEntry]:
    root = parse_xml(content, file)
    reader = _XML.get(root.tag)
    if reader is None:
        raise SitesError(
            _(
                "{file} is not KML, KMZ, GeoJSON or GPX (it begins with {tag}); export it in one of these formats",
                file=file,
                tag=escape_unsafe(root.tag, limit=40),
            )
        )
    yield from reader(root, file)


def _archive_entries(archive: KmlArchive, file: str) -> Iterator[MapEntry]:
    """Yield the entries of the main file, and of the files that it links to, each once."""
    waiting = [archive.main_file()]
    while waiting:
        name = waiting.pop(0)
        if name not in archive.unread:  # linked twice, or in a circle
            continue
        for entry in kml_places(parse_xml(archive.unpack(name), file), file):
            linked = archive.find(entry.address, name) if isinstance(entry, MapLink) else None
            if linked is None:
                yield entry
            else:
                waiting.append(linked)
    for name in archive.unread:
        yield SkippedEntry(
            _(
                "{name} in the archive is not linked from its main file: skipped; import it by itself",
                name=escape_unsafe(name, limit=80),
            )
        )
