"""Blur: nothing of what a box showed can be recovered, and nothing outside it changes."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.cleaning.blur import blur_boxes, blurred_share, cell_counts, merged_boxes
from opsec.cleaning.records import ShareBox
from tests.cleaning.made_films import Picture

BOX: ShareBox = (0.2, 0.3, 0.8, 0.7)
shares = st.floats(0, 1, width=32)
boxes = st.tuples(shares, shares, shares, shares).map(
    lambda one: (min(one[0], one[2]), min(one[1], one[3]), max(one[0], one[2]), max(one[1], one[3]))
)


def board(text: str) -> Picture:
    image = np.full((120, 320), 60, np.uint8)
    cv2.putText(image, text, (70, 70), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 255, 3)
    return image


@pytest.mark.parametrize("other", ["CAMP 8", "GATE 7", "AB 123"])
def test_words_of_the_same_length_give_nearly_the_same_blur(other: str) -> None:
    one, two = board("CAMP 7"), board(other)
    before = np.abs(one.astype(int) - two).max()
    for image in (one, two):
        blur_boxes(image, [BOX])
    assert before > 150
    assert np.abs(one.astype(int) - two).max() < 40


def test_no_edge_of_a_letter_is_left() -> None:
    image = board("CAMP 7")
    blur_boxes(image, [BOX])
    inside = image[40:80, 70:250].astype(np.float32)
    assert float(np.abs(np.diff(inside, axis=1)).max()) < 6


def test_few_values_describe_the_whole_box() -> None:
    blocks = np.random.default_rng(1).integers(0, 256, (16, 32), np.uint8)
    image = np.asarray(cv2.resize(blocks, (400, 200), interpolation=cv2.INTER_NEAREST), np.uint8)
    ranks = []
    for _ in range(2):
        singular = np.linalg.svd(image.astype(float) - image.mean(), compute_uv=False)
        ranks.append(int((singular > 100).sum()))  # rounding to whole grey levels gives less
        blur_boxes(image, [(0, 0, 1, 1)])
    assert ranks[0] > 10
    assert ranks[1] <= 2


@given(box=boxes, color=st.booleans())
def test_nothing_outside_the_box_changes(box: ShareBox, color: bool) -> None:
    rng = np.random.default_rng(7)
    image = rng.integers(0, 256, (37, 53, 3) if color else (37, 53), np.uint8).astype(np.uint8)
    before = image.copy()
    blur_boxes(image, [box])
    left, top, right, bottom = box
    x0, x1 = int(np.floor(left * 53)), int(np.ceil(right * 53))
    y0, y1 = int(np.floor(top * 37)), int(np.ceil(bottom * 37))
    before[y0:y1, x0:x1] = image[y0:y1, x0:x1]
    assert (before == image).all()


@given(width=st.integers(1, 4_000), height=st.integers(1, 4_000))
def test_a_cell_is_never_finer_than_the_rule(width: int, height: int) -> None:
    across, down = cell_counts(width, height)
    assert 1 <= min(across, down) <= 2
    assert max(across, down) <= 6


def test_boxes_are_clipped_and_those_inside_others_dropped() -> None:
    found = merged_boxes([(-0.5, 0.1, 0.5, 0.6), (0.1, 0.2, 0.3, 0.4), (1.2, 0, 1.5, 1), (0.5, 0.5, 0.5, 0.9)])
    assert found == ((0.0, 0.1, 0.5, 0.6),)


@pytest.mark.parametrize(
    ("given_boxes", "share"), [([], 0.0), ([(0, 0, 1, 1)], 1.0), ([(0, 0, 0.5, 1), (0.25, 0, 0.75, 1)], 0.75)]
)
def test_overlaps_count_once(given_boxes: list[ShareBox], share: float) -> None:
    assert blurred_share(given_boxes) == pytest.approx(share)
