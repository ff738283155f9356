"""The signs of the line reader, and the way from the order on the board to the order of reading."""

import numpy as np
import pytest
from bidi.algorithm import get_display  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from opsec.text.normalise import fold
from opsec.vision.ocr.charset import (
    ALPHABET,
    ARABIC_DIGITS,
    labels,
    placed_in_reading_order,
    reading_order,
    runs_right_to_left,
)

ARABIC_WORD = st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", min_size=1, max_size=7)
NUMBER = st.text(ARABIC_DIGITS, min_size=1, max_size=5)


def test_no_sign_has_two_classes() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert labels(ALPHABET) == ALPHABET, "a sign that is drawn like another one has no class of its own"


@pytest.mark.parametrize(
    "seen, read",
    [
        ("١٤ ءاول", "لواء ١٤"),
        ("٧٤١ ءاول ثلاثلا جوفلا", "الفوج الثالث لواء ٧٤١"),
        ("٥ل ٣ف", "ف٣ ل٥"),
        ("Gate 12", "Gate 12"),
        ("12:30", "12:30"),
        ("١٢:٣٠", "١٢:٣٠"),
        ("٣٠:١٢ ةعاسلا", "الساعة ٣٠:١٢"),
        ("(٣) باب", "باب (٣)"),
        ("Street ٧ ءاول", "Street لواء ٧"),
        ("Camp رقصلا", "الصقر Camp"),
        ("", ""),
        (" ", " "),
        ("...", "..."),
    ],
)
def test_reading_order(seen: str, read: str) -> None:
    assert reading_order(seen) == read


@given(st.lists(st.one_of(ARABIC_WORD, NUMBER), min_size=1, max_size=5))
def test_an_arabic_line_comes_back_from_the_order_in_which_unicode_shows_it(words: list[str]) -> None:
    """UAX #9, as another implementation has it."""
    line = " ".join(words)
    if not runs_right_to_left(line):
        return
    assert reading_order(str(get_display(line, base_dir="R"))) == line


@given(st.text(ALPHABET, max_size=40))
def test_every_sign_is_read_once(seen: str) -> None:
    placed = placed_in_reading_order(seen)
    assert sorted(at for at, _ in placed) == list(range(len(seen)))


@pytest.mark.parametrize(
    "typed, label",
    [("کوردی", "كوردى"), ("پێشمەرگە", "پێشمهرگه"), ("۱۴۵", "١٤٥"), ("لـــواء", "لواء"), ("یک", "يك"), ("ھێز", "هێز")],
)
def test_what_is_drawn_alike_has_one_label_and_names_are_matched_without_the_difference(typed: str, label: str) -> None:
    assert labels(typed) == label
    assert fold(typed).text == fold(label).text


def test_a_long_hostile_line_is_turned_quickly() -> None:
    seen = "".join(np.random.default_rng(1).choice(list("a1٣ب .:/("), 20_000))
    assert len(reading_order(seen)) == len(seen)
    assert len(reading_order("1." * 20_000)) == 40_000
    assert len(reading_order("ب " * 20_000)) == 40_000
