"""Stored records are found again: readings by content, posts without their files, findings with their first day."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from opsec.casefile import case_file as case_module
from opsec.casefile import row_writer, serialisation
from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.finding_list import FindingFilter, list_findings
from opsec.i18n.reasons import make_reason
from opsec.model import ListedPost, Member, Post, Reading, ReadPost, Reason
from tests.casefile.made import AT, READERS, Judged, a_finding, a_post, a_reading, digest, keep, unopened

LATER = AT + timedelta(days=9)
TIMEOUT = Reason("timeout", (("limit_s", "20"),))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "case.db"


@pytest.fixture
def case(path: Path) -> Iterator[CaseFile]:
    with open_case(str(path)) as opened:
        yield opened


def rows(path: Path, question: str) -> list[tuple[Any, ...]]:
    """Rows of the file as another program reads them."""
    connection = sqlite3.connect(path)
    try:
        return connection.execute(question).fetchall()
    finally:
        connection.close()


# ── readings ──────────────────────────────────────────────────────────────────────────────────
def test_a_reading_is_found_by_content_kind_and_readers(case: CaseFile) -> None:
    keep(case, a_post())
    sha256 = digest("gate.mp4")
    assert case.reading(sha256, "mp4", READERS) == a_post().parts[0].reading
    assert case.reading(sha256, "mp4", "readers-2") is None
    assert case.reading(sha256, "jpeg", READERS) is None
    assert case.reading(digest("other"), "mp4", READERS) is None


def test_a_reading_with_a_transient_failure_is_reported_and_not_reused(case: CaseFile) -> None:
    post = a_post(reading=a_reading(reasons=(TIMEOUT,)))
    keep(case, post)
    assert case.reading(digest("gate.mp4"), "mp4", READERS) is None
    assert list(case.posts(READERS)) == [post]


def test_a_better_reading_replaces_the_failed_one(case: CaseFile) -> None:
    keep(case, a_post(reading=a_reading(reasons=(TIMEOUT,))))
    keep(case, a_post())
    assert list(case.posts(READERS)) == [a_post()]


def test_results_of_newer_readers_replace_older_ones(case: CaseFile, path: Path) -> None:
    keep(case, a_post(reading=a_reading("old")), readers="readers-0")
    keep(case, a_post(reading=a_reading("new")))
    assert case.reading(digest("gate.mp4"), "mp4", "readers-0") is None
    assert list(case.posts(READERS)) == [a_post(reading=a_reading("new"))]
    assert rows(path, "SELECT count(*) FROM readings") == [(1,)]


def test_an_archive_or_a_list_is_cached_without_a_post(case: CaseFile) -> None:
    listing = Reading(members=(Member(0, "a.mp4", 5),))
    case.save_reading(digest("zip"), "zip", listing, readers_version=READERS, at=AT)
    case.save_reading(digest("bad"), "zip", Reading(reasons=(TIMEOUT,)), readers_version=READERS, at=AT)
    assert case.reading(digest("zip"), "zip", READERS) == listing
    assert case.reading(digest("bad"), "zip", READERS) is None
    assert list(case.posts(READERS)) == []


def test_the_reading_of_a_shared_file_is_encoded_once(case: CaseFile, monkeypatch: pytest.MonkeyPatch) -> None:
    packed: list[Reading] = []

    def counting(record: Any) -> bytes:
        packed.extend([record] if isinstance(record, Reading) else [])
        return serialisation.pack(record)

    monkeypatch.setattr(row_writer, "pack", counting)
    for name in ("one.mp4", "two.mp4", "three.mp4"):
        keep(case, a_post(name, content="the same bytes"))
    assert len(packed) == 1


# ── posts ─────────────────────────────────────────────────────────────────────────────────────
def test_posts_come_in_path_order_beyond_one_page(case: CaseFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_module, "_PAGE_POSTS", 2)
    names = ["b.mp4", "a.mp4", "ي.mp4", "-rf.mp4", "c.mp4"]
    for name in names:
        keep(case, a_post(name))
    assert [post.path for post in case.posts(READERS)] == sorted(f"posts/{name}" for name in names)


def test_posts_may_be_saved_again_during_iteration(case: CaseFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(case_module, "_PAGE_POSTS", 2)
    made = [a_post(f"{n}.mp4") for n in range(7)]
    for post in made:
        keep(case, post)
    walked = []
    for post in case.posts(READERS):
        keep(case, post, at=LATER)
        walked.append(post)
    assert walked == made


def test_a_post_read_by_other_readers_is_returned_and_marked(case: CaseFile) -> None:
    keep(case, a_post(), readers="readers-0")
    (post,) = case.posts(READERS)
    reading = post.parts[0].reading
    assert reading == replace(a_post().parts[0].reading, status="partly", reasons=(make_reason("older_readers"),))
    keep(case, post)  # what rematch does: the old reading must not pass for one of today's readers
    assert case.reading(digest("gate.mp4"), "mp4", READERS) is None
    assert list(case.posts(READERS)) == [post]
    keep(case, a_post())
    assert list(case.posts(READERS)) == [a_post()]


def test_a_moved_post_keeps_its_identity_and_a_renamed_one_does_not(path: Path) -> None:
    with open_case(str(path)) as case:
        keep(case, a_post())
    with open_case(str(path)) as case:
        keep(case, a_post(folder="moved"), at=LATER)
        keep(case, a_post("renamed.mp4", content="gate.mp4"), at=LATER)
        assert [post.path for post in case.posts(READERS)] == ["moved/gate.mp4", "posts/renamed.mp4"]
    assert rows(path, "SELECT first_seen_at, last_seen_at FROM posts ORDER BY path") == [
        ("2026-11-18T12:00:00.000000Z", "2026-11-27T12:00:00.000000Z"),
        ("2026-11-27T12:00:00.000000Z", "2026-11-27T12:00:00.000000Z"),
    ]


def test_a_file_that_can_be_opened_now_replaces_the_scan_without_it(case: CaseFile, path: Path) -> None:
    found = a_finding("by its name")
    keep(case, unopened(a_post()), Judged(status="unread", findings=[found]))
    keep(case, unopened(a_post(folder="elsewhere")))
    keep(case, a_post(), Judged(findings=[found]), at=LATER)
    assert list(case.posts(READERS)) == [unopened(a_post(folder="elsewhere")), a_post()]
    first_seen = "2026-11-18T12:00:00.000000Z"
    assert rows(path, "SELECT first_seen_at FROM posts WHERE path = 'posts/gate.mp4'") == [(first_seen,)]
    assert rows(path, "SELECT first_seen_at FROM findings") == [(first_seen,)]


def test_a_media_file_found_later_replaces_the_scan_of_its_row_alone(path: Path) -> None:
    listed = ListedPost(Post(caption="guard change"), "gate.mp4")
    lacking = ReadPost(
        path="posts.csv#3", parts=(), listed=listed, reasons=(make_reason("media_missing", media="gate.mp4"),)
    )
    other = replace(lacking, path="posts.csv#4", listed=ListedPost(Post(caption="another"), "gate.mp4"))
    with open_case(str(path)) as case:
        keep(case, lacking)
        keep(case, other)
    with open_case(str(path)) as case:
        keep(case, a_post(listed=listed))
        assert list(case.posts(READERS)) == [other, a_post(listed=listed)]


# ── findings ──────────────────────────────────────────────────────────────────────────────────
def test_a_repeated_finding_keeps_its_first_day_and_an_obsolete_one_is_removed(case: CaseFile, path: Path) -> None:
    stays, goes, comes = a_finding("a"), a_finding("a", site="heron-depot"), a_finding("a", site="nameless")
    keep(case, a_post(), Judged(findings=[stays, goes]))
    keep(case, a_post(), Judged(findings=[replace(stays, action="act_now"), comes]), at=LATER)
    found = rows(path, "SELECT site, site_code, action, first_seen_at, last_seen_at FROM findings ORDER BY site")
    first, last = "2026-11-18T12:00:00.000000Z", "2026-11-27T12:00:00.000000Z"
    assert found == [("falcon-camp", "F-07", "act_now", first, last), ("nameless", "?", "act_today", last, last)]


# ── atomicity ─────────────────────────────────────────────────────────────────────────────────
def test_a_clip_that_cannot_be_stored_completely_leaves_nothing(case: CaseFile, path: Path) -> None:
    keep(case, a_post(), Judged(findings=[a_finding("a")]))
    too_long = replace(a_post("b.mp4"), reasons=(Reason("io_error", (("error", "x" * 1_001),)),))
    with pytest.raises(ValueError, match="1000"):
        keep(case, too_long)
    assert rows(path, "SELECT count(*) FROM readings") == [(1,)]
    assert list(case.posts(READERS)) == [a_post()]


def test_only_one_file_is_left_behind(path: Path) -> None:
    with open_case(str(path)) as case:
        keep(case, a_post())
    assert [left.name for left in path.parent.iterdir()] == ["case.db"]
    with open_case(str(path)) as again:
        assert list(again.posts(READERS)) == [a_post()]


def test_a_case_in_memory_keeps_nothing_after_the_run() -> None:
    with open_case(":memory:") as case:
        keep(case, a_post())
        assert list(case.posts(READERS)) == [a_post()]
    with open_case(":memory:") as case:
        assert list(case.posts(READERS)) == []


def test_a_fault_of_the_program_takes_no_finding_away(tmp_path: Path) -> None:
    post = a_post("a.mp4", content="a")
    with open_case(str(tmp_path / "case.db")) as case:
        keep(case, post, Judged(findings=[a_finding("a")]))
        before = list_findings(case.transactions, FindingFilter(), AT)
        keep(case, post, Judged(status="unread", reasons=(make_reason("internal", error="NameError"),)), at=LATER)
        after = list_findings(case.transactions, FindingFilter(), LATER)
    assert [(one.fingerprint, one.first_seen_at) for one in after] == [
        (one.fingerprint, one.first_seen_at) for one in before
    ]
    assert before
