"""What of a site lay in view of cameras whose places and headings are known: how much of its ground, which zones."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsec.matching.layout.camera_pose import Camera
from opsec.matching.layout.ground_detectability import made_out
from opsec.matching.layout.local_projection import Ground, zone_name
from opsec.matching.layout.visible_area import seen_from

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

ZONE_SHARE, ZONE_M2 = 0.10, 2.0
"""A zone lies in view when this share of it does, or so much of it: of a building, two metres of its wall."""


@dataclass(frozen=True, slots=True)
class InView:
    """What several cameras saw together; what two of them saw counts once."""

    area: "BaseGeometry"
    """The ground in view, far or near."""
    share: float
    """Of the ground inside the fence that was made out, 0 to 1."""
    zones: tuple[str, ...]
    """Names, or classes, of the zones in view; in the officer's order."""


def in_view(cameras: Sequence[Camera], ground: Ground) -> InView | None:
    """The union of all that was in view; none when no camera's view is known."""
    import shapely

    looks = [(one, area) for one in cameras if (area := seen_from(one, ground)) is not None]
    if not looks:
        return None
    area = shapely.union_all([view for _camera, view in looks]).intersection(ground.fence)
    wide = shapely.union_all([seen_from(camera, ground, widened=True) for camera, _view in looks])
    zones = tuple(
        dict.fromkeys(
            zone_name(fence)
            for fence, outline in ground.zones
            if (seen := wide.intersection(outline).area) >= min(ZONE_M2, ZONE_SHARE * outline.area) and seen > 0
        )
    )
    share = min(1.0, made_out(looks, area) * float(area.area / ground.fence.area))  # a whole fence may round up
    return InView(area, share, zones)
