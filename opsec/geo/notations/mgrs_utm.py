"""Grid references: MGRS (``38R KA 834 083``) and UTM (``38R 222761E 3524041N``).

NGA.SIG.0012 (The Universal Grids and the Transverse Mercator and Polar Stereographic Map Projections);
the arithmetic is that of GEOTRANS, through the library ``mgrs``. Polar squares (UPS) are not parsed.
"""

import math
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from opsec.geo.notations.base import CoordinateMatch, CoordinateText
from opsec.geo.notations.context_words import has_location_label_before, has_other_label_before, has_unit_after
from opsec.geo.positions import valid_point
from opsec.model import Point
from opsec.runtime.process_state import ignore_warnings

BANDS = "cdefghjklmnpqrstuvwx"
"""Eight degrees of latitude each, from 80° south; the last one has twelve."""
MIN_DIGITS_UNLABELLED = 6
"""Digits of an MGRS reference without a label: 100 m. Fewer occur in serial numbers and sizes."""
MIN_DIGITS = 4
"""Digits of a labelled MGRS reference: 1 km."""
_METRE_DIGITS = 5
"""Digits each way of a reference to one metre."""
_BAND_TOLERANCE_DEG = 0.1
MIN_EASTING_M, MAX_EASTING_M = 160_000, 840_000
"""Range of eastings in a zone of six degrees on the equator, where it is widest."""
UTM_RADIUS_M = 2.0
"""Whole metres, rounded or truncated by the writer and once more by the conversion through a one-metre square."""

_ZONE = r"(?<![^\W_])(?<![.,+-])(?P<zone>0?[1-9]|[1-5][0-9]|60)"
_MGRS = re.compile(
    rf"{_ZONE}[ -]?(?P<band>[{BANDS}])[ _-]{{0,2}}(?P<square>[a-hj-np-z] ?[a-hj-np-v])[ ,:/_-]{{0,2}}"
    r"(?:(?P<east>[0-9]{2,5})[ ,/_-]{1,2}(?P<north>[0-9]{2,5})|(?P<joined>[0-9]{4,10}))(?![^\W_]|[.,][0-9])"
)
_EASTING_AT_ONCE = r"(?! ?e[ :=.]{0,3}[0-9]{6}[^0-9\n]{1,6}n)"
"""``zone 38 E 444123 N 3688456``: this E is not a band."""
_UTM_HEAD = rf"{_ZONE}(?:{_EASTING_AT_ONCE} ?(?P<band>north|south|[{BANDS}]|شمالا?|جنوبا?))?[ ,:;/-]{{0,3}}\n?"
EASTING_LABEL, NORTHING_LABEL = r"(?:easting|east|e|x|شرقا?|ق)", r"(?:northing|north|n|y|شمالا?|ش)"
UTM_LABEL = r"(?:utm|zone|زون|منطقه|نطاق)"
_METRES = r"0?(?P<{0}>[0-9]{{{1}}}(?:\.[0-9]{{1,6}})?) ?m?"
_EASTING = rf"(?:{EASTING_LABEL}[ :=.]{{0,3}})?" + _METRES.format("easting", "6") + r" ?(?:e|east|شرقا?|ق)?"
_NORTHING = rf"(?:{NORTHING_LABEL}[ :=.]{{0,3}})?" + _METRES.format("northing", "5,8") + r" ?(?:n|شمالا?|ش)?"
_BETWEEN = r"[ ,;:/_-]{1,3}\n?"
_TAIL = r"(?![^\W_]|[.,][0-9])"
_UTM = re.compile(_UTM_HEAD + _EASTING + _BETWEEN + _NORTHING + _TAIL)
_UTM_NORTH_FIRST = re.compile(
    _UTM_HEAD
    + r"(?:n|northing|y)[ :=.]{0,3}" + _METRES.format("northing", "5,8")
    + _BETWEEN + r"(?:e|easting|x)[ :=.]{0,3}" + _METRES.format("easting", "6") + _TAIL
)  # fmt: skip
_UTM_LABEL = re.compile(rf"{UTM_LABEL}[ :.-]{{0,3}}(?:zone[ :]{{0,2}})?\Z")
_UTM_LABEL_REACH = 24


