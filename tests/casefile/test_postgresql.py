"""The case file on a PostgreSQL server that the tests start: what SQLite does, and many programs at once."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlalchemy import make_url

from opsec.app.scan import scan
from opsec.casefile import audit_trail, server_database
from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.database import shown_case
from opsec.casefile.decisions import NewDecision
from opsec.casefile.finding_list import FindingFilter, list_findings
from opsec.casefile.iso_week import Week
from opsec.casefile.purging import purge
from opsec.casefile.schema import MIGRATIONS
from opsec.casefile.triage_queue import QueueFilter, bring_up_to_date, queue_counts, queue_page_of
from opsec.errors import CaseError
from opsec.model import Post
from opsec.reports.scan_json import encode_scan
from opsec.settings import Settings
from tests.casefile.made import AT, READERS, Judged, a_finding, a_post, a_reading, digest, keep
from tests.casefile.made_weeks import MadeCase, fill_case
from tests.casefile.postgresql_server import OFFICER, PASSWORD, Server, programs, running_server
from tests.casefile.test_stored_weeks import OPTIONS, check

ROOT = Path(__file__).resolve().parents[2]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.xdist_group("postgresql"),
    pytest.mark.skipif(programs() is None, reason="no PostgreSQL server is installed (Debian: postgresql)"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    folder = programs()
    assert folder is not None
    with running_server(folder) as running:
        yield running


@pytest.fixture
def url(server: Server) -> str:
    """An empty database."""
    return server.url(server.new_database())


@pytest.fixture(params=["sqlite", "postgresql"])
def case(request: pytest.FixtureRequest, server: Server, tmp_path: Path) -> Iterator[CaseFile]:
    """The same tests on both kinds of database."""
    where = server.url(server.new_database()) if request.param == "postgresql" else str(tmp_path / "case.db")
    with open_case(where) as opened:
        yield opened


# ── what SQLite does ──────────────────────────────────────────────────────────────────────────
def test_an_empty_database_becomes_a_case_and_is_opened_again(server: Server, url: str) -> None:
    for _time in range(2):
        with open_case(url) as case:
            keep(case, a_post())
            assert list(case.posts(READERS)) == [a_post()]
    database = make_url(url).database or ""
    assert server.run("SELECT value FROM meta WHERE key = 'version'", database) == [(str(len(MIGRATIONS)),)]
    other = "SELECT count(*) FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'text' "
    assert server.run(f"{other} AND collation_name IS DISTINCT FROM 'C'", database) == [(0,)]
    assert server.run(other, database)[0][0] > 50


def test_a_database_of_another_program_is_refused_and_unchanged(server: Server, url: str) -> None:
    database = make_url(url).database or ""
    server.run("CREATE TABLE holidays (day TEXT)", database)
    with pytest.raises(CaseError, match="is not a case file of this program"):
        open_case(url)
    assert server.run("SELECT tablename FROM pg_tables WHERE schemaname = 'public'", database) == [("holidays",)]


def test_a_scan_gives_the_same_json(url: str, tmp_path: Path) -> None:
    records = []
    for where in (str(tmp_path / "case.db"), url):
        done = scan([ROOT / "examples" / "posts"], sites=ROOT / "geofences", case=where, settings=Settings())
        records.append(json.loads(encode_scan(done)))
    assert records[0] == records[1]
    assert sum(bool(clip["findings"]) for clip in records[1]["clips"]) >= 5


def test_the_stored_sums_of_weeks_equal_sums_from_scratch(case: CaseFile) -> None:
    fill_case(case, MadeCase(clips=300, flagged=0.7))
    week, at = Week.parse("2026-W47", zone=ZoneInfo("Asia/Baghdad")), datetime(2026, 11, 22, 6, tzinfo=UTC)
    for options in OPTIONS:
        check(case, week, at, options)
    known = list_findings(case.transactions, FindingFilter(), at)
    some = [one.fingerprint for one in known if one.decision.state == "open"][:9]
    case.decisions.decide(some, NewDecision(state="confirmed", by="officer", why="because"), at)
    case.copies.link([(some[0], some[1])], at)
    keep(case, a_post("new.mp4"), Judged(findings=[a_finding("new")], post=Post(author="salim")), at=at)
    check(case, week, at + timedelta(minutes=1), OPTIONS[1])
    purge(case.transactions, at - timedelta(days=30), at=at)
    check(case, week, at + timedelta(days=9), OPTIONS[1])
    check(case, week.before(3), at + timedelta(days=9), OPTIONS[2])


NAMES = ["b.mp4", "B.mp4", "a-b.mp4", "ab.mp4", "a_b.mp4", "é.mp4", "معسكر.mp4", "Z.mp4", "10.mp4", "9.mp4"]


def test_posts_are_in_the_order_of_the_bytes_of_their_paths(case: CaseFile) -> None:
    for name in NAMES:
        keep(case, a_post(name))
    found = [post.path.removeprefix("posts/") for post in case.posts(READERS)]
    assert found == sorted(NAMES, key=str.encode) != sorted(NAMES, key=str.lower)


def test_hostile_texts_are_stored(case: CaseFile) -> None:
    text = "a\0b\ud800\x1b[2J معسكر 😀 %s {x} ''"
    post = a_post("معسكر 😀 %s.mp4", reading=a_reading(text))
    result = Judged(findings=[a_finding("x")], post=Post(author=text, caption=text, url=text, posted_at=text))
    keep(case, post, result)
    (stored,) = case.posts(READERS)
    assert stored.path == post.path
    assert stored.parts[0].reading.hints[1].text == text.replace("\ud800", "\ufffd")
    case.decisions.decide([digest("x/falcon-camp")], NewDecision(state="confirmed", by=text, why=text), AT)
    bring_up_to_date(case.transactions, AT)
    assert queue_counts(case.transactions, QueueFilter()).total == 1


def test_decisions_lists_queue_week_audit_and_purge(case: CaseFile) -> None:
    for number in range(6):
        found = [a_finding(str(number)), a_finding(str(number), "review", site="heron-depot")]
        keep(case, a_post(f"{number}.mp4"), Judged(findings=found, post=Post(author=f"@U{number % 2}")))
    first, second = digest("0/falcon-camp"), digest("1/falcon-camp")
    case.decisions.decide([first], NewDecision(state="confirmed", by="Salim"), AT)
    case.decisions.decide([second], NewDecision(state="dismissed", by="Salim", why="exercise"), AT)
    case.decisions.undo([second], by="Salim", why=None, at=AT)
    (listed,) = list_findings(case.transactions, FindingFilter(states=frozenset({"confirmed"})), AT)
    assert listed.fingerprint == first

    bring_up_to_date(case.transactions, AT)
    counts = queue_counts(case.transactions, QueueFilter())
    assert (counts.total, counts.states["confirmed"], counts.sites) == (12, 1, {"F-07": 6, "H-02": 6})
    assert counts.accounts == {"u0": 6, "u1": 6}
    assert len(queue_page_of(case.transactions, QueueFilter(account="@u1"), limit=4, offset=2)) == 4

    week = case.exposure(Week.of(AT), AT)
    assert week.clips == 6
    for number in range(6):
        for finding in (digest(f"{number}/falcon-camp"), digest(f"{number}/heron-depot")):
            if finding != first:
                case.decisions.decide([finding], NewDecision(state="dismissed", by="Salim", why="checked"), AT)
    done = purge(case.transactions, AT + timedelta(days=91), at=AT + timedelta(days=91))
    assert (done.posts, done.kept) == (5, {"confirmed": 1})
    assert [post.path for post in case.posts(READERS)] == ["posts/0.mp4"]

    with case.transactions.read() as connection:
        assert audit_trail.find_faults(connection) == ()
        events = Counter(row.event for row in audit_trail.rows(connection))
    assert events == {"decided": 13, "undone": 1, "purged": 1}


@pytest.mark.parametrize(
    "statement", ["UPDATE audit SET actor = 'nobody'", "DELETE FROM decisions", "DELETE FROM audit"]
)
def test_the_server_refuses_to_change_history(server: Server, url: str, statement: str) -> None:
    with open_case(url) as case:
        keep(case, a_post(), Judged(findings=[a_finding("x")]))
        case.decisions.decide([digest("x/falcon-camp")], NewDecision(state="confirmed", by="Salim"), AT)
    with pytest.raises(psycopg.errors.RaiseException, match="append-only"):
        server.run(statement, make_url(url).database or "")


# ── many at once ──────────────────────────────────────────────────────────────────────────────
SCANNERS = """
import itertools, multiprocessing, os, sys
from opsec.casefile.case_file import open_case
from opsec.casefile.decisions import NewDecision
from opsec.errors import UsageError
from tests.casefile.made import AT, Judged, a_finding, a_post, digest, keep

