"""The plan that shows an officer what lay in view: outlines in metres, thinned to what a small picture can show."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from opsec.matching.layout.camera_pose import Camera
from opsec.matching.layout.local_projection import Ground, zone_name
from opsec.matching.layout.viewshed import InView
from opsec.model import Outline

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MOST_OUTLINES = 300
MOST_CORNERS = 300


def drawn(ground: Ground, view: InView | None, cameras: Sequence[Camera]) -> tuple[Outline, ...]:
    """Fence, zones, buildings, what was seen, and the way walked."""
    return tuple(_all(ground, view, cameras))[:MOST_OUTLINES]


def _all(ground: Ground, view: InView | None, cameras: Sequence[Camera]) -> Iterator[Outline]:
    fence, tolerance = ground.fence, ground.fence.length / 4_000
    yield from (Outline("fence", ring) for ring in _rings(fence, tolerance))
    if view is not None:
        yield from (Outline("view", ring) for ring in _rings(view.area, tolerance))
    for zone, outline in ground.zones:
        seen = view is not None and zone_name(zone) in view.zones
        yield from (Outline("zone_seen" if seen else "zone", ring) for ring in _rings(outline, tolerance))
    for building in ground.buildings:
        yield from (Outline("building", ring) for ring in _rings(building, tolerance))
    way = tuple((round(one.east_m, 1), round(one.north_m, 1)) for one in cameras[:MOST_CORNERS])
    if way:
        yield Outline("walk", way)


def _rings(shape: "BaseGeometry", tolerance_m: float) -> Iterator[tuple[tuple[float, float], ...]]:
    """The outer rings of all polygons of a shape, simplified."""
    import shapely

    for part in shapely.get_parts(shape.simplify(tolerance_m)):
        if part.geom_type == "Polygon" and not part.is_empty:
            corners = list(part.exterior.coords)
            step = max(1, len(corners) // MOST_CORNERS)
            yield tuple((round(x, 1), round(y, 1)) for x, y in corners[::step])
