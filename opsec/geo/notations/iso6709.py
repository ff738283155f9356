"""Places as phones write them into video: ISO 6709:2008, Annex H, the text form.

``+33.9800+043.2500+028.516CRSWGS_84/``: latitude, longitude, perhaps an altitude, perhaps the name
of a reference system, and a solidus that many writers forget. Degrees may be DD.DDDD, DDMM.MMM or
DDMMSS.SS; only the count of digits before the point tells which.
"""

import re
from dataclasses import dataclass

from opsec.geo.positions import altitude, place, recorded_m
from opsec.model import Point

LONGEST = 200
"""Code points; the longest text that the standard can mean is a third of it."""

_ASCII = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫,−", "01234567890123456789..-")
_NUMBER = r"([+-])([0-9]{1,7})(?:\.([0-9]{0,15}))?"
_WHOLE = re.compile(rf"{_NUMBER}{_NUMBER}(?:([+-][0-9]{{1,7}}(?:\.[0-9]{{0,15}})?)?)(?:CRS[^/]{{0,80}})?/?")

_PAIR = re.compile(
    r"([+-]?[0-9]{1,2})\.([0-9]{1,15})(?: {0,2}[,; ] {0,2}|(?=[+-]))([+-]?[0-9]{1,3})\.([0-9]{1,15})/?", re.ASCII
)

_FORMS = {
    **dict.fromkeys([(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (2, 3)], 0),
    (4, 5): 1,
    (6, 7): 2,
}
"""Digits before the point of latitude and longitude → sexagesimal parts after the degrees.

The standard asks for two and three digits of degrees; writers that do not pad them are understood too."""


@dataclass(frozen=True, slots=True)
class Iso6709:
    """A place as the text tells it."""

    point: Point | None
    """None: the text is well formed, and lies nowhere on Earth or means "no fix"."""
    accuracy_m: float
    """From the number of digits written."""
    altitude_m: float | None


def parse(text: str) -> Iso6709 | None:
    """What a text says, or none when it is not one ISO 6709 text from end to end.

    >>> parse("+3358.80+04315.00/").point
    Point(lat=33.98, lon=43.25)
    """
    if len(text) > LONGEST:
        return None
    found = _WHOLE.fullmatch(text.strip(" \0\t\r\n").translate(_ASCII))
    if found is None:
        return None
    lat_sign, lat_whole, lat_part, lon_sign, lon_whole, lon_part, height = found.groups()
    parts: int | None = _FORMS.get((len(lat_whole), len(lon_whole)))
    if parts is None:
        return None
    lat = _degrees(lat_sign, lat_whole, lat_part or "", parts)
    lon = _degrees(lon_sign, lon_whole, lon_part or "", parts)
    if lat is None or lon is None:
        return None
    point = place(lat, lon)
    step_deg = max(10.0 ** -len(lat_part or ""), 10.0 ** -len(lon_part or "")) / 60**parts
    return Iso6709(point, recorded_m(lat, step_deg) if point else 0.0, altitude(float(height)) if height else None)


def pair(text: str) -> Iso6709 | None:
    """Two decimal degrees, as hands and careless writers put them into such a field, or none when it is not that.

    >>> pair("33.98, -43.25").point
    Point(lat=33.98, lon=-43.25)
    """
    found = _PAIR.fullmatch(text.strip(" \0\t\r\n")) if len(text) <= LONGEST else None
    if found is None:
        return None
    lat, lon = float(f"{found[1]}.{found[2]}"), float(f"{found[3]}.{found[4]}")
    point = place(lat, lon)
    step_deg = max(10.0 ** -len(found[2]), 10.0 ** -len(found[4]))
    return Iso6709(point, recorded_m(lat, step_deg) if point else 0.0, None)


def _degrees(sign: str, whole: str, part: str, parts: int) -> float | None:
    """Degrees of one number; none when its minutes or seconds reach 60."""
    cut = len(whole) - 2 * parts
    fields: list[float] = [float(whole[:cut])] + [float(whole[at : at + 2]) for at in range(cut, len(whole), 2)]
    fields[-1] = float(f"{int(fields[-1])}.{part or 0}")
    if any(field >= 60 for field in fields[1:]):
        return None
    degrees: float = round(sum(field / 60**power for power, field in enumerate(fields)), 9)  # a tenth of a millimetre
    return -degrees if sign == "-" else degrees
