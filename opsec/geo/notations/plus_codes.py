"""Plus Codes: ``8H322XXF+FM``, whole, or short beside the name of a town (``2XXF+FM``).

Open Location Code specification (github.com/google/open-location-code, ``Documentation/Specification``):
ten digits of base 20 in five pairs of latitude and longitude, then digits that split the cell in four
columns and five rows. Written here because the only packaged decoder has stood still since 2019.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from opsec.geo.notations.coordinate_match import Written, cell_radius_m
from opsec.geo.notations.normalised_text import Plain
from opsec.model import Point

ALPHABET = "23456789cfghjmpqrvwx"
MOST_DIGITS = 15
"""More tell nothing: the cell is a few millimetres wide by then."""
MOST_SHORT = 10
"""Short codes of one text: each is read beside every site."""
_PAIRS = 5
_WHOLE = 8
"""Digits before the plus of a whole code."""

_WHOLE_CODE = rf"[2-9c][2-9cfghjmpqrv][{ALPHABET}]{{6}}\+[{ALPHABET}]{{2,7}}"
_ALONE = re.compile(rf" ?({_WHOLE_CODE}) ?")
_CODE = re.compile(
    rf"(?<![^\W_])(?<!\+)(?=[{ALPHABET}+]{{0,17}}[a-z])"
    rf"(?:(?P<whole>{_WHOLE_CODE})"
    rf"|(?P<short>(?:[{ALPHABET}]{{2}})?[{ALPHABET}]{{4}}\+[{ALPHABET}]{{2,3}}))"
    r"(?![^\W_]|\+)"
)
"""With one letter at least: digits around a plus are a sum."""


@dataclass(frozen=True, slots=True)
class Cell:
    """The area that a code names."""

    south: float
    west: float
    height_deg: float
    width_deg: float

    @property
    def centre(self) -> Point:
        """What a reader of the code is shown."""
        return Point(min(self.south + self.height_deg / 2, 90.0), self.west + self.width_deg / 2)

    @property
    def radius_m(self) -> float:
        """From the centre to the furthest corner."""
        return cell_radius_m(self.south, self.height_deg, self.width_deg)


def plus_codes(text: Plain) -> Iterator[Written]:
    """Every Plus Code in a text; a short one without a place of its own, and only in capitals, as it is shown."""
    short = 0
    for found in _CODE.finditer(text.letters):
        start, end = found.span()
        if found["whole"]:
            cell = decoded(found["whole"])
            yield Written(start, end, "plus code", cell.centre, cell.radius_m)
        elif short < MOST_SHORT and _is_shown_so(text.as_written(start, end)):
            short += 1
            yield Written(start, end, "short plus code")


def alone(value: str) -> Cell | None:
    """The cell of a whole code that is all there is, as in the address of a map, where even digits alone are no sum."""
    found = _ALONE.fullmatch(value)
    return decoded(found[1]) if found else None


def _is_shown_so(code: str) -> bool:
    """In capitals, as applications show it, and not ``WWWW+WW``."""
    return code.isupper() and len(set(code)) > 3


def decoded(code: str) -> Cell:
    """The cell of a whole code, in either case.

    >>> decoded("8H322XXF+FM").centre
    Point(lat=31.0486875, lon=40.9741875)
    """
    digits = [ALPHABET.index(digit) for digit in code.lower().replace("+", "")[:MOST_DIGITS]]
    lat = lon = 0.0
    height_deg = width_deg = 400.0
    for lat_digit, lon_digit in zip(digits[: 2 * _PAIRS : 2], digits[1 : 2 * _PAIRS : 2], strict=True):
        height_deg, width_deg = height_deg / 20, width_deg / 20
        lat, lon = lat + lat_digit * height_deg, lon + lon_digit * width_deg
    for digit in digits[2 * _PAIRS :]:
        height_deg, width_deg = height_deg / 5, width_deg / 4
        lat, lon = lat + digit // 4 * height_deg, lon + digit % 4 * width_deg
    return Cell(round(lat - 90, 12), round(lon - 180, 12), height_deg, width_deg)


def nearest(short: str, around: Point) -> Cell:
    """The cell of a short code that lies nearest to a place: how people who know the town read it.

    Specification, "Recovering a full code": the missing digits are those of the reference place,
    moved by one cell of that size where the neighbour lies nearer.
    """
    missing = _WHOLE - short.index("+")
    size_deg = 400.0 / 20 ** (missing // 2)
    cell = decoded(_first_digits(around, missing) + short)
    centre, shifts = cell.centre, (0.0, -size_deg, size_deg)
    south = min(
        (cell.south + s for s in shifts if -90 <= centre.lat + s <= 90), key=_apart(around.lat, cell.height_deg)
    )
    west = min((cell.west + s for s in shifts), key=_apart(around.lon, cell.width_deg))
    return Cell(south, (west + 180) % 360 - 180, cell.height_deg, cell.width_deg)


def _first_digits(point: Point, count: int) -> str:
    """The first digits, an even number of them, of the code of a place."""
    lat, lon = min(point.lat, 89.999_999) + 90, (point.lon + 180) % 360
    digits, size_deg = "", 400.0
    for _pair in range(count // 2):
        size_deg /= 20
        digits += ALPHABET[int(lat // size_deg)] + ALPHABET[int(lon // size_deg)]
        lat, lon = lat % size_deg, lon % size_deg
    return digits


def _apart(degrees: float, size_deg: float) -> Callable[[float], float]:
    """How far the middle of a cell that begins at so many degrees lies from here, the short way round."""

    def away(edge: float) -> float:
        across = abs(edge + size_deg / 2 - degrees) % 360
        return min(across, 360 - across)

    return away
