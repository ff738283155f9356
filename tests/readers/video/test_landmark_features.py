"""Which pictures of a clip are looked at, and what laid over them is left out."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import cv2
import numpy as np
import pytest

from opsec.matching.landmarks.view_synthesis import resized
from opsec.model import Hint
from opsec.readers.video.landmark_features import LandmarkViewer
from opsec.vision.decoding.frame import Frame
from opsec.vision.features.keyframe_selection import FEWEST, MOST, Choice
from opsec.vision.features.local_features import EVIDENCE_PX, LONGEST_PX, unpacked
from opsec.vision.features.overlay_mask import bars, overlay, seen_through
from tests.matching.landmarks.drawn import Bytes, seen, wall


def frame(picture: Bytes, at_s: float) -> Frame:
    def draw(width_px: int, height_px: int, in_colour: bool) -> Bytes:
        grey = np.asarray(cv2.resize(picture, (width_px, height_px), interpolation=cv2.INTER_AREA), np.uint8)
        return np.dstack([grey] * 3) if in_colour else grey

    return Frame(number=round(at_s * 8), at_s=at_s, width_px=picture.shape[1], height_px=picture.shape[0], draw=draw)


def looked_at(pictures: Sequence[Bytes]) -> Choice:
    choice = Choice()
    for number, picture in enumerate(pictures):
        choice.see(frame(picture, number / 8))
    return choice


def pan(count: int, seed: int = 1) -> Iterator[Bytes]:
    """A wall passes by from left to right."""
    wide = wall(seed, 2_000, 600)
    for number in range(count):
        left = number * (2_000 - 340) // max(1, count - 1)
        yield np.ascontiguousarray(wide[:, left : left + 340])


@pytest.mark.parametrize(("pictures", "chosen"), [(0, 0), (1, 1), (2, 1), (8, 4), (64, MOST), (400, MOST)])
def test_a_pan_is_covered_by_a_bounded_number_of_pictures(pictures: int, chosen: int) -> None:
    assert len(looked_at(list(pan(pictures))).chosen()) == chosen


def test_a_pan_is_covered_from_end_to_end() -> None:
    times = [one.at_s for one in looked_at(list(pan(80))).chosen()]
    assert times == sorted(times)
    assert times[0] < 2
    assert times[-1] > 8
    assert max(later - earlier for earlier, later in pairwise(times)) < 4


def test_a_camera_that_stands_still_gives_no_more_than_it_must() -> None:
    assert len(looked_at([wall(1)] * 80).chosen()) == FEWEST


def test_the_sharpest_of_neighbours_is_taken() -> None:
    sharp, soft = wall(1), np.asarray(cv2.GaussianBlur(wall(1), (0, 0), 4), np.uint8)
    chosen = looked_at([soft, sharp] * 8).chosen()
    assert {round(one.at_s * 8) % 2 for one in chosen} == {1}


def test_a_caption_that_stays_is_left_out_and_the_moving_scene_is_not() -> None:
    greys = [resized(picture, LONGEST_PX).copy() for picture in pan(5)]
    for grey in greys:
        cv2.putText(grey, "GOOD MORNING", (20, 300), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 255, 3)
    covered = overlay(greys)
    assert covered[280:302, 30:200].mean() > 0.8
    assert covered[:240].mean() < 0.02


def test_where_the_camera_stands_still_nothing_is_taken_for_a_caption() -> None:
    assert not overlay([wall(1)] * 4).any()


@pytest.mark.parametrize("tone", [0, 255])
def test_bars_are_left_out_to_a_little_inside_their_edge(tone: int) -> None:
    picture = np.asarray(cv2.copyMakeBorder(wall(1), 120, 120, 0, 0, cv2.BORDER_CONSTANT, value=tone), np.uint8)
    masked = bars(picture)
    assert masked[:122].all()
    assert masked[-122:].all()
    assert not masked[130:-130].any()


def test_a_blurred_copy_of_the_picture_behind_it_is_a_bar_too() -> None:
    blurred = cv2.GaussianBlur(cv2.resize(wall(1), (576, 1024)), (0, 0), 25)
    blurred[300:732] = cv2.resize(wall(1), (576, 432))
    masked = bars(resized(np.asarray(blurred, np.uint8), LONGEST_PX))
    assert masked[:174].all()
    assert not masked[190:410].any()


def test_a_plain_sky_is_no_bar() -> None:
    sky = wall(1)
    line = 200 + (30 * np.sin(np.arange(800) / 40)).astype(int)
    for column in range(800):
        sky[: line[column], column] = 230
    assert not bars(sky).any()


def test_each_picture_gets_a_mask_of_its_own_shape() -> None:
    masks = seen_through([wall(1), wall(2, 300, 200), wall(3)])
    assert [mask.shape for mask in masks] == [(600, 800), (200, 300), (600, 800)]


def test_the_viewer_tells_features_and_the_picture_of_each_frame() -> None:
    viewer = LandmarkViewer()
    for number in range(16):
        viewer.see(frame(seen(wall(number // 4)), number / 8))
    hints = [found for found in viewer.found() if isinstance(found, Hint)]
    assert FEWEST <= len(hints) <= MOST
    for hint in hints:
        assert (hint.kind, hint.family, hint.reader) == ("features", "VISUAL", "landmarks")
        assert hint.features is not None
        assert hint.picture is not None
        assert len(unpacked(hint.features)) > 300
        assert max(hint.picture.width_px, hint.picture.height_px) == EVIDENCE_PX


def test_a_clip_without_anything_to_see_is_still_told_to_have_been_looked_at() -> None:
    viewer = LandmarkViewer()
    viewer.see(frame(np.full((1024, 576), 20, np.uint8), 0.0))
    (hint,) = viewer.found()
    assert isinstance(hint, Hint)
    assert hint.features is not None
    assert hint.features.count == 0
