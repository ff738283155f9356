"""Burnt-in text keeps its place while the scene moves; scene text moves with it."""

import cv2
import numpy as np
import pytest

from opsec.vision.ocr.burnt_in_text import SceneMotion, is_burnt_in
from opsec.vision.ocr.text_track import LineObservation
from tests.fixtures.images import Pixels, observe, text_line

PAN = [0, 8, 16, 24, 32, 40]
"""Positions of the camera in a pan, in pixels of a frame 160 pixels wide."""


def scene(shift_px: int) -> Pixels:
    """The view into one wide scene after this shift."""
    wide = np.random.default_rng(8).integers(0, 255, (12, 60), dtype=np.uint8)
    return cv2.resize(wide, (600, 120), interpolation=cv2.INTER_CUBIC)[:, shift_px : shift_px + 160].astype(np.uint8)


def motion_over(frames: list[Pixels]) -> SceneMotion:
    motion = SceneMotion()
    for one in frames:
        motion.add_frame(one)
        motion.mark_searched()
    return motion


def pan(shifts: list[int]) -> SceneMotion:
    return motion_over([scene(shift) for shift in shifts])


def line_over(shifts: list[int], *, with_scene: bool, inside_frame: bool = True) -> list[LineObservation]:
    return [
        observe(index, text_line(x=0.9 - shift / 160 if with_scene else 0.5), inside_frame=inside_frame)
        for index, shift in enumerate(shifts)
    ]


def test_text_that_keeps_its_place_in_a_pan_is_burnt_in() -> None:
    assert is_burnt_in(line_over(PAN, with_scene=False), pan(PAN))


def test_text_that_moves_with_the_scene_is_not() -> None:
    assert not is_burnt_in(line_over(PAN, with_scene=True), pan(PAN))


@pytest.mark.parametrize("shifts", [[0] * 6, [0, 1, 0, 1, 0, 1], [0]])
def test_a_scene_that_does_not_move_decides_nothing(shifts: list[int]) -> None:
    assert not is_burnt_in(line_over(shifts, with_scene=False), pan(shifts))


def test_text_seen_once_is_not_burnt_in() -> None:
    assert not is_burnt_in(line_over(PAN, with_scene=False)[:1], pan(PAN))


def test_a_long_pan_adds_up() -> None:
    assert pan(PAN).max_shift_between(0, 5) == pytest.approx(40 / 160, abs=0.03)
    assert pan(PAN).max_shift_between(2, 3) == pytest.approx(8 / 160, abs=0.01)


def test_camera_shake_does_not_add_up() -> None:
    shaken = [0, 4] * 10
    assert pan(shaken).max_shift_between(0, 19) == pytest.approx(4 / 160, abs=0.01)


def test_frames_that_are_not_searched_count_for_the_path_but_not_for_the_index() -> None:
    motion = SceneMotion()
    for number, shift in enumerate(PAN):
        motion.add_frame(scene(shift))
        if number in {0, 5}:
            motion.mark_searched()
    assert motion.max_shift_between(0, 1) == pytest.approx(40 / 160, abs=0.03)


def test_text_that_stays_over_a_cut_is_burnt_in() -> None:
    motion = motion_over([scene(0), (255 - scene(300)[::-1, ::-1]).astype(np.uint8)])
    assert is_burnt_in(line_over([0, 0], with_scene=False), motion)


def test_another_frame_size_is_a_cut() -> None:
    motion = motion_over([scene(0), scene(0)[:, :100]])
    assert motion.max_shift_between(0, 1) == 1.0


@pytest.mark.parametrize(("inside_frame", "burnt_in"), [(True, True), (False, False)])
def test_one_end_may_be_detected_longer_but_not_at_the_edge_of_the_frame(inside_frame: bool, burnt_in: bool) -> None:
    """A line cut off by the edge keeps that end in place by itself."""
    lengths = [0.2, 0.3, 0.22, 0.3, 0.25, 0.3]
    observations = [
        observe(index, text_line(x=0.4 + length / 2, length=length), inside_frame=inside_frame)
        for index, length in enumerate(lengths)
    ]
    assert is_burnt_in(observations, pan(PAN)) is burnt_in
