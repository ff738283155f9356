"""UTM references: ``38R 222761E 3524041N``, ``X=275451 Y=3477769 zone 38N``, ``زون ٣٨ شرقيات … شماليات …``."""

import re
from collections.abc import Iterator

from opsec.geo.notations.base import CoordinateMatch, CoordinateText
from opsec.geo.notations.context_words import has_other_label_before
from opsec.geo.notations.grid_conversion import BANDS, in_band, utm_to_point
from opsec.model import Point

MIN_EASTING_M, MAX_EASTING_M = 160_000, 840_000
"""Range of eastings in a zone of six degrees on the equator, where it is widest."""
UTM_RADIUS_M = 2.0
"""Whole metres, rounded or truncated by the writer and once more by the conversion through a one-metre square."""

EASTING_LABEL = r"(?:eastings?|east|e|x|(?:ال)?شرقي(?:ات|ه)?|شرقا?|ق|س)"
NORTHING_LABEL = r"(?:northings?|north|n|y|(?:ال)?شمالي(?:ات|ه)?|شمالا?|ش|ص)"
UTM_LABEL = r"(?:utm|(?:ال)?(?:zone|زون|منطقه|نطاق))"
_ZONE_NUMBER = r"(?P<zone>0?[1-9]|[1-5][0-9]|60)"
_ZONE = rf"(?:(?<![^\W_])|(?<=utm)|(?<=zone))(?<![.,+-]){_ZONE_NUMBER}"
_BAND = rf"(?P<band>north|south|[{BANDS}]|شمالا?|جنوبا?)"
_EASTING_AT_ONCE = r"(?! ?e[ :=.]{0,3}[0-9]{6}[^0-9\n]{1,6}n)"
"""``zone 38 E 444123 N 3688456``: this E is not a band."""
_HEAD = rf"{_ZONE}(?:{_EASTING_AT_ONCE} ?{_BAND}(?![^\W0-9_]))?[ ,:;/-]{{0,3}}\n?"
_EASTING_METRES = r"0?(?P<easting>[0-9]{6}(?:\.[0-9]{1,6})?|[0-9]{3}[, '][0-9]{3}(?:\.[0-9]{1,6})?) ?m?"
_NORTHING_METRES = r"0?(?P<northing>[0-9]{5,8}(?:\.[0-9]{1,6})?|[0-9]{1,3}(?:[, '][0-9]{3}){1,2}(?:\.[0-9]{1,6})?) ?m?"
_SIGN = r"[ :=.]{0,3}"
_EASTING = rf"(?:{EASTING_LABEL}{_SIGN})?{_EASTING_METRES} ?(?:e|east|شرقا?|ق)?"
_NORTHING = rf"(?:{NORTHING_LABEL}{_SIGN})?{_NORTHING_METRES} ?(?:n|شمالا?|ش)?"
_E, _N = (
    rf"(?<![^\W_]){EASTING_LABEL}{_SIGN}{_EASTING_METRES}",
    rf"(?<![^\W_]){NORTHING_LABEL}{_SIGN}{_NORTHING_METRES}",
)
_BETWEEN = r"[ ,;:/_-]{1,3}\n?"
_END = r"(?![^\W_]|[.,][0-9])"
_ZONE_BEHIND = (
    rf"(?:[ ,;:/_()-]{{1,4}}\n?|\n)(?:utm[ :/-]{{0,2}})?(?:(?P<label>{UTM_LABEL})[ :.-]{{0,3}})?{_ZONE_NUMBER}"
    rf"(?: ?{_BAND})?(?![^\W_]|[.,][0-9])"
)
_PATTERNS = (
    re.compile(_HEAD + _EASTING + _BETWEEN + _NORTHING + _END),
    re.compile(_HEAD + _N + _BETWEEN + _E + _END),
    re.compile(_E + _BETWEEN + _N + _ZONE_BEHIND),
    re.compile(_N + _BETWEEN + _E + _ZONE_BEHIND),
    re.compile(rf"(?<=utm)[ :.-]{{1,3}}{_EASTING}{_BETWEEN}{_NORTHING}" + _ZONE_BEHIND),
    re.compile(rf"(?<![^\W_])(?<![.,+-]){_EASTING_METRES} ?e{_BETWEEN}{_NORTHING_METRES} ?n" + _ZONE_BEHIND),
)
_SIX_DIGITS = re.compile(r"[0-9]{3}[, ']?[0-9]{3}")
"""What every reference has: an easting in metres."""
_LABEL = re.compile(rf"{UTM_LABEL}[ :.-]{{0,3}}(?:zone[ :]{{0,2}})?\Z")
_LABEL_REACH = 24
_NORTH, _SOUTH = {"north", "شمال", "شمالا"}, {"south", "جنوب", "جنوبا"}


def parse_utm(text: CoordinateText) -> Iterator[CoordinateMatch]:
    """Yield every UTM reference with a zone before or behind it; the easting is first unless labels say otherwise."""
    if not _SIX_DIGITS.search(text.normalised):
        return
    for pattern in _PATTERNS:
        for found in pattern.finditer(text.normalised):
            start, end = found.span()
            labelled = _LABEL.search(text.normalised, max(0, start - _LABEL_REACH), start) is not None
            if "label" in pattern.groupindex:
                labelled = labelled or found["label"] is not None
                if not labelled and found["band"] is None:
                    continue
            point = _to_point(found, labelled=labelled)
            if point and (labelled or not has_other_label_before(text, start)):
                yield CoordinateMatch(start, end, "utm", point, UTM_RADIUS_M)


def _to_point(found: re.Match[str], *, labelled: bool) -> Point | None:
    """Convert a UTM reference to a point.

    The letter is usually a band; an N outside band N means the hemisphere, and so does an S after a label.
    """
    zone, band = int(found["zone"]), found["band"] or ""
    easting, northing = (float(re.sub("[, ']", "", found[axis])) for axis in ("easting", "northing"))
    if not MIN_EASTING_M <= easting <= MAX_EASTING_M:
        return None
    if not band or band in _NORTH:
        return utm_to_point(zone, "N", easting, northing) if labelled or band else None
    if band in _SOUTH:
        return utm_to_point(zone, "S", easting, northing)
    point = utm_to_point(zone, "N" if band >= "n" else "S", easting, northing)
    if point and (band == "n" or in_band(point, band)):
        return point
    return utm_to_point(zone, "S", easting, northing) if band == "s" and labelled else None
