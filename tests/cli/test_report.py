"""``opsec report``: the week with its mosaics and routines, as HTML, as JSON and on the terminal, and never a name."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

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
    for output in ("week.json", "week.html"):
        assert opsec("report", "--case", "week.db", "-o", output).returncode == 0
    record = json.loads((tmp_path / "week.json").read_text("utf-8"))
    routines = [(one["weekday"], one["starts"], one["time_zone"], one["periods"]) for one in record["routines"]]
    assert routines == [(1, "17:50", "Asia/Baghdad", 3)] * 2
    assert [(one["days"], one["clips"]) for one in record["mosaics"] if one["days"] > 7] == [(30, 3), (90, 3)]
    page = (tmp_path / "week.html").read_text("utf-8")
    summary = opsec("report", "--case", "week.db").stdout
    for text in (page, summary):
        assert "Tuesday, 17:50 to 18:50 (Asia/Baghdad)" in text
    for text in (page, summary, json.dumps(record)):
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
    assert ".html or .json" in refused.stderr
