"""A damaged or edited case file gives one sentence without its content, and never a page."""

import sqlite3
from pathlib import Path

import pytest

from opsec.app.audit import verify
from opsec.app.listing import find
from opsec.app.weekly import sum_up_week, week_options
from opsec.casefile import database, integrity
from opsec.casefile.case_file import open_case
from opsec.casefile.integrity import check_integrity
from opsec.casefile.iso_week import Week
from opsec.errors import CaseError
from opsec.settings import Settings
from tests.casefile.made import Judged, a_finding, a_post, keep

EDITS = [
    "UPDATE findings SET likelihood = 123456.0",
    "UPDATE findings SET likelihood = -0.1",
    "UPDATE findings SET likelihood = 9e999",
    "UPDATE findings SET severity = 1.01",
    "UPDATE findings SET action = 'panic'",
    "UPDATE findings SET rule = 'FALCON-CAMP'",
    "UPDATE findings SET in_fence = 7",
    "UPDATE findings SET first_seen_at = 'yesterday'",
    "UPDATE findings SET site_code = printf('%.*c', 500, 'F')",
    "UPDATE posts SET likelihood = 123456.0",
    "UPDATE posts SET status = 'falcon'",
    "UPDATE posts SET confidence = ''",
    "UPDATE posts SET last_seen_at = '2026-11-18 12:00:00.000000'",
    "INSERT INTO decisions (fingerprint, made_at, made_by, from_state, to_state, in_fence) "
    "VALUES ('f', '2026-11-18T12:00:00.000000Z', 'x', 'open', 'falcon', 0)",
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    where = tmp_path / "case.db"
    with open_case(str(where)) as case:
        keep(case, a_post("falcon.mp4", content="a"), Judged(findings=[a_finding("a")]))
    return where


def edit(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()


def test_a_sound_file_passes(path: Path) -> None:
    with open_case(str(path)) as case:
        check_integrity(case.transactions)
    assert len(find(case=str(path))) == 1


@pytest.mark.parametrize("statement", EDITS)
def test_an_edited_row_gives_no_list_and_no_week(path: Path, statement: str) -> None:
    edit(path, statement)
    week = Week.parse("2026-W47")
    for page in (
        lambda: find(case=str(path)),
        lambda: sum_up_week(str(path), week, "command", week_options(Settings(), ())),
    ):
        with pytest.raises(CaseError) as caught:
            page()
        assert str(caught.value) == (
            f"{path} is damaged, or another version of opsec wrote it; put back a copy, or give another path with "
            "--case"
        )


def test_of_a_very_large_file_what_is_shown_is_checked_all_the_same(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(integrity, "MAX_CHECKED_BYTES", 0)
    edit(path, "UPDATE findings SET likelihood = 123456.0")
    with pytest.raises(CaseError):
        find(case=str(path))
    with pytest.raises(CaseError):
        sum_up_week(str(path), Week.parse("2026-W47"), "command", week_options(Settings(), ()))
    with pytest.raises(CaseError):
        verify(case=str(path), keys=path.parent)


def test_an_index_that_lies_is_found(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(
            "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'posts_by_path') "
            "WHERE name = 'findings_by_number'"
        )
    connection.close()
    with pytest.raises(CaseError):
        find(case=str(path))


def test_no_message_has_the_content_of_a_row() -> None:
    """As PostgreSQL says it: ``DETAIL: Failing row contains (...)``."""

    class UniqueViolation(sqlite3.DatabaseError):
        sqlstate = "23505"

    with pytest.raises(CaseError) as caught, database.case_errors("case.db"):
        raise UniqueViolation("Failing row contains (posts/falcon camp.mp4)")
    assert "falcon" not in str(caught.value)
    assert "UniqueViolation 23505" in str(caught.value)
