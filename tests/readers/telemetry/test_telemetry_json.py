"""Ways in JSON: the spellings that occur, and lists of places that are no way."""

import json
from typing import Any

import pytest

from opsec.model import Point
from tests.readers.posts.exports.made import codes, reading

SAMPLES: list[tuple[str, Any]] = [
    ("plain", [{"lat": 33.98, "lon": 43.25, "time": n, "alt": 41.5} for n in range(3)]),
    ("long names", {"track": [{"Latitude": 33.98, "Longitude": 43.25, "Timestamp": 1794817800 + n, "Altitude": 41.5}
                              for n in range(3)]}),
    ("milliseconds", {"a": {"b": [{"gps_lat": 33.98, "gps_lng": 43.25, "ts": 1794817800000 + n * 1000, "ele": 41.5}
                                  for n in range(3)]}}),
    ("texts", [{"latitude": "33.98", "longitude": "43.25", "time": f"{1794817800 + n}000000000", "altitude": "41.5"}
               for n in range(3)]),
    ("ISO 8601", [{"date": f"2026-11-16T08:30:0{n}Z", "location": {"lat": 33.98, "lng": 43.25, "altitude": 41.5}}
                  for n in range(3)]),
    ("of a browser", [{"coords": {"latitude": 33.98, "longitude": 43.25, "altitude": 41.5}, "timestamp": 1000 * n}
                      for n in range(1794817800, 1794817803)]),
    ("GoPro", {"1": {"streams": {"GPS5": {"samples": [{"value": [33.98, 43.25, 41.5, 0.1, 0.2], "cts": 1000 * n}
                                                      for n in range(3)]}}}}),
]  # fmt: skip


@pytest.mark.parametrize("content", [row[1] for row in SAMPLES], ids=[row[0] for row in SAMPLES])
def test_spellings(content: Any) -> None:
    found = reading(content)
    (track,) = found.hints
    assert (track.kind, track.family, found.status, found.post) == ("track", "META", "read", None)
    assert [(fix.at_s, fix.point.lat, fix.point.lon) for fix in track.fixes] == [(n, 33.98, 43.25) for n in range(3)]
    assert {fix.altitude_m for fix in track.fixes} <= {41.5, None}


@pytest.mark.parametrize(
    "content",
    [
        [{"lat": 33.98, "time": 1}],
        [{"lat": "north", "lon": "east", "time": 1}],
        [{"value": [33.98, 43.25], "cts": 1}],
        [[33.98, 43.25, 1]],
    ],
)
def test_arrays_without_positions_and_times_are_no_track(content: Any) -> None:
    assert (reading(content).status, reading(content).hints) == ("read", ())


def test_no_fix_is_reported() -> None:
    found = reading([{"lat": 0.0, "lon": 0.0, "time": n} for n in range(3)])
    assert (found.hints, codes(found)) == ((), ["bad_place"])


def test_what_stood_before_the_cut_is_kept() -> None:
    whole = json.dumps([{"lat": 33.98, "lon": 43.25, "time": n} for n in range(50)]).encode()
    found = reading(whole[:-20])
    assert (found.status, codes(found), len(found.hints[0].fixes)) == ("partly", ["cut_off"], 49)


@pytest.mark.parametrize("nothing", [None, ""])
def test_a_receiver_that_starts_cold_is_followed_from_its_first_fix_on(nothing: Any) -> None:
    cold = [{"lat": nothing, "lon": nothing, "time": n} for n in range(30)]
    warm = [{"lat": 33.98, "lon": 43.25, "time": n} for n in range(30, 32)]
    (track,) = reading(cold + warm).hints
    assert [(fix.at_s, fix.point.lat) for fix in track.fixes] == [(30.0, 33.98), (31.0, 33.98)]
    assert codes(reading(cold)) == ["bad_place"]


@pytest.mark.parametrize(("fix", "count"), [(0, 0), (2, 1), (3, 1)])
def test_values_written_without_a_fix_are_no_position(fix: int, count: int) -> None:
    sample = {"value": [33.98, 43.25, 41.5, 0.1, 0.2], "cts": 0, "sticky": {"fix": fix, "precision": 200}}
    assert len(reading({"1": {"streams": {"GPS5": {"samples": [sample]}}}}).hints) == count


def test_a_geometry_without_its_type_has_the_longitude_first() -> None:
    found = reading({"type": "FeatureCollection", "features": [{"geometry": {"coordinates": [[43.25, 33.98]]}}]})
    assert [(hint.kind, hint.point) for hint in found.hints] == [("position", Point(33.98, 43.25))]


@pytest.mark.parametrize(
    ("refs", "point"),
    [
        ({"latRef": "S", "lonRef": "W"}, Point(-33.98, -43.25)),
        ({"GPSLatitudeRef": "N", "GPSLongitudeRef": "West"}, Point(33.98, -43.25)),
        ({"latRef": "E"}, Point(33.98, 43.25)),
    ],
)
def test_hemispheres_beside_the_numbers_of_a_track(refs: dict[str, str], point: Point) -> None:
    found = reading([{"lat": 33.98, "lon": 43.25, "time": n, **refs} for n in range(1, 4)])
    (track,) = [hint for hint in found.hints if hint.kind == "track"]
    assert {fix.point for fix in track.fixes} == {point}
