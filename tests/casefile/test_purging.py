"""Retention: old, closed posts lose what was read of them; counts, decisions and what is still open stay."""

import sqlite3
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.iso_week import Week
from opsec.casefile.purging import Purged, purge
from tests.casefile.made import AT, READERS, Judged, a_post, a_reading, digest, keep
from tests.casefile.test_decisions import PATHS, decide, in_caption, listed, with_finding

NOW = AT + timedelta(days=200)
BEFORE = AT + timedelta(days=100)
WEEK = Week.parse("2026-W47")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "case.db"


@pytest.fixture
def case(path: Path) -> Iterator[CaseFile]:
    with open_case(str(path)) as opened:
        yield opened


def purged(case: CaseFile, *, dry_run: bool = False) -> Purged:
    return purge(case.transactions, BEFORE, at=NOW, dry_run=dry_run)


def bytes_of(path: Path) -> bytes:
    """Everything that the case file and its log hold."""
    return b"".join(one.read_bytes() for one in sorted(path.parent.iterdir()))


def test_words_and_paths_are_gone_from_every_byte_and_the_file_shrinks(path: Path) -> None:
    with open_case(str(path)) as case:
        for number in range(30):
            name = f"secretname{number}.mp4"
            keep(case, a_post(name, reading=a_reading(f"guard change {number} " * 20)))
            fingerprint = with_finding(case, f"found{number}")
            decide(case, [fingerprint], "dismissed")
    before = path.stat().st_size
    assert b"secretname" in bytes_of(path)
    with open_case(str(path)) as case:
        done = purged(case)
    assert (done.posts, done.readings, done.kept) == (60, 60, {})
    assert path.stat().st_size < before
    left = bytes_of(path)
    assert b"secretname" not in left
    assert b"found0.mp4" not in left


def test_counts_and_the_history_stay(case: CaseFile) -> None:
    removed, dismissed = with_finding(case, "removed"), with_finding(case, "dismissed")
    keep(case, a_post("clean.mp4"), Judged(status="unread"))
    for step in PATHS["removed"]:
        decide(case, [removed], step)
    decide(case, [dismissed], "dismissed")
    week, histories = case.exposure(WEEK), case.decisions.histories()
    assert purged(case).posts == 3
    assert case.exposure(WEEK) == week
    assert case.decisions.histories() == histories
    assert {one.decision.state for one in listed(case).values()} == {"removed", "dismissed"}
    assert list(case.posts(READERS)) == []


@pytest.mark.parametrize("state", ["open", "confirmed", "takedown_requested", "acknowledged"])
def test_what_is_open_or_under_takedown_is_kept_and_said(case: CaseFile, state: str) -> None:
    fingerprint = with_finding(case)
    for step in PATHS[state]:  # type: ignore[index]
        decide(case, [fingerprint], step)
    done = purged(case)
    assert (done.posts, done.readings, done.kept) == (0, 0, {state: 1})
    assert [post.path for post in case.posts(READERS)] == ["posts/a.mp4"]


def test_a_dismissal_that_still_has_to_end_is_kept(case: CaseFile) -> None:
    ends, ended = with_finding(case, "ends"), with_finding(case, "ended")
    decide(case, [ends], "dismissed", until="2027-12-31")
    decide(case, [ended], "dismissed", until="2026-12-31")
    assert purged(case).kept == {"dismissed": 1, "open": 1}


def test_a_dry_run_counts_and_drops_nothing(case: CaseFile) -> None:
    keep(case, a_post())
    assert purged(case, dry_run=True) == Purged(1, 1, {})
    assert list(case.posts(READERS)) == [a_post()]
    assert purged(case) == Purged(1, 1, {})
    assert purged(case) == Purged(0, 0, {})


def test_a_post_seen_again_and_a_reading_in_use_are_kept(case: CaseFile) -> None:
    keep(case, a_post("old.mp4", content="same"))
    keep(case, a_post("new.mp4", content="same"), at=NOW)
    assert purged(case) == Purged(1, 0, {})
    assert [post.path for post in case.posts(READERS)] == ["posts/new.mp4"]


def test_a_purged_post_that_is_scanned_again_is_whole_again_and_has_its_decision(case: CaseFile) -> None:
    fingerprint = with_finding(case)
    for step in PATHS["removed"]:
        decide(case, [fingerprint], step)
    first = listed(case)[fingerprint].first_seen_at
    purged(case)
    assert listed(case)[fingerprint].posts[0].path == ""
    with_finding(case, at=NOW)
    one = listed(case)[fingerprint]
    assert (one.decision.state, one.posts[0].path, one.first_seen_at) == ("removed", "posts/a.mp4", first)
    assert [post.path for post in case.posts(READERS)] == ["posts/a.mp4"]


def test_a_row_that_is_damaged_stops_the_purge_before_it_begins(case: CaseFile, path: Path) -> None:
    keep(case, a_post("a.mp4"))
    keep(case, a_post("b.mp4"), Judged(findings=[in_caption("b")]))
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE posts SET post = X'00' WHERE path LIKE '%b.mp4'")
    connection.close()
    with pytest.raises(Exception, match="damaged"):
        purged(case)
    assert case.reading(digest("a.mp4"), "mp4", READERS) is not None
