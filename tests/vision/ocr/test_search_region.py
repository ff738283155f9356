"""Which parts of a frame are searched for text, and that none of them cuts another."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opsec.vision.ocr.scene_change import Box
from opsec.vision.ocr.search_region import MAX_PARTIAL_SHARE, merge_boxes, parts_to_search

SIZE = (0.5625, 1.0)
SIGN: Box = (0.20, 0.30, 0.40, 0.34)
sides = st.floats(-0.2, 1.2)
boxes = st.lists(st.tuples(sides, sides, st.floats(0, 0.3), st.floats(0, 0.3)), max_size=6).map(
    lambda found: [(x, y, x + wide, y + high) for x, y, wide, high in found]
)


def covers(part: Box, box: Box) -> bool:
    return part[0] <= box[0] and part[1] <= box[1] and part[2] >= box[2] and part[3] >= box[3]


def test_a_sign_is_searched_with_a_margin() -> None:
    (part,) = parts_to_search([SIGN], (0.0, 0.0), SIZE) or []
    assert covers(part, (0.18, 0.28, 0.42, 0.36))
    assert part[3] - part[1] < 0.2


@pytest.mark.parametrize("shift", [(0.1, 0.0), (-0.08, 0.02), (0.0, -0.15)])
def test_it_is_searched_where_it_was_and_where_the_scene_moved_it(shift: tuple[float, float]) -> None:
    (part,) = parts_to_search([SIGN], shift, SIZE) or []
    moved = (SIGN[0] + shift[0], SIGN[1] + shift[1], SIGN[2] + shift[0], SIGN[3] + shift[1])
    assert covers(part, SIGN)
    assert covers(part, moved)


def test_nothing_to_search_is_no_part_and_too_much_is_the_whole() -> None:
    assert parts_to_search([], (0.0, 0.0), SIZE) == []
    assert parts_to_search([(0.0, 0.0, 0.5, 0.7)], (0.0, 0.0), SIZE) is None


def test_distant_boxes_stay_apart_and_close_ones_are_merged() -> None:
    far = (0.1, 0.1, 0.2, 0.2), (0.1, 0.8, 0.2, 0.9)
    assert sorted(merge_boxes(far)) == sorted(far)
    assert merge_boxes([(0.1, 0.1, 0.2, 0.2), (0.21, 0.1, 0.3, 0.2)]) == [(0.1, 0.1, 0.3, 0.2)]


@given(boxes, st.tuples(st.floats(-0.2, 0.2), st.floats(-0.2, 0.2)))
def test_parts_are_in_the_frame_apart_and_not_too_large(found: list[Box], shift: tuple[float, float]) -> None:
    parts = parts_to_search(found, shift, SIZE)
    if parts is None:
        return
    for left, top, right, bottom in parts:
        assert 0 <= left < right <= SIZE[0]
        assert 0 <= top < bottom <= SIZE[1]
    for one, other in combinations(parts, 2):
        assert one[2] <= other[0] or other[2] <= one[0] or one[3] <= other[1] or other[3] <= one[1]
    assert sum((part[2] - part[0]) * (part[3] - part[1]) for part in parts) <= MAX_PARTIAL_SHARE * SIZE[0] * SIZE[1]
