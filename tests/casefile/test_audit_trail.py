"""The audit trail: written with each act or not at all, and every later change of it is found."""

import random
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection

from opsec.app.audit import entries, verify
from opsec.app.issue import audit_mark, weeks_to_report, write_forms
from opsec.casefile.audit_trail import START, AuditHead, AuditRow, append, find_faults, read_head, row_hash, rows
from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.decisions import NewDecision
from opsec.casefile.iso_week import Week
from opsec.casefile.purging import purge
from opsec.casefile.serialisation import utc_text
from opsec.cli.output import OutputPlan
from opsec.errors import CaseError, OutputError, UsageError
from opsec.keys.own_key import new_own_key
from opsec.model import AllowRule
from opsec.model.audit import find_marks
from opsec.reports.formats import FORMATS
from opsec.settings import Terminal
from tests.casefile.made import AT, Judged, a_finding, a_post, keep
from tests.reports.made import made_scan

NUMBER = 40


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "case.db"


@pytest.fixture
def case(path: Path) -> Iterator[CaseFile]:
    with open_case(str(path)) as opened:
        yield opened


def fill(case: CaseFile, count: int = NUMBER) -> AuditHead:
    with case.transactions.write() as connection:
        for number in range(count):
            append(connection, "exported", at=utc_text(AT + timedelta(hours=number)), detail={"files": number})
        return read_head(connection)


def faults(case: CaseFile, against: AuditHead | None = None) -> set[str]:
    with case.transactions.read() as connection:
        return {fault.code for fault in find_faults(connection, against)}


