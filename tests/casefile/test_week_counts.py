"""Every figure of a week equals a count in SQL that was written from the definitions, not from the code."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from opsec.casefile.case_file import open_case
from opsec.casefile.iso_week import Week
from opsec.casefile.week_data import WeekOptions
from opsec.model import Exposure
from opsec.model.exposure import WeekBasis
from opsec.model.reasons import ReasonGroup
from tests.casefile.made_weeks import SITES, MadeCase, fill_case

MADE = MadeCase(clips=1_500, coverage=False)
AT = datetime(2026, 11, 22, 6, tzinfo=UTC)
WEEK = Week.parse("2026-W47", zone=ZoneInfo("Asia/Baghdad"))
FIRST, LAST = "2026-11-15", "2026-11-22"
"""First day, and the day after the last, of the week in Iraq."""

VIEWS = """
CREATE TEMP VIEW change AS
  SELECT * FROM decisions AS one WHERE undoes IS NULL
  AND NOT EXISTS (SELECT 1 FROM decisions AS undo WHERE undo.undoes = one.seq);
CREATE TEMP VIEW state AS
  SELECT fingerprint, to_state, made_at, made_by FROM change AS one
  WHERE seq = (SELECT max(seq) FROM change AS two WHERE two.fingerprint = one.fingerprint);
CREATE TEMP VIEW clip AS
  SELECT content_id,
    min(CASE WHEN posted_at LIKE '%+%' OR posted_at LIKE '%Z' THEN datetime(posted_at, '+3 hours')
             ELSE datetime(posted_at) END) AS posted,
    min(datetime(first_seen_at, '+3 hours')) AS scanned,
    max(status <> 'read') AS not_read, max(status = 'unread') AS unread
  FROM posts GROUP BY content_id;
CREATE TEMP VIEW finding AS
  SELECT f.*, p.content_id, p.author, coalesce(s.to_state, 'open') AS state,
    coalesce(c.posted, c.scanned) AS posted, datetime(f.first_seen_at, '+3 hours') AS scanned
  FROM findings AS f JOIN posts AS p ON p.key = f.post_key JOIN clip AS c ON c.content_id = p.content_id
  LEFT JOIN state AS s ON s.fingerprint = f.fingerprint
  WHERE f.action IN ('act_now', 'act_today', 'review');
"""


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A case file with three months of posts."""
    file = tmp_path_factory.mktemp("weeks") / "case.db"
    with open_case(str(file)) as case:
        fill_case(case, MADE)
    return file


@pytest.fixture(scope="module", params=["posted", "scanned"])
def basis(request: pytest.FixtureRequest) -> WeekBasis:
    return "posted" if request.param == "posted" else "scanned"


@pytest.fixture(scope="module")
def exposure(path: Path, basis: WeekBasis) -> Exposure:
    with open_case(str(path)) as case:
        return case.exposure(WEEK, AT, WeekOptions(basis=basis, sites=SITES))


@pytest.fixture(scope="module")
def database(path: Path, basis: WeekBasis) -> Iterator[sqlite3.Connection]:
    """The same file with views of the definitions; ``at`` is the time by which clips and findings belong to a week."""
    connection = sqlite3.connect(path)
    connection.executescript(VIEWS)
    time_of = "coalesce(posted, scanned)" if basis == "posted" else "scanned"
    connection.executescript(
        f"CREATE TEMP VIEW c AS SELECT *, {time_of} AS at FROM clip;"
        f"CREATE TEMP VIEW f AS SELECT *, {time_of} AS at, (state = 'dismissed') AS hidden FROM finding;"
    )
    yield connection
    connection.close()


def count(database: sqlite3.Connection, question: str, *values: object) -> Any:
    return database.execute(question, values).fetchone()[0]


def bounds(weeks_back: int) -> tuple[str, str]:
    first = date.fromisoformat(FIRST) - timedelta(days=7 * weeks_back)
    return first.isoformat(), (first + timedelta(days=7)).isoformat()


