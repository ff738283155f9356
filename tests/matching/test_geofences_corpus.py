"""The shared reference files through the whole scan, where they are on this machine."""

from pathlib import Path

import pytest

from tests.benchmarks.corpus.fences import AWAY_M, flagged, with_a_place
from tests.benchmarks.corpus.metadata import shared_folder


@pytest.mark.timeout(600)  # every picture of 180 files is looked at
def test_a_fence_around_the_true_point_flags_and_one_far_away_does_not(tmp_path: Path) -> None:
    shared = shared_folder()
    if shared is None:
        pytest.skip("the shared reference files are not on this machine")
    entries = with_a_place(shared)
    case = str(tmp_path / "case.db")
    assert set(entries) - flagged(shared, entries, 0.0, case) == set()
    assert flagged(shared, entries, AWAY_M, case) == set()
