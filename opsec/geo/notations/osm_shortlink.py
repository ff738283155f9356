"""Short links of OpenStreetMap, ``osm.org/go/…``: the address itself encodes the position.

Format: wiki.openstreetmap.org, "Shortlink": each of 64 characters encodes three bits of longitude and three of latitude
in turn; the number of characters gives the zoom in steps of three, and hyphens after them give the rest.
"""

import re

from opsec.geo.notations.base import cell_radius_m
from opsec.geo.notations.map_url_parsers import UrlPosition, view_radius_m
from opsec.model import Point

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_~"
_TILE_BITS = 8
"""A tile is 256 pixels wide, so a cell of one pixel at zoom z takes z + 8 bits."""
_SHORTLINK = re.compile(
    r"(?:openstreetmap\.org|osm\.org)/go/([A-Za-z0-9_~@]{4,12})(-{0,2})(?![A-Za-z0-9_~@])(\?[^\s]{0,40})?", re.I
)


def parse_osm_shortlink(address: str) -> UrlPosition | None:
    """Decode a short link, given in its original case; None when the address is not one."""
    match = _SHORTLINK.search(address)
    if match is None:
        return None
    east = north = 0
    for letter in match[1].replace("@", "~"):
        value = _ALPHABET.index(letter)
        for shift in (5, 3, 1):
            east, north = east << 1 | value >> shift & 1, north << 1 | value >> shift - 1 & 1
    bits = 3 * len(match[1])
    width_deg, height_deg = 360 / 2**bits, 180 / 2**bits
    point = Point((north + 0.5) * height_deg - 90, (east + 0.5) * width_deg - 180)
    radius_m = cell_radius_m(point.lat, height_deg, width_deg)
    if not re.search(r"[?&]m(?:[=&]|\Z)", match[3] or ""):
        zoom = bits - _TILE_BITS - (3 - len(match[2])) % 3
        radius_m = max(radius_m, view_radius_m(point.lat, zoom))
    return UrlPosition(point, radius_m)
