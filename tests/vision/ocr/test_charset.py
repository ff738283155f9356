"""The character set of the line recogniser, and the reordering from visual to logical order."""

import numpy as np
import pytest
from bidi.algorithm import get_display  # type: ignore[import-untyped]
from hypothesis import given
from hypothesis import strategies as st

from opsec.text.normalise import normalise
from opsec.vision.ocr.charset import (
    ALPHABET,
    ARABIC_DIGITS,
    is_right_to_left,
    logical_order,
    to_charset,
    visual_to_logical,
)

ARABIC_WORD = st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", min_size=1, max_size=7)
NUMBER = st.text(ARABIC_DIGITS, min_size=1, max_size=5)


def test_every_character_has_one_class() -> None:
    assert len(set(ALPHABET)) == len(ALPHABET)
    assert to_charset(ALPHABET) == ALPHABET, "a character that looks like another one has no class of its own"


@pytest.mark.parametrize(
    "visual, logical",
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
def test_visual_to_logical_order(visual: str, logical: str) -> None:
    assert visual_to_logical(visual) == logical


@given(st.lists(st.one_of(ARABIC_WORD, NUMBER), min_size=1, max_size=5))
def test_an_arabic_line_round_trips_through_visual_order(words: list[str]) -> None:
    """The visual order is that of another implementation of UAX #9."""
    line = " ".join(words)
    if not is_right_to_left(line):
        return
    assert visual_to_logical(str(get_display(line, base_dir="R"))) == line


@given(st.text(ALPHABET, max_size=40))
def test_every_character_is_kept_once(visual: str) -> None:
    indexed = logical_order(visual)
    assert sorted(at for at, _ in indexed) == list(range(len(visual)))


@pytest.mark.parametrize(
    "text, canonical",
    [("کوردی", "كوردى"), ("پێشمەرگە", "پێشمهرگه"), ("۱۴۵", "١٤٥"), ("لـــواء", "لواء"), ("یک", "يك"), ("ھێز", "هێز")],
)
def test_look_alikes_share_a_class_and_the_normal_form_does_not_distinguish_them(text: str, canonical: str) -> None:
    assert to_charset(text) == canonical
    assert normalise(text).text == normalise(canonical).text


def test_a_long_hostile_line_is_reordered_whole() -> None:
    visual = "".join(np.random.default_rng(1).choice(list("a1٣ب .:/("), 20_000))
    assert len(visual_to_logical(visual)) == len(visual)
    assert len(visual_to_logical("1." * 20_000)) == 40_000
    assert len(visual_to_logical("ب " * 20_000)) == 40_000
