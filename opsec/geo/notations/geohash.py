"""Geohashes: ``svtk5f11``. Any word of seven letters may be one, so only labelled ones count.

Niemeyer (2008), geohash.org: alternating bits of longitude and latitude, five per character of base 32.
"""

import re
from collections.abc import Iterator

from opsec.geo.notations.base import CoordinateMatch, CoordinateText, cell_radius_m
from opsec.model import Point

ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz"
GEOHASH_PATTERN = rf"[{ALPHABET}]{{7,12}}"
"""Seven characters give a position to 150 m; fewer give a town."""
LABEL = r"geo[ _-]?hash|جيو ?هاش"

_LABELLED = re.compile(rf"(?:{LABEL})(?P<joint>\W{{1,3}})(?:is |code )?(?P<hash>{GEOHASH_PATTERN})(?![^\W_])")
_WORD_LIKE = re.compile(r"(?!.*[0-9])(?!.*[b-df-hj-np-tv-xz]{6})")
"""No digit and no six consonants in a row: ``geohash systems`` is English, and so is ``geohash strength``."""


def parse_geohashes(text: CoordinateText) -> Iterator[CoordinateMatch]:
    """Yield every labelled geohash; one that could be a word only when a colon or an equals sign precedes it."""
    for match in _LABELLED.finditer(text.normalised):
        if {":", "="} & set(match["joint"]) or not _WORD_LIKE.match(match["hash"]):
            point, radius_m = decode(match["hash"])
            yield CoordinateMatch(*match.span("hash"), "geohash", point, radius_m)


def decode(geohash: str) -> tuple[Point, float]:
    """Decode a geohash into the centre of its cell and the distance in metres from there to the corners.

    >>> decode("svtk5f11")[0]
    Point(lat=31.65186882019043, lon=41.29915237426758)
    """
    low, high = [-90.0, -180.0], [90.0, 180.0]
    axis = 1
    for letter in geohash.lower():
        value = ALPHABET.index(letter)
        for bit in (16, 8, 4, 2, 1):
            middle = (low[axis] + high[axis]) / 2
            (low if value & bit else high)[axis] = middle
            axis = 1 - axis
    lat, lon = (low[0] + high[0]) / 2, (low[1] + high[1]) / 2
    return Point(lat, lon), cell_radius_m(lat, high[0] - low[0], high[1] - low[1])
