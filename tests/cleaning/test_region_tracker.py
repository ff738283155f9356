"""Regions are followed through every movement of the camera that shows them, and found again after a cut."""

from functools import cache

import cv2
import numpy as np
import pytest

from opsec.cleaning.frame_steps import MAX_FRAMES, TrackedFrames
from opsec.cleaning.records import BlurRegion, ShareBox
from opsec.cleaning.region_tracker import track_regions
from tests.cleaning.made_films import RATE, CameraFrame, views

LOOK = CameraFrame(340, 110)
"""The board is in the middle."""


def ramp(start: CameraFrame, end: CameraFrame, count: int) -> list[CameraFrame]:
    """A steady movement from one view to another."""
    return [
        CameraFrame(
            start.x_px + share * (end.x_px - start.x_px),
            start.y_px + share * (end.y_px - start.y_px),
            start.zoom + share * (end.zoom - start.zoom),
            start.wall,
        )
        for share in np.linspace(0, 1, count)
    ]


def shaken(path: list[CameraFrame]) -> list[CameraFrame]:
    """The same movement by hand."""
    offsets = np.random.default_rng(3).normal(0, 1.5, (len(path), 2)).cumsum(axis=0)
    offsets -= np.linspace(0, 1, len(path))[:, None] * offsets[-1]
    return [
        CameraFrame(one.x_px + x, one.y_px + y, one.zoom, one.wall)
        for one, (x, y) in zip(path, offsets.tolist(), strict=True)
    ]


ELSEWHERE = [CameraFrame(100, 100, wall=5)] * 12
PATHS: dict[str, list[CameraFrame]] = {
    "still": [LOOK] * 10,
    "pan": ramp(CameraFrame(180, 110), CameraFrame(500, 110), 30),
    "fast pan": ramp(CameraFrame(150, 110), CameraFrame(520, 110), 14),
    "by hand": shaken(ramp(CameraFrame(280, 90), CameraFrame(400, 130), 30)),
    "nearer": ramp(CameraFrame(300, 90), CameraFrame(400, 160, 2.2), 25),
    "farther": ramp(CameraFrame(400, 160, 2.2), CameraFrame(300, 90), 25),
    "away and back": [
        *ramp(LOOK, CameraFrame(30, 110), 12),
        *[CameraFrame(30, 110)] * 35,
        *ramp(CameraFrame(30, 110), LOOK, 12),
    ],
    "behind a cut": [*ramp(LOOK, CameraFrame(380, 120), 15), *ELSEWHERE, *ramp(CameraFrame(300, 100), LOOK, 15)],
}


@cache
def follow(name: str, anchor: int | None = None) -> tuple[list[ShareBox | None], dict[int, list[ShareBox]]]:
    """Return the true boxes, and those found from one frame in which the board is known."""
    frames, truth = TrackedFrames(), []
    for number, (picture, box) in enumerate(views(PATHS[name])):
        frames.add(number / RATE, np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8))
        truth.append(box)
    start = (
        anchor
        if anchor is not None
        else next(number for number, box in enumerate(truth) if box is not None and box[0] > 0 and box[2] < 1)
    )
    box = truth[start]
    assert box is not None
    region = BlurRegion(start / RATE, (box[0] - 0.01, box[1] - 0.02, box[2] + 0.01, box[3] + 0.02), 0.0, 1.0)
    return truth, track_regions(frames, [region])


def covered(truth: ShareBox, found: list[ShareBox]) -> float:
    """Share of the true box that is inside the boxes found."""
    mask = np.zeros((200, 200), bool)
    for left, top, right, bottom in found:
        x0, y0, x1, y1 = (max(0, round(200 * one)) for one in (left, top, right, bottom))
        mask[y0:y1, x0:x1] = True
    x0, y0, x1, y1 = (round(200 * one) for one in truth)
    inside = mask[y0:y1, x0:x1]
    return float(inside.mean()) if inside.size else 1.0


@pytest.mark.parametrize("name", PATHS)
def test_the_board_is_covered_in_every_frame_that_shows_it(name: str) -> None:
    truth, found = follow(name)
    shown = {number: box for number, box in enumerate(truth) if box is not None}
    shares = {number: covered(box, found.get(number, [])) for number, box in shown.items()}
    assert min(shares.values()) > 0.93, {number: share for number, share in shares.items() if share <= 0.93}


@pytest.mark.parametrize("name", ["pan", "nearer", "behind a cut"])
def test_it_is_followed_backward_too(name: str) -> None:
    path = PATHS[name]
    last = max(number for number, (_, box) in enumerate(views(path)) if box and box[0] > 0 and box[2] < 1)
    truth, found = follow(name, anchor=last)
    first = next(number for number, box in enumerate(truth) if box is not None)
    box = truth[first]
    assert box is not None
    assert covered(box, found.get(first, [])) > 0.93


@pytest.mark.parametrize("name", ["still", "by hand", "behind a cut"])
def test_little_else_is_covered(name: str) -> None:
    truth, found = follow(name)
    for number, boxes in found.items():
        box = truth[number]
        area = sum((right - left) * (bottom - top) for left, top, right, bottom in set(boxes))
        if box is not None:
            assert area < 4 * (box[2] - box[0]) * (box[3] - box[1]) + 0.03
    elsewhere = [number for number, one in enumerate(PATHS[name]) if one.wall]
    assert all(number not in found for number in elsewhere)


def test_plain_walls_follow_nothing_wrongly_and_end_nowhere() -> None:
    frames = TrackedFrames()
    for number in range(20):
        frames.add(number / RATE, np.full((240, 320), 128, np.uint8))
    found = track_regions(frames, [BlurRegion(0.0, (0.4, 0.4, 0.6, 0.6), 0.0, 1.0)])
    assert set(found) == set(range(20))  # without any structure nothing moves
    assert all(box == pytest.approx((0.4, 0.4, 0.6, 0.6), abs=0.02) for boxes in found.values() for box in boxes)


def test_a_long_clip_keeps_a_bounded_number_of_frames(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opsec.cleaning.frame_steps.MAX_FRAMES", 25)
    frames = TrackedFrames()
    truth: dict[float, ShareBox] = {}
    for number, (picture, box) in enumerate(views(ramp(CameraFrame(300, 90), CameraFrame(380, 130), 90))):
        at_s = number / RATE
        assert box is not None
        truth[at_s] = box
        if frames.wants(at_s):
            frames.add(at_s, np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8))
    assert len(frames.times_s) <= 25 < MAX_FRAMES
    assert len(frames.steps) == len(frames.times_s) - 1
    assert frames.times_s[-1] > 0.9 * 90 / RATE
    start = frames.times_s[5]
    found = track_regions(frames, [BlurRegion(start, truth[start], start, start)])
    for number, at_s in enumerate(frames.times_s):
        assert covered(truth[at_s], found[number]) > 0.85
