"""An unusable case file gives a one-sentence error, and stored data is preserved."""

import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, event

from opsec.casefile import database
from opsec.casefile.case_file import exists, open_case
from opsec.casefile.read_only import recorded_faults
from opsec.errors import CaseError
from opsec.i18n.messages import set_language
from tests.casefile.made import READERS, a_post, a_reading, keep


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language("en")
    yield
    set_language(None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "case.db"


@pytest.fixture
def short_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.05)


def refusal(where: str | Path) -> str:
    """Error message when this cannot be opened."""
    with pytest.raises(CaseError) as caught:
        open_case(str(where))
    return str(caught.value)


# ── what cannot be a case file ────────────────────────────────────────────────────────────────
def test_a_missing_folder_is_not_created(tmp_path: Path) -> None:
    where = tmp_path / "nowhere" / "case.db"
    assert (
        refusal(where)
        == f"{where}: the folder {where.parent} does not exist; make it, or give another path with --case"
    )
    assert not where.parent.exists()


@pytest.mark.parametrize("kind", ["folder", "pipe", "device"])
def test_only_a_regular_file_is_opened(path: Path, kind: str) -> None:
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("/dev/full")
    assert refusal(path) == f"{path} is not a regular file; give the path of a case file with --case"


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n" + bytes(200), b"SQLite format 3\0" + bytes(4), b"xy"])
def test_a_file_of_another_kind_is_refused_and_unchanged(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    assert refusal(path) == f"{path} is not a case file of this program; give another path with --case"
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "table",
    ["holidays (day TEXT)", "meta (key TEXT, value TEXT)", "meta (key TEXT, value TEXT); CREATE TABLE posts (x)"],
)
def test_a_database_of_another_program_is_refused_and_unchanged(path: Path, table: str) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(f"CREATE TABLE {table};")
    connection.close()
    before = path.read_bytes()
    assert refusal(path) == f"{path} is not a case file of this program; give another path with --case"
    assert path.read_bytes() == before
    assert [left.name for left in path.parent.iterdir()] == ["case.db"]


def test_a_file_of_a_newer_version_is_refused(path: Path) -> None:
    open_case(str(path)).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE meta SET value = '99' WHERE key = 'version'")
    connection.commit()
    connection.close()
    assert refusal(path) == (
        f"{path} was written by a newer version of this program; update opsec, or give another path with --case"
    )


def test_an_empty_file_becomes_a_case(path: Path) -> None:
    path.touch(0o600)
    with open_case(str(path)) as case:
        keep(case, a_post())
        assert list(case.posts(READERS)) == [a_post()]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o666])
def test_an_empty_file_that_others_can_read_is_refused(path: Path, mode: int) -> None:
    """A case file in its place would be readable by them."""
    path.touch()
    path.chmod(mode)
    assert "chmod 600" in refusal(path)
    assert path.stat().st_size == 0


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o601])
def test_a_case_file_that_others_can_read_is_refused(path: Path, mode: int) -> None:
    with open_case(str(path)) as case:
        keep(case, a_post())
    path.chmod(mode)
    message = f"{path} can be read by other accounts and is not opened; restrict it with chmod 600"
    assert refusal(path) == message
    with pytest.raises(CaseError, match="can be read by other accounts"):
        recorded_faults(str(path), "1.0", 5)
    path.chmod(0o600)
    with open_case(str(path)) as case:
        assert list(case.posts(READERS)) == [a_post()]


def test_a_dangling_link_is_refused_and_creates_nothing(path: Path, tmp_path: Path) -> None:
    path.symlink_to(tmp_path / "elsewhere.db")
    assert "broken link" in refusal(path)
    assert not (tmp_path / "elsewhere.db").exists()


# ── URLs ──────────────────────────────────────────────────────────────────────────────────────
def test_an_sqlite_url_is_a_path(path: Path) -> None:
    with open_case(f"sqlite:///{path}") as case:
        keep(case, a_post())
    with open_case(str(path)) as case:
        assert list(case.posts(READERS)) == [a_post()]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "url",
    [
        "nosuch://host/db",
        "://",
        "postgresql+nosuch://u:hunter2@host/db",
        "sqlite+pysqlcipher://:hunter2@/case.db",
        "sqlite:///case.db?mode=ro",
    ],
)
def test_an_unusable_url_is_refused_without_printing_its_password(url: str) -> None:
    message = refusal(url)
    assert message.startswith("the case file cannot be opened by this URL")
    assert "hunter2" not in message


