"""Normalisation of what OCR engines return for one line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.vision.ocr.text_cleanup import MAX_CHARACTERS, arabic_share, clean_ocr_text, count_alphanumerics


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("| معسكر\u200f كولباخ أ", "معسكر كولباخ"),
        ("\u202bقاعدة\u202c  السدرة\n", "قاعدة السدرة"),
        ("[Falcon Camp}", "Falcon Camp"),
        ("ف٣ ل١٤٧", "ف٣ ل١٤٧"),
        ("لواء ٢١٨", "لواء ٢١٨"),
        ("Gate 1", "Gate 1"),
        ("STOP!", "STOP!"),
        ("#FalconCamp", "#FalconCamp"),
        ("33.3152, 44.3661", "33.3152, 44.3661"),
        ("|__|", ""),
        ("", ""),
    ],
)
def test_marks_spaces_and_edge_strokes_are_removed(raw: str, clean: str) -> None:
    assert clean_ocr_text(raw) == clean


def test_single_strokes_at_the_edge_can_be_kept() -> None:
    assert clean_ocr_text("1 PARA", keep_single_strokes=True) == "1 PARA"
    assert clean_ocr_text("لواء ا", keep_single_strokes=True) == "لواء ا"
    assert clean_ocr_text("| Gate 1 |", keep_single_strokes=True) == "Gate 1"


@given(st.text(max_size=600), st.booleans())
def test_the_result_is_one_bounded_line_without_new_letters(text: str, keep: bool) -> None:
    clean = clean_ocr_text(text, keep_single_strokes=keep)
    assert "\n" not in clean
    assert clean == clean.strip()
    assert len(clean) <= MAX_CHARACTERS
    assert count_alphanumerics(clean) <= count_alphanumerics(text)
    assert 0.0 <= arabic_share(clean) <= 1.0


@pytest.mark.parametrize(
    ("text", "count", "share"),
    [("", 0, 0.0), ("?!", 0, 0.0), ("Gate 4", 5, 0.0), ("لواء ٤", 5, 1.0), ("باب B2", 5, 0.6)],
)
def test_counts_and_share_of_arabic(text: str, count: int, share: float) -> None:
    assert count_alphanumerics(text) == count
    assert arabic_share(text) == pytest.approx(share)
