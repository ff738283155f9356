"""The lines that the reader learns from."""

import re
from pathlib import Path

import numpy as np
import pytest

from opsec.devtools.ocr_training.lexicon import ARABIC, ENGLISH, SORANI
from opsec.devtools.ocr_training.line_texts import Chain, LineMaker, MoreWords, signs_shown
from opsec.vision.ocr.charset import ALPHABET, labels, reading_order


@pytest.fixture(scope="module")
def made() -> list[tuple[str, str]]:
    maker = LineMaker(np.random.default_rng(11))
    return [maker.line() for _ in range(800)]


def test_the_same_seed_makes_the_same_lines(made: list[tuple[str, str]]) -> None:
    again = LineMaker(np.random.default_rng(11))
    assert [again.line() for _ in range(50)] == made[:50]
    other = LineMaker(np.random.default_rng(12))
    assert [other.line() for _ in range(50)] != made[:50]


def test_each_line_can_be_written_and_comes_back_from_what_it_shows(made: list[tuple[str, str]]) -> None:
    for typed, shown in made:
        assert set(shown) <= set(ALPHABET)
        assert reading_order(shown) == labels(typed)
        assert 0 < len(typed) <= 36


def test_many_lines_hold_numbers_and_most_of_them_are_arabic(made: list[tuple[str, str]]) -> None:
    arabic = sum(bool(re.search("[٠-٩]", shown)) for _, shown in made) / len(made)
    any_number = sum(bool(re.search("[0-9٠-٩]", shown)) for _, shown in made) / len(made)
    assert any_number > 0.45
    assert arabic > 0.3


def test_every_letter_and_digit_is_taught() -> None:
    maker = LineMaker(np.random.default_rng(3))
    seen = set("".join(maker.line()[1] for _ in range(4_000)))
    letters = {sign for sign in ALPHABET if sign.isalnum()}
    assert letters <= seen, sorted(letters - seen)


@pytest.mark.parametrize("typed", ["", "中文", "a\tb", "قف 🙂", "ab\u200f"])
def test_a_line_with_a_sign_that_the_reader_lacks_is_not_taught(typed: str) -> None:
    assert signs_shown(typed) == ""


def test_no_name_of_a_real_or_shared_base_is_in_the_words() -> None:
    """Names come in through the officer's sites alone; the words here are everyday words."""
    words = set(f"{ARABIC} {SORANI} {ENGLISH}".split())
    assert not words & {"النورس", "السدرة", "الزمرد", "الغيلان", "كولباخ", "الدورق", "البجعة", "الفنار", "السنونو"}


def test_made_words_sound_like_their_models() -> None:
    chain = Chain(["abab", "abba"])
    rng = np.random.default_rng(1)
    words = {chain.word(rng) for _ in range(100)}
    assert all(set(word) <= {"a", "b"} and 2 <= len(word) <= 11 for word in words)
    assert all(word.startswith("ab") for word in words)


def test_words_of_lists_are_drawn_beside_our_own(tmp_path: Path) -> None:
    words = tmp_path / "ar.dic"
    words.write_text("3\nقنطرة/A\nبيدر\nx\n~bad~\nlantern\n", encoding="utf-8")
    more = MoreWords.of([words])
    assert (more.arabic, more.latin) == (("بيدر", "قنطرة"), ("lantern",))
    maker = LineMaker(np.random.default_rng(3), more)
    typed = " ".join(maker.line()[0] for _ in range(400))
    assert "قنطرة" in typed
    assert "lantern" in typed.lower()
    assert LineMaker(np.random.default_rng(3), more).line() == LineMaker(np.random.default_rng(3), more).line()
