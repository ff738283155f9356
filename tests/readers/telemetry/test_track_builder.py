"""A trail of fixes: what it keeps, what it leaves out, and what it says of itself."""

import math
from collections.abc import Iterator
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsec.i18n.reasons import make_reason
from opsec.model import Hint, Reason
from opsec.model.notes import note_text
from opsec.model.records import Gap
from opsec.readers.telemetry.track_builder import ClipClock, TrackBuilder, apply_hemisphere, nmea_degrees


def hint(found: Iterator[object]) -> Hint:
    (one,) = found
    assert isinstance(one, Hint)
    return one


def test_only_places_on_earth_that_are_not_the_pair_zero_are_kept() -> None:
    trail = TrackBuilder("x")
    for lat, lon in [(0.0, 0.0), (91.0, 10.0), (10.0, 181.0), (math.nan, 1.0), (1.0, math.inf), (-0.0, 0.0)]:
        trail.add(0, lat, lon)
    for lat, lon in [(0.0, 10.0), (10.0, 0.0), (-90.0, 180.0)]:
        trail.add(1, lat, lon)
    track = hint(trail.hint_records())
    assert [(fix.point.lat, fix.point.lon) for fix in track.fixes] == [(0, 10), (10, 0), (-90, 180)]
    assert note_text(track.notes) == "6 of 9 samples had no fix"


def test_a_trail_without_a_fix_is_a_remark_and_without_a_sample_nothing() -> None:
    empty, void = TrackBuilder("x"), TrackBuilder("y")
    void.add_without_fix()
    assert list(empty.hint_records()) == []
    assert list(void.hint_records()) == [Reason("bad_place", (("field", "y"), ("count", "1")))]


@pytest.mark.parametrize(
    ("measure", "given_value", "kept"),
    [
        ("altitude_m", 8_000.0, 8_000.0), ("altitude_m", math.nan, None), ("altitude_m", 2e6, None),
        ("heading_deg", -90.0, 270.0), ("heading_deg", 360.0, 0.0), ("heading_deg", 4_000.0, None),
        ("accuracy_m", 3.0, 3.0), ("accuracy_m", -1.0, None), ("accuracy_m", math.inf, None),
        ("speed_mps", 12.0, 12.0), ("speed_mps", -1.0, None),
        ("pitch_deg", -90.0, -90.0), ("pitch_deg", math.nan, None),
    ],
)  # fmt: skip
def test_a_measure_that_cannot_be_is_left_out_and_its_fix_is_not(
    measure: str, given_value: float, kept: float | None
) -> None:
    trail = TrackBuilder("x")
    trail.add(0, 33.0, 43.0, **{measure: given_value})
    assert getattr(hint(trail.hint_records()).fixes[0], measure) == kept


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 2_000), st.integers(8, 60), st.integers(0, 999))
def test_thinning_keeps_both_ends_and_every_edge(many: int, most: int, seed: int) -> None:
    trail = TrackBuilder("x", most_fixes=most)
    random = Random(seed)
    way = [(random.uniform(-80, 80), random.uniform(-170, 170)) for _ in range(many)]
    for at_s, (lat, lon) in enumerate(way):
        trail.add(at_s, lat, lon)
    track = hint(trail.hint_records())
    lats, lons = [fix.point.lat for fix in track.fixes], [fix.point.lon for fix in track.fixes]
    assert len(track.fixes) <= most
    assert len(track.fixes) >= min(many, most // 4)
    assert [fix.at_s for fix in track.fixes] == sorted({fix.at_s for fix in track.fixes})
    assert (track.at_s, track.until_s) == (0, many - 1)
    assert (track.fixes[0].at_s, track.fixes[-1].at_s) == (0, many - 1)
    assert [min(lats), max(lats)] == pytest.approx([min(lat for lat, _ in way), max(lat for lat, _ in way)])
    assert [min(lons), max(lons)] == pytest.approx([min(lon for _, lon in way), max(lon for _, lon in way)])
    assert (note_text(track.notes) is None) == (len(track.fixes) == many)


def test_a_trail_that_is_full_says_so() -> None:
    trail = TrackBuilder("x", most_met=3)
    for _ in range(3):
        assert not trail.full
        trail.add(0, 33.0, 43.0)
    assert trail.full
    gap, *found = trail.hint_records()
    assert note_text(hint(iter(found)).notes) == "the track is longer; the rest was not read"
    assert gap == Gap(make_reason("too_many", limit=3, part="x"))


def test_a_trail_full_of_nothing_is_a_gap_and_not_only_a_remark() -> None:
    trail = TrackBuilder("x", most_met=3)
    for _ in range(3):
        trail.add_without_fix()
    assert [type(one) for one in trail.hint_records()] == [Gap, Reason]


@pytest.mark.parametrize(
    ("times", "passed"),
    [
        ([100.0, 101.0, 103.5], [0, 1, 3.5]),
        ([None, None, None], [0, 1, 2]),
        ([86_399.0, 0.0, 1.0], [0, 1, 2]),  # midnight
        ([10.0, 11.0, 10_811.0, 10_812.0], [0, 1, 2, 3]),  # the satellites correct a clock of another zone
        ([5.0, 5.0, 6.0], [0, 0, 1]),
        ([5.0, None, 7.0], [0, 1, 2]),
    ],
)
def test_times_of_a_receiver_become_seconds_of_the_clip(times: list[float | None], passed: list[float]) -> None:
    clock = ClipClock()
    assert [clock.at_s(time) for time in times] == passed


@pytest.mark.parametrize(
    ("written", "degrees"),
    [(3358.8, 33.98), (0.0, 0.0), (-4315.0, -43.25), (3360.0, 34.0), (59.0, 59 / 60), (17959.999, 179.9999833)],
)
def test_degrees_and_minutes(written: float, degrees: float) -> None:
    assert nmea_degrees(written) == pytest.approx(degrees)


@pytest.mark.parametrize("written", [3361.0, 99.0, math.nan, math.inf])
def test_more_than_sixty_minutes_are_no_degrees(written: float) -> None:
    assert math.isnan(nmea_degrees(written))


@pytest.mark.parametrize(
    ("degrees", "side", "expected"), [(33.0, "N", 33.0), (33.0, "S", -33.0), (-33.0, "S", -33.0), (43.0, "W", -43.0)]
)
def test_sides(degrees: float, side: str, expected: float) -> None:
    assert apply_hemisphere(degrees, side) == expected


@pytest.mark.parametrize("side", ["", "X", "n", "SW", "\0"])
def test_an_unknown_hemisphere_gives_no_degrees(side: str) -> None:
    assert math.isnan(apply_hemisphere(33.0, side))
