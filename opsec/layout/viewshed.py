"""What of a site lay in view of a camera whose place and heading are known.

Rays are cast through the camera's sector; each ends where it first meets a building, or where things become too
small to be made out. A camera high above sees over the buildings; one that looks down sees the patch below it.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from opsec.layout.plane import Ground, zone_name

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from shapely.geometry.base import BaseGeometry

    Array = NDArray[np.float64]

REACH_M = 90.0
"""Beyond this a telephone shows nothing of a building but that it is there."""
HIGH_REACH_M = 400.0
STEP_DEG = 1.0
HIGH_M = 15.0
"""Above the ground: higher than this a camera sees over the buildings of a camp."""
DOWN_DEG = -60.0
"""A camera that looks down more steeply sees the patch of ground below it, and no horizon."""
STRAIGHT_DEG = 5.0
"""A camera that looks down this straight sees the same patch whichever way it faces."""
INTO_M = 1.0
"""How far behind the line of a wall its building counts as seen."""
ZONE_SHARE, ZONE_M2 = 0.10, 5.0
"""A zone lies in view when this share of it does, or so much of it: of a building, five metres of its wall."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Camera:
    """One place from which a clip was filmed, in the site's plane."""

    east_m: float
    north_m: float
    heading_deg: float | None
    """None: where somebody was, never what was shown."""
    hfov_deg: float
    at_s: float | None = None
    accuracy_m: float = 0.0
    compass_deg: float = 0.0
    """How far the heading may be off."""
    height_m: float | None = None
    """Above the ground, where telemetry tells."""
    pitch_deg: float | None = None

    @property
    def high(self) -> bool:
        """Whether it looks over the buildings."""
        return self.height_m is not None and self.height_m >= HIGH_M

    @property
    def looks_down(self) -> bool:
        """Whether it looks straight down, or nearly."""
        return self.pitch_deg is not None and self.pitch_deg <= DOWN_DEG


def seen_from(camera: Camera, ground: Ground, *, widened: bool = False) -> "BaseGeometry | None":
    """The ground in view; with ``widened`` also what may have been, given how well place and heading are known.

    None when the camera's heading, or its height where it looks down, is not known.
    """
    import shapely

    if camera.looks_down:
        return _patch_below(camera)
    if camera.heading_deg is None:
        return None
    half = camera.hfov_deg / 2 + (camera.compass_deg if widened else 0.0)
    reach = HIGH_REACH_M if camera.high else REACH_M
    bearings = np.radians(camera.heading_deg + np.arange(-half, half + STEP_DEG / 2, STEP_DEG))
    here = np.array([camera.east_m, camera.north_m])
    ends = here + reach * np.stack([np.sin(bearings), np.cos(bearings)], axis=1)
    if not camera.high:
        ends = _stopped(here, ends, ground)
    sector = shapely.Polygon([tuple(here), *map(tuple, ends)]).buffer(0)
    return sector.buffer(camera.accuracy_m) if widened and camera.accuracy_m > 0 else sector


def _stopped(here: "Array", ends: "Array", ground: Ground) -> "Array":
    """The ends of the rays, each drawn back to the first wall it meets."""
    import shapely

    spot = shapely.Point(here)
    walls = [one for one in ground.buildings if not one.contains(spot) and one.distance(spot) < REACH_M]
    if not walls:
        return ends
    rays = shapely.linestrings(np.stack([np.broadcast_to(here, ends.shape), ends], axis=1))
    met = shapely.intersection(rays, shapely.union_all(walls))
    away = shapely.distance(spot, met)
    length = np.linalg.norm(ends - here, axis=1)
    stop = np.where(np.isnan(away), length, np.minimum(length, away + INTO_M))
    return np.asarray(here + (ends - here) * (stop / length)[:, None])


def _patch_below(camera: Camera) -> "BaseGeometry | None":
    """The round patch under a camera that looks down; its size follows from the height."""
    import shapely

    if camera.height_m is None or camera.height_m <= 0:
        return None
    tilt = math.radians(90.0 + max(-90.0, camera.pitch_deg or -90.0))
    if camera.heading_deg is None and tilt > math.radians(STRAIGHT_DEG):
        return None
    radius = camera.height_m * math.tan(math.radians(camera.hfov_deg) / 2)
    ahead = camera.height_m * math.tan(tilt)
    heading = math.radians(camera.heading_deg or 0.0)
    middle = shapely.Point(camera.east_m + ahead * math.sin(heading), camera.north_m + ahead * math.cos(heading))
    return middle.buffer(radius)


@dataclass(frozen=True, slots=True)
class InView:
    """What several cameras saw together; what two of them saw counts once."""

    area: "BaseGeometry"
    share: float
    """Of the ground inside the fence."""
    zones: tuple[str, ...]
    """Names, or classes, of the zones in view; in the officer's order."""


def in_view(cameras: Sequence[Camera], ground: Ground) -> InView | None:
    """The union of all that was in view; none when no camera's view is known."""
    import shapely

    plain = [area for one in cameras if (area := seen_from(one, ground)) is not None]
    wide = [area for one in cameras if (area := seen_from(one, ground, widened=True)) is not None]
    if not plain:
        return None
    area = shapely.union_all(plain).intersection(ground.fence)
    maybe = shapely.union_all(wide)
    zones = tuple(
        dict.fromkeys(
            zone_name(fence)
            for fence, outline in ground.zones
            if (seen := maybe.intersection(outline).area) >= min(ZONE_M2, ZONE_SHARE * outline.area) and seen > 0
        )
    )
    return InView(area, float(area.area / ground.fence.area), zones)
