"""Coordinates in words: what must be found, what must not, and in what time."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.model import MAX_TEXT, Hint, Point
from opsec.readers.text.coordinates import LINK_NOTE, MOST_PLACES, SHORT_CODE_NOTE, written_hints, written_spans


def places(text: str) -> list[Hint]:
    return [hint for hint in written_hints(text, "caption") if hint.kind == "position"]


MUST_FIND = {
    "33.3152, 44.3661": (33.3152, 44.3661),
    "33.3152 44.3661": (33.3152, 44.3661),
    "33.3152,44.3661": (33.3152, 44.3661),
    "33.3152/44.3661": (33.3152, 44.3661),
    "meet at (33.3152, 44.3661).": (33.3152, 44.3661),
    "٣٣٫٣١٥٢، ٤٤٫٣٦٦١": (33.3152, 44.3661),
    "۳۳٫۳۱۵۲/۴۴٫۳۶۶۱": (33.3152, 44.3661),
    "نلتقي عند ٣٣٫٣١٥٢ ٤٤٫٣٦٦١ غدا": (33.3152, 44.3661),
    "33.3152 N, 44.3661 E": (33.3152, 44.3661),
    "33.3152°N 44.3661°E": (33.3152, 44.3661),
    "N33.3152 E44.3661": (33.3152, 44.3661),
    "44.3661E, 33.3152N": (33.3152, 44.3661),
    "ش ٣٣٫٣١٥٢ ق ٤٤٫٣٦٦١": (33.3152, 44.3661),
    "33.3152 ج، 44.3661 غ": (-33.3152, -44.3661),
    "-33.3152, -44.3661": (-33.3152, -44.3661),
    "33.3152S 44.3661W": (-33.3152, -44.3661),
    "\u206633.3152, 44.3661\u2069": (33.3152, 44.3661),
    "maps/@33.3152,44.3661,17z": (33.3152, 44.3661),
    "IMG_33.3152_44.3661.jpg": (33.3152, 44.3661),
    "33.3152, 44.3661 7 pm": (33.3152, 44.3661),
    "33.3152 44.3661 in 2026": (33.3152, 44.3661),
    "day 3 33.3152 44.3661 7 pm": (33.3152, 44.3661),
    "0.0000, 44.3661": (0.0, 44.3661),
    "33.31524\n44.36612": (33.31524, 44.36612),
    "الموقع\n33.3152\n44.3661": (33.3152, 44.3661),
    "33,3152 44,3661": (33.3152, 44.3661),
}

MUST_NOT_FIND = [
    "33.31, 44.36",  # two decimals: a price list
    "33.3152",
    "33.3152, 144",
    "1.2345, 2.3456, 3.4567",  # a vector
    "33.3152, 44.3661, 35",  # a list of three
    "12.5, 33.3152, 44.3661",
    "33.3152 44.3661 35.5",
    "1.2345.6789, 2.3456.7890",  # versions
    "v1.2345 2.3456",
    "192.168.10.1 192.168.10.2",
    "+964 770 123 4567",
    "2026.1123 2026.1124",
    "$1.0843 / 1.0921",
    "1.0843 / 1.0921 USD",
    "1.0843, 1.0921 دينار",
    "1.0843% 1.0921%",
    "91.0000, 10.0000",
    "10.0000, 181.0000",
    "0.0000, 0.0000",
    "33.3152N 44.3661S",  # two latitudes
    "-33.3152S 44.3661E",  # a sign and a letter: which holds?
    "33.3152\n44.3661",
    "33.3152 and 44.3661",
    "12-33.3152, 44.3661",  # a range
    "33.31524\n44.36612\n35.12345",  # a column
    "1.08432, 1.09217",  # in the open sea: rates
    "33,3152 44,3661 35,1234",
]


@pytest.mark.parametrize(("text", "point"), MUST_FIND.items())
def test_it_finds(text: str, point: tuple[float, float]) -> None:
    assert [hint.point for hint in places(text)] == [Point(*point)]


@pytest.mark.parametrize("text", MUST_NOT_FIND)
def test_it_does_not_find(text: str) -> None:
    assert places(text) == []


def test_a_place_quotes_the_words_as_they_stand() -> None:
    text = "at \u2067٣٣٫٣١٥٢°، ٤٤٫٣٦٦١°\u2069 now"
    (found,) = places(text)
    assert found.text == "٣٣٫٣١٥٢°، ٤٤٫٣٦٦١°"
    assert found.text in text


def test_a_list_of_pairs_is_a_list_of_places() -> None:
    found = places("33.3152,44.3661; 33.4152,44.4661; 33.5152,44.5661")
    assert [hint.point for hint in found] == [Point(33.3152, 44.3661), Point(33.4152, 44.4661), Point(33.5152, 44.5661)]


def test_more_digits_tell_the_place_finer() -> None:
    (coarse,), (fine,) = places("33.3152, 44.3661"), places("33.315212, 44.366134")
    assert 13 < (coarse.accuracy_m or 0) < 16
    assert 0.13 < (fine.accuracy_m or 0) < 0.16


def test_the_whole_text_comes_first_and_knows_its_field() -> None:
    text, place = written_hints("33.3152, 44.3661 هنا", "caption")
    assert (text.kind, text.text, text.field, text.family) == ("text", "33.3152, 44.3661 هنا", "caption", "TEXT")
    assert (place.kind, place.field) == ("position", "caption")


def test_an_empty_text_is_no_hint() -> None:
    assert list(written_hints(" \n", "caption")) == []


def test_a_text_too_long_is_cut_and_says_so() -> None:
    (hint,) = written_hints("a" * (MAX_TEXT + 5), "caption")
    assert len(hint.text or "") == MAX_TEXT
    assert str(MAX_TEXT + 5) in (hint.note or "")


def test_a_table_of_places_is_cut() -> None:
    assert len(places("33.3152,44.3661\n" * (MOST_PLACES + 50))) == MOST_PLACES


HOSTILE = [
    "33.", "3", "33.3152,", "N ", " ,", "-", "33.3152N", "33.3152, 44.3661 ", "1,2345 ", "٣٣٫",
    "31°", "31°40'", "n31 40 ", "31 40 6 n ", "lat 31.44 ", "خط عرض ", "📍", "38R KA 834 083 ", "8H322XXF+",
    "geohash s", "http://", "a.", "a.co/1.23456 ", "https://maps.google.com/?q=", "geo:1", "@1,!3d1!4d2/1,2",
    "https://wa.me/?text=https://maps.google.com/?q=1.23 ", "\u202e", "\ud800", "3\u200b", "ﷺ",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE, ids=ascii)
def test_no_text_takes_more_than_linear_time(unit: str) -> None:
    text = unit * (1_000_000 // len(unit))
    began = time.process_time()
    hints = list(written_hints(text, "caption"))
    assert time.process_time() - began < 10
    assert len(hints) <= MOST_PLACES + 1


@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), max_size=40).map("".join))
def test_no_text_raises_and_every_span_quotes_it(text: str) -> None:
    for found in written_spans(text):
        assert 0 <= found.start < found.end <= len(text)
        assert (found.point is None) == (found.notation in {"unresolved link", "short plus code"})
    assert all((hint.text or "") in text for hint in written_hints(text, "caption"))


def by_the_gulf_of_guinea(lat: float, lon: float) -> bool:
    return abs(lat) < 4 and abs(lon) < 5


@given(
    st.floats(-90, 90).map(lambda deg: round(deg, 4)), st.floats(-180, 180).map(lambda deg: round(deg, 4)),
    st.sampled_from([", ", " ", "/", "; "]),
)  # fmt: skip
def test_every_place_written_is_read_back(lat: float, lon: float, separator: str) -> None:
    found = places(f"x {lat:.4f}{separator}{lon:.4f} y")
    assert [hint.point for hint in found] == ([] if by_the_gulf_of_guinea(lat, lon) else [Point(lat, lon)])


def test_a_link_that_only_a_network_could_resolve_is_said() -> None:
    _text, link = written_hints("we are here https://maps.app.goo.gl/AbCd12.", "caption")
    assert (link.kind, link.text, link.note) == ("place", "https://maps.app.goo.gl/AbCd12", LINK_NOTE)


def test_a_short_plus_code_waits_for_a_place_to_stand_beside() -> None:
    _text, code = written_hints("2R3V+XX بغداد", "caption")
    assert (code.kind, code.text, code.point, code.note) == ("place", "2R3V+XX", None, SHORT_CODE_NOTE)


def test_spans_count_code_points_of_the_text_as_it_was_written() -> None:
    text = "هنا\u200f: \u200e31.75\u200b591، 41.79231\u200e ثم 38R KA 834 083"
    first, second = written_spans(text)
    assert text[first.start : first.end] == "31.75\u200b591، 41.79231"
    assert text[second.start : second.end] == "38R KA 834 083"
