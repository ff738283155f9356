"""Plus Codes: ``8H322XXF+FM``, full, or short beside the name of a town (``2XXF+FM``).

Open Location Code specification (github.com/google/open-location-code, ``Documentation/Specification``):
ten digits of base 20 in five pairs of latitude and longitude, then digits that split the cell into four
columns and five rows. Implemented here because the only packaged decoder has not been maintained since 2019.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from opsec.geo.notations.base import CoordinateMatch, CoordinateText, cell_radius_m
from opsec.geo.notations.context_words import is_other_code
from opsec.model import Point

ALPHABET = "23456789cfghjmpqrvwx"
MAX_DIGITS = 15
"""Further digits are ignored, as in the specification: the cell is a few millimetres wide by then."""
MAX_SHORT_CODES = 10
"""Per text; each short code is resolved against every site."""
_PAIR_COUNT = 5
_SEPARATOR_POSITION = 8
"""Digits before the plus of a full code."""
_BASE = 20
_MAX_LAT = 89.999_999
_GRID_ROWS, _GRID_COLUMNS = 5, 4
_FIRST_CELL_DEG = 400.0
"""Side of the virtual cell that the first pair of digits splits into twenty by twenty."""

_MIN_DISTINCT_CHARACTERS = 4

_FULL_CODE = rf"[2-9c][2-9cfghjmpqrv][{ALPHABET}]{{6}}\+[{ALPHABET}]{{2,7}}"
_ONLY_FULL_CODE = re.compile(rf" ?({_FULL_CODE}) ?")
_CODE = re.compile(
    rf"(?<![^\W_])(?<!\+)(?=[{ALPHABET}+]{{0,17}}[a-z])"
    rf"(?:(?P<full>{_FULL_CODE})"
    rf"|(?P<short>(?:[{ALPHABET}]{{2}})?[{ALPHABET}]{{4}}\+[{ALPHABET}]{{2,3}}))"
    r"(?![^\W_]|\+)"
)
"""Requires at least one letter: digits around a plus are a sum."""


@dataclass(frozen=True, slots=True)
class CodeArea:
    """Area that a code denotes."""

    south: float
    west: float
    height_deg: float
    width_deg: float

    @property
    def centre(self) -> Point:
        """Point that an application shows for the code."""
        return Point(min(self.south + self.height_deg / 2, 90.0), self.west + self.width_deg / 2)

    @property
    def radius_m(self) -> float:
        """Distance from the centre to the furthest corner."""
        return cell_radius_m(self.south, self.height_deg, self.width_deg)


def parse_plus_codes(text: CoordinateText) -> Iterator[CoordinateMatch]:
    """Yield every Plus Code in a text; short codes have no position and count only in capitals."""
    short = 0
    for found in _CODE.finditer(text.normalised):
        start, end = found.span()
        if is_other_code(text, start, end):
            continue
        if found["full"]:
            cell = decode(found["full"])
            yield CoordinateMatch(start, end, "plus code", cell.centre, cell.radius_m)
        elif short < MAX_SHORT_CODES and _looks_like_short_code(text.original_slice(start, end)):
            short += 1
            yield CoordinateMatch(start, end, "short plus code")


def parse_full_code(value: str) -> CodeArea | None:
    """Decode a value that consists of one full code, as in a map URL, where even digits alone are not a sum."""
    match = _ONLY_FULL_CODE.fullmatch(value)
    return decode(match[1]) if match else None


def _looks_like_short_code(code: str) -> bool:
    """Whether it is in capitals, as applications show codes, and not like ``WWWW+WW``."""
    return code.isupper() and len(set(code)) >= _MIN_DISTINCT_CHARACTERS


def decode(code: str) -> CodeArea:
    """Decode a full code, in either case.

    >>> decode("8H322XXF+FM").centre
    Point(lat=31.0486875, lon=40.9741875)
    """
    digits = [ALPHABET.index(digit) for digit in code.lower().replace("+", "")[:MAX_DIGITS]]
    lat = lon = 0.0
    height_deg = width_deg = _FIRST_CELL_DEG
    for lat_digit, lon_digit in zip(digits[: 2 * _PAIR_COUNT : 2], digits[1 : 2 * _PAIR_COUNT : 2], strict=True):
        height_deg, width_deg = height_deg / _BASE, width_deg / _BASE
        lat, lon = lat + lat_digit * height_deg, lon + lon_digit * width_deg
    for digit in digits[2 * _PAIR_COUNT :]:
        height_deg, width_deg = height_deg / _GRID_ROWS, width_deg / _GRID_COLUMNS
        lat, lon = lat + digit // _GRID_COLUMNS * height_deg, lon + digit % _GRID_COLUMNS * width_deg
    return CodeArea(round(lat - 90, 12), round(lon - 180, 12), height_deg, width_deg)


def recover_nearest(short: str, reference: Point) -> CodeArea:
    """Recover the full code nearest to a reference position.

    Specification, "Recovering a full code": the missing digits are those of the reference position,
    moved by one cell of that size where the neighbouring cell is nearer.
    """
    missing = _SEPARATOR_POSITION - short.index("+")
    size_deg = _FIRST_CELL_DEG / _BASE ** (missing // 2)
    cell = decode(_encode_prefix(reference, missing) + short)
    centre, shifts = cell.centre, (0.0, -size_deg, size_deg)
    south = min(
        (cell.south + shift for shift in shifts if -90 <= centre.lat + shift <= 90),
        key=_distance_to_cell(reference.lat, cell.height_deg),
    )
    west = min((cell.west + shift for shift in shifts), key=_distance_to_cell(reference.lon, cell.width_deg))
    return CodeArea(south, (west + 180) % 360 - 180, cell.height_deg, cell.width_deg)


def _encode_prefix(point: Point, count: int) -> str:
    """Encode the first ``count`` digits, an even number, of the code of a position."""
    lat, lon = min(point.lat, _MAX_LAT) + 90, (point.lon + 180) % 360
    digits, size_deg = "", _FIRST_CELL_DEG
    for _pair in range(count // 2):
        size_deg /= _BASE
        digits += ALPHABET[int(lat // size_deg)] + ALPHABET[int(lon // size_deg)]
        lat, lon = lat % size_deg, lon % size_deg
    return digits


def _distance_to_cell(degrees: float, size_deg: float) -> Callable[[float], float]:
    """Return a function from the edge of a cell to the distance in degrees of its centre, modulo 360."""

    def distance_deg(edge_deg: float) -> float:
        difference = abs(edge_deg + size_deg / 2 - degrees) % 360
        return min(difference, 360 - difference)

    return distance_deg
