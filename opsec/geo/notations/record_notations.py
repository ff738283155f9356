"""Positions as devices and programs record them, pasted into a text: NMEA 0183 sentences and ISO 6709 strings.

``$GPGGA,120000,3124.770,N,04238.276,E,1,…`` (NMEA 0183: GGA, RMC, GLL, GNS) and ``+31.41283+042.63794/``.
"""

import re
from collections.abc import Iterator

from opsec.geo.notations.base import CoordinateMatch, CoordinateText
from opsec.geo.notations.iso6709 import parse_iso6709
from opsec.geo.positions import precision_radius_m, valid_point

MIN_DECIMALS_WITHOUT_SOLIDUS = 4
"""Of an ISO 6709 string in decimal degrees; with the solidus at its end two are enough."""
MIN_DECIMALS = 2

_NMEA = re.compile(
    r"\$?(?<![^\W_])(?:g[abilnpq]|bd|qz)(?:gga|rmc|gll|gns),(?:[0-9.]{1,12},)?(?:(?P<status>[av]),)?"
    r"(?P<lat_degrees>[0-9]{2})(?P<lat_minutes>[0-5][0-9](?:\.(?P<lat_part>[0-9]{1,8}))?),(?P<ns>[ns]),"
    r"(?P<lon_degrees>[01][0-9]{2})(?P<lon_minutes>[0-5][0-9](?:\.(?P<lon_part>[0-9]{1,8}))?),(?P<ew>[ew])"
)
_ISO6709 = re.compile(
    r"(?<![^\W_])(?<![+./-])[+-][0-9]{2,7}(?:[.,](?P<lat_part>[0-9]{1,15}))?[+-][0-9]{3,7}(?:[.,](?P<lon_part>[0-9]{1,15}))?"
    r"(?:[+-][0-9]{1,7}(?:\.[0-9]{0,15})?)?(?:crs[a-z0-9_]{1,20})?(?P<solidus>/)?(?![^\W_]|[.+/-][0-9])"
)


def parse_nmea(text: CoordinateText) -> Iterator[CoordinateMatch]:
    """Yield the position of every NMEA sentence with a valid fix."""
    for found in _NMEA.finditer(text.normalised):
        lat = int(found["lat_degrees"]) + float(found["lat_minutes"]) / 60
        lon = int(found["lon_degrees"]) + float(found["lon_minutes"]) / 60
        point = valid_point(
            round(-lat if found["ns"] == "s" else lat, 9), round(-lon if found["ew"] == "w" else lon, 9)
        )
        decimals = min(len(found["lat_part"] or ""), len(found["lon_part"] or ""))
        if point and found["status"] != "v":
            accuracy_m = precision_radius_m(point.lat, 10.0**-decimals / 60)
            yield CoordinateMatch(*found.span(), "nmea", point, accuracy_m)


def parse_iso6709_strings(text: CoordinateText) -> Iterator[CoordinateMatch]:
    """Yield every ISO 6709 string; a telephone number has blanks in it, and a sum no padded longitude."""
    for found in _ISO6709.finditer(text.normalised):
        position = parse_iso6709(found.group())
        decimals = min(len(found["lat_part"] or ""), len(found["lon_part"] or ""))
        is_padded = re.match(r"[+-][0-9]{2}(?:[0-9]{2}){0,2}(?![0-9])", found.group()) is not None
        enough = MIN_DECIMALS if found["solidus"] else MIN_DECIMALS_WITHOUT_SOLIDUS
        is_sexagesimal = found["solidus"] and not re.match(r"[+-][0-9]{2}(?![0-9])", found.group())
        if position and position.point and is_padded and (decimals >= enough or is_sexagesimal):
            yield CoordinateMatch(*found.span(), "iso 6709", position.point, position.accuracy_m)
