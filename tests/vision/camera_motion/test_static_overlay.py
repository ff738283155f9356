"""Static overlay: what stands still while the scene moves is found, and on a tripod everything is."""

import numpy as np
from numpy.typing import NDArray

from opsec.vision.camera_motion.static_overlay import MIN_FRAMES, StaticOverlay

SHAPE = (160, 90)


def texture(seed: int = 1) -> NDArray[np.uint8]:
    blocks = np.random.default_rng(seed).integers(20, 235, (20, 30))
    return np.kron(blocks, np.ones((8, 8))).astype(np.uint8)


def moving_scene(number: int, *, caption: bool) -> NDArray[np.uint8]:
    image = texture()[:, 7 * number : 7 * number + SHAPE[1]].copy()
    if caption:
        image[8:24, 10:80] = 255
        image[12:20, 16:74:6] = 0
    return image


def overlay_after(frames: list[NDArray[np.uint8]]) -> StaticOverlay:
    overlay = StaticOverlay()
    for frame in frames:
        overlay.update(frame)
    return overlay


def test_a_caption_is_found_while_the_scene_moves() -> None:
    overlay = overlay_after([moving_scene(number, caption=True) for number in range(12)])
    assert overlay.mask is not None
    assert overlay.mask[8:24, 14:76].mean() > 0.8
    assert overlay.mask[60:].mean() < 0.05


def test_a_moving_scene_without_caption_has_no_overlay() -> None:
    overlay = overlay_after([moving_scene(number, caption=False) for number in range(12)])
    assert overlay.mask is not None
    assert overlay.mask.mean() < 0.05
    assert overlay.static_edge_share < 0.1


def test_on_a_tripod_everything_stands_still() -> None:
    assert overlay_after([moving_scene(0, caption=False)] * 8).static_edge_share > 0.9


def test_nothing_stands_still_before_enough_frames() -> None:
    overlay = StaticOverlay()
    for _ in range(MIN_FRAMES - 1):
        assert not overlay.update(moving_scene(0, caption=True)).any()
        assert overlay.mask is None
    assert overlay.update(moving_scene(0, caption=True)).any()


def test_a_flat_image_has_no_edges_that_could_stand_still() -> None:
    overlay = overlay_after([np.full(SHAPE, 90, np.uint8)] * 8)
    assert overlay.static_edge_share == 0.0
    assert overlay.mask is not None and not overlay.mask.any()
