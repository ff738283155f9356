"""Draw the plan that shows an officer what was in view: outlines in metres, thinned for a small image."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from opsec.matching.layout.camera_pose import CameraPose
from opsec.matching.layout.local_projection import ProjectedSite, zone_label
from opsec.matching.layout.viewshed import Viewshed
from opsec.model import PlanLine

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MAX_LINES = 300
MAX_CORNERS = 300
"""Corners of one line."""
SIMPLIFICATION_STEPS = 4_000
"""The tolerance of the simplification is the length of the fence divided by this."""


def simplify_plan(
    site: ProjectedSite, viewshed: Viewshed | None, cameras: Sequence[CameraPose]
) -> tuple[PlanLine, ...]:
    """Draw fence, zones, buildings, the viewshed and the path of the camera as simplified lines."""
    return tuple(_lines(site, viewshed, cameras))[:MAX_LINES]


def _lines(site: ProjectedSite, viewshed: Viewshed | None, cameras: Sequence[CameraPose]) -> Iterator[PlanLine]:
    fence, tolerance_m = site.fence, site.fence.length / SIMPLIFICATION_STEPS
    yield from (PlanLine("fence", ring) for ring in _rings(fence, tolerance_m))
    if viewshed is not None:
        yield from (PlanLine("view", ring) for ring in _rings(viewshed.area, tolerance_m))
    for zone, outline in site.zones:
        seen = viewshed is not None and zone_label(zone) in viewshed.zones
        yield from (PlanLine("zone_seen" if seen else "zone", ring) for ring in _rings(outline, tolerance_m))
    for building in site.buildings:
        yield from (PlanLine("building", ring) for ring in _rings(building, tolerance_m))
    path = tuple((round(one.east_m, 1), round(one.north_m, 1)) for one in cameras[:MAX_CORNERS])
    if path:
        yield PlanLine("walk", path)


def _rings(shape: "BaseGeometry", tolerance_m: float) -> Iterator[tuple[tuple[float, float], ...]]:
    """Yield the outer rings of all polygons of a shape, simplified."""
    import shapely

    for part in shapely.get_parts(shape.simplify(tolerance_m)):
        if part.geom_type == "Polygon" and not part.is_empty:
            corners = list(part.exterior.coords)
            step = max(1, len(corners) // MAX_CORNERS)
            yield tuple((round(x, 1), round(y, 1)) for x, y in corners[::step])
