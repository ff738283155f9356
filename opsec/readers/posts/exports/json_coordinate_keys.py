"""Keys of JSON objects that name a latitude and its longitude, such as ``start_lng`` and ``gpsLatitude``."""

import re
from collections.abc import Iterable

LATITUDES, LONGITUDES = ("latitude", "lat"), ("longitude", "lng", "lon", "long")
_LATITUDE_KEY = re.compile(r"(.*?)(latitude|lat)(e7)?", re.IGNORECASE | re.DOTALL)


def latitude_twins(keys: Iterable[str]) -> list[tuple[str, str]]:
    """Pairs of keys that name a latitude and the longitude that belongs to it.

    >>> latitude_twins(["start_lat", "gpsLongitude", "start_lng", "gpsLatitude", "latitudeE7", "longitudeE7", "flat"])
    [('start_lat', 'start_lng'), ('gpsLatitude', 'gpsLongitude'), ('latitudeE7', 'longitudeE7')]
    """
    keys = list(keys)
    candidates = [key for key in keys if "lat" in key.casefold()]
    folded = {key.casefold(): key for key in reversed(keys)} if candidates else {}
    pairs: list[tuple[str, str]] = []
    for key in candidates:
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
