"""Numbers in words and digits: which are parsed, and which words are not numbers."""

import pytest

from opsec.matching.names.numerals import parse_number
from opsec.text.normalise import normalise


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("٢١٨", 218),
        ("218 th", 218),
        ("مئتان وثمانية عشر", 218),
        ("ميتين وثمنطعش", 218),
        ("الحادي عشر", 11),
        ("الثاني والستين", 62),
        ("سبعة واربعين", 47),
        ("ثلاثمئة", 300),
        ("two hundred and eighteenth", 218),
        ("forty seventh", 47),
        ("el thalith", 3),
        ("سێیەم", 3),
    ],
)
def test_numbers_are_parsed(words: str, value: int) -> None:
    number = parse_number(normalise(words).text.split(), 0)
    assert number is not None
    assert number.value == value


@pytest.mark.parametrize("words", ["كتاب", "", "0", "of", "999999999999"])
def test_other_words_are_not_numbers(words: str) -> None:
    assert parse_number(normalise(words).text.split(), 0) is None
