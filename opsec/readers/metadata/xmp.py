"""Read position, date, camera and text from an XMP packet.

ISO 16684-1 with the schemas of Exif for XMP (CIPA DC-010), IPTC Core and Extension, Photoshop, Dublin Core, and those
of drones for position and camera angles. A structure in the packet (``LocationCreated``, ``LocationShown``) is a
location of its own. Some writers store bare degrees and put the hemisphere into a property of its own, as in EXIF.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from opsec.formats.xmp_packet import XmpPacket, XmpResource, parse_xmp
from opsec.geo.positions import receiver_accuracy_m, valid_altitude_m
from opsec.i18n.reasons import make_reason
from opsec.i18n.safe_text import escape_unsafe
from opsec.model import Hint, Point
from opsec.model.notes import Note, make_note
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.field_values import field_name, invalid_position, parse_device, parse_time, place_name_hint
from opsec.readers.metadata.hemisphere import LATITUDE_LETTERS, LONGITUDE_LETTERS, parse_hemisphere, possible_points
from opsec.readers.text.free_text import to_free_text

_AXES = (
    ("GPSLatitude", "GPSLongitude"),
    ("GpsLatitude", "GpsLongitude"),
    ("GpsLatitude", "GpsLongtitude"),  # so drones wrote it for years
    ("Latitude", "Longitude"),
    ("lat", "long"),
    ("lat", "lon"),
    ("latitude", "longitude"),
)
_AXIS_NAMES = frozenset(axis for axes in _AXES for axis in axes)
_REFERENCES = (("GPSLatitudeRef", "LatitudeRef"), ("GPSLongitudeRef", "LongitudeRef"))
"""Properties with the hemisphere alone."""
_NAMES = (
    "photoshop:City", "photoshop:State", "photoshop:Country", "Iptc4xmpCore:Location", "Iptc4xmpExt:LocationName",
    "Iptc4xmpExt:Sublocation", "Iptc4xmpExt:City", "Iptc4xmpExt:ProvinceState", "Iptc4xmpExt:CountryName",
    "exif:GPSAreaInformation", "xmpDM:shotLocation",
)  # fmt: skip
_WORDS = (
    "dc:title", "dc:description", "dc:subject", "photoshop:Headline", "Iptc4xmpExt:Event", "exif:UserComment",
    "tiff:ImageDescription", "xmpDM:comment", "xmpDM:logComment",
    "lr:hierarchicalSubject", "digiKam:TagsList", "MicrosoftPhoto:LastKeywordXMP", "mediapro:CatalogSets",
    "acdsee:categories", "acdsee:caption", "acdsee:notes", "photoshop:Instructions", "xmp:Label",
)  # fmt: skip
_DATES = ("exif:DateTimeOriginal", "photoshop:DateCreated", "xmp:CreateDate")
_WGS_84 = re.compile(r"(?i)\s*$|wgs|world geodetic|itrf|etrs|nad.?83")
OTHER_DATUM_ERROR_M = 500.0
MAX_VALUES = 50
"""Limit for one name in one resource: a place has names in a few languages."""
MAX_ACCURACY_M = 50_000_000.0

_DIGITS = r"([0-9]{1,4}(?:\.([0-9]{0,15}))?)"
_ANGLE = re.compile(rf"([+-]?){_DIGITS}(?:,{_DIGITS})?(?:,{_DIGITS})? ?([NSEW]?)", re.IGNORECASE)
_MAX_ANGLE_LENGTH = 60
_HAS_UNITS = re.compile(r"deg|[°:]")
_SEPARATORS = re.compile(r" ?(?:deg|[°:'′]) ?")
_SECONDS_SIGN = re.compile(r"[\"″]|''")
_LAST_COMMA = re.compile(r",( ?[NSEWnsew]?)$")
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
        yield from _position(resource, schema, pair, reader, field) if pair else [invalid_position(field)]


def _axes(resource: XmpResource) -> dict[str, dict[str, str]]:
    """Values under the names of latitude and longitude, by schema."""
    found: dict[str, dict[str, str]] = {}
    for name, texts in resource.values.items():
        schema, _, axis = name.partition(":")
        if axis in _AXIS_NAMES and (text := texts[0].strip()):
            found.setdefault(schema, {})[axis] = text
    return found


def _position(
    resource: XmpResource, schema: str, texts: tuple[str, str], reader: str, field: str
) -> Iterator[ReaderOutput]:
    lat, lon = _parse_angle(texts[0], LATITUDE_LETTERS), _parse_angle(texts[1], LONGITUDE_LETTERS)
    points = _points(resource, schema, lat, lon) if lat and lon else []
    if lat is None or lon is None or not points:
        yield invalid_position(field)
        return
    accuracy_m, notes = receiver_accuracy_m(points[0].lat, max(lat.step_deg, lon.step_deg)), _notes(resource, schema)
    if len(points) > 1:
        notes.append(make_note("hemisphere_unclear", count=len(points)))
    datum = resource.first(f"{schema}:GPSMapDatum")
    if not _WGS_84.match(datum):
        notes.append(make_note("other_datum", datum=escape_unsafe(datum, limit=40)))
        accuracy_m = max(accuracy_m, OTHER_DATUM_ERROR_M)
    said_m = _parse_number(resource.first(f"{schema}:GPSHPositioningError"))
    if said_m is not None and 0 <= said_m <= MAX_ACCURACY_M:
        accuracy_m = max(accuracy_m, said_m)
    yield from (
        Hint(
            kind="position", family="META", reader=reader, field=field, point=point, accuracy_m=accuracy_m,
            altitude_m=_altitude(resource, schema), heading_deg=_heading(resource, schema), notes=tuple(notes),
        )
        for point in points
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Angle:
    """Latitude or longitude as written, with its precision."""

    degrees: float
    """Magnitude."""
    step_deg: float
    sign: int | None
    """By the sign or the letter beside the number; None without either."""
    is_decimal: bool
    """Degrees alone, which are signed by convention."""


def _points(resource: XmpResource, schema: str, lat: _Angle, lon: _Angle) -> list[Point]:
    """Positions that the two angles and the letters in properties of their own may mean."""
    refs = [resource.first(*(f"{schema}:{name}" for name in names)).strip() for names in _REFERENCES]
    north = _combined_sign(lat, refs[0], LATITUDE_LETTERS, are_signed=not any(refs))
    east = _combined_sign(lon, refs[1], LONGITUDE_LETTERS, are_signed=not any(refs))
    return possible_points(lat.degrees, north, lon.degrees, east)


def _combined_sign(angle: _Angle, reference: str, letters: str, *, are_signed: bool) -> int | None:
    """Sign of an angle; None where it is not recorded or two fields contradict each other.

    Degrees alone are signed where no property holds a letter (``are_signed``).
    """
    beside = parse_hemisphere(reference, letters)
    if angle.sign is None:
        return 1 if beside is None and are_signed and angle.is_decimal else beside
    return angle.sign if not reference or beside == angle.sign else None


def _parse_angle(text: str, letters: str) -> _Angle | None:
    """Parse ``33,58.80N``, ``33,58,48N``, ``33 deg 58' 48.00" N`` or ``33.98``; None for anything else."""
    found = _ANGLE.fullmatch(_with_commas(text))
    letter = found[8].upper() if found else ""
    if found is None or (letter and (letter not in letters or found[1])):
        return None
    parts = [float(found[at]) for at in (2, 4, 6) if found[at] is not None]
    if any(part >= 60 for part in parts[1:]):
        return None
    decimals = [found[at + 1] for at in (2, 4, 6) if found[at] is not None][-1] or ""
    step_deg = float(10.0 ** -len(decimals) / 60.0 ** (len(parts) - 1))
    degrees = round(sum(part / 60**power for power, part in enumerate(parts)), 9)
    sign = parse_hemisphere(letter, letters) or ({"-": -1, "+": 1}.get(found[1]))
    return _Angle(degrees, step_deg, sign, len(parts) == 1)


def _with_commas(text: str) -> str:
    """Write degrees, minutes and seconds with commas, as XMP does; ExifTool and map programs write their signs."""
    if len(text) > _MAX_ANGLE_LENGTH or not _HAS_UNITS.search(text):
        return text
    return _LAST_COMMA.sub(r"\1", _SEPARATORS.sub(",", _SECONDS_SIGN.sub("", text)))


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
