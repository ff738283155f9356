"""Texts of training lines: reproducible, expressible in the charset, rich in numbers, without names of bases."""

import re
from pathlib import Path

import numpy as np
import pytest

from opsec.devtools.ocr_training.lexicon import ARABIC, ENGLISH, SORANI
from opsec.devtools.ocr_training.line_texts import LineGenerator, MarkovChain, WordLists, to_visual_order
from opsec.vision.ocr.charset import ALPHABET, to_charset, visual_to_logical


@pytest.fixture(scope="module")
def texts() -> list[tuple[str, str]]:
    generator = LineGenerator(np.random.default_rng(11))
    return [generator.line() for _ in range(800)]


def test_the_same_seed_makes_the_same_texts(texts: list[tuple[str, str]]) -> None:
    again = LineGenerator(np.random.default_rng(11))
    assert [again.line() for _ in range(50)] == texts[:50]
    other = LineGenerator(np.random.default_rng(12))
    assert [other.line() for _ in range(50)] != texts[:50]


def test_each_text_is_in_the_charset_and_can_be_reordered_both_ways(texts: list[tuple[str, str]]) -> None:
    for text, visual in texts:
        assert set(visual) <= set(ALPHABET)
        assert visual_to_logical(visual) == to_charset(text)
        assert 0 < len(text) <= 36


def test_many_lines_have_numbers_and_most_of_them_are_arabic(texts: list[tuple[str, str]]) -> None:
    arabic = sum(bool(re.search("[٠-٩]", visual)) for _, visual in texts) / len(texts)
    any_number = sum(bool(re.search("[0-9٠-٩]", visual)) for _, visual in texts) / len(texts)
    assert any_number > 0.45
    assert arabic > 0.3


def test_every_letter_and_digit_occurs() -> None:
    generator = LineGenerator(np.random.default_rng(3))
    used = set("".join(generator.line()[1] for _ in range(4_000)))
    letters = {sign for sign in ALPHABET if sign.isalnum()}
    assert letters <= used, sorted(letters - used)


@pytest.mark.parametrize("text", ["", "中文", "a\tb", "قف 🙂", "ab\u200f"])
def test_a_text_outside_the_charset_is_not_used(text: str) -> None:
    assert to_visual_order(text) == ""


def test_no_name_of_a_base_is_in_the_lexicon() -> None:
    """Names come from the officer's sites only; the lexicon has everyday words."""
    words = set(f"{ARABIC} {SORANI} {ENGLISH}".split())
    assert not words & {"النورس", "السدرة", "الزمرد", "الغيلان", "كولباخ", "الدورق", "البجعة", "الفنار", "السنونو"}


def test_pseudo_words_resemble_their_models() -> None:
    chain = MarkovChain(["abab", "abba"])
    rng = np.random.default_rng(1)
    words = {chain.word(rng) for _ in range(100)}
    assert all(set(word) <= {"a", "b"} and 2 <= len(word) <= 11 for word in words)
    assert all(word.startswith("ab") for word in words)


def test_words_of_lists_are_used_beside_the_lexicon(tmp_path: Path) -> None:
    words = tmp_path / "ar.dic"
    words.write_text("3\nقنطرة/A\nبيدر\nx\n~bad~\nlantern\n", encoding="utf-8")
    lists = WordLists.from_files([words])
    assert (lists.arabic, lists.latin) == (("بيدر", "قنطرة"), ("lantern",))
    generator = LineGenerator(np.random.default_rng(3), lists)
    text = " ".join(generator.line()[0] for _ in range(400))
    assert "قنطرة" in text
    assert "lantern" in text.lower()
    assert (
        LineGenerator(np.random.default_rng(3), lists).line() == LineGenerator(np.random.default_rng(3), lists).line()
    )
