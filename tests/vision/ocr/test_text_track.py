"""One line over many frames is one; what hangs together is one text; what stays while the scene moves was burnt in."""

import cv2
import numpy as np
import pytest

from opsec.vision.ocr.burnt_in_text import SceneMoves, burnt_in
from opsec.vision.ocr.line_grouping import boards
from opsec.vision.ocr.rover_voting import Reading
from opsec.vision.ocr.text_line import Line
from opsec.vision.ocr.text_track import Followed, Sighting, looks_of
from opsec.vision.ocr.track_association import LOST_S, MOST_FOLLOWED, Crowd
from tests.fixtures.images import Pixels, blank, line, write


def sighting(picture: int, where: Line | None = None, sharpness: float = 5.0, *, whole: bool = True) -> Sighting:
    return Sighting(picture * 0.5, where or line(), sharpness, picture, whole)


def looks(text: str, x_px: int = 60, width_px: int = 480) -> tuple[Pixels, Line]:
    """A grey picture with a word, and the line around it."""
    grey = cv2.cvtColor(write(blank(width_px, 200), text, x_px, 80), cv2.COLOR_BGR2GRAY).astype(np.uint8)
    return grey, Line(x_px + 100, 94, 220, 36, 0.0, 0.9)


def test_the_same_words_are_known_again_elsewhere_and_others_in_their_place_are_not() -> None:
    crowd = Crowd()
    here, there, other = looks("FALCON CAMP", 40), looks("FALCON CAMP", 200), looks("PHARMACY 24", 40)
    (first,) = crowd.recognise([sighting(0, here[1].times(1 / 480))], [looks_of(*here)])
    (again,) = crowd.recognise([sighting(1, there[1].times(1 / 480))], [looks_of(*there)])
    (new,) = crowd.recognise([sighting(2, other[1].times(1 / 480))], [looks_of(*other)])
    assert first is again
    assert new is not first
    assert [len(one.seen) for one in crowd.all] == [2, 1]


def test_what_comes_back_after_long_is_new() -> None:
    crowd, (grey, where) = Crowd(), looks("FALCON CAMP")
    crowd.recognise([sighting(0, where.times(1 / 480))], [looks_of(grey, where)])
    crowd.recognise([sighting(int(LOST_S * 2) + 2, where.times(1 / 480))], [looks_of(grey, where)])
    assert len(crowd.all) == 2


def test_words_that_read_the_same_are_one_line_although_they_look_different() -> None:
    crowd = Crowd()
    for picture, text in enumerate(("FALCON CAMP", "PHARMACY 24")):
        grey, where = looks(text)
        (one,) = crowd.recognise([sighting(picture, where.times(1 / 480))], [looks_of(grey, where)])
        assert one is not None
        one.read(Reading("Falcon Camp", 0.5 + picture / 10, "eng"))
    kept = crowd.known_by_words(crowd.all[1])
    assert crowd.all == [kept]
    assert [one.picture for one in kept.seen] == [0, 1]
    assert kept.best is not None
    assert kept.best.picture == 1, "the likelier reading"


def test_what_was_read_of_a_part_is_forgotten_once_the_line_is_seen_whole() -> None:
    one = Followed(np.zeros((24, 96), np.float32), [sighting(0, whole=False)])
    assert one.worth_reading()
    one.read(Reading("con Camp", 0.95, "eng"))
    one.see(sighting(1), one.looks)
    assert one.worth_reading()
    one.read(Reading("Falcon Camp", 0.6, "eng"))
    assert [reading.text for reading in one.readings] == ["Falcon Camp"]
    one.see(sighting(2, whole=False), one.looks)
    assert not one.worth_reading()


def test_parts_of_a_line_that_was_seen_whole_are_left_out() -> None:
    crowd = Crowd()
    for picture, (text, whole) in enumerate(
        [("con Camp", False), ("Falcon Camp", True), ("MP", False), ("Bakery", False)]
    ):
        one = Followed(np.zeros((24, 96), np.float32), [sighting(picture, whole=whole)])
        one.read(Reading(text, 0.9, "eng"))
        crowd.all.append(one)
    assert [one.readings[0].text for one in crowd.without_parts()] == ["Falcon Camp", "Bakery"]


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("Falcon Camp", "FALCON CAMP", True),
        ("Falcon Camp", "Falcon Canp", True),
        ("Falcon Camp", "Heron Camp", False),
        ("لواء ١٤٧", "اواء ١٤٧", True),
        ("لواء ١٤٧", "لواء ١٤٨", False),
        ("House 12", "House 13", False),
    ],
)
def test_another_number_is_another_sign(one: str, other: str, alike: bool) -> None:
    assert Reading(one, 0.9, "eng").is_like(Reading(other, 0.9, "eng")) is alike


