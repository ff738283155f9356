"""The shared reference files, where they are on this machine: every place of our kinds found, none made up."""

from collections.abc import Iterator

import pytest

from tests.benchmarks.corpus.metadata import Score, measure, shared_folder


@pytest.fixture(scope="module")
def scores() -> Iterator[list[Score]]:
    shared = shared_folder()
    if shared is None:
        pytest.skip("the shared reference files are not on this machine")
    yield measure(shared)


def test_every_place_of_a_kind_we_read_is_found(scores: list[Score]) -> None:
    assert {score.kind: score.missed for score in scores if score.missed and not score.optional} == {}
    assert sum(score.expected for score in scores if not score.optional) >= 180


def test_no_place_is_made_up_in_any_file(scores: list[Score]) -> None:
    assert {score.kind: score.false for score in scores if score.false} == {}


def test_what_exiftool_finds_is_found(scores: list[Score]) -> None:
    theirs = [one for score in scores for one in score.by_exiftool]
    assert (len(theirs), all(theirs)) == (141, True)


@pytest.mark.parametrize(
    ("fact", "least"),
    [("created", 0.95), ("make", 0.95), ("model", 0.95), ("altitude", 0.95), ("heading", 1), ("place name", 1),
     ("fixes", 1), ("track box", 1)],
)  # fmt: skip
def test_what_stands_beside_the_place_is_read_right(scores: list[Score], fact: str, least: float) -> None:
    answers = [one for score in scores if not score.optional for one in score.agreed.get(fact, ())]
    assert len(answers) >= 10
    assert sum(answers) / len(answers) >= least


def test_the_tool_itself_counts_right(scores: list[Score]) -> None:
    assert sum(score.files for score in scores) == 303  # of 306, three are not to be scored
    assert all(0 <= score.found <= score.expected for score in scores)
