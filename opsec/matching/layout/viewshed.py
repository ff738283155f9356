"""Viewshed: the part of a site that cameras of known position and heading saw together, and its zones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsec.matching.layout.camera_pose import CameraPose
from opsec.matching.layout.ground_detectability import resolved_share
from opsec.matching.layout.local_projection import ProjectedSite, zone_label
from opsec.matching.layout.visible_area import visible_ground

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

ZONE_SHARE, ZONE_M2 = 0.10, 2.0
"""A zone is in view when this share of it is, or this area: of a building, two metres of its wall."""


@dataclass(frozen=True, slots=True)
class Viewshed:
    """What several cameras saw together; what two of them saw counts once."""

    area: "BaseGeometry"
    """The visible ground inside the fence, far or near."""
    share: float
    """Share of the ground inside the fence that was resolved, 0 to 1."""
    zones: tuple[str, ...]
    """Names, or classes, of the zones in view, in the officer's order."""


def compute_viewshed(cameras: Sequence[CameraPose], site: ProjectedSite) -> Viewshed | None:
    """Unite the visible ground of all cameras; None when the view of none of them is known."""
    import shapely

    views = [(one, area) for one in cameras if (area := visible_ground(one, site)) is not None]
    if not views:
        return None
    area = shapely.union_all([visible for _camera, visible in views]).intersection(site.fence)
    widened = shapely.union_all([visible_ground(camera, site, widened=True) for camera, _visible in views])
    zones = tuple(
        dict.fromkeys(
            zone_label(fence)
            for fence, outline in site.zones
            if (seen_m2 := widened.intersection(outline).area) >= min(ZONE_M2, ZONE_SHARE * outline.area)
            and seen_m2 > 0
        )
    )
    share = min(1.0, resolved_share(views, area) * float(area.area / site.fence.area))  # a whole fence may round up
    return Viewshed(area, share, zones)
