"""Group the places of a map into bases: what lies inside an outline belongs to it.

* An outline inside another belongs to it, unless it is named like a base of its own.
* A point inside an outline, or close to it, belongs to it too.
* Two outlines of nearly the same area are one base with two names, and so are an outline and a point named like a base.
* A place named like part of a base (a gate, say) that has no outline around it belongs to a point close by.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from opsec.sites.importing.base_parts import zone_class_of
from opsec.sites.importing.place import MapPlace
from opsec.sites.importing.place_types import is_base_name, is_building_name, is_fence_name, propose_zone_class
from opsec.sites.ring_validation import extent_km, to_shapely
from opsec.text.normalise import normalise

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MAX_HOST_KM = 15
"""A larger outline is an area with several bases: it stays a site of its own."""
MAX_POINT_DISTANCE_M = 500
"""A point this close to an outline belongs to it."""
MAX_ZONE_DISTANCE_M = 200
"""An outline named like part of a base belongs to the base if it is this close."""
MIN_SHARE_INSIDE = 0.5
MIN_SHARE_SAME = 0.9
"""Two outlines that share this much of their area are one."""
MAX_COMPARED = 100
"""A place is compared with this many of the closest bases."""
_METRES_PER_DEGREE = 111_195.0


@dataclass(slots=True)
class GroupedBase:
    """A base with the places that belong to it."""

    place: MapPlace
    shape: "BaseGeometry"
    names: list[str]
    parts: list[tuple[int, MapPlace]] = field(default_factory=list)
    """What belongs to the base, each with its index in the file."""
    may_host: bool = True
    """Whether the outline is small enough to be one base."""

    def add_names(self, names: Sequence[str]) -> None:
        """Add names that the base does not have; they replace one that only says "fence"."""
        if names and is_fence_name(self.names):
            self.names.clear()
        self.names += [name for name in names if name not in self.names]


def group_places(places: Sequence[MapPlace]) -> list[GroupedBase]:
    """Group places into bases, in the order of the file."""
    grouping = _Grouping(places)
    grouping.run()
    return [base for _index, base in sorted(grouping.bases.items())]


class _Grouping:
    """The places of a file, and the bases found so far by the index of their place."""

    def __init__(self, places: Sequence[MapPlace]) -> None:
        import numpy as np
        from shapely import STRtree

        self.places = places
        self.shapes = [_shape(place) for place in places]
        self.classed = [zone_class_of(place) is not None for place in places]
        self.bases: dict[int, GroupedBase] = {}
        self._tree = STRtree(self.shapes)
        self._is_base = np.zeros(len(places), bool)
        self._is_outline = np.array([bool(place.polygons) for place in places])

    def run(self) -> None:
        """Find the bases, from the largest outline to the points that only name a part."""
        outlines = [index for index, place in enumerate(self.places) if place.polygons]
        outlines.sort(key=lambda index: -self.shapes[index].area)
        points = [index for index, place in enumerate(self.places) if place.point is not None]
        parts_only = [index for index in outlines if self._is_part_only(index)]
        later = set(parts_only)
        for index in outlines:
            if index not in later:
                self._place_outline(index)
        for index in points:
            if not self.classed[index]:
                self._place_point(index)
        for index in parts_only:
            self._place_outline(index)
        for index in points:
            if self.classed[index]:
                self._place_point(index)

    def _is_part_only(self, index: int) -> bool:
        """Whether an outline is named like a part of a base, and nothing is inside it. A fence is that of a base."""
        if not self.classed[index] or zone_class_of(self.places[index]) == "perimeter":
            return False
        inside = self._tree.query(self.shapes[index], predicate="contains")
        return not any(other != index and self.places[other].polygons for other in inside.tolist())

    def _place_outline(self, index: int) -> None:
        place = self.places[index]
        hosts = () if place.properties.get("role") == "perimeter" else self._near(index, MAX_POINT_DISTANCE_M)
        if not any(self._join_outline(index, base, distance_m) for base, distance_m in hosts):
            self._add_base(index)

    def _join_outline(self, index: int, base: GroupedBase, distance_m: float) -> bool:
        """Add an outline to a base; return whether it belongs there."""
        place, shape, classed = self.places[index], self.shapes[index], self.classed[index]
        if base.place.point is not None:
            return classed and self._take(base, index)
        common = base.shape.intersection(shape).area
        inside, same = common / shape.area, common / base.shape.union(shape).area
        fence_only = is_fence_name(place.names)
        if same >= MIN_SHARE_SAME and (fence_only or not classed):
            base.add_names(() if fence_only else place.names)
            return True
        if not base.may_host:
            return False
        if inside >= MIN_SHARE_INSIDE and is_base_name(place.names):
            if not is_fence_name(base.names):
                return False
            base.add_names(place.names)
            return same >= MIN_SHARE_INSIDE or self._take(base, index)
        is_part = inside >= MIN_SHARE_INSIDE or (
            classed and distance_m <= MAX_ZONE_DISTANCE_M and shape.area < base.shape.area
        )
        return is_part and self._take(base, index)

    def _place_point(self, index: int) -> None:
        """Add a point to the nearest base, else make it one."""
        for base, distance_m in self._near(index, MAX_POINT_DISTANCE_M):
            place, is_outline = self.places[index], bool(base.place.polygons)
            if not base.may_host or not (is_outline or self.classed[index]):
                continue
            is_label = set(place.names) <= set(base.names) and place.names
            if is_outline and distance_m == 0 and (is_label or is_base_name(place.names)):
                base.add_names(place.names)
                return
            if not is_base_name(place.names):
                self._take(base, index)
                return
        self._add_base(index)

    def _take(self, base: GroupedBase, index: int) -> bool:
        base.parts.append((index, self.places[index]))
        return True

    def _add_base(self, index: int) -> None:
        place, shape = self.places[index], self.shapes[index]
        west, south, east, north = shape.bounds
        may_host = extent_km([(west, south), (east, north)]) <= MAX_HOST_KM
        self.bases[index] = GroupedBase(place, shape, list(place.names), may_host=may_host)
        self._is_base[index] = True

    def _near(self, index: int, reach_m: float) -> list[tuple[GroupedBase, float]]:
        """List the bases within a distance of a place: the nearest first, of those around it the smallest.

        Only a part can belong to a base that is a point.
        """
        from shapely import box, distance

        shape = self.shapes[index]
        west, south, east, north = shape.bounds
        north_deg = reach_m / _METRES_PER_DEGREE
        east_deg = north_deg / max(math.cos(math.radians((south + north) / 2)), 0.01)
        around = box(west - east_deg, south - north_deg, east + east_deg, north + north_deg)
        others = self._tree.query(around)
        others = others[self._is_base[others] & (self._is_outline[others] | self.classed[index])]
        if len(others) > MAX_COMPARED:
            closest = distance(self._tree.geometries[others], shape).argsort(kind="stable")
            others = others[closest[:MAX_COMPARED]]
        found = [self.bases[other] for other in others.tolist()]
        near = [(base, distance_m) for base in found if (distance_m := _distance_m(base.shape, shape)) <= reach_m]
        return sorted(near, key=lambda one: (one[1], one[0].shape.area))


def _shape(place: MapPlace) -> "BaseGeometry":
    from shapely import Point as ShapelyPoint

    return to_shapely(place.polygons) if place.point is None else ShapelyPoint(place.point.lon, place.point.lat)


def _distance_m(one: "BaseGeometry", other: "BaseGeometry") -> float:
    """Distance between two shapes close to one another, on a plane at their latitude."""
    from shapely import distance
    from shapely.affinity import affine_transform

    if one.intersects(other):
        return 0.0
    across = _METRES_PER_DEGREE * math.cos(math.radians(other.centroid.y))
    plane = [across, 0.0, 0.0, _METRES_PER_DEGREE, 0.0, 0.0]
    return float(distance(affine_transform(one, plane), affine_transform(other, plane)))


_GENERIC_FOLDERS = frozenset({
    "map", "untitled map", "my places", "temporary places", "document", "layer", "untitled layer", "features", "tracks",
    "waypoints", "routes", "places", "points", "polygons", "outlines", "zones", "landmarks", "roads", "bases", "sites",
    "خريطة", "خريطة بلا عنوان", "طبقة", "طبقة بلا عنوان", "اماكني", "اماكن", "نقاط", "قواعد", "مواقع", "طرق",
})  # fmt: skip


@cache
def _generic_folders() -> frozenset[str]:
    return frozenset(normalise(name).text for name in _GENERIC_FOLDERS)


def folder_name(base: GroupedBase) -> Iterator[str]:
    """Yield the name of the innermost folder that can be the name of a base whose outline has none."""
    for folder in reversed(base.place.folders):
        words = normalise(folder).text
        is_file = folder.lower().endswith((".kml", ".kmz", ".gpx", ".geojson", ".json"))
        is_part = propose_zone_class([folder]) is not None or is_building_name([folder])
        if words and not is_file and not is_part and words not in _generic_folders():
            yield " ".join(folder.split())
            return
