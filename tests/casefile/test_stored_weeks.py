"""The stored sums of the weeks equal sums from scratch after any series of operations, in any week and time zone."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import text

from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.decisions import NewDecision
from opsec.casefile.finding_list import FindingFilter, list_findings
from opsec.casefile.iso_week import Week
from opsec.casefile.purging import purge
from opsec.casefile.state_changes import NEXT_STATES
from opsec.casefile.week_data import WeekOptions
from opsec.casefile.weekly_exposure import sum_up
from opsec.errors import UsageError
from opsec.i18n.reasons import make_reason
from opsec.model import AllowRule, Exposure, FindingState, Post, SiteCoverage, SiteFacts
from opsec.model.decision import STATES
from tests.casefile.made import AT, Judged, a_finding, a_post, keep
from tests.casefile.made_weeks import SITES, MadeCase, fill_case

NAMES = tuple("abcdefgh")
ACTIONS = ("act_now", "act_today", "review", "watch")
ZONES = ("Asia/Baghdad", "America/Los_Angeles")
OPTIONS = (
    WeekOptions(),
    WeekOptions(sites=SITES, reporter="U-1"),
    WeekOptions(sites={"falcon-camp": SiteFacts(code="F-07", unit="3rd", time_zone="Pacific/Kiritimati")}, due_days=2),
)
POSTED = (None, "2026-11-20", "2026-11-14T22:30:00", "2026-11-21T23:30:00+03:00", "2026-10-02T10:00:00Z", "yesterday")
SHOWN = SiteCoverage(
    site="falcon-camp", score=0.1, sweep_deg=60.0, sectors=((10.0, 40.0),), zones=("Gate",), zone_count=2
)
SOME_POST = st.fixed_dictionaries(
    {
        "name": st.sampled_from(NAMES),
        "content": st.sampled_from(NAMES[:5]),
        "action": st.sampled_from(ACTIONS),
        "sites": st.lists(st.sampled_from(["falcon-camp", "heron-depot"]), max_size=2, unique=True),
        "posted": st.sampled_from(POSTED),
        "author": st.sampled_from([None, "salim", "noor"]),
        "kind": st.integers(0, 3),
    }
)


def from_scratch(case: CaseFile, week: Week, at: datetime, options: WeekOptions) -> Exposure:
    with case.transactions.read() as connection:
        return sum_up(connection, week, at, options)


def check(case: CaseFile, week: Week, at: datetime, options: WeekOptions) -> None:
    stored, wanted = case.exposure(week, at, options), from_scratch(case, week, at, options)
    for name in Exposure.__dataclass_fields__:
        assert getattr(stored, name) == getattr(wanted, name), name


class WeekMachine(RuleBasedStateMachine):
    """Two programs with one case file do anything that changes a week; now and then a week is compared."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        where = str(Path(self.folder.name) / "case.db")
        self.cases = [open_case(where), open_case(where)]
        self.at = AT

    @property
    def case(self) -> CaseFile:
        """The program whose turn it is."""
        self.cases.reverse()
        return self.cases[0]

    @initialize()
    def begin(self) -> None:
        self.report(0, 0, 0)

    def teardown(self) -> None:
        try:
            for zone, options in ((0, 1), (1, 2)):
                self.report(zone, options, 0)
        finally:
            for case in self.cases:
                case.close()
            self.folder.cleanup()

    @rule(post=SOME_POST)
    def scan(self, post: dict[str, Any]) -> None:
        content, kind, sites = post["content"], post["kind"], post["sites"]
        found = [a_finding(content, post["action"], site=site, likelihood=0.5 + kind / 10) for site in sites]
        found = [replace(one, rule="NAME-IN-CAPTION") if kind else one for one in found]
        judged = Judged(
            status="unread" if kind == 3 and not found else "partly" if kind == 2 else "read",
            reasons=(make_reason("cut_off"),) if kind == 2 else (),
            findings=found,
            shown=(SHOWN,) if "falcon-camp" in sites and kind else (),
            post=Post(author=post["author"], posted_at=post["posted"], url=f"https://video.example/{post['name']}"),
        )
        keep(self.case, a_post(post["name"], content=content), judged, at=self.at)

    @rule(data=st.data(), state=st.sampled_from(STATES), days=st.none() | st.integers(0, 20))
    def decide(self, data: st.DataObject, state: FindingState, days: int | None) -> None:
        known = list_findings(self.cases[0].transactions, FindingFilter(), self.at)
        if not known:
            return
        one = data.draw(st.sampled_from(known))
        until = (self.at + timedelta(days=days)).date().isoformat() if days is not None else None
        wanted = NewDecision(state=state, by="officer", why="because", until=until if state == "dismissed" else None)
        if state in NEXT_STATES[one.decision.state]:
            self.case.decisions.decide([one.fingerprint], wanted, self.at)

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        known = list_findings(self.cases[0].transactions, FindingFilter(), self.at)
        if known:
            one = data.draw(st.sampled_from(known))
            try:
                self.case.decisions.undo([one.fingerprint], by="officer", why=None, at=self.at)
            except UsageError:
                assert not self.cases[0].decisions.history(one.fingerprint) or one.decision.state == "open"

    @rule(kind=st.sampled_from(["account", "site"]), days=st.integers(0, 30))
    def allow(self, kind: str, days: int) -> None:
        value = {"account": "salim", "site": "H-02"}[kind]
        until = (self.at + timedelta(days=days)).date().isoformat()
        rule = AllowRule(
            number=0, kind="account" if kind == "account" else "site", value=value, why="known", made_by="officer",
            made_at="", until=until,
        )  # fmt: skip
        self.case.allow_rules.add(rule, self.at)

    @rule()
    def revoke(self) -> None:
        for known in self.cases[0].allow_rules.list(self.at)[:1]:
            self.case.allow_rules.revoke(known.number, by="officer", why="over", at=self.at)

    @rule(data=st.data())
    def link_copies(self, data: st.DataObject) -> None:
        known = list_findings(self.cases[0].transactions, FindingFilter(), self.at)
        if len(known) > 1:
            pair = data.draw(st.permutations([one.fingerprint for one in known]))[:2]
            self.case.copies.link([(pair[0], pair[1])], self.at)

    @rule(days=st.integers(1, 40))
    def drop_old_posts(self, days: int) -> None:
        purge(self.case.transactions, self.at - timedelta(days=days), at=self.at)

    @rule(hours=st.integers(1, 300))
    def wait(self, hours: int) -> None:
        self.at += timedelta(hours=hours)

    @rule(zone=st.integers(0, 1), options=st.integers(0, len(OPTIONS) - 1), back=st.integers(0, 4))
    def report(self, zone: int, options: int, back: int) -> None:
        week = Week.of(self.at, 6 if zone == 0 else 0, ZoneInfo(ZONES[zone])).before(back)
        check(self.case, week, self.at, OPTIONS[options])


