"""One half of a place: a latitude or a longitude, with the letter or the word that says which."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from opsec.geo.notations.coordinate_match import Written
from opsec.geo.notations.normalised_text import Plain
from opsec.geo.positions import place, step_m

Axis = Literal["lat", "lon", ""]

_HEMISPHERES: dict[str, tuple[Axis, int]] = {
    "n": ("lat", 1), "s": ("lat", -1), "e": ("lon", 1), "w": ("lon", -1),
    "north": ("lat", 1), "south": ("lat", -1), "east": ("lon", 1), "west": ("lon", -1),
    "ش": ("lat", 1), "ج": ("lat", -1), "ق": ("lon", 1), "غ": ("lon", -1),
    "شمال": ("lat", 1), "جنوب": ("lat", -1), "شرق": ("lon", 1), "غرب": ("lon", -1),
    "باكوور": ("lat", 1), "باشوور": ("lat", -1), "روژههلات": ("lon", 1), "روژياوا": ("lon", -1),
}  # fmt: skip
"""In plain form: English, Arabic (word and first letter), Sorani."""

HEMISPHERE = r"north|south|east|west|[nsew]|شمال[اي]?|جنوب[اي]?|شرق[اي]?|غرب[اي]?|[شجقغ]|باكوور|باشوور|روژههلات|روژياوا"
DEGREE = r"(?:°|deg(?:rees?)?|d(?= ?[0-9])|درجات|درجه)"
EDGE = r"(?<![^\W_])(?<!')"
"""Where a letter of its own may begin: not the s of ``it's``."""

_LAT = r"m?lat(?:itude)?|و?(?:خط|خطوط|دائره|دايره) (?:ال)?عرض|هيلي پاني"
_LON = r"m?lon(?:g(?:itude)?)?|lng|و?(?:خط|خطوط) (?:ال)?طول|هيلي دريژي"
_BREADTH, _LENGTH = r"و?(?:ال)?عرض", r"و?(?:ال)?طول"
_LABEL = re.compile(
    rf"{EDGE}(?:(?P<lat>{_LAT})|(?P<lon>{_LON})|(?P<breadth>{_BREADTH})|(?P<length>{_LENGTH}))\.?"
    r"[\"'\])]?[ \n]{0,2}(?:is |هو )?[:=~]?[ \n]{0,2}[\"'\[(]?\Z"
)
_LABEL_BEFORE = re.compile(rf"{EDGE}(?:(?P<lat>{_LAT})|(?P<lon>{_LON}))(?: ?[/,&|_-] ?| (?:and )?|(?= ?و))\Z")
"""``lat/lon: 33.3152, 44.3661``: the first of two labels is that of the first number."""
_LABEL_REACH = 28
_LOOSE = re.compile(r"[\s,;|/:_()\[\]{}\"'.&·•*-]{0,8}(?:(?:و|and|by)[\s,]{0,3})?[(\[{\"']?")
"""What may stand between two halves that both say which they are."""


@dataclass(frozen=True, slots=True)
class Angle:
    """A number of degrees as it was written."""

    start: int
    """Of its label, letter or sign."""
    end: int
    axis: Axis
    """Empty when nothing says which."""
    degrees: float
    step_deg: float
    """The smallest step that its digits can tell."""
    decimals: int
    """Of degrees; 0 for a sexagesimal one."""
    sure: bool
    """Its notation alone says that it is an angle of a place: a full label, a degree sign, minutes …"""


def hemisphere(letters: str) -> tuple[Axis, int]:
    """Which axis a letter or word means, and its sign."""
    return _HEMISPHERES.get(letters) or _HEMISPHERES[letters[:-1]]


def labelled(text: Plain, start: int) -> tuple[int, Axis, bool] | None:
    """The label that ends where a number begins: where it begins, its axis, and whether it can mean nothing else.

    Bare ``الطول`` and ``العرض`` are also the length and breadth of a room, and the first a person's height.
    """
    found = _LABEL.search(text.letters, max(0, start - _LABEL_REACH), start)
    if found is None:
        return None
    earlier = _LABEL_BEFORE.search(text.letters, max(0, found.start() - _LABEL_REACH), found.start())
    kind = (earlier or found).lastgroup or ""
    sure = earlier is not None or kind in {"lat", "lon"}
    return (earlier or found).start(), "lat" if kind in {"lat", "breadth"} else "lon", sure


def told_pairs(text: Plain, angles: list[Angle]) -> Iterator[tuple[int, Angle, Angle]]:
    """Neighbours that both say which half they are, one of each; with the index of the first."""
    at = 0
    while at + 1 < len(angles):
        first, second = angles[at], angles[at + 1]
        if {first.axis, second.axis} == {"lat", "lon"} and second.start - first.end <= 16:
            between = text.letters[first.end : second.start]
            if _LOOSE.fullmatch(between):
                yield at, first, second
                at += 1
        at += 1


def together(first: Angle, second: Angle, notation: Literal["decimal", "sexagesimal"]) -> Written | None:
    """Two halves as a place: in the order they tell, else latitude first; none when that lies nowhere on Earth."""
    if first.axis and first.axis == second.axis:
        return None
    lat, lon = (second, first) if first.axis == "lon" or second.axis == "lat" else (first, second)
    point = place(lat.degrees, lon.degrees)
    if point is None:
        return None
    return Written(
        first.start, second.end, notation, point, step_m(point.lat, max(first.step_deg, second.step_deg))
    )  # fmt: skip
