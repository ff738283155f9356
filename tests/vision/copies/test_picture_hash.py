"""Hashes of pictures: which changes they survive, which pictures they distinguish, and pictures that show nothing."""

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from opsec.vision.copies.picture_hash import HASH_BITS, MIN_QUALITY, distances, hash_picture, mirrored
from tests.vision.copies.made_clips import drawn_scene, look

PICTURES = [look(drawn_scene(np.random.default_rng(seed)), 0.5, 0.5, 0.5) for seed in range(6)]


def apart(one: np.ndarray, other: np.ndarray) -> int:
    return int(distances(one[None], other[None])[0, 0])


@pytest.mark.parametrize(
    ("change", "limit"),
    [
        (lambda gray: cv2.resize(gray, (320, 180), interpolation=cv2.INTER_AREA), 14),
        (lambda gray: np.clip(gray * 0.8 + 12, 0, 255).astype(np.uint8), 14),
        (lambda gray: cv2.imdecode(cv2.imencode(".jpg", gray, [cv2.IMWRITE_JPEG_QUALITY, 20])[1], 0), 14),
        (lambda gray: np.ascontiguousarray(gray[4:-4, 7:-7]), 60),
    ],
    ids=["reduced", "darker", "encoded", "cropped a little"],
)
def test_a_changed_picture_stays_close(change: object, limit: int) -> None:
    for gray in PICTURES:
        assert apart(hash_picture(gray)[0], hash_picture(change(gray))[0]) <= limit  # type: ignore[operator]


def test_other_pictures_are_far() -> None:
    hashes = np.array([hash_picture(gray)[0] for gray in PICTURES])
    others = distances(hashes, hashes)[~np.eye(len(PICTURES), dtype=bool)]
    assert others.min() > 90


def test_a_mirrored_picture_has_the_mirrored_hash() -> None:
    for gray in PICTURES:
        hashed = hash_picture(gray)[0]
        assert apart(mirrored(hashed[None])[0], hash_picture(np.ascontiguousarray(gray[:, ::-1]))[0]) <= 16
        assert apart(hashed, hash_picture(np.ascontiguousarray(gray[:, ::-1]))[0]) > 60


def test_half_of_the_bits_are_set() -> None:
    assert all(np.unpackbits(hash_picture(gray)[0]).sum() == HASH_BITS / 2 for gray in PICTURES)


@pytest.mark.parametrize("level", [0, 16, 128, 255])
def test_a_plain_picture_has_no_quality(level: int) -> None:
    assert hash_picture(np.full((90, 160), level, np.uint8))[1] < MIN_QUALITY


def test_a_dark_picture_with_noise_has_no_quality() -> None:
    noise = np.random.default_rng(1).normal(8, 2, (90, 160)).clip(0, 255).astype(np.uint8)
    assert hash_picture(noise)[1] < MIN_QUALITY


@settings(max_examples=40, deadline=None, derandomize=True)
@given(arrays.arrays(np.uint8, st.tuples(st.integers(1, 80), st.integers(1, 80))))
def test_any_picture_has_a_hash(gray: np.ndarray) -> None:
    hashed, quality = hash_picture(gray)
    assert hashed.shape == (32,)
    assert 0 <= quality <= 100


@settings(max_examples=40, deadline=None, derandomize=True)
@given(arrays.arrays(np.uint8, (3, 32)), arrays.arrays(np.uint8, (2, 32)))
def test_distances_are_symmetric_and_mirroring_keeps_them(ones: np.ndarray, others: np.ndarray) -> None:
    assert (distances(ones, others) == distances(others, ones).T).all()
    assert (distances(mirrored(ones), mirrored(others)) == distances(ones, others)).all()
    assert (mirrored(mirrored(ones)) == ones).all()
    assert (distances(ones, ones).diagonal() == 0).all()