def test_the_trend_of_eight_weeks(exposure: Exposure, database: sqlite3.Connection) -> None:
    assert len(exposure.trend) == 8
    for back, week in enumerate(reversed(exposure.trend)):
        first, end = bounds(back)
        until = "9999" if back == 0 else f"{end}T00:00:00"
        inside = "at >= ? AND at < ?"
        wanted = {
            "clips": count(database, f"SELECT count(*) FROM c WHERE {inside}", first, end),
            "read": count(database, f"SELECT count(*) FROM c WHERE {inside} AND NOT not_read", first, end),
            "flagged": count(
                database, f"SELECT count(DISTINCT content_id) FROM f WHERE {inside} AND NOT hidden", first, end
            ),
            "findings": count(database, f"SELECT count(*) FROM f WHERE {inside} AND NOT hidden", first, end),
            "act_now": count(
                database,
                f"SELECT count(*) FROM f WHERE {inside} AND action = 'act_now' AND NOT hidden AND state <> 'removed'",
                first,
                end,
            ),
            "removed": count(
                database,
                "SELECT count(DISTINCT f.fingerprint) FROM f JOIN change AS d ON d.fingerprint = f.fingerprint "
                "WHERE NOT hidden AND d.to_state = 'removed' AND datetime(d.made_at, '+3 hours') >= ? "
                "AND datetime(d.made_at, '+3 hours') < ?",
                first,
                end,
            ),
            "online": count(
                database,
                "SELECT count(*) FROM f WHERE at < ? AND NOT hidden AND coalesce((SELECT to_state FROM change AS d "
                "WHERE d.fingerprint = f.fingerprint AND strftime('%Y-%m-%dT%H:%M:%S', d.made_at, '+3 hours') < ? "
                "ORDER BY seq DESC LIMIT 1), 'open') <> 'removed'",
                end,
                until,
            ),
            "flagged_late": count(
                database,
                "SELECT count(*) FROM (SELECT content_id FROM f WHERE at >= ? AND at < ? AND NOT hidden "
                "GROUP BY content_id HAVING min(scanned) >= ?)",
                first,
                end,
                end,
            ),
        }
        assert {name: getattr(week, name) for name in wanted} == wanted, week.week


def test_the_parts_of_the_week(exposure: Exposure, database: sqlite3.Connection) -> None:
    inside = "at >= ? AND at < ? AND NOT hidden"
    before_first, before_end = bounds(1)
    for line in exposure.lines:
        rows = f"SELECT count(*) FROM f WHERE {inside} AND site_code = ? AND rule = ?"
        assert line.findings == count(database, rows, FIRST, LAST, line.site_code, line.rule)
        assert line.findings_week_before == count(database, rows, before_first, before_end, line.site_code, line.rule)
    assert sum(line.findings for line in exposure.lines) == exposure.trend[-1].findings > 10
    hidden = "SELECT count(*) FROM f WHERE at >= ? AND at < ? AND hidden"
    assert exposure.hidden == count(database, hidden, FIRST, LAST)
    removed = f"SELECT count(*) FROM f WHERE {inside} AND state = 'removed'"
    assert exposure.removed == count(database, removed, FIRST, LAST)
    assert exposure.unread == count(database, "SELECT count(*) FROM c WHERE at >= ? AND at < ? AND unread", FIRST, LAST)
    landmarks = (
        "SELECT count(DISTINCT p.content_id) FROM posts AS p JOIN c USING (content_id) "
        "WHERE at >= ? AND at < ? AND checks_not_run LIKE '%landmarks%'"
    )
    assert exposure.checks_not_run["landmarks"] == count(database, landmarks, FIRST, LAST)
    codes: tuple[tuple[ReasonGroup, str], ...] = (
        ("damaged", "cut_off"), ("stopped", "timeout"), ("encrypted", "encrypted"),
    )  # fmt: skip
    for group, code in codes:
        unread = (
            "SELECT count(DISTINCT p.content_id) FROM posts AS p JOIN c USING (content_id) "
            f"WHERE at >= ? AND at < ? AND status <> 'read' AND reason_codes LIKE '%{code}%'"
        )
        assert exposure.not_fully_checked_by_group.get(group, 0) == count(database, unread, FIRST, LAST)


