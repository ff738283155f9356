"""Corner detection: corners where there is texture, none on overlays, noise or existing tracks."""

import numpy as np
from numpy.typing import NDArray

from opsec.vision.camera_motion.corner_detection import MAX_BORDER_POINTS, MAX_POINTS, detect_corners
from opsec.vision.camera_motion.correspondences import in_border_zone

SHAPE = (320, 180)
NO_OVERLAY = np.zeros(SHAPE, bool)
NO_POINTS = np.empty((0, 2), np.float32)


def checkerboard() -> NDArray[np.uint8]:
    y, x = np.indices(SHAPE)
    return np.where((x // 12 + y // 12) % 2, 220, 40).astype(np.uint8)


def test_corners_lie_on_the_corners_of_a_pattern() -> None:
    image = np.full(SHAPE, 40, np.uint8)
    image[100:160, 60:120] = 220
    corners = detect_corners(image, NO_OVERLAY, NO_POINTS)
    truth = np.array([[60, 100], [119, 100], [60, 159], [119, 159]])
    distance_px = np.abs(corners[:, None] - truth[None]).max(axis=2)
    assert (distance_px.min(axis=0) <= 3).all()
    assert (distance_px.min(axis=1) <= 6).all()


def test_corners_keep_to_their_quotas() -> None:
    corners = detect_corners(checkerboard(), NO_OVERLAY, NO_POINTS)
    border = in_border_zone(corners, SHAPE[::-1])
    assert border.sum() == MAX_BORDER_POINTS
    assert len(corners) <= MAX_POINTS


def test_no_corners_on_an_overlay() -> None:
    overlay = NO_OVERLAY.copy()
    overlay[:160] = True
    corners = detect_corners(checkerboard(), overlay, NO_POINTS)
    assert len(corners)
    assert (corners[:, 1] >= 160).all()


def test_no_corners_in_cells_with_a_track() -> None:
    first = detect_corners(checkerboard(), NO_OVERLAY, NO_POINTS)
    second = detect_corners(checkerboard(), NO_OVERLAY, first[:60])
    assert not {tuple(one) for one in second.tolist()} & {tuple(one) for one in first[:60].tolist()}
    assert len(second) + 60 <= MAX_POINTS


def test_a_flat_image_has_no_corners() -> None:
    assert detect_corners(np.full(SHAPE, 90, np.uint8), NO_OVERLAY, NO_POINTS).shape == (0, 2)
