"""Positions and fences: where inside ends, how far near reaches, and what a margin of error does."""

import math

import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from opsec.matching.geofences import Fences
from opsec.model import Point
from tests.fixtures.records import site, square

HERE = site()


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
        (30.4, 42.005, 100_000, None, None),  # so rough that it says nothing
        (42.005, 31.005, None, None, None),  # exchanged
        (-31.005, 42.005, None, None, None),
    ],
)
def test_meeting(lat: float, lon: float, accuracy_m: float | None, distance_m: float | None, grade: str | None) -> None:
    met = list(Fences([HERE]).meet(Point(lat, lon), accuracy_m))
    assert [found.grade for found in met] == ([grade] if grade else [])
    if distance_m is not None:
        assert met[0].distance_m == pytest.approx(distance_m, abs=1.0)
        assert met[0].inside == (distance_m == 0)


@given(
    bearing=st.floats(0, 360),
    away_m=st.floats(1, 20_000),
    lat=st.floats(-75, 75),
)
def test_distance_is_the_true_one_in_every_direction_and_at_every_latitude(
    bearing: float, away_m: float, lat: float
) -> None:
    corner_lat = math.floor(lat * 1000) / 1000
    fence = square(corner_lat, 42.0, corner_lat + 0.002, 42.002)
    middle = Point(corner_lat + 0.001, 42.001)
    there = geodesic(meters=away_m).destination((middle.lat, middle.lon), bearing)
    met = list(Fences([site(fences=(fence,), alert_radius_m=25_000.0)]).meet(Point(there.latitude, there.longitude)))
    assert len(met) == 1
    half_m = geodesic((corner_lat, 42.0), (corner_lat + 0.002, 42.002)).meters / 2
    assert max(0.0, away_m - half_m - 1) <= met[0].distance_m <= away_m + 1


def test_a_hole_in_the_fence_is_outside() -> None:
    outer, hole = square(31.0, 42.0, 31.01, 42.01).rings[0][0], square(31.004, 42.004, 31.006, 42.006).rings[0][0]
    holed = square(0, 0, 1, 1, rings=((outer, hole),))
    met = list(Fences([site(fences=(holed,))]).meet(Point(31.005, 42.005)))
    assert met[0].distance_m == pytest.approx(95, abs=3)  # to the edge of the hole


def test_the_most_sensitive_zone_is_named() -> None:
    zones = (
        square(31.0, 42.0, 31.01, 42.01, role="zone", name="yard", sensitivity=0.2),
        square(31.004, 42.004, 31.006, 42.006, role="zone", name="armoury", sensitivity=0.9),
    )
    met = next(Fences([site(fences=(*HERE.fences, *zones))]).meet(Point(31.005, 42.005)))
    assert met.zone is not None
    assert met.zone.name == "armoury"


def test_every_site_in_reach_is_met_and_no_other() -> None:
    sites = [site(f"camp-{n}", fences=(square(31.0, 42 + n / 10, 31.01, 42.01 + n / 10),)) for n in range(50)]
    fences = Fences(sites)
    for n in range(50):
        assert [met.site.id for met in fences.meet(Point(31.005, 42.005 + n / 10))] == [f"camp-{n}"]


def test_sites_without_a_fence_are_met_by_no_position() -> None:
    assert list(Fences([site(fences=())]).meet(Point(31.005, 42.005))) == []


def test_a_fence_just_across_the_antimeridian_is_near() -> None:
    islet = site(fences=(square(10.0, 179.99, 10.01, 179.9995),))
    (met,) = Fences([islet]).meet(Point(10.005, -179.9995))
    assert met.distance_m == pytest.approx(109, abs=2)


def test_a_zone_without_a_sensitivity_has_the_sites() -> None:
    zones = (
        square(31.0, 42.0, 31.01, 42.01, role="zone", name="yard", sensitivity=0.2),
        square(31.004, 42.004, 31.006, 42.006, role="zone", zone_class="armoury"),
    )
    met = next(Fences([site(sensitivity=0.5, fences=(*HERE.fences, *zones))]).meet(Point(31.005, 42.005)))
    assert met.zone is not None
    assert met.zone.zone_class == "armoury"
