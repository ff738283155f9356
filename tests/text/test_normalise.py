"""Text normalisation: texts that become equal, texts that stay different, and spans of the original text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.text.normalise import normal_form, normalise


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("مُعَسْكَر", "معسكر"),
        ("معـــسكر", "معسكر"),
        ("ﻣﻌﺴﻜﺮ", "معسكر"),
        ("أحمد إلى آخر", "احمد الي اخر"),
        ("قاعدة", "قاعده"),
        ("معسكررررر", "معسكر"),
        ("لواء ١٤٧", "لوا 147"),
        ("لواء ۱۴۷", "لوا 147"),
        ("م\u200bع\u200fس\u202eكر", "معسكر"),
        ("#معسكر_الصقر", "معسكر الصقر"),
        ("FALCON-Camp!!", "falcon camp"),
        ("ｆａｌｃｏｎ", "falcon"),
        ("کوردی", "كوردي"),
        ("سهربازگهی", "سەربازگەی"),
        ("سه\u200cربازگه\u200cی", "سەربازگەی"),
        ("بنكةى", "بنکەی"),
        ("گوڵەباخ", "گولهباخ"),
        ("العايد", "العائد"),
        ("Саmр", "camp"),
        ("ΗΟΡΕ", "hope"),
        ("ᴴᵉʳᵒⁿ Bᴀrracks", "heron barracks"),
        ("𝓕𝓪𝓵𝓬𝓸𝓷", "falcon"),
        ("Şêx", "shex"),
        ("ﷲ", "الله"),
        ("3'arb 9'", "gharb 9"),
        ("الللجندي", "الجندي"),
    ],
)
def test_spellings_of_one_word_are_equal(written: str, plain: str) -> None:
    assert normalise(written).text == normalise(plain).text


@pytest.mark.parametrize(
    ("one", "other"), [("لواء 147", "لواء 174"), ("الصقر", "النسر"), ("111", "1"), ("cool", "col")]
)
def test_different_words_stay_different(one: str, other: str) -> None:
    assert normalise(one).text != normalise(other).text


@pytest.mark.slow
def test_every_character_normalises_idempotently() -> None:
    once = normalise(" ".join(map(chr, range(0x110000)))).text
    again = normalise(once).text
    assert next(((one, other) for one, other in zip(once, again, strict=False) if one != other), None) is None
    assert len(again) == len(once)


@given(st.text(max_size=200))
def test_normalisation_is_idempotent_and_has_offsets(text: str) -> None:
    normalised = normalise(text)
    assert normalise(normalised.text).text == normalised.text
    assert len(normalised.offsets) == len(normalised.text)
    assert list(normalised.offsets) == sorted(normalised.offsets)


MARKS = st.text(alphabet="\u064b\u0651\u0640\u200b\u200f\u202e\u2066", max_size=4)


@given(before=st.text(max_size=30), marks=st.lists(MARKS, min_size=5, max_size=5), after=st.text(max_size=30))
def test_span_covers_words_with_marks(before: str, marks: list[str], after: str) -> None:
    name = "معسكر"
    written = "".join(letter + mark for letter, mark in zip(name, marks, strict=True))
    text = f"{before} {written} {after}"
    normalised = normalise(text)
    start = normalised.text.find(name)
    assert start >= 0
    begin, end = normalised.original_span(start, start + len(name))
    assert normalise(text[begin:end]).text == name


@given(st.text(max_size=80))
def test_original_span_normalises_to_the_word(text: str) -> None:
    normalised = normalise(text)
    words = normalised.text.split()
    start = 0
    for word in words:
        begin = normalised.text.index(word, start)
        start = begin + len(word)
        first, end = normalised.original_span(begin, start)
        assert 0 <= first < end <= len(text)
        assert word in normalise(text[first:end]).text


@pytest.mark.parametrize("text", ["\ud800" * 1000 + "معسكر", "\u202e\u2066" * 5000 + "camp", "م" * 500_000])
def test_surrogates_overrides_and_long_text_are_normalised(text: str) -> None:
    assert normalise(text).text in {"معسكر", "camp", "م"}


@given(st.text(max_size=60))
def test_form_alone_is_that_of_the_normalised_text(text: str) -> None:
    assert normal_form(text) == normalise(text).text


@pytest.mark.parametrize("text", ["ma3'7ar  ", " معسكـــر   الصقر!! ", "heyyyy", "", "5'alid"])
def test_form_alone_of_texts_that_are_shortened(text: str) -> None:
    assert normal_form(text) == normalise(text).text
