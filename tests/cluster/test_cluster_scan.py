"""A scan on a real cluster of two processes gives the results of a local one, also when a worker is killed."""

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from opsec.app.scan import scan
from opsec.casefile.case_file import open_case
from opsec.cluster.node_task import ReadOrder
from opsec.errors import ClusterError
from opsec.model import Scan

distributed = pytest.importorskip("distributed", reason="the extra opsec[cluster] is not installed")
pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
POSTS, SITES = ROOT / "examples/posts", ROOT / "geofences"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, memory_limit=0
    ) as started:
        yield started


@pytest.fixture(scope="module")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return Path(shutil.copytree(POSTS, tmp_path_factory.mktemp("shared") / "posts"))


@pytest.fixture(scope="module")
def here(inbox: Path) -> Scan:
    return scan([inbox], sites=SITES)


def verdicts(done: Scan) -> list[tuple[str, str, str | None, float]]:
    return [(one.clip.path, one.clip.coverage.status, one.verdict.site, one.verdict.likelihood) for one in done.results]


def test_the_cluster_gives_the_results_of_this_machine(cluster: Any, inbox: Path, here: Scan, tmp_path: Path) -> None:
    case = str(tmp_path / "case.db")
    there = scan([inbox], sites=SITES, case=case, cluster=cluster.scheduler_address)
    assert verdicts(there) == verdicts(here)
    with open_case(case) as case_file:
        stored = [post.path for post in case_file.posts("")]
    assert sorted(stored) == sorted({one.clip.path for one in there.results})


def test_no_clip_is_lost_when_a_worker_is_killed(cluster: Any, inbox: Path, here: Scan) -> None:
    with distributed.Client(cluster) as client:
        victim = next(iter(client.run(os.getpid).values()))
    seen: list[str] = []

    def kill_after_the_first(progress: Any) -> None:
        seen.append(progress.path)
        if len(seen) == 1:
            os.kill(victim, signal.SIGKILL)

    there = scan([inbox], sites=SITES, cluster=cluster.scheduler_address, listener=kill_after_the_first)
    assert verdicts(there) == verdicts(here)


def test_a_file_that_the_cluster_does_not_see_is_unread(cluster: Any, inbox: Path, monkeypatch: Any) -> None:
    def elsewhere(**values: Any) -> ReadOrder:
        return ReadOrder(**{**values, "path": "/nowhere/" + values["path"]})

    monkeypatch.setattr("opsec.cluster.cluster_reader.ReadOrder", elsewhere)
    done = scan([inbox / "morning_run.mp4"], sites=SITES, cluster=cluster.scheduler_address)
    assert [(one.clip.coverage.status, one.clip.coverage.reasons[0].code) for one in done.results] == [
        ("unread", "node_file")
    ]


def test_a_machine_with_other_readers_reads_nothing(cluster: Any, inbox: Path, monkeypatch: Any) -> None:
    def of_another_version(**values: Any) -> ReadOrder:
        return ReadOrder(**{**values, "readers": "older"})

    monkeypatch.setattr("opsec.cluster.cluster_reader.ReadOrder", of_another_version)
    done = scan([inbox / "morning_run.mp4"], sites=SITES, cluster=cluster.scheduler_address)
    assert [one.clip.coverage.reasons[0].code for one in done.results] == ["node_version"]


def test_a_scheduler_that_does_not_answer_is_one_sentence(inbox: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr("opsec.cluster.cluster_reader._CONNECT_S", 1)
    with pytest.raises(ClusterError, match="no scheduler answers"):
        scan([inbox / "morning_run.mp4"], sites=SITES, cluster="tcp://127.0.0.1:9")
