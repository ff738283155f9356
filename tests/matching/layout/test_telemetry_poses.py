"""Telemetry poses: flights, bounds, and fields of view from the shots."""

import pytest

from opsec.matching.layout.telemetry_poses import (
    DEFAULT_HFOV_DEG,
    MAX_CLIP_POSES,
    measured_hfov_deg,
    poses_from_telemetry,
)
from opsec.matching.layout.visible_area import visible_ground
from opsec.model import Hint, Motion
from tests.fixtures.records import make_clip, position_hint
from tests.matching.layout.camp import CAMP, TURN, motion_hint, project, projected, track_hint, walk_hint

SITE = project(CAMP)


def poses(*hints: Hint) -> list[tuple[str, float | None, float]]:
    return [(hint.id, pose.heading_deg, pose.hfov_deg) for hint, pose in poses_from_telemetry(make_clip(*hints), SITE)]


@pytest.mark.parametrize(
    ("climb_m", "lats", "flies"),
    [
        (60.0, (31.0050, 31.0051), True),  # straight up
        (60.0, (31.0050, 31.0062), True),  # and on to a distance
        (20.0, (31.0010, 31.0090), False),  # a road up a hill, over 900 m
        (8.0, (31.0050, 31.0050), False),  # altitude error of a receiver on foot
    ],
)
def test_a_road_up_a_hill_is_not_a_flight(climb_m: float, lats: tuple[float, float], flies: bool) -> None:
    track = track_hint((0.0, lats[0], 42.0050, 35.0), (9.0, lats[1], 42.0050, 35.0 + climb_m))
    assert any(pose.is_high for _hint, pose in poses_from_telemetry(make_clip(track), SITE)) is flies


def test_the_number_of_poses_is_bounded() -> None:
    many = make_clip(*(walk_hint(f"h{number}") for number in range(400)))
    assert len(list(poses_from_telemetry(many, SITE))) == MAX_CLIP_POSES


def test_positions_far_from_the_site_and_of_other_families_are_left_out() -> None:
    assert poses(position_hint(31.2, 42.005)) == []
    assert poses(position_hint(31.005, 42.005, family="TEXT")) == []


def test_the_field_of_view_is_that_of_the_shot() -> None:
    assert poses(position_hint(31.005, 42.005, heading_deg=7.0), motion_hint(TURN)) == [("h1", 7.0, 40.0)]
    assert poses(position_hint(31.005, 42.005, heading_deg=7.0)) == [("h1", 7.0, DEFAULT_HFOV_DEG)]


def test_a_shot_at_another_time_does_not_apply_to_a_fix() -> None:
    track = track_hint((0.0, 31.005, 42.005, None), (20.0, 31.0051, 42.005, None))
    fovs = [hfov_deg for _id, _heading_deg, hfov_deg in poses(track, motion_hint(TURN, at_s=0.0, until_s=6.0))]
    assert fovs == [40.0, DEFAULT_HFOV_DEG]


@pytest.mark.parametrize("hfov_deg", [0.01, 0.4, 3.0])
def test_an_impossibly_narrow_field_of_view_is_widened(hfov_deg: float) -> None:
    narrow = measured_hfov_deg([Motion(motion="turn", hfov_deg=hfov_deg)])
    assert narrow is not None
    ((_hint, pose),) = poses_from_telemetry(make_clip(position_hint(31.005, 42.005, heading_deg=0.0)), SITE)
    assert visible_ground(pose, projected()) is not None
    assert narrow >= 3.0
