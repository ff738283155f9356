"""What lies in view of cameras whose place and heading are known, on a plan of which it can be reckoned."""

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsec.matching.layout.camera_pose import Camera
from opsec.matching.layout.ground_detectability import in_one_look
from opsec.matching.layout.local_projection import Ground, ground_of
from opsec.matching.layout.telemetry_poses import _hfov_deg
from opsec.matching.layout.viewshed import in_view
from opsec.matching.layout.visible_area import seen_from
from opsec.model import Geofence, Motion, Point
from tests.fixtures.records import site, square

SOUTH, WEST = 31.0, 42.0
METRE_N = 1 / 111_195.0
METRE_E = METRE_N / math.cos(math.radians(31.0))


def outline(west: float, south: float, east: float, north: float, **more: object) -> Geofence:
    """A rectangle in metres around the middle of the site."""
    return square(
        SOUTH + south * METRE_N, WEST + west * METRE_E, SOUTH + north * METRE_N, WEST + east * METRE_E, **more
    )


def ground(*more: Geofence) -> Ground:
    found = ground_of(site(fences=(outline(-100, -100, 100, 100), *more)))
    assert found is not None
    return found


STORE = outline(-10, 60, 10, 80, role="zone", name="store", zone_class="armoury")
WALL = outline(-40, 40, 40, 42, role="building")


def camera(heading_deg: float | None = 0.0, **more: float) -> Camera:
    plain = Camera(east_m=0.0, north_m=0.0, heading_deg=heading_deg, hfov_deg=60.0)
    return replace(plain, **more)


def test_a_sector_has_the_area_of_a_sector() -> None:
    area = seen_from(camera(), ground())
    assert area is not None
    assert area.area == pytest.approx(math.pi * 90**2 / 6, rel=0.01)


@pytest.mark.parametrize(("heading_deg", "zones"), [(0.0, ("store",)), (359.0, ("store",)), (180.0, ()), (90.0, ())])
def test_zones_in_view_follow_the_heading(heading_deg: float, zones: tuple[str, ...]) -> None:
    view = in_view([camera(heading_deg)], ground(STORE))
    assert view is not None
    assert view.zones == zones


def test_a_building_hides_what_lies_behind_it() -> None:
    view = in_view([camera()], ground(STORE, WALL))
    assert view is not None
    assert view.zones == ()


def test_a_camera_high_above_sees_over_it() -> None:
    view = in_view([camera(height_m=50.0)], ground(STORE, WALL))
    assert view is not None
    assert view.zones == ("store",)


def test_a_camera_that_looks_down_sees_the_patch_below_it() -> None:
    down = camera(pitch_deg=-90.0, height_m=50.0, hfov_deg=90.0)
    view = in_view([down], ground(STORE))
    assert view is not None
    assert view.share == pytest.approx(math.pi * 50**2 / 200**2, rel=0.02)
    assert in_view([camera(pitch_deg=-90.0)], ground(STORE)) is None  # from how high nobody told


def test_a_place_without_a_heading_shows_nothing() -> None:
    assert in_view([camera(None)], ground(STORE)) is None


def test_two_views_of_one_side_count_once() -> None:
    one, both = in_view([camera()], ground()), in_view([camera(), camera()], ground())
    assert one is not None and both is not None
    assert both.area.area == pytest.approx(one.area.area)
    assert one.share <= both.share <= one.area.area / 200**2


def test_what_is_far_is_made_out_in_part_and_the_surer_the_longer_it_is_looked_at() -> None:
    glance, stare = in_view([camera()], ground()), in_view([camera(glimpses=400.0)], ground())
    assert glance is not None and stare is not None
    assert glance.share < 0.6 * stare.share
    assert stare.share == pytest.approx(stare.area.area / 200**2, rel=0.01)


def test_a_vehicle_hides_ground_but_no_building() -> None:
    vehicle = outline(-3, 10, 3, 12.5, role="building")
    plain, hidden = in_view([camera()], ground(STORE)), in_view([camera()], ground(STORE, vehicle))
    assert plain is not None and hidden is not None
    assert hidden.zones == plain.zones == ("store",)
    assert hidden.area.area < 0.8 * plain.area.area


def test_a_longer_lens_makes_out_ground_further_off() -> None:
    shares = [in_one_look(camera(hfov_deg=hfov), np.array([60.0]))[0] for hfov in (30.0, 60.0)]
    assert shares[0] > shares[1] > 0.0
    assert in_one_look(camera(height_m=60.0), np.array([60.0]))[0] == 1.0


@pytest.mark.parametrize(("compass_deg", "zones"), [(0.0, ()), (15.0, ("store",))])
def test_what_the_compass_leaves_open_may_have_been_in_view(compass_deg: float, zones: tuple[str, ...]) -> None:
    view = in_view([camera(45.0, compass_deg=compass_deg)], ground(STORE))
    assert view is not None
    assert view.zones == zones


def test_nothing_outside_the_fence_is_counted() -> None:
    outside = in_view([camera(0.0, north_m=150.0)], ground())
    assert outside is not None
    assert outside.share == 0.0


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(20, 90), st.floats(0.05, 1)), min_size=4, max_size=9))
def test_a_fence_that_is_seen_whole_is_never_seen_more_than_whole(corners: list[tuple[float, float]]) -> None:
    turns = np.cumsum([wide for _far, wide in corners])
    rim = tuple(
        Point(SOUTH + far * math.sin(turn) * METRE_N, WEST + far * math.cos(turn) * METRE_E)
        for (far, _wide), turn in zip(corners, turns / turns[-1] * 2 * math.pi * 0.99, strict=True)
    )
    found = ground_of(site(fences=(replace(outline(-1, -1, 1, 1), rings=(((*rim, rim[0]),),)),)))
    assert found is not None
    above = camera(height_m=300.0, pitch_deg=-90.0, hfov_deg=100.0)
    told = in_view([above] * 3, found)
    assert told is not None
    assert 0.5 < told.share <= 1.0


def test_a_fence_that_crosses_itself_by_a_hair_is_mended_and_has_no_lines_left() -> None:
    rim = [(-50.0, -50.0), (50.0, -50.0), (50.0, 50.0), (-50.0, 50.0), (-49.99, -50.01)]
    ring = tuple(Point(SOUTH + north * METRE_N, WEST + east * METRE_E) for east, north in (*rim, rim[0]))
    found = ground_of(site(fences=(replace(outline(-1, -1, 1, 1), rings=((ring,),)),)))
    assert found is not None
    assert found.fence.is_valid
    assert found.fence.geom_type in {"Polygon", "MultiPolygon"}
    assert found.fence.area == pytest.approx(10_000, rel=0.001)
    told = in_view([camera(height_m=300.0, pitch_deg=-90.0, hfov_deg=100.0)], found)
    assert told is not None
    assert told.share > 0.5


@pytest.mark.parametrize("hfov_deg", [0.01, 0.4, 3.0])
def test_a_field_of_view_that_no_lens_has_harms_nothing(hfov_deg: float) -> None:
    narrow = _hfov_deg([Motion(motion="turn", hfov_deg=hfov_deg)])
    assert narrow is not None
    assert seen_from(camera(hfov_deg=narrow), ground()) is not None
