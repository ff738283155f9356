"""Coverage record of one clip and site, stored so that it can be united with other clips of the same site."""

import hashlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from opsec.matching.layout.camera_pose import CameraPose
from opsec.matching.layout.ground_detectability import detection_probability, grid_centers
from opsec.matching.layout.local_projection import ProjectedSite, zone_label
from opsec.matching.layout.visible_area import visible_ground
from opsec.model import GROUND_GRID, Layout, SiteCoverage
from opsec.model.ground_grid import VIEW_GRID, encode_ground, encode_view

if TYPE_CHECKING:
    from shapely.geometry.base import BaseGeometry

    from opsec.matching.layout.ground_detectability import View

MAX_SECTORS, MAX_ZONES = 400, 2_000
SAMPLES_PER_SIDE = VIEW_GRID // GROUND_GRID
"""Samples along each side of a grid cell."""
_HASH_LENGTH = 16


def build_coverage_record(
    site: str, layout: Layout, projected: ProjectedSite | None, cameras: Sequence[CameraPose]
) -> SiteCoverage:
    """Record what a clip shows of a site.

    Parameters
    ----------
    site
        Id of the site.
    layout
        Layout of the clip.
    projected
        The site in its local plane; None when it has no fence.
    cameras
        Poses from which the clip was filmed.
    """
    views: list[View] = []
    if projected:
        views = [(one, area) for one in cameras if (area := visible_ground(one, projected)) is not None]
    plan, ground, cells, view = _ground_grid(projected, views) if projected and views else ("", "", 0.0, "")
    return SiteCoverage(
        site=site,
        score=layout.score,
        sweep_deg=layout.sweep_deg,
        sectors=tuple(_sectors([camera for camera, _area in views]))[:MAX_SECTORS],
        zones=None if layout.zones_seen is None else layout.zones_seen[:MAX_ZONES],
        plan=plan,
        ground=ground,
        cells=cells,
        view=view,
        zone_count=len({zone_label(zone) for zone, _area in projected.zones}) if projected else None,
    )


def _ground_grid(site: ProjectedSite, views: "Sequence[View]") -> tuple[str, str, float, str]:
    """Hash of the fence, detection probability of its grid cells (base64), number of cells inside it, and its view."""
    import numpy as np
    import shapely

    samples = SAMPLES_PER_SIDE * GROUND_GRID
    x, y = grid_centers(site.fence, samples, samples)
    inside = shapely.contains_xy(site.fence, x, y)
    probability = np.zeros(len(x))
    probability[inside] = detection_probability(views, x[inside], y[inside])
    blocks = probability.reshape(GROUND_GRID, SAMPLES_PER_SIDE, GROUND_GRID, SAMPLES_PER_SIDE).mean(axis=(1, 3))
    cells = float(inside.sum()) / SAMPLES_PER_SIDE**2
    return fence_hash(site.fence), encode_ground(blocks.ravel().tolist()), cells, encode_view(probability > 0)


def fence_hash(fence: "BaseGeometry") -> str:
    """Hash of the fence's shape in metres, different for another fence; its position cannot be recovered from it."""
    return hashlib.sha256(fence.wkb).hexdigest()[:_HASH_LENGTH]


def _sectors(cameras: Sequence[CameraPose]) -> Iterator[tuple[float, float]]:
    """Yield the sectors that cameras looked into, as start and width in whole degrees, each once."""
    level = [one for one in cameras if one.heading_deg is not None and not one.looks_down]
    yield from dict.fromkeys(
        (float(round((one.heading_deg or 0.0) - one.hfov_deg / 2) % 360), float(round(min(360.0, one.hfov_deg))))
        for one in level
    )
