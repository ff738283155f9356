"""Which frames of a clip become key frames, and which overlays are masked."""

import base64
from collections.abc import Iterator, Sequence
from itertools import pairwise

import cv2
import numpy as np
import pytest

from opsec.matching.landmarks.view_synthesis import downscale
from opsec.model import Hint
from opsec.readers.video.landmark_features import MAX_CLIP_FEATURES, MAX_EVIDENCE_BYTES, LandmarkFeatureAnalyser
from opsec.vision.decoding.frame import Frame
from opsec.vision.features.feature_packing import unpack_features
from opsec.vision.features.keyframe_selection import MAX_KEYFRAMES, MIN_KEYFRAMES, KeyframeSelector
from opsec.vision.features.local_features import EVIDENCE_PX, EXTRACTION_PX, MAX_FEATURES
from opsec.vision.features.overlay_mask import letterbox_mask, overlay_masks, static_overlay_mask
from tests.matching.landmarks.drawn import Bytes, film_wall, wall


def frame(image: Bytes, at_s: float) -> Frame:
    def draw(width_px: int, height_px: int, in_colour: bool) -> Bytes:
        gray = np.asarray(cv2.resize(image, (width_px, height_px), interpolation=cv2.INTER_AREA), np.uint8)
        return np.dstack([gray] * 3) if in_colour else gray

    return Frame(number=round(at_s * 8), at_s=at_s, width_px=image.shape[1], height_px=image.shape[0], draw=draw)


def selector_after(images: Sequence[Bytes]) -> KeyframeSelector:
    selector = KeyframeSelector()
    for number, image in enumerate(images):
        selector.add_frame(frame(image, number / 8))
    return selector


def pan(count: int, seed: int = 1) -> Iterator[Bytes]:
    """Pan along a wall from left to right."""
    wide = wall(seed, 2_000, 600)
    for number in range(count):
        left = number * (2_000 - 340) // max(1, count - 1)
        yield np.ascontiguousarray(wide[:, left : left + 340])


@pytest.mark.parametrize(
    ("n_frames", "n_keyframes"), [(0, 0), (1, 1), (2, 1), (8, 4), (64, MAX_KEYFRAMES), (400, MAX_KEYFRAMES)]
)
def test_a_pan_is_covered_by_a_bounded_number_of_frames(n_frames: int, n_keyframes: int) -> None:
    assert len(selector_after(list(pan(n_frames))).select()) == n_keyframes


def test_a_pan_is_covered_from_end_to_end() -> None:
    times = [one.at_s for one in selector_after(list(pan(80))).select()]
    assert times == sorted(times)
    assert times[0] < 2
    assert times[-1] > 8
    assert max(later - earlier for earlier, later in pairwise(times)) < 4


def test_a_still_camera_gives_the_minimum_number_of_frames() -> None:
    assert len(selector_after([wall(1)] * 80).select()) == MIN_KEYFRAMES


def test_the_sharpest_of_neighbours_is_selected() -> None:
    sharp, soft = wall(1), np.asarray(cv2.GaussianBlur(wall(1), (0, 0), 4), np.uint8)
    chosen = selector_after([soft, sharp] * 8).select()
    assert {round(one.at_s * 8) % 2 for one in chosen} == {1}


def test_a_static_caption_is_masked_and_the_moving_scene_is_not() -> None:
    grays = [downscale(image, EXTRACTION_PX).copy() for image in pan(5)]
    for gray in grays:
        cv2.putText(gray, "GOOD MORNING", (20, 300), cv2.FONT_HERSHEY_SIMPLEX, 0.9, 255, 3)
    covered = static_overlay_mask(grays)
    assert covered[280:302, 30:200].mean() > 0.8
    assert covered[:240].mean() < 0.02


def test_with_a_still_camera_nothing_is_taken_for_a_caption() -> None:
    assert not static_overlay_mask([wall(1)] * 4).any()


@pytest.mark.parametrize("tone", [0, 255])
def test_bars_are_masked_up_to_a_little_inside_their_edge(tone: int) -> None:
    image = np.asarray(cv2.copyMakeBorder(wall(1), 120, 120, 0, 0, cv2.BORDER_CONSTANT, value=tone), np.uint8)
    masked = letterbox_mask(image)
    assert masked[:122].all()
    assert masked[-122:].all()
    assert not masked[130:-130].any()


def test_a_blurred_copy_of_the_frame_is_a_bar_too() -> None:
    blurred = cv2.GaussianBlur(cv2.resize(wall(1), (576, 1024)), (0, 0), 25)
    blurred[300:732] = cv2.resize(wall(1), (576, 432))
    masked = letterbox_mask(downscale(np.asarray(blurred, np.uint8), EXTRACTION_PX))
    assert masked[:174].all()
    assert not masked[190:410].any()


def test_a_plain_sky_is_not_a_bar() -> None:
    sky = wall(1)
    line = 200 + (30 * np.sin(np.arange(800) / 40)).astype(int)
    for column in range(800):
        sky[: line[column], column] = 230
    assert not letterbox_mask(sky).any()


def test_each_frame_gets_a_mask_of_its_own_shape() -> None:
    masks = overlay_masks([wall(1), wall(2, 300, 200), wall(3)])
    assert [mask.shape for mask in masks] == [(600, 800), (200, 300), (600, 800)]


def test_the_analyser_yields_features_and_an_image_of_each_key_frame() -> None:
    analyser = LandmarkFeatureAnalyser()
    for number in range(16):
        analyser.process_frame(frame(film_wall(wall(number // 4)), number / 8))
    hints = [found for found in analyser.finish() if isinstance(found, Hint)]
    assert MIN_KEYFRAMES <= len(hints) <= MAX_KEYFRAMES
    for hint in hints:
        assert (hint.kind, hint.family, hint.reader) == ("features", "VISUAL", "landmarks")
        assert hint.features is not None
        assert hint.picture is not None
        assert len(unpack_features(hint.features)) > 300
        assert max(hint.picture.width_px, hint.picture.height_px) <= EVIDENCE_PX
        assert len(base64.b64decode(hint.picture.jpeg_base64)) <= MAX_EVIDENCE_BYTES


def test_a_clip_of_many_key_frames_keeps_the_strongest_features_of_each() -> None:
    analyser = LandmarkFeatureAnalyser()
    for number in range(64):
        analyser.process_frame(frame(film_wall(wall(number // 8)), number / 8))
    found = [hint.features for hint in analyser.finish() if isinstance(hint, Hint) and hint.features is not None]
    assert len(found) == MAX_KEYFRAMES
    assert max(features.count for features in found) == MAX_CLIP_FEATURES // MAX_KEYFRAMES < MAX_FEATURES


def test_a_clip_without_features_still_yields_a_hint() -> None:
    analyser = LandmarkFeatureAnalyser()
    analyser.process_frame(frame(np.full((1024, 576), 20, np.uint8), 0.0))
    (hint,) = analyser.finish()
    assert isinstance(hint, Hint)
    assert hint.features is not None
    assert hint.features.count == 0
