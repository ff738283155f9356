"""Untrusted text has no effect on a terminal, a line or an encoder."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.i18n.safe_text import decode_path, escape_unsafe, mask_position


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("\x1b[2Jclean", "\\x1b[2Jclean"),
        ("a\nb\rc\td", "a\\x0ab\\x0dc\\x09d"),
        ("\x9b31m", "\\x9b31m"),
        ("\u202egpj.tfel", "\\u202egpj.tfel"),
        ("\u2066x\u2069\u200f", "\\u2066x\\u2069\\u200f"),
        ("line\u2028break", "line\\u2028break"),
        ("half \ud800", "half \\ud800"),
        ("tag\U000e0041", "tag\\U000e0041"),
        ("معسكر الصقر", "معسكر الصقر"),
        ("[red]rich[/red] {{7*7}}", "[red]rich[/red] {{7*7}}"),
    ],
)
def test_unsafe_characters_are_escaped(hostile: str, shown: str) -> None:
    assert escape_unsafe(hostile) == shown


@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_becomes_one_harmless_encodable_line(text: str) -> None:
    shown = escape_unsafe(text)
    shown.encode("utf-8")
    assert not [char for char in shown if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}]
    assert len(shown.splitlines()) <= 1


def test_text_over_the_limit_is_cut_and_marked() -> None:
    assert escape_unsafe("x" * 50, limit=10) == "x" * 9 + "…"


def test_an_invalid_utf8_path_is_escaped_and_a_valid_one_is_unchanged() -> None:
    assert decode_path(b"caf\xe9.jpg") == "caf\\xe9.jpg"
    assert decode_path("صقر/clip.mp4") == "صقر/clip.mp4"


@pytest.mark.parametrize(("lat", "lon", "shown"), [(33.98, 43.25, "33.•••, 43.•••"), (-33.98, -0.5, "-33.•••, 0.•••")])
def test_a_masked_position_reveals_nothing(lat: float, lon: float, shown: str) -> None:
    assert mask_position(lat, lon) == shown
