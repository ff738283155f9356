"""Coordinates in the reference texts, where they are available, and the scorer on hand-made cases."""

import pytest

from tests.benchmarks.names.coordinates import (
    find_positions,
    find_text_corpus,
    load_captions,
    load_negatives,
    score_coordinates,
)

FOLDER = find_text_corpus()


@pytest.mark.skipif(FOLDER is None, reason="the reference texts are not available")
def test_coordinates_of_the_reference_texts() -> None:
    assert FOLDER is not None
    score = score_coordinates(load_captions(FOLDER))
    assert score.precision >= 0.99, score.false
    assert score.recall >= 0.98, score.missed
    assert [text for text in load_negatives(FOLDER) if any(find_positions(text))] == []


@pytest.mark.parametrize(
    ("true", "right", "false", "missed"),
    [
        ([{"lat": 33.3152, "lon": 44.3661, "span": [3, 19]}], 1, 0, 0),
        ([{"lat": 33.3162, "lon": 44.3661, "span": [3, 5]}], 1, 0, 0),  # 111 m away, spans overlap
        ([{"lat": 33.3172, "lon": 44.3661, "span": [3, 19]}], 0, 1, 1),  # 222 m away
        ([{"lat": 33.3152, "lon": 44.3661, "span": [0, 3]}], 0, 1, 1),  # spans do not overlap
        ([], 0, 1, 0),
        ([{"lat": 33.3152, "lon": 44.3661, "span": [3, 19]}] * 2, 1, 0, 1),  # found once, true twice
    ],
)
def test_position_counts_when_near_and_overlapping(
    true: list[dict[str, object]], right: int, false: int, missed: int
) -> None:
    text = {"id": "x", "category": "y", "text": "in 33.3152, 44.3661", "coordinates": true}
    score = score_coordinates([text])
    assert (score.correct, len(score.false), len(score.missed)) == (right, false, missed)
