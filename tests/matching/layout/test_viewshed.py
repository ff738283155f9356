"""Viewshed: zones in view, unions of several views, and shares that never exceed the whole."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsec.matching.layout.camera_pose import CameraPose
from opsec.matching.layout.viewshed import Viewshed, compute_viewshed
from opsec.model import Geofence, Point
from tests.fixtures.records import make_site
from tests.matching.layout.camp import METRE_E, METRE_N, SOUTH, WEST, project, projected, rectangle

STORE = rectangle(-10, 60, 10, 80, role="zone", name="store", zone_class="armoury")
WALL = rectangle(-40, 40, 40, 42, role="building")
CAMERA = CameraPose(east_m=0.0, north_m=0.0, heading_deg=0.0, hfov_deg=60.0)
FENCE_M2 = 200**2


def viewshed(*cameras: CameraPose, outlines: tuple[Geofence, ...] = (STORE,)) -> Viewshed:
    found = compute_viewshed(cameras, projected(*outlines))
    assert found is not None
    return found


@pytest.mark.parametrize(("heading_deg", "zones"), [(0.0, ("store",)), (359.0, ("store",)), (180.0, ()), (90.0, ())])
def test_zones_in_view_follow_the_heading(heading_deg: float, zones: tuple[str, ...]) -> None:
    assert viewshed(replace(CAMERA, heading_deg=heading_deg)).zones == zones


@pytest.mark.parametrize(("height_m", "zones"), [(None, ()), (50.0, ("store",))])
def test_a_building_hides_a_zone_from_the_ground_only(height_m: float | None, zones: tuple[str, ...]) -> None:
    assert viewshed(replace(CAMERA, height_m=height_m), outlines=(STORE, WALL)).zones == zones


@pytest.mark.parametrize(("heading_error_deg", "zones"), [(0.0, ()), (15.0, ("store",))])
def test_a_zone_within_the_margin_of_the_heading_may_be_in_view(
    heading_error_deg: float, zones: tuple[str, ...]
) -> None:
    assert viewshed(replace(CAMERA, heading_deg=45.0, heading_error_deg=heading_error_deg)).zones == zones


def test_a_vehicle_hides_no_zone() -> None:
    vehicle = rectangle(-3, 10, 3, 12.5, role="building")
    assert viewshed(CAMERA, outlines=(STORE, vehicle)).zones == ("store",)


def test_a_camera_that_looks_down_resolves_all_it_sees() -> None:
    down = replace(CAMERA, pitch_deg=-90.0, height_m=50.0, hfov_deg=90.0)
    assert viewshed(down).share == pytest.approx(math.pi * 50**2 / FENCE_M2, rel=0.02)


def test_no_viewshed_without_a_known_view() -> None:
    assert compute_viewshed([replace(CAMERA, heading_deg=None)], projected(STORE)) is None
    assert compute_viewshed([], projected(STORE)) is None


def test_two_views_of_one_side_count_once() -> None:
    one, both = viewshed(CAMERA), viewshed(CAMERA, CAMERA)
    assert both.area.area == pytest.approx(one.area.area)
    assert one.share <= both.share <= one.area.area / FENCE_M2


def test_a_longer_look_resolves_more_of_the_distant_ground() -> None:
    glance, stare = viewshed(CAMERA), viewshed(replace(CAMERA, view_count=400.0))
    assert glance.share < 0.6 * stare.share
    assert stare.share == pytest.approx(stare.area.area / FENCE_M2, rel=0.01)


def test_ground_outside_the_fence_is_not_counted() -> None:
    assert viewshed(replace(CAMERA, north_m=150.0)).share == 0.0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(20, 90), st.floats(0.05, 1)), min_size=4, max_size=9))
def test_the_share_of_a_fence_never_exceeds_one(corners: list[tuple[float, float]]) -> None:
    angles = np.cumsum([width for _distance, width in corners])
    outline = tuple(
        Point(SOUTH + distance * math.sin(angle) * METRE_N, WEST + distance * math.cos(angle) * METRE_E)
        for (distance, _width), angle in zip(corners, angles / angles[-1] * 2 * math.pi * 0.99, strict=True)
    )
    fence = replace(rectangle(-1, -1, 1, 1), rings=(((*outline, outline[0]),),))
    above = replace(CAMERA, height_m=300.0, pitch_deg=-90.0, hfov_deg=100.0)
    found = compute_viewshed([above] * 3, project(make_site(fences=(fence,))))
    assert found is not None
    assert 0.5 < found.share <= 1.0
