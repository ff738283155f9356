"""Positions as phones write them into video: the text form of ISO 6709:2008, Annex H.

``+33.9800+043.2500+028.516CRSWGS_84/``: latitude, longitude, optionally an altitude and the name
of a reference system, and a solidus that many writers omit. Degrees may be DD.DDDD, DDMM.MMM or
DDMMSS.SS; the number of digits before the point decides which.
"""

import re
from dataclasses import dataclass

from opsec.geo.positions import receiver_accuracy_m, valid_altitude_m, valid_point
from opsec.model import Point

MAX_LENGTH = 200
"""Code points; the longest text that the standard allows is a third of it."""

_ASCII = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫,−", "01234567890123456789..-")
_NUMBER = r"([+-])([0-9]{1,7})(?:\.([0-9]{0,15}))?"
_ISO6709 = re.compile(rf"{_NUMBER}{_NUMBER}(?:([+-][0-9]{{1,7}}(?:\.[0-9]{{0,15}})?)?)(?:CRS[^/]{{0,80}})?/?")

_PAIR = re.compile(
    r"([+-]?[0-9]{1,2})\.([0-9]{1,15})(?: {0,2}[,; ] {0,2}|(?=[+-]))([+-]?[0-9]{1,3})\.([0-9]{1,15})/?", re.ASCII
)

_SEXAGESIMAL_PARTS = {
    **dict.fromkeys([(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)], 0),
    (4, 5): 1,
    (6, 7): 2,
}
"""Digits before the point of latitude and longitude → sexagesimal parts after the degrees.

The standard asks for two and three digits of degrees; unpadded degrees are accepted too."""


@dataclass(frozen=True, slots=True)
class Iso6709:
    """A parsed position."""

    point: Point | None
    """None when the text is well formed but out of range, or means "no fix"."""
    accuracy_m: float
    """Error radius that follows from the digits written; 0 without a point."""
    altitude_m: float | None


def parse_iso6709(text: str) -> Iso6709 | None:
    """Parse a text, or return None when it is not one ISO 6709 string from end to end.

    >>> parse_iso6709("+3358.80+04315.00/").point
    Point(lat=33.98, lon=43.25)
    """
    if len(text) > MAX_LENGTH:
        return None
    match = _ISO6709.fullmatch(text.strip(" \0\t\r\n").translate(_ASCII))
    if match is None:
        return None
    lat_sign, lat_integer, lat_fraction, lon_sign, lon_integer, lon_fraction, height = match.groups()
    parts: int | None = _SEXAGESIMAL_PARTS.get((len(lat_integer), len(lon_integer)))
    if parts is None:
        return None
    lat = _to_degrees(lat_sign, lat_integer, lat_fraction or "", parts)
    lon = _to_degrees(lon_sign, lon_integer, lon_fraction or "", parts)
    if lat is None or lon is None:
        return None
    point = valid_point(lat, lon)
    step_deg = max(10.0 ** -len(lat_fraction or ""), 10.0 ** -len(lon_fraction or "")) / 60**parts
    return Iso6709(
        point, receiver_accuracy_m(lat, step_deg) if point else 0.0, valid_altitude_m(float(height)) if height else None
    )


def parse_decimal_pair(text: str) -> Iso6709 | None:
    """Parse two decimal degrees, which people and careless software write into such a field; None for anything else.

    >>> parse_decimal_pair("33.98, -43.25").point
    Point(lat=33.98, lon=-43.25)
    """
    match = _PAIR.fullmatch(text.strip(" \0\t\r\n")) if len(text) <= MAX_LENGTH else None
    if match is None:
        return None
    lat, lon = float(f"{match[1]}.{match[2]}"), float(f"{match[3]}.{match[4]}")
    point = valid_point(lat, lon)
    step_deg = max(10.0 ** -len(match[2]), 10.0 ** -len(match[4]))
    return Iso6709(point, receiver_accuracy_m(lat, step_deg) if point else 0.0, None)


def _to_degrees(sign: str, integer: str, fraction: str, parts: int) -> float | None:
    """Convert one number to degrees; None when its minutes or seconds reach 60."""
    cut = len(integer) - 2 * parts
    fields: list[float] = [float(integer[:cut])] + [float(integer[at : at + 2]) for at in range(cut, len(integer), 2)]
    fields[-1] = float(f"{int(fields[-1])}.{fraction or 0}")
    if any(field >= 60 for field in fields[1:]):
        return None
    degrees: float = round(
        sum(field / 60**power for power, field in enumerate(fields)), 9
    )  # nine decimals: a tenth of a millimetre
    return -degrees if sign == "-" else degrees
