"""Find positions and place names in parsed JSON, by the names of their keys.

Pairs of numbers or texts under the usual names with the hemispheres beside them, ten millionths of a degree as Google
writes them (``latitudeE7``), geometries of GeoJSON (RFC 7946: longitude first), and texts or arrays under a key of
coordinates (``"latLng": "33.1°, 44.2°"``).
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from opsec.formats.json_stream import JsonValue, Numeral
from opsec.i18n.reasons import make_reason
from opsec.model import Hint, Reason
from opsec.model.notes import make_note
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.coordinate_values import (
    coordinate_hints,
    find_refs,
    ref_text,
)
from opsec.readers.field_values import MAX_NAME_LENGTH, field_name, invalid_position
from opsec.readers.posts.exports.json_coordinate_keys import LATITUDES, latitude_twins
from opsec.readers.posts.exports.json_pairs import (
    MAX_PAIR_LENGTH,
    NAME,
    json_text,
    pair_positions,
    parse_json_coordinate,
)
from opsec.readers.telemetry.track_builder import TrackBuilder

MAX_VALUES = 50_000
"""Limit of objects and arrays examined in one post."""
MAX_POSITIONS = 1_000
"""Limit of positions in one post."""
TOO_MANY = "too_many"
"""Code of the reason that is yielded where a limit left something out; it is a gap, not a remark."""
_WHOLE = re.compile(r"-?[0-9]{5,10}", re.ASCII)
_LINES = ("LineString", "MultiLineString")
_NESTING = {
    "Point": 0, "MultiPoint": 1, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3,
}  # fmt: skip
"""Arrays around the positions of a geometry."""
_TWITTER_KEYS = ("coordinates", "id_str")
"""Keys beside Twitter's old ``geo``, a GeoJSON point with the latitude first."""
_NAMES = (
    "name", "poi_name", "short_name", "fatherPoiName", "address", "streetAddress", "city", "addressLocality",
    "province", "addressRegion", "addressCountry", "country",
)  # fmt: skip
"""Keys of an object about a place that hold its name, the most specific first."""


def find_positions(value: JsonValue, path: str) -> Iterator[Hint | Reason]:
    """Yield every position that the objects of a value state by their keys, with the path of keys to it.

    A reason with the code ``TOO_MANY`` comes last where a limit left out the rest.
    """
    waiting: list[tuple[str, JsonValue]] = [(path, value)]
    looked_at = given = 0
    while waiting:
        if looked_at == MAX_VALUES:
            yield make_reason(TOO_MANY, limit=MAX_VALUES, part="values")
            return
        where, one = waiting.pop()
        looked_at += 1
        if isinstance(one, list):
            waiting += reversed(
                [(f"{where}[{index}]", part) for index, part in enumerate(one) if isinstance(part, dict | list)]
            )
        elif isinstance(one, dict):
            one = with_geojson_order(one)
            waiting += reversed(
                [(_join(where, key), part) for key, part in one.items() if isinstance(part, dict | list)]
            )
            for found in object_positions(one, where):
                if given == MAX_POSITIONS:
                    yield make_reason(TOO_MANY, limit=MAX_POSITIONS, part="hints")
                    return
                given += 1
                yield found


def limits_as_gaps(found: Iterable[Hint | Reason]) -> Iterator[ReaderOutput]:
    """Turn the reason of ``find_positions`` that something was left out into a gap."""
    for one in found:
        yield Gap(one) if isinstance(one, Reason) and one.code == TOO_MANY else one


def object_positions(one: dict[str, JsonValue], where: str) -> Iterator[Hint | Reason]:
    """Positions that an object states by its own members."""
    yield from _twin_positions(one, where)
    is_geojson = isinstance(one.get("type"), str) and isinstance(one.get("coordinates"), list)
    if is_geojson:
        yield from _geojson_positions(one, where)
    for key, value in one.items():
        if isinstance(value, str | list) and not (is_geojson and key == "coordinates"):
            yield from pair_positions(value, key, _join(where, key))


def with_geojson_order(one: dict[str, JsonValue]) -> dict[str, JsonValue]:
    """Object in which Twitter's old ``geo`` has the longitude first, as GeoJSON says."""
    geo = one.get("geo")
    places = geo.get("coordinates") if isinstance(geo, dict) and geo.get("type") == "Point" else None
    if not isinstance(places, list) or len(places) != 2 or not any(key in one for key in _TWITTER_KEYS):
        return one
    return {**one, "geo": {"type": "Point", "coordinates": places[::-1]}}


