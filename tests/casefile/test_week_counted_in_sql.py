"""Every number of the weekly report against counts in plain SQL over posts, findings and decisions alone.

The SQL follows the definition of each number, not the code of the report, and reads no table in which the report stores
its sums. Dates are read and put into weeks here, by hand: a week begins on Sunday at the bases, three hours before UTC.
"""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from opsec.app.weekly import renderers, sum_up_week
from opsec.casefile.case_file import open_case
from opsec.casefile.iso_week import Week
from opsec.casefile.week_data import WeekOptions
from opsec.model.exposure import WeekBasis
from opsec.settings import Settings
from tests.casefile.made_weeks import SITES, MadeCase, fill_case

pytestmark = pytest.mark.slow

AT = datetime(2026, 12, 3, 6, tzinfo=UTC)
"""Time of the report: later than every decision of the made case."""
LOCAL = timezone(timedelta(hours=3))
DUE_DAYS = 7
DAYS_TO_DECIDE = 7
MIN_REPEATED = 3
"""Flagged clips that make an account a repeat source."""
WEEKS = {
    "usual": "2026-W44", "last": "2026-W47", "first": "2026-W36", "hour before the first": "2026-W35",
    "one clip of unknown time": "2026-W48", "before all": "2026-W30", "after all": "2026-W49",
}  # fmt: skip
GROUPS = {"cut_off": "damaged", "timeout": "stopped", "encrypted": "encrypted"}
Case = tuple[Path, sqlite3.Connection]
Report = dict[str, Any]

ADDED = """
INSERT INTO posts SELECT 'copy ' || key, content_id, stands_for, all_there, path, post, status, reason_codes, action,
  site, likelihood, confidence, severity, settings_sha256, sites_sha256, first_seen_at, last_seen_at, author, url,
  strftime('%Y-%m-%dT%H:%M:%S+00:00', posted_moment, '-8 days'),
  purged_at, strftime('%Y-%m-%dT%H:%M:%S.000000Z', posted_moment, '-8 days'), checks_not_run, reach
  FROM posts WHERE key LIKE '%7' AND posted_at LIKE '%+00:00';
INSERT INTO findings SELECT fingerprint, 'copy ' || post_key, site, site_code, rule, action, likelihood, severity,
  first_seen_at, last_seen_at, shown, number, in_fence, places, allow_rule, copied
  FROM findings WHERE 'copy ' || post_key IN (SELECT key FROM posts);
INSERT INTO decisions (fingerprint, made_at, made_by, from_state, to_state, why, until, in_fence)
  SELECT fingerprint, '2026-11-25T10:00:00.000000Z', 'Officer Karim', 'open', 'dismissed', 'a parade', '2026-11-28', 1
  FROM findings WHERE fingerprint NOT IN (SELECT fingerprint FROM decisions) GROUP BY 1 ORDER BY 1 LIMIT 40;
UPDATE findings SET first_seen_at = '2026-11-26T00:00:00.000000Z' WHERE action = 'review' AND fingerprint LIKE '%3';
UPDATE findings SET first_seen_at = '2026-11-25T23:59:59.000000Z' WHERE action = 'review' AND fingerprint LIKE '%4';
"""
"""Clips posted once more, eight days earlier: they belong to an earlier week; dismissals that have ended; and findings
that are as old as an officer may leave them without a decision, and one second older."""
VIEWS = """
CREATE TEMP VIEW clip AS
  SELECT content_id AS clip, min(sunday(coalesce(posted_at, first_seen_at))) AS week,
         min(sunday(first_seen_at)) AS seen, max(posted_at IS NOT NULL) AS dated,
         status, reason_codes, checks_not_run
  FROM posts GROUP BY content_id;
CREATE TEMP VIEW state AS
  SELECT fingerprint, iif(to_state = 'dismissed' AND until < '2026-12-03', 'open', to_state) AS state, made_at, max(seq)
  FROM decisions GROUP BY fingerprint;
CREATE TEMP TABLE found AS
  SELECT f.*, p.author, p.content_id AS clip, c.week, sunday(f.first_seen_at) AS found_in,
         coalesce(s.state, 'open') AS state, s.made_at AS since
  FROM (SELECT * FROM findings GROUP BY fingerprint) f
  JOIN posts p ON p.key = f.post_key JOIN clip c ON c.clip = p.content_id
  LEFT JOIN state s USING (fingerprint)
  WHERE f.action IN ('act_now', 'act_today', 'review');
CREATE TEMP TABLE counted AS SELECT * FROM found WHERE state <> 'dismissed';
"""