def test_zones_late_finds_and_clips_without_a_time(
    exposure: Exposure, database: sqlite3.Connection, basis: WeekBasis
) -> None:
    for line in exposure.zones:
        zone = "IS NULL" if line.zone is None else f"= '{line.zone}'"
        rows = (
            "SELECT count(*) FROM f, json_each(f.places, '$[1]') AS z "
            f"WHERE at >= ? AND at < ? AND NOT hidden AND site_code = ? AND z.value {zone}"
        )
        assert line.findings == count(database, rows, FIRST, LAST, line.site_code)
    late = "SELECT count(*) FROM f WHERE NOT hidden AND scanned >= ? AND scanned < ? AND at < ?"
    found = sum(one.findings for one in exposure.late)
    assert found == count(database, late, FIRST, LAST, FIRST)
    assert (found > 0) == (basis == "posted")
    undated = "SELECT count(*) FROM c WHERE at >= ? AND at < ? AND posted IS NULL"
    assert exposure.undated == (count(database, undated, FIRST, LAST) if basis == "posted" else 0)


def test_repeat_sources(exposure: Exposure, database: sqlite3.Connection) -> None:
    first = bounds(7)[0]
    rows = database.execute(
        "SELECT author, count(DISTINCT content_id) AS clips, count(DISTINCT site_code) FROM f "
        "WHERE at >= ? AND at < ? AND NOT hidden GROUP BY author HAVING clips >= 3 ORDER BY clips DESC",
        (first, LAST),
    ).fetchall()
    assert [one.clips for one in exposure.sources] == [clips for _author, clips, _sites in rows[:5]]
    known = {author: (clips, sites) for author, clips, sites in rows}
    assert {one.account: (one.clips, len(one.site_codes)) for one in exposure.sources}.items() <= known.items()


def test_requests_for_removal(exposure: Exposure, database: sqlite3.Connection) -> None:
    rows = database.execute(
        "SELECT f.fingerprint, f.state, (SELECT min(made_at) FROM change AS d WHERE d.fingerprint = f.fingerprint "
        "AND to_state = 'takedown_requested'), (SELECT max(made_at) FROM change AS d WHERE d.fingerprint = "
        "f.fingerprint AND to_state = 'removed'), (SELECT group_concat(to_state) FROM change AS d WHERE "
        "d.fingerprint = f.fingerprint) FROM f WHERE NOT hidden AND EXISTS (SELECT 1 FROM change AS d WHERE "
        "d.fingerprint = f.fingerprint AND to_state = 'takedown_requested' "
        "AND datetime(made_at, '+3 hours') >= ? AND datetime(made_at, '+3 hours') < ?)",
        (bounds(7)[0], LAST),
    ).fetchall()
    takedown = exposure.takedown
    assert takedown is not None
    states = [state for _fingerprint, state, *_rest in rows]
    assert takedown.requested == len(rows) > 20
    assert (takedown.removed, takedown.rejected) == (states.count("removed"), states.count("rejected"))
    assert takedown.online == len(rows) - states.count("removed")
    assert takedown.waiting == len(rows) - states.count("removed") - states.count("rejected")
    path = [words.split(",") for *_rest, words in rows]
    assert takedown.acknowledged == sum("acknowledged" in words for words in path)
    assert takedown.reappeared == sum("reappeared" in words for words in path)
    hours = sorted(
        (datetime.fromisoformat(end) - datetime.fromisoformat(asked)).total_seconds() / 3600
        for _fingerprint, state, asked, end, _path in rows
        if state == "removed"
    )
    assert takedown.hours_median == pytest.approx(median(hours))
    assert takedown.hours_p90 is not None
    at_most = sum(one <= takedown.hours_p90 for one in hours)
    below = sum(one < takedown.hours_p90 for one in hours)
    assert below < 0.9 * len(hours) <= at_most


def test_the_worst_findings_are_those_of_the_whole_week(exposure: Exposure, database: sqlite3.Connection) -> None:
    rows = database.execute(
        "SELECT number, action FROM f WHERE at >= ? AND at < ? AND state NOT IN ('removed', 'dismissed') ORDER BY "
        "CASE action WHEN 'act_now' THEN 0 WHEN 'act_today' THEN 1 ELSE 2 END, likelihood DESC, severity DESC LIMIT 10",
        (FIRST, LAST),
    ).fetchall()
    assert [(one.number, one.action) for one in exposure.worst] == rows
