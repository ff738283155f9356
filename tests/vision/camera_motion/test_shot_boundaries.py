"""Shot boundaries: a cut needs lost tracks and another image."""

import cv2
import numpy as np
import pytest

from opsec.vision.camera_motion.shot_boundaries import MIN_POINTS, histogram_distance, is_cut, pan_shift_px
from tests.vision.camera_motion.synthetic_scene import noise_texture

DARK, LIGHT = np.full((64, 40), 10, np.uint8), np.full((64, 40), 240, np.uint8)
RAMP = np.tile(np.linspace(0, 255, 40).astype(np.uint8), (64, 1))


@pytest.mark.parametrize(
    ("gray", "tracked", "before", "cut"),
    [
        (LIGHT, 0, 100, True),
        (LIGHT, 40, 100, False),  # tracks continue: the light went on
        (DARK, 0, 100, False),  # tracks were lost, but the image is the same
        (LIGHT, 3, MIN_POINTS - 1, True),  # too few tracks to ask
    ],
)
def test_cuts(gray: np.ndarray, tracked: int, before: int, cut: bool) -> None:
    assert is_cut(DARK, gray, tracked, before) is cut


def test_histogram_distance() -> None:
    assert histogram_distance(RAMP, RAMP) == pytest.approx(0.0, abs=1e-6)
    assert histogram_distance(DARK, LIGHT) == pytest.approx(1.0)
    assert 0.0 < histogram_distance(RAMP, np.ascontiguousarray(RAMP[:, ::-1])) <= 1.0
    assert histogram_distance(RAMP, RAMP[::-1]) == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("shift_px", [-150, -90, 0, 60, 150])
def test_a_fast_pan_is_found_again_though_blurred(shift_px: int) -> None:
    texture = cv2.GaussianBlur(np.tile(noise_texture(np.random.default_rng(5)), (1, 2)), (31, 1), 9).astype(np.uint8)
    one, other = (np.ascontiguousarray(texture[100:280, left : left + 320]) for left in (300, 300 - shift_px))
    found = pan_shift_px(one, other)
    assert found is not None
    assert found == pytest.approx([shift_px, 0], abs=6)


@pytest.mark.parametrize("seed", range(8))
def test_two_scenes_share_no_part(seed: int) -> None:
    one, other = (noise_texture(np.random.default_rng(100 + 2 * seed + k))[:180, :320] for k in (0, 1))
    assert pan_shift_px(np.ascontiguousarray(one), np.ascontiguousarray(other)) is None


def test_plain_frames_share_no_part() -> None:
    plain = np.full((180, 320), 90, np.uint8)
    assert pan_shift_px(plain, plain) is None
