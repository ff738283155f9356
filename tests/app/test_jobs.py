"""Clips are read side by side: the results do not depend on how many, and nothing is left behind."""

import json
import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from opsec.app.job_count import MIB_PER_JOB, default_jobs, with_jobs
from opsec.app.scan import rematch, scan
from opsec.app.scan_session import MAX_BATCH_POSTS
from opsec.casefile.case_file import CaseFile
from opsec.casefile.transactions import Transactions
from opsec.model import KnownFinding, Progress, ReadPost, Result
from opsec.reports.formats import FORMATS
from opsec.settings import Limits, Settings
from tests.cli.conftest import ROOT

SITES = ROOT / "geofences"


def _settings(jobs: int) -> Settings:
    return Settings(limits=Limits(workers=jobs))


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Photos of different sizes, so that they are not finished in their order, and a list."""
    folder = tmp_path / "inbox"
    folder.mkdir()
    for number, side in enumerate((400, 40, 200, 40)):
        assert cv2.imwrite(str(folder / f"{number}.jpg"), np.full((side, side, 3), 40 * number, np.uint8))
    (folder / "list.csv").write_text("caption,url\nat Falcon Camp,u1\nhello,u2\n", "utf-8")
    return folder


def _list_of(path: Path, count: int) -> Path:
    rows = (json.dumps({"caption": f"hello {number}", "url": f"u{number}"}) for number in range(count))
    path.write_text("\n".join(rows) + "\n", "utf-8")
    return path


def _children() -> set[int]:
    """Processes that this one started and that have not ended."""
    found = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text("ascii", "replace").rpartition(")")[2].split()[:2]
        except OSError:
            continue
        if int(parent) == os.getpid() and state != "Z":
            found.add(int(stat.parent.name))
    return found


def test_any_number_of_jobs_gives_the_same_bytes(inbox: Path) -> None:
    scans = [scan([inbox], sites=SITES, settings=_settings(jobs)) for jobs in (1, 3)]
    one, three = (FORMATS["json"].render(done, "en") for done in scans)
    assert one == three
    paths = [result.clip.path for result in scans[1].results]
    assert paths == sorted(paths)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="the system has no /proc")
def test_an_interrupted_scan_leaves_no_process_and_keeps_what_was_told(inbox: Path, tmp_path: Path) -> None:
    before, told = _children(), list[str]()
    case = str(tmp_path / "case.db")

    def interrupt(progress: Progress) -> None:
        told.append(progress.path)
        if len(told) == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        scan([inbox], sites=SITES, case=case, settings=_settings(2), listener=interrupt)
    assert _children() <= before
    kept = {result.clip.path for result in rematch(case=case, sites=SITES).results}
    assert set(told) <= kept
    assert len(scan([inbox], sites=SITES, case=case, settings=_settings(2)).results) == 6, "it can be continued"


def test_rows_of_a_list_are_written_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    joins, join = [], Transactions.join

    def count_joins(self: Transactions) -> AbstractContextManager[None]:
        joins.append(self.shown)
        return join(self)

    monkeypatch.setattr(Transactions, "join", count_joins)
    count = MAX_BATCH_POSTS + 10
    posts = _list_of(tmp_path / "posts.jsonl", count)
    done = scan([posts], sites=SITES, case=str(tmp_path / "case.db"), settings=_settings(1))
    assert len(done.results) == count
    assert len(joins) == 2
    assert len(rematch(case=str(tmp_path / "case.db"), sites=SITES).results) == count


def test_a_row_that_cannot_be_kept_takes_no_other_with_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    save = CaseFile.save

    def refuse_one(self: CaseFile, post: ReadPost, result: Result, **rest: Any) -> dict[str, KnownFinding]:
        if post.path.endswith("#2") and result.clip.coverage.status != "unread":
            raise ValueError("breaks a bound")
        return save(self, post, result, **rest)

    monkeypatch.setattr(CaseFile, "save", refuse_one)
    case = str(tmp_path / "case.db")
    done = scan([_list_of(tmp_path / "posts.jsonl", 3)], sites=SITES, case=case, settings=_settings(1))
    states = [result.clip.coverage.status for result in done.results]
    assert states == ["read", "unread", "read"]
    monkeypatch.undo()
    assert len(rematch(case=case, sites=SITES).results) == 3


@pytest.mark.parametrize(
    ("processors", "available_mib", "jobs"),
    [(1, 64_000, 1), (8, 64_000, 8), (8, 3 * MIB_PER_JOB, 3), (8, 10, 1), (4, None, 4), (1_000, None, 256)],
)
def test_jobs_by_processors_and_memory(processors: int, available_mib: int | None, jobs: int) -> None:
    assert default_jobs(processors, available_mib) == jobs


def test_a_number_that_is_set_stays() -> None:
    assert with_jobs(_settings(7)).limits.workers == 7
    assert (with_jobs(Settings()).limits.workers or 0) >= 1
