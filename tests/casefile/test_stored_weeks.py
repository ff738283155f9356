"""The stored sums of the weeks equal sums from scratch after any series of operations, in any week and time zone."""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule
from sqlalchemy import text

from opsec.casefile import week_following, week_reading
from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.decisions import NewDecision
from opsec.casefile.finding_list import FindingFilter, list_findings
from opsec.casefile.iso_week import Week
from opsec.casefile.purging import purge
from opsec.casefile.state_changes import NEXT_STATES
from opsec.casefile.week_calendar import WeekCalendar
from opsec.casefile.week_data import WeekOptions, site_zones
from opsec.casefile.week_following import count_stale, is_passing_calendar
from opsec.casefile.weekly_exposure import sum_up
from opsec.errors import UsageError
from opsec.i18n.reasons import make_reason
from opsec.model import AllowRule, Exposure, FindingState, Post, SiteCoverage, SiteFacts
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
    wanted = from_scratch(case, week, at, options)
    # another calendar than before is taken over when it is asked for again
    is_passing_calendar(case.transactions, WeekCalendar.of(week, site_zones(options)))
    stored = case.exposure(week, at, options)
    assert is_stored(case, week, options)
    for name in Exposure.__dataclass_fields__:
        assert getattr(stored, name) == getattr(wanted, name), name


def is_stored(case: CaseFile, week: Week, options: WeekOptions) -> bool:
    calendar = WeekCalendar.of(week, site_zones(options))
    with case.transactions.read() as connection:
        kept = connection.scalar(text("SELECT value FROM meta WHERE key = 'weeks_calendar'"))
        return kept == calendar.key and count_stale(connection, calendar) == 0


def allow(case: CaseFile, kind: Literal["account", "site"], value: str, at: datetime = AT, days: int = 30) -> None:
    until = (at + timedelta(days=days)).date().isoformat()
    rule = AllowRule(number=0, kind=kind, value=value, why="known", made_by="officer", made_at="", until=until)
    case.allow_rules.add(rule, at)


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

    @initialize(zone=st.integers(0, 1), options=st.integers(0, len(OPTIONS) - 1))
    def begin(self, zone: int, options: int) -> None:
        self.zone, self.options = zone, options
        self.report(0)

    def teardown(self) -> None:
        try:
            self.report(0)
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

    @rule(data=st.data(), days=st.none() | st.integers(0, 20))
    def decide(self, data: st.DataObject, days: int | None) -> None:
        known = list_findings(self.cases[0].transactions, FindingFilter(), self.at)
        if not known:
            return
        one = data.draw(st.sampled_from(known))
        state: FindingState = data.draw(st.sampled_from(sorted(NEXT_STATES[one.decision.state])))
        until = (self.at + timedelta(days=days)).date().isoformat() if days is not None else None
        wanted = NewDecision(state=state, by="officer", why="because", until=until if state == "dismissed" else None)
        self.case.decisions.decide([one.fingerprint], wanted, self.at)
        self.report(0)

    @rule(data=st.data())
    def undo(self, data: st.DataObject) -> None:
        known = list_findings(self.cases[0].transactions, FindingFilter(), self.at)
        if known:
            one = data.draw(st.sampled_from(known))
            try:
                self.case.decisions.undo([one.fingerprint], by="officer", why=None, at=self.at)
            except UsageError:
                is_decided = one.decision.state != "open" and one.decision.allow_rule is None
                assert not (is_decided and self.cases[0].decisions.history(one.fingerprint))

    @rule(kind=st.sampled_from(["account", "site"]), days=st.integers(0, 30))
    def allow(self, kind: str, days: int) -> None:
        value = {"account": "salim", "site": "H-02"}[kind]
        allow(self.case, "account" if kind == "account" else "site", value, self.at, days)

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

    @rule(back=st.integers(0, 4))
    def report(self, back: int) -> None:
        """By the calendar of before: another one computes everything anew, so that a lost mark would not be seen."""
        week = Week.of(self.at, 6 if self.zone == 0 else 0, ZoneInfo(ZONES[self.zone])).before(back)
        check(self.case, week, self.at, OPTIONS[self.options])

    @rule()
    def change_calendar(self) -> None:
        self.zone, self.options = 1 - self.zone, (self.options + 1) % len(OPTIONS)
        self.report(0)


WeekMachine.TestCase.settings = settings(max_examples=20, stateful_step_count=25, deadline=None)
TestStoredWeeks = WeekMachine.TestCase


# ── a made case ───────────────────────────────────────────────────────────────────────────────
@pytest.fixture(scope="module")
def made_case() -> Iterator[CaseFile]:
    with open_case(":memory:") as case:
        fill_case(case, MadeCase(clips=400, flagged=0.8))
        yield case


