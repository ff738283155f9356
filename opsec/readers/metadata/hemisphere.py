"""The hemisphere of a latitude or longitude, from the letter, word or bytes that a writer put beside it.

A position must never end up in the wrong half of the world. Where the hemisphere is not recorded, or two fields
contradict each other, both halves are possible positions, and each says so.
"""

from collections.abc import Iterable, Sequence
from itertools import product

from opsec.geo.positions import valid_point
from opsec.model import Point

LATITUDE_LETTERS, LONGITUDE_LETTERS = "NS", "EW"
_SIGNS = {"N": 1, "S": -1, "E": 1, "W": -1}
MAX_LENGTH = 40
"""Limit in code points of what is looked at; ExifTool writes ``South Latitude`` at most."""


def parse_hemisphere(written: object, letters: str) -> int | None:
    """Sign of a hemisphere letter or word; None when there is none, or it belongs to the other axis.

    ``written`` is a text, or numbers that hold its characters: some writers store the letter as bytes or 16-bit
    numbers. Words count by their first letter (``South``, ``sud``); ``O`` is west in French and east in German, so it
    decides nothing.

    >>> parse_hemisphere(" s\\0", "NS"), parse_hemisphere([87, 0], "EW"), parse_hemisphere("E", "NS")
    (-1, -1, None)
    """
    text = _to_text(written).replace("\0", "").strip().upper()
    return _SIGNS[text[0]] if text and text[0] in letters else None


def _to_text(written: object) -> str:
    if isinstance(written, str):
        return written[:MAX_LENGTH]
    if isinstance(written, bytes):
        return written[:MAX_LENGTH].decode("latin-1")
    if isinstance(written, Iterable):
        return "".join(_number_to_text(one) for one, _ in zip(written, range(MAX_LENGTH), strict=False))
    return _number_to_text(written)


def _number_to_text(number: object) -> str:
    """Characters in one number: ``0x53``, or ``0x5300`` where two bytes were stored as one number."""
    if not isinstance(number, int) or not 0 <= number < 1 << 64:
        return ""
    return number.to_bytes(8, "big").decode("latin-1")


def possible_points(lat: float, lat_sign: int | None, lon: float, lon_sign: int | None) -> list[Point]:
    """Positions that the numbers may mean: one where both hemispheres are known, else two or four.

    Combinations that are no position are left out; the north-east one comes first.

    Parameters
    ----------
    lat, lon
        Magnitudes in degrees, without a sign.
    lat_sign, lon_sign
        1 for north or east, -1 for south or west, None where the hemisphere is not known.
    """
    lats, lons = _signed(lat, lat_sign), _signed(lon, lon_sign)
    points = (valid_point(one, other) for one, other in product(lats, lons))
    return list(dict.fromkeys(point for point in points if point is not None))


def _signed(magnitude: float, sign: int | None) -> Sequence[float]:
    if magnitude == 0:
        return (0.0,)
    return (magnitude * sign,) if sign is not None else (magnitude, -magnitude)
