"""Hashes of frames and findings taken from other clips, as a case file keeps them."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.copies import CopySource
from opsec.casefile.purging import purge
from opsec.casefile.serialisation import unpack
from opsec.errors import CaseError
from opsec.model import FrameHashes, Hint, Reading
from tests.casefile.made import AT, Judged, a_finding, a_post, a_reading, digest, keep
from tests.casefile.test_decisions import decide

HASHES = FrameHashes("AAAA", 0.125, "BBBB")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "case.db"


@pytest.fixture
def case(path: Path) -> Iterator[CaseFile]:
    with open_case(str(path)) as opened:
        yield opened


def save(case: CaseFile, name: str, hashes: FrameHashes | None = HASHES, readers: str = "readers-1") -> None:
    hint = Hint(kind="features", family="VISUAL", reader="frame_hashes", field="pictures", hashes=hashes)
    reading = a_reading(name)
    reading = replace(reading, hints=(*reading.hints, hint)) if hashes else reading
    keep(case, a_post(name, reading=reading), Judged(findings=[a_finding(name)]), readers=readers)


def test_hashes_are_kept_by_the_content_of_the_clip(case: CaseFile) -> None:
    for name in ("b.mp4", "a.mp4"):
        save(case, name)
    save(case, "none.mp4", None)
    everything = list(case.copies.hashes())
    assert everything == sorted((digest(name), HASHES) for name in ("a.mp4", "b.mp4"))
    assert list(case.copies.hashes([digest("b.mp4"), digest("unknown")])) == [(digest("b.mp4"), HASHES)]
    assert list(case.copies.hashes([])) == []


def test_hashes_are_stored_once(case: CaseFile, path: Path) -> None:
    save(case, "a.mp4")
    save(case, "none.mp4", None)
    with sqlite3.connect(path) as connection:
        rows = dict(connection.execute("SELECT sha256, reading FROM readings"))
    for name in ("a.mp4", "none.mp4"):
        assert unpack(Reading, rows[digest(name)]) == a_reading(name)


def test_newer_readers_replace_the_hashes(case: CaseFile) -> None:
    save(case, "a.mp4")
    save(case, "a.mp4", FrameHashes("CCCC", 0.25, ""), readers="readers-2")
    assert [hashes.frames for _sha256, hashes in case.copies.hashes()] == ["CCCC"]


def test_only_flagged_clips_are_originals(case: CaseFile) -> None:
    save(case, "a.mp4")
    keep(case, a_post("w.mp4"), Judged(findings=[a_finding("w.mp4", "watch")]))
    (found,) = case.copies.flagged_posts()
    assert (found.sha256, found.path, found.grade) == (digest("a.mp4"), "posts/a.mp4", "probable")


@pytest.mark.parametrize("damaged", [b"", b"{}", b"x", b'{"frames":"A","step_s":-1,"signal":""}'])
def test_a_damaged_row_of_hashes_is_one_sentence(case: CaseFile, path: Path, damaged: bytes) -> None:
    save(case, "a.mp4")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE frame_hashes SET hashes = ?", (damaged,))
    with pytest.raises(CaseError):
        list(case.copies.hashes())


def test_purging_keeps_the_hashes_of_clips_with_findings_only(case: CaseFile) -> None:
    save(case, "a.mp4")
    hint = Hint(kind="features", family="VISUAL", reader="frame_hashes", field="pictures", hashes=HASHES)
    keep(case, a_post("plain.mp4", reading=replace(a_reading("plain"), hints=(hint,))))
    decide(case, [a_finding("a.mp4").fingerprint], "dismissed")
    purge(case.transactions, AT + timedelta(days=100), at=AT + timedelta(days=200))
    assert [sha256 for sha256, _hashes in case.copies.hashes()] == [digest("a.mp4")]


SOURCE = CopySource(fingerprint="f" * 32, rule="GPS-IN-FENCE", grade="strong", likelihood=0.9, name="قاعدة#1")


def test_a_source_comes_back() -> None:
    assert CopySource.from_json(SOURCE.to_json()) == SOURCE


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "[1]", '["f","r","certain",0.9,"n"]', '["f","r","strong","x","n"]', '["f","r",[],1,"n"]']
)
def test_a_damaged_source_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        CopySource.from_json(text)


def test_findings_of_copies_that_were_not_found_again_are_deleted(case: CaseFile, path: Path) -> None:
    for name in ("a.mp4", "b.mp4"):
        save(case, name)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE findings SET copied = ? WHERE post_key <> ''", (SOURCE.to_json(),))
    assert case.copies.flagged_posts() == []
    case.copies.forget_outdated(AT.isoformat())  # of this scan: they stay
    keep(case, a_post("a.mp4"), Judged(), at=AT + timedelta(hours=1))
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT count(*) FROM findings").fetchone() == (2,)
    later = (AT + timedelta(minutes=30)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    case.copies.forget_outdated(later)
    with sqlite3.connect(path) as connection:
        left = connection.execute("SELECT fingerprint FROM findings").fetchall()
    assert left == [(a_finding("b.mp4").fingerprint,)]
