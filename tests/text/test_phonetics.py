"""Phonetic transcription of words in any script."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.text.normalise import normalise
from opsec.text.phonetics import concatenate, phonetic_key, phonetic_keys, transcribe


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


WORDS = st.lists(
    st.one_of(
        st.text("ckhtdsgpmbneai", max_size=9),
        st.text("مبنتهوايحع", max_size=9),
        st.text("mb2356789ckh", max_size=7),
        st.text("مب٣35ckh", max_size=7),
        st.text(max_size=9).filter(lambda word: "\n" not in word),
    ),
    max_size=12,
)


@given(WORDS)
def test_keys_computed_together_are_those_of_the_transcriptions(words: list[str]) -> None:
    assert phonetic_keys(words) == {word: transcribe(word).key for word in words}
    assert [phonetic_key(word) for word in words] == [transcribe(word).key for word in words]
