"""Whole scans of the shared reference files, where they are available."""

from pathlib import Path

import pytest

from tests.benchmarks.corpus.fences import AWAY_M, flagged, with_a_place
from tests.benchmarks.corpus.metadata import shared_folder


@pytest.mark.timeout(600)  # decodes every frame of 180 files
def test_fence_at_the_true_position_flags_and_one_far_away_does_not(tmp_path: Path) -> None:
    shared = shared_folder()
    if shared is None:
        pytest.skip("the shared reference files are not on this machine")
    entries = with_a_place(shared)
    case = str(tmp_path / "case.db")
    assert set(entries) - flagged(shared, entries, 0.0, case) == set()
    assert flagged(shared, entries, AWAY_M, case) == set()
