"""What an engine answers becomes words as a person would have typed them; numbers of people are known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.readers.video.private_numbers import private_parts
from opsec.vision.ocr.text_cleanup import LONGEST, arabic_share, letters, tidy


@pytest.mark.parametrize(
    ("read", "words"),
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
def test_tidy(read: str, words: str) -> None:
    assert tidy(read) == words


def test_who_knows_rims_keeps_single_letters_and_numbers_at_the_edge() -> None:
    assert tidy("1 PARA", knows_rims=True) == "1 PARA"
    assert tidy("لواء ا", knows_rims=True) == "لواء ا"
    assert tidy("| Gate 1 |", knows_rims=True) == "Gate 1"


@given(st.text(max_size=600))
def test_tidy_is_one_bounded_line_and_changes_nothing_twice(text: str) -> None:
    once = tidy(text)
    assert "\n" not in once
    assert len(once) <= LONGEST
    assert letters(once) <= letters(text)
    assert 0.0 <= arabic_share(once) <= 1.0


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("call 0770 123 4567", ["0770 123 4567"]),
        ("٠٧٧٠١٢٣٤٥٦٧ للإيجار", ["٠٧٧٠١٢٣٤٥٦٧"]),
        ("+964 770 123 4567", ["+964 770 123 4567"]),
        ("بغداد ١٢٣٤٥", ["١٢٣٤٥"]),
        ("بغداد\nأ 12345", ["12345"]),
        ("22 A 12345", ["12345"]),
        ("12345 KRG", ["12345"]),
        ("3rd Battalion, 147th Brigade", []),
        ("الفوج الثالث لواء ١٤٧", []),
        ("33.31523, 44.36611", []),
        ("2026", []),
        ("KM 12345", []),
        ("معسكر الصقر 23/11/2026", []),
        ("2026-11-23 14:30", []),
        ("١٢/٠٣/٢٠١٤", []),
        ("Baghdad 2024", []),
        ("العراق ٢٠٠٣", []),
        ("0770-12-3456", ["0770-12-3456"]),
    ],
)
def test_numbers_of_people(text: str, hidden: list[str]) -> None:
    assert [text[start:end] for start, end in private_parts(text)] == hidden
