"""Whole scans of the shared reference files, where they are available."""

from pathlib import Path

import pytest

from tests.benchmarks.corpus.fences import AWAY_M, entries_with_position, flagged
from tests.benchmarks.corpus.metadata import shared_folder


@pytest.mark.timeout(600)  # decodes every frame of 180 files
@pytest.mark.slow
def test_fence_at_the_true_position_flags_and_one_far_away_does_not(tmp_path: Path) -> None:
    shared = shared_folder()
    if shared is None:
        pytest.skip("the shared reference files are not on this machine")
    entries = entries_with_position(shared)
    case = str(tmp_path / "case.db")
    assert set(entries) - flagged(shared, entries, 0.0, case) == set()
    assert flagged(shared, entries, AWAY_M, case) == set()
