"""The rows of the review queue follow every change of the case, whoever makes it."""

import contextlib
import sqlite3
from collections import Counter
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from opsec.casefile import triage_queue
from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.decisions import NewDecision
from opsec.casefile.finding_list import FindingFilter, list_findings
from opsec.casefile.iso_week import Week
from opsec.casefile.purging import purge
from opsec.casefile.triage_queue import QueueFilter, bring_up_to_date, queue_counts, queue_page_of
from opsec.errors import CaseError, UsageError
from opsec.model import PENDING, AllowRule, Finding, FindingState, Post
from opsec.model.decision import STATES
from opsec.model.vocabulary import Action
from tests.casefile.made import AT, READERS, SITE_CODES, Judged, a_finding, a_post, a_result, digest
from tests.casefile.test_decisions import in_caption

AUTHORS = ("@Somebody", "else")
ALL = QueueFilter(states=frozenset(STATES))
NAMES = ("a", "b", "c", "inside")
SOME = st.lists(st.sampled_from(NAMES), min_size=1, unique=True)


def keep_by(
    case: CaseFile,
    name: str,
    author: str,
    found: list[Finding],
    *,
    at: datetime,
    content: str = "",
    post: Post | None = None,
) -> None:
    """Store a post of an account as a scan does."""
    facts = replace(post or Post(), author=author)
    stored = a_post(name, content=content or name)
    result = a_result(stored, Judged(findings=found))
    result = replace(result, clip=replace(result.clip, post=facts))
    codes, sha256 = SITE_CODES, digest("x")
    case.save(
        stored, result, readers_version=READERS, site_codes=codes, settings_sha256=sha256, sites_sha256=sha256, at=at
    )


class QueueMachine(RuleBasedStateMachine):
    """Scans, decisions, allow rules, copies and purges in any order; the list of findings is the truth."""

    def __init__(self) -> None:
        super().__init__()
        self.case = open_case(":memory:")
        self.at = AT
        self.found = {name: a_finding(name) if name == "inside" else in_caption(name) for name in NAMES}
        for name in NAMES:
            self.scan(name, 0, keeps=True)

    def teardown(self) -> None:
        self.case.close()

    @rule(
        name=st.sampled_from(NAMES),
        number=st.integers(0, 2),
        keeps=st.booleans(),
        views=st.none() | st.sampled_from((0, 9, 10**5)),
    )
    def scan(self, name: str, number: int, *, keeps: bool, views: int | None = None) -> None:
        found = [self.found[name]] if keeps else []
        post = Post(views=views)
        keep_by(self.case, f"{name}{number}.mp4", AUTHORS[number % 2], found, at=self.at, content=name, post=post)

    @rule(names=SOME, state=st.sampled_from(STATES), days=st.none() | st.integers(0, 3))
    def decide(self, names: list[str], state: FindingState, days: int | None) -> None:
        until = None if days is None else (self.at + timedelta(days=days)).date().isoformat()
        given = [self.found[name].fingerprint for name in names]
        with contextlib.suppress(UsageError):
            wanted = NewDecision(state=state, by="x", why="y", until=until if state == "dismissed" else None)
            self.case.decisions.decide(given, wanted, self.at)

    @rule(names=SOME)
    def undo(self, names: list[str]) -> None:
        with contextlib.suppress(UsageError):
            given = [self.found[name].fingerprint for name in names]
            self.case.decisions.undo(given, by="x", why=None, at=self.at)

    @rule(days=st.integers(0, 3))
    def allow(self, days: int) -> None:
        until = (self.at + timedelta(days=days)).date().isoformat()
        allowed = AllowRule(number=0, kind="site", value="F-07", why="y", made_by="x", made_at="", until=until)
        self.case.allow_rules.add(allowed, self.at)

    @rule()
    def revoke(self) -> None:
        for allowed in self.case.allow_rules.list(self.at):
            self.case.allow_rules.revoke(allowed.number, by="x", why="y", at=self.at)

    @rule(one=st.sampled_from(NAMES), other=st.sampled_from(NAMES))
    def link(self, one: str, other: str) -> None:
        there = {finding.fingerprint for finding in list_findings(self.case.transactions, FindingFilter(), self.at)}
        if one != other and {self.found[one].fingerprint, self.found[other].fingerprint} <= there:
            self.case.decisions.link_copy(self.found[one].fingerprint, self.found[other].fingerprint, self.at)

    @rule()
    def begin_scan(self) -> None:
        self.case.finish_scan()
        self.case.begin_scan(self.at)

    @rule()
    def purge(self) -> None:
        purge(self.case.transactions, self.at, at=self.at)

    @rule(days=st.integers(-1, 3))
    def wait(self, days: int) -> None:
        self.at += timedelta(days=days)

    @invariant()
    def the_queue_agrees(self) -> None:
        transactions = self.case.transactions
        bring_up_to_date(transactions, self.at)
        listed = list_findings(transactions, FindingFilter(), self.at)
        assert queue_page_of(transactions, ALL, limit=100, offset=0) == [one.fingerprint for one in listed]
        counts = queue_counts(transactions, ALL)
        assert counts.states == Counter(one.decision.state for one in listed)
        assert counts.actions == Counter(one.action for one in listed)
        assert counts.new == sum(one.is_new for one in listed)
        for account in (*AUTHORS, "nobody"):
            expected = list_findings(transactions, FindingFilter(account=account), self.at)
            page = queue_page_of(transactions, QueueFilter(states=ALL.states, account=account), limit=9, offset=0)
            assert page == [one.fingerprint for one in expected]


