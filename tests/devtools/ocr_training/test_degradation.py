"""Degradation keeps the shape and the polarity of a line and is reproducible."""

import numpy as np
import pytest

from opsec.devtools.ocr_training.degradation import Image, degrade


def scene() -> Image:
    """Dark bars on a light board."""
    image = np.full((60, 200), 220, np.float32)
    image[20:40, 20:180:12] = image[20:40, 21:180:12] = image[20:40, 22:180:12] = 30
    return image


def test_the_same_seed_gives_the_same_degradation_and_another_differs() -> None:
    first, again, other = (degrade(scene(), 24, np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("size_px", [11, 24, 56])
def test_a_degraded_line_has_the_same_shape_and_is_still_dark_on_light(size_px: float) -> None:
    for seed in range(30):
        gray = degrade(scene(), size_px, np.random.default_rng(seed))
        assert gray.shape == (60, 200)
        assert gray.dtype == np.uint8
        assert gray[25:35, 40:160].mean() < gray[:10].mean() - 20


def test_the_scene_is_not_changed() -> None:
    image = scene()
    for seed in range(10):
        degrade(image, 24, np.random.default_rng(seed))
    assert np.array_equal(image, scene())


def test_some_lines_are_blurred_and_some_are_noisy() -> None:
    edges = [
        float(np.abs(np.diff(degrade(scene(), 40, np.random.default_rng(seed)).astype(float), axis=1))[30].mean())
        for seed in range(60)
    ]
    flat = [float(degrade(scene(), 40, np.random.default_rng(seed))[:8].std()) for seed in range(60)]
    assert min(edges) < 0.5 * max(edges)
    assert min(flat) < 1 < max(flat)