def unguarded(path: Path, *statements: str) -> None:
    """Edit the file as an intruder would who removes the triggers first."""
    with sqlite3.connect(path) as connection:
        for verb in ("update", "delete"):
            connection.execute(f"DROP TRIGGER IF EXISTS audit_refuse_{verb}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def all_rows(case: CaseFile) -> list[AuditRow]:
    with case.transactions.read() as connection:
        return list(rows(connection))


# ── the chain ─────────────────────────────────────────────────────────────────────────────────
def test_a_new_case_has_an_empty_trail(case: CaseFile) -> None:
    with case.transactions.read() as connection:
        assert read_head(connection) == AuditHead(0, START)
    assert faults(case) == set()


def test_each_row_has_the_hash_of_the_one_before(case: CaseFile) -> None:
    head = fill(case)
    found = all_rows(case)
    assert [row.seq for row in found] == list(range(1, NUMBER + 1))
    assert [row.previous for row in found] == [START, *(row.hash for row in found[:-1])]
    assert head == AuditHead(NUMBER, found[-1].hash)
    assert faults(case, head) == set()


def test_a_row_is_hashed_by_every_field(case: CaseFile) -> None:
    fill(case, 1)
    (row,) = all_rows(case)
    for name, value in (("seq", 2), ("at", "x"), ("boot", "x"), ("monotonic_ms", 1), ("event", "x"), ("actor", "x"),
                        ("detail", "x"), ("previous", "x")):  # fmt: skip
        assert row_hash(AuditRow(**{**{n: getattr(row, n) for n in AuditRow.__slots__}, name: value})) != row.hash, name


@pytest.mark.parametrize("statement", ["UPDATE audit SET actor = 'x'", "DELETE FROM audit WHERE seq = 2"])
def test_the_file_refuses_to_change_a_row(case: CaseFile, statement: str) -> None:
    fill(case, 3)
    with pytest.raises(CaseError, match="SQLITE_CONSTRAINT_TRIGGER"), case.transactions.write() as connection:
        connection.exec_driver_sql(statement)
    assert len(all_rows(case)) == 3


@pytest.mark.parametrize(
    ("statements", "code"),
    [
        (["UPDATE audit SET actor = 'somebody else' WHERE seq = 7"], "edited"),
        (["UPDATE audit SET at = '2026-01-01T00:00:00.000000Z' WHERE seq = 7"], "edited"),
        (["DELETE FROM audit WHERE seq = 7"], "missing"),
        (["DELETE FROM audit WHERE seq < 3"], "missing"),
        (["UPDATE audit SET seq = 1000 WHERE seq = 7", "UPDATE audit SET seq = 7 WHERE seq = 8",
          "UPDATE audit SET seq = 8 WHERE seq = 1000"], "reordered"),
        (["INSERT INTO audit SELECT 41, at, boot, monotonic_ms, event, actor, detail, previous, hash FROM audit "
          "WHERE seq = 40"], "reordered"),
    ],
    ids=["actor", "time", "row deleted", "beginning cut", "rows swapped", "row repeated"],
)  # fmt: skip
def test_a_change_is_found(case: CaseFile, path: Path, statements: list[str], code: str) -> None:
    fill(case)
    unguarded(path, *statements)
    assert code in faults(case)


def test_a_hundred_random_cuts_are_found_against_the_last_report(path: Path) -> None:
    chance = random.Random(20)
    with open_case(str(path)) as case:
        head = fill(case, 100)
    found = 0
    for _time in range(100):
        left = chance.randrange(0, 100)
        copy = path.with_name("cut.db")
        copy.write_bytes(path.read_bytes())
        copy.chmod(0o600)
        unguarded(copy, f"DELETE FROM audit WHERE seq > {left}")
        with open_case(str(copy)) as case:
            assert faults(case) == set(), "without the report a cut tail cannot be seen"
            found += faults(case, head) == {"cut"}
        copy.unlink()
    assert found == 100


@settings(max_examples=40)
@example(left=0, forged=NUMBER)
@example(left=NUMBER - 1, forged=1)
@example(left=NUMBER // 2, forged=60)
@given(left=st.integers(0, NUMBER - 1), forged=st.integers(1, 60))
def test_a_chain_that_was_cut_and_continued_is_found(left: int, forged: int) -> None:
    """Who can write the file can compute a chain of their own; the printed head is not in it."""
    with open_case(":memory:") as case:
        head = fill(case)
        with case.transactions.write() as connection:
            _drop_triggers(connection)
            connection.exec_driver_sql(f"DELETE FROM audit WHERE seq > {left}")
            for number in range(forged):
                append(connection, "decided", at=utc_text(AT), detail={"count": number})
        assert {"cut", "other_head"} & faults(case, head)


def _drop_triggers(connection: Connection) -> None:
    for verb in ("update", "delete"):
        connection.exec_driver_sql(f"DROP TRIGGER audit_refuse_{verb}")


def test_a_clock_that_was_set_back_is_said_and_is_no_change(case: CaseFile, path: Path) -> None:
    with case.transactions.write() as connection:
        append(connection, "scan_began", at=utc_text(AT), detail={})
        append(connection, "scan_ended", at=utc_text(AT - timedelta(days=400)), detail={})
    assert faults(case) == {"clock_back"}
    assert verify(case=str(path), keys=path.parent / "keys").is_intact


# ── the acts ──────────────────────────────────────────────────────────────────────────────────
def test_each_act_is_in_the_trail(case: CaseFile) -> None:
    case.begin_scan(AT)
    keep(case, a_post("a.mp4", content="a"), Judged(findings=[a_finding("a")]))
    case.finish_scan()
    (fingerprint,) = _fingerprints(case)
    case.decisions.decide([fingerprint], NewDecision(state="confirmed", by="النقيب سالم"), AT)
    case.decisions.undo([fingerprint], by="b", why=None, at=AT)
    rule = AllowRule(number=0, kind="site", value="F-07", why="x", made_by="c", made_at="", until="2030-01-01")
    number = case.allow_rules.add(rule, AT).number
    case.allow_rules.revoke(number, by="d", why="y", at=AT)
    case.remember_results(["f" * 64], AT)
    purge(case.transactions, AT + timedelta(days=1), at=AT + timedelta(days=2))
    found = all_rows(case)
    assert [row.event for row in found] == [
        "scan_began", "scan_ended", "decided", "undone", "allowed", "revoked", "exported", "purged"
    ]  # fmt: skip
    assert [row.actor for row in found][2:6] == ["النقيب سالم", "b", "c", "d"]
    assert faults(case) - {"clock_back"} == set()
    text = " ".join(row.detail for row in found)
    assert [word for word in ("gate", "posts/", "falcon", fingerprint, "33.25") if word in text] == []


def _fingerprints(case: CaseFile) -> list[str]:
    with case.transactions.read() as connection:
        return list(connection.exec_driver_sql("SELECT fingerprint FROM findings").scalars())


def test_an_act_that_fails_is_not_in_the_trail(case: CaseFile) -> None:
    with pytest.raises(UsageError):
        case.decisions.decide(["0" * 32], NewDecision(state="confirmed", by="a"), AT)
    with pytest.raises(RuntimeError), case.transactions.write() as connection:
        append(connection, "purged", at=utc_text(AT), detail={})
        raise RuntimeError
    assert all_rows(case) == []


def test_a_dry_run_is_no_act(case: CaseFile) -> None:
    purge(case.transactions, AT, at=AT, dry_run=True)
    assert all_rows(case) == []


def test_an_actor_without_a_name_and_hostile_names_are_kept(case: CaseFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("opsec.casefile.audit_trail.account_name", lambda: "")
    with case.transactions.write() as connection:
        append(connection, "scan_began", at=utc_text(AT), detail={})
        append(connection, "scan_began", at=utc_text(AT), actor="\ud800" + "a" * 900, detail={"x": "\udfff"})
    assert [row.actor[:3] for row in all_rows(case)] == ["", "\ufffdaa"]
    assert faults(case) == set()


# ── reports ───────────────────────────────────────────────────────────────────────────────────
def test_a_report_is_recorded_with_its_hash_and_one_bad_form_loses_no_other(case: CaseFile, path: Path) -> None:
    good, bad = path.with_name("a.json"), path.with_name("b.html")

    def broken() -> bytes:
        raise ZeroDivisionError("at the gate of Falcon Camp")

    with pytest.raises(OutputError) as caught:
        write_forms({bad: broken, good: lambda: b"{}"}, case=str(path), week="2026-W47", edition="command", by="x")
    assert "Falcon" not in str(caught.value)
    assert "b.html" in str(caught.value)
    assert good.read_bytes() == b"{}"
    (row,) = all_rows(case)
    assert (row.event, row.actor) == ("report_issued", "x")
    assert '"edition":"command"' in row.detail
    assert '"sha256":"44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"' in row.detail


def test_a_signed_mark_is_checked(case: CaseFile, path: Path) -> None:
    fill(case, 5)
    keys = path.parent / "keys"
    new_own_key(keys, "unit")
    mark = audit_mark(case=str(path), keys=keys)
    report = path.with_name("week.html")
    write_forms({report: mark.text.encode}, case=str(path), week="2026-W47", edition="command", by="x")
    assert find_marks(report.read_text("utf-8")) == [mark]
    done = verify(case=str(path), keys=keys, report=report)
    assert (done.is_intact, done.signature) == (True, "known")
    assert verify(case=str(path), keys=path.parent / "none", report=report).signature == "unknown_key"
    report.write_text(mark.text.replace(":5:", ":4:", 1), "utf-8")
    assert verify(case=str(path), keys=keys, report=report).signature == "wrong"
    assert not verify(case=str(path), keys=keys, report=report).is_intact


def test_a_trail_cut_directly_after_the_mark_of_a_report_is_found(case: CaseFile, path: Path) -> None:
    """The entry of the report itself comes after its mark; whoever deletes it can empty the list of issues too."""
    fill(case, 5)
    keys, report = path.parent / "keys", path.with_name("week.html")
    mark = audit_mark(case=str(path), keys=keys).text
    write_forms({report: mark.encode}, case=str(path), week="2026-W47", edition="command", by="x")
    assert verify(case=str(path), keys=keys, report=report).is_intact
    drop = [f"DROP TRIGGER issued_refuse_{verb}" for verb in ("update", "delete")]
    unguarded(path, "DELETE FROM audit WHERE seq > 5", *drop)
    assert [fault.code for fault in verify(case=str(path), keys=keys).faults] == ["issue_differs"]
    unguarded(path, "DELETE FROM issued")
    assert verify(case=str(path), keys=keys, head=mark).is_intact, "nothing is left that shows it"
    assert [fault.code for fault in verify(case=str(path), keys=keys, report=report).faults] == ["not_recorded"]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM issued",
        "UPDATE issued SET sha256 = printf('%064d', 0)",
        "INSERT INTO issued SELECT 99, audit_seq, kind, week, edition, format, sequence, printf('%064d', 0), "
        "issued_at, issued_by FROM issued",
    ],
)
def test_a_forged_list_of_issues_is_found(case: CaseFile, path: Path, statement: str) -> None:
    write_forms({path.with_name("a"): lambda: b"x"}, case=str(path), week="2026-W47", edition="command", by="x")
    assert verify(case=str(path), keys=path.parent).is_intact
    unguarded(path, "DROP TRIGGER issued_refuse_update", "DROP TRIGGER issued_refuse_delete", statement)
    assert [fault.code for fault in verify(case=str(path), keys=path.parent).faults] == ["issue_differs"]


def test_a_caption_that_looks_like_a_mark_is_not_taken_for_one(case: CaseFile, path: Path) -> None:
    fill(case, 5)
    keys, report = path.parent / "keys", path.with_name("week.html")
    decoy = f"opsec-audit-1:999999:{'0' * 64}::"
    page = f"<p>{audit_mark(case=str(path), keys=None).text}</p><p>{decoy}</p>"
    write_forms({report: page.encode}, case=str(path), week="2026-W47", edition="evidence", by="x")
    with pytest.raises(UsageError, match="--head"):
        verify(case=str(path), keys=keys, report=report)
    new_own_key(keys, "unit")
    page = f"<p>{audit_mark(case=str(path), keys=keys).text}</p><p>{decoy}</p>"
    write_forms({report: page.encode}, case=str(path), week="2026-W47", edition="evidence", by="x")
    assert verify(case=str(path), keys=keys, report=report).is_intact


def test_an_edited_detail_that_is_no_json_is_one_sentence(case: CaseFile, path: Path) -> None:
    fill(case, 3)
    for detail in ("{", "[]", "[" * 4000):
        unguarded(path, f"UPDATE audit SET detail = '{detail}' WHERE seq = 2")
        with pytest.raises(CaseError, match="damaged"):
            entries(case=str(path))
        assert "edited" in {fault.code for fault in verify(case=str(path), keys=path.parent).faults}


def test_without_a_key_the_mark_is_not_signed(case: CaseFile, path: Path) -> None:
    fill(case, 5)
    mark = audit_mark(case=str(path), keys=path.parent / "none")
    assert mark.text == f"opsec-audit-1:5:{mark.head}::"
    assert verify(case=str(path), keys=path.parent / "none", head=mark.text).is_intact
    with pytest.raises(UsageError):
        verify(case=str(path), keys=path.parent / "none", head="5")


def test_the_time_of_a_row_is_that_of_the_act(case: CaseFile) -> None:
    before = utc_text(datetime.now(UTC))
    case.finish_scan()
    (row,) = all_rows(case)
    assert before <= row.at <= utc_text(datetime.now(UTC))
    assert row.monotonic_ms > 0


def test_weeks_that_were_missed_are_reported_in_their_order(case: CaseFile, path: Path) -> None:
    this_week = Week.parse("2026-W47")
    assert list(map(str, weeks_to_report(str(path), this_week, "command"))) == ["2026-W46"]
    forms = {path.with_name("a.json"): lambda: b"{}"}
    write_forms(forms, case=str(path), week="2026-W43", edition="command", by="x")
    write_forms(forms, case=str(path), week="2026-W45", edition="officer", by="x")
    assert list(map(str, weeks_to_report(str(path), this_week, "command"))) == ["2026-W44", "2026-W45", "2026-W46"]
    write_forms(forms, case=str(path), week="2026-W46", edition="command", by="x")
    assert weeks_to_report(str(path), this_week, "command") == []


def test_a_fault_in_one_format_of_a_scan_loses_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object) -> bytes:
        raise ZeroDivisionError("at the gate of Falcon Camp")

    monkeypatch.setitem(FORMATS, "html", replace(FORMATS["html"], render=broken))
    files = [tmp_path / "a.html", tmp_path / "b.json"]
    plan = OutputPlan.from_options(files, None, "review", Terminal())
    assert plan.write(made_scan()) == 4
    assert [path.exists() for path in files] == [False, True]
