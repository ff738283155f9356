"""Positions that stand in one value of parsed JSON: a text or an array under a key of coordinates.

Where neither the key nor a letter states the order of two numbers, latitude is read first, and the hint keeps the two
numbers as written, so that matching can try the other order.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from typing import Literal

from opsec.formats.json_stream import JsonValue, Numeral
from opsec.geo.notations.iso6709 import parse_iso6709
from opsec.model import Hint, Point, Reason
from opsec.readers.coordinate_values import Coordinate, coordinate_hints, parse_coordinate, parse_coordinate_pair
from opsec.readers.field_values import field_name, invalid_position
from opsec.readers.text.coordinates import find_coordinates

NAME = "export"
AxisOrder = Literal["", "lat", "lon"]
"""Which of two numbers comes first; empty where nothing states it."""
MAX_PAIR_LENGTH = 200
_POSITION_KEYS = frozenset(
    "coordinates coordinate coords coord latlng latlon latlong lnglat lonlat longlat geopoint gps gpsposition "
    "gpscoordinates geolocation geocoordinates".split()
)
"""Keys, without separators and in lower case, that always mean a position."""
_GENERIC_KEYS = frozenset("geo position location point centre center".split())
"""Keys of positions on Earth, on a screen and in a company: only numbers with enough decimals count."""
PAIR_KEYS = _POSITION_KEYS | _GENERIC_KEYS
_LONGITUDE_FIRST = frozenset({"lnglat", "lonlat", "longlat"})
_LATITUDE_FIRST = frozenset({"latlng", "latlon", "latlong"})
"""Any other key leaves the order open: programs write both."""
_MAX_LATITUDE = 90.0
_GEOMETRY = "geometry.coordinates"
_MIN_DECIMALS, _MIN_DECIMALS_GENERIC = 1, 3
_MAX_NESTED_ARRAYS = 4
_NUMBERS_ONLY = re.compile(r"[^0-9]*[0-9]+[^0-9]+[0-9][^A-Za-z]*")


def parse_json_coordinate(value: JsonValue) -> Coordinate | None:
    """Parse a latitude or longitude: a number, a text, or an array of degrees, minutes and seconds."""
    if isinstance(value, Numeral | str):
        return parse_coordinate(value if isinstance(value, str) else value.text)
    if isinstance(value, list) and len(value) == 3 and all(isinstance(part, Numeral) for part in value):
        degrees, minutes, seconds = (part.text for part in value if isinstance(part, Numeral))
        return parse_coordinate(f"{_whole(degrees)}° {_whole(minutes)}' {seconds}\"")
    return None


def _whole(number: str) -> str:
    return number.removesuffix(".0")


def json_text(value: JsonValue) -> str:
    """Text or digits of a value; empty for any other."""
    return value if isinstance(value, str) else value.text if isinstance(value, Numeral) else ""


def pair_positions(value: JsonValue, key: str, where: str) -> Iterator[Hint | Reason]:
    """Position in a text or an array of two or three numbers under a key of coordinates, latitude first.

    Parameters
    ----------
    value
        The member of the object; arrays may be nested.
    key
        Its key as written; its name decides the order of the numbers, and whether they need many decimals.
    where
        Path of keys to it, for the field of the hints.
    """
    plain = _plain_key(key)
    if plain not in PAIR_KEYS:
        return
    is_generic = plain in _GENERIC_KEYS
    order = "lon" if where.endswith(_GEOMETRY) else stated_order(key)  # a geometry that lacks its type
    if isinstance(value, str):
        yield from text_positions(value, where, is_generic=is_generic, order=order)
    elif isinstance(value, list):
        yield from _array_positions(value, where, is_generic=is_generic, order=order)


def stated_order(key: str) -> AxisOrder:
    """Order of two numbers that a key or a column states by its name.

    >>> stated_order("lat,lon"), stated_order("lng_lat"), stated_order("coordinates")
    ('lat', 'lon', '')
    """
    plain = _plain_key(key)
    return "lat" if plain in _LATITUDE_FIRST else "lon" if plain in _LONGITUDE_FIRST else ""


def _array_positions(
    value: list[JsonValue], where: str, *, is_generic: bool, order: AxisOrder, depth: int = 0
) -> Iterator[Hint | Reason]:
    if value and isinstance(value[0], list):
        for part in value if depth < _MAX_NESTED_ARRAYS else ():
            if isinstance(part, list):
                yield from _array_positions(part, where, is_generic=is_generic, order=order, depth=depth + 1)
    elif 2 <= len(value) <= 3 and (first := parse_json_coordinate(value[0])):
        second = parse_json_coordinate(value[1])
        if second and _is_precise(first, second, is_generic=is_generic):
            written = f"{json_text(value[0])}, {json_text(value[1])}"
            found = _ordered(first, second, where, written, order)
            yield from (one for one in found if isinstance(one, Hint) or not is_generic)


def _is_precise(first: Coordinate, second: Coordinate, *, is_generic: bool) -> bool:
    """Whether two numbers have the decimals of coordinates, or letters of hemispheres."""
    least = _MIN_DECIMALS_GENERIC if is_generic else _MIN_DECIMALS
    return bool(first.axis and second.axis) or max(first.decimals, second.decimals) >= least


def text_positions(
    text: str, where: str, *, is_generic: bool = False, order: AxisOrder = ""
) -> Iterator[Hint | Reason]:
    """Position in a text that should hold one: two numbers, or any notation of coordinates.

    Parameters
    ----------
    text
        Text to parse.
    where
        Path of keys to it, for the field of the hints.
    is_generic
        Whether the text may be anything else, so that numbers need enough decimals and get no remark.
    order
        Order of two numbers without letters, if something states it.
    """
    pair = parse_coordinate_pair(text) if len(text) <= MAX_PAIR_LENGTH else None
    if pair and _is_precise(*pair, is_generic=is_generic):
        yield from _ordered(*pair, where, text.strip(), order)
        return
    written = parse_iso6709(text)
    if written is not None and written.point is not None:
        yield _hint(written.point, written.accuracy_m, where)
        return
    matches = list(islice(find_coordinates(text[:MAX_PAIR_LENGTH]), 1))
    for match in matches:
        if match.point is not None:
            yield _hint(match.point, match.accuracy_m, where)
    if not matches and not is_generic and _NUMBERS_ONLY.fullmatch(text[:MAX_PAIR_LENGTH]):
        yield invalid_position(field_name(where))


def _hint(point: Point, accuracy_m: float | None, where: str) -> Hint:
    return Hint(
        kind="position", family="META", reader=NAME, field=field_name(where), point=point, accuracy_m=accuracy_m
    )


def _ordered(
    first: Coordinate, second: Coordinate, where: str, written: str, order: AxisOrder
) -> Iterator[Hint | Reason]:
    """Yield the position; with the two numbers as written where nothing states their order."""
    if first.axis or second.axis:
        order = "lat"  # the letters decide
    elif not order and first.magnitude > _MAX_LATITUDE >= second.magnitude:
        order = "lon"
    lat, lon = (second, first) if order == "lon" else (first, second)
    for found in coordinate_hints(lat, lon, reader=NAME, field=field_name(where)):
        yield replace(found, text=written) if not order and isinstance(found, Hint) else found


def _plain_key(key: str) -> str:
    """Key without separators, in lower case."""
    return re.sub(r"[\W_]", "", key).casefold()
