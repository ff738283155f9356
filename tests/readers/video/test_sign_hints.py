"""Tracks become hints: one for each board, with its family, its time span, its box and its picture."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from opsec.model import Hint, Picture, Reason
from opsec.model.fields import ON_SCREEN, SIGN
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.video.sign_hints import MAX_SIGN_HINTS, READER, sign_hints
from opsec.vision.ocr.burnt_in_text import SceneMotion
from opsec.vision.ocr.rover_voting import Recognition, View
from opsec.vision.ocr.text_track import TextTrack
from tests.fixtures.images import observe, text_line, text_track

N_FRAMES = 8
PORTRAIT = (0.5625, 1.0)
PICTURE = Picture(jpeg_base64="aGVsbG8=", width_px=40, height_px=20)


def motion(*, moves: bool) -> SceneMotion:
    """The motion of a scene that pans by a twentieth of its width a frame, or does not move."""
    wide = np.random.default_rng(8).integers(0, 255, (120, 160 + 8 * N_FRAMES), dtype=np.uint8)
    found = SceneMotion()
    for index in range(N_FRAMES):
        left = 8 * index if moves else 0
        found.add_frame(wide[:, left : left + 160])
        found.mark_searched()
    return found


def outputs(
    tracks: Sequence[TextTrack], *, is_film: bool = True, moves: bool = False, size: tuple[float, float] = PORTRAIT
) -> list[ReaderOutput]:
    return list(sign_hints(tracks, motion(moves=moves), [size] * N_FRAMES, is_film=is_film))


def hints(found: Sequence[ReaderOutput]) -> list[Hint]:
    return [one for one in found if isinstance(one, Hint)]


def test_a_board_gives_one_hint_over_the_time_of_all_its_lines() -> None:
    upper = text_track(observe(1, text_line(0.28, 0.50)), observe(3, text_line(0.28, 0.50)), text="Falcon Camp")
    lower = text_track(observe(2, text_line(0.28, 0.56)), observe(3, text_line(0.28, 0.56)), text="North Gate")
    (hint,) = hints(outputs([lower, upper]))
    assert (hint.kind, hint.text, hint.reader) == ("text", "Falcon Camp\nNorth Gate", READER)
    assert (hint.at_s, hint.until_s) == (0.5, 1.5)


def test_boards_that_stand_apart_give_a_hint_each() -> None:
    tracks = [
        text_track(observe(0, text_line(0.28, 0.2)), text="Falcon Camp"),
        text_track(observe(0, text_line(0.28, 0.8)), text="Bakery"),
    ]
    assert [hint.text for hint in hints(outputs(tracks))] == ["Falcon Camp", "Bakery"]


def test_a_photo_has_no_time() -> None:
    (hint,) = hints(outputs([text_track(observe(0), text="Falcon Camp")], is_film=False))
    assert (hint.at_s, hint.until_s) == (None, None)


@pytest.mark.parametrize(("moves", "family", "field"), [(True, "TEXT", ON_SCREEN), (False, "SIGN", SIGN)])
def test_text_that_keeps_its_place_while_the_scene_moves_is_an_overlay(moves: bool, family: str, field: str) -> None:
    steady = text_track(*(observe(index) for index in range(N_FRAMES)), text="Falcon Camp")
    (hint,) = hints(outputs([steady], moves=moves))
    assert (hint.family, hint.field) == (family, field)


def test_the_box_is_that_of_the_whole_board_in_the_frame_of_its_best_line_as_shares_of_that_frame() -> None:
    upper = text_track(observe(0, text_line(0.2, 0.3)), observe(1, text_line(0.3, 0.50, 0.3)), text="Falcon Camp")
    lower = text_track(observe(1, text_line(0.3, 0.56, 0.1)), text="Gate", confidence=0.85)
    (hint,) = hints(outputs([upper, lower]))
    left, right = 0.15 / 0.5625, 0.45 / 0.5625
    assert hint.box == pytest.approx((left, 0.48, right - left, 0.10))


def test_a_box_ends_at_the_frame() -> None:
    (hint,) = hints(outputs([text_track(observe(0, text_line(0.5, 0.5, 0.4)), text="Falcon Camp")]))
    assert hint.box is not None
    assert hint.box[0] + hint.box[2] == pytest.approx(1.0)


def test_a_position_on_a_board_is_a_separate_hint_without_an_image() -> None:
    track = text_track(observe(0), text="33.3152, 44.3661")
    track.evidence = PICTURE
    text, position = hints(outputs([track]))
    assert (text.kind, text.picture) == ("text", PICTURE)
    assert (position.kind, position.picture) == ("position", None)
    assert replace(position, box=None).at_s == text.at_s
    assert position.box == text.box


def test_lines_that_cannot_be_read_are_counted_and_give_no_hint() -> None:
    found = outputs([text_track(observe(0), text="Falcon Camp"), text_track(), text_track(text="x", confidence=0.2)])
    assert len(hints(found)) == 1
    (reason,) = [one for one in found if isinstance(one, Reason)]
    assert (reason.code, dict(reason.blanks)["count"]) == ("signs_unclear", "2")


def test_boards_beyond_the_limit_leave_a_gap() -> None:
    many = [text_track(observe(0, text_line(y=0.2 * number)), text="Falcon") for number in range(MAX_SIGN_HINTS + 1)]
    found = outputs(many)
    assert len(hints(found)) == MAX_SIGN_HINTS
    assert [one.reason.code for one in found if isinstance(one, Gap)] == ["signs_left_out"]


def test_no_tracks_give_nothing() -> None:
    assert outputs([]) == []


# ── how a text is written ─────────────────────────────────────────────────────────────────────
def notes(hint: Hint) -> list[str]:
    return [note.code for note in hint.notes]


def test_words_shown_one_after_another_give_a_hint_of_the_whole_passage_besides_their_own() -> None:
    words = [text_track(observe(index), text=word) for index, word in enumerate(("back", "at", "Falcon", "Camp"), 1)]
    words = [replace_length(track, 0.1 * number) for number, track in enumerate(words, 1)]
    whole, *single = hints(outputs(words))
    assert (whole.text, whole.field, whole.family) == ("back at Falcon Camp", ON_SCREEN, "TEXT")
    assert (whole.at_s, whole.until_s) == (0.5, 2.0)
    assert whole.box == pytest.approx((0.3 / 0.5625, 0.48, 1 - 0.3 / 0.5625, 0.04))
    assert notes(whole) == ["captions_joined"]
    assert [hint.text for hint in single] == ["back", "at", "Falcon", "Camp"]


def replace_length(track: TextTrack, length: float) -> TextTrack:
    track.observations[:] = [replace(one, line=replace(one.line, length_px=length)) for one in track.observations]
    track.best_observation = track.last
    return track


def test_words_in_a_photo_and_signs_beside_each_other_are_no_passage() -> None:
    words = [text_track(observe(index), text=word) for index, word in enumerate(("Falcon", "Camp"), 1)]
    assert [hint.text for hint in hints(outputs(words, is_film=False))] == ["Falcon", "Camp"]
    beside = [text_track(observe(0, text_line(x)), text="Falcon") for x in (0.1, 0.5)]
    assert len(hints(outputs(beside))) == 2


def test_words_of_passages_beyond_the_limit_of_boards_leave_no_gap() -> None:
    words = [text_track(observe(number % N_FRAMES, text_line(y=0.2 * (number // N_FRAMES))), text=f"word{number}")
             for number in range(MAX_SIGN_HINTS + 2 * N_FRAMES)]  # fmt: skip
    assert not [one for one in outputs(words) if isinstance(one, Gap)]


@pytest.mark.parametrize(
    ("view", "code"), [("mirrored", "mirrored"), ("turned", "upside_down"), ("stacked", "letters_stacked")]
)
def test_a_text_that_does_not_stand_as_usual_gets_a_note(view: View, code: str) -> None:
    track = text_track(observe(0))
    track.add_recognition(Recognition("Falcon Camp", 0.99, "own", view))
    (hint,) = hints(outputs([track]))
    assert (hint.text, notes(hint)) == ("Falcon Camp", [code])


def test_letters_set_apart_from_left_to_right_are_put_in_order_with_a_note() -> None:
    (hint,) = hints(outputs([text_track(observe(0), text="راهنلا ركسعم")]))
    assert (hint.text, notes(hint)) == ("معسكر النهار", ["letters_apart"])


def test_a_misread_stamp_is_a_position_and_its_text_is_what_was_read() -> None:
    text, position = hints(outputs([text_track(observe(0), text="3392446.2N 4493816.6E")]))
    assert (text.text, notes(text)) == ("3392446.2N 4493816.6E", [])
    assert (position.kind, position.text, notes(position)) == ("position", text.text, ["stamp_repaired"])
    assert position.point is not None
    assert position.point.lat == pytest.approx(33.41283, abs=1e-4)
    assert position.box == text.box
