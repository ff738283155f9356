"""Positions and fences: inside, alert radius, error radius, zones, antimeridian."""

import math

import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from opsec.matching.geofences import FenceIndex
from opsec.model import Point
from tests.fixtures.records import make_site, square_fence

HERE = make_site()


@pytest.mark.parametrize(
    ("lat", "lon", "accuracy_m", "distance_m", "grade"),
    [
        (31.005, 42.005, None, 0, "strong"),
        (31.000001, 42.000001, 10, 0, "strong"),
        (31.005, 42.005, 501, 0, "probable"),
        (31.005, 42.005, 6000, 0, "possible"),
        (30.9991, 42.005, None, 100, "probable"),
        (30.9991, 42.005, 200, 100, "probable"),
        (30.991, 42.005, None, None, None),
        (30.991, 42.005, 1200, 998, "possible"),
        (30.4, 42.005, 100_000, None, None),  # too coarse to be evidence
        (42.005, 31.005, None, None, None),  # latitude and longitude swapped
        (-31.005, 42.005, None, None, None),
    ],
)
def test_grade_by_distance_and_accuracy(
    lat: float, lon: float, accuracy_m: float | None, distance_m: float | None, grade: str | None
) -> None:
    matches = list(FenceIndex([HERE]).match_point(Point(lat, lon), accuracy_m))
    assert [found.grade for found in matches] == ([grade] if grade else [])
    if distance_m is not None:
        assert matches[0].distance_m == pytest.approx(distance_m, abs=1.0)
        assert matches[0].is_inside == (distance_m == 0)


@given(
    bearing=st.floats(0, 360),
    away_m=st.floats(1, 20_000),
    lat=st.floats(-75, 75),
)
def test_distance_is_geodesic_at_every_bearing_and_latitude(bearing: float, away_m: float, lat: float) -> None:
    corner_lat = math.floor(lat * 1000) / 1000
    fence = square_fence(corner_lat, 42.0, corner_lat + 0.002, 42.002)
    centre = Point(corner_lat + 0.001, 42.001)
    there = geodesic(meters=away_m).destination((centre.lat, centre.lon), bearing)
    matches = list(
        FenceIndex([make_site(fences=(fence,), alert_radius_m=25_000.0)]).match_point(
            Point(there.latitude, there.longitude)
        )
    )
    assert len(matches) == 1
    half_m = geodesic((corner_lat, 42.0), (corner_lat + 0.002, 42.002)).meters / 2
    assert max(0.0, away_m - half_m - 1) <= matches[0].distance_m <= away_m + 1


def test_hole_in_a_fence_is_outside() -> None:
    outer, hole = (
        square_fence(31.0, 42.0, 31.01, 42.01).rings[0][0],
        square_fence(31.004, 42.004, 31.006, 42.006).rings[0][0],
    )
    holed = square_fence(0, 0, 1, 1, rings=((outer, hole),))
    matches = list(FenceIndex([make_site(fences=(holed,))]).match_point(Point(31.005, 42.005)))
    assert matches[0].distance_m == pytest.approx(95, abs=3)  # to the edge of the hole


def test_the_most_sensitive_zone_is_named() -> None:
    zones = (
        square_fence(31.0, 42.0, 31.01, 42.01, role="zone", name="yard", sensitivity=0.2),
        square_fence(31.004, 42.004, 31.006, 42.006, role="zone", name="armoury", sensitivity=0.9),
    )
    match = next(FenceIndex([make_site(fences=(*HERE.fences, *zones))]).match_point(Point(31.005, 42.005)))
    assert match.zone is not None
    assert match.zone.name == "armoury"


def test_only_sites_in_reach_match() -> None:
    sites = [
        make_site(f"camp-{n}", fences=(square_fence(31.0, 42 + n / 10, 31.01, 42.01 + n / 10),)) for n in range(50)
    ]
    fences = FenceIndex(sites)
    for n in range(50):
        assert [match.site.id for match in fences.match_point(Point(31.005, 42.005 + n / 10))] == [f"camp-{n}"]


def test_site_without_fence_matches_no_position() -> None:
    assert list(FenceIndex([make_site(fences=())]).match_point(Point(31.005, 42.005))) == []


def test_fence_across_the_antimeridian_is_near() -> None:
    islet = make_site(fences=(square_fence(10.0, 179.99, 10.01, 179.9995),))
    (match,) = FenceIndex([islet]).match_point(Point(10.005, -179.9995))
    assert match.distance_m == pytest.approx(109, abs=2)


def test_zone_without_sensitivity_has_that_of_the_site() -> None:
    zones = (
        square_fence(31.0, 42.0, 31.01, 42.01, role="zone", name="yard", sensitivity=0.2),
        square_fence(31.004, 42.004, 31.006, 42.006, role="zone", zone_class="armoury"),
    )
    match = next(
        FenceIndex([make_site(sensitivity=0.5, fences=(*HERE.fences, *zones))]).match_point(Point(31.005, 42.005))
    )
    assert match.zone is not None
    assert match.zone.zone_class == "armoury"
