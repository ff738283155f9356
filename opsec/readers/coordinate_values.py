"""Parse latitudes and longitudes that stand in fields of their own, with or without a hemisphere beside them.

The name of the field says that a value is a coordinate, so any notation counts: ``34.02``, ``34,02``, ``34.02 S``,
``N34.02``, ``34°01'12"N``, ExifTool's ``34 deg 1' 12.00" N``. Where a letter contradicts a minus sign, or a field for
the hemisphere holds no letter of its axis, both halves of the world are possible positions.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from opsec.geo.notations.angles import DEGREE, HEMISPHERE
from opsec.geo.notations.angles import parse_hemisphere as parse_hemisphere_word
from opsec.geo.notations.base import normalise_coordinate_text
from opsec.geo.positions import precision_radius_m
from opsec.model import Hint, Reason
from opsec.model.notes import make_note
from opsec.readers.field_values import invalid_position
from opsec.readers.metadata.hemisphere import LATITUDE_LETTERS, LONGITUDE_LETTERS, parse_hemisphere, possible_points

MAX_VALUE_LENGTH = 100
"""Limit in code points of a text that is read as one or two coordinates."""
MAX_DECIMALS = 7
"""Limit of meaningful decimal places: a centimetre on the ground."""
_SIMPLE = re.compile(r"\s*([+-]?)([0-9]{1,20})(?:\.([0-9]{0,30}))?\s*", re.ASCII)
_ANGLE = re.compile(
    rf"\s*(?:(?P<before>{HEMISPHERE})[ .:=]{{0,2}})?(?P<sign>[+-])? ?(?P<degrees>[0-9]{{1,3}})"
    rf"(?:[.,](?P<decimals>[0-9]{{1,30}}))? {{0,2}}(?:(?P<mark>{DEGREE}|[:,](?= ?[0-9])|(?<=[0-9]) (?=[0-9])) ?)?"
    r"(?:(?P<minutes>[0-9]{1,2})(?:[.,](?P<minute_part>[0-9]{1,12}))? {0,2}"
    r"(?:(?:'(?!')|min(?:utes?)?|[:,](?= ?[0-9])) ?)?"
    r"(?:(?P<seconds>[0-9]{1,2})(?:[.,](?P<second_part>[0-9]{1,12}))? {0,2}(?:\"|''|sec(?:onds?)?)?)?)?"
    rf"[ ,]{{0,2}}(?P<after>{HEMISPHERE})?\.?\s*"
)
_E_NUMBER = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?[eE][+-]?[0-9]{1,2}", re.ASCII)
_PARTS = re.compile(r"\s*[;|/]\s*|,\s+|\s+,\s*")
_BRACKETS = "()[]{} \t\r\n"


@dataclass(frozen=True, slots=True)
class Coordinate:
    """A latitude or longitude."""

    magnitude: float
    """Degrees without a sign."""
    sign: int | None
    """None when it is contradictory."""
    step_deg: float
    """Resolution of the digits written."""
    decimals: int
    axis: str
    """``lat`` or ``lon`` where a letter says so, else empty."""
    is_negative: bool = False
    """Whether a minus sign is written."""

    @property
    def degrees(self) -> float:
        """Signed degrees; north or east where the sign is contradictory."""
        return self.magnitude * (self.sign or 1)


@lru_cache(maxsize=4096)
def parse_coordinate(written: str) -> Coordinate | None:
    """Parse one coordinate in degrees, with an optional hemisphere; None for anything else.

    >>> [(value.magnitude, value.sign) for value in map(parse_coordinate, ("34,02", "34.02 S", "34 deg 1' 12.00\\" N"))]
    [(34.02, 1), (34.02, -1), (34.02, 1)]
    """
    if len(written) > MAX_VALUE_LENGTH:
        return None
    simple = _SIMPLE.fullmatch(written)
    if simple:
        fraction = simple[3] or ""
        return _decimal(simple[1], f"{simple[2]}.{fraction}", fraction)
    if _E_NUMBER.fullmatch(written.strip()):
        number = float(written)
        return Coordinate(abs(number), -1 if number < 0 else 1, 10.0**-MAX_DECIMALS, MAX_DECIMALS, "", number < 0)
    found = _ANGLE.fullmatch(normalise_coordinate_text(written).normalised)
    return _to_coordinate(found) if found else None


def _to_coordinate(found: re.Match[str]) -> Coordinate | None:
    letters = found["before"] or found["after"]
    if found["before"] and found["after"]:
        return None
    axis, side = parse_hemisphere_word(letters) if letters else ("", 0)
    if found["minutes"] is None:
        fraction = found["decimals"] or ""
        value: Coordinate | None = _decimal(found["sign"] or "", f"{found['degrees']}.{fraction}", fraction)
    else:
        value = _sexagesimal(found)
    if value is None or not letters:
        return value
    sign = None if value.is_negative and side > 0 else side
    return Coordinate(value.magnitude, sign, value.step_deg, value.decimals, axis, value.is_negative)


def _decimal(sign: str, number: str, fraction: str) -> Coordinate:
    decimals = min(len(fraction), MAX_DECIMALS)
    return Coordinate(float(number), -1 if sign == "-" else 1, 10.0**-decimals, decimals, "", sign == "-")


def _sexagesimal(found: re.Match[str]) -> Coordinate | None:
    minutes = float(f"{found['minutes']}.{found['minute_part'] or 0}")
    seconds = float(f"{found['seconds'] or 0}.{found['second_part'] or 0}")
    if found["decimals"] or found["mark"] is None or minutes >= 60 or seconds >= 60:
        return None
    if found["minute_part"] and found["seconds"]:
        return None
    fraction = found["second_part"] if found["seconds"] else found["minute_part"]
    step_deg = 10.0 ** -len(fraction or "") / (3600 if found["seconds"] else 60)
    degrees = round(int(found["degrees"]) + minutes / 60 + seconds / 3600, 9)
    return Coordinate(degrees, -1 if found["sign"] == "-" else 1, step_deg, MAX_DECIMALS, "", found["sign"] == "-")


def parse_coordinate_pair(written: str) -> tuple[Coordinate, Coordinate] | None:
    """Parse latitude and longitude in one text, in the order of their letters or latitude first.

    None for anything else.

    A third number, the altitude, is left out.

    >>> [value.magnitude for value in parse_coordinate_pair("[34.02,43.27]")]
    [34.02, 43.27]
    """
    text = normalise_coordinate_text(written[: MAX_VALUE_LENGTH + 1]).normalised.strip(_BRACKETS)
    if not text or len(text) > MAX_VALUE_LENGTH:
        return None
    splits = (_PARTS.split(text), text.split(","), text.split(), _half(text))
    for parts in splits:
        if 2 <= len(parts) <= 3:
            values = [parse_coordinate(part) for part in parts]
            pair = _ordered(values[0], values[1]) if all(values) else None
            if pair and (len(parts) == 2 or not any(value.axis for value in values if value) or values[2]):
                return pair
    return None


def _half(text: str) -> list[str]:
    """Split behind the first hemisphere letter, or before the second: ``34.02N 43.27E``, ``N34 1 12 E43 16 12``."""
    found = re.fullmatch(rf"(.*[0-9'\"° ](?:{HEMISPHERE}))[ ,]*([0-9].*)", text) or re.fullmatch(
        rf"((?:{HEMISPHERE}).*[0-9'\"°])[ ,]*((?:{HEMISPHERE}) ?[0-9].*)", text
    )
    return [found[1], found[2]] if found else []


def _ordered(first: Coordinate | None, second: Coordinate | None) -> tuple[Coordinate, Coordinate] | None:
    if first is None or second is None or (first.axis and first.axis == second.axis):
        return None
    return (second, first) if first.axis == "lon" or second.axis == "lat" else (first, second)


def coordinate_hints(
    lat: Coordinate, lon: Coordinate, refs: tuple[str, str] = ("", ""), *, reader: str, field: str
) -> Iterator[Hint | Reason]:
    """Yield the position of two coordinates; every possible one, with a note, where the hemisphere is unclear.

    Parameters
    ----------
    lat, lon
        The two values.
    refs
        Texts of the fields that hold the hemispheres of latitude and longitude; empty where there is none.
    reader, field
        As in ``Hint``.
    """
    if lat.axis == "lon" or lon.axis == "lat":
        yield invalid_position(field)
        return
    lat_sign, lon_sign = _sign(lat, refs[0], LATITUDE_LETTERS), _sign(lon, refs[1], LONGITUDE_LETTERS)
    points = possible_points(lat.magnitude, lat_sign, lon.magnitude, lon_sign)
    if not points:
        yield invalid_position(field)
        return
    notes = (make_note("hemisphere_unclear", count=len(points)),) if len(points) > 1 else ()
    accuracy_m = precision_radius_m(points[0].lat, max(lat.step_deg, lon.step_deg))
    for point in points:
        yield Hint(
            kind="position", family="META", reader=reader, field=field, point=point, accuracy_m=accuracy_m, notes=notes
        )


def _sign(value: Coordinate, ref: str, letters: str) -> int | None:
    """Sign of a value with the hemisphere beside it; None where they contradict each other."""
    if not ref.strip():
        return value.sign
    beside = _beside(ref, letters)
    if value.axis:
        return value.sign if value.sign == beside else None
    return beside if not (value.is_negative and beside == 1) else None


def _beside(ref: str, letters: str) -> int | None:
    sign = parse_hemisphere(ref, letters)
    word = normalise_coordinate_text(ref[:20]).normalised.strip(" .\n")
    if sign is None and re.fullmatch(HEMISPHERE, word):
        axis, side = parse_hemisphere_word(word)
        return side if axis == ("lat" if letters == LATITUDE_LETTERS else "lon") else None
    return sign


# ── names of fields ───────────────────────────────────────────────────────────────────────────
_REF_ENDINGS = ("ref", "reference", "hemisphere", "hemi", "direction", "dir", "letter", "sign", "ns", "ew")
_LONE_REFS = {
    "lat": ("ns", "northsouth", "nors", "latref", "latituderef", "شمالجنوب"),
    "lon": ("ew", "eastwest", "eorw", "lonref", "lngref", "longref", "longituderef", "شرقغرب"),
}
_LONE_LETTERS = {"ns": LATITUDE_LETTERS, "ew": LONGITUDE_LETTERS}
_AXIS_WORDS = {"lat": ("lat", "latitude"), "lon": ("lon", "lng", "long", "longitude")}
_REF_NAME_ENDS = tuple(f"{word}{ending}" for words in _AXIS_WORDS.values() for word in words for ending in _REF_ENDINGS)


def plain_name(name: str) -> str:
    """Name of a field in lower case, without separators."""
    return "".join(char for char in name.casefold() if char.isalnum())


def find_refs(lat_key: str, lon_key: str, keys: Collection[str]) -> tuple[str | None, str | None]:
    """Keys of the hemispheres that belong to a pair of keys.

    >>> find_refs("EXIF:GPSLatitude", "EXIF:GPSLongitude", ["EXIF:GPSLatitudeRef", "EXIF:GPSLongitudeRef"])
    ('EXIF:GPSLatitudeRef', 'EXIF:GPSLongitudeRef')
    >>> find_refs("lat", "lon", ["lat", "lon", "N/S", "E/W"])
    ('N/S', 'E/W')
    """
    by_plain = {plain_name(key): key for key in reversed(list(keys))}
    return _find_ref(lat_key, "lat", by_plain), _find_ref(lon_key, "lon", by_plain)


def _find_ref(key: str, axis: str, by_plain: dict[str, str]) -> str | None:
    plain = plain_name(key)
    return next((by_plain[name] for name in _ref_names(plain, axis) if name in by_plain), None)


@lru_cache(maxsize=1024)
def is_ref_name(name: str) -> bool:
    """Whether a field may hold the hemisphere of a latitude or longitude.

    >>> is_ref_name("GPSLatitudeRef"), is_ref_name("N/S"), is_ref_name("name")
    (True, True, False)
    """
    plain = plain_name(name)
    return plain.endswith(_REF_NAME_ENDS) or any(plain in lone for lone in _LONE_REFS.values())


def ref_text(key: str | None, written: str) -> str:
    """Text of the hemisphere under a key of ``find_refs``.

    Empty under a key such as ``ns`` that holds something else."""
    if key is None:
        return ""
    lone = next((letters for name, letters in _LONE_LETTERS.items() if plain_name(key) == name), None)
    return "" if lone and _beside(written, lone) is None else written


def _ref_names(plain: str, axis: str) -> Iterable[str]:
    for ending in _REF_ENDINGS:
        yield f"{plain}{ending}"
    stem = next((plain.removesuffix(word) for word in reversed(_AXIS_WORDS[axis]) if plain.endswith(word)), None)
    if stem is not None:
        for word in _AXIS_WORDS[axis]:
            for ending in _REF_ENDINGS:
                yield f"{stem}{word}{ending}"
        yield f"{stem}{_LONE_REFS[axis][0]}"
    yield from _LONE_REFS[axis]
