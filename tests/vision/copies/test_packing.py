"""Packed hashes come back as they were, and damaged ones are refused."""

import base64
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsec.model import FrameHashes
from opsec.vision.copies.change_signal import MAX_STEPS, QUARTERS
from opsec.vision.copies.clip_hasher import ClipHashes
from opsec.vision.copies.packing import MAX_RECORDS, RECORD_BYTES, InvalidHashesError, pack_hashes, unpack_hashes
from opsec.vision.copies.picture_hash import HASH_BYTES


def made(count: int, steps: int, seed: int = 0) -> ClipHashes:
    rng = np.random.default_rng(seed)
    return ClipHashes(
        times_s=np.sort(rng.integers(0, 3_000_000, count)) / 1000,
        windows=rng.integers(0, 3, count),
        hashes=rng.integers(0, 256, (count, HASH_BYTES), np.uint8),
        step_s=0.25,
        signal=rng.integers(0, 256, (steps, QUARTERS), np.uint8),
    )


@settings(max_examples=25, deadline=None, derandomize=True)
@given(st.integers(1, MAX_RECORDS), st.integers(0, MAX_STEPS), st.integers(0, 99))
def test_packed_hashes_come_back(count: int, steps: int, seed: int) -> None:
    clip = made(count, steps, seed)
    again = unpack_hashes(pack_hashes(clip))
    for name in ("times_s", "windows", "hashes", "signal"):
        assert (getattr(again, name) == getattr(clip, name)).all(), name
    assert again.step_s == clip.step_s


def test_the_largest_clip_is_within_the_bounds_of_the_record() -> None:
    packed = pack_hashes(made(MAX_RECORDS, MAX_STEPS))
    assert len(packed.frames) <= 6_000
    assert len(packed.signal) <= 3_000


def _with_window(packed: FrameHashes, window: int) -> str:
    content = bytearray(base64.b64decode(packed.frames))
    content[4] = window
    return base64.b64encode(content).decode()


@pytest.mark.parametrize(
    "change",
    [
        {"frames": ""},
        {"frames": "not base64!"},
        {"frames": base64.b64encode(bytes(RECORD_BYTES + 1)).decode()},
        {"frames": base64.b64encode(bytes(RECORD_BYTES * (MAX_RECORDS + 1))).decode()},
        {"frames": _with_window(pack_hashes(made(3, 4)), 3)},
        {"signal": "AAA"},
        {"signal": base64.b64encode(bytes(QUARTERS + 1)).decode()},
        {"signal": base64.b64encode(bytes(QUARTERS * (MAX_STEPS + 1))).decode()},
    ],
    ids=[
        "empty",
        "no base64",
        "part of a record",
        "too many",
        "no such window",
        "padding",
        "part of a step",
        "too long",
    ],
)
def test_damaged_hashes_are_refused(change: dict[str, Any]) -> None:
    with pytest.raises(InvalidHashesError):
        unpack_hashes(replace(pack_hashes(made(3, 4)), **change))