@pytest.mark.parametrize("form", ["{path}", "sqlite:///{path}", "sqlite+pysqlite:///{path}"])
def test_a_case_exists_once_opened_and_checking_creates_none(path: Path, form: str) -> None:
    where = form.format(path=path)
    assert not exists(where)
    assert not path.exists()
    open_case(where).close()
    assert exists(where)


@pytest.mark.parametrize(
    ("where", "answer"),
    [
        (":memory:", False),
        ("sqlite://", False),
        ("sqlite:///:memory:", False),
        ("", False),
        ("a\0b", False),
        ("postgresql://host/db", True),
        ("sqlite+pysqlcipher://:hunter2@/case.db", True),
        ("://", True),
    ],
)
def test_checks_that_need_opening_are_left_to_opening(where: str, answer: bool) -> None:
    assert exists(where) is answer


# ── who may read it ───────────────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o777])
def test_only_its_owner_may_read_the_file_and_its_log(path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        with open_case(str(path)) as case:
            keep(case, a_post())
            modes = {left.name: stat.S_IMODE(left.stat().st_mode) for left in path.parent.iterdir()}
    finally:
        os.umask(before)
    assert modes == {"case.db": 0o600, "case.db-wal": 0o600, "case.db-shm": 0o600}


@pytest.mark.parametrize("name", ["plain", "it's", "قضية"])
def test_temporary_files_of_the_database_are_in_the_folder_of_the_case(tmp_path: Path, name: str) -> None:
    """A large sort and the copy of VACUUM would be in /var/tmp otherwise."""
    folder = tmp_path / name
    folder.mkdir()
    with open_case(str(folder / "case.db")) as case:
        connection = case.transactions.engine.raw_connection()
        connection.execute("PRAGMA temp_store = FILE")
        connection.execute("PRAGMA cache_size = -100")
        numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 20000)"
        rows = connection.execute(f"{numbers} SELECT i, hex(randomblob(100)) AS r FROM n ORDER BY r")
        rows.fetchone()
        opened = [one.readlink() for one in Path("/proc/self/fd").iterdir() if one.is_symlink()]
        connection.close()
    assert {one.parent for one in opened if "etilqs_" in one.name} == {folder}


