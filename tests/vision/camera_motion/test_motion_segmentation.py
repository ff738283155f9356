"""Motion segmentation: the background is found behind people, and never invented."""

import numpy as np
import pytest

from opsec.vision.camera_motion.correspondences import FramePoints, in_border_zone, pair_frames
from opsec.vision.camera_motion.motion_segmentation import (
    MAX_CENTER_STEPS,
    find_background_layers,
    find_static_points,
)
from tests.vision.camera_motion.synthetic_points import SIZE, scene, standing, track_points, turning

FAR = scene(near_m=30, far_m=60)


def add_center_layer(frames: list[FramePoints], dx_px: float, count: int = 60) -> list[FramePoints]:
    """Add a person in the centre, who moves to the right by ``dx_px`` a frame."""
    body = np.random.default_rng(5).uniform((70, 140), (105, 300), (count, 2))
    ids = 10_000 + np.arange(count)
    return [
        FramePoints(
            one.at_s,
            np.concatenate([one.ids, ids]),
            np.concatenate([one.points, body + np.array([dx_px * number, 0])]).astype(np.float32),
        )
        for number, one in enumerate(frames)
    ]


@pytest.mark.parametrize("deg", [-3.0, -1.0, 1.0, 3.0])
def test_a_turn_is_measured_by_its_background(deg: float) -> None:
    layers = find_background_layers(track_points(FAR, turning(deg), frames=6), SIZE)
    assert [layer is not None for layer in layers] == [True] * 5
    assert [layer.yaw_deg for layer in layers if layer] == pytest.approx([-deg] * 5, abs=0.05)


def test_a_person_in_the_center_is_not_part_of_the_background() -> None:
    frames = add_center_layer(track_points(FAR, turning(2.0), frames=5), dx_px=3.0)
    for layer in find_background_layers(frames, SIZE):
        assert layer is not None
        assert layer.yaw_deg == pytest.approx(-2.0, abs=0.1)
        assert not layer.inliers[layer.pair.ids >= 10_000].any()


def test_a_camera_that_stands_has_a_background_that_does_not_turn() -> None:
    frames = add_center_layer(track_points(FAR, standing, frames=4), dx_px=3.0)
    layers = find_background_layers(frames, SIZE)
    assert [layer.yaw_deg for layer in layers if layer] == [0.0] * 3


def test_points_that_move_at_random_have_no_background() -> None:
    rng = np.random.default_rng(3)
    frames = [
        FramePoints(number / 8, np.arange(120), rng.uniform((2, 2), (178, 318), (120, 2)).astype(np.float32))
        for number in range(6)
    ]
    assert find_background_layers(frames, SIZE) == [None] * 5


def test_too_few_shared_points_have_no_background() -> None:
    assert find_background_layers(track_points(FAR[:6], turning(1.0), frames=3), SIZE) == [None] * 2


def test_the_center_is_trusted_for_some_steps_while_it_continues_the_border() -> None:
    frames = track_points(FAR, turning(2.0), frames=14)
    for number in range(4, 14):  # from the fifth frame on no border point is found again
        one = frames[number]
        ids = np.where(in_border_zone(one.points, SIZE), one.ids + 1_000 * number, one.ids)
        order = np.argsort(ids)
        frames[number] = FramePoints(one.at_s, ids[order], one.points[order])
    found = [layer is not None for layer in find_background_layers(frames, SIZE)]
    assert found == [True] * (3 + MAX_CENTER_STEPS) + [False] * (10 - MAX_CENTER_STEPS)


def test_static_points_are_those_that_do_not_move_on_the_screen() -> None:
    frames = add_center_layer(track_points(FAR, turning(2.0), frames=2), dx_px=0.0)
    pair = pair_frames(frames, 0, 1)
    assert np.array_equal(find_static_points(pair, SIZE), pair.ids >= 10_000)
