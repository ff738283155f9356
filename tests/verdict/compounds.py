"""Compounds drawn at random, clips that were filmed in them, and what the clips show, by two ways of computing it."""

import math
import random
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any

from shapely import box, union_all

from opsec.matching.layout.camera_pose import CameraPose
from opsec.matching.layout.coverage_record import build_coverage_record
from opsec.matching.layout.local_projection import LocalProjection, ProjectedSite
from opsec.matching.layout.visible_area import visible_ground
from opsec.model import Geofence, Layout, Point, SiteCoverage
from opsec.verdict.mosaic import SiteUnion


def draw_compound(chance: random.Random) -> ProjectedSite:
    """A fence of 120 to 400 m a side with up to twenty buildings and some zones."""
    width, depth = chance.uniform(120, 400), chance.uniform(120, 400)
    outlines = []
    for _ in range(chance.randint(0, 20)):
        x, y = chance.uniform(-width / 2, width / 2), chance.uniform(-depth / 2, depth / 2)
        outlines.append(box(x, y, x + chance.uniform(3, 40), y + chance.uniform(3, 40)))
    zones = tuple((Geofence(role="zone", rings=(), name=f"zone {n}"), one) for n, one in enumerate(outlines[:4]))
    fence = box(-width / 2, -depth / 2, width / 2, depth / 2)
    return ProjectedSite(LocalProjection(Point(31.0, 42.0)), fence, zones, tuple(outlines))


def film(site: ProjectedSite, chance: random.Random) -> list[CameraPose]:
    """The poses of one clip: it stands still, turns or walks."""
    west, south, east, north = site.fence.bounds
    x, y, heading = chance.uniform(west, east), chance.uniform(south, north), chance.uniform(0, 360)
    turn, step = chance.choice(((0.0, 0.0), (25.0, 0.0), (0.0, 4.0), (10.0, 2.0)))
    return [
        CameraPose(
            east_m=x + n * step * math.sin(math.radians(heading)),
            north_m=y + n * step * math.cos(math.radians(heading)),
            heading_deg=(heading + n * turn) % 360,
            hfov_deg=chance.choice((40.0, 60.0, 70.0)),
        )
        for n in range(chance.randint(1, 8))
    ]


def coverage_of(site: ProjectedSite, poses: Sequence[CameraPose], **more: Any) -> SiteCoverage:
    """What a clip shows, as a scan stores it."""
    return build_coverage_record("camp", Layout(**more), site, poses)


def polygon_share(site: ProjectedSite, clips: Sequence[Sequence[CameraPose]]) -> float:
    """Share of the ground inside the fence that these clips had in view: the union of all polygons."""
    seen = [area for poses in clips for pose in poses if (area := visible_ground(pose, site)) is not None]
    return float(union_all(seen).intersection(site.fence).area / site.fence.area)


def small_union(chance: random.Random, clips: int) -> SiteUnion:
    """Clips that show zones and headings at random, so that their union is quick to compute."""
    shown: Mapping[str, list[SiteCoverage]] = {
        f"clip {number:02}": [
            SiteCoverage(
                site="camp",
                zones=tuple(f"zone {zone}" for zone in range(12) if chance.random() < 0.25),
                sectors=((float(chance.randrange(360)), float(chance.randint(10, 120))),),
            )
        ]
        for number in range(clips)
    }
    return SiteUnion(shown)


def best_cover(union: SiteUnion, size: int) -> float:
    """Highest exposure of any set of so many clips, by trying all."""
    clips = range(len(union.keys))
    return max(union.exposure(union.covered_by(chosen)) for chosen in combinations(clips, size))


def smallest_removal(union: SiteUnion, share: float) -> int:
    """Number of clips in the smallest set whose removal closes this share, by trying all."""
    clips = set(range(len(union.keys)))
    most_left = (1 - share) * union.exposure(union.all_clips()) + 1e-9
    for size in range(len(clips) + 1):
        for removed in combinations(sorted(clips), size):
            if union.exposure(union.covered_by(sorted(clips - set(removed)))) <= most_left:
                return size
    raise AssertionError("the removal of all clips closes everything")