def _moment(text: str) -> datetime:
    """A time without an offset is local time of the base."""
    at = datetime.fromisoformat(text)
    return at if at.tzinfo else at.replace(tzinfo=LOCAL)


def _sunday(text: str) -> str:
    day = _moment(text).astimezone(LOCAL).date()
    return (day - timedelta(days=day.isoweekday() % 7)).isoformat()


def _utc(day: date) -> str:
    return datetime(day.year, day.month, day.day, tzinfo=LOCAL).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    """Yield the made case (12 weeks, 5 bases, 3 units, 5,000 clips) with copies and ended dismissals."""
    path = tmp_path_factory.mktemp("week") / "case.db"
    with open_case(str(path)) as made:
        fill_case(made, MadeCase())
    connection = sqlite3.connect(path)
    connection.executescript(ADDED)
    connection.create_function("sunday", 1, _sunday, deterministic=True)
    connection.executescript(VIEWS)
    yield path, connection
    connection.close()


@pytest.fixture(scope="module", params=list(WEEKS.values()), ids=list(WEEKS))
def week(request: pytest.FixtureRequest, case: Case) -> tuple[sqlite3.Connection, Report, date]:
    """Return the connection, the report as JSON, and the first day of its week."""
    report = _report(case[0], request.param)
    return case[1], report, date.fromisoformat(report["first_day"])


def _report(path: Path, name: str, basis: WeekBasis = "posted") -> Report:
    wanted = Week.parse(name, zone=ZoneInfo("Asia/Baghdad"))
    exposure = sum_up_week(str(path), wanted, "evidence", WeekOptions(sites=SITES, basis=basis), AT)
    report: Report = json.loads(renderers(exposure, "evidence", "en", Settings())[".json"]())
    return report


def _one(sql: sqlite3.Connection, query: str, *values: object) -> int:
    return int(sql.execute(query, values).fetchone()[0] or 0)


def _by(sql: sqlite3.Connection, query: str, *values: object) -> dict[Any, int]:
    return {(row[:-1] if len(row) > 2 else row[0]): row[-1] for row in sql.execute(query, values)}


def _some(rows: list[Report], name: str, number: str) -> dict[str, int]:
    return {row[name]: row[number] for row in rows if row[number]}


def test_the_case_holds_something_of_everything(case: Case) -> None:
    sql = case[1]
    assert _one(sql, "SELECT count(*) FROM clip") == 5_000
    assert _one(sql, "SELECT count(DISTINCT week) FROM clip WHERE dated") >= 12
    assert _one(sql, "SELECT count(DISTINCT site) FROM counted") == 5
    assert len({site.unit for site in SITES.values()}) == 3
    assert _one(sql, "SELECT count(*) FROM posts") > 5_100
    ended = "SELECT count(*) FROM found WHERE state = 'open' AND since IS NOT NULL"
    assert _one(sql, ended) > 20
    states = _by(sql, "SELECT state, count(*) FROM found GROUP BY 1")
    assert set(states) == {
        "open", "confirmed", "takedown_requested", "removed", "rejected", "reappeared", "dismissed",
    }  # fmt: skip


def test_week_begins_on_sunday_and_has_the_number_of_its_monday(week: tuple[sqlite3.Connection, Report, date]) -> None:
    _sql, report, first = week
    assert first.isoweekday() == 7
    year, number, _day = (first + timedelta(days=1)).isocalendar()
    assert report["week"] == f"{year}-W{number:02}"
    assert report["last_day"] == (first + timedelta(days=6)).isoformat()


