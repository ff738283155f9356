"""Landmark resection: the crossing of two photographed sides, and what one landmark does not give."""

import pytest

from opsec.matching.layout.camera_pose import CameraPose
from opsec.matching.layout.landmark_resection import LandmarkEvidence, resect_from_landmarks
from opsec.model import Grade, Landmark, Point
from tests.fixtures.records import make_match, make_site
from tests.matching.layout.camp import CAMP, project

NORTH = Landmark(id="tower", photos=(), position=Point(31.0059, 42.005), heading_deg=180.0, zone="yard")
EAST = Landmark(id="mast", photos=(), position=Point(31.005, 42.00605), heading_deg=270.0)
PARALLEL = Landmark(id="mast", photos=(), position=Point(31.0059, 42.00605), heading_deg=185.0)
BEHIND = Landmark(id="mast", photos=(), position=Point(31.005, 42.00605), heading_deg=90.0)
PROJECTION = project(CAMP).projection


def resect(*landmarks: Landmark, known_pose: CameraPose | None = None, grade: Grade = "strong") -> LandmarkEvidence:
    site = make_site(landmarks=landmarks)
    matches = [
        make_match(rule="LANDMARK-SEEN", landmark=one.id, hint_ids=(f"h{number}",), grade=grade)
        for number, one in enumerate(landmarks, 1)
    ]
    return resect_from_landmarks(site, [make_match(), *matches], PROJECTION, known_pose)


def test_the_camera_stands_where_the_lines_of_two_sides_cross() -> None:
    """A hundred metres from either landmark, one to the north and one to the east."""
    found = resect(NORTH, EAST)
    assert found.camera is not None
    assert (found.camera.east_m, found.camera.north_m) == pytest.approx((0.0, 0.0), abs=1.0)
    assert found.camera.heading_deg == pytest.approx(45.0, abs=1.0)
    assert found.camera.hfov_deg == pytest.approx(110.0, abs=1.0)
    assert (found.hint_ids, found.zones) == (("h1", "h2"), {"yard": "h1"})


@pytest.mark.parametrize("other", [PARALLEL, BEHIND])
def test_lines_that_do_not_cross_ahead_give_no_pose(other: Landmark) -> None:
    assert resect(NORTH, other).camera is None


def test_one_landmark_gives_its_zone_and_no_pose() -> None:
    found = resect(NORTH)
    assert (found.camera, found.zones) == (None, {"yard": "h1"})


def test_possible_matches_are_ignored() -> None:
    assert resect(NORTH, EAST, grade="possible") == LandmarkEvidence((), {}, None)


def test_a_known_position_is_taken_instead_of_the_crossing() -> None:
    known = CameraPose(east_m=0.0, north_m=50.0, heading_deg=None, hfov_deg=45.0, accuracy_m=3.0)
    found = resect(NORTH, EAST, known_pose=known).camera
    assert found is not None
    assert (found.north_m, found.accuracy_m, found.heading_error_deg) == (50.0, 3.0, 0.0)


def test_landmarks_on_opposite_sides_were_not_filmed_in_one_view() -> None:
    between = CameraPose(east_m=100.0, north_m=0.0, heading_deg=None, hfov_deg=45.0)
    west = Landmark(id="gate", photos=(), position=Point(31.005, 42.003), heading_deg=90.0)
    far_east = Landmark(id="mast", photos=(), position=Point(31.005, 42.009), heading_deg=270.0)
    assert resect(west, far_east, known_pose=between).camera is None