def scanner(me):
    with open_case(sys.argv[1]) as case:
        case.begin_scan(AT)
        say(f"began {me}")
        for number in range(12) if me else itertools.count():
            for name in (f"own-{me}-{number}", f"shared-{number % 12}"):
                found = [a_finding(name), a_finding(name, site="heron-depot")]
                keep(case, a_post(f"{name}.mp4"), Judged(findings=found))
                say(f"kept {me} {name}")
            try:
                finding = digest(f"shared-{number % 12}/falcon-camp")
                case.decisions.decide([finding], NewDecision(state="confirmed", by=str(me)), AT)
                say(f"decided {me} {number % 12}")
            except UsageError:
                pass  # another one was first
        case.finish_scan()
    say(f"ended {me}")

def say(line):
    os.write(1, (line + "\\n").encode())  # one write: lines of two processes do not mix

scanners = [multiprocessing.get_context("fork").Process(target=scanner, args=[me]) for me in range(8)]
for one in scanners:
    one.start()
sys.stdin.readline()
scanners[0].kill()
for one in scanners:
    one.join()
print("exit", *(one.exitcode for one in scanners))
"""


def test_eight_scanners_at_once_one_of_them_killed(server: Server, url: str) -> None:
    """All create the case, store the same posts and their own, and decide the same findings; nothing waits for ever."""
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", SCANNERS, url], stdin=pipe, stdout=pipe, stderr=pipe, text=True, cwd=ROOT
    ) as scanners:
        assert scanners.stdin is not None
        assert scanners.stdout is not None
        assert scanners.stderr is not None
        lines: list[str] = []
        for line in scanners.stdout:
            lines.append(line.rstrip("\n"))
            if line == "kept 0 own-0-3\n":
                scanners.stdin.write("kill\n")
                scanners.stdin.flush()
        assert scanners.stderr.read() == ""
    assert lines[-1] == f"exit {-signal.SIGKILL} 0 0 0 0 0 0 0", "only the one that was killed ended badly"
    assert sorted(one for one in lines if one.startswith("ended")) == [f"ended {me}" for me in range(1, 8)]

    reported = {line.split()[2] for line in lines if line.startswith("kept")}
    with open_case(url) as case:
        stored = [post.path.removeprefix("posts/").removesuffix(".mp4") for post in case.posts(READERS)]
        histories = case.decisions.histories()
        with case.transactions.read() as connection:
            assert audit_trail.find_faults(connection) == ()
            events = Counter(row.event for row in audit_trail.rows(connection))
        bring_up_to_date(case.transactions, AT)
        assert queue_counts(case.transactions, QueueFilter()).total == 2 * len(stored)
    assert len(stored) == len(set(stored))
    assert reported <= set(stored)
    assert len(set(stored) - reported) <= 1, "at most the post that the killed one had just stored"
    assert len(stored) >= 7 * 12 + 12 + 4
    decided = [line for line in lines if line.startswith("decided")]
    assert {len(changes) for changes in histories.values()} == {1}
    assert len(histories) == 12
    assert events["decided"] == 12
    assert len(decided) in (11, 12)
    assert events["scan_began"] == 8
    assert events["scan_ended"] == 7
    database = make_url(url).database or ""
    assert server.run("SELECT count(*), count(DISTINCT fingerprint) FROM findings", database) == [
        (2 * len(stored),) * 2
    ]
    assert server.run("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'", database) == [(0,)]


def test_a_reader_sees_one_state_while_another_program_writes(url: str) -> None:
    with open_case(url) as reader, open_case(url) as writer:
        keep(writer, a_post("1.mp4"), Judged(findings=[a_finding("1")]))
        with reader.transactions.read() as connection:
            before = len(connection.exec_driver_sql("SELECT * FROM posts").all())
            keep(writer, a_post("2.mp4"), Judged(findings=[a_finding("2")]))
            assert len(connection.exec_driver_sql("SELECT * FROM findings").all()) == before == 1
        assert len(list(reader.posts(READERS))) == 2


def test_a_writer_that_stops_in_its_midst_blocks_the_others_for_a_time_only(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_database, "LOCK_TIMEOUT_S", 0.2)
    monkeypatch.setattr(server_database, "IDLE_TIMEOUT_S", 1.5)
    with open_case(url) as stopped, open_case(url) as other:
        keep(other, a_post("0.mp4"))
        with pytest.raises(CaseError, match=r"cannot be reached|cannot be used"), stopped.transactions.write() as one:
            one.exec_driver_sql("DELETE FROM posts")
            with pytest.raises(CaseError, match="is in use by another program"):
                keep(other, a_post("1.mp4"))
            ended = threading.Event()
            for _attempt in range(40):
                try:
                    keep(other, a_post("1.mp4"))
                    break
                except CaseError:
                    ended.wait(0.1)
            one.exec_driver_sql("DELETE FROM posts")
        assert [post.path for post in other.posts(READERS)] == ["posts/0.mp4", "posts/1.mp4"]
        keep(stopped, a_post("2.mp4"))  # and the one that was stopped goes on with a new connection


def test_a_scan_outlasts_a_server_that_drops_its_connection(server: Server, url: str) -> None:
    with open_case(url) as case:
        keep(case, a_post("1.mp4"))
        here = (
            f"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = '{make_url(url).database}'"
        )
        assert server.run(here) == [(1,)]
        keep(case, a_post("2.mp4"))
        assert len(list(case.posts(READERS))) == 2


# ── passwords ─────────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def guarded(server: Server) -> str:
    """A database of a role with a password; its URL has none."""
    return server.url(server.new_database("OWNER", OFFICER), user=OFFICER)


def opsec(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    program = "import opsec.cli; opsec.cli.main()"
    return subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=os.environ | {"LANG": "C.UTF-8"} | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_password_comes_from_the_environment_or_a_file(guarded: str, tmp_path: Path) -> None:
    refused = opsec("list", "--case", guarded, HOME=str(tmp_path))
    assert (refused.returncode, "refuses the user, the password" in refused.stderr) == (2, True), refused.stderr
    assert opsec("list", "--case", guarded, PGPASSWORD=PASSWORD).returncode == 0
    file = tmp_path / "pgpass"
    file.write_text(f"*:*:*:{OFFICER}:{PASSWORD}\n", "utf-8")
    file.chmod(0o600)
    assert opsec("list", "--case", f"{guarded}&passfile={file}").returncode == 0
    assert opsec("list", "--case", guarded, PGPASSFILE=str(file)).returncode == 0


@pytest.mark.parametrize("form", ["user", "query"])
@pytest.mark.parametrize("lang", ["en", "ar"])
@pytest.mark.parametrize("password", ["hunter2-%25%26", "hunter2-wrong"])
def test_a_password_in_the_url_is_shown_nowhere(guarded: str, form: str, lang: str, password: str) -> None:
    url = guarded.replace("@", f":{password}@", 1) if form == "user" else f"{guarded}&password={password}"
    done = opsec("list", "--case", url, "--verbose", "--lang", lang)
    assert done.returncode == (0 if "25" in password else 2), done.stderr
    assert "pgpass" in done.stderr
    assert "hunter2" not in done.stdout + done.stderr
    assert "hunter2" not in shown_case(url)


def test_a_password_is_taken_out_of_the_list_of_processes() -> None:
    program = (
        "import sys, pathlib; from opsec.runtime.command_line import blank_arguments, passwords_in\n"
        "blank_arguments(passwords_in(sys.argv))\n"
        "print(pathlib.Path('/proc/self/cmdline').read_text().replace('\\0', ' '), sys.argv[-2])"
    )
    url = "postgresql://salim:hünter2@db.example/opsec"
    listed = subprocess.run(
        [sys.executable, "-c", program, "--case", url, "x"], capture_output=True, text=True, check=True
    )
    shown, kept = listed.stdout.strip().rsplit(" ", 1)
    assert kept == url, "the program itself still has it"
    assert "hünter2" not in shown
    assert re.search(r"postgresql://salim:x{8}@db\.example/opsec x $", shown)


# ── rights and servers ────────────────────────────────────────────────────────────────────────
def test_a_database_that_cannot_store_arabic_is_refused(server: Server) -> None:
    name = server.new_database("ENCODING LATIN1 TEMPLATE template0 LOCALE 'C' LOCALE_PROVIDER libc")
    with pytest.raises(CaseError, match="create a database with the encoding UTF8"):
        open_case(server.url(name))


def test_a_unit_cannot_read_or_change_the_case_of_another_one(server: Server) -> None:
    """By the roles and schemas that the script of ``examples/postgresql`` creates."""
    folder = programs()
    assert folder is not None
    database = server.new_database("TEMPLATE template0")
    for unit in ("unit_a", "unit_b"):
        script = ["-v", f"unit={unit}", "-f", str(ROOT / "examples" / "postgresql" / "unit.sql")]
        psql = [str(folder / "psql"), "-X", "-q", "-h", str(server.folder), "-U", "postgres", *script, database]
        subprocess.run(psql, check=True)
        with open_case(server.url(database, user=unit)) as case:
            keep(case, a_post(f"{unit}.mp4"), Judged(findings=[a_finding(unit)]))
    tables = [row[0] for row in server.run("SELECT tablename FROM pg_tables WHERE schemaname = 'unit_b'", database)]
    assert len(tables) >= 16
    for table in tables:
        for statement in (f"SELECT * FROM unit_b.{table}", f"DELETE FROM unit_b.{table}", f"TRUNCATE unit_b.{table}"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                server.run(statement, database, user="unit_a")
    for escape in (
        "SET ROLE unit_b",
        "GRANT unit_b TO unit_a",
        "ALTER SCHEMA unit_b OWNER TO unit_a",
        "CREATE TABLE public.x ()",
    ):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            server.run(escape, database, user="unit_a")
    for unit in ("unit_a", "unit_b"):
        with open_case(server.url(database, user=unit)) as case:
            assert [post.path for post in case.posts(READERS)] == [f"posts/{unit}.mp4"]


def test_a_user_without_rights_is_told(server: Server, url: str) -> None:
    open_case(url).close()
    server.run("DROP ROLE IF EXISTS stranger")
    server.run("CREATE ROLE stranger LOGIN")
    with pytest.raises(CaseError, match="does not allow this user"):
        open_case(server.url(make_url(url).database or "", user="stranger"))


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("postgresql://u@db.example/opsec", "verify-full"),
        ("postgresql://u@/opsec?host=db.example", "verify-full"),
        ("postgresql://u@/opsec?host=/run/postgresql,db.example", "verify-full"),
        ("postgresql://u@db.example/opsec?sslmode=require", None),
        ("postgresql://u@localhost/opsec", None),
        ("postgresql://u@/opsec?host=/run/postgresql", None),
        ("postgresql:///opsec", None),
    ],
)
def test_a_server_on_another_machine_must_prove_who_it_is(where: str, expected: str | None) -> None:
    assert server_database._defaults(make_url(where)).get("sslmode") == expected
