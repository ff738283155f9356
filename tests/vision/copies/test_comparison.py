"""Pairs of clips that are copies and pairs that are not, and the bounds of what a hostile process may send."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsec.vision.copies.alignment import TimeAlignment
from opsec.vision.copies.change_signal import MAX_STEPS, QUARTERS
from opsec.vision.copies.clip_hasher import ClipHasher, ClipHashes
from opsec.vision.copies.comparison import Agreement, are_copies
from opsec.vision.copies.picture_hash import HASH_BYTES
from tests.vision.copies.made_clips import (
    MadeClip,
    drawn_scene,
    handheld,
    joined,
    look,
    random_path,
    smooth_pan,
    speaker,
    tripod,
)  # fmt: skip
from tests.vision.copies.transformations import ORIGINAL, TRANSFORMATIONS, Transformation, frames

LENGTH_S = 14.0


@cache
def clip(name: str) -> MadeClip:
    """One of the clips of the tables: a kind, a place, and which take of it."""
    kind, place, take = name.split()
    rng = np.random.default_rng([ord(place), int(take)])
    scene = drawn_scene(np.random.default_rng(ord(place)))
    path = random_path(np.random.default_rng(ord(place)), LENGTH_S)
    if kind == "handheld":
        return handheld(name, scene, path, rng, LENGTH_S)
    if kind == "pan":
        return smooth_pan(name, scene, random_path(rng, LENGTH_S), LENGTH_S)
    if kind == "tripod":
        return tripod(name, scene, path, rng, LENGTH_S)
    if kind == "intro":
        intro = handheld("", drawn_scene(np.random.default_rng(77)), path, np.random.default_rng(77), 10)
        return joined(name, [(intro, 10), (handheld("", scene, random_path(rng, 9), rng, 9), 9)])
    return speaker(name, scene, rng, LENGTH_S, by_hand=False)


@cache
def hashes(name: str, how: Transformation = ORIGINAL) -> ClipHashes:
    found = hash_frames(list(frames(clip(name), how, np.random.default_rng(5))))
    assert found is not None
    return found


def hash_frames(given: Sequence[tuple[float, np.ndarray]]) -> ClipHashes | None:
    hasher = ClipHasher()
    for at_s, gray in given:
        hasher.add_frame(gray, at_s)
    return hasher.finish()


def photo(name: str, change: Transformation = ORIGINAL) -> ClipHashes:
    found = hash_frames([(0.0, change.change(clip(name).draw(1.0), np.random.default_rng(0)))])
    assert found is not None
    return found


QUICK = [replace(how, jpeg=how.jpeg or 30) for how in TRANSFORMATIONS]
"""The encoder stands in for nothing that JPEG does not do here."""


@pytest.mark.parametrize("how", QUICK, ids=lambda how: how.name)
@pytest.mark.parametrize("name", ["handheld a 1", "speaker b 1", "tripod c 1"])
def test_a_copy_is_recognised_in_both_orders(name: str, how: Transformation) -> None:
    one, other = hashes(name), hashes(name, how)
    assert are_copies(one, other)
    assert are_copies(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("speaker b 1", "speaker b 2"),
        ("tripod c 1", "tripod c 2"),
        ("handheld a 1", "handheld a 2"),
        ("handheld a 1", "tripod a 1"),
        ("pan a 1", "pan a 2"),
        ("pan a 1", "handheld a 1"),
        ("intro a 1", "intro b 1"),
        ("speaker b 1", "speaker a 1"),
    ],
)
def test_clips_that_look_alike_are_no_copies(one: str, other: str) -> None:
    for how in (ORIGINAL, QUICK[2], QUICK[6], QUICK[8]):
        assert not are_copies(hashes(one), hashes(other, how)), how.name
        assert not are_copies(hashes(other, how), hashes(one)), how.name


def test_mirrored_twice_is_the_clip_itself() -> None:
    once = next(how for how in QUICK if how.name == "mirrored")
    again = [(at_s, np.ascontiguousarray(gray[:, ::-1])) for at_s, gray in frames(clip("speaker b 1"), once, None)]  # type: ignore[arg-type]
    twice = hash_frames(again)
    assert twice is not None
    assert are_copies(twice, hashes("speaker b 1"))
    assert are_copies(twice, hashes("speaker b 1", once))


@pytest.mark.parametrize(
    "draw",
    [
        lambda _at_s: np.zeros((270, 480), np.uint8),
        lambda _at_s: np.full((270, 480), 255, np.uint8),
        lambda at_s: np.full((270, 480), int(at_s * 25) % 256, np.uint8),
        lambda at_s: np.random.default_rng(int(at_s * 1000)).normal(12, 3, (270, 480)).clip(0, 255).astype(np.uint8),
    ],
    ids=["black", "white", "flashing", "night"],
)
def test_frames_that_show_nothing_are_not_hashed(draw: object) -> None:
    assert hash_frames(list(frames(MadeClip("plain", 5, draw), ORIGINAL, np.random.default_rng(0)))) is None  # type: ignore[arg-type]


def test_a_still_picture_is_recognised_and_another_view_of_the_place_is_not() -> None:
    scene = drawn_scene(np.random.default_rng(3))

    def still(x: float) -> ClipHashes:
        found = hash_frames([(number / 8, look(scene, x, 0.5, 0.5)) for number in range(60)])
        assert found is not None
        return found

    assert are_copies(still(0.5), still(0.5))
    assert not are_copies(still(0.5), still(0.515))


def test_photos_are_compared_with_photos_only() -> None:
    assert are_copies(photo("handheld a 1"), photo("handheld a 1", QUICK[1]))
    assert are_copies(photo("handheld a 1"), photo("handheld a 1", QUICK[3]))
    assert not are_copies(photo("handheld a 1"), photo("handheld a 2"))
    assert not are_copies(photo("handheld a 1"), hashes("handheld a 1"))


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    seed=st.integers(0, 2**32),
    count=st.integers(1, 96),
    step_s=st.sampled_from([1e-9, 0.1, 0.125, 1.0, 1_000.0]),
    steps=st.integers(0, MAX_STEPS),
    late=st.sampled_from([0.0, 1.0, 4e6]),
)
def test_any_hashes_are_compared_without_a_fault(seed: int, count: int, step_s: float, steps: int, late: float) -> None:
    rng = np.random.default_rng(seed)
    made = ClipHashes(
        times_s=rng.uniform(0, 1 + late, count),
        windows=rng.integers(0, 3, count),
        hashes=rng.integers(0, 256, (count, HASH_BYTES), np.uint8),
        step_s=step_s,
        signal=rng.integers(0, 256, (steps, QUARTERS), np.uint8),
    )
    assert not are_copies(made, hashes("speaker b 1"))
    assert not are_copies(hashes("speaker b 1"), made)


def test_pictures_that_agree_in_one_part_of_the_overlap_alone_are_no_copy() -> None:
    """Two films after one introduction; the rest of them was not compared."""
    whole = Agreement(
        alignment=TimeAlignment(0.96, 0.12),
        is_mirrored=False,
        overlap_s=21.9,
        overlap=1.0,
        compared=12,
        agreed=0.83,
        agreed_part=0.67,
        compared_parts=1.0,
        distance=9.0,
        far_distance=109.0,
        distant_distance=113.0,
        correlation=0.28,
        correlation_part=-0.13,
        significance=2.7,
        change=11.4,
        greater_change=14.7,
    )
    assert whole.is_copy
    assert not replace(whole, compared_parts=0.5).is_copy
