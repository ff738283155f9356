"""Find positions and place names in parsed JSON, by the names of their keys.

Pairs of numbers under the usual names, ten millionths of a degree as Google writes them (``latitudeE7``), geometries of
GeoJSON (RFC 7946: longitude first), and texts under a key of coordinates (``"latLng": "33.1°, 44.2°"``).
"""

import re
from collections.abc import Iterator
from itertools import islice

from opsec.formats.json_stream import JsonValue, Numeral
from opsec.model import Hint, Reason
from opsec.readers.field_values import MAX_NAME_LENGTH, field_name
from opsec.readers.posts.post_fields import position_hint
from opsec.readers.text.coordinates import find_coordinates

NAME = "export"
MAX_VALUES = 50_000
"""Limit of values examined in one post."""
MAX_POSITIONS = 40
"""Limit of positions in one post."""
_MAX_PAIR_LENGTH = 200

_DECIMAL = re.compile(r"[+-]?[0-9]{1,3}\.[0-9]{1,20}", re.ASCII)
"""A coordinate written as text; a whole number in text is usually something else."""
_WHOLE = re.compile(r"-?[0-9]{5,10}", re.ASCII)
_DEGREES = re.compile(r"([+-]?[0-9]{1,3}\.[0-9]{1,20}) *°?", re.ASCII)

LATITUDES, LONGITUDES = ("latitude", "lat"), ("longitude", "lng", "lon", "long")
_LATITUDE_KEY = re.compile(r"(.*?)(latitude|lat)(e7)?", re.IGNORECASE | re.DOTALL)
PAIR_KEYS = frozenset(
    "coordinates coordinate coords coord latlng latlon latlong geo geopoint gps gpsposition position location point "
    "geolocation geocoordinates centre center".split()
)
"""Keys, without separators and in lower case, under which a text or an array may be a position."""
_LONGITUDE_FIRST = frozenset({"lnglat", "lonlat", "longlat"})
_GEOMETRIES = frozenset({"Point", "MultiPoint", "LineString"})
"""Geometries that consist of places where somebody was; a polygon is the outline of a region."""
_NAMES = (
    "name", "poi_name", "short_name", "fatherPoiName", "address", "streetAddress", "city", "addressLocality",
    "province", "addressRegion", "addressCountry", "country",
)  # fmt: skip
"""Keys of an object about a place that hold its name, the most specific first."""


def find_positions(value: JsonValue, path: str) -> Iterator[Hint | Reason]:
    """Yield every position that the objects of a value state by their keys, with the path of keys to it."""
    waiting: list[tuple[str, JsonValue]] = [(path, value)]
    looked_at = given = 0
    while waiting and looked_at < MAX_VALUES and given < MAX_POSITIONS:
        where, one = waiting.pop()
        looked_at += 1
        if isinstance(one, list):
            waiting += reversed([(f"{where}[{index}]", part) for index, part in enumerate(one)])
        elif isinstance(one, dict):
            waiting += reversed([(_join(where, key), part) for key, part in one.items()])
            for found in islice(object_positions(one, where), MAX_POSITIONS - given):
                given += 1
                yield found


def object_positions(one: dict[str, JsonValue], where: str) -> Iterator[Hint | Reason]:
    """Positions that an object states by its own members."""
    lat, lon = map(parse_numeral, coordinate_pair(one))
    if lat and lon:
        yield position_hint(lat, lon, reader=NAME, field=field_name(where))
    else:
        yield from _named_pairs(one, where)
    is_geojson = isinstance(one.get("type"), str) and isinstance(one.get("coordinates"), list)
    if is_geojson:
        yield from _geojson_positions(one, where)
    for key, value in one.items():
        if isinstance(value, str | list) and not (is_geojson and key == "coordinates"):
            yield from pair_positions(value, key, _join(where, key))


def coordinate_pair(one: dict[str, JsonValue]) -> tuple[JsonValue, JsonValue]:
    """Values of an object under the names of latitude and longitude."""
    lat = next((one[key] for key in LATITUDES if key in one), None)
    lon = next((one[key] for key in LONGITUDES if key in one), None)
    return lat, lon


def _named_pairs(one: dict[str, JsonValue], where: str) -> Iterator[Hint | Reason]:
    """Pairs under longer names: ``Latitude``, ``gpsLatitude``, ``start_lat``, ``latitudeE7``."""
    twins = latitude_twins(list(one))
    for lat_key, lon_key in twins:
        lat, lon = one[lat_key], one[lon_key]
        if lat_key.casefold().endswith("e7"):
            lat, lon = _from_e7(lat), _from_e7(lon)
        numerals = parse_numeral(lat), parse_numeral(lon)
        if numerals[0] and numerals[1]:
            yield position_hint(numerals[0], numerals[1], reader=NAME, field=field_name(_join(where, lat_key)))


