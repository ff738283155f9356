"""Geohashes: ``svtk5f11``. Any word of seven letters may be one, so only those that say what they are count.

Niemeyer (2008), geohash.org: bits of longitude and latitude in turn, five to a letter of base 32.
"""

import re
from collections.abc import Iterator

from opsec.geo.notations.coordinate_match import Written, cell_radius_m
from opsec.geo.notations.normalised_text import Plain
from opsec.model import Point

ALPHABET = "0123456789bcdefghjkmnpqrstuvwxyz"
HASH = rf"[{ALPHABET}]{{7,12}}"
"""Seven letters tell a place to 150 m; fewer tell a town."""

_LABELLED = re.compile(rf"(?:geo[ _-]?hash|جيو ?هاش)(?P<joint>\W{{1,3}})(?:is |code )?(?P<hash>{HASH})(?![^\W_])")
_LIKE_A_WORD = re.compile(r"(?!.*[0-9])(?!.*[b-df-hj-np-tv-xz]{6})")
"""No digit and no six consonants in a row: ``geohash systems`` is English, and so is ``geohash strength``."""


def geohashes(text: Plain) -> Iterator[Written]:
    """Every geohash that stands behind the word; one that could be a word itself only behind its colon."""
    for found in _LABELLED.finditer(text.letters):
        if {":", "="} & set(found["joint"]) or not _LIKE_A_WORD.match(found["hash"]):
            point, radius_m = decoded(found["hash"])
            yield Written(*found.span("hash"), "geohash", point, radius_m)


def decoded(geohash: str) -> tuple[Point, float]:
    """Centre of a geohash's cell, and the distance from there to its corners in metres.

    >>> decoded("svtk5f11")[0]
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
