"""Which lines cannot be text, by rules of spelling alone."""

import pytest

from opsec.vision.ocr.plausibility import is_implausible, is_impossible_word


@pytest.mark.parametrize(
    "text",
    [
        "Falcon Camp", "FALCON", "Main Gate 4", "iPhone 15", "YouTube", "#FalconCampNorth", "McDonald", "A1 B2",
        "12:45", "", "معسكر الصقر", "مستشفى النور", "لواء ١٢", "راااائع", "ئازادی", "بوابة رقم ٤ Gate", "Gate ٤",
        "C130 هبطت",
    ],
)  # fmt: skip
def test_text_of_one_script_in_each_word_is_plausible(text: str) -> None:
    assert not is_implausible(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Fa٤con", "an Arabic digit among Latin letters"),
        ("ئلlياا", "a Latin letter among Arabic ones"),
        ("aVvEa ٤ HhAlE", "capitals within words"),
        ("ىبابسا", "an alif maqsura before a letter"),
        ("رهشةا ليلق", "a ta marbuta before a letter"),
        ("بابلاا", "two alifs"),
    ],
)
def test_words_that_nobody_can_write_make_a_line_implausible(text: str, why: str) -> None:
    assert is_implausible(text), why


def test_one_wrong_word_in_a_line_does_not_make_the_line_implausible() -> None:
    assert is_impossible_word("Fa٤")
    assert not is_implausible("Road to Fa٤ from the north")


@pytest.mark.parametrize(
    ("text", "dropped"), [("Camp ReDoveLMBa", False), ("faLcOn CaMP", False), ("Fa٤con", True), ("بابلاا", True)]
)
def test_mistaken_case_alone_makes_no_text_gibberish(text: str, dropped: bool) -> None:
    assert is_implausible(text, by_case=False) is dropped
