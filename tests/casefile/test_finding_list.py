"""Which findings are listed, and in which order."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.finding_evidence import Places
from opsec.casefile.finding_list import FindingFilter, finding_sites, finding_zones, list_findings
from opsec.casefile.schema import findings
from opsec.casefile.serialisation import utc_text
from opsec.model import Action
from tests.casefile.made import AT, Judged, a_finding, a_post, keep
from tests.casefile.test_decisions import PATHS, decide, with_finding

LATER = AT + timedelta(days=9)


@pytest.fixture
def case(tmp_path: Path) -> Iterator[CaseFile]:
    with open_case(str(tmp_path / "case.db")) as opened:
        yield opened


def names(case: CaseFile, which: FindingFilter) -> list[str]:
    found = list_findings(case.transactions, which, LATER)
    return [one.posts[0].path.removeprefix("posts/").removesuffix(".mp4") for one in found]


def test_what_is_still_to_be_done_comes_first_then_the_most_urgent_then_the_newest(case: CaseFile) -> None:
    made: list[tuple[str, Action, int]] = [
        ("removed", "act_now", 0),
        ("review", "review", 3),
        ("old", "act_now", 1),
        ("new", "act_now", 2),
        ("today", "act_today", 3),
    ]
    for name, action, days in made:
        with_finding(case, name, finding=a_finding(name, action), at=AT + timedelta(days=days))
    (first,) = (
        one for one in list_findings(case.transactions, FindingFilter(), LATER) if "removed" in one.posts[0].path
    )
    for step in PATHS["removed"]:
        decide(case, [first.fingerprint], step)
    assert names(case, FindingFilter()) == ["new", "old", "today", "review", "removed"]


def test_each_filter(case: CaseFile) -> None:
    dismissed = with_finding(case, "dismissed")
    decide(case, [dismissed], "dismissed")
    with_finding(case, "depot", finding=a_finding("depot", site="heron-depot"))
    with_finding(case, "young", at=LATER)
    assert names(case, FindingFilter(states=frozenset({"dismissed"}))) == ["dismissed"]
    assert names(case, FindingFilter(site="h-02")) == names(case, FindingFilter(site="Heron-Depot")) == ["depot"]
    assert names(case, FindingFilter(site="nowhere")) == []
    assert names(case, FindingFilter(since=utc_text(LATER))) == ["young"]
    assert names(case, FindingFilter(account="nobody")) == []


def test_only_takedown_requests_without_an_answer_are_due(case: CaseFile) -> None:
    for name in ("asked", "answered", "young", "open"):
        fingerprint = with_finding(case, name)
        for step in ("confirmed", "takedown_requested") if name != "open" else ():
            decide(case, [fingerprint], step, at=LATER if name == "young" else AT)
        if name == "answered":
            decide(case, [fingerprint], "acknowledged")
    due_before = utc_text(LATER - timedelta(days=7))
    assert names(case, FindingFilter(due_before=due_before)) == ["asked"]


def test_the_request_that_waited_longest_is_first_among_those_that_are_due(case: CaseFile) -> None:
    asked: list[tuple[str, Action, int]] = [("second", "act_now", 1), ("first", "review", 0), ("third", "act_now", 2)]
    for name, action, days in asked:
        fingerprint = with_finding(case, name, finding=a_finding(name, action))
        for step in ("confirmed", "takedown_requested"):
            decide(case, [fingerprint], step, at=AT + timedelta(days=days))
    assert names(case, FindingFilter(due_before=utc_text(LATER))) == ["first", "second", "third"]


def test_sites_and_zones_of_the_findings(case: CaseFile) -> None:
    assert not finding_sites(case.transactions)
    assert not finding_zones(case.transactions)
    with_finding(case, "a")
    with_finding(case, "depot", finding=a_finding("depot", site="heron-depot"))
    assert finding_sites(case.transactions) == {("falcon-camp", "F-07"), ("heron-depot", "H-02")}
    places = Places(((33.25, 44.5),), ("north gate", None)).to_json()
    with case.transactions.write() as connection:
        connection.execute(update(findings).where(findings.c.site == "falcon-camp").values(places=places))
    assert finding_zones(case.transactions) == {("falcon-camp", "F-07", "north gate")}


# ── new ───────────────────────────────────────────────────────────────────────────────────────
def test_new_is_what_the_last_scan_saw_first_and_a_continued_scan_is_one_scan(case: CaseFile) -> None:
    new = FindingFilter(only_new=True)
    assert case.begin_scan(AT) == utc_text(AT)
    with_finding(case, "a", at=AT)
    interrupted = AT + timedelta(hours=1)
    assert case.begin_scan(interrupted) == utc_text(AT), "the scan before was interrupted and is continued"
    with_finding(case, "b", at=interrupted)
    case.finish_scan()
    assert sorted(names(case, new)) == ["a", "b"]
    assert case.begin_scan(LATER) == utc_text(LATER)
    for name in ("a", "c"):
        with_finding(case, name, at=LATER)
    assert names(case, new) == ["c"]
    assert len(names(case, FindingFilter())) == 3


def test_a_copy_of_a_known_clip_is_not_new(case: CaseFile) -> None:
    case.begin_scan(AT)
    with_finding(case, "a")
    case.finish_scan()
    case.begin_scan(LATER)
    keep(case, a_post("copy.mp4", content="a"), Judged(findings=[replace(a_finding("a"), rule="PLACE-TAG")]), at=LATER)
    assert names(case, FindingFilter(only_new=True)) == []
