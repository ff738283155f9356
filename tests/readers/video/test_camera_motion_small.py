"""A film too small to follow anything in is not one in which nothing moved."""

import numpy as np
import pytest

from opsec.model.records import Gap
from opsec.readers.video.camera_motion import CameraViewer
from opsec.vision.decoding.frame import Frame


@pytest.mark.parametrize(("size", "told"), [((1280, 40), ["too_small_picture"]), ((64, 64), [])])
def test_pictures_too_small_are_a_gap(size: tuple[int, int], told: list[str]) -> None:
    viewer = CameraViewer()
    for number in range(3):
        viewer.see(
            Frame(
                number=number, at_s=number / 8, width_px=size[0], height_px=size[1],
                draw=lambda width_px, height_px, in_colour: np.zeros((height_px, width_px), np.uint8),
            )
        )  # fmt: skip
    found = list(viewer.found())
    assert [one.reason.code for one in found if isinstance(one, Gap)] == told
    assert len(found) == 1