QueueMachine.TestCase.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)
TestQueueFollows = QueueMachine.TestCase


@pytest.fixture
def many(tmp_path: Path) -> str:
    path = str(tmp_path / "case.db")
    with open_case(path) as case:
        for number in range(12):
            at = AT + timedelta(days=number)
            keep_by(case, f"{number}.mp4", AUTHORS[number % 2], [in_caption(str(number))], at=at)
    return path


def test_filters_compare_as_the_list_does(many: str) -> None:
    with open_case(many) as case:
        late = AT + timedelta(days=20)
        given = [one.fingerprint for one in list_findings(case.transactions, FindingFilter(), late)][:5]
        case.decisions.decide(given[:3], NewDecision(state="confirmed", by="x"), late)
        case.decisions.decide(given[3:], NewDecision(state="dismissed", by="x", why="y"), late)
        bring_up_to_date(case.transactions, late)
        some: tuple[frozenset[FindingState], ...] = (
            frozenset({"open"}),
            frozenset({"confirmed", "dismissed"}),
            PENDING,
            frozenset({"removed"}),
        )
        for which in some:
            expected = list_findings(case.transactions, FindingFilter(states=which), late)
            page = queue_page_of(case.transactions, QueueFilter(states=which), limit=99, offset=0)
            assert page == [one.fingerprint for one in expected]
        assert queue_counts(case.transactions, QueueFilter()).total == 10
        week = str(Week.of(AT))
        of_week = queue_page_of(case.transactions, QueueFilter(week=week), limit=99, offset=0)
        assert queue_counts(case.transactions, QueueFilter(week=week)).weeks[week] == len(of_week)


def test_pages_follow_each_other(many: str) -> None:
    with open_case(many) as case:
        bring_up_to_date(case.transactions, AT)
        whole = queue_page_of(case.transactions, ALL, limit=99, offset=0)
        pages = [queue_page_of(case.transactions, ALL, limit=5, offset=start) for start in (0, 5, 10, 15)]
        assert [one for page in pages for one in page] == whole
        assert [len(page) for page in pages] == [5, 5, 2, 0]


def test_stale_rows_are_computed_in_batches_and_only_once(many: str, monkeypatch: pytest.MonkeyPatch) -> None:
    computed: list[int] = []
    compute = triage_queue._compute

    def counting(connection: object, stale: list[str], today: str) -> None:
        computed.append(len(stale))
        compute(connection, stale, today)  # type: ignore[arg-type]

    monkeypatch.setattr(triage_queue, "_compute", counting)
    monkeypatch.setattr(triage_queue, "_BATCH", 5)
    with open_case(many) as case:
        bring_up_to_date(case.transactions, AT)
        bring_up_to_date(case.transactions, AT)
    assert computed == [5, 5, 2]


def test_a_page_reads_an_index_alone(many: str) -> None:
    """Without one, a page of 100,000 findings would sort them all."""
    with open_case(many) as case, case.transactions.read() as connection:
        for which in (QueueFilter(), QueueFilter(states=frozenset({"open"})), QueueFilter(site="F-07")):
            plan = _plan(connection, triage_queue.page_query(which, limit=50, offset=0))
            assert "USING COVERING INDEX queue_in_order" in plan
            assert "TEMP B-TREE" not in plan
        plan = _plan(connection, triage_queue.count_query(QueueFilter()))
        assert "USING COVERING INDEX queue_counts" in plan
        assert "TEMP B-TREE" not in plan


def _plan(connection: object, query: object) -> str:
    from sqlalchemy.dialects import sqlite

    text = str(query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))  # type: ignore[attr-defined]
    return str(connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all())  # type: ignore[attr-defined]


