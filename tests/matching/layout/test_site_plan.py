"""Site plans: which lines are drawn, simplified and bounded."""

import math
from dataclasses import replace

from opsec.matching.layout.camera_pose import CameraPose
from opsec.matching.layout.site_plan import MAX_CORNERS, MAX_LINES, simplify_plan
from opsec.matching.layout.viewshed import compute_viewshed
from opsec.model import Point
from tests.fixtures.records import make_site
from tests.matching.layout.camp import METRE_E, METRE_N, SOUTH, WEST, project, projected, rectangle

STORE = rectangle(-10, 60, 10, 80, role="zone", name="store", zone_class="armoury")
CAMERA = CameraPose(east_m=0.0, north_m=0.0, heading_deg=0.0, hfov_deg=60.0)


def test_zones_in_view_and_the_path_are_drawn() -> None:
    site = projected(STORE, rectangle(-60, -60, -50, -50, role="building"))
    lines = simplify_plan(site, compute_viewshed([CAMERA], site), [CAMERA])
    assert [line.kind for line in lines] == ["fence", "view", "zone_seen", "building", "walk"]
    assert lines[-1].corners == ((0.0, 0.0),)


def test_without_a_viewshed_no_zone_is_in_view() -> None:
    assert [line.kind for line in simplify_plan(projected(STORE), None, [])] == ["fence", "zone"]


def test_lines_and_corners_are_bounded() -> None:
    angles = [2 * math.pi * number / 5_000 for number in range(5_000)]
    ring = tuple(
        Point(
            SOUTH + (90 + number % 2) * math.sin(angle) * METRE_N, WEST + (90 + number % 2) * math.cos(angle) * METRE_E
        )
        for number, angle in enumerate(angles)
    )
    jagged = replace(rectangle(-1, -1, 1, 1), rings=(((*ring, ring[0]),),))
    buildings = [
        rectangle(-90 + n % 30, -90 + n // 30, -89.5 + n % 30, -89.5 + n // 30, role="building") for n in range(400)
    ]
    lines = simplify_plan(project(make_site(fences=(jagged, *buildings))), None, [CAMERA] * 1_000)
    assert len(lines) == MAX_LINES
    assert max(len(line.corners) for line in lines) <= 2 * MAX_CORNERS
