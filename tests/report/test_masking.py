"""Masking: no number fine enough to find a gate by; and text that acts on nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.language import reason
from opsec.report.masking import masked_text, shown_path, shown_reason, shown_sentence, shown_text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("meet at 33.31523, 44.36611", "meet at 33.•••••, 44.•••••"),
        ("?q=33.31523,44.36611&z=17", "?q=33.•••••,44.•••••&z=17"),
        ("-33.315/-44.366", "-33.•••/-44.•••"),
        ("33,31523 ; 44,36611", "33,••••• ; 44,•••••"),
        ("٣٣٫٣١٥٢، ٤٤٫٣٦٦١", "٣٣٫••••، ٤٤٫••••"),
        ("IMG 31.9982 42.0050.mp4", "IMG 31.•••• 42.••••.mp4"),
        ("33°18'54.2\"N 44°21'58\"E", "33°••'••.•\"N 44°••'••\"E"),
        ("33° 18.9038′", "33° ••.••••′"),
    ],
)
def test_coordinates_are_cut_to_whole_degrees(text: str, masked: str) -> None:
    assert masked_text(text) == masked


@pytest.mark.parametrize(
    "text", ["1,234,567 views", "at 22.30 or 9.5", "2026-11-18", "VID_20261118.221400.mp4", "F-07, 34 m", "12.34", ""]
)
def test_other_numbers_stay(text: str) -> None:
    assert masked_text(text) == text


@given(st.floats(-90, 90), st.floats(-180, 180), st.sampled_from([", ", ",", " ", "،", "/", " N, "]))
def test_no_written_pair_keeps_its_decimals(lat: float, lon: float, between: str) -> None:
    shown = masked_text(f"x{lat:.5f}{between}{lon:.5f}")
    assert f"{lat:.5f}".split(".")[1] not in shown
    assert f"{lon:.5f}".split(".")[1] not in shown


@given(st.text(max_size=200))
def test_masking_keeps_the_length_so_that_spans_stay_true(text: str) -> None:
    assert len(masked_text(text)) == len(text)


@pytest.mark.parametrize("text", ["1." * 50_000, "°" * 100_000, "1" * 100_000, "33.31" * 20_000, "°1 " * 30_000])
@pytest.mark.timeout(5)
def test_hostile_length_costs_no_more_than_its_length(text: str) -> None:
    assert shown_text(text, limit=100_001)


def test_masked_coordinates_stay_in_order_inside_arabic() -> None:
    assert shown_text("نلتقي 31.00498, 42.01213 غدا") == "نلتقي \u206631.•••••, 42.•••••\u2069 غدا"
    assert shown_text("لقاء ٣١٫٠٠٤٩، ٤٢٫٠١٢١") == "لقاء \u2066٣١٫••••\u2069، \u2066٤٢٫••••\u2069"
    assert shown_text("٣١٫٠٠٤٩") == "\u2066٣١٫••••\u2069"
    assert shown_text("meet 31.00498, 42.01213") == "meet 31.•••••, 42.•••••"


def test_a_sentence_keeps_isolates_that_close() -> None:
    assert shown_sentence("على بعد \u206634\u2069 م") == "على بعد \u206634\u2069 م"


@pytest.mark.parametrize("sentence", ["\u2066open", "close\u2069", "\u2069\u2066", "\u2068\u2068a\u2069"])
def test_a_sentence_whose_isolates_do_not_close_is_spelled_out(sentence: str) -> None:
    shown = shown_sentence(sentence)
    assert not set(shown) & set("\u2066\u2067\u2068\u2069")
    assert "\\u20" in shown


def test_a_sentence_loses_everything_else_that_acts() -> None:
    assert shown_sentence("a\x1b[2J\u202eb \u2066c\u2069") == "a\\x1b[2J\\u202eb \u2066c\u2069"


def test_a_reason_has_its_blanks_made_harmless() -> None:
    shown = shown_reason(reason("broken", part="moov", detail="\x1b[2J {limit} at 31.00498"), "en")
    assert shown == "its moov is damaged: \\x1b[2J {limit} at 31.•••••"


def test_a_path_is_shown_on_one_line() -> None:
    assert shown_path("a\nb/\udcff 31.00498.mp4") == "a\\x0ab/\\udcff 31.•••••.mp4"
