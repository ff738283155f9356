"""Read position, date, camera and text from an XMP packet.

ISO 16684-1 with the schemas of Exif for XMP (CIPA DC-010), IPTC Core and Extension, Photoshop, Dublin Core, and those
of drones for position and camera angles. A structure in the packet (``LocationCreated``, ``LocationShown``) is a
location of its own.
"""

import re
from collections.abc import Iterator

from opsec.formats.xmp_packet import XmpPacket, XmpResource, parse_xmp
from opsec.geo.positions import receiver_accuracy_m, valid_altitude_m, valid_point
from opsec.i18n.reasons import make_reason
from opsec.i18n.safe_text import escape_unsafe
from opsec.model import Hint
from opsec.model.notes import Note, make_note
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.field_values import field_name, invalid_position, parse_device, parse_time, place_name_hint
from opsec.readers.text.free_text import to_free_text

_AXES = (
    ("GPSLatitude", "GPSLongitude"),
    ("GpsLatitude", "GpsLongitude"),
    ("GpsLatitude", "GpsLongtitude"),  # so drones wrote it for years
    ("Latitude", "Longitude"),
    ("lat", "long"),
)
_AXIS_NAMES = frozenset(axis for axes in _AXES for axis in axes)
_NAMES = (
    "photoshop:City", "photoshop:State", "photoshop:Country", "Iptc4xmpCore:Location", "Iptc4xmpExt:LocationName",
    "Iptc4xmpExt:Sublocation", "Iptc4xmpExt:City", "Iptc4xmpExt:ProvinceState", "Iptc4xmpExt:CountryName",
    "exif:GPSAreaInformation", "xmpDM:shotLocation",
)  # fmt: skip
_WORDS = (
    "dc:title", "dc:description", "dc:subject", "photoshop:Headline", "Iptc4xmpExt:Event", "exif:UserComment",
    "tiff:ImageDescription", "xmpDM:comment", "xmpDM:logComment", "lr:hierarchicalSubject",
)  # fmt: skip
_DATES = ("exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate")
_WGS_84 = re.compile(r"(?i)\s*$|wgs|world geodetic|itrf|etrs|nad.?83")
OTHER_DATUM_ERROR_M = 500.0
MAX_VALUES = 50
"""Limit for one name in one resource: a place has names in a few languages."""
MAX_ACCURACY_M = 50_000_000.0

_DIGITS = r"([0-9]{1,4}(?:\.([0-9]{0,15}))?)"
_ANGLE = re.compile(rf"([+-]?){_DIGITS}(?:,{_DIGITS})?(?:,{_DIGITS})? ?([NSEW]?)", re.IGNORECASE)
_RATIO = re.compile(r"([+-]?[0-9]{1,15}(?:\.[0-9]{0,15})?)(?:/([0-9]{1,15}))?")


def xmp_hints(raw: bytes, *, reader: str, where: str) -> Iterator[ReaderOutput]:
    """Yield the content of one packet, and a gap when it cannot be read to its end."""
    packet = parse_xmp(raw)
    yield from _packet_hints(packet, reader, where)
    if packet.fault:
        yield Gap(make_reason("broken", part=where, detail=packet.fault))


def _packet_hints(packet: XmpPacket, reader: str, where: str) -> Iterator[ReaderOutput]:
    for resource in packet.resources:
        inside = field_name(where, resource.name)
        yield from _positions(resource, reader, inside)
        for name in _NAMES:
            for text in resource.values.get(name, ())[:MAX_VALUES]:
                yield place_name_hint(text, reader=reader, field=field_name(inside, name))
        for name in _WORDS:
            for text in resource.values.get(name, ())[:MAX_VALUES]:
                yield from to_free_text(text, field_name(inside, name))
    whole = packet.resources[0]
    dated = next((name for name in _DATES if whole.first(name)), "")
    yield from parse_time(whole.first(dated), reader=reader, field=field_name(where, dated))
    for name in ("tiff:Make", "tiff:Model"):
        yield from parse_device(whole.first(name), reader=reader, field=field_name(where, name))


# ── positions ─────────────────────────────────────────────────────────────────────────────────
def _positions(resource: XmpResource, reader: str, where: str) -> Iterator[ReaderOutput]:
    """Yield one position for each schema that contains one."""
    for schema, words in _axes(resource).items():
        field = field_name(where, f"{schema}:GPS")
        pair = next(((words[lat], words[lon]) for lat, lon in _AXES if lat in words and lon in words), None)
        yield _position(resource, schema, pair, reader, field) if pair else invalid_position(field)


