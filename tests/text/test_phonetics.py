"""Phonetic transcription of words in any script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.text.normalise import normalise
from opsec.text.phonetics import concatenate, transcribe


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("معسكر", "MSKR"),
        ("m3askar", "MSKR"),
        ("mu3asker", "MSKR"),
        ("صقر", "SKR"),
        ("القنبرة", "LKNBR"),
        ("147", "147"),
    ],
)
def test_key_has_one_class_per_consonant(word: str, key: str) -> None:
    assert transcribe(normalise(word).text).key == key


def test_concatenation_of_words_equals_the_joined_word() -> None:
    parts = concatenate(tuple(transcribe(word) for word in ("falcon", "camp")))
    joined = transcribe("falconcamp")
    assert (parts.key, parts.consonants, parts.vowels) == (joined.key, joined.consonants, joined.vowels)


@given(st.text(max_size=60))
def test_every_word_has_a_consistent_transcription(text: str) -> None:
    for word in normalise(text).text.split():
        form = transcribe(word)
        assert len(form.consonants) == len(form.key) == len(form.offsets) == len(form.vowels) - 1
        assert list(form.offsets) == sorted(form.offsets)
        assert all(
            word[offset] == letter[0] or letter in "nن"
            for offset, letter in zip(form.offsets, form.consonants, strict=True)
        )
