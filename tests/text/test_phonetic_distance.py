"""Phonetic distance: small between spellings of one word, large between different words."""

import pytest

from opsec.text.normalise import normalise
from opsec.text.phonetic_distance import phonetic_distance
from opsec.text.phonetics import PhoneticForm, article_length, concatenate, transcribe

MAX_SAME_WORD = 0.35


def transcribe_text(text: str) -> PhoneticForm:
    return concatenate(tuple(transcribe(word[article_length(word) :]) for word in normalise(text).text.split()))


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
    one, other = transcribe_text(written), transcribe_text(name)
    assert one.key == other.key
    assert phonetic_distance(one, other) <= MAX_SAME_WORD
    assert phonetic_distance(one, one) == 0.0


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
def test_different_words_are_far_apart(written: str, name: str) -> None:
    one, other = transcribe_text(written), transcribe_text(name)
    assert one.key != other.key or phonetic_distance(one, other) > MAX_SAME_WORD
