"""What every notation gives: a place, where its words stand, and how finely they tell it."""

import math
from dataclasses import dataclass
from typing import Literal

from opsec.geo.positions import METRES_PER_DEGREE
from opsec.model import Point

Notation = Literal[
    "decimal", "sexagesimal", "mgrs", "utm", "plus code", "short plus code", "geohash", "geo uri", "link",
    "unresolved link",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """A place written in a text."""

    start: int
    end: int
    """Code points, end exclusive: of the plain form inside this package, of the text itself outside."""
    notation: Notation
    point: Point | None = None
    """None for the two notations that tell a place only together with something else: another place, or a network."""
    accuracy_m: float | None = None


def cell_radius_m(lat: float, height_deg: float, width_deg: float) -> float:
    """From the centre of a cell to its corner: the circle in which whatever it means must lie."""
    width_m = width_deg * METRES_PER_DEGREE * math.cos(math.radians(lat))
    return math.hypot(height_deg * METRES_PER_DEGREE, width_m) / 2
