"""The parts of an imported base: zones, buildings and landmarks, with what their names propose."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal, get_args

from opsec.model import Point, ZoneClass
from opsec.sites.importing.place import MapPlace
from opsec.sites.importing.place_types import is_building_name, propose_zone_class
from opsec.sites.ring_validation import Ring, round_fence, to_shapely

PartRole = Literal["zone", "building", "landmark"]
POINT_ZONE_RADIUS_M = 20.0
"""Radius of the zone around a point that is named like a gate or a tower."""
MAX_BUILDING_M2 = 20_000.0
"""A larger outline named like a building is a zone."""
_METRES_PER_DEGREE = 111_195.0
ZONE_CLASSES: tuple[ZoneClass, ...] = get_args(ZoneClass)


@dataclass(frozen=True, slots=True)
class BasePart:
    """A zone, building or landmark of a base."""

    role: PartRole
    names: tuple[str, ...]
    """May be empty."""
    zone_class: ZoneClass | None = None
    """Of a zone."""
    sensitivity: float | None = None
    polygons: tuple[tuple[Ring, ...], ...] = ()
    point: Point | None = None
    """Of a landmark."""

    @property
    def name(self) -> str:
        """The main name; may be empty."""
        return next(iter(self.names), "")


ChoosePart = Callable[[str, BasePart], BasePart | None]
"""Decides on a proposed part of a base with this name: the part as it is to be imported; None leaves it out."""


def zone_class_of(place: MapPlace) -> ZoneClass | None:
    """Class of a zone that the file gives, else the one that its name proposes."""
    given = place.properties.get("class")
    return next((known for known in ZONE_CLASSES if known == given), None) or propose_zone_class(place.names)


def propose_part(place: MapPlace) -> BasePart:
    """Propose what a place inside a base is."""
    zone_class = zone_class_of(place)
    sensitivity = place.properties.get("sensitivity")
    share = sensitivity if isinstance(sensitivity, float) and 0 <= sensitivity <= 1 else None
    role = place.properties.get("role")
    drawn_as_zone = role == "zone" or "class" in place.properties
    if place.point is not None and zone_class in (None, "other") and not drawn_as_zone:
        return BasePart("landmark", place.names, sensitivity=share, point=place.point)
    polygons = place.polygons if place.point is None else ((round_fence(place.point, POINT_ZONE_RADIUS_M),),)
    is_building = zone_class is None and is_building_name(place.names) and _area_m2(place) <= MAX_BUILDING_M2
    if role == "building" or (is_building and role != "zone"):
        return BasePart("building", place.names, sensitivity=share, polygons=polygons)
    return BasePart("zone", place.names, zone_class or "other", share, polygons)


def _area_m2(place: MapPlace) -> float:
    shape = to_shapely(place.polygons)
    return float(shape.area) * _METRES_PER_DEGREE**2 * math.cos(math.radians(shape.centroid.y))


def with_answer(part: BasePart, answer: str) -> BasePart:
    """Change a proposed zone or building as the officer answered: a zone class, ``building``, or nothing to accept it.

    Raises
    ------
    ValueError
        The answer is none of them.
    """
    if not answer:
        return part
    if answer == "building":
        return replace(part, role="building", zone_class=None)
    zone_class = next((known for known in ZONE_CLASSES if known == answer), None)
    if zone_class is None:
        raise ValueError(answer)
    return replace(part, role="zone", zone_class=zone_class)
