"""What is kept of a clip so that it can be united with other clips of the same site."""

import base64
import hashlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from opsec.matching.layout.camera_pose import Camera
from opsec.matching.layout.ground_detectability import cells, how_surely
from opsec.matching.layout.local_projection import Ground
from opsec.matching.layout.visible_area import seen_from
from opsec.model import GROUND_GRID, Layout, Shown

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

MOST_SECTORS, MOST_ZONES = 400, 2_000
FINER = 3
"""Places along each side of a cell at which it is asked."""


def keepsake(site: str, layout: Layout, ground: Ground | None, cameras: Sequence[Camera]) -> Shown:
    """What a clip with this layout, filmed from these cameras, shows of a site."""
    looks = [(one, area) for one in cameras if (area := seen_from(one, ground)) is not None] if ground else []
    plan, packed, inside = _ground(ground, looks) if ground and looks else ("", "", 0.0)
    return Shown(
        site=site,
        score=layout.score,
        sweep_deg=layout.sweep_deg,
        sectors=tuple(_sectors([camera for camera, _area in looks]))[:MOST_SECTORS],
        zones=None if layout.zones_seen is None else layout.zones_seen[:MOST_ZONES],
        plan=plan,
        ground=packed,
        cells=inside,
    )


def _ground(ground: Ground, looks: "Sequence[tuple[Camera, BaseGeometry]]") -> tuple[str, str, float]:
    """Name of the fence, its cells as they were made out, and how many of them lie inside it."""
    import shapely

    x, y = cells(ground.fence, FINER * GROUND_GRID, FINER * GROUND_GRID)
    inside = shapely.contains_xy(ground.fence, x, y)
    surely = np.zeros(len(x))
    surely[inside] = how_surely(looks, x[inside], y[inside])
    blocks = surely.reshape(GROUND_GRID, FINER, GROUND_GRID, FINER).mean(axis=(1, 3))
    packed = base64.b64encode(np.rint(255 * blocks).astype(np.uint8).tobytes()).decode("ascii")
    return _name(ground.fence), packed, float(inside.sum()) / FINER**2


def _name(fence: "BaseGeometry") -> str:
    """Another name for another fence. Of its shape in metres alone: where it lies, nobody can tell from it."""
    return hashlib.sha256(fence.wkb).hexdigest()[:16]


def _sectors(cameras: Sequence[Camera]) -> Iterator[tuple[float, float]]:
    """Where cameras looked, whole degrees, each sector once."""
    level = [one for one in cameras if one.heading_deg is not None and not one.looks_down]
    yield from dict.fromkeys(
        (float(round((one.heading_deg or 0.0) - one.hfov_deg / 2) % 360), float(round(min(360.0, one.hfov_deg))))
        for one in level
    )
