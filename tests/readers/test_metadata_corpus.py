"""The shared reference files, where available: every position of a supported kind is found, none is invented."""

from collections.abc import Iterator

import pytest

from tests.benchmarks.corpus.metadata import Score, measure, shared_folder


@pytest.fixture(scope="module")
def scores() -> Iterator[list[Score]]:
    shared = shared_folder()
    if shared is None:
        pytest.skip("the shared reference files are not on this machine")
    yield measure(shared)


def test_every_position_of_a_supported_kind_is_found(scores: list[Score]) -> None:
    assert {score.kind: score.missed for score in scores if score.missed and not score.optional} == {}
    assert sum(score.expected for score in scores if not score.optional) >= 180


def test_no_file_gives_an_invented_position(scores: list[Score]) -> None:
    assert {score.kind: score.false for score in scores if score.false} == {}


def test_positions_found_by_exiftool_are_found(scores: list[Score]) -> None:
    theirs = [one for score in scores for one in score.by_exiftool]
    assert (len(theirs), all(theirs)) == (141, True)


@pytest.mark.parametrize(
    ("fact", "least"),
    [("created", 0.95), ("make", 0.95), ("model", 0.95), ("altitude", 0.95), ("heading", 1), ("place name", 1),
     ("fixes", 1), ("track box", 1)],
)  # fmt: skip
def test_facts_beside_the_position_are_read_correctly(scores: list[Score], fact: str, least: float) -> None:
    answers = [one for score in scores if not score.optional for one in score.agreed.get(fact, ())]
    assert len(answers) >= 10
    assert sum(answers) / len(answers) >= least


def test_the_benchmark_counts_correctly(scores: list[Score]) -> None:
    assert sum(score.files for score in scores) == 303  # of 306, three are not to be scored
    assert all(0 <= score.found <= score.expected for score in scores)
