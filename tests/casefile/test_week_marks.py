"""Each trigger of the weekly tables: what one change of a row marks as stale, or deletes at once."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from opsec.casefile.case_file import open_case
from opsec.casefile.decisions import NewDecision
from opsec.casefile.finding_list import FindingFilter, list_findings
from opsec.casefile.iso_week import Week
from opsec.model import AllowRule, Post
from tests.casefile.made import AT, Judged, a_finding, a_post, keep

CHANGES: dict[str, tuple[str, str, set[str], set[str]]] = {
    "findings_insert": (
        "", "INSERT INTO findings SELECT 'new', post_key, site, site_code, rule, action, likelihood, severity, "
        "first_seen_at, last_seen_at, shown, number, in_fence, places, allow_rule, copied FROM findings",
        {"new"}, set(),
    ),
    "findings_update": ("", "UPDATE findings SET severity = 0.125", {"known"}, set()),
    "findings_delete": ("", "DELETE FROM findings", {"known"}, set()),
    "posts_insert": (
        "", "CREATE TEMP TABLE one AS SELECT * FROM posts; UPDATE one SET key = 'second', content_id = 'another clip'; "
        "INSERT INTO posts SELECT * FROM one", set(), {"another clip"},
    ),
    "posts_delete": ("DELETE FROM findings", "DELETE FROM posts", set(), {"the clip"}),
    "posts_update": ("", "UPDATE posts SET content_id = 'another clip'", set(), {"the clip", "another clip"}),
    **{
        f"posts_update of {column}": ("", f"UPDATE posts SET {column} = {value}", set(), {"the clip"})
        for column, value in (
            ("status", "'partly'"), ("reason_codes", "'[]'"), ("checks_not_run", "'[]'"), ("site", "NULL"),
            ("first_seen_at", "'2026-11-01T00:00:00.000000Z'"), ("posted_at", "NULL"), ("posted_moment", "NULL"),
        )
    },
    "posts_author": ("", "UPDATE posts SET author = 'noor'", set(), {"the clip"}),
}  # fmt: skip


@pytest.mark.parametrize("name", CHANGES)
def test_each_change_marks_what_it_concerns(name: str) -> None:
    """One change of one row, by hand: a lost trigger, or one of other columns, is seen without luck."""
    before, change, findings, clips = CHANGES[name]
    with open_case(":memory:") as case:
        keep(case, a_post("a"), Judged(findings=[a_finding("a")], post=Post(author="salim")), at=AT)
        fingerprint = list_findings(case.transactions, FindingFilter(), AT)[0].fingerprint
        with case.transactions.write() as connection:
            clip = connection.scalar(text("SELECT content_id FROM posts"))
            for statement in before.split("; ") if before else ():
                connection.exec_driver_sql(statement)
            for table in ("week_stale", "week_stale_clips"):
                connection.exec_driver_sql(f"DELETE FROM {table}")
            for statement in change.split("; "):
                connection.exec_driver_sql(statement)
            marked = {
                {fingerprint: "known"}.get(row, row) for row in connection.scalars(text("SELECT * FROM week_stale"))
            }
            marked_clips = {
                {clip: "the clip"}.get(row, row) for row in connection.scalars(text("SELECT * FROM week_stale_clips"))
            }
    assert (marked, marked_clips) == (findings, clips)


def test_a_decision_a_copy_and_an_allow_rule_mark_the_findings_that_they_concern() -> None:
    with open_case(":memory:") as case:
        for name in "abc":
            named = replace(a_finding(name), rule="NAME-IN-CAPTION")  # an allow rule hides no position in a fence
            keep(case, a_post(name), Judged(findings=[named], post=Post(author="salim")), at=AT)
        first, second, third = (a_finding(name).fingerprint for name in "abc")
        wanted = NewDecision(state="confirmed", by="officer", why=None)

        def marked() -> set[str]:
            with case.transactions.write() as connection:
                found = set(connection.scalars(text("SELECT fingerprint FROM week_stale")))
                connection.exec_driver_sql("DELETE FROM week_stale")
            return found

        def write(statement: str, *values: object) -> set[str]:
            with case.transactions.write() as connection:
                connection.exec_driver_sql(statement, values)
            return marked()

        marked()
        case.copies.link([(first, second)], AT)
        copy = {first, second} & marked()
        assert len(copy) == 1, "the one whose decisions are kept by the other"
        (original,) = {first, second} - copy
        assert write("UPDATE finding_copies SET copy_of = ?", third) == copy
        assert write("UPDATE finding_copies SET copy_of = ?", original) == copy
        case.decisions.decide([original], wanted, AT)
        assert copy | {original} <= marked()
        assert write("DELETE FROM finding_copies") == copy
        rule = AllowRule(
            number=0, kind="account", value="salim", why="known", made_by="officer", made_at="", until="2027-01-01"
        )
        case.allow_rules.add(rule, AT)
        assert {first, second, third} <= marked()
        assert write("UPDATE allow_rules SET until = '2026-12-01'") == {first, second, third}


def test_a_purged_account_is_forgotten_at_once() -> None:
    """Neither its digest nor the routines of its bases wait for the next report."""
    with open_case(":memory:") as case:
        keep(case, a_post("a"), Judged(findings=[a_finding("a")], post=Post(author="salim")), at=AT)
        case.exposure(Week.of(AT, 6, ZoneInfo("Asia/Baghdad")), AT)
        with case.transactions.write() as connection:
            assert connection.scalar(text("SELECT account FROM week_findings"))
            assert connection.scalar(text("SELECT count(*) FROM week_bases")) == 1
            connection.exec_driver_sql("UPDATE posts SET author = NULL")
            assert connection.scalar(text("SELECT account FROM week_findings")) is None
            assert connection.scalar(text("SELECT count(*) FROM week_bases")) == 0
