"""Optical flow: known shifts are measured, and points that vanish are not tracked."""

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from opsec.vision.camera_motion.optical_flow import global_shift_px, track_forward_backward

NO_GUESS = np.zeros(2, np.float32)


def texture(seed: int = 1) -> NDArray[np.uint8]:
    rough = np.random.default_rng(seed).integers(0, 255, (420, 320)).astype(np.uint8)
    return cv2.GaussianBlur(rough, (0, 0), 2.0).astype(np.uint8)


def window(image: NDArray[np.uint8], x: int, y: int) -> NDArray[np.uint8]:
    return np.ascontiguousarray(image[y : y + 320, x : x + 180])


def grid_points() -> NDArray[np.float32]:
    x, y = np.meshgrid(np.arange(40, 150, 20), np.arange(40, 290, 25))
    return np.stack([x.ravel(), y.ravel()], axis=1).astype(np.float32)


@pytest.mark.parametrize(("dx", "dy"), [(0, 0), (3, 0), (-4, 5)])
def test_small_shifts_are_tracked(dx: int, dy: int) -> None:
    last, gray = window(texture(), 50, 50), window(texture(), 50 + dx, 50 + dy)
    found, consistent = track_forward_backward(last, gray, grid_points(), NO_GUESS)
    assert consistent.mean() > 0.9
    moved_px = found[consistent] - grid_points()[consistent]
    assert np.abs(moved_px - np.array([-dx, -dy])).max() < 0.3


def test_a_guess_reaches_large_shifts() -> None:
    last, gray = window(texture(), 50, 50), window(texture(), 10, 90)
    _found, without = track_forward_backward(last, gray, grid_points(), NO_GUESS)
    found, consistent = track_forward_backward(last, gray, grid_points(), np.array([40, -40], np.float32))
    inside = (grid_points()[:, 0] < 130) & (grid_points()[:, 1] > 60)
    assert consistent[inside].mean() > 0.9 > without.mean()
    assert np.median(found[inside] - grid_points()[inside], axis=0) == pytest.approx([40, -40], abs=0.3)


def test_another_image_is_not_tracked() -> None:
    last, gray = window(texture(1), 50, 50), window(texture(2), 50, 50)
    _found, consistent = track_forward_backward(last, gray, grid_points(), NO_GUESS)
    assert consistent.mean() < 0.3


@pytest.mark.parametrize("upper", [True, False])
def test_the_global_shift_of_the_whole_image(upper: bool) -> None:
    last, gray = window(texture(), 50, 50), window(texture(), 24, 50)
    assert global_shift_px(last, gray, None, upper=upper) == pytest.approx([26, 0], abs=1.5)


def test_an_overlay_does_not_pull_the_global_shift_to_zero() -> None:
    last, gray = window(texture(), 50, 50), window(texture(), 24, 50)
    overlay = np.zeros(last.shape, bool)
    overlay[:120] = True
    stripes = np.where(np.arange(180) // 10 % 2, 255, 0)
    last[:120], gray[:120] = stripes, stripes
    assert global_shift_px(last, gray, overlay, upper=False) == pytest.approx([26, 0], abs=1.5)
