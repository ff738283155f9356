"""Faults of this program in the case file."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy.dialects import postgresql, sqlite

from opsec.casefile.case_file import open_case
from opsec.casefile.fault_log import RecordedFault, _upsert
from opsec.casefile.read_only import recorded_faults
from opsec.casefile.schema import MIGRATIONS
from opsec.errors import CaseError

DIALECTS = {"sqlite": sqlite.dialect(), "postgresql": postgresql.dialect()}  # type: ignore[no-untyped-call]
ONE, OTHER = "TypeError in opsec.readers.metadata.mp4:7", "KeyError in opsec.readers.metadata.exif:9"


def test_the_newest_faults_of_this_version_come_first_with_their_counts(tmp_path: Path) -> None:
    days = [datetime(2026, 11, day, tzinfo=UTC) for day in (16, 17, 18, 19)]
    with open_case(str(tmp_path / "case.db")) as case:
        case.record_faults({ONE: 2, OTHER: 1}, program="1.0", at=days[0])
        case.record_faults({ONE: 3}, program="1.0", at=days[1])
        case.record_faults({ONE: 9}, program="0.9", at=days[2])
        case.record_faults({}, program="1.0", at=days[3])
    with open_case(str(tmp_path / "case.db")) as case:
        newest = RecordedFault(ONE, 5, "2026-11-17T00:00:00.000000Z")
        assert case.recent_faults("1.0", 5) == [newest, RecordedFault(OTHER, 1, "2026-11-16T00:00:00.000000Z")]
        assert case.recent_faults("1.0", 1) == [newest]
        assert case.recent_faults("1.1", 5) == []


def test_scans_that_record_the_same_fault_at_the_same_time_lose_no_count(tmp_path: Path) -> None:
    path, at = str(tmp_path / "case.db"), datetime(2026, 11, 16, tzinfo=UTC)
    open_case(path).close()

    def scan(_number: int) -> None:
        with open_case(path) as case:
            for _clip in range(20):
                case.record_faults({ONE: 1, OTHER: 2}, program="1.0", at=at)

    with ThreadPoolExecutor(2) as scans:
        list(scans.map(scan, range(2)))
    assert [(one.fault, one.times) for one in recorded_faults(path, "1.0", 5)] == [(OTHER, 80), (ONE, 40)]


@pytest.mark.parametrize("dialect", ["sqlite", "postgresql"])
def test_each_database_adds_to_the_row_in_one_statement(dialect: str) -> None:
    """Between a select and an insert, another scan could create the row."""
    text = str(_upsert(dialect).compile(dialect=DIALECTS[dialect]))
    assert "ON CONFLICT (fault, program) DO UPDATE SET times = (faults.times + excluded.times)" in text


# ── without changing the case ─────────────────────────────────────────────────────────────────
def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_reading_faults_does_not_change_the_case(tmp_path: Path) -> None:
    path = tmp_path / "قضية #1?.db"
    with open_case(str(path)) as case:
        case.record_faults({ONE: 2}, program="1.0", at=datetime(2026, 11, 16, tzinfo=UTC))
    before = contents(tmp_path)
    for where in (str(path), f"sqlite:///{path}".replace("#", "%23").replace("?", "%3F")):
        assert [one.times for one in recorded_faults(where, "1.0", 5)] == [2]
    path.chmod(0o400)
    assert [one.times for one in recorded_faults(str(path), "1.0", 5)] == [2]
    assert contents(tmp_path) == before


@pytest.mark.parametrize("applied", range(len(MIGRATIONS)))
def test_a_case_of_an_older_version_is_not_migrated(applied: int, tmp_path: Path) -> None:
    path = tmp_path / "case.db"
    open_case(str(path)).close()
    connection = sqlite3.connect(path)
    connection.execute("DROP TABLE faults")
    connection.execute("UPDATE meta SET value = ? WHERE key = 'version'", (str(applied),))
    connection.commit()
    connection.close()
    before = contents(tmp_path)
    assert recorded_faults(str(path), "1.0", 5) == []
    assert contents(tmp_path) == before


def test_a_case_that_does_not_exist_is_not_created(tmp_path: Path) -> None:
    with pytest.raises(CaseError):
        recorded_faults(str(tmp_path / "case.db"), "1.0", 5)
    assert contents(tmp_path) == {}