# ── two values ────────────────────────────────────────────────────────────────────────────────
def _twin_positions(one: dict[str, JsonValue], where: str) -> Iterator[Hint | Reason]:
    """Pairs under the names of latitude and longitude: ``lat``, ``gpsLatitude``, ``start_lat``, ``latitudeE7``."""
    seen: set[object] = set()
    for lat_key, lon_key, lat_ref, lon_ref in _twins_with_refs(tuple(one)):
        lat, lon = one[lat_key], one[lon_key]
        is_e7 = lat_key.casefold().endswith("e7")
        if is_e7:
            lat, lon = _from_e7(lat), _from_e7(lon)
        field = field_name(where if lat_key in LATITUDES else _join(where, lat_key))
        lat_side, lon_side = (ref_text(ref, json_text(one.get(ref or ""))) for ref in (lat_ref, lon_ref))
        for found in value_positions(lat, lon, (lat_side, lon_side), field):
            same = found.point if isinstance(found, Hint) else found
            if same not in seen:
                seen.add(same)
                yield found


def value_positions(
    lat: JsonValue, lon: JsonValue, refs: tuple[str, str] = ("", ""), field: str = ""
) -> Iterator[Hint | Reason]:
    """Position of two values that are named latitude and longitude; a remark for numbers that are none.

    Parameters
    ----------
    lat, lon
        Numbers, texts, or arrays of degrees, minutes and seconds.
    refs
        Texts of the fields that hold the hemispheres; empty where there is none.
    field
        Path of keys to the pair.
    """
    values = parse_json_coordinate(lat), parse_json_coordinate(lon)
    if values[0] and values[1]:
        yield from coordinate_hints(values[0], values[1], refs, reader=NAME, field=field)
    elif all(any(map(str.isdecimal, json_text(value)[:MAX_PAIR_LENGTH])) for value in (lat, lon)):
        yield invalid_position(field)


@lru_cache(maxsize=1024)
def _twins_with_refs(keys: tuple[str, ...]) -> tuple[tuple[str, str, str | None, str | None], ...]:
    return tuple((lat, lon, *find_refs(lat, lon, keys)) for lat, lon in latitude_twins(keys))


# ── GeoJSON ───────────────────────────────────────────────────────────────────────────────────
def _geojson_positions(one: dict[str, JsonValue], where: str) -> Iterator[Hint | Reason]:
    """Positions of a GeoJSON geometry: points and corners of polygons; lines become tracks."""
    kind, places = one.get("type"), one.get("coordinates")
    if not isinstance(kind, str) or kind not in _NESTING or not isinstance(places, list):
        return
    where = _join(where, "coordinates")
    for line in _unnest(places, max(0, _NESTING[kind] - 1)):
        if kind in _LINES and len(line) > 1:
            yield from _track(line, where)
        else:
            for place in [line] if kind == "Point" else line:
                yield from _geojson_point(place, where)


def _unnest(value: list[JsonValue], depth: int) -> Iterator[list[JsonValue]]:
    if depth == 0:
        yield value
        return
    for part in value:
        if isinstance(part, list):
            yield from _unnest(part, depth - 1)


def _geojson_point(place: JsonValue, where: str) -> Iterator[Hint | Reason]:
    if isinstance(place, list) and len(place) >= 2:
        lon, lat = map(parse_json_coordinate, place[:2])
        if lat and lon:
            yield from coordinate_hints(lat, lon, reader=NAME, field=field_name(where))


def _track(line: list[JsonValue], where: str) -> Iterator[Hint | Reason]:
    """Line as a track without times."""
    trail = TrackBuilder(where)
    for place in line:
        values = [parse_json_coordinate(part) for part in place[:2]] if isinstance(place, list) else []
        lon, lat = values if len(values) == 2 else (None, None)
        if lat and lon:
            trail.add(0.0, lat.degrees, lon.degrees)
        else:
            trail.add_without_fix()
    for found in trail.hint_records(make_note("no_point_times")):
        if isinstance(found, Hint | Reason):
            yield found
        elif isinstance(found, Gap):
            yield found.reason


def _from_e7(value: JsonValue) -> JsonValue:
    """Degrees from ten millionths of a degree."""
    text = json_text(value)
    return Numeral(f"{int(text) / 1e7:.7f}") if _WHOLE.fullmatch(text) else None


def _join(where: str, key: str) -> str:
    return f"{where}.{key}" if where else key


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
