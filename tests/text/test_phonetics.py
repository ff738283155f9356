"""How words sound: spellings of one word are near, other words are not, and no text breaks it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.text.normalise import fold
from opsec.text.phonetics import Sounds, article_length, run, sounds, unlikeness

DOUBT = 0.35


def spoken(text: str) -> Sounds:
    return run(tuple(sounds(word[article_length(word) :]) for word in fold(text).text.split()))


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("m3askar alsaqr", "معسكر الصقر"),
        ("mu3askar as saqr", "معسكر الصقر"),
        ("3amaliyat el nasr", "عمليات النصر"),
        ("kani zard", "کانی زەرد"),
        ("falkon", "فالكون"),
        ("فالكون", "Falcon"),
        ("5an el na5eel", "خان النخيل"),
        ("9a7ra2", "صحراء"),
        ("Aqiq", "Aqeeq"),
        ("Hazem", "Hazim"),
        ("Barakks", "Barracks"),
        ("النورص", "النورس"),
        ("القمبرة", "القنبرة"),
        ("جابهوا", "جابهو"),
    ],
)
def test_spellings_of_one_word_are_near(written: str, name: str) -> None:
    one, other = spoken(written), spoken(name)
    assert one.key == other.key
    assert unlikeness(one, other) <= DOUBT
    assert unlikeness(one, one) == 0.0


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("الصقور", "الصقر"),
        ("الخاطف", "الخطاف"),
        ("Gulan", "Ghaylan"),
        ("gulan", "الغيلان"),
        ("juman", "الجمانة"),
        ("afalcon", "falcon"),
        ("المنجم", "المنجل"),
        ("الصدر", "الصقر"),
    ],
)
def test_other_words_are_not(written: str, name: str) -> None:
    one, other = spoken(written), spoken(name)
    assert one.key != other.key or unlikeness(one, other) > DOUBT


@given(st.text(max_size=60))
def test_any_text_has_sounds_of_one_shape(text: str) -> None:
    for word in fold(text).text.split():
        heard = sounds(word)
        assert len(heard.letters) == len(heard.key) == len(heard.places) == len(heard.between) - 1
        assert list(heard.places) == sorted(heard.places)
        assert all(
            word[place] == letter[0] or letter in "nن"
            for place, letter in zip(heard.places, heard.letters, strict=True)
        )
