"""Coordinates in text: what must and must not be found, spans, and limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.geo.notations import MAX_COORDINATES
from opsec.model import MAX_TEXT_LENGTH, Hint, Point
from opsec.model.notes import SHORT_PLUS_CODE, UNRESOLVED_LINK, make_note, note_text
from opsec.readers.text.coordinates import find_coordinates, text_hints


def positions(text: str) -> list[Hint]:
    return [hint for hint in text_hints(text, "caption") if hint.kind == "position"]


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
    "-33.3152S 44.3661E",  # a sign contradicts a letter
    "33.3152\n44.3661",
    "33.3152 and 44.3661",
    "12-33.3152, 44.3661",  # a range
    "33.31524\n44.36612\n35.12345",  # a column
    "1.08432, 1.09217",  # near Null Island: exchange rates
    "33,3152 44,3661 35,1234",
]


@pytest.mark.parametrize(("text", "point"), MUST_FIND.items())
def test_finds(text: str, point: tuple[float, float]) -> None:
    assert [hint.point for hint in positions(text)] == [Point(*point)]


@pytest.mark.parametrize("text", MUST_NOT_FIND)
def test_does_not_find(text: str) -> None:
    assert positions(text) == []


def test_position_quotes_the_original_text() -> None:
    text = "at \u2067٣٣٫٣١٥٢°، ٤٤٫٣٦٦١°\u2069 now"
    (found,) = positions(text)
    assert found.text == "٣٣٫٣١٥٢°، ٤٤٫٣٦٦١°"
    assert found.text in text


def test_list_of_pairs_is_a_list_of_positions() -> None:
    found = positions("33.3152,44.3661; 33.4152,44.4661; 33.5152,44.5661")
    assert [hint.point for hint in found] == [Point(33.3152, 44.3661), Point(33.4152, 44.4661), Point(33.5152, 44.5661)]


def test_more_digits_give_better_accuracy() -> None:
    (coarse,), (fine,) = positions("33.3152, 44.3661"), positions("33.315212, 44.366134")
    assert 13 < (coarse.accuracy_m or 0) < 16
    assert 0.13 < (fine.accuracy_m or 0) < 0.16


def test_text_comes_first_with_its_field() -> None:
    text, place = text_hints("33.3152, 44.3661 هنا", "caption")
    assert (text.kind, text.text, text.field, text.family) == ("text", "33.3152, 44.3661 هنا", "caption", "TEXT")
    assert (place.kind, place.field) == ("position", "caption")


def test_empty_text_gives_no_hint() -> None:
    assert list(text_hints(" \n", "caption")) == []


def test_long_text_is_cut_with_a_note() -> None:
    (hint,) = text_hints("a" * (MAX_TEXT_LENGTH + 5), "caption")
    assert len(hint.text or "") == MAX_TEXT_LENGTH
    assert str(MAX_TEXT_LENGTH + 5) in (note_text(hint.notes) or "")


def test_number_of_positions_is_bounded() -> None:
    assert len(positions("33.3152,44.3661\n" * (MAX_COORDINATES + 50))) == MAX_COORDINATES


HOSTILE = [
    "33.", "3", "33.3152,", "N ", " ,", "-", "33.3152N", "33.3152, 44.3661 ", "1,2345 ", "٣٣٫",
    "31°", "31°40'", "n31 40 ", "31 40 6 n ", "lat 31.44 ", "خط عرض ", "📍", "38R KA 834 083 ", "8H322XXF+",
    "geohash s", "http://", "a.", "a.co/1.23456 ", "https://maps.google.com/?q=", "geo:1", "@1,!3d1!4d2/1,2",
    "https://wa.me/?text=https://maps.google.com/?q=1.23 ", "\u202e", "\ud800", "3\u200b", "ﷺ",
    "38R\nKV\n", "X=123456 ", "Y=1,234,567 ", "romeo ", "seven ", "38 romeo kilo victor 7 ", "grid kv 12 ",
    "///a.", "&#1", "&deg;",
    "\\u066", "%2c", '"coordinates":[1.234,', "point(1.234 ", "[[", "$gpgga,12,", "+12.3456", "31,41283,",
    "1 2 3 ", "31.1234 ",
    "uber://a[lat]=1.2345&", "om://abcdefgh", "here.com/p/s-", "https://x.yandex.", "x.", "bit.ly/", "31^2'",
    "N31.24.", "١٫",
]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE, ids=ascii)
def test_repetitive_text_of_a_million_characters_is_bounded(unit: str) -> None:
    """Each of these takes minutes in a pattern that is not linear."""
    text = unit * (1_000_000 // len(unit))
    hints = list(text_hints(text, "caption"))
    assert len(hints) <= MAX_COORDINATES + 1


WITHOUT_POSITION = {"unresolved link", "three words", "short plus code", "short mgrs"}


@given(st.lists(st.sampled_from(HOSTILE) | st.text(max_size=8), max_size=40).map("".join))
def test_any_text_is_safe_and_spans_are_valid(text: str) -> None:
    for found in find_coordinates(text):
        assert 0 <= found.start < found.end <= len(text)
        assert (found.point is None) == (found.notation in WITHOUT_POSITION)
    assert all((hint.text or "") in text for hint in text_hints(text, "caption"))


def near_null_island(lat: float, lon: float) -> bool:
    return abs(lat) < 4 and abs(lon) < 5


@given(
    st.floats(-90, 90).map(lambda deg: round(deg, 4)), st.floats(-180, 180).map(lambda deg: round(deg, 4)),
    st.sampled_from([", ", " ", "/", "; "]),
)  # fmt: skip
def test_every_position_round_trips(lat: float, lon: float, separator: str) -> None:
    found = positions(f"x {lat:.4f}{separator}{lon:.4f} y")
    assert [hint.point for hint in found] == ([] if near_null_island(lat, lon) else [Point(lat, lon)])


def test_unresolved_map_link_has_a_note() -> None:
    _text, link = text_hints("we are here https://maps.app.goo.gl/AbCd12.", "caption")
    assert (link.kind, link.text, link.notes) == (
        "place",
        "https://maps.app.goo.gl/AbCd12",
        (make_note(UNRESOLVED_LINK),),
    )


def test_short_plus_code_has_a_note() -> None:
    _text, code = text_hints("2R3V+XX بغداد", "caption")
    assert (code.kind, code.text, code.point, code.notes) == ("place", "2R3V+XX", None, (make_note(SHORT_PLUS_CODE),))


def test_spans_are_of_the_original_text() -> None:
    text = "هنا\u200f: \u200e31.75\u200b591، 41.79231\u200e ثم 38R KA 834 083"
    first, second = find_coordinates(text)
    assert text[first.start : first.end] == "31.75\u200b591، 41.79231"
    assert text[second.start : second.end] == "38R KA 834 083"
