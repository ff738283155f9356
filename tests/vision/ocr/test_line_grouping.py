"""Lines that stand under one another on one board form one group."""

import pytest

from opsec.vision.ocr.line_grouping import MAX_LINES_PER_BOARD, group_lines, is_adjacent_line
from opsec.vision.ocr.rover_voting import Recognition, View
from opsec.vision.ocr.text_line import TextLine
from opsec.vision.ocr.text_track import TextTrack
from tests.fixtures.images import observe, text_line, text_track


def tracks(*lines: TextLine, frame_index: int = 0) -> list[TextTrack]:
    return [text_track(observe(frame_index, line)) for line in lines]


def test_lines_under_one_another_are_one_group_from_top_to_bottom() -> None:
    lower, upper, far = tracks(text_line(y=0.56), text_line(y=0.5), text_line(y=0.9))
    assert group_lines([lower, upper, far]) == [[upper, lower], [far]]


ADJACENT = {
    "under it": text_line(y=0.56),
    "shorter and indented": text_line(x=0.56, y=0.56, length=0.12),
    "twice as high": text_line(y=0.57, height=0.08),
    "slightly turned": text_line(y=0.56, angle_rad=0.2),
}
APART = {
    "too far below": text_line(y=0.6),
    "diagonal": text_line(x=0.9, y=0.55),
    "three times as high": text_line(y=0.56, height=0.12),
    "turned": text_line(y=0.56, angle_rad=0.6),
    "beside it": text_line(x=0.82),
    "at the same place": text_line(),
    "hardly overlapping": text_line(x=0.7, y=0.56),
}


@pytest.mark.parametrize("other", ADJACENT.values(), ids=ADJACENT)
def test_adjacent_lines(other: TextLine) -> None:
    assert is_adjacent_line(text_line(), other)
    assert is_adjacent_line(other, text_line())
    assert len(group_lines(tracks(text_line(), other))) == 1


@pytest.mark.parametrize("other", APART.values(), ids=APART)
def test_lines_that_are_not_adjacent(other: TextLine) -> None:
    assert not is_adjacent_line(text_line(), other)
    assert len(group_lines(tracks(text_line(), other))) == 2


def test_lines_of_a_slanted_board_are_adjacent_along_its_slant() -> None:
    assert is_adjacent_line(text_line(angle_rad=0.5), text_line(x=0.47, y=0.555, angle_rad=0.5))


def test_lines_never_seen_in_one_frame_are_not_grouped() -> None:
    assert len(group_lines([*tracks(text_line()), *tracks(text_line(y=0.56), frame_index=1)])) == 2


def test_the_last_frame_that_shows_both_decides() -> None:
    steady = text_track(*(observe(index, text_line()) for index in range(3)))
    leaving = text_track(observe(0, text_line(y=0.56)), observe(1, text_line(y=0.8)))
    arriving = text_track(observe(1, text_line(y=0.8)), observe(2, text_line(y=0.56)))
    assert len(group_lines([steady, leaving])) == 2
    assert len(group_lines([steady, arriving])) == 1


def test_a_group_is_bounded() -> None:
    page = tracks(*(text_line(y=0.05 * number) for number in range(MAX_LINES_PER_BOARD + 3)))
    assert [len(group) for group in group_lines(page)] == [MAX_LINES_PER_BOARD, 3]


def test_groups_come_in_the_order_of_their_first_appearance() -> None:
    late, early = text_track(observe(4, text_line(y=0.1))), text_track(observe(1, text_line(y=0.9)))
    assert group_lines([late, early]) == [[early], [late]]


def test_no_lines_give_no_groups() -> None:
    assert group_lines([]) == []


def read_in_view(line: TextLine, view: View) -> TextTrack:
    track = text_track(observe(0, line))
    track.add_recognition(Recognition("Falcon", 0.99, "own", view))
    return track


def test_a_board_upside_down_is_read_from_its_lowest_line() -> None:
    upper, lower = (read_in_view(text_line(y=y), "turned") for y in (0.5, 0.56))
    assert group_lines([upper, lower]) == [[lower, upper]]


@pytest.mark.parametrize(
    ("angle_rad", "view", "first"),
    [(-1.57, "plain", "left"), (-1.57, "turned", "right"), (1.57, "plain", "right"), (1.57, "turned", "left")],
)
def test_a_board_on_its_side_is_read_from_the_top_of_its_letters(angle_rad: float, view: View, first: str) -> None:
    left, right = (read_in_view(text_line(x=x, angle_rad=angle_rad), view) for x in (0.5, 0.56))
    assert group_lines([left, right]) == [[left, right] if first == "left" else [right, left]]


def test_the_lines_of_a_board_on_its_side_may_run_up_and_down() -> None:
    up, down = text_line(x=0.5, angle_rad=-1.56), text_line(x=0.56, angle_rad=1.56)
    assert is_adjacent_line(up, down)


def test_columns_of_upright_letters_may_stand_further_apart_and_are_read_from_left_to_right() -> None:
    right, left = (read_in_view(text_line(x=x, angle_rad=-1.57), "stacked") for x in (0.62, 0.5))
    assert group_lines([right, left]) == [[left, right]]
    beside = read_in_view(text_line(x=0.62, angle_rad=-1.57), "plain")
    assert len(group_lines([left, beside])) == 2
