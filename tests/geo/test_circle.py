"""Circles on the ellipsoid, against geodesics."""

import pytest
from geopy.distance import geodesic
from hypothesis import given
from hypothesis import strategies as st

from opsec.geo.circle import circle_corners
from opsec.model import Point

ROUNDING_M = 0.01


@given(lat=st.floats(-80, 80), lon=st.floats(-180, 180), radius_m=st.floats(1, 100_000), step=st.integers(0, 7))
def test_corners_are_within_two_centimetres_of_geodesics(lat: float, lon: float, radius_m: float, step: int) -> None:
    corner = circle_corners(Point(lat, lon), radius_m, 8)[step]
    end = geodesic(meters=radius_m).destination((lat, lon), 45 * step)
    assert geodesic((corner.lat, corner.lon), (end.latitude, end.longitude)).m < 0.02 + ROUNDING_M


@pytest.mark.parametrize("lon", [179.999, -179.999])
def test_longitudes_stay_within_their_range(lon: float) -> None:
    assert all(-180 <= corner.lon <= 180 for corner in circle_corners(Point(30, lon), 5_000, 64))


def test_circle_begins_in_the_north_and_goes_clockwise() -> None:
    north, east, south, west = circle_corners(Point(30, 45), 1_000, 4)
    assert north.lat > 30.008 and north.lon == pytest.approx(45)
    assert east.lon > 45.01 and west.lon < 44.99
    assert south.lat < 29.992
