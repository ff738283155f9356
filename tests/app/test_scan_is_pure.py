"""``scan_clip`` depends on its arguments alone: neither on the clips before it nor on the process it runs in."""

import json
import os
import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opsec.matching.landmarks import reference_set
from tests.app.sample_posts import FEATURE_MATCHERS, posts, scan_posts
from tests.cli.conftest import ROOT

pytestmark = pytest.mark.usefixtures("warm_templates")

COUNT = len(posts())
Results = dict[str, dict[str, bytes]]


def landmark_states(results: dict[str, bytes]) -> dict[str, str]:
    return {path: json.loads(result)["coverage"]["checks"]["landmarks"] for path, result in results.items()}


@pytest.fixture(scope="module")
def in_order() -> Results:
    """The results of the posts in their order, for each feature matcher."""
    return {name: scan_posts(range(COUNT), name) for name in FEATURE_MATCHERS}


def test_a_matcher_that_fails_on_one_clip_works_on_the_others(
    in_order: Results,
) -> None:
    works, hangs = (landmark_states(in_order[name]) for name in ("works", "hangs"))
    assert {works[f"{number}.mp4"] for number in range(5)} == {"ran"}
    assert {path for path in works if works[path] != hangs[path]} == {"1.mp4"}
    assert hangs["1.mp4"] == "failed"


@pytest.mark.parametrize("matcher", FEATURE_MATCHERS)
@settings(max_examples=4, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(range(COUNT)))
def test_any_order_gives_the_same_bytes(in_order: Results, matcher: str, order: list[int]) -> None:
    assert scan_posts(order, matcher) == in_order[matcher]


@pytest.mark.parametrize("matcher", FEATURE_MATCHERS)
def test_another_process_gives_the_same_bytes(in_order: Results, matcher: str) -> None:
    order = ",".join(map(str, reversed(range(COUNT))))
    command = [sys.executable, "-m", "tests.app.sample_posts", order, matcher]
    done = subprocess.run(
        command, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": "77"}, capture_output=True, text=True, check=True
    )
    assert {path: result.encode() for path, result in json.loads(done.stdout).items()} == in_order[matcher]


def test_cached_photos_give_the_same_bytes_as_newly_opened_photos(
    in_order: Results, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reference_set, "_memory_cache", {})
    monkeypatch.setattr(reference_set, "_MAX_MEMORY_PHOTOS", 1)
    for _attempt in range(2):
        assert scan_posts(range(COUNT), "works") == in_order["works"]
        assert len(reference_set._memory_cache) == 1, "of two photos"
