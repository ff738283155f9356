"""Convert the GPS tags of an EXIF block to a position (Exif 3.0, section 4.6.7)."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from opsec.geo.positions import receiver_accuracy_m, valid_altitude_m
from opsec.i18n.safe_text import escape_unsafe
from opsec.model import Hint
from opsec.model.notes import Note, make_note
from opsec.model.records import ReaderOutput
from opsec.readers.field_values import invalid_position
from opsec.readers.metadata.hemisphere import LATITUDE_LETTERS, LONGITUDE_LETTERS, parse_hemisphere, possible_points

AXES = ("GPS GPSLatitude", "GPS GPSLongitude")
POSITIONING_ERROR = "GPS Tag 0x001F"
"""GPSHPositioningError, by tag number, because exifread has no name for it."""
_WGS_84 = re.compile(r"(?i)\s*$|wgs|world geodetic|itrf|etrs|nad.?83|gcj|cgcs")
"""Datums that differ from WGS 84 by less than the error of a receiver."""
OTHER_DATUM_ERROR_M = 500.0
"""Position error in metres assumed for another datum, such as Tokyo."""
MAX_ACCURACY_M = 50_000_000.0


@dataclass(frozen=True, slots=True)
class _Angle:
    """Latitude or longitude, with its precision."""

    degrees: float
    step_deg: float
    notes: tuple[Note, ...]


def gps_hints(
    tags: Mapping[str, Any], written: Mapping[str, list[int]], *, reader: str, field: str
) -> Iterator[ReaderOutput]:
    """Yield the position of the image, or a remark when its GPS tags are not a valid position.

    Where a hemisphere is missing or unreadable, every position that the numbers may mean is yielded, with a note.

    ``written`` maps latitude and longitude to the stored denominators. A directory without latitude and longitude
    yields nothing.
    """
    values = [_numbers(tags, name) for name in AXES]
    if not all(values):
        yield from [invalid_position(field)] if any(values) else []
        return
    lat, lon = (_parse_angle(numbers, written.get(name, [])) for numbers, name in zip(values, AXES, strict=True))
    if lat is None or lon is None:
        yield invalid_position(field)
        return
    lat_sign, lon_sign = _sign(tags, "Latitude", lat), _sign(tags, "Longitude", lon)
    points = possible_points(abs(lat.degrees), lat_sign, abs(lon.degrees), lon_sign)
    if not points:
        yield invalid_position(field)
        return
    notes = [*lat.notes, *lon.notes]
    if len(points) > 1:
        notes.append(make_note("hemisphere_unclear", count=len(points)))
    accuracy_m = receiver_accuracy_m(points[0].lat, max(lat.step_deg, lon.step_deg))
    datum = tag_text(tags, "GPS GPSMapDatum")
    if not _WGS_84.match(datum):
        notes.append(make_note("other_datum", datum=escape_unsafe(datum, limit=40)))
        accuracy_m = max(accuracy_m, OTHER_DATUM_ERROR_M)
    yield from (
        Hint(
            kind="position", family="META", reader=reader, field=field, point=point,
            accuracy_m=max(accuracy_m, _bounded_number(tags, POSITIONING_ERROR, MAX_ACCURACY_M) or 0.0),
            altitude_m=_altitude(tags), heading_deg=_bounded_number(tags, "GPS GPSImgDirection", 360.0),
            notes=tuple(dict.fromkeys(notes)),
        )
        for point in points
    )  # fmt: skip


def _parse_angle(numbers: list[Any], denominators: list[int]) -> _Angle | None:
    """Combine degrees, minutes and seconds; None when the degrees are not a number.

    Writers that put everything into the degrees, or use decimal minutes, are accepted too.
    """
    known = [_number(value) for value in numbers[:3]]
    if known[0] is None:
        return None
    notes = []
    if None in known:
        notes.append(make_note("angle_parts_ignored"))
    parts = [value if value is not None else 0.0 for value in known]
    if any(part > 60 or part < 0 for part in parts[1:]):
        notes.append(make_note("angle_parts_out_of_range"))
    degrees = sum(part / 60**power for power, part in enumerate(parts))
    return _Angle(round(degrees, 9), _step_deg(known, denominators), tuple(notes))


def _step_deg(known: list[float | None], denominators: list[int]) -> float:
    """Smallest step in degrees that the fractions can express; for whole numbers, one unit of the last part."""
    if not denominators:
        return 0.0  # floating point, or digits in a text: finer than any receiver
    there = [(power, fraction) for power, fraction in enumerate(denominators[:3]) if known[power] is not None]
    steps = [1 / fraction / 60.0**power for power, fraction in there if fraction > 1]
    return min(steps, default=1 / 60.0 ** there[-1][0])


def _number(value: Any) -> float | None:
    """Convert a fraction, number or numeric text; None for a zero denominator or anything else."""
    if isinstance(value, tuple) and len(value) == 1:  # how exifread gives floating point
        value = value[0]
    try:
        number = float(value)
    except (TypeError, ValueError, ArithmeticError):
        return None
    return number if math.isfinite(number) else None


def _numbers(tags: Mapping[str, Any], name: str) -> list[Any]:
    """Values of a tag; numeric text counts as one value."""
    values = getattr(tags.get(name), "values", [])
    if isinstance(values, str | bytes):
        words = tag_text(tags, name)
        return [words] if re.fullmatch(r"[+-]?[0-9]{1,3}(\.[0-9]{1,15})?", words) else []
    return list(values)


def tag_text(tags: Mapping[str, Any], name: str) -> str:
    """Text of a tag; empty when the tag is missing or not text."""
    values = getattr(tags.get(name), "values", "")
    text = values.decode("utf-8", "replace") if isinstance(values, bytes) else values
    return text.strip(" \0") if isinstance(text, str) else ""


def _sign(tags: Mapping[str, Any], axis: str, angle: _Angle) -> int | None:
    """Sign of the hemisphere; a number that is negative already keeps its sign."""
    if angle.degrees < 0:
        return -1
    letters = LATITUDE_LETTERS if axis == "Latitude" else LONGITUDE_LETTERS
    return parse_hemisphere(getattr(tags.get(f"GPS GPS{axis}Ref"), "values", ""), letters)


def _bounded_number(tags: Mapping[str, Any], name: str, most: float) -> float | None:
    """One number of a tag; None when it is missing or out of range."""
    number = next(map(_number, _numbers(tags, name)), None)
    return round(number, 3) if number is not None and 0 <= number <= most else None


def _altitude(tags: Mapping[str, Any]) -> float | None:
    height_m = next(map(_number, _numbers(tags, "GPS GPSAltitude")), None)
    if height_m is None:
        return None
    below = next(map(_number, _numbers(tags, "GPS GPSAltitudeRef")), None) in (1, 3)
    return valid_altitude_m(round(-height_m if below else height_m, 3))
