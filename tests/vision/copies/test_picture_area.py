"""Borders that are removed, and content that is not taken for one."""

import numpy as np
import pytest

from opsec.vision.copies.picture_area import picture_area
from tests.vision.copies.made_clips import drawn_scene, look

SCENE = drawn_scene(np.random.default_rng(4))
FRAMES = [look(SCENE, 0.4 + 0.02 * number, 0.6, 0.4)[::3, ::3] for number in range(8)]
HEIGHT, WIDTH = FRAMES[0].shape


def bordered(level: int, noise: float) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    framed = [np.pad(gray, ((20, 30), (10, 12)), constant_values=level) for gray in FRAMES]
    return [np.clip(gray + rng.normal(0, noise, gray.shape), 0, 255).astype(np.uint8) for gray in framed]


@pytest.mark.parametrize(("level", "noise"), [(0, 0), (16, 2), (235, 2)])
def test_plain_borders_are_removed(level: int, noise: float) -> None:
    rows, columns = picture_area(bordered(level, noise))
    assert abs(rows.start - 20) <= 2
    assert abs(rows.stop - (20 + HEIGHT)) <= 2
    assert abs(columns.start - 10) <= 2
    assert abs(columns.stop - (10 + WIDTH)) <= 2


def test_a_picture_without_borders_is_whole() -> None:
    assert picture_area(FRAMES) == (slice(0, HEIGHT), slice(0, WIDTH))


def test_a_plain_sky_is_no_border() -> None:
    sky = [gray.copy() for gray in FRAMES]
    for number, gray in enumerate(sky):
        for column in range(WIDTH):  # an uneven skyline
            gray[: 25 + (7 * column + 11 * number) % 23, column] = 250
    assert picture_area(sky)[0] == slice(0, HEIGHT)


def test_a_sky_that_grows_lighter_is_no_border() -> None:
    light = np.linspace(150, 250, 45)[:, None]
    sky = [np.vstack([light.repeat(WIDTH, axis=1).astype(np.uint8), gray[45:]]) for gray in FRAMES]
    assert picture_area(sky)[0] == slice(0, HEIGHT)


@pytest.mark.parametrize("shape", [(1, 1), (1, 40), (40, 1), (2, 2)])
def test_tiny_and_plain_frames_stay_whole(shape: tuple[int, int]) -> None:
    assert picture_area([np.zeros(shape, np.uint8)]) == (slice(0, shape[0]), slice(0, shape[1]))
