"""Several recognitions of a line become one: by consensus of crops or engines, else character by character."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.vision.ocr.rover_voting import (
    CONSENSUS_CONFIDENCE,
    OWN_ENGINE,
    Recognition,
    consensus_of_crops,
    consensus_of_engines,
    vote,
)


def read(text: str, confidence: float, engine: str = "eng") -> Recognition:
    return Recognition(text, confidence, engine)


def voted_text(*recognitions: Recognition) -> str:
    voted = vote(recognitions)
    assert voted is not None
    return voted.text


# ── voting ────────────────────────────────────────────────────────────────────────────────────
def test_no_readings_give_no_recognition() -> None:
    assert vote([]) is None


def test_a_single_recognition_is_the_result() -> None:
    assert vote([read("Falcon Camp", 0.4)]) == read("Falcon Camp", 0.4)


def test_two_that_agree_outvote_one_of_higher_confidence() -> None:
    voted = vote([read("Falcon Camp", 0.5), read("XXQ ZZW", 0.6), read("Falcon Camp", 0.45)])
    assert voted is not None
    assert voted.text == "Falcon Camp"
    assert voted.confidence > 0.5, "agreement makes it likelier"


def test_a_confident_recognition_outvotes_a_doubtful_one() -> None:
    voted = vote([read("Falcon Cannp", 0.2), read("Falcon Camp", 0.9)])
    assert voted is not None
    assert voted.text == "Falcon Camp"
    assert voted.confidence == pytest.approx(0.95, abs=0.06)


@pytest.mark.parametrize(
    ("texts", "elected"),
    [
        (("Falcon Comp", "Falcom Camp", "Falkon Camp"), "Falcon Camp"),
        (("Falcn Camp", "Falcon Camp", "Falcon amp"), "Falcon Camp"),
        (("Falcon Camp", "Falcon  Camp.", "xFalcon Camp"), "Falcon Camp"),
        (("معسكر الصقر", "معسكر الصفر", "معسكز الصقر"), "معسكر الصقر"),
    ],
    ids=["substitutions", "deletions", "insertions", "Arabic"],
)
def test_each_character_is_voted_on(texts: Sequence[str], elected: str) -> None:
    assert voted_text(*(read(text, 0.5) for text in texts)) == elected


def test_arabic_digits_are_decided_by_the_line_recogniser_and_letters_are_not() -> None:
    own = read("لواء ١٤٧", 0.5, OWN_ENGINE)
    assert voted_text(own, read("لواء ١٤٩", 0.8, "ara"), read("لواء ١٤٩", 0.8, "ara")) == "لواء ١٤٧"
    wrong = read("لزاء ١٤٧", 0.5, OWN_ENGINE)
    assert voted_text(wrong, read("لواء ١٤٩", 0.8, "ara"), read("لواء ١٤٩", 0.8, "ara")) == "لواء ١٤٧"


def test_a_vote_alone_is_never_as_confident_as_two_engines() -> None:
    voted = vote([read("Falcon Camp", 0.6)] * 9)
    assert voted is not None
    assert 0.6 < voted.confidence < CONSENSUS_CONFIDENCE


@given(st.lists(st.tuples(st.text("abcلو١٢ ", max_size=8), st.floats(0, 1)), min_size=1, max_size=5))
def test_a_vote_invents_no_character_and_its_confidence_is_a_probability(read_so: list[tuple[str, float]]) -> None:
    voted = vote([read(text, confidence) for text, confidence in read_so])
    assert voted is not None
    assert set(voted.text) <= set("".join(text for text, _ in read_so))
    assert 0 <= voted.confidence <= 1


# ── consensus ─────────────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("recognitions", "agree"),
    [
        ([("Gate 4", 0.92), ("Gate 4", 0.3)], True),
        ([("Gate 4", 0.89), ("Gate 4", 0.89)], False),
        ([("Gate 4", 0.99), ("Gate 9", 0.99)], False),
        ([("Gate 4", 0.99)], False),
        ([], False),
    ],
    ids=["same and sure in one", "same and unsure", "different", "one crop empty", "all crops empty"],
)
def test_consensus_of_two_crops(recognitions: list[tuple[str, float]], agree: bool) -> None:
    found = consensus_of_crops([read(text, confidence, OWN_ENGINE) for text, confidence in recognitions], 2)
    assert found == (read("Gate 4", CONSENSUS_CONFIDENCE, OWN_ENGINE) if agree else None)


@pytest.mark.parametrize(
    ("own", "other", "agree"),
    [("Gate 4", "Gate 4", True), ("Gate 4", "gate 4", False), ("Gate 4", "Gate 9", False)],
)
def test_consensus_of_engines_takes_the_very_same_text(own: str, other: str, agree: bool) -> None:
    found = consensus_of_engines([read(own, 0.2, OWN_ENGINE), read(other, 0.3, "eng")])
    assert (found is not None) is agree
    if found is not None:
        assert (found.text, found.confidence) == ("Gate 4", CONSENSUS_CONFIDENCE)


@pytest.mark.parametrize("engine", ["eng", OWN_ENGINE])
def test_one_engine_twice_is_not_a_consensus(engine: str) -> None:
    assert consensus_of_engines([read("Gate 4", 0.9, engine)] * 2) is None


# ── comparison of texts ───────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Falcon Camp", "FALCON CAMP", True),
        ("Falcon Camp", "Falcon Canp", True),
        ("Falcon Camp", "Heron Camp", False),
        ("لواء ١٤٧", "اواء ١٤٧", True),
        ("لواء ١٤٧", "لواء ١٤٨", False),
        ("House 12", "House 13", False),
        ("Falcon Camp", "Falcon Camp 1", True),
    ],
)
def test_texts_with_different_numbers_are_never_the_same(one: str, other: str, same: bool) -> None:
    assert read(one, 0.9).is_same_text(read(other, 0.9)) is same
    assert read(other, 0.9).is_same_text(read(one, 0.9)) is same


@pytest.mark.parametrize(
    ("part", "whole", "is_part"),
    [
        ("con Camp", "Falcon Camp", True),
        ("CAMP", "Falcon Camp", True),
        ("MP", "Falcon Camp", True),
        ("con Canp", "Falcon Camp", True),
        ("Bakery", "Falcon Camp", False),
        ("xyz", "Falcon Camp", False),
    ],
)
def test_parts_of_a_text(part: str, whole: str, is_part: bool) -> None:
    assert read(part, 0.9).is_part_of(read(whole, 0.9)) is is_part


def test_only_recognitions_of_the_surest_view_vote() -> None:
    plain = [Recognition("nooa7", confidence, "own") for confidence in (0.7, 0.72, 0.71)]
    mirrored = Recognition("Falcon", 0.97, "own", "mirrored")
    result = vote([*plain, mirrored])
    assert result is not None
    assert (result.text, result.view) == ("Falcon", "mirrored")
    twice = vote([mirrored, *plain, Recognition("Falcon", 0.9, "own", "mirrored")])
    assert twice is not None
    assert (twice.text, twice.view) == ("Falcon", "mirrored")
