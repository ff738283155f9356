"""Point correspondences: border zone, shared points, quantiles, widest pairs and batches."""

import numpy as np
import pytest

from opsec.vision.camera_motion.correspondences import (
    FramePair,
    FramePoints,
    PairBatch,
    in_border_zone,
    in_center_zone,
    index_of,
    pair_frames,
    quantile,
    widening_pairs,
    widest_pair,
)


def frame(*ids: int, shift: float = 0.0) -> FramePoints:
    numbers = np.array(ids, np.int64)
    return FramePoints(0.0, numbers, np.stack([numbers + shift, 10.0 * numbers], axis=1).astype(np.float32))


def pair(count: int, moved_px: float = 0.0) -> FramePair:
    source = np.zeros((count, 2))
    return FramePair(0, 1, np.arange(count), source, source + np.array([moved_px, 0]))


@pytest.mark.parametrize(
    ("x", "y", "border", "center"),
    [
        (50, 10, True, False),  # above a person in the centre
        (5, 50, True, False),  # beside
        (95, 80, True, False),
        (5, 95, False, False),  # a body may fill the whole width at the bottom
        (50, 50, False, True),
        (50, 99, False, True),
    ],
)
def test_border_and_center_zone(x: float, y: float, border: bool, center: bool) -> None:
    point = np.array([[x, y]], float)
    assert (bool(in_border_zone(point, (100, 100))[0]), bool(in_center_zone(point, (100, 100))[0])) == (border, center)


def test_paired_frames_share_points_by_id() -> None:
    shared = pair_frames([frame(1, 3, 5), frame(3, 4, 5, shift=2)], 0, 1)
    assert shared.ids.tolist() == [3, 5]
    assert shared.source[:, 0].tolist() == [3, 5]
    assert shared.target[:, 0].tolist() == [5, 7]
    assert shared.displacement_px().tolist() == [2, 2]
    assert shared.subset(np.array([False, True])).ids.tolist() == [5]


def test_index_of_a_missing_id_is_minus_one() -> None:
    assert index_of(np.array([1, 4, 9]), np.array([0, 4, 7, 9])).tolist() == [-1, 1, 3]
    assert index_of(np.array([1]), np.empty(0, np.int64)).tolist() == [-1]


@pytest.mark.parametrize(("share", "expected"), [(0.0, 1), (0.5, 3), (0.7, 4), (1.0, 5)])
def test_quantile_is_a_value_of_the_sample(share: float, expected: float) -> None:
    assert quantile(np.array([5.0, 1, 4, 2, 3]), share) == expected


def test_pairs_widen_up_to_the_end_of_the_shot() -> None:
    frames = [frame(1, 2), frame(1, 2), frame(1, 2), frame(1, 2)]
    assert [one.second for one in widening_pairs(frames, 1, (1, 2, 3))] == [2, 3]


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([pair(9, 1), pair(9, 2), pair(9, 3)], 3.0),
        ([pair(9, 1), pair(9, 6), pair(9, 2)], 1.0),  # the second is too wide
        ([pair(9, 6), pair(9, 7)], 6.0),  # the first is accepted however wide
        ([pair(9, 1), pair(4, 2)], 1.0),  # the second shares too few points
        ([pair(4, 1)], None),
        ([], None),
    ],
)
def test_widest_pair(pairs: list[FramePair], expected: float | None) -> None:
    found = widest_pair(pairs, 5, lambda one: float(one.displacement_px().max()), 5.0)
    assert (found[0] if found else None) == expected


def test_a_batch_pads_short_pairs_and_subsamples_long_ones() -> None:
    batch = PairBatch.from_pairs([pair(3), pair(10)], max_points=5)
    assert batch.source.shape == (2, 5, 2)
    assert batch.valid.sum(axis=1).tolist() == [3, 5]
    empty = PairBatch.from_pairs([pair(0), pair(0)])
    assert empty.source.shape == (2, 1, 2)
    assert not empty.valid.any()
