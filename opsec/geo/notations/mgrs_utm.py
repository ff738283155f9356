"""Grid references of soldiers and surveyors: MGRS (``38R KA 834 083``) and UTM (``38R 222761E 3524041N``).

NGA.SIG.0012 (The Universal Grids and the Transverse Mercator and Polar Stereographic Map Projections);
the arithmetic is that of GEOTRANS, through the library ``mgrs``. Polar squares (UPS) are not read.
"""

import math
import re
import warnings
from collections.abc import Iterator
from functools import cache
from typing import Any

from opsec.geo.notations.context_words import measured_in, named_a_place, named_a_thing
from opsec.geo.notations.coordinate_match import Written
from opsec.geo.notations.normalised_text import Plain
from opsec.geo.positions import place
from opsec.model import Point

BANDS = "cdefghjklmnpqrstuvwx"
"""Eight degrees of latitude each, from 80° south; the last has twelve."""
FEWEST_BARE = 6
"""Digits of an MGRS reference without a label: 100 m. Fewer stand in serial numbers and sizes."""
FEWEST = 4
_METRE_DIGITS = 5
WEST_M, EAST_M = 160_000, 840_000
"""Eastings that a zone of six degrees has, on the equator where it is widest."""
UTM_RADIUS_M = 2.0
"""Whole metres, rounded or cut by the writer and once more on the way through a square of one metre."""

_ZONE = r"(?<![^\W_])(?<![.,+-])(?P<zone>0?[1-9]|[1-5][0-9]|60)"
_MGRS = re.compile(
    rf"{_ZONE}[ -]?(?P<band>[{BANDS}])[ _-]{{0,2}}(?P<square>[a-hj-np-z] ?[a-hj-np-v])[ ,:/_-]{{0,2}}"
    r"(?:(?P<east>[0-9]{2,5})[ ,/_-]{1,2}(?P<north>[0-9]{2,5})|(?P<joined>[0-9]{4,10}))(?![^\W_]|[.,][0-9])"
)
_EASTING_AT_ONCE = r"(?! ?e[ :=.]{0,3}[0-9]{6}[^0-9\n]{1,6}n)"
"""``zone 38 E 444123 N 3688456``: this E is no band."""
_UTM_HEAD = rf"{_ZONE}(?:{_EASTING_AT_ONCE} ?(?P<band>north|south|[{BANDS}]|شمالا?|جنوبا?))?[ ,:;/-]{{0,3}}\n?"
_METRES = r"0?(?P<{0}>[0-9]{{{1}}}(?:\.[0-9]{{1,6}})?) ?m?"
_EASTING = r"(?:(?:easting|east|e|x|شرقا?|ق)[ :=.]{0,3})?" + _METRES.format("easting", "6") + r" ?(?:e|east|شرقا?|ق)?"
_NORTHING = (
    r"(?:(?:northing|north|n|y|شمالا?|ش)[ :=.]{0,3})?" + _METRES.format("northing", "5,8") + r" ?(?:n|شمالا?|ش)?"
)
_BETWEEN = r"[ ,;:/_-]{1,3}\n?"
_TAIL = r"(?![^\W_]|[.,][0-9])"
_UTM = re.compile(_UTM_HEAD + _EASTING + _BETWEEN + _NORTHING + _TAIL)
_UTM_NORTH_FIRST = re.compile(
    _UTM_HEAD
    + r"(?:n|northing|y)[ :=.]{0,3}" + _METRES.format("northing", "5,8")
    + _BETWEEN + r"(?:e|easting|x)[ :=.]{0,3}" + _METRES.format("easting", "6") + _TAIL
)  # fmt: skip
_UTM_LABEL = re.compile(r"(?:utm|zone|زون|المنطقه|منطقه|نطاق|النطاق)[ :.-]{0,3}(?:zone[ :]{0,2})?\Z")


