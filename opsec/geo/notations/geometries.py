"""Geometries of programs, which put longitude first: GeoJSON (RFC 7946) and well-known text (OGC 06-103r4).

``{"type":"Point","coordinates":[42.63794,31.41283]}``, ``POINT(42.63794 31.41283)``, ``LINESTRING Z (…)``.
"""

import re
from collections.abc import Iterator

from opsec.geo.notations.base import CoordinateMatch, CoordinateText
from opsec.geo.positions import precision_radius_m, valid_point

MIN_DECIMALS = 3
_DEGREES = r"[+-]?[0-9]{1,3}\.[0-9]{3,20}"
_JSON_HEAD = re.compile(r"[\"']coordinates[\"'][ \n]{0,4}:[ \n]{0,4}\[")
_JSON_PAIR = re.compile(
    rf"[\[ \n,]{{0,40}}\[?[ \n]{{0,20}}(?P<lon>{_DEGREES})[ \n]{{0,4}},[ \n]{{0,20}}(?P<lat>{_DEGREES})"
    rf"(?:[ \n]{{0,4}},[ \n]{{0,20}}[+-]?[0-9.]{{1,12}})?[ \n]{{0,20}}\]"
)
_WKT_HEAD = re.compile(
    r"(?<![^\W_])(?:srid=(?P<srid>[0-9]{1,6});)?(?:multi)?(?:point|linestring|polygon) ?(?:zm?|m)? ?\("
)
_WKT_PAIR = re.compile(
    rf"[( ,\n)]{{0,12}}(?P<lon>{_DEGREES}) {{1,4}}(?P<lat>{_DEGREES})"
    r"(?: {1,4}[+-]?[0-9.]{1,12}){0,2}(?= {0,4}[,)])"
)
_WGS84 = "4326"


def parse_geometries(text: CoordinateText) -> Iterator[CoordinateMatch]:
    """Yield every position of a geometry; those of one in another reference system are not positions in degrees."""
    for head in _JSON_HEAD.finditer(text.normalised):
        yield from _positions(text, _JSON_PAIR, head.end() - 1)
    for head in _WKT_HEAD.finditer(text.normalised):
        if head["srid"] in {None, _WGS84}:
            yield from _positions(text, _WKT_PAIR, head.end())


def _positions(text: CoordinateText, pattern: re.Pattern[str], at: int) -> Iterator[CoordinateMatch]:
    while pair := pattern.match(text.normalised, at):
        at = pair.end()
        decimals = min(len(pair[axis].partition(".")[2]) for axis in ("lat", "lon"))
        if point := valid_point(float(pair["lat"]), float(pair["lon"])):
            accuracy_m = precision_radius_m(point.lat, 10.0**-decimals)
            yield CoordinateMatch(pair.start("lon"), pair.end("lat"), "geometry", point, accuracy_m)
