"""One angle of a position: a latitude or a longitude, with the label or hemisphere that says which."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NamedTuple

from opsec.geo.notations.base import CoordinateMatch, CoordinateText
from opsec.geo.positions import precision_radius_m, valid_point

Axis = Literal["lat", "lon", ""]

_HEMISPHERES: dict[str, tuple[Axis, int]] = {
    "n": ("lat", 1), "s": ("lat", -1), "e": ("lon", 1), "w": ("lon", -1),
    "north": ("lat", 1), "south": ("lat", -1), "east": ("lon", 1), "west": ("lon", -1),
    "ش": ("lat", 1), "ج": ("lat", -1), "ق": ("lon", 1), "غ": ("lon", -1),
    "شمال": ("lat", 1), "جنوب": ("lat", -1), "شرق": ("lon", 1), "غرب": ("lon", -1),
    "باكوور": ("lat", 1), "باشوور": ("lat", -1), "روژههلات": ("lon", 1), "روژياوا": ("lon", -1),
}  # fmt: skip
"""Axis and sign by word in normalised form: English, Arabic (word and first letter), Sorani."""

HEMISPHERE = r"north|south|east|west|[nsew]|شمال[اي]?|جنوب[اي]?|شرق[اي]?|غرب[اي]?|[شجقغ]|باكوور|باشوور|روژههلات|روژياوا"
DEGREE_SIGN = r"°|deg(?:rees?)?|درجات|درجه"
DEGREE = rf"(?:{DEGREE_SIGN}|d(?= ?[0-9]))"
WORD_START = r"(?<![^\W_])(?<!')"
"""Where a single letter may begin: not the s of ``it's``."""

_LAT = r"m?lat(?:itude)?|و?(?:خط|خطوط|دائره|دايره) (?:ال)?عرض|هيلي پاني"
_LON = r"m?lon(?:g(?:itude)?)?|lng|و?(?:خط|خطوط) (?:ال)?طول|هيلي دريژي"
_AMBIGUOUS_LAT, _AMBIGUOUS_LON = r"و?(?:ال)?عرض", r"و?(?:ال)?طول"
"""Bare ``العرض`` and ``الطول`` are also the breadth and length of a room, and the second a person's height."""
_LABEL = re.compile(
    rf"(?<![^\W0-9_])(?<!')(?:(?P<lat>{_LAT})|(?P<lon>{_LON})|(?P<breadth>{_AMBIGUOUS_LAT})|(?P<length>{_AMBIGUOUS_LON}))\.?"
    r"[\"'\])]?[ \n]{0,2}(?:is |هو )?[:=~]?[ \n]{0,2}[\"'\[(]?\Z"
)
_FIRST_OF_TWO_LABELS = re.compile(
    rf"{WORD_START}(?:(?P<lat>{_LAT})|(?P<lon>{_LON}))(?: ?[/,&|_-] ?| (?:and )?|(?= ?و))\Z"
)
"""``lat/lon: 33.3152, 44.3661``: the first of two labels belongs to the first number."""
_LABEL_REACH = 28
"""Characters before a number in which its label is searched for."""
_MAX_PAIR_GAP = 16
"""Characters between two angles of one position."""
_AXIS_PAIR_SEPARATOR = re.compile(r"[\s,;|/:_()\[\]{}\"'.&·•*-]{0,8}(?:(?:و|and|by)[\s,]{0,3})?[(\[{\"']?")
"""What may stand between two angles that both state their axis."""


@dataclass(frozen=True, slots=True)
class Angle:
    """A number of degrees found in a text."""

    start: int
    """Of its label, hemisphere or sign."""
    end: int
    axis: Axis
    """Empty when the text does not state it."""
    degrees: float
    step_deg: float
    """Resolution of the digits written."""
    decimals: int
    """Decimal places of the degrees; 0 for a sexagesimal angle."""
    unambiguous: bool
    """Whether the notation alone marks it as a geographic angle: a full label, a degree sign, minutes …"""


class AxisLabel(NamedTuple):
    """A word in front of a number that states its axis."""

    start: int
    axis: Axis
    unambiguous: bool
    """False for the bare words for length and breadth."""


def parse_hemisphere(letters: str) -> tuple[Axis, int]:
    """Axis and sign of a hemisphere letter or word."""
    return _HEMISPHERES.get(letters) or _HEMISPHERES[letters[:-1]]


def find_axis_label(text: CoordinateText, start: int) -> AxisLabel | None:
    """Find the label that ends where a number starts."""
    label = _LABEL.search(text.normalised, max(0, start - _LABEL_REACH), start)
    if label is None:
        return None
    first = _FIRST_OF_TWO_LABELS.search(text.normalised, max(0, label.start() - _LABEL_REACH), label.start())
    group = (first or label).lastgroup or ""
    return AxisLabel(
        start=(first or label).start(),
        axis="lat" if group in {"lat", "breadth"} else "lon",
        unambiguous=first is not None or group in {"lat", "lon"},
    )


def pair_by_axis(text: CoordinateText, angles: list[Angle]) -> Iterator[tuple[int, Angle, Angle]]:
    """Yield neighbouring angles of which one states latitude and one longitude, with the index of the first."""
    at = 0
    while at + 1 < len(angles):
        first, second = angles[at], angles[at + 1]
        if {first.axis, second.axis} == {"lat", "lon"} and second.start - first.end <= _MAX_PAIR_GAP:
            between = text.normalised[first.end : second.start]
            if _AXIS_PAIR_SEPARATOR.fullmatch(between):
                yield at, first, second
                at += 1
        at += 1


def combine_angles(first: Angle, second: Angle, notation: Literal["decimal", "sexagesimal"]) -> CoordinateMatch | None:
    """Combine two angles into a position.

    The axes decide the order; without any, latitude comes first. None when both have one axis or the
    position is not valid.
    """
    if first.axis and first.axis == second.axis:
        return None
    lat, lon = (second, first) if first.axis == "lon" or second.axis == "lat" else (first, second)
    point = valid_point(lat.degrees, lon.degrees)
    if point is None:
        return None
    accuracy_m = precision_radius_m(point.lat, max(first.step_deg, second.step_deg))
    return CoordinateMatch(first.start, second.end, notation, point, accuracy_m)
