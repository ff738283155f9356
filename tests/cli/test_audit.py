"""The audit trail on the command line: intact, against a report, and after somebody cut it."""

import hashlib
import json
import sqlite3
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Opsec


@pytest.fixture
def scanned(opsec: Opsec, tmp_path: Path) -> Opsec:
    (tmp_path / "post.csv").write_text("url,caption\nhttps://example.org/1,we are at Falcon Camp now\n", "utf-8")
    assert opsec("scan", "post.csv", "--sites", str(ROOT / "geofences"), "--case", "new.db").returncode == 1
    return opsec


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_cut_trail_is_found_against_the_last_report(scanned: Opsec, tmp_path: Path, lang: str) -> None:
    written = scanned("report", "--case", "new.db", "-o", "week.html", "-o", "week.json", OPSEC_LANG=lang)
    assert written.returncode == 0, written.stderr
    for report in ("week.html", "week.json"):
        done = scanned("audit", "verify", "--case", "new.db", "--report", report, OPSEC_LANG=lang)
        assert done.returncode == 0, done.stdout + done.stderr
    with sqlite3.connect(tmp_path / "new.db") as connection:
        for table in ("audit", "issued"):
            connection.execute(f"DROP TRIGGER {table}_refuse_delete")
        connection.execute("DELETE FROM audit WHERE seq > 1")
        connection.execute("DELETE FROM issued")
    connection.close()
    assert scanned("audit", "verify", "--case", "new.db", OPSEC_LANG=lang).returncode == 0
    cut = scanned("audit", "verify", "--case", "new.db", "--report", "week.html", OPSEC_LANG=lang)
    assert cut.returncode == 1
    assert "2" in cut.stdout


def test_the_trail_is_listed_without_names(scanned: Opsec) -> None:
    (number,) = [one["number"] for one in json.loads(scanned("list", "--case", "new.db", "--format", "json").stdout)]
    scanned(
        "decide", number, "--case", "new.db", "--state", "confirmed", "--why", "seen at Falcon Camp", "--by", "Salim"
    )
    entries = json.loads(scanned("audit", "list", "--case", "new.db", "--format", "json").stdout)
    assert [one["event"] for one in entries] == ["scan_began", "scan_ended", "decided"]
    assert entries[-1]["actor"] == "Salim"
    assert entries[-1]["detail"] == {"count": 1, "findings": number, "state": "confirmed"}
    table = scanned("audit", "list", "--case", "new.db", "--newest", "1").stdout
    assert "decision" in table
    assert len(table.splitlines()) == 1
    assert "Falcon" not in table + json.dumps(entries)


def test_an_edited_case_gives_no_page(scanned: Opsec, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "new.db") as connection:
        connection.execute("UPDATE findings SET likelihood = 123456.0")
    connection.close()
    for arguments in (("report", "-o", "w.html"), ("list",), ("export", "-o", "f.csv")):
        done = scanned(*arguments, "--case", "new.db")
        assert done.returncode == 2
        assert "damaged" in done.stderr
        assert "12345600" not in done.stdout + done.stderr
    assert not (tmp_path / "w.html").exists()


def test_each_issue_is_listed_with_its_hash(scanned: Opsec, tmp_path: Path) -> None:
    scanned("report", "--case", "new.db", "-o", "week.html", "-o", "week.json")
    found = json.loads(scanned("audit", "issued", "--case", "new.db", "--format", "json").stdout)
    hashes = {hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in ("week.html", "week.json")}
    assert {one["sha256"] for one in found} == hashes
    assert scanned("audit", "issued", "week.html", "--case", "new.db").returncode == 0
    with (tmp_path / "week.html").open("ab") as stream:
        stream.write(b" ")
    changed = scanned("audit", "issued", "week.html", "--case", "new.db")
    assert changed.returncode == 1
    assert changed.stdout == ""


def test_since_last_writes_each_week_once(scanned: Opsec, tmp_path: Path) -> None:
    arguments = ("report", "--case", "new.db", "--since-last", "-o", "r-{week}.json")
    assert scanned(*arguments).returncode == 0
    (first,) = tmp_path.glob("r-*.json")
    again = scanned(*arguments)
    assert "nothing was written" in again.stderr
    assert list(tmp_path.glob("r-*.json")) == [first]
    for wrong in (("-o", "r.json"), (), ("-o", "r-{week}.json", "--week", "2026-W40")):
        assert scanned("report", "--case", "new.db", "--since-last", *wrong).returncode == 2