def test_findings_removed_and_dismissed(week: tuple[sqlite3.Connection, Report, date]) -> None:
    sql, report, first = week
    count = "SELECT count(*) FROM counted WHERE week = ?"
    assert report["findings"] == _one(sql, count, first.isoformat())
    assert report["findings_week_before"] == _one(sql, count, (first - timedelta(days=7)).isoformat())
    assert report["removed"] == _one(sql, f"{count} AND state = 'removed'", first.isoformat())
    hidden = "SELECT count(*) FROM found WHERE week = ? AND state = 'dismissed'"
    assert report["hidden"] == _one(sql, hidden, first.isoformat())


def test_trend_of_eight_weeks(week: tuple[sqlite3.Connection, Report, date]) -> None:
    sql, report, first = week
    days = [first - timedelta(days=7 * back) for back in range(7, -1, -1)]
    assert [row["first_day"] for row in report["trend"]] == [day.isoformat() for day in days]
    for row, day in zip(report["trend"], days, strict=True):
        asked = {
            "clips": "SELECT count(*) FROM clip WHERE week = :week",
            "read": "SELECT count(*) FROM clip WHERE week = :week AND status = 'read'",
            "findings": "SELECT count(*) FROM counted WHERE week = :week",
            "flagged": "SELECT count(DISTINCT clip) FROM counted WHERE week = :week",
            "flagged_late": "SELECT count(DISTINCT clip) FROM counted WHERE week = :week AND found_in > week",
            "act_now": "SELECT count(*) FROM counted WHERE week = :week AND action = 'act_now' AND state <> 'removed'",
            "removed": """SELECT count(*) FROM decisions JOIN counted USING (fingerprint)
                          WHERE to_state = 'removed' AND made_at >= :begins AND made_at < :ends""",
        }
        values = {"week": day.isoformat(), "begins": _utc(day), "ends": _utc(day + timedelta(days=7))}
        expected = {name: sql.execute(query, values).fetchone()[0] for name, query in asked.items()}
        assert {name: row[name] for name in expected} == expected


def test_still_online_in_all_and_by_base(week: tuple[sqlite3.Connection, Report, date]) -> None:
    """The week of the report as known now, earlier weeks as known when they ended; late finds change them too."""
    sql, report, first = week
    now = "SELECT site_code, count(*) FROM counted WHERE week <= ? AND state <> 'removed' GROUP BY 1"
    by_base = _by(sql, now, first.isoformat())
    assert _some(report["bases"], "code", "online") == by_base
    assert report["trend"][-1]["online"] == sum(by_base.values())
    then = """SELECT count(*) FROM counted WHERE week <= ? AND coalesce((SELECT to_state FROM decisions d
              WHERE d.fingerprint = counted.fingerprint AND made_at < ? ORDER BY seq DESC LIMIT 1), '') <> 'removed'"""
    for row in report["trend"][:-1]:
        ends = _utc(date.fromisoformat(row["first_day"]) + timedelta(days=7))
        assert row["online"] == _one(sql, then, row["first_day"], ends)


def test_bases_zones_and_kinds_of_leak(week: tuple[sqlite3.Connection, Report, date]) -> None:
    sql, report, first = week
    for column, rows, name in (("site_code", "bases", "code"), ("rule", "kinds", "rule")):
        query = f"SELECT {column}, count(*) FROM counted WHERE week = ? GROUP BY 1"
        assert _some(report[rows], name, "findings") == _by(sql, query, first.isoformat())
        before = _by(sql, query, (first - timedelta(days=7)).isoformat())
        assert _some(report[rows], name, "findings_week_before") == before
    assert {row["code"]: row["unit"] for row in report["bases"]}.items() <= {
        site.code: site.unit for site in SITES.values()
    }.items()
    zones = """SELECT site_code, coalesce(zone.value, ''), count(DISTINCT fingerprint)
               FROM counted, json_each(places, '$[1]') AS zone WHERE week = ? GROUP BY 1, 2"""
    found = {(row["site_code"], row["zone"] or ""): row["findings"] for row in report["zones"]}
    assert found == _by(sql, zones, first.isoformat())