WeekMachine.TestCase.settings = settings(max_examples=12, stateful_step_count=25, deadline=None)
TestStoredWeeks = WeekMachine.TestCase


# ── a made case ───────────────────────────────────────────────────────────────────────────────
@pytest.fixture(scope="module")
def made_case() -> Iterator[CaseFile]:
    with open_case(":memory:") as case:
        fill_case(case, MadeCase(clips=1_500, flagged=0.7))
        yield case


LAST_DAY = datetime(2026, 11, 22, 6, tzinfo=UTC)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("week", ["2026-W35", "2026-W44", "2026-W46", "2026-W47", "2026-W49"])
def test_every_figure_of_a_made_case(made_case: CaseFile, week: str, zone: str, options: WeekOptions) -> None:
    for first_weekday in (6, 0):
        check(made_case, Week.parse(week, first_weekday, ZoneInfo(zone)), LAST_DAY, options)


def test_a_second_report_changes_nothing_and_computes_nothing(made_case: CaseFile) -> None:
    week = Week.parse("2026-W47", zone=ZoneInfo(ZONES[0]))
    first = made_case.exposure(week, LAST_DAY, OPTIONS[1])
    with made_case.transactions.read() as connection:
        before = connection.scalar(text("SELECT value FROM meta WHERE key = 'weeks_step'"))
    assert made_case.exposure(week, LAST_DAY + timedelta(hours=1), OPTIONS[1]) == first
    with made_case.transactions.read() as connection:
        assert connection.scalar(text("SELECT value FROM meta WHERE key = 'weeks_step'")) == before
