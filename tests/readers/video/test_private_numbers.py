"""Plates and telephone numbers are found; unit numbers, dates and coordinates are not taken for them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.readers.video.private_numbers import find_private_numbers


def found(text: str) -> list[str]:
    return [text[start:end] for start, end in find_private_numbers(text)]


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("call 0770 123 4567", ["0770 123 4567"]),
        ("٠٧٧٠١٢٣٤٥٦٧ للإيجار", ["٠٧٧٠١٢٣٤٥٦٧"]),
        ("+964 770 123 4567", ["+964 770 123 4567"]),
        ("0770-12-3456", ["0770-12-3456"]),
        ("بغداد ١٢٣٤٥", ["١٢٣٤٥"]),
        ("بغداد\nأ 12345", ["12345"]),
        ("22 A 12345", ["12345"]),
        ("12345 KRG", ["12345"]),
        ("22 A 12345, call 0770 123 4567", ["12345", "0770 123 4567"]),
    ],
)
def test_plates_and_telephone_numbers(text: str, numbers: list[str]) -> None:
    assert found(text) == numbers


@pytest.mark.parametrize(
    "text",
    [
        "",
        "3rd Battalion, 147th Brigade",
        "الفوج الثالث لواء ١٤٧",
        "33.31523, 44.36611",
        "2026",
        "KM 12345",
        "معسكر الصقر 23/11/2026",
        "2026-11-23 14:30",
        "١٢/٠٣/٢٠١٤",
        "Baghdad 2024",
        "العراق ٢٠٠٣",
    ],
)
def test_other_numbers_are_not_private(text: str) -> None:
    assert found(text) == []


@given(st.text("0123456789٠١٢٣ +-/().Aبغداد \n", max_size=60))
def test_spans_lie_in_order_inside_the_text_and_hold_digits(text: str) -> None:
    spans = list(find_private_numbers(text))
    assert spans == sorted(spans)
    for start, end in spans:
        assert 0 <= start < end <= len(text)
        assert sum(char.isdigit() for char in text[start:end]) >= 4
