"""Conversion of MGRS and UTM references into positions.

NGA.SIG.0012 (The Universal Grids and the Transverse Mercator and Polar Stereographic Map Projections);
the arithmetic is that of GEOTRANS, through the library ``mgrs``. Polar squares (UPS) are not converted.
"""

from functools import cache
from typing import Any

from opsec.geo.positions import valid_point
from opsec.model import Point
from opsec.runtime.process_state import ignore_warnings

BANDS = "cdefghjklmnpqrstuvwx"
"""Eight degrees of latitude each, from 80° south; the last one has twelve."""
METRE_DIGITS = 5
"""Digits each way of a reference to one metre."""
MAX_UTM_LAT = 80.0
_BAND_TOLERANCE_DEG = 0.1


def in_band(point: Point, band: str) -> bool:
    """Whether a position lies in a band of latitude, or on its edge."""
    south = -80 + 8 * BANDS.index(band)
    north = south + (12 if band == "x" else 8)
    return south - _BAND_TOLERANCE_DEG <= point.lat <= north + _BAND_TOLERANCE_DEG


def utm_to_point(zone: int, hemisphere: str, easting: float, northing: float) -> Point | None:
    """Convert metres in a zone of a hemisphere, ``N`` or ``S``; None when they are outside it."""
    converter, conversion_error = _converter()
    try:
        return mgrs_to_point(converter.UTMToMGRS(zone, hemisphere, easting, northing, METRE_DIGITS))
    except conversion_error:
        return None


def mgrs_to_point(reference: str) -> Point | None:
    """Convert a reference to 1 m into a point; None when there is no such square."""
    converter, conversion_error = _converter()
    try:
        with ignore_warnings(RuntimeWarning):  # a corner of the square is in the next latitude band
            lat, lon = converter.toLatLon(reference)
    except conversion_error:
        return None
    point = valid_point(lat, lon)
    return Point(round(point.lat, 7), round(point.lon, 7)) if point else None


def zone_and_band(point: Point) -> tuple[int, str] | None:
    """Zone and band, in small letters, of a position; None near the poles."""
    if abs(point.lat) > MAX_UTM_LAT:
        return None
    reference = _converter()[0].toMGRS(point.lat, point.lon, MGRSPrecision=0)
    return int(reference[:-3]), reference[-3].lower()


@cache
def _converter() -> tuple[Any, type[Exception]]:
    """Load the library and its exception class with the first reference, because most scans have none."""
    from mgrs import MGRS
    from mgrs.core import MGRSError

    return MGRS(), MGRSError
