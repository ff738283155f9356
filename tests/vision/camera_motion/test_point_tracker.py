"""Point tracker: ids persist, lost points are replaced, cuts end the shot, overlays are left out."""

import cv2
import numpy as np
from numpy.typing import NDArray

from opsec.vision.camera_motion.point_tracker import MIN_POINTS, PointTracker

SIZE = (180, 320)


def texture(seed: int = 1) -> NDArray[np.uint8]:
    blocks = np.random.default_rng(seed).integers(20, 235, (60, 160)).astype(np.uint8)
    return cv2.resize(blocks, (960, 360), interpolation=cv2.INTER_NEAREST).astype(np.uint8)


def pan(step_px: int, frames: int, seed: int = 1) -> list[NDArray[np.uint8]]:
    image = texture(seed)
    return [np.ascontiguousarray(image[:320, step_px * n : step_px * n + 180]) for n in range(frames)]


def tracked(frames: list[NDArray[np.uint8]]) -> PointTracker:
    tracker = PointTracker()
    for number, gray in enumerate(frames):
        assert tracker.track(gray, number / 8)
    return tracker


def test_points_move_with_the_image_and_keep_their_ids() -> None:
    tracker = tracked(pan(4, 5))
    first, second = tracker.frames[1], tracker.frames[2]
    shared = np.intersect1d(first.ids, second.ids)
    assert len(shared) > 0.8 * len(first.ids)
    moved = second.points[np.isin(second.ids, shared)] - first.points[np.isin(first.ids, shared)]
    assert np.median(moved, axis=0).round(1).tolist() == [-4.0, 0.0]
    assert tracker.last_step * 180 < 6


def test_ids_ascend_and_are_never_used_again() -> None:
    tracker = tracked(pan(12, 12))
    assert all((np.diff(frame.ids) > 0).all() for frame in tracker.frames)
    last_seen: dict[int, int] = {}
    for number, frame in enumerate(tracker.frames):
        for one in frame.ids.tolist():
            assert last_seen.get(one, number) >= number - 1
            last_seen[one] = number


def test_points_that_leave_the_image_are_replaced() -> None:
    tracker = tracked(pan(16, 14))
    assert all(len(frame.ids) > MIN_POINTS // 2 for frame in tracker.frames)


def test_a_jump_beyond_the_pyramid_is_followed() -> None:
    tracker = tracked([*pan(2, 3), np.ascontiguousarray(texture()[:320, 64:244])])
    before, after = tracker.frames[-2:]
    assert len(np.intersect1d(before.ids, after.ids)) > 30


def test_another_scene_and_another_size_end_the_shot() -> None:
    tracker = tracked(pan(4, 4))
    assert not tracker.track(255 - np.full((320, 180), 250, np.uint8), 0.5)
    assert not tracker.track(np.zeros((100, 100), np.uint8), 0.5)
    assert len(tracker.frames) == 4


def test_points_on_an_overlay_are_left_out() -> None:
    frames = pan(6, 14)
    for gray in frames:
        gray[20:80, 20:160] = 255
        gray[30:70, 30:150:10] = 0
    cleaned = tracked(frames).frames_without_overlay()
    for frame in cleaned:
        x, y = frame.points[:, 0], frame.points[:, 1]
        assert not ((x > 32) & (x < 148) & (y > 32) & (y < 68)).any()


def test_a_flat_image_has_no_points() -> None:
    tracker = tracked([np.full((320, 180), 90, np.uint8)] * 3)
    assert [len(frame.ids) for frame in tracker.frames] == [0, 0, 0]
