"""Find positions and place names in parsed JSON, by the names of their keys."""

import re
from collections.abc import Iterator

from opsec.formats.json_stream import JsonValue, Numeral
from opsec.model import Hint, Reason
from opsec.readers.field_values import MAX_NAME_LENGTH, field_name
from opsec.readers.posts.post_fields import position_hint

NAME = "export"
MAX_VALUES = 50_000
"""Limit of values examined in one post."""
MAX_POSITIONS = 40
"""Limit of positions in one post."""

_DECIMAL = re.compile(r"[+-]?[0-9]{1,3}\.[0-9]{1,20}", re.ASCII)
"""A coordinate written as text; a whole number in text is usually something else."""

LATITUDES, LONGITUDES = ("latitude", "lat"), ("longitude", "lng", "lon", "long")
_NAMES = (
    "name", "poi_name", "short_name", "fatherPoiName", "address", "streetAddress", "city", "addressLocality",
    "province", "addressRegion", "addressCountry", "country",
)  # fmt: skip
"""Keys of an object about a place that hold its name, the most specific first."""


def find_positions(value: JsonValue, path: str) -> Iterator[Hint | Reason]:
    """Yield every latitude and longitude pair in a value, with the path of keys to it."""
    waiting: list[tuple[str, JsonValue]] = [(path, value)]
    looked_at = given = 0
    while waiting and looked_at < MAX_VALUES and given < MAX_POSITIONS:
        where, one = waiting.pop()
        looked_at += 1
        if isinstance(one, list):
            waiting += reversed([(f"{where}[{index}]", part) for index, part in enumerate(one)])
        elif isinstance(one, dict):
            waiting += reversed([(f"{where}.{key}" if where else key, part) for key, part in one.items()])
            lat, lon = map(parse_numeral, coordinate_pair(one))
            if lat and lon:
                given += 1
                yield position_hint(lat, lon, reader=NAME, field=field_name(where))


def coordinate_pair(one: dict[str, JsonValue]) -> tuple[JsonValue, JsonValue]:
    """Values of an object under the names of latitude and longitude."""
    lat = next((one[key] for key in LATITUDES if key in one), None)
    lon = next((one[key] for key in LONGITUDES if key in one), None)
    return lat, lon


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
