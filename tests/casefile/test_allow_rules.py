"""Allow rules hide what they name, until their last day, and never a position inside a fence."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from opsec.casefile.allow_rules import AllowedFacts, hides
from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.finding_evidence import Places, is_in_fence, places_of
from opsec.casefile.finding_list import FindingFilter, list_findings
from opsec.errors import UsageError
from opsec.model import AllowRule, Finding, Match, Result
from opsec.model.decision import AllowKind
from tests.casefile.made import AT, Judged, a_finding, a_post, digest, keep
from tests.casefile.test_decisions import decide, in_caption, listed, states
from tests.fixtures.records import make_clip, make_match, position_hint, text_hint

GATE = (33.25, 44.5)
FACTS = AllowedFacts("falcon-camp", "F-07", "@Salim", digest("a"), in_fence=False, places=Places((GATE,), ("gate",)))


def a_rule(kind: AllowKind, value: str, *, until: str = "2026-12-31") -> AllowRule:
    return AllowRule(number=0, kind=kind, value=value, why="known", made_by="officer", made_at="", until=until)


@pytest.mark.parametrize(
    ("kind", "value", "hidden"),
    [
        ("account", "salim", True),
        ("account", "salim2", False),
        ("hash", digest("a"), True),
        ("hash", digest("b"), False),
        ("site", "f-07", True),
        ("site", "falcon-camp", True),
        ("site", "F-08", False),
        ("place", "33.25,44.5,1.0", True),
        ("place", "33.2505,44.5,60.0", True),
        ("place", "33.2505,44.5,50.0", False),
        ("zone", "gate", True),
        ("zone", "F-07/Gate", True),
        ("zone", "F-08/gate", False),
        ("zone", "armoury", False),
    ],
)
def test_what_a_rule_hides(kind: AllowKind, value: str, hidden: bool) -> None:
    assert hides(a_rule(kind, value), FACTS) == hidden
    assert not hides(a_rule(kind, value), replace(FACTS, in_fence=True))


def test_a_place_hides_only_evidence_that_lies_all_in_it() -> None:
    rule = a_rule("place", "33.25,44.5,100.0")
    assert not hides(rule, replace(FACTS, places=Places((GATE, (33.26, 44.5)), ("gate",))))
    assert not hides(rule, replace(FACTS, places=Places((GATE,), ("gate",), has_other_evidence=True)))
    assert not hides(rule, replace(FACTS, places=Places()))
    assert not hides(a_rule("zone", "gate"), replace(FACTS, places=Places((), ("gate", None))))


def made_finding(*matches: Match) -> tuple[Result, Finding]:
    from opsec.settings import Thresholds
    from opsec.verdict.judge import judge
    from tests.fixtures.records import make_site

    clip = make_clip(position_hint(31.005, 42.005), text_hint("words", id="h2"))
    result = judge(clip, matches, [make_site()], Thresholds())
    return result, result.findings[0]


def test_the_evidence_of_a_finding_as_its_row_keeps_it() -> None:
    inside = make_match(rule="COORDINATES-WRITTEN", distance_m=0.0, id="m1", hint_ids=("h1",), grade="strong")
    near = make_match(rule="GPS-NEAR-FENCE", distance_m=40.0, id="m1", hint_ids=("h1",), grade="strong", zone="gate")
    name = make_match(rule="NAME-IN-CAPTION", id="m2", hint_ids=("h2",), grade="strong")
    assert is_in_fence(*made_finding(inside))
    assert not is_in_fence(*made_finding(near))
    assert places_of(*made_finding(near)) == Places(((31.005, 42.005),), ("gate",))
    assert places_of(*made_finding(near, name)).has_other_evidence
    places = places_of(*made_finding(near, name))
    assert Places.from_json(places.to_json()) == places


# ── in a case file ────────────────────────────────────────────────────────────────────────────
@pytest.fixture
def case(tmp_path: Path) -> Iterator[CaseFile]:
    with open_case(str(tmp_path / "case.db")) as opened:
        yield opened


def with_two(case: CaseFile) -> tuple[str, str]:
    """One finding that does not rest on a position, and one inside a fence."""
    outside, inside = in_caption("a"), a_finding("b")
    keep(case, a_post("a.mp4"), Judged(findings=[outside]))
    keep(case, a_post("b.mp4"), Judged(findings=[inside]))
    return outside.fingerprint, inside.fingerprint


def test_a_rule_applies_to_old_and_new_findings_until_its_last_day(case: CaseFile) -> None:
    outside, inside = with_two(case)
    made = case.allow_rules.add(a_rule("site", "F-07", until="2026-11-20"), AT)
    assert (made.number, made.hides) == (1, 1)
    keep(case, a_post("c.mp4"), Judged(findings=[in_caption("c")]))
    assert {one.decision.state for one in listed(case).values() if one.fingerprint != inside} == {"dismissed"}
    decision = listed(case)[outside].decision
    assert (decision.decided_by, decision.why, decision.until, decision.allow_rule) == (
        "officer",
        "known",
        "2026-11-20",
        1,
    )
    assert listed(case)[inside].decision.state == "open"
    assert set(states(case, AT + timedelta(days=3))) == {"open"}
    assert case.allow_rules.list(AT + timedelta(days=3)) == []


def test_a_decision_of_an_officer_is_stronger_than_a_rule(case: CaseFile) -> None:
    outside, _inside = with_two(case)
    case.allow_rules.add(a_rule("site", "F-07"), AT)
    decide(case, [outside], "open")
    assert listed(case)[outside].decision.state == "open"
    decide(case, [outside], "confirmed")
    assert listed(case)[outside].decision.state == "confirmed"


def test_a_revoked_rule_opens_its_findings_unless_another_rule_hides_them(case: CaseFile) -> None:
    outside, _inside = with_two(case)
    for kind, value, until in (("site", "F-07", "2027-01-31"), ("hash", digest("a.mp4"), "2026-12-31")):
        case.allow_rules.add(a_rule(kind, value, until=until), AT)  # type: ignore[arg-type]
    assert listed(case)[outside].decision.allow_rule == 1
    case.allow_rules.revoke(1, by="officer", why="moved", at=AT)
    assert listed(case)[outside].decision.allow_rule == 2
    case.allow_rules.revoke(2, by="officer", why="moved", at=AT)
    assert listed(case)[outside].decision.state == "open"
    with pytest.raises(UsageError, match="no allow rule"):
        case.allow_rules.revoke(2, by="officer", why="moved", at=AT)


def test_a_clip_is_hidden_only_where_the_rule_holds_for_all_its_posts(case: CaseFile, tmp_path: Path) -> None:
    found = in_caption("a")
    keep(case, a_post("a.mp4", content="a"), Judged(findings=[found]))
    keep(case, a_post("b.mp4", content="a"), Judged(findings=[found]))
    with sqlite3.connect(tmp_path / "case.db") as connection:
        connection.execute("UPDATE posts SET author = 'salim' WHERE path LIKE '%a.mp4'")
    connection.close()
    case.allow_rules.add(a_rule("account", "salim"), AT)
    assert states(case) == ["open"]
    assert [len(list_findings(case.transactions, FindingFilter(account="@SALIM"), AT))] == [1]
