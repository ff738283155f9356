"""Local projection: metres, the antimeridian, labels, and outlines that need repair."""

from dataclasses import replace

import pytest

from opsec.matching.layout.camera_pose import CameraPose
from opsec.matching.layout.local_projection import LocalProjection, project_site, zone_label
from opsec.matching.layout.viewshed import compute_viewshed
from opsec.model import Geofence, Point
from tests.fixtures.records import make_site, square_fence
from tests.matching.layout.camp import GATE, METRE_E, METRE_N, SOUTH, WEST, project, rectangle


def test_metres_east_and_north_of_the_origin() -> None:
    projection = LocalProjection(Point(31.0, 42.0))
    assert projection.to_xy(Point(31.0 + 50 * METRE_N, 42.0 - 30 * METRE_E)) == pytest.approx((-30.0, 50.0), abs=0.01)


def test_the_antimeridian_is_crossed_the_short_way() -> None:
    site = project(make_site(fences=(square_fence(0.0, 179.999, 0.002, -179.999),)))
    west, _south, east, _north = site.fence.bounds
    assert (west, east) == pytest.approx((-111.2, 111.2), abs=0.2)


@pytest.mark.parametrize("origin", [Point(31.0, 42.0), Point(-60.0, 179.9999), Point(0.0, -180.0)])
@pytest.mark.parametrize("xy", [(0.0, 0.0), (1500.0, -800.0), (-2500.0, 10.0)])
def test_positions_of_the_plane_are_those_that_are_projected(origin: Point, xy: tuple[float, float]) -> None:
    projection = LocalProjection(origin)
    point = projection.to_point(*xy)
    assert -180.0 <= point.lon <= 180.0
    assert projection.to_xy(point) == pytest.approx(xy, abs=1e-6)


def test_a_site_without_a_fence_is_not_projected() -> None:
    assert project_site(make_site(fences=(GATE,))) is None


@pytest.mark.parametrize(
    ("zone", "label"),
    [(GATE, "Gate"), (replace(GATE, name=""), "gate"), (replace(GATE, name="", zone_class=None), "zone")],
)
def test_zone_labels(zone: Geofence, label: str) -> None:
    assert zone_label(zone) == label


def test_a_fence_that_barely_crosses_itself_is_repaired() -> None:
    corners = [(-50.0, -50.0), (50.0, -50.0), (50.0, 50.0), (-50.0, 50.0), (-49.99, -50.01)]
    ring = tuple(Point(SOUTH + north * METRE_N, WEST + east * METRE_E) for east, north in (*corners, corners[0]))
    site = project(make_site(fences=(replace(rectangle(-1, -1, 1, 1), rings=((ring,),)),)))
    assert site.fence.is_valid
    assert site.fence.geom_type in {"Polygon", "MultiPolygon"}
    assert site.fence.area == pytest.approx(10_000, rel=0.001)
    above = CameraPose(east_m=0.0, north_m=0.0, heading_deg=0.0, hfov_deg=100.0, height_m=300.0, pitch_deg=-90.0)
    viewshed = compute_viewshed([above], site)
    assert viewshed is not None
    assert viewshed.share > 0.5
