"""Tracks and fences: entering, crossing, approaching, and gaps between fixes."""

import pytest

from opsec.matching.geofences import FenceIndex
from opsec.model import MAX_FIXES, Fix, Point
from tests.fixtures.records import make_site, square_fence

HERE = make_site()


def track(*rows: tuple[float, float, float], accuracy_m: float | None = None) -> list[Fix]:
    return [Fix(at_s, Point(lat, lon), accuracy_m=accuracy_m) for at_s, lat, lon in rows]


def test_track_into_a_site_has_the_time_inside() -> None:
    walk = track((0, 30.99, 42.005), (4, 31.001, 42.005), (9, 31.002, 42.005), (12, 30.999, 42.005))
    (match,) = FenceIndex([HERE]).match_track(walk)
    assert (match.distance_m, match.grade, match.inside_s) == (0.0, "strong", (4, 9))


@pytest.mark.parametrize(
    ("rows", "accuracy_m", "distance_m", "grade"),
    [
        ([(0, 31.005, 42.005)], None, 0, "strong"),
        ([(0, 31.005, 42.005)], 3_000.0, 0, "probable"),
        ([(0, 30.9995, 42.001), (1, 31.001, 41.9995)], None, 0, "strong"),  # across a corner
        ([(0, 30.9991, 42.001), (5, 30.9991, 42.009)], None, 100, "probable"),
        ([(0, 30.9, 42.005), (3600, 31.1, 42.005)], None, None, None),  # the path between is unknown
        ([(0, 30.99, 42.005), (5, 30.991, 42.005)], None, None, None),
        ([(0, 30.991, 42.005)], 1_200.0, 998, "possible"),
    ],
)
def test_grade_by_track_and_accuracy(
    rows: list[tuple[float, float, float]], accuracy_m: float | None, distance_m: float | None, grade: str | None
) -> None:
    matches = list(FenceIndex([HERE]).match_track(track(*rows, accuracy_m=accuracy_m)))
    assert [found.grade for found in matches] == ([grade] if grade else [])
    if distance_m is not None:
        assert matches[0].distance_m == pytest.approx(distance_m, abs=1.0)


def test_most_sensitive_zone_on_the_track_is_named() -> None:
    zones = (
        square_fence(31.001, 42.0, 31.003, 42.01, role="zone", name="yard", sensitivity=0.2),
        square_fence(31.006, 42.0, 31.008, 42.01, role="zone", name="armoury", sensitivity=0.9),
    )
    (match,) = FenceIndex([make_site(fences=(*HERE.fences, *zones))]).match_track(
        track((0, 31.002, 42.005), (9, 31.007, 42.005))
    )
    assert match.zone is not None
    assert match.zone.name == "armoury"


def test_long_track_matches_every_site_on_it_and_no_other() -> None:
    sites = [
        make_site(f"camp-{n:02}", fences=(square_fence(31.0, 42 + n / 10, 31.01, 42.01 + n / 10),)) for n in range(40)
    ]
    drive = [Fix(n / 10, Point(31.005, 42.0 + n / 10_000)) for n in range(MAX_FIXES)]
    inside = [match.site.id for match in FenceIndex(sites).match_track(drive) if match.inside_s]
    assert inside == [f"camp-{n:02}" for n in range(20)]


@pytest.mark.parametrize(
    ("rows", "grade"),
    [
        ([(0, 31.5, 42.005, 3.0), (60, 31.005, 42.005, 3_000.0)], "probable"),
        ([(0, 31.5, 42.005, 9_000.0), (60, 31.005, 42.005, 3.0)], "strong"),
        ([(0, 31.5, 42.005, 3.0), (60, 30.991, 42.005, 1_200.0)], "possible"),
        ([(0, 30.9991, 42.005, 3.0), (60, 30.9, 42.005, 40_000.0)], "probable"),  # the accurate fix counts
    ],
)
def test_accuracy_comes_from_the_matching_fixes_only(rows: list[tuple[float, float, float, float]], grade: str) -> None:
    fixes = [Fix(at_s, Point(lat, lon), accuracy_m=accuracy_m) for at_s, lat, lon, accuracy_m in rows]
    (match,) = FenceIndex([HERE]).match_track(fixes)
    assert match.grade == grade


def test_nearest_fix_is_nearest_on_the_ground() -> None:
    """A degree of longitude is shorter than one of latitude: by degrees alone the other fix would be nearest."""
    (match,) = FenceIndex([HERE]).match_track(track((0, 30.9959, 42.005), (60, 31.005, 41.9956)))
    assert match.distance_m == pytest.approx(420, abs=2)
