"""Loop closure: a closed circle is scaled to 360°, and nothing else is."""

import numpy as np
import pytest
from numpy.typing import NDArray

from opsec.vision.camera_motion.loop_closure import MAX_SCALE_CHANGE, loop_closure_scale
from tests.vision.camera_motion.synthetic_street import GrayImage, Street, StreetPose

SHORT_FOV_DEG = 42.0


def frames_at(headings_deg: NDArray[np.float64], street: int = 3) -> list[GrayImage | None]:
    scene = Street.from_seed(street)
    return [scene.render(StreetPose(heading_deg=float(deg)), (180, 320)) for deg in headings_deg]


@pytest.mark.parametrize("sense", [1, -1])
@pytest.mark.parametrize("error", [0.94, 1.0, 1.06])
def test_a_full_circle_corrects_the_scale_of_its_headings(sense: int, error: float) -> None:
    true_deg = sense * np.linspace(0, 362, 13)
    scale = loop_closure_scale(frames_at(true_deg), error * true_deg, SHORT_FOV_DEG)
    assert scale == pytest.approx(1 / error, abs=0.015)


def test_two_ends_that_show_different_scenes_do_not_close() -> None:
    true_deg = np.linspace(0, 362, 13)
    frames = [*frames_at(true_deg[:7]), *frames_at(true_deg[7:], street=8)]
    assert loop_closure_scale(frames, true_deg, SHORT_FOV_DEG) is None


def test_a_half_circle_does_not_close() -> None:
    true_deg = np.linspace(0, 180, 9)
    assert loop_closure_scale(frames_at(true_deg), true_deg, SHORT_FOV_DEG) is None


def test_a_large_correction_is_refused() -> None:
    true_deg = np.linspace(0, 362, 13)
    headings_deg = true_deg * (1 - MAX_SCALE_CHANGE) * 0.96
    assert loop_closure_scale(frames_at(true_deg), headings_deg, 2 * SHORT_FOV_DEG) is None


def test_dropped_frames_are_skipped() -> None:
    assert loop_closure_scale([None] * 5, np.linspace(0, 360, 5), SHORT_FOV_DEG) is None
