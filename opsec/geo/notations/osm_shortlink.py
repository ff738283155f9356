"""Short links of OpenStreetMap, ``osm.org/go/…``: no redirect, the address itself is the place.

Format: wiki.openstreetmap.org, "Shortlink": 64 letters, of each three bits of longitude and three of latitude
in turn; the number of letters tells the zoom in steps of three, hyphens behind them the rest.
"""

import re

from opsec.geo.notations.coordinate_match import cell_radius_m
from opsec.geo.notations.map_url_parsers import Shown, view_radius_m
from opsec.model import Point

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_~"
_SHORT = re.compile(
    r"(?:openstreetmap\.org|osm\.org)/go/([A-Za-z0-9_~@]{4,12})(-{0,2})(?![A-Za-z0-9_~@])(\?[^\s]{0,40})?", re.I
)


def osm_short(address: str) -> Shown | None:
    """The place of such a link as it was written (its letters have two cases), or none."""
    found = _SHORT.search(address)
    if found is None:
        return None
    east = north = 0
    for letter in found[1].replace("@", "~"):
        value = _LETTERS.index(letter)
        for shift in (5, 3, 1):
            east, north = east << 1 | value >> shift & 1, north << 1 | value >> shift - 1 & 1
    bits = 3 * len(found[1])
    width_deg, height_deg = 360 / 2**bits, 180 / 2**bits
    point = Point((north + 0.5) * height_deg - 90, (east + 0.5) * width_deg - 180)
    radius_m = cell_radius_m(point.lat, height_deg, width_deg)
    if not re.search(r"[?&]m(?:[=&]|\Z)", found[3] or ""):
        left_over = (3 - len(found[2])) % 3
        radius_m = max(radius_m, view_radius_m(point.lat, bits - 8 - left_over))
    return Shown(point, radius_m)