def test_a_crowd_is_bounded_and_says_so() -> None:
    crowd, noise = Crowd(), np.random.default_rng(3)
    seen = [sighting(0) for _ in range(MOST_FOLLOWED + 5)]
    known = crowd.recognise(seen, [noise.standard_normal((24, 96)).astype(np.float32) for _ in seen])
    assert len(crowd.all) == MOST_FOLLOWED
    assert known[-1] is None
    assert crowd.left_out


def test_a_line_is_read_twice_and_again_only_where_it_is_clearer() -> None:
    one = Followed(np.zeros((24, 96), np.float32), [sighting(0)])
    tries = 0
    for picture in range(1, 20):
        if one.worth_reading():
            one.read(Reading("Falcon", 0.4, "eng"))
            tries += 1
        one.see(sighting(picture), one.looks)
    assert tries == 2
    one.see(sighting(20, sharpness=9.0), one.looks)
    assert one.worth_reading()
    one.read(Reading("Falcon", 0.9, "eng"))
    one.see(sighting(21, sharpness=20.0), one.looks)
    assert not one.worth_reading(), "it is sure"


# ── boards ────────────────────────────────────────────────────────────────────────────────────
def followed(*where: Line, picture: int = 0) -> list[Followed]:
    return [Followed(np.zeros((24, 96), np.float32), [sighting(picture, one)]) for one in where]


def test_lines_under_one_another_are_one_board_from_top_to_bottom() -> None:
    lower, upper, far = followed(line(y=0.56), line(y=0.5), line(y=0.9))
    assert boards([lower, upper, far]) == [[upper, lower], [far]]


@pytest.mark.parametrize(
    "other", [line(y=0.6), line(x=0.9, y=0.55), line(y=0.56, height=0.12), line(y=0.56, turned=0.6), line(x=0.82)]
)
def test_what_stands_apart_is_another_board(other: Line) -> None:
    assert len(boards(followed(line(), other))) == 2


def test_lines_never_seen_in_one_picture_are_no_board() -> None:
    assert len(boards([*followed(line()), *followed(line(y=0.56), picture=1)])) == 2


# ── burnt in, or standing in the scene ────────────────────────────────────────────────────────
def scene(shift_px: int) -> Pixels:
    """A view into one wide scene, so far along."""
    wide = np.random.default_rng(8).integers(0, 255, (12, 60), dtype=np.uint8)
    return cv2.resize(wide, (600, 120), interpolation=cv2.INTER_CUBIC)[:, shift_px : shift_px + 160].astype(np.uint8)


def moves(shifts: list[int]) -> SceneMoves:
    told = SceneMoves()
    for shift in shifts:
        told.see(scene(shift))
        told.search()
    return told


def stands(shifts: list[int], *, with_scene: bool) -> list[Sighting]:
    return [sighting(number, line(x=0.9 - shift / 160 if with_scene else 0.5)) for number, shift in enumerate(shifts)]


PAN = [0, 8, 16, 24, 32, 40]


def test_words_that_stay_in_a_pan_are_burnt_in() -> None:
    assert burnt_in(stands(PAN, with_scene=False), moves(PAN))


def test_words_that_move_with_the_scene_stand_in_it() -> None:
    assert not burnt_in(stands(PAN, with_scene=True), moves(PAN))


@pytest.mark.parametrize("shifts", [[0] * 6, [0, 1, 0, 1, 0, 1], [0]])
def test_in_a_still_scene_it_cannot_be_told(shifts: list[int]) -> None:
    assert not burnt_in(stands(shifts, with_scene=False), moves(shifts))


def test_a_long_turn_adds_up() -> None:
    assert moves(PAN).between(0, 5) == pytest.approx(40 / 160, abs=0.03)
    assert moves(PAN).between(2, 3) == pytest.approx(8 / 160, abs=0.01)


def test_words_that_stay_over_a_cut_are_burnt_in() -> None:
    told = SceneMoves()
    told.see(scene(0))
    told.search()
    told.see((255 - scene(300)[::-1, ::-1]).astype(np.uint8))
    told.search()
    assert burnt_in(stands([0, 0], with_scene=False), told)
