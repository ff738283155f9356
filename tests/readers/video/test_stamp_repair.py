"""Misread stamps of coordinates: repaired where only one position is possible, and nothing else is touched."""

import pytest

from opsec.geo.positions import haversine_distance_m
from opsec.model import Point
from opsec.readers.video.stamp_repair import find_stamp_positions, looks_like_stamp, repair_stamp

HERE = Point(33.412833, 44.637944)
"""33°24'46.2"N 44°38'16.6"E"""


@pytest.mark.parametrize(
    "read",
    [
        "3392446.2N 4493816.6E",  # ° as 9, marks lost
        "33024'46.2N 44038'16.6E",  # ° as 0
        "3392446.21N 4493816.61E",  # " as 1
        "N 33924:46.2 E 44938:16.6",
        "33924.770N 44938.277E",  # minutes with decimals
        "33924:770N 44938:277E",
        "33.412833. 44.637944",  # a comma as a full stop
        "33.412833.44.637944",
        "33.41283344.637944",
        "33:412833. 44.637944",
        "GPS: 33.412833. 44.637944",
        "Lat 33.412833 Long 44637944",  # a decimal point lost
        "N 33.4l2833 E 44.637944",
        "N 33.412833O E 44.637944O",
        "Lat 33.412B33 Long 44.637944",
    ],
)
def test_a_misread_stamp_is_one_position(read: str) -> None:
    match = repair_stamp(read)
    assert match is not None
    assert match.point is not None
    assert haversine_distance_m(match.point, HERE) < 150


@pytest.mark.parametrize("read", ["38S MB 6S451 7776B", "38S MB 6545l 77768"])
def test_letters_among_the_digits_of_a_grid_reference_are_digits(read: str) -> None:
    assert repair_stamp(read) is not None


@pytest.mark.parametrize(
    ("read", "why"),
    [
        ("33.412833, 44.637944", "well read"),
        ("12.03.2026 18:31:20", "a date and a time"),
        ("12/03/26 06:31:24 PM", "a date and a time"),
        ("0790 123 4567", "a telephone number"),
        ("f/1.8 1/3145 ISO 426", "settings of a camera"),
        ("33.4128. 44.6379 km/h and falling", "more than a coordinate"),
        ("3999999.9N 4493816.6E", "minutes out of range"),
        ("9592446.2N 4493816.6E", "latitude out of range"),
        ("3392446.2N", "one half"),
        ("IQD 45.0000 12.5000", "amounts"),
        ("Falcon Camp 12", "words"),
        ("1 2 3 4 5 6 7 8 9", "counting"),
        ("3" * 500, "too long"),
    ],
)
def test_other_lines_are_no_stamps_to_repair(read: str, why: str) -> None:
    assert repair_stamp(read) is None, why


def test_a_line_that_may_mean_two_positions_is_not_repaired() -> None:
    assert repair_stamp("47959:58N 44938:16E") is None, "59'58\" or 59.58'"


def test_the_two_halves_may_stand_on_two_lines() -> None:
    ((line, match),) = find_stamp_positions(["Falcon Camp", "3392446.2N", "4493816.6E", "12 Mar 2026"])
    assert line == "3392446.2N 4493816.6E"
    assert match.point is not None


@pytest.mark.parametrize(
    ("line", "expected"),
    [("Lat 33.4128 Long 44.6379", True), ("33 camels", False), ("f/1.8 ISO 426 24 mm", False)],
)
def test_a_stamp_is_digits_for_the_most_part(line: str, expected: bool) -> None:
    assert looks_like_stamp(line) is expected