def mgrs_references(text: Plain) -> Iterator[Written]:
    """Every MGRS reference to 1 km or finer; the place is the centre of its square."""
    for found in _MGRS.finditer(text.letters):
        start, end = found.span()
        east, north = found["east"] or found["joined"], found["north"] or ""
        if found["joined"] and len(east) % 2 == 0:
            east, north = east[: len(east) // 2], east[len(east) // 2 :]
        if len(east) != len(north) or not _is_meant(text, found, 2 * len(east)):
            continue
        half = "50000"[: _METRE_DIGITS - len(east)]
        square = found["square"].replace(" ", "")
        point = _point(f"{int(found['zone']):02}{found['band']}{square}{east}{half}{north}{half}".upper())
        if point and _in_band(point, found["band"]):
            yield Written(start, end, "mgrs", point, 10 ** (_METRE_DIGITS - len(east)) * math.sqrt(0.5))


def _is_meant(text: Plain, found: re.Match[str], digits: int) -> bool:
    """Small letters with spaces between are words as a rule: ``12x hd 1080 1920``."""
    start, end = found.span()
    if named_a_place(text, start):
        return digits >= FEWEST
    capitals = text.as_written(*found.span("band")).isupper() and text.as_written(*found.span("square")).isupper()
    other = named_a_thing(text, start) or measured_in(text, end)
    return digits >= FEWEST_BARE and (capitals or " " not in found.group()) and not other


def utm_references(text: Plain) -> Iterator[Written]:
    """Every UTM reference that names its zone, easting first unless letters say otherwise."""
    for pattern in (_UTM, _UTM_NORTH_FIRST):
        for found in pattern.finditer(text.letters):
            start, end = found.span()
            labelled = _UTM_LABEL.search(text.letters, max(0, start - 24), start) is not None
            point = _utm_point(found, labelled=labelled)
            if point and (labelled or not named_a_thing(text, start)):
                yield Written(start, end, "utm", point, UTM_RADIUS_M)


def _utm_point(found: re.Match[str], *, labelled: bool) -> Point | None:
    """The letter is a band as a rule; an N outside band N is the hemisphere, and so, with a label, is an S."""
    zone, band = int(found["zone"]), found["band"] or ""
    easting, northing = float(found["easting"]), float(found["northing"])
    if not WEST_M <= easting <= EAST_M:
        return None
    if band in {"", "north", "شمال", "شمالا"}:
        return _from_metres(zone, "N", easting, northing) if labelled or band else None
    if band in {"south", "جنوب", "جنوبا"}:
        return _from_metres(zone, "S", easting, northing)
    point = _from_metres(zone, "N" if band >= "n" else "S", easting, northing)
    if point and (band == "n" or _in_band(point, band)):
        return point
    return _from_metres(zone, "S", easting, northing) if band == "s" and labelled else None


def _in_band(point: Point, band: str) -> bool:
    south = -80 + 8 * BANDS.index(band)
    return south - 0.1 <= point.lat <= south + (12 if band == "x" else 8) + 0.1


def _from_metres(zone: int, hemisphere: str, easting: float, northing: float) -> Point | None:
    convert, refusal = _converter()
    try:
        return _point(convert.UTMToMGRS(zone, hemisphere, easting, northing, _METRE_DIGITS))
    except refusal:
        return None


def _point(reference: str) -> Point | None:
    """The place of a reference to 1 m; none when there is no such square."""
    convert, refusal = _converter()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # a corner of the square lies in the next band of latitude
            lat, lon = convert.toLatLon(reference)
    except refusal:
        return None
    found = place(lat, lon)
    return Point(round(found.lat, 7), round(found.lon, 7)) if found else None


@cache
def _converter() -> tuple[Any, type[Exception]]:
    """The library and the error it refuses with; loaded with the first reference met, for most scans meet none."""
    from mgrs import MGRS
    from mgrs.core import MGRSError

    return MGRS(), MGRSError
