"""Captions of one or two words are joined over time; signs and titles are not."""

from collections.abc import Sequence

import pytest

from opsec.vision.ocr.text_line import TextLine
from opsec.vision.ocr.text_track import TextTrack
from opsec.vision.ocr.word_captions import (
    MAX_PASSAGE_CAPTIONS,
    PASSAGE_OVERLAP,
    follows,
    is_short_caption,
    join_captions,
    passage_text,
)
from tests.fixtures.images import observe, text_line, text_track


def shown(text: str, first: int, last: int | None = None, line: TextLine | None = None) -> TextTrack:
    """A line in the frames from ``first`` to ``last``, which follow twice a second."""
    frames = range(first, (first if last is None else last) + 1)
    return text_track(*(observe(index, line) for index in frames), text=text)


def texts(tracks: Sequence[TextTrack]) -> list[str]:
    return [passage_text(passage) for passage in join_captions(tracks)]


def test_words_that_take_each_others_place_are_one_passage() -> None:
    words = [shown("back", 0), shown("at", 1), shown("Camp Falcon", 2, 3), shown("today", 5)]
    assert texts(words[::-1]) == ["back at Camp Falcon today"]


def test_words_of_other_length_may_be_centred_or_stand_at_one_end() -> None:
    left = [shown("at", 0, line=text_line(0.30, length=0.1)), shown("Falcon", 1, line=text_line(0.40, length=0.3))]
    right = [shown("في", 0, line=text_line(0.70, length=0.1)), shown("معسكر", 1, line=text_line(0.60, length=0.3))]
    assert texts(left) == ["at Falcon"]
    assert texts(right) == ["في معسكر"]


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (shown("Falcon", 1, line=text_line(y=0.6)), "below"),
        (shown("Falcon", 1, line=text_line(x=0.8)), "beside"),
        (shown("Falcon", 1, line=text_line(height=0.1)), "in larger letters"),
        (shown("Falcon", 1, line=text_line(angle_rad=0.5)), "aslant"),
        (shown("Falcon", 0), "at the same time"),
        (shown("Falcon", 9), "long after"),
        (shown("Falcon", 1, 12), "a title that stays"),
        (shown("the gate of the camp Falcon", 1), "a whole sentence"),
        (shown("...", 1), "no word"),
    ],
)
def test_other_text_is_not_joined(other: TextTrack, why: str) -> None:
    assert join_captions([shown("Camp", 0), other]) == [], why


def test_a_sign_that_moves_with_the_scene_is_no_caption() -> None:
    moving = text_track(observe(0, text_line(0.3)), observe(1, text_line(0.5)), text="Falcon")
    assert not is_short_caption(moving)
    assert is_short_caption(shown("Falcon", 0, 1))


def test_two_places_of_captions_are_two_passages() -> None:
    upper = [shown("Camp", 0), shown("Falcon", 1)]
    low = text_line(y=0.9)
    lower = [shown("wait", 0, line=low), shown("for it", 1, line=low)]
    assert sorted(texts([*upper, *lower])) == ["Camp Falcon", "wait for it"]


def test_a_caption_that_grows_is_taken_once() -> None:
    assert texts([shown("Camp", 0), shown("Camp Falcon", 1), shown("Camp Falcon", 2)]) == ["Camp Falcon"]
    assert texts([shown("Camp", 0), shown("Camping", 1)]) == ["Camp Camping"]


def test_a_long_passage_is_split_and_repeats_a_few_captions() -> None:
    words = [shown(f"word{number}", number) for number in range(MAX_PASSAGE_CAPTIONS + 10)]
    first, second = join_captions(words)
    assert len(first) == MAX_PASSAGE_CAPTIONS
    assert first[-PASSAGE_OVERLAP:] == second[:PASSAGE_OVERLAP]
    assert second[-1] is words[-1]
    (whole,) = join_captions(words[:MAX_PASSAGE_CAPTIONS])
    assert len(whole) == MAX_PASSAGE_CAPTIONS


def test_the_next_caption_begins_after_the_one_before() -> None:
    assert follows(shown("Camp", 0), shown("Falcon", 1))
    assert not follows(shown("Falcon", 1), shown("Camp", 0))
