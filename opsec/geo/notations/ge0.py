"""Codes of Organic Maps and its relatives: ``omaps.app/wyfSZpgCqq``, ``ge0://…``, ``om://…``, ``comaps.at/…``.

Format: the library ``ge0`` of Organic Maps (github.com/organicmaps/organicmaps): a character for the zoom, then up to
ten, each with three bits of latitude and three of longitude in turn, from the most significant on.
"""

import re

from opsec.geo.notations.base import cell_radius_m
from opsec.geo.notations.map_url_parsers import UrlPosition
from opsec.geo.positions import valid_point

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
_COORDINATE_BITS = 30
_CODE = re.compile(
    r"(?:(?:ge0\.me|omaps\.app|comaps\.at|ge0\.comaps\.app)/|(?:ge0|om|cm)://)(?P<code>[A-Za-z0-9_-]{8,11})(?=/|\Z)",
    re.I,
)


def parse_ge0(address: str) -> UrlPosition | None:
    """Decode a code, given in its original case; None when the address has none."""
    match = _CODE.search(address)
    if match is None:
        return None
    lat = lon = 0
    digits = match["code"][1:]
    for digit in digits:
        value = _ALPHABET.index(digit)
        for shift in (5, 3, 1):
            lat, lon = lat << 1 | value >> shift & 1, lon << 1 | value >> shift - 1 & 1
    rest = _COORDINATE_BITS - 3 * len(digits)
    half = 1 << rest >> 1
    height_deg, width_deg = 180 * 2**rest / (2**_COORDINATE_BITS - 1), 360 * 2**rest / 2**_COORDINATE_BITS
    point = valid_point(
        ((lat << rest) + half) / (2**_COORDINATE_BITS - 1) * 180 - 90,
        ((lon << rest) + half) / 2**_COORDINATE_BITS * 360 - 180,
    )
    return UrlPosition(point, cell_radius_m(point.lat, height_deg, width_deg)) if point else None
