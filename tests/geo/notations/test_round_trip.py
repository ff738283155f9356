"""Every notation round-trips, with text around it and invisible marks in it."""

import random
import re

import pytest
from geopy.distance import geodesic
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from opsec.geo.notations import CoordinateMatch, parse_coordinates
from opsec.model import Point
from tests.geo.notations.more_writers import ALL_WRITERS

MARKS = "\u200b\u200c\u200d\u200e\u200f\u2066\u2068\u2069\u202a\u202c\u061c\u2060\ufeff"
NOT_POLAR_NOT_NULL_ISLAND = st.builds(
    Point,
    (st.floats(5, 79) | st.floats(-79, -5)).map(lambda degrees: round(degrees, 6)),
    (st.floats(6, 179) | st.floats(-179, -6)).map(lambda degrees: round(degrees, 6)),
)
"""UTM and MGRS are not defined near the poles; two small bare numbers are not coordinates."""
_DIGITS_ALONE = re.compile(r"[0-9]+\+[0-9]+")
"""A Plus Code without a letter, outside a link, counts as a sum."""


def assert_found(found: list[CoordinateMatch], text: str, name: str, point: Point) -> None:
    writer = ALL_WRITERS[name]
    assert [place.notation for place in found] == [writer.notation], text
    read = found[0].point
    assert read is not None
    distance_m = geodesic((point.lat, point.lon), (read.lat, read.lon)).m
    assert distance_m <= writer.within_m
    assert distance_m <= (found[0].accuracy_m or 0) + 0.5


@pytest.mark.parametrize("name", ALL_WRITERS)
@settings(max_examples=25)
@given(point=NOT_POLAR_NOT_NULL_ISLAND)
@example(point=Point(8.0, 63.0))  # on the edge of two bands of latitude
@example(point=Point(-5.0, -173.0))  # a Plus Code without a letter
def test_position_round_trips_within_its_accuracy(name: str, point: Point) -> None:
    text = ALL_WRITERS[name].write(point)
    assume(not _DIGITS_ALONE.fullmatch(text))
    assert_found(parse_coordinates(text), text, name, point)


@pytest.mark.parametrize("name", ALL_WRITERS)
@pytest.mark.parametrize(
    ("before", "after"),
    [("نلتقي ", " الليلة"), ("meet: ", " at 7 pm"), ("(", ")"), ("صورة\n", "\n#العراق")],
    ids=ascii,
)
def test_position_in_a_sentence_has_its_span(name: str, before: str, after: str) -> None:
    point = Point(31.204511, 42.906733)
    written = ALL_WRITERS[name].write(point)
    text = before + written + after
    found = parse_coordinates(text)
    assert_found(found, text, name, point)
    assert len(before) <= found[0].start
    assert found[0].end <= len(text) - len(after)
    assert found[0].end - found[0].start >= 0.45 * len(written)


@pytest.mark.parametrize("name", ALL_WRITERS)
@settings(max_examples=25)
@given(point=NOT_POLAR_NOT_NULL_ISLAND, seed=st.integers(0, 1000))
def test_zero_width_marks_do_not_hide_a_position(name: str, point: Point, seed: int) -> None:
    draw = random.Random(seed)
    written = ALL_WRITERS[name].write(point)
    assume(not _DIGITS_ALONE.fullmatch(written))
    text = "".join(char + (draw.choice(MARKS) if draw.random() < 0.3 else "") for char in written)
    assert_found(parse_coordinates(text), text, name, point)
