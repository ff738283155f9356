"""Unread content counts, whatever file it is in: *not checked* is an answer."""

import hashlib
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import pytest

from opsec.app.scan import rematch, scan
from opsec.casefile.case_file import open_case
from opsec.matching.matcher import MatchResult, SiteIndex, match
from opsec.model import Clip, Scan
from opsec.model.reasons import REASONS
from opsec.reports.formats import FORMATS
from opsec.settings import Limits, Settings
from tests.cli.conftest import ROOT

pytestmark = pytest.mark.usefixtures("warm_templates")

SITES = ROOT / "geofences"
ONE_WORKER = Settings(limits=Limits(workers=1))


def _scan(path: Path, case: str | None = None) -> Scan:
    return scan([path], sites=SITES, case=case, settings=ONE_WORKER)


def _outcomes(done: Scan) -> list[tuple[str, str, list[str]]]:
    return [
        (Path(one.clip.path).name, one.clip.coverage.status, [why.code for why in one.clip.coverage.reasons])
        for one in done.results
    ]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        (
            "l.csv",
            "caption,url\nhello,u1\nguard duty at Falcon Camp, all night,u2\nbye,u3\n",
            [("l.csv", "partly", ["bad_rows"]), ("l.csv#1", "read", []), ("l.csv#3", "read", [])],
        ),
        (
            "l.jsonl",
            '{"caption": "hello", "likes": 3}\n{"caption": "Falcon Ca\n',
            [("l.jsonl", "partly", ["bad_rows", "column_ignored"]), ("l.jsonl#1", "read", [])],
        ),
        ("l.csv", "remarks,url\nFalcon Camp,u1\n", [("l.csv#1", "partly", ["no_caption_column"])]),
        ("l.csv", "captoin,url,x\nFalcon Camp,u1,2\n", [("l.csv#1", "partly", ["unknown_column"])]),
        ("l.csv", "caption,likes\nhello,3\n", [("l.csv#1", "read", [])]),
        ("l.csv", "text,url\nhello,u1\n", [("l.csv#1", "read", [])]),
    ],
)
def test_incomplete_lists_count_as_not_fully_checked(
    tmp_path: Path, name: str, text: str, expected: list[tuple[str, str, list[str]]]
) -> None:
    (tmp_path / name).write_text(text, "utf-8")
    done = _scan(tmp_path)
    assert _outcomes(done) == expected
    assert done.counts.not_fully_checked == sum(status != "read" for _name, status, _codes in expected)


def test_list_gaps_are_still_reported_after_rematching(tmp_path: Path) -> None:
    (tmp_path / "l.csv").write_text("caption,url\nhello,u1\nguard duty, all night,u2\n", "utf-8")
    case = str(tmp_path / "case.db")
    first = _scan(tmp_path / "l.csv", case=case)
    assert (
        _outcomes(first)
        == _outcomes(_scan(tmp_path / "l.csv", case=case))
        == _outcomes(rematch(case=case, sites=SITES))
    )


# ── what was left out ─────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize(
    "code",
    [
        "broken", "cut_off", "unsupported", "swells", "too_large", "timeout", "cpu_limit", "worker_died",
        "memory_limit", "changed", "missing", "link_out", "no_permission", "io_error", "nested_archive", "encrypted",
        "playlist", "not_a_file",
    ],
)  # fmt: skip
def test_everything_that_may_hide_a_clip_counts(code: str) -> None:
    assert REASONS[code].hides_clip


def _with(tmp_path: Path, member: str, method: int) -> Path:
    """A folder with a harmless photo list and an archive of one member whose name is not that of a clip."""
    tmp_path.mkdir(exist_ok=True)
    (tmp_path / "l.csv").write_text("caption\nhello\n", "utf-8")
    with zipfile.ZipFile(tmp_path / "in.zip", "w", method) as archive:
        archive.writestr(member, b"words " * 1_000)
    return tmp_path


def test_a_member_without_a_name_counts_when_it_cannot_be_examined(tmp_path: Path) -> None:
    done = _scan(_with(tmp_path, "IMG_1", zipfile.ZIP_LZMA))
    assert _outcomes(done)[1:] == [("IMG_1", "unread", ["unsupported"])]
    assert done.counts.not_fully_checked == 1


def test_a_member_without_a_suffix_that_is_text_is_read_as_text(tmp_path: Path) -> None:
    done = _scan(_with(tmp_path, "notes", zipfile.ZIP_DEFLATED))
    assert ("notes", "read", []) in _outcomes(done)
    assert done.counts.not_fully_checked == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("papers.pdf", b"%PDF-1.7\n\x00\x01"),
        ("msgstore.db", b"SQLite format 3\x00"),
        ("voice.opus", b"OggS\x00\x02\x00\x00"),
        ("inner.zip", b""),
        ("backup.rar", b"Rar!\x1a\x07"),
        ("film.mp4.part", b"\x00\x01\x02"),
    ],
)
def test_a_file_of_an_unsupported_type_counts_and_is_stored_in_the_case(
    tmp_path: Path, name: str, content: bytes
) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    (inbox / "l.csv").write_text("caption\nhello\n", "utf-8")
    if name == "inner.zip":
        with zipfile.ZipFile(inbox / "outer.zip", "w") as outer:
            outer.writestr(name, b"PK\5\6" + bytes(18))
    else:
        (inbox / name).write_bytes(content)
    case = str(tmp_path / "case.db")
    for done in (_scan(inbox, case), rematch(case=case, sites=SITES, settings=ONE_WORKER)):
        assert [status for path, status, _codes in _outcomes(done) if path == name] == ["unread"]
        assert done.counts.not_fully_checked == 1


