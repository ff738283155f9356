"""Read Sony's NonRealTimeMeta: XML that camcorders write beside a video (``C0001M01.XML``) or into its ``meta`` box.

Elements as in Sony's XDCAM and XAVC files (namespace ``urn:schemas-professionalDisc:nonRealTimeMeta``): the items of
the group ``ExifGPS`` bear the names of the EXIF tags without ``GPS``; angles are ``degrees:minutes:seconds`` and their
hemisphere stands in an item of its own.
"""

import re
from collections.abc import Iterator

from opsec.formats.bounded_text import BoundedText
from opsec.formats.xml_events import parse_xml_events
from opsec.geo.positions import receiver_accuracy_m, valid_altitude_m
from opsec.model import Hint
from opsec.model.notes import make_note
from opsec.model.records import FreeText, Gap, ReaderOutput
from opsec.readers.field_values import field_name, invalid_position, parse_device, parse_time
from opsec.readers.metadata.hemisphere import LATITUDE_LETTERS, LONGITUDE_LETTERS, parse_hemisphere, possible_points
from opsec.readers.text.free_text import MAX_TEXTS, to_free_text

ROOT = "NonRealTimeMeta"
_GROUP = "ExifGPS"
MAX_GROUPS = 100
MAX_ITEMS = 64
_WORDS = frozenset({"Title", "Description", "Comment", "UserDescriptiveMetadata", "Note", "EssenceMark"})
_ANGLE = re.compile(r"([0-9]{1,3})(?::([0-9]{1,2}))?(?::([0-9]{1,2}))?(?:\.([0-9]{0,9}))?")


class _Handler:
    """Collect groups of items, dates, device and text."""

    def __init__(self, where: str) -> None:
        self.groups: list[dict[str, str]] = []
        self.created = ""
        self.device: list[str] = []
        self.texts: list[FreeText] = []
        self._where = where
        self._inside_gps = False

    def begins(self, name: str, attributes: dict[str, str]) -> None:
        match name:
            case "Group":
                self._inside_gps = attributes.get("name") == _GROUP
                if self._inside_gps and len(self.groups) < MAX_GROUPS:
                    self.groups.append({})
            case "Item" if self._inside_gps and len(self.groups[-1]) < MAX_ITEMS:
                self.groups[-1].setdefault(attributes.get("name", ""), attributes.get("value", "").strip())
            case "CreationDate":
                self.created = self.created or attributes.get("value", "")
            case "Device" if not self.device:
                self.device = [attributes.get("manufacturer", ""), attributes.get("modelName", "")]
        if name in _WORDS:
            self._add_text(name, " ".join(attributes.values()))

    def ends(self, name: str, text: str) -> None:
        if name == "Group":
            self._inside_gps = False
        if name in _WORDS:
            self._add_text(name, text)

    def _add_text(self, name: str, text: str) -> None:
        if len(self.texts) <= MAX_TEXTS:
            self.texts += to_free_text(text, field_name(self._where, name))


def nrt_records(text: BoundedText, *, reader: str) -> Iterator[ReaderOutput]:
    """Yield positions, date, camera and text, and a gap when the XML is damaged."""
    found = _Handler(text.part)
    stopped = parse_xml_events(text, found)
    field = field_name(text.part, _GROUP)
    for group in found.groups:
        yield from _positions(group, reader, field)
    yield from parse_time(found.created, reader=reader, field=field_name(text.part, "CreationDate"))
    for word in found.device:
        yield from parse_device(word, reader=reader, field=field_name(text.part, "Device"))
    yield from found.texts
    yield from text.gaps()
    if stopped is not None:
        yield Gap(stopped.reason)


def _positions(items: dict[str, str], reader: str, field: str) -> Iterator[ReaderOutput]:
    if "Latitude" not in items and "Longitude" not in items:
        return
    if items.get("Status") == "V":  # a measurement in progress is no fix
        yield invalid_position(field)
        return
    lat, lon = _parse_angle(items.get("Latitude", "")), _parse_angle(items.get("Longitude", ""))
    north = parse_hemisphere(items.get("LatitudeRef", ""), LATITUDE_LETTERS)
    east = parse_hemisphere(items.get("LongitudeRef", ""), LONGITUDE_LETTERS)
    points = possible_points(lat[0], north, lon[0], east) if lat and lon else []
    if lat is None or lon is None or not points:
        yield invalid_position(field)
        return
    notes = (make_note("hemisphere_unclear", count=len(points)),) if len(points) > 1 else ()
    for point in points:
        yield Hint(
            kind="position", family="META", reader=reader, field=field, point=point, altitude_m=_altitude(items),
            accuracy_m=receiver_accuracy_m(point.lat, max(lat[1], lon[1])), notes=notes,
        )  # fmt: skip


def _parse_angle(text: str) -> tuple[float, float] | None:
    """Degrees and their precision; None for anything but degrees, minutes and seconds."""
    found = _ANGLE.fullmatch(text)
    if found is None:
        return None
    parts = [int(part) for part in found.group(1, 2, 3) if part is not None]
    step_deg = 10.0 ** -len(found[4] or "") / 60.0 ** (len(parts) - 1)
    last = parts[-1] + (int(found[4]) / 10 ** len(found[4]) if found[4] else 0.0)
    if any(part >= 60 for part in parts[1:]):
        return None
    return round(sum(part / 60**power for power, part in enumerate([*parts[:-1], last])), 9), step_deg


def _altitude(items: dict[str, str]) -> float | None:
    try:
        height_m = float(items.get("Altitude", "")[:30])
    except ValueError:
        return None
    return valid_altitude_m(-height_m if items.get("AltitudeRef", "").strip() == "1" else height_m)