def _axes(resource: XmpResource) -> dict[str, dict[str, str]]:
    """Values under the names of latitude and longitude, by schema."""
    found: dict[str, dict[str, str]] = {}
    for name, texts in resource.values.items():
        schema, _, axis = name.partition(":")
        if axis in _AXIS_NAMES and (text := texts[0].strip()):
            found.setdefault(schema, {})[axis] = text
    return found


def _position(resource: XmpResource, schema: str, texts: tuple[str, str], reader: str, field: str) -> ReaderOutput:
    lat, lon = _parse_angle(texts[0], "NS"), _parse_angle(texts[1], "EW")
    point = valid_point(lat[0], lon[0]) if lat and lon else None
    if lat is None or lon is None or point is None:
        return invalid_position(field)
    accuracy_m, notes = receiver_accuracy_m(point.lat, max(lat[1], lon[1])), _notes(resource, schema)
    datum = resource.first(f"{schema}:GPSMapDatum")
    if not _WGS_84.match(datum):
        notes.append(make_note("other_datum", datum=escape_unsafe(datum, limit=40)))
        accuracy_m = max(accuracy_m, OTHER_DATUM_ERROR_M)
    said_m = _parse_number(resource.first(f"{schema}:GPSHPositioningError"))
    if said_m is not None and 0 <= said_m <= MAX_ACCURACY_M:
        accuracy_m = max(accuracy_m, said_m)
    return Hint(
        kind="position", family="META", reader=reader, field=field, point=point, accuracy_m=accuracy_m,
        altitude_m=_altitude(resource, schema), heading_deg=_heading(resource, schema), notes=tuple(notes),
    )  # fmt: skip


def _parse_angle(text: str, letters: str) -> tuple[float, float] | None:
    """Degrees and their precision: ``33,58.80N``, ``33,58,48N``, ``33.98``; None for anything else."""
    found = _ANGLE.fullmatch(text)
    letter = found[8].upper() if found else ""
    if found is None or (letter and (letter not in letters or found[1])):
        return None
    parts = [float(found[at]) for at in (2, 4, 6) if found[at] is not None]
    if any(part >= 60 for part in parts[1:]):
        return None
    decimals = [found[at + 1] for at in (2, 4, 6) if found[at] is not None][-1] or ""
    step_deg = float(10.0 ** -len(decimals) / 60.0 ** (len(parts) - 1))
    degrees = round(sum(part / 60**power for power, part in enumerate(parts)), 9)
    return (-degrees if found[1] == "-" or letter in ("S", "W") else degrees), step_deg


def _parse_number(text: str) -> float | None:
    """Parse ``28516/1000`` or ``+28.516``; None for anything else."""
    found = _RATIO.fullmatch(text.strip())
    if found is None or (found[2] is not None and int(found[2]) == 0):
        return None
    return float(found[1]) / int(found[2] or 1)


def _altitude(resource: XmpResource, schema: str) -> float | None:
    """Altitude above sea level, in metres."""
    height_m = _parse_number(resource.first(f"{schema}:GPSAltitude", f"{schema}:AbsoluteAltitude", f"{schema}:alt"))
    if height_m is None:
        return None
    below = resource.first(f"{schema}:GPSAltitudeRef").strip() in ("1", "3")
    return valid_altitude_m(round(-height_m if below else height_m, 3))


def _heading(resource: XmpResource, schema: str) -> float | None:
    """Heading of the camera in degrees; a gimbal counts from -180 to 180."""
    heading_deg = _parse_number(resource.first(f"{schema}:GPSImgDirection", f"{schema}:GimbalYawDegree"))
    return round(heading_deg % 360, 3) if heading_deg is not None and abs(heading_deg) <= 360 else None


def _notes(resource: XmpResource, schema: str) -> list[Note]:
    """Notes that a drone writes beside its position."""
    pitch_deg = _parse_number(resource.first(f"{schema}:GimbalPitchDegree"))
    above_m = _parse_number(resource.first(f"{schema}:RelativeAltitude"))
    notes = []
    if pitch_deg is not None and abs(pitch_deg) <= 180:
        notes.append(make_note("camera_pitch", degrees=f"{pitch_deg:.1f}"))
    if above_m is not None and abs(above_m) <= 100_000:
        notes.append(make_note("above_take_off", metres=f"{above_m:.1f}"))
    return notes