LAST_DAY = datetime(2026, 11, 22, 6, tzinfo=UTC)


@pytest.mark.parametrize("options", OPTIONS)
@pytest.mark.parametrize("zone", ZONES)
def test_every_figure_of_a_made_case(made_case: CaseFile, zone: str, options: WeekOptions) -> None:
    """Weeks of one calendar after another: each calendar computes all rows anew, which takes most of the time."""
    for first_weekday in (6, 0):
        for week in ("2026-W35", "2026-W44", "2026-W46", "2026-W47", "2026-W49"):
            check(made_case, Week.parse(week, first_weekday, ZoneInfo(zone)), LAST_DAY, options)


def test_a_second_report_changes_nothing_and_computes_nothing(made_case: CaseFile) -> None:
    week = Week.parse("2026-W47", zone=ZoneInfo(ZONES[0]))
    made_case.exposure(week, LAST_DAY, OPTIONS[1])
    first = made_case.exposure(week, LAST_DAY, OPTIONS[1])
    with made_case.transactions.read() as connection:
        before = connection.scalar(text("SELECT value FROM meta WHERE key = 'weeks_step'"))
    assert made_case.exposure(week, LAST_DAY + timedelta(hours=1), OPTIONS[1]) == first
    with made_case.transactions.read() as connection:
        assert connection.scalar(text("SELECT value FROM meta WHERE key = 'weeks_step'")) == before


def test_reports_by_two_calendars_in_turn_keep_the_sums_of_the_first(made_case: CaseFile) -> None:
    first, second = (Week.parse("2026-W47", zone=ZoneInfo(zone)) for zone in ZONES)
    check(made_case, first, LAST_DAY, OPTIONS[1])
    for _turn in range(2):
        assert made_case.exposure(second, LAST_DAY) == from_scratch(made_case, second, LAST_DAY, OPTIONS[0])
        assert is_stored(made_case, first, OPTIONS[1])
        assert made_case.exposure(first, LAST_DAY, OPTIONS[1]).clips > 0
    made_case.exposure(second, LAST_DAY)
    made_case.exposure(second, LAST_DAY)
    assert is_stored(made_case, second, OPTIONS[0])


def test_a_large_backlog_is_worked_off_by_several_reports(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(week_reading, "MAX_BACKLOG", 200)
    for module in (week_reading, week_following):
        monkeypatch.setattr(module, "BATCH", 100)
    week = Week.parse("2026-W47", zone=ZoneInfo(ZONES[0]))
    with open_case(":memory:") as case:
        fill_case(case, MadeCase(clips=600, flagged=0.5, coverage=False))
        wanted = from_scratch(case, week, LAST_DAY, OPTIONS[1])
        reports = 0
        while not is_stored(case, week, OPTIONS[1]):
            assert case.exposure(week, LAST_DAY, OPTIONS[1]) == wanted
            reports += 1
            assert reports < 10
        assert reports > 1
        assert case.exposure(week, LAST_DAY, OPTIONS[1]) == wanted


@pytest.mark.parametrize("states", [("dismissed",), ("confirmed", "takedown_requested", "removed")])
def test_a_decision_marks_its_finding(states: tuple[FindingState, ...]) -> None:
    week = Week.of(AT, 6, ZoneInfo(ZONES[0]))
    with open_case(":memory:") as case:
        keep(case, a_post("a"), Judged(findings=[a_finding("a", "act_now")]), at=AT)
        check(case, week, AT, OPTIONS[0])
        fingerprint = list_findings(case.transactions, FindingFilter(), AT)[0].fingerprint
        for state in states:
            case.decisions.decide([fingerprint], NewDecision(state=state, by="officer", why="because"), AT)
            assert not is_stored(case, week, OPTIONS[0])
            check(case, week, AT, OPTIONS[0])


def test_a_rule_that_allows_one_post_of_a_finding_hides_none_of_its_other_posts() -> None:
    """The clip is older than the trend, whose findings are only counted."""
    week = Week.of(AT, 6, ZoneInfo(ZONES[0]))
    with open_case(":memory:") as case:
        for name, author in (("a", "noor"), ("b", "salim")):
            post = Post(author=author, posted_at="2026-08-02T10:00:00Z", url=f"https://video.example/{name}")
            found = replace(a_finding("same", "act_today"), rule="NAME-IN-CAPTION")
            keep(case, a_post(name, content="same"), Judged(findings=[found], post=post), at=AT)
        allow(case, "account", "salim")
        check(case, week, AT, OPTIONS[0])
        assert case.exposure(week, AT, OPTIONS[0]).trend[-1].online == 1
        allow(case, "account", "noor")
        check(case, week, AT, OPTIONS[0])
        assert case.exposure(week, AT, OPTIONS[0]).trend[-1].online == 0