def latitude_twins(keys: list[str]) -> list[tuple[str, str]]:
    """Pairs of keys that name a latitude and the longitude that belongs to it.

    >>> latitude_twins(["start_lat", "gpsLongitude", "start_lng", "gpsLatitude", "latitudeE7", "longitudeE7", "flat"])
    [('start_lat', 'start_lng'), ('gpsLatitude', 'gpsLongitude'), ('latitudeE7', 'longitudeE7')]
    """
    folded = {key.casefold(): key for key in reversed(keys)}
    pairs: list[tuple[str, str]] = []
    for key in keys:
        found = _LATITUDE_KEY.fullmatch(key)
        if found is None or not _begins_a_word(found[1], found[2]):
            continue
        names = (f"{found[1]}{lon}{found[3] or ''}".casefold() for lon in LONGITUDES)
        twin = next((folded[name] for name in names if name in folded), None)
        pairs += [(key, twin)] if twin else []
    return pairs


def _begins_a_word(before: str, name: str) -> bool:
    """Whether a key is about a latitude: ``start_lat`` and ``gpsLat`` are, ``flat`` is not."""
    return not before or not before[-1].isalpha() or name[0].isupper() or len(name) > len("lat")


def pair_positions(value: JsonValue, key: str, where: str) -> Iterator[Hint | Reason]:
    """Position in a text or an array of two or three numbers under a key of coordinates, latitude first."""
    plain = re.sub(r"[\W_]", "", key).casefold()
    if plain not in PAIR_KEYS | _LONGITUDE_FIRST:
        return
    if isinstance(value, str):
        yield from text_positions(value, where)
    elif isinstance(value, list) and 2 <= len(value) <= 3:
        first, second = map(parse_numeral, value[:2])
        yield from _ordered(first, second, where, longitude_first=plain in _LONGITUDE_FIRST)


def text_positions(text: str, where: str) -> Iterator[Hint | Reason]:
    """Position in a text that should hold one: two decimal numbers, or any notation of coordinates."""
    parts = [_DEGREES.fullmatch(part.strip()) for part in text[:_MAX_PAIR_LENGTH].split(",")]
    if len(parts) == 2 and parts[0] and parts[1]:
        yield position_hint(Numeral(parts[0][1]), Numeral(parts[1][1]), reader=NAME, field=field_name(where))
        return
    for match in islice(find_coordinates(text[:_MAX_PAIR_LENGTH]), 1):
        if match.point is not None:
            yield Hint(
                kind="position", family="META", reader=NAME, field=field_name(where), point=match.point,
                accuracy_m=match.accuracy_m,
            )  # fmt: skip


def _geojson_positions(one: dict[str, JsonValue], where: str) -> Iterator[Hint | Reason]:
    """Positions of a GeoJSON geometry.

    Twitter's old ``geo`` has the same form with the latitude first, so under that key both orders are read.
    """
    places = one.get("coordinates")
    if one.get("type") not in _GEOMETRIES or not isinstance(places, list):
        return
    orders = (True, False) if where.rpartition(".")[2] == "geo" else (True,)
    for place in [places] if one["type"] == "Point" else places[:MAX_POSITIONS]:
        if isinstance(place, list) and len(place) >= 2:
            first, second = map(parse_numeral, place[:2])
            for longitude_first in orders:
                found = list(_ordered(first, second, _join(where, "coordinates"), longitude_first=longitude_first))
                yield from (one for one in found if isinstance(one, Hint) or len(orders) == 1)


def _ordered(
    first: Numeral | None, second: Numeral | None, where: str, *, longitude_first: bool
) -> Iterator[Hint | Reason]:
    if first and second:
        lat, lon = (second, first) if longitude_first else (first, second)
        yield position_hint(lat, lon, reader=NAME, field=field_name(where))


def _from_e7(value: JsonValue) -> JsonValue:
    """Degrees from ten millionths of a degree."""
    text = value.text if isinstance(value, Numeral) else value if isinstance(value, str) else ""
    return Numeral(f"{int(text) / 1e7:.7f}") if _WHOLE.fullmatch(text) else None


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


def parse_numeral(value: JsonValue) -> Numeral | None:
    """Parse a number, also one written as text."""
    if isinstance(value, str):
        words = value.strip()
        return Numeral(words) if _DECIMAL.fullmatch(words) else None
    return value if isinstance(value, Numeral) else None


def place_tag_hint(words: str, where: str) -> Hint:
    """Hint with the name of a place tagged on a post."""
    return Hint(kind="place", family="TEXT", reader=NAME, field=field_name(where), text=words[:MAX_NAME_LENGTH])


def place_names(place: JsonValue, where: str) -> Iterator[Hint]:
    """Names in a value about a place: a text, or an object with a name and an address."""
    if isinstance(place, str):
        if place.strip():
            yield place_tag_hint(place.strip(), where)
    elif isinstance(place, dict):
        for key in _NAMES:
            yield from place_names(place.get(key), f"{where}.{key}")
