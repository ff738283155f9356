"""Tracks and fences: entering, passing, coming close, and what lies between two fixes."""

import pytest

from opsec.matching.geofences import Fences
from opsec.model import MAX_FIXES, Fix, Point
from tests.fixtures.records import site, square

HERE = site()


def track(*rows: tuple[float, float, float], accuracy_m: float | None = None) -> list[Fix]:
    return [Fix(at_s, Point(lat, lon), accuracy_m=accuracy_m) for at_s, lat, lon in rows]


def test_a_walk_into_the_site_tells_when_it_was_inside() -> None:
    walked = track((0, 30.99, 42.005), (4, 31.001, 42.005), (9, 31.002, 42.005), (12, 30.999, 42.005))
    (met,) = Fences([HERE]).cross(walked)
    assert (met.distance_m, met.grade, met.inside_s) == (0.0, "strong", (4, 9))


@pytest.mark.parametrize(
    ("rows", "accuracy_m", "distance_m", "grade"),
    [
        ([(0, 31.005, 42.005)], None, 0, "strong"),
        ([(0, 31.005, 42.005)], 3_000.0, 0, "probable"),
        ([(0, 30.9995, 42.001), (1, 31.001, 41.9995)], None, 0, "strong"),  # across a corner
        ([(0, 30.9991, 42.001), (5, 30.9991, 42.009)], None, 100, "probable"),
        ([(0, 30.9, 42.005), (3600, 31.1, 42.005)], None, None, None),  # nobody knows the way between
        ([(0, 30.99, 42.005), (5, 30.991, 42.005)], None, None, None),
        ([(0, 30.991, 42.005)], 1_200.0, 998, "possible"),
    ],
)
def test_crossing(
    rows: list[tuple[float, float, float]], accuracy_m: float | None, distance_m: float | None, grade: str | None
) -> None:
    met = list(Fences([HERE]).cross(track(*rows, accuracy_m=accuracy_m)))
    assert [found.grade for found in met] == ([grade] if grade else [])
    if distance_m is not None:
        assert met[0].distance_m == pytest.approx(distance_m, abs=1.0)


def test_the_most_sensitive_zone_on_the_way_is_named() -> None:
    zones = (
        square(31.001, 42.0, 31.003, 42.01, role="zone", name="yard", sensitivity=0.2),
        square(31.006, 42.0, 31.008, 42.01, role="zone", name="armoury", sensitivity=0.9),
    )
    (met,) = Fences([site(fences=(*HERE.fences, *zones))]).cross(track((0, 31.002, 42.005), (9, 31.007, 42.005)))
    assert met.zone is not None
    assert met.zone.name == "armoury"


def test_a_long_track_meets_every_site_it_passes_and_no_other() -> None:
    sites = [site(f"camp-{n:02}", fences=(square(31.0, 42 + n / 10, 31.01, 42.01 + n / 10),)) for n in range(40)]
    drive = [Fix(n / 10, Point(31.005, 42.0 + n / 10_000)) for n in range(MAX_FIXES)]
    inside = [met.site.id for met in Fences(sites).cross(drive) if met.inside_s]
    assert inside == [f"camp-{n:02}" for n in range(20)]


@pytest.mark.parametrize(
    ("rows", "grade"),
    [
        ([(0, 31.5, 42.005, 3.0), (60, 31.005, 42.005, 3_000.0)], "probable"),
        ([(0, 31.5, 42.005, 9_000.0), (60, 31.005, 42.005, 3.0)], "strong"),
        ([(0, 31.5, 42.005, 3.0), (60, 30.991, 42.005, 1_200.0)], "possible"),
        ([(0, 30.9991, 42.005, 3.0), (60, 30.9, 42.005, 40_000.0)], "probable"),  # the sure one counts
    ],
)
def test_only_the_fixes_that_meet_the_site_say_how_well_it_is_known(
    rows: list[tuple[float, float, float, float]], grade: str
) -> None:
    fixes = [Fix(at_s, Point(lat, lon), accuracy_m=accuracy_m) for at_s, lat, lon, accuracy_m in rows]
    (met,) = Fences([HERE]).cross(fixes)
    assert met.grade == grade


def test_the_nearest_fix_is_the_nearest_on_the_ground() -> None:
    """A degree of longitude is shorter than one of latitude: by degrees alone the other fix would be nearest."""
    (met,) = Fences([HERE]).cross(track((0, 30.9959, 42.005), (60, 31.005, 41.9956)))
    assert met.distance_m == pytest.approx(420, abs=2)
