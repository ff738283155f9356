"""Every number of the report of a made quarter, against SQL that was written from the text of the requirement alone.

12 weeks, 5 bases, 3 units, 5,000 clips with decisions; each clip has one post, and no decision ends or is taken back.
Nothing of the program computes the expected values: SQLite's own dates (the bases are in Baghdad, UTC+3 all year, and
weeks begin on Sunday) and its aggregates do. The report is read as its JSON, in which the officer's edition has exact
counts.
"""

import json
import math
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from opsec.app.weekly import renderers, sum_up_week
from opsec.casefile.case_file import open_case
from opsec.casefile.iso_week import Week
from opsec.casefile.week_data import WeekOptions
from opsec.settings import Settings
from tests.casefile.made_weeks import SITES, MadeCase, fill_case

AT = datetime(2026, 11, 22, 6, tzinfo=UTC)
VIEWS = """
CREATE TEMP VIEW clip AS SELECT key, content_id, status, reason_codes, checks_not_run, author, first_seen_at,
  posted_at IS NOT NULL AS dated,
  date(coalesce(
    CASE WHEN posted_at LIKE '%+__:__' THEN datetime(posted_at, '+3 hours')
         WHEN posted_at LIKE '%Z' THEN datetime(posted_at, '+3 hours') ELSE posted_at END,
    datetime(first_seen_at, '+3 hours')), 'weekday 6', '-6 days') AS sunday,
  date(datetime(first_seen_at, '+3 hours'), 'weekday 6', '-6 days') AS seen_sunday
FROM posts;
CREATE TEMP VIEW state AS SELECT fingerprint, to_state, made_at FROM decisions AS d
WHERE seq = (SELECT max(seq) FROM decisions WHERE fingerprint = d.fingerprint);
CREATE TEMP VIEW leak AS SELECT f.fingerprint, f.number, f.site_code AS base, f.rule, f.action, f.likelihood,
  f.severity, f.places, c.sunday, c.seen_sunday, c.content_id, c.author, f.first_seen_at,
  coalesce(s.to_state, 'open') AS state, s.made_at AS since
FROM findings AS f JOIN clip AS c ON c.key = f.post_key LEFT JOIN state AS s ON s.fingerprint = f.fingerprint
WHERE f.action IN ('act_now', 'act_today', 'review');
CREATE TEMP VIEW shown AS SELECT * FROM leak WHERE state <> 'dismissed';
"""


