"""What became of the recommendations of last week's report: of every kind, from the case as it is now."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.decisions import NewDecision
from opsec.casefile.iso_week import Week
from opsec.casefile.issued_advice import record_advice
from opsec.i18n.messages import render
from opsec.i18n.reasons import make_reason
from opsec.model import Advice, Exposure, FindingState, Post
from opsec.model.exposure import Edition
from opsec.reports.weekly_editions import for_edition
from opsec.reports.weekly_words import Words, advice_sentence, progress
from tests.casefile.made import AT, Judged, a_finding, a_post, keep

THIS, BEFORE = Week.parse("2026-W47"), Week.parse("2026-W46")
EARLIER = AT - timedelta(days=7)
NAMES = tuple("abcdefgh")


@pytest.fixture
def case() -> Iterator[CaseFile]:
    with open_case(":memory:") as opened:
        for name in NAMES:
            post = Post(author="salim", url=f"https://video.example/{name}")
            keep(opened, a_post(name), Judged(findings=[a_finding(name, "act_now")], post=post), at=EARLIER)
        for name in ("x", "y", "z"):
            keep(opened, a_post(name), Judged(status="partly", reasons=(make_reason("cut_off"),)), at=EARLIER)
        yield opened


def decide(case: CaseFile, names: str, *states: FindingState) -> None:
    for state in states:
        wanted = NewDecision(state=state, by="officer", why="because")
        case.decisions.decide([a_finding(name).fingerprint for name in names], wanted, AT)


def issue(case: CaseFile) -> tuple[Advice, ...]:
    """Record the recommendations of the report of the week before."""
    advice = case.exposure(BEFORE, EARLIER + timedelta(days=1)).advice
    with case.transactions.write() as connection:
        record_advice(connection, str(BEFORE), advice)
    return advice


def now(case: CaseFile) -> Exposure:
    return case.exposure(THIS, AT + timedelta(days=1))


def said(exposure: Exposure, edition: Edition = "officer") -> list[str]:
    return [render(progress(one, exposure.issued_on), "en") for one in for_edition(exposure, edition).advice_before]


def test_each_kind_is_followed(case: CaseFile) -> None:
    assert [(one.kind, one.count) for one in issue(case)] == [
        ("take_down", 8), ("speak_with_source", 8), ("read", 3),
    ]  # fmt: skip
    assert said(now(case)) == ["not done, overdue", "no further clip this week", "not done"]
    on_its_day = case.exposure(THIS, EARLIER + timedelta(days=1))
    assert said(on_its_day)[0] == "not done"
    decide(case, "abc", "confirmed", "takedown_requested")
    decide(case, "d", "dismissed")
    keep(case, a_post("x"), Judged(), at=AT)
    keep(case, a_post("new"), Judged(findings=[a_finding("new")], post=Post(author="Salim")), at=AT)
    assert said(now(case)) == ["4 of 8 done, overdue", "further clips this week", "1 of 3 done"]
    assert [one.further for one in now(case).advice_before] == [None, 1, None]
    assert [one.further for one in for_edition(now(case), "command").advice_before] == [None, "<3", None]
    for name in ("y", "z"):
        keep(case, a_post(name), Judged(), at=AT)
    decide(case, "efgh", "confirmed", "takedown_requested", "removed")
    assert said(now(case)) == ["done", "further clips this week", "done"]


def test_a_mosaic_is_closed_by_requests_for_its_clips(case: CaseFile) -> None:
    numbers = issue(case)[0].numbers[:4]
    mosaic = Advice(kind="close_mosaic", count=4, site_code="F-07", share=0.2, numbers=numbers)
    with case.transactions.write() as connection:
        record_advice(connection, str(BEFORE), [mosaic])
    assert said(now(case)) == ["not done"]
    for state in ("confirmed", "takedown_requested"):
        wanted = NewDecision(state=state, by="officer", why="because")
        case.decisions.decide([case.decisions.find(number) for number in numbers[:3]], wanted, AT)
    assert said(now(case)) == ["3 of 4 done"]
    assert said(now(case), "command") == ["partly done"], "what is left is a small count"


def test_a_later_report_of_the_same_week_replaces_the_recommendations(case: CaseFile) -> None:
    issue(case)
    with case.transactions.write() as connection:
        record_advice(connection, str(BEFORE), [Advice(kind="read", count=5, group="damaged")])
    assert [(one.kind, one.count, one.done) for one in now(case).advice_before] == [("read", 5, 2)]


def test_without_a_report_the_rules_say_what_was_to_be_done(case: CaseFile) -> None:
    decide(case, "ab", "confirmed", "takedown_requested")
    found = now(case)
    assert [(one.kind, one.count, one.done) for one in found.advice_before] == [("take_down", 8, 2)]
    (view,) = for_edition(found, "officer").advice_before
    sentence = render(advice_sentence(view, Words("en")), "en")
    assert sentence.startswith("Unit of F-07: ask the platforms to remove"), "nobody set a day"
    assert said(found) == ["2 of 8 done"]
