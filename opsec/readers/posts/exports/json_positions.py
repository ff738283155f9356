"""Places in built JSON: pairs of numbers under the names of latitude and longitude, and names of places."""

import re
from collections.abc import Iterator

from opsec.formats.json_stream import Built, Numeral
from opsec.model import Hint, Reason
from opsec.readers.field_values import LONGEST_NAME, field_name
from opsec.readers.posts.post_fields import position

NAME = "export"
MOST_VALUES = 50_000
"""Looked at in one post."""
MOST_POSITIONS = 40
"""Of one post."""

_DECIMAL = re.compile(r"[+-]?[0-9]{1,3}\.[0-9]{1,20}", re.ASCII)
"""A coordinate written as text; a whole number in a text is more often something else."""

LATITUDES, LONGITUDES = ("latitude", "lat"), ("longitude", "lng", "lon", "long")
_NAMES = (
    "name", "poi_name", "short_name", "fatherPoiName", "address", "streetAddress", "city", "addressLocality",
    "province", "addressRegion", "addressCountry", "country",
)  # fmt: skip
"""Keys in an object about a place that hold its name, the nearest first."""


def positions_in(value: Built, path: str) -> Iterator[Hint | Reason]:
    """Every pair of latitude and longitude in a value, each under the path that leads to it."""
    waiting: list[tuple[str, Built]] = [(path, value)]
    looked_at = given = 0
    while waiting and looked_at < MOST_VALUES and given < MOST_POSITIONS:
        where, one = waiting.pop()
        looked_at += 1
        if isinstance(one, list):
            waiting += reversed([(f"{where}[{index}]", part) for index, part in enumerate(one)])
        elif isinstance(one, dict):
            waiting += reversed([(f"{where}.{key}" if where else key, part) for key, part in one.items()])
            lat, lon = map(numeral, pair(one))
            if lat and lon:
                given += 1
                yield position(lat, lon, reader=NAME, field=field_name(where))


def pair(one: dict[str, Built]) -> tuple[Built, Built]:
    """What an object holds under the names of latitude and longitude."""
    lat = next((one[key] for key in LATITUDES if key in one), None)
    lon = next((one[key] for key in LONGITUDES if key in one), None)
    return lat, lon


def numeral(value: Built) -> Numeral | None:
    """A number, also one that the platform wrote as text."""
    if isinstance(value, str):
        words = value.strip()
        return Numeral(words) if _DECIMAL.fullmatch(words) else None
    return value if isinstance(value, Numeral) else None


def place_tag(words: str, where: str) -> Hint:
    """The name of a place that somebody put on a post."""
    return Hint(kind="place", family="TEXT", reader=NAME, field=field_name(where), text=words[:LONGEST_NAME])


def names_in(place: Built, where: str) -> Iterator[Hint]:
    """The names in a value about a place: a text, or an object with a name and an address."""
    if isinstance(place, str):
        if place.strip():
            yield place_tag(place.strip(), where)
    elif isinstance(place, dict):
        for key in _NAMES:
            yield from names_in(place.get(key), f"{where}.{key}")
