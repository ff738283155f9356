"""The shared reference files, where they are on this machine: every place of our kinds found, none made up."""

from collections.abc import Iterator

import pytest

from tests.corpus import NOT_YET, Score, measure, shared_folder


@pytest.fixture(scope="module")
def scores() -> Iterator[list[Score]]:
    shared = shared_folder()
    if shared is None:
        pytest.skip("the shared reference files are not on this machine")
    yield measure(shared)[0]


def test_every_place_of_a_kind_we_read_is_found(scores: list[Score]) -> None:
    assert {score.kind: score.missed for score in scores if score.missed and score.kind not in NOT_YET} == {}
    assert sum(score.expected for score in scores if score.kind not in NOT_YET) >= 115


def test_no_place_is_made_up_in_any_file(scores: list[Score]) -> None:
    assert {score.kind: score.false for score in scores if score.false} == {}


def test_the_tool_itself_counts_right(scores: list[Score]) -> None:
    assert sum(score.files for score in scores) == 306
    assert all(0 <= score.found <= score.expected for score in scores)