def test_a_purge_leaves_no_account_in_the_queue(many: str) -> None:
    late = AT + timedelta(days=400)
    with open_case(many) as case:
        bring_up_to_date(case.transactions, AT)
        given = queue_page_of(case.transactions, ALL, limit=99, offset=0)
        case.decisions.decide(given, NewDecision(state="dismissed", by="x", why="y"), AT)
        bring_up_to_date(case.transactions, AT)
        assert _accounts(many) == 12
        purge(case.transactions, late, at=late)
    assert _accounts(many) == 0


def _accounts(path: str) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("SELECT count(*) FROM queue_accounts").fetchone()[0])
    finally:
        connection.close()


def keep_with_reach(case: CaseFile, name: str, post: Post, *, days: int = 0, action: Action = "act_today") -> str:
    """Store a flagged clip, found some days after the first ones, and return its fingerprint."""
    found = replace(in_caption(name), action=action)
    keep_by(case, f"{name}.mp4", "@x", [found], at=AT + timedelta(days=days), post=post)
    return found.fingerprint


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((Post(views=9_000), 0), (Post(views=100), 0)),
        ((Post(likes=9_000), 0), (Post(views=100), 0)),  # who likes a post has seen it
        ((Post(shares=9_000), 0), (Post(likes=8_000, views=10), 0)),
        ((Post(views=100), 0), (Post(), 0)),
        ((Post(views=9), 0), (Post(), 0)),
        ((Post(), 1), (Post(), 0)),
        ((Post(), 2), (Post(views=9), 0)),  # ten times the reach counts as much as one day
        ((Post(views=99_999), 0), (Post(), 4)),
        ((Post(), 6), (Post(views=99_999), 0)),
    ],
)
def test_of_one_action_what_many_people_have_seen_comes_first(
    first: tuple[Post, int], second: tuple[Post, int], tmp_path: Path
) -> None:
    for names in (("a", "b"), ("b", "a")):  # never by their fingerprints
        with open_case(str(tmp_path / f"{names[0]}.db")) as case:
            made = [
                keep_with_reach(case, name, post, days=days)
                for name, (post, days) in zip(names, (first, second), strict=True)
            ]
            assert _order(case) == made


def test_reach_never_lifts_a_finding_over_a_more_urgent_action(tmp_path: Path) -> None:
    with open_case(str(tmp_path / "case.db")) as case:
        seen = keep_with_reach(case, "a", Post(views=10**13, likes=10**13), action="review", days=90)
        urgent = keep_with_reach(case, "b", Post(views=0), action="act_now")
        assert _order(case) == [urgent, seen]
        listed = list_findings(case.transactions, FindingFilter(), AT)
        assert [one.action for one in listed] == ["act_now", "review"]
        counts = queue_counts(case.transactions, ALL)
        assert counts.actions == {"act_now": 1, "review": 1}


def test_the_order_follows_the_views_of_a_later_scan_and_of_all_posts_of_a_clip(tmp_path: Path) -> None:
    with open_case(str(tmp_path / "case.db")) as case:
        one = keep_with_reach(case, "a", Post(views=500))
        other = keep_with_reach(case, "b", Post(views=100))
        assert _order(case) == [one, other]
        keep_with_reach(case, "b", Post(views=5_000))  # the same post, read again
        assert _order(case) == [other, one]
        keep_by(case, "a2.mp4", "@y", [in_caption_as("a", "act_today")], at=AT, content="a.mp4", post=Post(views=9_000))
        assert _order(case) == [one, other]


def test_a_change_of_the_reach_alone_marks_its_findings(tmp_path: Path) -> None:
    with open_case(str(tmp_path / "case.db")) as case:
        one, other = (keep_with_reach(case, name, Post(views=500)) for name in "ab")
        later = next(found for found in (one, other) if found == _order(case)[1])
        with case.transactions.write() as connection:
            connection.exec_driver_sql(
                "UPDATE posts SET reach = 600 WHERE key IN (SELECT post_key FROM findings WHERE fingerprint = ?)",
                (later,),
            )
        assert _order(case)[0] == later


def in_caption_as(name: str, action: Action) -> Finding:
    return replace(in_caption(name), action=action)


def _order(case: CaseFile) -> list[str]:
    """The order of the queue, which is that of the list."""
    bring_up_to_date(case.transactions, AT)
    page = queue_page_of(case.transactions, ALL, limit=99, offset=0)
    assert page == [one.fingerprint for one in list_findings(case.transactions, FindingFilter(), AT)]
    return page


def test_a_damaged_time_is_a_damaged_case_file_in_the_list_and_in_the_queue(many: str) -> None:
    with contextlib.closing(sqlite3.connect(many)) as raw, raw:
        raw.execute("UPDATE findings SET first_seen_at = 'never'")
    with open_case(many) as case:
        with pytest.raises(CaseError):
            list_findings(case.transactions, FindingFilter(), AT)
        with pytest.raises(CaseError):
            bring_up_to_date(case.transactions, AT)
