"""Shot boundaries: a cut needs lost tracks and another image."""

import numpy as np
import pytest

from opsec.vision.camera_motion.shot_boundaries import MIN_POINTS, histogram_distance, is_cut

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