@pytest.fixture(scope="module")
def quarter(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("quarter") / "case.db"
    with open_case(str(path)) as case:
        fill_case(case, MadeCase(clips=5_000, weeks=12, flagged=0.25))
    return path


@pytest.fixture(scope="module", params=["2026-W47", "2026-W45"])
def report(quarter: Path, request: pytest.FixtureRequest) -> dict[str, Any]:
    week = Week.parse(request.param, zone=ZoneInfo("Asia/Baghdad"))
    exposure = sum_up_week(str(quarter), week, "officer", WeekOptions(sites=SITES), AT)
    document: dict[str, Any] = json.loads(renderers(exposure, "officer", "en", Settings())[".json"]())
    return document


@pytest.fixture
def sql(quarter: Path, report: dict[str, Any]) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(quarter)
    connection.executescript(VIEWS)
    connection.execute("CREATE TEMP TABLE asked AS SELECT ? AS sunday", [report["first_day"]])
    yield connection
    connection.close()


def pairs(sql: sqlite3.Connection, question: str) -> dict[Any, Any]:
    return dict(sql.execute(question).fetchall())


def one(sql: sqlite3.Connection, question: str) -> Any:
    (row,) = sql.execute(question).fetchall()
    return row[0] if len(row) == 1 else row


THIS, BEFORE = "sunday = (SELECT sunday FROM asked)", "sunday = (SELECT date(sunday, '-7 days') FROM asked)"
TREND = "sunday BETWEEN (SELECT date(sunday, '-49 days') FROM asked) AND (SELECT sunday FROM asked)"
UP_TO_NOW = "sunday <= (SELECT sunday FROM asked)"


def test_the_case_is_the_one_that_was_asked_for(sql: sqlite3.Connection) -> None:
    assert one(sql, "SELECT count(*), count(DISTINCT sunday) FROM clip")[0] == 5_000
    assert one(sql, "SELECT count(DISTINCT site_code) FROM findings") == 5
    assert len({facts.unit for facts in SITES.values()}) == 3
    assert one(sql, "SELECT count(*) FROM decisions") > 1_000


def test_the_trend(sql: sqlite3.Connection, report: dict[str, Any]) -> None:
    days = [week["first_day"] for week in report["trend"]]
    assert days == [row[0] for row in sql.execute(
        "WITH RECURSIVE d(day, n) AS (SELECT date(sunday, '-49 days'), 1 FROM asked UNION ALL "
        "SELECT date(day, '+7 days'), n + 1 FROM d WHERE n < 8) SELECT day FROM d"
    )]  # fmt: skip
    asked = {
        "clips": "SELECT sunday, count(*) FROM clip GROUP BY sunday",
        "read": "SELECT sunday, count(*) FROM clip WHERE status = 'read' GROUP BY sunday",
        "flagged": "SELECT sunday, count(DISTINCT content_id) FROM shown GROUP BY sunday",
        "flagged_late": "SELECT sunday, count(DISTINCT content_id) FROM shown WHERE seen_sunday > sunday GROUP BY 1",
        "findings": "SELECT sunday, count(*) FROM shown GROUP BY sunday",
        "act_now": "SELECT sunday, count(*) FROM shown WHERE action = 'act_now' AND state <> 'removed' GROUP BY 1",
        "removed": "SELECT date(datetime(made_at, '+3 hours'), 'weekday 6', '-6 days'), count(*) FROM decisions "
        "WHERE to_state = 'removed' AND fingerprint IN (SELECT fingerprint FROM shown) GROUP BY 1",
    }
    for name, question in asked.items():
        expected = pairs(sql, question)
        assert [week[name] for week in report["trend"]] == [expected.get(day, 0) for day in days], name


def test_what_is_still_online(sql: sqlite3.Connection, report: dict[str, Any]) -> None:
    """At the end of each week: every finding posted by then whose last decision by then is not a removal."""
    for week in report["trend"][:-1]:
        expected = one(
            sql,
            f"""SELECT count(*) FROM shown WHERE sunday <= '{week["first_day"]}' AND coalesce((SELECT to_state
            FROM decisions AS d WHERE d.fingerprint = shown.fingerprint
            AND datetime(d.made_at, '+3 hours') < datetime('{week["first_day"]}', '+7 days')
            ORDER BY seq DESC LIMIT 1), 'open') <> 'removed'""",
        )
        assert week["online"] == expected
    by_base = pairs(sql, f"SELECT base, count(*) FROM shown WHERE {UP_TO_NOW} AND state <> 'removed' GROUP BY base")
    assert {base["code"]: base["online"] for base in report["bases"]} == by_base
    assert report["trend"][-1]["online"] == sum(by_base.values()) > 100


def test_bases_zones_and_kinds(sql: sqlite3.Connection, report: dict[str, Any]) -> None:
    for name, which in (("findings", THIS), ("findings_week_before", BEFORE)):
        for part, column, key in (("bases", "base", "code"), ("kinds", "rule", "rule")):
            expected = pairs(sql, f"SELECT {column}, count(*) FROM shown WHERE {which} GROUP BY {column}")
            assert {row[key]: row[name] for row in report[part] if row[name]} == expected
        assert report[name] == one(sql, f"SELECT count(*) FROM shown WHERE {which}")
    zones = pairs(
        sql,
        "SELECT base || '/' || ifnull(CASE WHEN n = 0 THEN NULL ELSE n END, 0), count(*) FROM (SELECT base, "
        f"json_array_length(json_extract(places, '$[1]')) - (json_extract(places, '$[1][0]') IS NULL) AS n "
        f"FROM shown WHERE {THIS}) GROUP BY 1",
    )
    found: dict[str, int] = {}
    for row in report["zones"]:
        key = f"{row['site_code']}/{int(bool(row['zone_code']))}"
        found[key] = found.get(key, 0) + row["findings"]
    assert found == zones
    assert report["removed"] == one(sql, f"SELECT count(*) FROM shown WHERE {THIS} AND state = 'removed'")
    assert report["hidden"] == one(sql, f"SELECT count(*) FROM leak WHERE {THIS} AND state = 'dismissed'")


def test_what_was_looked_at(sql: sqlite3.Connection, report: dict[str, Any]) -> None:
    coverage = report["coverage"]
    for status in ("read", "partly", "unread"):
        assert coverage[status] == one(sql, f"SELECT count(*) FROM clip WHERE {THIS} AND status = '{status}'")
    assert coverage["clips"] == one(sql, f"SELECT count(*) FROM clip WHERE {THIS}")
    assert coverage["undated"] == one(sql, f"SELECT count(*) FROM clip WHERE {THIS} AND NOT dated")
    each = f"SELECT value, count(*) FROM clip, json_each(clip.{{}}) WHERE {THIS} GROUP BY value"
    assert coverage["checks_not_run"] == pairs(sql, each.format("checks_not_run"))
    assert sum(coverage["by_group"].values()) == sum(pairs(sql, each.format("reason_codes")).values())


def test_late_finds(sql: sqlite3.Connection, report: dict[str, Any]) -> None:
    late = "seen_sunday = (SELECT sunday FROM asked) AND sunday < (SELECT sunday FROM asked)"
    expected = one(sql, f"SELECT count(*) FROM shown WHERE {late}")
    assert sum(row["findings"] for row in report["late"]) == expected > 0
    numbers = [number for row in report["late"] for number in row["numbers"]]
    assert sorted(numbers) == [row[0] for row in sql.execute(f"SELECT number FROM shown WHERE {late} ORDER BY 1")]


def test_the_funnel(sql: sqlite3.Connection, report: dict[str, Any]) -> None:
    sql.executescript(
        f"""CREATE TEMP TABLE cohort AS SELECT fingerprint, state, since FROM shown WHERE fingerprint IN (
        SELECT fingerprint FROM (SELECT fingerprint, date(datetime(made_at, '+3 hours'), 'weekday 6', '-6 days')
        AS sunday FROM decisions WHERE to_state = 'takedown_requested') WHERE {TREND})"""
    )
    funnel = report["takedown"]
    ever = "SELECT count(*) FROM cohort WHERE fingerprint IN (SELECT fingerprint FROM decisions WHERE to_state = '{}')"
    now = "SELECT count(*) FROM cohort WHERE state = '{}'"
    assert funnel["requested"] == one(sql, "SELECT count(*) FROM cohort") > 50
    assert funnel["acknowledged"] == one(sql, ever.format("acknowledged"))
    assert funnel["reappeared"] == one(sql, ever.format("reappeared"))
    assert funnel["removed"] == one(sql, now.format("removed"))
    assert funnel["rejected"] == one(sql, now.format("rejected"))
    assert funnel["waiting"] == one(sql, "SELECT count(*) FROM cohort WHERE state NOT IN ('removed', 'rejected')")
    assert funnel["overdue"] == one(
        sql,
        "SELECT count(*) FROM cohort WHERE state IN ('takedown_requested', 'acknowledged') "
        "AND since < '2026-11-15T06:00:00.000000Z'",
    )
    hours = [
        (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds() / 3600
        for start, end in sql.execute(
            "SELECT (SELECT min(made_at) FROM decisions AS d WHERE d.fingerprint = cohort.fingerprint AND "
            "to_state = 'takedown_requested'), since FROM cohort WHERE state = 'removed'"
        )
    ]
    assert funnel["hours_median"] == pytest.approx(median(hours), abs=1e-3)
    assert funnel["hours_p90"] == pytest.approx(sorted(hours)[math.ceil(0.9 * len(hours)) - 1], abs=1e-3)


def test_accounts_and_the_worst(sql: sqlite3.Connection, report: dict[str, Any]) -> None:
    rows = sql.execute(
        f"SELECT count(DISTINCT content_id), count(DISTINCT content_id) FILTER (WHERE {THIS}), count(DISTINCT sunday) "
        f"FROM shown WHERE {TREND} GROUP BY author HAVING count(DISTINCT content_id) >= 3"
    ).fetchall()
    most = sorted((row[0] for row in rows), reverse=True)[:5]
    assert [source["clips"] for source in report["sources"]] == most
    assert {(one["clips"], one["clips_this_week"], one["weeks"]) for one in report["sources"]} <= set(rows)
    worst = sql.execute(
        f"SELECT number FROM shown WHERE {THIS} AND state <> 'removed' ORDER BY CASE action WHEN 'act_now' THEN 0 "
        "WHEN 'act_today' THEN 1 ELSE 2 END, likelihood DESC, severity DESC, number LIMIT 10"
    )
    assert [row["number"] for row in report["worst"]] == [row[0] for row in worst]


def test_each_recommendation_has_the_number_of_its_findings(sql: sqlite3.Connection, report: dict[str, Any]) -> None:
    late = "(seen_sunday = (SELECT sunday FROM asked) AND sunday < (SELECT sunday FROM asked))"
    condition = {
        "take_down": "action IN ('act_now', 'act_today') AND state IN ('open', 'confirmed', 'reappeared')",
        "chase": "state IN ('takedown_requested', 'acknowledged') "
        "AND date(datetime(since, '+3 hours'), '+7 days') < '2026-11-22'",
        "decide": "action = 'review' AND state = 'open' AND first_seen_at < '2026-11-15'",
    }
    checked = 0
    for advice in report["advice"]:
        if advice["kind"] in condition:
            question = f"SELECT count(*) FROM shown WHERE ({TREND} OR {late}) AND {condition[advice['kind']]} "
            assert advice["count"] == one(sql, f"{question} AND base = '{advice['site_code']}'")
            checked += 1
    assert checked >= 2
    units = {facts.code: facts.unit for facts in SITES.values()}
    assert all(advice["unit"] == units[advice["site_code"]] for advice in report["advice"] if advice["site_code"])
