"""The index finds the clips with like frames, whatever the order in which they were added."""

from dataclasses import replace

import numpy as np

from opsec.vision.copies.clip_hasher import ClipHashes
from opsec.vision.copies.hash_index import HashIndex
from opsec.vision.copies.picture_hash import HASH_BYTES, mirrored

RNG = np.random.default_rng(8)


def made(count: int = 20) -> ClipHashes:
    return ClipHashes(
        times_s=np.arange(count) / 2.0,
        windows=np.zeros(count, np.int64),
        hashes=RNG.integers(0, 256, (count, HASH_BYTES), np.uint8),
        step_s=0.125,
        signal=np.zeros((0, 4), np.uint8),
    )


def changed(clip: ClipHashes, bits: int) -> ClipHashes:
    """The clip with so many bits of each hash inverted."""
    flips = np.zeros((len(clip), HASH_BYTES * 8), np.uint8)
    for row in flips:
        row[RNG.choice(row.size, bits, replace=False)] = 1
    return replace(clip, hashes=clip.hashes ^ np.packbits(flips, axis=1))


CLIPS = [made() for _ in range(40)]


def index_of(clips: list[ClipHashes]) -> HashIndex:
    index = HashIndex()
    assert [index.add(clip) for clip in clips] == list(range(len(clips)))
    return index


def test_copies_are_candidates_and_others_are_not() -> None:
    index = index_of(CLIPS)
    for number in (0, 7, 39):
        for bits in (0, 20, 45, 60):
            assert index.candidates(changed(CLIPS[number], bits)) == [number], bits
        flipped = replace(CLIPS[number], hashes=mirrored(CLIPS[number].hashes))
        assert index.candidates(changed(flipped, 10)) == [number]
    assert index.candidates(made()) == []
    assert index.candidates(changed(CLIPS[3], 110)) == []


def test_the_order_does_not_matter() -> None:
    one, other = index_of(CLIPS), index_of(CLIPS[::-1])
    for clip in CLIPS[:10]:
        copy = changed(clip, 50)
        assert one.candidates(copy) == sorted(len(CLIPS) - 1 - number for number in other.candidates(copy))


def test_one_common_frame_is_no_candidate_unless_there_is_no_other() -> None:
    shared = replace(CLIPS[0], hashes=np.vstack([CLIPS[1].hashes[:1], made(19).hashes]))
    index = index_of(CLIPS)
    assert index.candidates(shared) == []
    photo = replace(CLIPS[1], times_s=np.zeros(1), windows=np.zeros(1, np.int64), hashes=CLIPS[1].hashes[:1])
    assert index.candidates(photo) == [1]


def test_a_clip_can_be_added_after_a_lookup() -> None:
    index = index_of(CLIPS[:2])
    assert index.candidates(CLIPS[5]) == []
    index.add(CLIPS[5])
    assert index.candidates(CLIPS[5]) == [2]


def test_an_empty_index_has_no_candidates() -> None:
    assert HashIndex().candidates(CLIPS[0]) == []
