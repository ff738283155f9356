"""Illumination removal in night frames: details stay, patches of light go, odd images break nothing."""

import numpy as np
import pytest
from numpy.typing import NDArray

from opsec.matching.landmarks.geometric_verification import verify_geometry
from opsec.matching.landmarks.putative_matches import match_descriptors
from opsec.vision.features.feature_packing import pack_features
from opsec.vision.features.local_features import SIFT_EXTRACTOR, extract_sift
from opsec.vision.features.low_light import (
    MIN_DAYLIGHT_LEVEL,
    extract_low_light,
    extract_per_frame,
    is_dark,
    remove_illumination,
)
from tests.matching.landmarks.drawn import Bytes, wall
from tests.matching.landmarks.hard_scenes import by_night, light


def at_night(seed: int, picture: Bytes) -> Bytes:
    rng = np.random.default_rng(seed)
    high_px, wide_px = picture.shape
    return np.asarray(np.clip(by_night(picture, light(rng, high_px, wide_px), rng), 0, 255), np.uint8)


def correlation(one: Bytes, other: Bytes) -> float:
    return float(np.corrcoef(one.ravel().astype(np.float64), other.ravel().astype(np.float64))[0, 1])


def test_the_light_of_lamps_is_removed() -> None:
    day = wall(3)
    night = at_night(3, day)
    assert correlation(remove_illumination(day), remove_illumination(night)) > correlation(day, night) + 0.1


def test_more_of_a_wall_is_recognised_at_night() -> None:
    """Compared with extraction from the uncorrected frame."""
    counts = []
    for seed in range(4):
        day, night = wall(seed, 600, 450), at_night(seed, wall(seed, 600, 450))
        photo = extract_sift(day)
        fits = [
            verify_geometry(one, photo, match_descriptors(one, photo).unambiguous)
            for one in (extract_low_light(night), extract_sift(night))
        ]
        counts.append([fit.inliers if fit else 0 for fit in fits])
    corrected, uncorrected = np.sum(counts, axis=0)
    assert corrected > 1.15 * uncorrected


def test_daylight_frames_are_not_corrected() -> None:
    day = wall(1)
    assert not is_dark(day)
    assert [pack_features(found) for _n, found in extract_per_frame(SIFT_EXTRACTOR, [(day, None)])] == [
        pack_features(extract_sift(day))
    ]


D, N = "day", "night"


@pytest.mark.parametrize(
    ("frames", "expected"),
    [
        ([N], [(0, "corrected"), (0, "uncorrected")]),
        ([N, D, N], [(0, "corrected"), (1, "uncorrected"), (2, "corrected"), (2, "uncorrected")]),
        ([N, N, D, N], [(0, "corrected"), (1, "corrected"), (2, "uncorrected"), (3, "uncorrected")]),
        ([N] * 6, [(n, "uncorrected" if n in (2, 5) else "corrected") for n in range(6)]),
        ([], []),
    ],
)
def test_some_dark_frame_is_always_extracted_uncorrected(frames: list[str], expected: list[tuple[int, str]]) -> None:
    day, night = wall(3, 300, 220), at_night(3, wall(3, 300, 220))
    uncorrected = {pack_features(extract_sift(day)), pack_features(extract_sift(night))}
    found = extract_per_frame(SIFT_EXTRACTOR, [(night if one == N else day, None) for one in frames])
    assert [(n, "uncorrected" if pack_features(one) in uncorrected else "corrected") for n, one in found] == expected


def test_a_night_photo_is_recognised_in_a_night_frame() -> None:
    photo = extract_sift(at_night(1, wall(1, 600, 450)))
    night = at_night(1, wall(1, 600, 450))[4:-4, 4:-4]
    fits = [
        verify_geometry(one, photo, match_descriptors(one, photo).unambiguous)
        for _n, one in extract_per_frame(SIFT_EXTRACTOR, [(night, None)])
    ]
    corrected = verify_geometry(
        extract_low_light(night), photo, match_descriptors(extract_low_light(night), photo).unambiguous
    )
    assert max(fit.inliers for fit in fits if fit) > (corrected.inliers if corrected else 0)


def test_masked_areas_of_a_night_frame_give_no_feature() -> None:
    night = at_night(2, wall(2, 600, 450))
    mask = np.full(night.shape, 255, np.uint8)
    mask[:, :300] = 0
    for _number, found in extract_per_frame(SIFT_EXTRACTOR, [(night, mask)]):
        assert len(found)
        assert (found.keypoints[:, 0] > 298).all()


@pytest.mark.parametrize(
    ("level", "dark"),
    [(0, True), (MIN_DAYLIGHT_LEVEL - 1, True), (MIN_DAYLIGHT_LEVEL, False), (255, False)],
    ids=["black", "dusk", "day", "white"],
)
def test_darkness_is_decided_by_the_mean_level(level: int, dark: bool) -> None:
    assert is_dark(np.full((40, 60), level, np.uint8)) is dark


def test_bars_do_not_make_a_frame_dark() -> None:
    gray, mask = np.full((90, 60), 130, np.uint8), np.full((90, 60), 255, np.uint8)
    gray[:30] = gray[-30:] = 0
    mask[:30] = mask[-30:] = 0
    assert is_dark(gray)
    assert not is_dark(gray, mask)


@pytest.mark.parametrize("shape", [(1, 1), (2, 600), (600, 3), (337, 600)])
@pytest.mark.parametrize("level", [0, 1, 255])
def test_uniform_images_of_any_size_become_plain(shape: tuple[int, int], level: int) -> None:
    found: NDArray[np.uint8] = remove_illumination(np.full(shape, level, np.uint8))
    assert found.shape == shape
    assert found.dtype == np.uint8
    assert (np.abs(found.astype(np.int16) - 128) <= 1).all()


def test_a_black_frame_has_no_features() -> None:
    black = np.zeros((300, 400), np.uint8)
    assert [len(found) for _number, found in extract_per_frame(SIFT_EXTRACTOR, [(black, None)])] == [0]