def parse_mgrs(text: CoordinateText) -> Iterator[CoordinateMatch]:
    """Yield every MGRS reference to 1 km or finer; the position is the centre of its square."""
    for found in _MGRS.finditer(text.normalised):
        start, end = found.span()
        east, north = found["east"] or found["joined"], found["north"] or ""
        if found["joined"] and len(east) % 2 == 0:
            middle = len(east) // 2
            east, north = east[:middle], east[middle:]
        if len(east) != len(north) or not _is_plausible_mgrs(text, found, 2 * len(east)):
            continue
        half = "50000"[: _METRE_DIGITS - len(east)]
        square = found["square"].replace(" ", "")
        point = _mgrs_to_point(f"{int(found['zone']):02}{found['band']}{square}{east}{half}{north}{half}".upper())
        if point and _in_band(point, found["band"]):
            yield CoordinateMatch(start, end, "mgrs", point, 10 ** (_METRE_DIGITS - len(east)) * math.sqrt(0.5))


def _is_plausible_mgrs(text: CoordinateText, found: re.Match[str], digits: int) -> bool:
    """Whether a candidate is a reference; lower-case letters with spaces are usually words: ``12x hd 1080 1920``."""
    start, end = found.span()
    if has_location_label_before(text, start):
        return digits >= MIN_DIGITS
    if has_other_label_before(text, start) or has_unit_after(text, end):
        return False
    is_upper = all(text.original_slice(*found.span(group)).isupper() for group in ("band", "square"))
    return digits >= MIN_DIGITS_UNLABELLED and (is_upper or " " not in found.group())


def parse_utm(text: CoordinateText) -> Iterator[CoordinateMatch]:
    """Yield every UTM reference with a zone; the easting comes first unless labels say otherwise."""
    for pattern in (_UTM, _UTM_NORTH_FIRST):
        for found in pattern.finditer(text.normalised):
            start, end = found.span()
            labelled = _UTM_LABEL.search(text.normalised, max(0, start - _UTM_LABEL_REACH), start) is not None
            point = _utm_point(found, labelled=labelled)
            if point and (labelled or not has_other_label_before(text, start)):
                yield CoordinateMatch(start, end, "utm", point, UTM_RADIUS_M)


def _utm_point(found: re.Match[str], *, labelled: bool) -> Point | None:
    """Convert a UTM reference to a point.

    The letter is usually a band; an N outside band N means the hemisphere, and so does an S after a label.
    """
    zone, band = int(found["zone"]), found["band"] or ""
    easting, northing = float(found["easting"]), float(found["northing"])
    if not MIN_EASTING_M <= easting <= MAX_EASTING_M:
        return None
    if band in {"", "north", "شمال", "شمالا"}:
        return _utm_to_point(zone, "N", easting, northing) if labelled or band else None
    if band in {"south", "جنوب", "جنوبا"}:
        return _utm_to_point(zone, "S", easting, northing)
    point = _utm_to_point(zone, "N" if band >= "n" else "S", easting, northing)
    if point and (band == "n" or _in_band(point, band)):
        return point
    return _utm_to_point(zone, "S", easting, northing) if band == "s" and labelled else None


def _in_band(point: Point, band: str) -> bool:
    south = -80 + 8 * BANDS.index(band)
    north = south + (12 if band == "x" else 8)
    return south - _BAND_TOLERANCE_DEG <= point.lat <= north + _BAND_TOLERANCE_DEG


def _utm_to_point(zone: int, hemisphere: str, easting: float, northing: float) -> Point | None:
    converter, conversion_error = _converter()
    try:
        return _mgrs_to_point(converter.UTMToMGRS(zone, hemisphere, easting, northing, _METRE_DIGITS))
    except conversion_error:
        return None


def _mgrs_to_point(reference: str) -> Point | None:
    """Convert a reference to 1 m into a point; None when there is no such square."""
    converter, conversion_error = _converter()
    try:
        with ignore_warnings(RuntimeWarning):  # a corner of the square is in the next latitude band
            lat, lon = converter.toLatLon(reference)
    except conversion_error:
        return None
    point = valid_point(lat, lon)
    return Point(round(point.lat, 7), round(point.lon, 7)) if point else None


@cache
def _converter() -> tuple[Any, type[Exception]]:
    """Load the library and its exception class with the first reference, because most scans have none."""
    from mgrs import MGRS
    from mgrs.core import MGRSError

    return MGRS(), MGRSError
