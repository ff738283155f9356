"""The GPS tags of an EXIF block made into a position (Exif 3.0, section 4.6.7)."""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from opsec.geo.positions import altitude, place, recorded_m
from opsec.i18n.safe_text import plain
from opsec.model import Hint
from opsec.model.records import Found
from opsec.readers.field_values import bad_place

AXES = ("GPS GPSLatitude", "GPS GPSLongitude")
POSITIONING_ERROR = "GPS Tag 0x001F"
"""GPSHPositioningError, by number: exifread has no name for it."""
_SIGNS = {"N": 1, "S": -1, "E": 1, "W": -1}
_WGS_84 = re.compile(r"(?i)\s*$|wgs|world geodetic|itrf|etrs|nad.?83|gcj|cgcs")
"""Datums that differ from WGS 84 by less than a receiver's error."""
OTHER_DATUM_M = 500.0
"""How far a place may lie off when its datum is another one, such as Tokyo."""
FARTHEST_M = 50_000_000.0


@dataclass(frozen=True, slots=True)
class _Angle:
    """Latitude or longitude as the tags tell it."""

    degrees: float
    step_deg: float
    notes: tuple[str, ...]


def gps_told(tags: Mapping[str, Any], written: Mapping[str, list[int]], *, reader: str, field: str) -> Iterator[Found]:
    """The position of the picture; a remark when its GPS tags hold numbers that are no place.

    ``written`` holds, for latitude and longitude, the denominators as the camera wrote them.
    A directory without latitude and longitude says nothing, so nothing is said of it.
    """
    values = [_numbers(tags, name) for name in AXES]
    if not all(values):
        yield from [bad_place(field)] if any(values) else []
        return
    lat, lon = (_angle(numbers, written.get(name, [])) for numbers, name in zip(values, AXES, strict=True))
    if lat is None or lon is None:
        yield bad_place(field)
        return
    lat_sign, lon_sign = _sign(tags, "Latitude", "NS"), _sign(tags, "Longitude", "EW")
    point = place(_signed(lat.degrees, lat_sign), _signed(lon.degrees, lon_sign))
    if point is None:
        yield bad_place(field)
        return
    notes = [*lat.notes, *lon.notes]
    if lat_sign is None or lon_sign is None:
        notes.append("no hemisphere is recorded: taken as north and east")
    accuracy_m = recorded_m(point.lat, max(lat.step_deg, lon.step_deg))
    datum = text_of(tags, "GPS GPSMapDatum")
    if not _WGS_84.match(datum):
        notes.append(f"its datum is {plain(datum, limit=40)}")
        accuracy_m = max(accuracy_m, OTHER_DATUM_M)
    yield Hint(
        kind="position", family="META", reader=reader, field=field, point=point,
        accuracy_m=max(accuracy_m, _within(tags, POSITIONING_ERROR, FARTHEST_M) or 0.0),
        altitude_m=_altitude(tags), heading_deg=_within(tags, "GPS GPSImgDirection", 360.0),
        note="; ".join(dict.fromkeys(notes)) or None,
    )  # fmt: skip


def _angle(numbers: list[Any], denominators: list[int]) -> _Angle | None:
    """Degrees, minutes and seconds as one number; none when even the degrees are no number.

    Writers that put all into the degrees, or minutes with decimals, are as right as the others.
    """
    known = [_number(value) for value in numbers[:3]]
    if known[0] is None:
        return None
    notes = []
    if None in known:
        notes.append("its minutes or seconds are no numbers and were left out")
    parts = [value if value is not None else 0.0 for value in known]
    if any(part > 60 or part < 0 for part in parts[1:]):
        notes.append("its minutes or seconds are not within 0 to 60")
    degrees = sum(part / 60**power for power, part in enumerate(parts))
    return _Angle(round(degrees, 9), _step_deg(known, denominators), tuple(notes))


def _step_deg(known: list[float | None], denominators: list[int]) -> float:
    """The smallest step that the fractions allow; of whole numbers, one of the last part."""
    if not denominators:
        return 0.0  # floating point, or digits in a text: finer than any receiver
    there = [(power, fraction) for power, fraction in enumerate(denominators[:3]) if known[power] is not None]
    steps = [1 / fraction / 60.0**power for power, fraction in there if fraction > 1]
    return min(steps, default=1 / 60.0 ** there[-1][0])


def _number(value: Any) -> float | None:
    """A fraction, number or digits as a number; none for zero denominators and what else is no number."""
    if isinstance(value, tuple) and len(value) == 1:  # how exifread gives floating point
        value = value[0]
    try:
        number = float(value)
    except (TypeError, ValueError, ArithmeticError):
        return None
    return number if math.isfinite(number) else None


def _numbers(tags: Mapping[str, Any], name: str) -> list[Any]:
    """Values of a tag; digits in a text are one value."""
    values = getattr(tags.get(name), "values", [])
    if isinstance(values, str | bytes):
        words = text_of(tags, name)
        return [words] if re.fullmatch(r"[+-]?[0-9]{1,3}(\.[0-9]{1,15})?", words) else []
    return list(values)


def text_of(tags: Mapping[str, Any], name: str) -> str:
    """The text of a tag, empty when it is missing or no text."""
    values = getattr(tags.get(name), "values", "")
    text = values.decode("utf-8", "replace") if isinstance(values, bytes) else values
    return text.strip(" \0") if isinstance(text, str) else ""


def _sign(tags: Mapping[str, Any], axis: str, letters: str) -> int | None:
    letter = text_of(tags, f"GPS GPS{axis}Ref")[:1].upper()
    return _SIGNS[letter] if letter and letter in letters else None


def _signed(degrees: float, sign: int | None) -> float:
    """A number that is negative already needs no letter to be south or west."""
    return degrees if degrees < 0 else degrees * (sign or 1)


def _within(tags: Mapping[str, Any], name: str, most: float) -> float | None:
    """One number of a tag, none when it is missing or out of range."""
    number = next(map(_number, _numbers(tags, name)), None)
    return round(number, 3) if number is not None and 0 <= number <= most else None


def _altitude(tags: Mapping[str, Any]) -> float | None:
    height_m = next(map(_number, _numbers(tags, "GPS GPSAltitude")), None)
    if height_m is None:
        return None
    below = next(map(_number, _numbers(tags, "GPS GPSAltitudeRef")), None) in (1, 3)
    return altitude(round(-height_m if below else height_m, 3))
