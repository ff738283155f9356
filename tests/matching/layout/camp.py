"""A fictional camp with two zones, and hints of clips filmed there."""

import math
from typing import Any

from opsec.matching.layout.local_projection import ProjectedSite, project_site
from opsec.model import Fix, Geofence, Hint, Landmark, Match, Motion, Point, Site
from tests.fixtures.records import make_match, make_site, square_fence

GATE = square_fence(31.0080, 42.0040, 31.0090, 42.0060, role="zone", name="Gate", zone_class="gate", sensitivity=0.9)
STORE = square_fence(
    31.0010, 42.0040, 31.0020, 42.0060, role="zone", name="Store", zone_class="armoury", sensitivity=0.5
)
CAMP = make_site(fences=(square_fence(31.00, 42.00, 31.01, 42.01), GATE, STORE))
CAMP_WITH_LANDMARKS = make_site(
    fences=CAMP.fences,
    landmarks=(
        Landmark(id="arch", names={}, photos=(), zone="Gate"),
        Landmark(id="bunker", names={}, photos=(), zone="Store"),
    ),
)
TURN = Motion(motion="turn", heading_deg=200.0, hfov_deg=40.0, sweep_deg=240.0, views=6)
FIXED = Motion(motion="fixed", views=1)

SOUTH, WEST = 31.0, 42.0
METRE_N = 1 / 111_195.0
METRE_E = METRE_N / math.cos(math.radians(31.0))


def motion_hint(motion: Motion, at_s: float = 0.0, until_s: float = 6.0, hint_id: str = "h2") -> Hint:
    """The hint of one shot."""
    return Hint(
        id=hint_id, kind="motion", family="VISUAL", reader="camera", field="pictures", at_s=at_s, until_s=until_s,
        motion=motion,
    )  # fmt: skip


def track_hint(*fixes: tuple[float, float, float, float | None], hint_id: str = "h1") -> Hint:
    """A track of (at_s, lat, lon, altitude_m)."""
    samples = tuple(Fix(at_s, Point(lat, lon), altitude_m=altitude_m) for at_s, lat, lon, altitude_m in fixes)
    return Hint(kind="track", family="META", reader="test", field="clip.gpx", id=hint_id, fixes=samples)


def walk_hint(hint_id: str = "h1") -> Hint:
    """A level walk of sixty metres to the north."""
    return track_hint(*((float(n), 31.0020 + n * 0.00009, 42.0050, 35.0) for n in range(7)), hint_id=hint_id)


def tying_match(hint_id: str = "h1", **more: Any) -> Match:
    """A match of another rule, that ties the clip to the camp."""
    return make_match(hint_ids=(hint_id,), **more)


def rectangle(west: float, south: float, east: float, north: float, **more: object) -> Geofence:
    """A rectangle, in metres around the origin of ``projected``."""
    return square_fence(
        SOUTH + south * METRE_N, WEST + west * METRE_E, SOUTH + north * METRE_N, WEST + east * METRE_E, **more
    )


def projected(*more: Geofence) -> ProjectedSite:
    """A fence of 200 by 200 metres with other outlines, in its local plane."""
    return project(make_site(fences=(rectangle(-100, -100, 100, 100), *more)))


def project(site: Site) -> ProjectedSite:
    """A site that has a fence, in its local plane."""
    found = project_site(site)
    assert found is not None
    return found
