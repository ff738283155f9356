"""Still view: a camera that stays in place, whatever moves before it, and what must not be taken for one."""

from dataclasses import replace

import numpy as np
import pytest

from opsec.vision.camera_motion.corner_detection import detect_corners
from opsec.vision.camera_motion.still_view import Anchors, StillView
from tests.vision.camera_motion.synthetic_scene import GrayImage, noise_texture

SIZE = (320, 180)
STILL = StillView(
    cells=40, still_share=0.7, border_cells=24, border_still_share=0.8, faint_cells=10, faint_still_share=0.9, sides=3
)


def watch(frames: list[GrayImage]) -> StillView:
    """Measure a shot of these frames."""
    anchors = Anchors()
    none = np.zeros(frames[0].shape, bool)
    anchors.start(frames[0], detect_corners(frames[0], none, np.empty((0, 2), np.float32)))
    for frame in frames[1:]:
        anchors.update(frame)
    return anchors.measure((frames[0].shape[1], frames[0].shape[0]))


def scene(seed: int = 3, contrast: float = 0.6) -> GrayImage:
    """A texture larger than a frame."""
    return noise_texture(np.random.default_rng(seed), contrast)


def cut_out(texture: GrayImage, x: float, y: float) -> GrayImage:
    """The frame whose upper left corner is at x, y of the texture."""
    return np.ascontiguousarray(texture[round(y) : round(y) + SIZE[1], round(x) : round(x) + SIZE[0]])


def test_a_view_that_stays_is_still() -> None:
    view = watch([cut_out(scene(), 50, 50)] * 20)
    assert view.is_still
    assert view.still_share == view.border_still_share == 1.0
    assert view.sway == 0.0


def test_things_that_pass_before_it_do_not_matter() -> None:
    frames = [cut_out(scene(), 50, 50).copy() for _ in range(24)]
    for number, frame in enumerate(frames):
        left = 12 * number
        passing = frame[60:150, left : left + 110]
        passing[:] = noise_texture(np.random.default_rng(9), 1.0)[:90, : passing.shape[1]]
    assert watch(frames).is_still


def test_a_hand_that_shakes_keeps_the_view() -> None:
    sway = 6 * np.sin(np.arange(24) / 2)
    view = watch([cut_out(scene(), 50 + x, 50 + x / 2) for x in sway])
    assert view.is_still
    assert 0.01 < view.sway < 0.1


@pytest.mark.parametrize("step_px", [2.0, 6.0, 15.0])
def test_a_view_that_slides_by_is_not_still(step_px: float) -> None:
    texture = np.tile(scene(), (1, 2))
    view = watch([cut_out(texture, 20 + step_px * number, 50) for number in range(24)])
    assert not view.is_still
    assert view.still_share < 0.3


def test_captions_over_a_view_that_slides_by_are_not_still() -> None:
    texture = np.tile(scene(contrast=0.3), (1, 2))
    frames = [cut_out(texture, 20 + 6 * number, 50).copy() for number in range(24)]
    for frame in frames:
        for left, top in ((4, 4), (200, 6), (6, 60), (290, 60), (6, 110), (290, 110), (60, 150), (180, 150)):
            frame[top : top + 20, left : left + 26] = np.indices((20, 26)).sum(axis=0) // 4 % 2 * 255
    assert not watch(frames).is_still


def test_an_edge_that_is_passed_lengthwise_says_nothing() -> None:
    rows = np.where(np.arange(SIZE[1]) // 30 % 2, 180, 60).astype(np.uint8)
    assert watch([np.repeat(rows[:, None], SIZE[0], axis=1)] * 20).cells == 0


def test_a_plain_image_says_nothing() -> None:
    rng = np.random.default_rng(1)
    frames = [np.clip(120 + rng.normal(0, 2, SIZE[::-1]), 0, 255).astype(np.uint8) for _ in range(20)]
    view = watch(frames)
    assert not view.is_still
    assert view.border_still_share == 0.0


@pytest.mark.parametrize(
    "changed",
    [
        {"still_share": 0.4},
        {"border_still_share": 0.55},
        {"border_cells": 7},
        {"cells": 23},
        {"sides": 1},
        {"faint_still_share": 0.4},  # all that stays may be an overlay
        {"faint_cells": 2},
    ],
)
def test_each_condition_of_a_still_view(changed: dict[str, float]) -> None:
    assert STILL.is_still
    assert not replace(STILL, **changed).is_still  # type: ignore[arg-type]


def test_what_sways_or_fills_the_image_is_no_overlay() -> None:
    assert replace(STILL, faint_cells=0, sway=0.01).is_still
    assert replace(STILL, faint_cells=0, cells=54).is_still
    assert not STILL.may_be_overlay
    assert replace(STILL, faint_cells=9).is_still
    assert replace(STILL, faint_cells=9).may_be_overlay


@pytest.mark.parametrize(
    ("cells", "border_cells", "plain"), [(20, 3, True), (20, 4, False), (28, 3, False), (0, 0, False)]
)
def test_a_plain_border(cells: int, border_cells: int, plain: bool) -> None:
    assert StillView(cells=cells, border_cells=border_cells).has_plain_border is plain
