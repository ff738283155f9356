"""GoPro: what a stream must and must not give."""

import struct
from collections.abc import Callable

import pytest

from tests.fixtures.media import tracks
from tests.fixtures.media.tracks import gpmf_device, gps5_stream, klv
from tests.readers.telemetry.routes import FILM, PLACES, WAY, hints, points, remarks


def gpmf(*samples: bytes) -> bytes:
    return tracks.with_track(FILM, "gpmd", samples)


def stream(*, scales: tuple[int, ...] = (10**7, 10**7, 1_000, 1_000, 100), gps: bytes | None = None) -> bytes:
    """A stream of one fix at 33.1, 43.1, locked."""
    numbers = struct.pack(">5i", 331_000_000, 431_000_000, 120_000, 3_000, 300)
    scaled = klv("SCAL", "l", 4, struct.pack(f">{len(scales)}i", *scales))
    return klv("GPSF", "L", 4, struct.pack(">I", 3)) + scaled + (klv("GPS5", "l", 20, numbers) if gps is None else gps)


@pytest.mark.parametrize("write", [tracks.with_gps5, tracks.with_gps9])
def test_without_a_lock_there_is_no_fix(write: Callable[..., bytes]) -> None:
    assert points(write(FILM, WAY, lock=0)) == []
    assert remarks(write(FILM, WAY, lock=0)) == ["bad_place"]
    assert points(write(FILM, WAY, lock=2)) == PLACES


def test_a_wide_dilution_makes_a_locked_fix_less_sure_and_ends_one_that_tells_no_lock() -> None:
    fine, wide = (hints(tracks.with_gps5(FILM, WAY, dilution=dilution))[0].fixes[0] for dilution in (1.5, 99.99))
    assert fine.accuracy_m == pytest.approx(7.5)
    assert wide.accuracy_m == pytest.approx(499.95)
    untold = gps5_stream(WAY, dilution=99.99).replace(b"GPSF", b"GPSX")
    assert points(gpmf(gpmf_device(untold))) == []
    assert points(gpmf(gpmf_device(gps5_stream(WAY, dilution=2).replace(b"GPSF", b"GPSX")))) == PLACES


def test_the_fixes_of_a_sample_are_spread_over_its_second() -> None:
    found = hints(gpmf(gpmf_device(gps5_stream(WAY)), gpmf_device(gps5_stream(WAY))))
    assert [fix.at_s for fix in found[0].fixes] == pytest.approx([0, 1 / 3, 2 / 3, 1, 4 / 3, 5 / 3])


def test_gps5_and_gps9_of_one_camera_are_two_ways() -> None:
    nine = tracks.with_gps9(FILM, WAY[:1])
    sample = nine[nine.index(b"DEVC") :]
    assert [hint.field for hint in hints(gpmf(gpmf_device(gps5_stream(WAY)) + sample))] == [
        "moov/trak#2 GPMF GPS5", "moov/trak#2 GPMF GPS9",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "scales",
    [
        (0, 10**7, 1, 1, 1),
        (10**7, 0, 1, 1, 1),
        (),
        (10**7, 10**7),
        (1, 1, 1, 1, 1),
    ],
)
def test_a_scale_that_is_none_or_wrong_gives_no_place(scales: tuple[int, ...]) -> None:
    assert points(gpmf(gpmf_device(stream(scales=scales)))) == []


def test_a_scale_of_zero_elsewhere_costs_only_that_measure() -> None:
    (found,) = hints(gpmf(gpmf_device(stream(scales=(10**7, 10**7, 0, 1_000, 100)))))
    assert found.fixes[0].altitude_m is None
    assert found.fixes[0].speed_mps == 3.0


def test_one_scale_stands_for_all() -> None:
    assert points(gpmf(gpmf_device(stream(scales=(10**7,))))) == [(33.1, 43.1)]


@pytest.mark.parametrize(
    "gps",
    [
        klv("GPS5", "l", 4, bytes(20)),
        klv("GPS5", "s", 20, bytes(20)),
        klv("GPS5", "l", 0, b"", repeat=65_535),
        klv("GPS5", "l", 20, b""),
        klv("GPS5", "l", 20, bytes(10), repeat=1),
        klv("GPS9", "?", 32, bytes(32)),
        klv("TYPE", "c", 1, b"lllllllS") + klv("GPS9", "?", 30, bytes(30)),
        klv("TYPE", "c", 1, b"zzzzzzzzz") + klv("GPS9", "?", 32, bytes(32)),
    ],
)
def test_entries_of_another_form_give_no_place(gps: bytes) -> None:
    assert points(gpmf(gpmf_device(stream(gps=gps)))) == []


def test_a_number_of_items_that_lies_gives_those_that_are_there() -> None:
    numbers = struct.pack(">5i", 331_000_000, 431_000_000, 0, 0, 0)
    lie = klv("GPS5", "l", 20, numbers * 2, repeat=65_535)
    assert points(gpmf(gpmf_device(stream(gps=lie)))) == [(33.1, 43.1)] * 2


def test_depth_and_emptiness_cost_nothing() -> None:
    deep = gps5_stream(WAY)
    for _ in range(60):
        deep = klv("STRM", "\0", 1, deep)
    assert points(gpmf(deep)) == PLACES
    empty = struct.pack(">4scBH", b"STRM", b"\0", 1, 0)
    assert points(gpmf(empty * 1_000 + gpmf_device(gps5_stream(WAY)))) == PLACES
    assert points(gpmf(gpmf_device(gps5_stream(WAY)) + empty * 100_000)) == PLACES


def test_a_bad_sample_hides_no_good_one() -> None:
    good = gpmf_device(gps5_stream(WAY[:1]))
    assert points(gpmf(b"", b"\xff" * 40, good[:30], good, bytes(64), good)) == [(33.1, 43.1)] * 2
