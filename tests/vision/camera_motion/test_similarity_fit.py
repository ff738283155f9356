"""Similarity fits: known transforms, outliers, too few points, and the disparity of the thirds."""

import math

import cv2
import numpy as np
import pytest

from opsec.vision.camera_motion.similarity_fit import fit_similarity, thirds_disparity_px
from tests.vision.camera_motion.synthetic_points import SIZE, Floats

CENTER = (np.array(SIZE) - 1) / 2


def source(count: int = 50) -> Floats:
    return np.random.default_rng(1).uniform((5, 5), (175, 315), (count, 2))


def transformed(points: Floats, scale: float, roll_deg: float, shift: tuple[float, float]) -> Floats:
    sine, cosine = np.sin(np.radians(roll_deg)), np.cos(np.radians(roll_deg))
    return np.asarray(CENTER + (points - CENTER) @ (scale * np.array([[cosine, sine], [-sine, cosine]])) + shift)


@pytest.mark.parametrize(
    ("scale", "roll_deg", "shift"), [(1.0, 0.0, (6.0, 0.0)), (1.1, 0.0, (0.0, 0.0)), (0.9, 8.0, (-4.0, 3.0))]
)
def test_shift_roll_and_scale_are_recovered(scale: float, roll_deg: float, shift: tuple[float, float]) -> None:
    found = fit_similarity(source(), transformed(source(), scale, roll_deg, shift), SIZE, 1.5)
    assert found.scale == pytest.approx(scale, abs=1e-3)
    assert found.shift_px == pytest.approx(shift, abs=0.05)
    assert found.inlier_share == 1.0
    assert np.abs(found.residuals_px).max() < 0.1


def test_points_that_move_by_themselves_are_outliers() -> None:
    target = transformed(source(), 1.0, 0.0, (5.0, 0.0))
    target[:10] += 30.0
    found = fit_similarity(source(), target, SIZE, 1.5)
    assert found.inlier_share == pytest.approx(0.8)
    assert found.shift_px == pytest.approx([5.0, 0.0], abs=0.05)


def test_too_few_points_give_no_fit() -> None:
    found = fit_similarity(source(5), source(5), SIZE, 1.5)
    assert found.inlier_share == 0.0
    assert math.isnan(found.scale)
    assert found.residuals_px.shape == (5, 2)
    assert np.isnan(found.residuals_px).all()


def draws() -> Floats:
    """The next numbers of OpenCV's generator of this process."""
    return np.array(cv2.randu(np.zeros(8), np.zeros(1), np.ones(1)))


def test_a_fit_is_repeatable_and_does_not_use_the_global_random_generator() -> None:
    target = source() + np.random.default_rng(2).normal(0, 3, (50, 2))
    fits = []
    for seed in range(5):
        cv2.setRNGSeed(seed)
        next_draws = draws()
        cv2.setRNGSeed(seed)
        fits.append(fit_similarity(source(), target, SIZE, 1.5))
        assert np.array_equal(draws(), next_draws)
    for fit in fits:
        assert fit.inlier_share == fits[0].inlier_share
        assert np.array_equal(fit.shift_px, fits[0].shift_px)


def test_disparity_of_the_thirds() -> None:
    y_share = np.linspace(0.01, 0.99, 60)
    residuals_px = np.where(y_share[:, None] < 1 / 3, [4.0, 0.0], [0.0, 0.0])
    assert thirds_disparity_px(residuals_px, y_share) == pytest.approx(4.0)
    assert math.isnan(thirds_disparity_px(residuals_px[:12], y_share[:12]))