def test_what_was_not_looked_at(week: tuple[sqlite3.Connection, Report, date]) -> None:
    sql, report, first = week
    coverage, day = report["coverage"], first.isoformat()
    statuses = _by(sql, "SELECT status, count(*) FROM clip WHERE week = ? GROUP BY 1", day)
    assert Counter({name: coverage[name] for name in ("read", "partly", "unread")}) == Counter(statuses)
    assert coverage["clips"] == sum(statuses.values())
    reasons = """SELECT reason.value, count(DISTINCT clip) FROM clip, json_each(reason_codes) AS reason
                 WHERE week = ? AND status <> 'read' GROUP BY 1"""
    assert coverage["by_group"] == {GROUPS[code]: n for code, n in _by(sql, reasons, day).items()}
    checks = """SELECT name.value, count(DISTINCT clip) FROM clip, json_each(checks_not_run) AS name
                WHERE week = ? GROUP BY 1"""
    assert coverage["checks_not_run"] == _by(sql, checks, day)
    assert coverage["checks_unknown"] == _one(
        sql, "SELECT count(*) FROM clip WHERE week = ? AND checks_not_run IS NULL", day
    )
    assert coverage["undated"] == _one(sql, "SELECT count(*) FROM clip WHERE week = ? AND NOT dated", day)


def test_late_finds_of_earlier_weeks(week: tuple[sqlite3.Connection, Report, date]) -> None:
    sql, report, first = week
    query = "SELECT week, number FROM counted WHERE found_in = ? AND week < found_in"
    expected: dict[str, set[str]] = {}
    for day, number in sql.execute(query, (first.isoformat(),)):
        year, name, _day = (date.fromisoformat(day) + timedelta(days=1)).isocalendar()
        known = date.fromisoformat(day) >= first - timedelta(days=49)
        expected.setdefault(f"{year}-W{name:02}" if known else "earlier", set()).add(number)
    assert {row["week"]: set(row["numbers"]) for row in report["late"]} == expected
    assert all(row["findings"] == len(row["numbers"]) for row in report["late"])


FUNNEL = """
WITH asked AS (
  SELECT c.state, c.since, d.fingerprint, min(d.made_at) AS asked_at FROM decisions d JOIN counted c USING (fingerprint)
  WHERE d.to_state = 'takedown_requested' AND d.made_at >= :begins AND d.made_at < :ends GROUP BY d.fingerprint),
told AS (
  SELECT asked.*, (SELECT min(made_at) FROM decisions d WHERE d.fingerprint = asked.fingerprint
                   AND to_state = 'removed') AS removed_at,
         EXISTS (SELECT 1 FROM decisions d WHERE d.fingerprint = asked.fingerprint
                 AND to_state = 'acknowledged') AS was_acknowledged
  FROM asked)
"""


