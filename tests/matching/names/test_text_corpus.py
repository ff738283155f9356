"""The reference texts are read as the project asks, where they are on this machine; the scorer is held by hand."""

import pytest

from tests.benchmarks.names.corpus import captions, other_texts, places, score_coordinates, texts_folder

FOLDER = texts_folder()


@pytest.mark.skipif(FOLDER is None, reason="the reference texts are not on this machine")
def test_coordinates_of_the_reference_texts() -> None:
    assert FOLDER is not None
    score = score_coordinates(captions(FOLDER))
    assert score.precision >= 0.99, score.false
    assert score.recall >= 0.98, score.missed
    assert [text for text in other_texts(FOLDER) if any(places(text))] == []


@pytest.mark.parametrize(
    ("true", "right", "false", "missed"),
    [
        ([{"lat": 33.3152, "lon": 44.3661, "span": [3, 19]}], 1, 0, 0),
        ([{"lat": 33.3162, "lon": 44.3661, "span": [3, 5]}], 1, 0, 0),  # 111 m away, two letters in common
        ([{"lat": 33.3172, "lon": 44.3661, "span": [3, 19]}], 0, 1, 1),  # 222 m away
        ([{"lat": 33.3152, "lon": 44.3661, "span": [0, 3]}], 0, 1, 1),  # other words
        ([], 0, 1, 0),
        ([{"lat": 33.3152, "lon": 44.3661, "span": [3, 19]}] * 2, 1, 0, 1),  # told once, true twice
    ],
)
def test_a_place_counts_when_it_is_right_and_its_words_overlap(
    true: list[dict[str, object]], right: int, false: int, missed: int
) -> None:
    text = {"id": "x", "category": "y", "text": "in 33.3152, 44.3661", "coordinates": true}
    score = score_coordinates([text])
    assert (score.right, len(score.false), len(score.missed)) == (right, false, missed)
