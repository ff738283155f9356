"""Visible ground: sectors, walls, cameras high above, and cameras that look down."""

import math
from dataclasses import replace

import pytest

from opsec.matching.layout.camera_pose import CameraPose
from opsec.matching.layout.visible_area import visible_ground
from tests.matching.layout.camp import projected, rectangle

WALL = rectangle(-40, 40, 40, 42, role="building")
VEHICLE = rectangle(-3, 10, 3, 12.5, role="building")
CAMERA = CameraPose(east_m=0.0, north_m=0.0, heading_deg=0.0, hfov_deg=60.0)


def area_m2(camera: CameraPose, *buildings: object, widened: bool = False) -> float:
    area = visible_ground(camera, projected(*buildings), widened=widened)  # type: ignore[arg-type]
    assert area is not None
    return float(area.area)


def test_a_free_view_is_a_sector_of_a_circle() -> None:
    assert area_m2(CAMERA) == pytest.approx(math.pi * 90**2 / 6, rel=0.01)


def test_a_wall_stops_the_rays() -> None:
    assert area_m2(CAMERA, WALL) < 0.4 * area_m2(CAMERA)


def test_a_camera_high_above_sees_over_walls_and_farther() -> None:
    high = replace(CAMERA, height_m=50.0)
    assert area_m2(high, WALL) == area_m2(high) > area_m2(CAMERA)


def test_a_vehicle_hides_ground_but_no_building() -> None:
    assert area_m2(CAMERA, VEHICLE) < 0.8 * area_m2(CAMERA)
    assert area_m2(CAMERA, VEHICLE, widened=True) == area_m2(CAMERA, widened=True)


def test_a_camera_inside_a_building_looks_out_of_it() -> None:
    assert area_m2(CAMERA, rectangle(-5, -5, 5, 5, role="building")) == area_m2(CAMERA)


def test_margins_widen_the_area() -> None:
    uncertain = replace(CAMERA, heading_error_deg=15.0, accuracy_m=10.0)
    assert area_m2(uncertain) == area_m2(CAMERA)
    assert area_m2(uncertain, widened=True) > 1.4 * area_m2(CAMERA)


def test_a_camera_that_looks_straight_down_sees_a_round_patch() -> None:
    down = replace(CAMERA, pitch_deg=-90.0, height_m=50.0, hfov_deg=90.0)
    assert area_m2(down) == pytest.approx(math.pi * 50**2, rel=0.02)


@pytest.mark.parametrize(
    "camera",
    [
        replace(CAMERA, heading_deg=None),
        replace(CAMERA, pitch_deg=-90.0),  # the height is unknown
        replace(CAMERA, heading_deg=None, height_m=60.0, pitch_deg=-65.0),  # aslant, in an unknown direction
    ],
)
def test_an_unknown_view_has_no_visible_area(camera: CameraPose) -> None:
    assert visible_ground(camera, projected()) is None


def test_straight_down_needs_no_heading() -> None:
    assert area_m2(replace(CAMERA, heading_deg=None, height_m=60.0, pitch_deg=-90.0)) > 0