def test_funnel_of_requests_made_in_the_eight_weeks(week: tuple[sqlite3.Connection, Report, date]) -> None:
    """How far each request got by now; hours from the request to a removal that still holds."""
    sql, report, first = week
    window = {"begins": _utc(first - timedelta(days=49)), "ends": _utc(first + timedelta(days=7))}
    late = (AT - timedelta(days=DUE_DAYS)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    query = """SELECT count(*), sum(was_acknowledged), sum(state = 'removed'), sum(state = 'rejected'),
      sum(state IN ('takedown_requested', 'acknowledged', 'reappeared')), sum(state = 'reappeared'),
      sum(state IN ('takedown_requested', 'acknowledged') AND since < :late) FROM told"""
    counts = sql.execute(FUNNEL + query, {**window, "late": late}).fetchone()
    names = ("requested", "acknowledged", "removed", "rejected", "waiting", "reappeared", "overdue")
    takedown = report["takedown"]
    assert {name: takedown[name] for name in names} == {name: n or 0 for name, n in zip(names, counts, strict=True)}
    assert takedown["requested"] == takedown["removed"] + takedown["rejected"] + takedown["waiting"]
    hours = sql.execute(
        f"{FUNNEL} SELECT (julianday(removed_at) - julianday(asked_at)) * 24 FROM told WHERE state = 'removed'"
        " ORDER BY 1", window,
    ).fetchall()  # fmt: skip
    values = [row[0] for row in hours]
    if not values:
        assert (takedown["hours_median"], takedown["hours_p90"]) == (None, None)
        return
    middle = (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
    ninth = values[-(-9 * len(values) // 10) - 1]  # the smallest value that 90 of 100 do not exceed
    assert takedown["hours_median"] == pytest.approx(middle, abs=1e-3)
    assert takedown["hours_p90"] == pytest.approx(ninth, abs=1e-3)


def test_repeat_sources(week: tuple[sqlite3.Connection, Report, date]) -> None:
    sql, report, first = week
    since = (first - timedelta(days=49)).isoformat()
    query = """SELECT author, count(DISTINCT clip), count(DISTINCT clip) FILTER (WHERE week = :week),
      count(DISTINCT week), (SELECT json_group_array(site_code) FROM (SELECT DISTINCT site_code FROM counted o
      WHERE o.author = counted.author AND week BETWEEN :since AND :week ORDER BY 1))
      FROM counted WHERE week BETWEEN :since AND :week GROUP BY author"""
    known = {row[0]: row[1:] for row in sql.execute(query, {"week": first.isoformat(), "since": since})}
    listed = report["sources"]
    for row in listed:
        clips, this_week, weeks, codes = known[row["account"]]
        assert (row["clips"], row["clips_this_week"], row["weeks"]) == (clips, this_week, weeks)
        assert row["site_codes"] == json.loads(codes)
    repeated = sorted((row[0] for row in known.values() if row[0] >= MIN_REPEATED), reverse=True)
    assert [row["clips"] for row in listed] == repeated[:5]
    assert len({row["pseudonym"] for row in listed}) == len(listed)


def test_worst_ten_that_are_still_online(week: tuple[sqlite3.Connection, Report, date]) -> None:
    sql, report, first = week
    query = """SELECT number, site_code, action, state, rule FROM counted WHERE week = ? AND state <> 'removed'
      ORDER BY instr('act_now act_today review', action), likelihood DESC, severity DESC LIMIT 10"""
    columns = ("number", "site_code", "action", "state", "rule")
    found = [tuple(row[name] for name in columns) for row in report["worst"]]
    assert found == sql.execute(query, (first.isoformat(),)).fetchall()


def test_recommendations_count_what_they_ask_for(week: tuple[sqlite3.Connection, Report, date]) -> None:
    """Of the base with most clips to act on now, of the eight weeks and of what was found late in this one."""
    sql, report, first = week
    values = {
        "since": (first - timedelta(days=49)).isoformat(), "week": first.isoformat(),
        "late": (AT - timedelta(days=DUE_DAYS)).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "young": (AT - timedelta(days=DAYS_TO_DECIDE)).strftime("%Y-%m-%d"),
    }  # fmt: skip
    asked = {
        "take_down": "action IN ('act_now', 'act_today') AND state IN ('open', 'confirmed', 'reappeared')",
        "chase": "state IN ('takedown_requested', 'acknowledged') AND since < :late",
        "decide": "action = 'review' AND state = 'open' AND first_seen_at < :young",
    }
    units = {site.code: site.unit for site in SITES.values()}
    advice = {row["kind"]: row for row in report["advice"]}
    assert len(report["advice"]) <= 3
    for kind, condition in asked.items():
        query = f"""SELECT site_code, count(*) FROM counted WHERE {condition}
          AND (week BETWEEN :since AND :week OR (found_in = :week AND week < :since))
          GROUP BY 1 ORDER BY sum(action = 'act_now') DESC, 2 DESC, 1 LIMIT 1"""
        expected = sql.execute(query, values).fetchone()
        row = advice.get(kind)
        if row is None and len(advice) == 3:
            continue  # more urgent ones filled the page
        assert (row and (row["site_code"], row["count"])) == expected
        assert row is None or row["unit"] == units[row["site_code"]]
    if "speak_with_source" in advice:
        assert advice["speak_with_source"]["count"] == report["sources"][0]["clips"]
    if "read" in advice:
        assert advice["read"]["count"] == max(report["coverage"]["by_group"].values())


@pytest.mark.parametrize("name", ["2026-W47", "2026-W48"])
def test_the_other_view_counts_by_the_week_of_scanning(case: Case, name: str) -> None:
    sql, report = case[1], _report(case[0], name, "scanned")
    day = report["first_day"]
    assert report["coverage"]["clips"] == _one(sql, "SELECT count(*) FROM clip WHERE seen = ?", day)
    assert report["findings"] == _one(sql, "SELECT count(*) FROM counted WHERE found_in = ?", day)
    assert report["late"] == []
