"""Changes of a scene beyond its shift: what is new in a frame, and which texts were replaced."""

import cv2
import numpy as np
import pytest

from opsec.vision.ocr.scene_change import MAX_FOLLOWED_SHIFT, NEW_SCENE, scene_change, text_change
from tests.fixtures.images import Pixels

SIDE_PX = 160


@pytest.fixture
def scene() -> Pixels:
    """A small frame with texture at every scale."""
    noise = np.random.default_rng(3).standard_normal((SIDE_PX, SIDE_PX)).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), 2) * 100 + cv2.GaussianBlur(noise, (0, 0), 12) * 900
    drawn: Pixels = np.clip(smooth + 128, 0, 255).astype(np.uint8)
    return drawn


def shifted(scene: Pixels, x_px: int, y_px: int) -> Pixels:
    return np.asarray(np.roll(scene, (y_px, x_px), axis=(0, 1)), np.uint8)


@pytest.mark.parametrize(("x_px", "y_px"), [(0, 0), (5, 0), (-9, 4), (12, -20), (-31, -31)])
def test_a_scene_that_moved_has_not_changed(scene: Pixels, x_px: int, y_px: int) -> None:
    assert scene_change(scene, shifted(scene, x_px, y_px), (x_px / SIDE_PX, y_px / SIDE_PX)) == 0


def test_an_error_of_one_pixel_in_the_shift_changes_little(scene: Pixels) -> None:
    moved = shifted(scene, 6, 0)
    exact, near, wrong = (scene_change(scene, moved, (x_px / SIDE_PX, 0.0)) for x_px in (6, 7, 15))
    assert exact <= near < 0.01 < wrong


def test_something_new_is_a_change_wherever_it_is(scene: Pixels) -> None:
    moved = shifted(scene, 6, 3)
    for x_px, y_px in ((20, 20), (70, 100), (130, 60)):
        new = moved.copy()
        new[y_px : y_px + 10, x_px : x_px + 12] = 255
        assert scene_change(scene, new, (6 / SIDE_PX, 3 / SIDE_PX)) > 0.1


@pytest.mark.parametrize("shift", [(MAX_FOLLOWED_SHIFT + 0.01, 0.0), (0.0, -1.0)])
def test_a_scene_out_of_view_is_new(scene: Pixels, shift: tuple[float, float]) -> None:
    assert scene_change(scene, scene, shift) == NEW_SCENE


def test_frames_of_other_sizes_have_nothing_in_common(scene: Pixels) -> None:
    assert scene_change(scene, scene[:80], (0.0, 0.0)) == NEW_SCENE
    assert text_change(scene, scene[:80], (0.0, 0.0), [(0.1, 0.1, 0.2, 0.2)]) == NEW_SCENE


BOX = (40 / SIDE_PX, 60 / SIDE_PX, 90 / SIDE_PX, 70 / SIDE_PX)


def with_text(scene: Pixels, x_px: int, y_px: int, seed: int) -> Pixels:
    """The scene with strokes of text in a box of this place."""
    written = scene.copy()
    strokes = np.random.default_rng(seed).random((11, 51)) > 0.6
    written[y_px : y_px + 11, x_px : x_px + 51][strokes] = 255
    return written


def test_a_caption_that_stays_and_a_sign_that_moves_with_the_scene_are_unchanged(scene: Pixels) -> None:
    shift, moved = (8 / SIDE_PX, 0.0), shifted(scene, 8, 0)
    before = with_text(scene, 40, 60, seed=1)
    assert text_change(before, with_text(moved, 40, 60, seed=1), shift, [BOX]) < 0.2
    assert text_change(before, with_text(moved, 48, 60, seed=1), shift, [BOX]) < 0.2


def test_another_text_in_the_same_place_is_a_change(scene: Pixels) -> None:
    before, after = with_text(scene, 40, 60, seed=1), with_text(scene, 40, 60, seed=2)
    assert text_change(before, after, (0.0, 0.0), [BOX]) > 0.5
    assert text_change(before, scene, (0.0, 0.0), [BOX]) > 0.5, "it is gone"
    assert text_change(before, after, (0.0, 0.0), []) == 0
