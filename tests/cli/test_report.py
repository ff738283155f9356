"""``opsec report``: the week with its mosaics and routines, as HTML, as JSON and on the terminal, and never a name."""

import json
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from opsec.casefile.iso_week import Week
from tests.cli.conftest import ROOT, Opsec

SITES = str(ROOT / "geofences")


def past_tuesdays() -> list[str]:
    """About six o'clock in Baghdad on the Tuesdays of the three weeks before this one, which is reported by default."""
    now = datetime.now(UTC).replace(hour=15, minute=0, second=0, microsecond=0)
    tuesday = now - timedelta(days=now.weekday() - 1, weeks=1)
    return [
        (tuesday - timedelta(weeks=week) + timedelta(minutes=off)).isoformat()
        for week, off in ((2, 5), (1, -10), (0, 20))
    ]


def week_of(at: str) -> str:
    """Week of a time, by a week that begins on Sunday."""
    return str(Week.of(datetime.fromisoformat(at)))


def scan_three_weeks(opsec: Opsec, folder: Path) -> None:
    posts = [
        {
            "url": f"https://example.org/{number}",
            "caption": f"we are at Falcon Camp now, day {number}",
            "author": "salim_17",
            "posted_at": at,
        }
        for number, at in enumerate(past_tuesdays())
    ]
    (folder / "posts.jsonl").write_text("\n".join(map(json.dumps, posts)), "utf-8")
    assert opsec("scan", "posts.jsonl", "--sites", SITES, "--case", "week.db").returncode in {0, 1, 3}


def test_a_routine_over_three_weeks_reaches_every_form_of_the_report(opsec: Opsec, tmp_path: Path) -> None:
    scan_three_weeks(opsec, tmp_path)
    forms = ("week.json", "week.html", "week.csv")
    done = opsec("report", "--case", "week.db", "--sites", SITES, *(part for form in forms for part in ("-o", form)))
    assert done.returncode == 0
    record = json.loads((tmp_path / "week.json").read_text("utf-8"))
    routines = [(one["weekday"], one["starts"], one["time_zone"], one["periods"]) for one in record["routines"]]
    assert routines == [(1, "17:50", "", 3)] * 2
    assert [(one["days"], one["clips"]) for one in record["mosaics"] if one["days"] > 7] == [(30, 3), (90, 3)]
    page = (tmp_path / "week.html").read_text("utf-8")
    table = (tmp_path / "week.csv").read_text("utf-8-sig")
    summary = opsec("report", "--case", "week.db").stdout
    for text in (page, summary):
        assert "Tuesday, 17:50 to 18:50 (local time)" in text
    for text in (page, summary, table, json.dumps(record)):
        assert [word for word in ("salim", "Falcon", "example.org") if word in text] == []


def test_the_summary_is_in_arabic_too(opsec: Opsec, tmp_path: Path) -> None:
    scan_three_weeks(opsec, tmp_path)
    summary = opsec("report", "--case", "week.db", OPSEC_LANG="ar").stdout
    assert "عادة ثابتة" in summary
    assert "الثلاثاء" in summary


@pytest.mark.parametrize("name", ["week.txt", "week"])
def test_another_ending_is_refused_with_the_next_step(opsec: Opsec, name: str) -> None:
    refused = opsec("report", "--case", "opsec-case.db", "-o", name)
    assert refused.returncode == 2
    assert ".html, .pdf, .json or .csv" in refused.stderr


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--edition", "general"), "general is not an edition; use command, officer or evidence"),
        (("--by", "seen"), "--by cannot be seen; use posted or scanned"),
    ],
)
def test_an_unknown_choice_is_refused_with_those_that_there_are(
    opsec: Opsec, arguments: tuple[str, str], sentence: str
) -> None:
    refused = opsec("report", "--case", "opsec-case.db", *arguments)
    assert refused.returncode == 2
    assert sentence in refused.stderr


def test_the_evidence_edition_names_posts_and_its_issue_is_recorded(opsec: Opsec, tmp_path: Path) -> None:
    scan_three_weeks(opsec, tmp_path)
    week = week_of(past_tuesdays()[2])
    done = opsec("report", "--case", "week.db", "--week", week, "--edition", "evidence", "-o", "evidence.html")
    assert done.returncode == 0
    page = (tmp_path / "evidence.html").read_text("utf-8")
    for words in ("salim_17", "https://example.org/2", "we are at Falcon Camp now, day 2"):
        assert words in page
    connection = sqlite3.connect(tmp_path / "week.db")
    rows = connection.execute("SELECT edition, week, issued_by FROM issued").fetchall()
    connection.close()
    assert [(edition, name) for edition, name, _by in rows] == [("evidence", week)]
    assert rows[0][2]


def test_the_first_day_of_the_week_is_a_setting(opsec: Opsec, tmp_path: Path) -> None:
    scan_three_weeks(opsec, tmp_path)
    first_days = []
    for day in ("sunday", "monday"):
        (tmp_path / "opsec.toml").write_text(f'case = "week.db"\n[week]\nstart = "{day}"\n', "utf-8")
        assert opsec("report", "--week", "2026-W47", "-o", f"{day}.json").returncode == 0
        first_days.append(json.loads((tmp_path / f"{day}.json").read_text("utf-8"))["first_day"])
    assert first_days == ["2026-11-15", "2026-11-16"]