@pytest.mark.parametrize(
    ("name", "content", "unread"),
    [
        ("Thumbs.db", bytes.fromhex("d0cf11e0a1b11ae1"), 0),
        ("style.css", b"a { color: red }", 0),
        ("._clip.mp4", b"\x00\x05\x16\x07", 0),
        ("Thumbs.db", b"SQLite format 3\0", 1),
        (".DS_Store", b"\x00\x05\x16\x07", 1),
        ("style.css", b"\0\xff", 1),
        ("._clip.mp4", b"\0\xff", 1),
    ],
)
def test_a_file_that_certainly_holds_no_post_does_not_count(
    tmp_path: Path, name: str, content: bytes, unread: int
) -> None:
    (tmp_path / "l.csv").write_text("caption\nhello\n", "utf-8")
    (tmp_path / name).write_bytes(content)
    assert _scan(tmp_path).counts.not_fully_checked == unread


def test_a_clip_with_an_unread_file_of_the_same_name_is_not_fully_checked(tmp_path: Path) -> None:
    for name in ("football.mp4", "football.pdf", "other.pdf"):
        (tmp_path / name).write_bytes((ROOT / "examples/posts/football.mp4").read_bytes() if "mp4" in name else b"%\0")
    clip = next(one for one in _outcomes(_scan(tmp_path / "football.mp4")) if one[0] == "football.mp4")
    assert clip == ("football.mp4", "partly", ["beside_not_read"])
    everything = _scan(tmp_path)
    assert [status for _path, status, _codes in _outcomes(everything)] == ["partly", "unread", "unread"]


def test_results_of_this_case_are_not_posts_but_similar_files_are(tmp_path: Path) -> None:
    inbox, case = tmp_path / "in", str(tmp_path / "case.db")
    inbox.mkdir()
    (inbox / "l.csv").write_text("caption\nguard duty at Falcon Camp\n", "utf-8")
    first = _scan(inbox, case)
    written = {f"out.{name}": FORMATS[name].render(first, "en") for name in ("json", "html", "csv")}
    with open_case(case) as case_file:
        case_file.remember_results(
            [hashlib.sha256(data).hexdigest() for data in written.values()], datetime(2026, 11, 30, tzinfo=UTC)
        )
    for name, data in written.items():
        (inbox / name).write_bytes(data)
    again = _scan(inbox, case)
    assert _outcomes(again) == _outcomes(first)
    assert {one.reason.code for one in again.skipped} == {"own_result"}
    (inbox / "out.csv").write_bytes(written["out.csv"] + b"caption\r\nFalcon Camp\r\n")
    assert len(_scan(inbox, case).results) > len(first.results)


def test_members_of_an_archive_are_unpacked_beside_the_case_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used: list[Path | None] = []

    def made(dir: Path | None = None) -> BinaryIO:
        used.append(dir)
        return TemporaryFile(dir=dir)

    monkeypatch.setattr("opsec.ingest.source.tempfile.TemporaryFile", made)
    inbox = _with(tmp_path / "in", "notes", zipfile.ZIP_DEFLATED)
    _scan(inbox, str(tmp_path / "case.db"))
    assert set(used) == {tmp_path}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case.db", "in"]


def test_a_link_counts_only_when_it_leads_outside(tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    (inside / "l.csv").write_text("caption\nhello\n", "utf-8")
    (inside / "again.csv").symlink_to("l.csv")
    assert _scan(inside).counts.not_fully_checked == 0
    (inside / "film.mp4").symlink_to(tmp_path / "elsewhere.mp4")
    assert _scan(inside).counts.not_fully_checked == 1


def test_a_clip_whose_processing_raised_has_no_checked_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(clip: Clip, index: SiteIndex) -> MatchResult:
        if clip.hints:
            raise ZeroDivisionError
        return match(clip, index)

    monkeypatch.setattr("opsec.app.scan_clip.match", failing)
    (tmp_path / "l.csv").write_text("caption\nhello\n", "utf-8")
    (result,) = _scan(tmp_path).results
    assert [why.code for why in result.clip.coverage.reasons] == ["internal"]
    assert result.clip.coverage.checks["caption"] == "failed"


def test_a_clip_that_exceeds_the_case_file_does_not_end_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_much(*_given: object) -> None:
        raise ValueError("a share of 1.0000000000000002")

    monkeypatch.setattr("opsec.casefile.row_writer._finding_row", too_much)
    (tmp_path / "l.csv").write_text("caption\nguard duty at Falcon Camp\nhello\n", "utf-8")
    case = str(tmp_path / "c.db")
    assert _outcomes(_scan(tmp_path / "l.csv", case)) == [("l.csv#1", "unread", ["internal"]), ("l.csv#2", "read", [])]
    assert _outcomes(rematch(case=case, sites=SITES, settings=ONE_WORKER))[1] == ("l.csv#2", "read", [])
