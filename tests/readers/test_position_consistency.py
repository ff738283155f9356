"""When positions of one file are reported as conflicting."""

import io
import time

import pytest

from opsec.geo.positions import haversine_distance_m
from opsec.model import Fix, Hint, Point
from opsec.readers.position_consistency import find_position_conflict
from opsec.readers.registry import read_file
from tests.fixtures.media.boxes import box, film, loci, xyz
from tests.fixtures.records import position_hint, text_hint


def track(*points: tuple[float, float]) -> Hint:
    fixes = tuple(Fix(at_s=number, point=Point(*point)) for number, point in enumerate(points))
    return Hint(kind="track", family="META", reader="test", field="track", fixes=fixes)


def conflicts(*hints: Hint) -> list[dict[str, str]]:
    return [dict(reason.blanks) for reason in find_position_conflict(hints)]


def test_two_distant_positions_are_reported_with_their_distance() -> None:
    one, other = position_hint(33.98, 43.25, field="a"), position_hint(34.98, 43.25, field="b")
    assert conflicts(one, other) == [{"field": "a", "other": "b", "distance_km": "111.2"}]


def test_the_two_farthest_of_three_positions_are_named() -> None:
    hints = (
        position_hint(33.98, 43.25, field="a"),
        position_hint(34.98, 43.25, field="b"),
        position_hint(36.0, 43.25, field="c"),
    )
    assert [(one["field"], one["other"]) for one in conflicts(*hints)] == [("a", "c")]


@pytest.mark.parametrize(
    "hints",
    [
        (),
        (position_hint(33.98, 43.25),),
        (position_hint(33.98, 43.25), position_hint(33.983, 43.25)),
        (position_hint(33.98, 43.25, accuracy_m=60_000.0), position_hint(34.98, 43.25, accuracy_m=60_000.0)),
        (position_hint(33.98, 43.25), position_hint(34.98, 43.25, family="TEXT")),
        (position_hint(33.98, 43.25), text_hint("34.98000, 43.25000")),
        (position_hint(33.98, 43.25), track((34.98, 43.25), (33.98, 43.25), (32.98, 43.25))),
    ],
)
def test_positions_that_may_coincide_are_not_reported(hints: tuple[Hint, ...]) -> None:
    assert conflicts(*hints) == []


def test_a_track_elsewhere_is_reported() -> None:
    assert [one["other"] for one in conflicts(position_hint(33.98, 43.25, field="a"), track((34.98, 43.25)))] == [
        "track"
    ]


def test_many_long_tracks_are_compared_quickly() -> None:
    long = track(*[(33 + number / 20_000, 43.25) for number in range(20_000)])
    began = time.process_time()
    assert conflicts(*[long] * 500) == []
    assert time.process_time() - began < 10


def test_a_conflict_in_a_video_is_reported_and_does_not_lower_its_coverage() -> None:
    found = read_file(io.BytesIO(film(box("udta", xyz("+33.9800+043.2500/") + loci(34.5, 44.5)))), "mp4")
    assert (found.status, [reason.code for reason in found.reasons]) == ("read", ["places_disagree"])


@pytest.mark.parametrize(
    ("one", "other", "expected_m"),
    [
        (Point(0, 0), Point(0, 1), 111_195),
        (Point(90, 0), Point(-90, 0), 20_015_115),
        (Point(0, 179.5), Point(0, -179.5), 111_195),
        (Point(33, 43), Point(33, 43), 0),
    ],
)
def test_distances_on_the_globe(one: Point, other: Point, expected_m: float) -> None:
    assert haversine_distance_m(one, other) == pytest.approx(expected_m, abs=1)