@pytest.mark.parametrize("name", ["-rf.db", "قضية.db", "a b%20?mode=memory#x.db", "file:x.db"])
def test_any_file_name_is_accepted_literally(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_case(name) as case:
        keep(case, a_post())
    assert os.listdir() == [name]  # noqa: PTH208 - names as the system has them


def test_commits_are_durable_and_foreign_keys_are_enforced(path: Path) -> None:
    settings: dict[str, object] = {}

    def look(connection: Connection) -> None:
        for pragma in ("synchronous", "foreign_keys", "busy_timeout"):
            settings[pragma] = connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()

    event.listen(Engine, "begin", look)
    try:
        open_case(str(path)).close()
    finally:
        event.remove(Engine, "begin", look)
    assert settings == {"synchronous": 2, "foreign_keys": 1, "busy_timeout": 10_000}
    connection = sqlite3.connect(path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    connection.close()


# ── failures while writing ────────────────────────────────────────────────────────────────────
@pytest.mark.usefixtures("short_timeout")
def test_a_locked_file_is_reported_and_can_still_be_read(path: Path) -> None:
    with open_case(str(path)) as case:
        keep(case, a_post())
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(CaseError) as caught:
            keep(case, a_post("second.mp4"))
        assert str(caught.value) == f"{path} is in use by another program; wait until that has ended and run again"
        assert list(case.posts(READERS)) == [a_post()]
        other.execute("ROLLBACK")
        other.close()
        keep(case, a_post("second.mp4"))
        assert len(list(case.posts(READERS))) == 2


def test_a_full_disk_loses_no_stored_data(path: Path) -> None:
    def little_room(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA max_page_count = 100")

    event.listen(Engine, "connect", little_room)
    try:
        case = open_case(str(path))
    finally:
        event.remove(Engine, "connect", little_room)
    kept = []
    with case, pytest.raises(CaseError) as caught:
        for number in range(100):
            post = a_post(f"{number:03}.mp4", reading=a_reading(os.urandom(2_000).hex()))
            keep(case, post)
            kept.append(post)
    assert str(caught.value) == (
        f"{path}: the disk is full; free some space and run again, everything stored before is still there"
    )
    with open_case(str(path)) as again:
        assert list(again.posts(READERS)) == kept != []
        keep(again, a_post("more room.mp4"))


@pytest.mark.parametrize(
    ("code", "next_step"),
    [
        (sqlite3.SQLITE_IOERR_SHMSIZE, "free some space and run again"),  # no room left for the log's index
        (sqlite3.SQLITE_IOERR_READ, "check its disk or its server and run again"),
        (sqlite3.SQLITE_READONLY_DIRECTORY, "let this account write to it"),
        (sqlite3.SQLITE_CORRUPT_INDEX, "put back a copy"),
        (sqlite3.SQLITE_BUSY_RECOVERY, "wait until that has ended"),
    ],
)
def test_rare_database_errors_name_the_right_next_step(code: int, next_step: str) -> None:
    complaint = sqlite3.OperationalError("disk \x1b[2J trouble")
    complaint.sqlite_errorcode = code
    with pytest.raises(CaseError, match=next_step) as caught, database.case_errors("case.db"):
        raise complaint
    assert str(caught.value).startswith("case.db")
    assert "\x1b" not in str(caught.value)


def test_a_read_only_file_is_reported(path: Path) -> None:
    def locked(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    with open_case(str(path)) as case:
        keep(case, a_post())
    event.listen(Engine, "connect", locked)
    try:
        with open_case(str(path)) as case, pytest.raises(CaseError) as caught:
            keep(case, a_post("second.mp4"))
    finally:
        event.remove(Engine, "connect", locked)
    assert str(caught.value) == (
        f"{path} cannot be written; let this account write to it and to its folder, or give another path with --case"
    )


@pytest.mark.parametrize("mode", [0o000, 0o444])
@pytest.mark.skipif(os.geteuid() != 0, reason="needs an account that may become another")
def test_another_account_gets_a_permission_error(path: Path, mode: int) -> None:
    open_case(str(path)).close()
    path.chmod(mode)
    for folder in takewhile(lambda one: one != Path(tempfile.gettempdir()), path.parents):
        folder.chmod(0o755)
    os.seteuid(65_534)
    try:
        with open_case(str(path)) as case, pytest.raises(CaseError) as caught:
            keep(case, a_post())
    except CaseError as error:
        message = str(error)
    else:
        message = str(caught.value)
    finally:
        os.seteuid(0)
    assert message == (
        f"{path} cannot be written; let this account write to it and to its folder, or give another path with --case"
    )


@pytest.mark.parametrize("where", ["pages", "row"])
def test_a_damaged_file_is_an_error_never_an_empty_case(path: Path, where: str) -> None:
    with open_case(str(path)) as case:
        for number in range(300):
            keep(case, a_post(f"{number}.mp4"))
    if where == "pages":
        data = bytearray(path.read_bytes())
        data[len(data) // 4 : -4096] = b"\xff" * (len(data) - len(data) // 4 - 4096)
        path.write_bytes(data)
    else:
        connection = sqlite3.connect(path)
        connection.execute("UPDATE posts SET post = x'00' WHERE path = 'posts/7.mp4'")
        connection.commit()
        connection.close()
    with pytest.raises(CaseError) as caught, open_case(str(path)) as case:
        list(case.posts(READERS))
    assert (
        str(caught.value)
        == f"{path} is damaged, or another version of opsec wrote it; put back a copy, or give another path with --case"
    )


def test_a_missing_reading_is_damage(path: Path) -> None:
    with open_case(str(path)) as case:
        keep(case, a_post())
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM readings")
    connection.commit()
    connection.close()
    with open_case(str(path)) as case, pytest.raises(CaseError, match="is damaged"):
        list(case.posts(READERS))


# ── several at once ───────────────────────────────────────────────────────────────────────────
WRITER = """
import sys
import tempfile
from opsec.casefile.case_file import exists, open_case
from tests.casefile.made import a_post, keep
with open_case(sys.argv[1]) as case:
    for number in range(5):
        keep(case, a_post(f"{sys.argv[2]}-{number}.mp4"))
"""


def test_several_processes_may_create_and_fill_one_case(path: Path) -> None:
    writers = [subprocess.Popen([sys.executable, "-c", WRITER, str(path), name]) for name in "abc"]
    assert [writer.wait() for writer in writers] == [0, 0, 0]
    with open_case(str(path)) as case:
        assert len(list(case.posts(READERS))) == 15
