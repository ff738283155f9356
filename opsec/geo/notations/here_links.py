"""Links that HERE shares: ``wego.here.com/p/s-…`` and ``share.here.com/p/e-…``, whose last part is base64.

Decoded it reads ``id=;lat=31.4;lon=42.6;n=…`` or is a JSON object with ``latitude`` and ``longitude``.
"""

import base64
import re

from opsec.geo.notations.map_url_parsers import UrlPosition, to_position

_SHARED = re.compile(r"here\.com/(?:p|l)/[a-z]-(?P<data>[A-Za-z0-9_/+-]{16,1500})", re.I)
_NUMBER = r"[\"']?[=:][\"' ]{0,2}([+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?)(?![0-9.])"
_LATITUDE = re.compile(rf"(?<![a-z])lat(?:itude)?{_NUMBER}", re.I)
_LONGITUDE = re.compile(rf"(?<![a-z])(?:lon|lng|longitude){_NUMBER}", re.I)
_MIN_DECIMALS = 2


def parse_here_share(address: str) -> UrlPosition | None:
    """Decode a shared place, given in its original case; None when the address holds none."""
    match = _SHARED.search(address)
    if match is None:
        return None
    data = match["data"].replace("-", "+").replace("_", "/")
    shared = base64.b64decode(data[: len(data) - (len(data) % 4 == 1)] + "=" * (-len(data) % 4)).decode(
        "utf-8", "replace"
    )
    lat, lon = _LATITUDE.search(shared), _LONGITUDE.search(shared)
    return to_position(lat[1], lon[1], min_decimals=_MIN_DECIMALS) if lat and lon else None
