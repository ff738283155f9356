"""Distances between positions and bounding boxes."""

import pytest

from opsec.geo.positions import closest_point_in_bounds, haversine_distance_m
from opsec.model import Point

CORNERS = (Point(31.00, 42.00), Point(31.00, 42.01), Point(31.01, 42.01))


@pytest.mark.parametrize(
    ("point", "closest"),
    [
        (Point(31.005, 42.005), Point(31.005, 42.005)),
        (Point(30.5, 42.005), Point(31.00, 42.005)),
        (Point(32.0, 43.0), Point(31.01, 42.01)),
        (Point(31.005, 41.0), Point(31.005, 42.00)),
    ],
)
def test_the_closest_point_in_the_bounding_box(point: Point, closest: Point) -> None:
    assert closest_point_in_bounds(point, CORNERS) == closest


def test_a_degree_of_latitude_is_111_km() -> None:
    assert haversine_distance_m(Point(31, 42), Point(32, 42)) == pytest.approx(111_195, abs=1)
    assert haversine_distance_m(Point(0, 179.5), Point(0, -179.5)) == pytest.approx(111_195, abs=1)
