"""The shared reference files through the whole scan, where they are on this machine."""

import pytest

from tests.corpus import shared_folder
from tests.fences import AWAY_M, flagged, with_a_place


def test_a_fence_around_the_true_point_flags_and_one_far_away_does_not() -> None:
    shared = shared_folder()
    if shared is None:
        pytest.skip("the shared reference files are not on this machine")
    entries = with_a_place(shared)
    assert set(entries) - flagged(shared, entries, 0.0) == set()
    assert flagged(shared, entries, AWAY_M) == set()
