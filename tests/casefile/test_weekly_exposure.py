"""The arithmetic of the weekly page, and that it reveals no sensitive data."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.decisions import NewDecision
from opsec.casefile.iso_week import Week
from opsec.casefile.schema import posts
from opsec.casefile.week_data import WeekOptions
from opsec.model import Action, AllowRule, ExposureLine, FindingState, Reading, Reason
from opsec.reports.weekly_json import weekly_document
from tests.casefile.made import AT, Judged, a_finding, a_post, a_reading, a_result, keep

WEEK = Week.parse("2026-W47")
WEEK_BEFORE = AT - timedelta(days=7)
LONG_AGO = AT - timedelta(days=70)


@pytest.fixture
def case() -> Iterator[CaseFile]:
    with open_case(":memory:") as opened:
        yield opened


def test_an_empty_week_has_only_zeros(case: CaseFile) -> None:
    exposure = case.exposure(WEEK)
    assert (exposure.week, exposure.first_day, exposure.last_day) == ("2026-W47", "2026-11-15", "2026-11-21")
    assert (exposure.clips, exposure.flagged, exposure.not_fully_checked) == (0, 0, 0)
    assert (exposure.lines, exposure.worst, exposure.not_fully_checked_by_group) == ((), (), {})


# ── clips ─────────────────────────────────────────────────────────────────────────────────────
def test_clips_count_in_the_week_they_were_first_seen(case: CaseFile) -> None:
    for name, at in [("a", AT), ("b", AT), ("c", WEEK_BEFORE), ("d", LONG_AGO), ("e", AT + timedelta(days=7))]:
        keep(case, a_post(name), at=at)
    keep(case, a_post("d"), at=AT)  # seen again
    exposure = case.exposure(WEEK)
    assert (exposure.clips, exposure.clips_week_before) == (2, 1)


def test_a_clip_posted_twice_is_one_clip(case: CaseFile) -> None:
    keep(case, a_post("first.mp4", content="same"), at=WEEK_BEFORE)
    keep(case, a_post("again.mp4", content="same"), Judged(findings=[a_finding("same")]), at=AT)
    exposure = case.exposure(WEEK)
    assert (exposure.clips, exposure.clips_week_before) == (0, 1)
    assert (exposure.flagged, exposure.flagged_week_before) == (0, 1)


@pytest.mark.parametrize(
    ("action", "state", "counts"),
    [
        ("act_now", "open", True),
        ("act_today", "open", True),
        ("review", "open", True),
        ("watch", "open", False),
        ("nothing_found", "open", False),
        ("act_now", "confirmed", True),
        ("act_now", "dismissed", False),
        ("watch", "dismissed", False),
    ],
)
def test_findings_that_count(case: CaseFile, action: Action, state: FindingState, counts: bool) -> None:
    found = a_finding("a", action)
    keep(case, a_post(), Judged(findings=[found]))
    if state != "open":
        case.decisions.decide([found.fingerprint], NewDecision(state=state, by="officer"), AT)
    exposure = case.exposure(WEEK)
    assert exposure.flagged == counts
    assert len(exposure.lines) == counts
    assert len(exposure.worst) == counts
    assert exposure.hidden == (state == "dismissed" and action == "act_now")


@pytest.mark.parametrize(("last", "calls"), [("acknowledged", True), ("rejected", True), ("removed", False)])
def test_a_removed_finding_stays_in_the_figures_and_calls_for_no_action(
    case: CaseFile, last: FindingState, calls: bool
) -> None:
    closed, still_open = a_finding("a", "act_now"), a_finding("b", "review")
    for name, found in (("a", closed), ("b", still_open)):
        keep(case, a_post(name), Judged(findings=[found]))
    steps: list[FindingState] = ["confirmed", "takedown_requested", last]
    for state in steps:
        case.decisions.decide([closed.fingerprint], NewDecision(state=state, by="officer", why="answer"), AT)
    exposure = case.exposure(WEEK)
    assert (exposure.flagged, [line.findings for line in exposure.lines]) == (2, [2])
    assert [clip.action for clip in exposure.worst] == (["act_now"] if calls else []) + ["review"]
    assert (exposure.removed, exposure.hidden) == (int(not calls), 0)


def test_a_removed_finding_that_reappears_calls_for_action_again(case: CaseFile) -> None:
    found = a_finding("a", "act_now")
    keep(case, a_post("a"), Judged(findings=[found]))
    steps: list[FindingState] = ["confirmed", "takedown_requested", "removed"]
    for state in steps:
        case.decisions.decide([found.fingerprint], NewDecision(state=state, by="officer"), AT)
    assert case.exposure(WEEK).worst == ()
    keep(case, a_post("again", content="a"), Judged(findings=[found]), at=AT + timedelta(hours=1))
    exposure = case.exposure(WEEK)
    assert (exposure.removed, len(exposure.worst)) == (0, 1)


def test_hidden_findings_count_in_their_week_and_only_if_hidden_in_all_posts(case: CaseFile) -> None:
    for name, at in (("a", AT), ("b", AT), ("before", WEEK_BEFORE), ("long ago", LONG_AGO)):
        keep(case, a_post(name), Judged(findings=[a_finding(name)]), at=at)
    for name in ("a", "before", "long ago"):
        dismissed = NewDecision(state="dismissed", by="officer", why="public")
        case.decisions.decide([a_finding(name).fingerprint], dismissed, AT)
    exposure = case.exposure(WEEK)
    assert (exposure.flagged, exposure.hidden, exposure.hidden_week_before) == (1, 1, 1)

    shared = replace(a_finding("shared"), rule="NAME-IN-CAPTION")
    keep(case, a_post("one.mp4", content="shared"), Judged(findings=[shared]))
    keep(case, a_post("two.mp4", content="shared"), Judged(findings=[shared]))
    rule = AllowRule(
        number=0, kind="account", value="somebody", why="known", made_by="officer", made_at="", until="2999-12-31"
    )
    with case.transactions.write() as connection:
        connection.execute(update(posts).where(posts.c.path == "posts/one.mp4").values(author="somebody"))
    case.allow_rules.add(rule, AT)
    assert (case.exposure(WEEK).flagged, case.exposure(WEEK).hidden) == (2, 1)
    with case.transactions.write() as connection:
        connection.execute(update(posts).values(author="somebody"))
    case.allow_rules.add(rule, AT)
    assert (case.exposure(WEEK).flagged, case.exposure(WEEK).hidden) == (1, 2)


def test_a_clip_that_exposes_two_sites_is_flagged_once(case: CaseFile) -> None:
    keep(case, a_post(), Judged(findings=[a_finding("a"), a_finding("a", site="heron-depot")]))
    exposure = case.exposure(WEEK)
    assert exposure.flagged == 1
    assert [(line.site_code, line.findings) for line in exposure.lines] == [("F-07", 1), ("H-02", 1)]


# ── not fully checked ─────────────────────────────────────────────────────────────────────────
def test_partly_checked_clips_count_once_in_each_group_of_their_reasons(case: CaseFile) -> None:
    cut_off, broken, timeout = Reason("cut_off"), Reason("broken", (("part", "moov"),)), Reason("timeout")
    keep(case, a_post("a"), Judged(status="partly", reasons=(cut_off, Reason("cut_off", (("part", "x"),)), broken)))
    keep(case, a_post("f"), Judged(status="partly", reasons=(cut_off, timeout)))
    keep(case, a_post("a again", content="a"), Judged(status="partly", reasons=(cut_off,)))
    keep(case, a_post("b"), Judged(status="unread", reasons=(timeout,)))
    keep(case, a_post("c"), Judged(status="unread"))
    keep(case, a_post("d"), Judged(status="read", reasons=(Reason("bad_place"),)))  # a remark
    keep(case, a_post("e"), Judged(status="unread", reasons=(timeout,)), at=WEEK_BEFORE)
    exposure = case.exposure(WEEK)
    assert exposure.not_fully_checked == 4
    assert exposure.not_fully_checked_by_group == {"damaged": 2, "stopped": 2}


def test_a_clip_that_is_read_later_is_no_longer_counted_as_unread(case: CaseFile) -> None:
    keep(case, a_post(), Judged(status="unread", reasons=(Reason("timeout"),)))
    keep(case, a_post())
    assert case.exposure(WEEK).not_fully_checked == 0


# ── findings ──────────────────────────────────────────────────────────────────────────────────
def test_each_line_has_the_figure_of_the_previous_week(case: CaseFile) -> None:
    now = [("a", "GPS-IN-FENCE"), ("b", "GPS-IN-FENCE"), ("c", "NAME-IN-CAPTION")]
    before = [("d", "GPS-IN-FENCE"), ("e", "PLACE-TAG")]
    for found, at in [(now, AT), (before, WEEK_BEFORE)]:
        for name, rule in found:
            keep(case, a_post(name), Judged(findings=[replace(a_finding(name), rule=rule)]), at=at)
    assert case.exposure(WEEK).lines == (
        ExposureLine(site_code="F-07", rule="GPS-IN-FENCE", findings=2, findings_week_before=1),
        ExposureLine(site_code="F-07", rule="NAME-IN-CAPTION", findings=1, findings_week_before=0),
        ExposureLine(site_code="F-07", rule="PLACE-TAG", findings=0, findings_week_before=1),
    )


def test_a_redrawn_fence_moves_only_the_findings_it_changes(case: CaseFile) -> None:
    old, new = a_finding("a"), a_finding("a", site="heron-depot")
    keep(case, a_post(), Judged(findings=[old]), at=WEEK_BEFORE)
    keep(case, a_post(), Judged(findings=[old, new]), at=AT)
    by_scan = case.exposure(WEEK, AT, WeekOptions(basis="scanned"))
    found = {line.site_code: (line.findings, line.findings_week_before) for line in by_scan.lines}
    assert found == {"F-07": (0, 1), "H-02": (1, 0)}
    by_post = case.exposure(WEEK, AT)
    found = {line.site_code: (line.findings, line.findings_week_before) for line in by_post.lines}
    assert found == {"F-07": (0, 1), "H-02": (0, 1)}
    assert [(late.week, late.findings) for late in by_post.late] == [("2026-W46", 1)]


def test_one_finding_in_two_posts_counts_once_with_its_highest_severity(case: CaseFile) -> None:
    mild, grave = a_finding("same", "review"), a_finding("same", "act_now")
    keep(case, a_post("a", content="same"), Judged(findings=[mild]))
    keep(case, a_post("b", content="same"), Judged(findings=[grave]))
    exposure = case.exposure(WEEK)
    assert [line.findings for line in exposure.lines] == [1]
    assert [worst.action for worst in exposure.worst] == ["act_now"]


def test_the_ten_worst_clips_come_first(case: CaseFile) -> None:
    graded: list[tuple[Action, float, float]] = [
        ("act_now", 0.95, 0.7), ("act_now", 0.95, 0.6), ("act_now", 0.91, 0.9), ("act_today", 0.99, 0.9),
    ]  # fmt: skip
    like: tuple[Action, float, float] = ("review", 0.5, 0.5)
    graded += [like] * 9
    for number, (action, likelihood, severity) in enumerate(reversed(graded)):
        found = a_finding(str(number), action, severity=severity, likelihood=likelihood)
        keep(case, a_post(f"{number}"), Judged(likelihood=likelihood, findings=[found]))
    worst = case.exposure(WEEK).worst
    assert [(clip.action, clip.likelihood, clip.severity) for clip in worst] == graded[:10]
    numbers = [clip.number for clip in worst[4:]]
    assert numbers == sorted(numbers), "clips that are equally bad are in one order"


# ── sensitive data ────────────────────────────────────────────────────────────────────────────
SECRETS = ("33.2511", "44.5222", "guard change at the north gate", "@soldier", "holiday.mp4", "falcon-camp", "Falcon")


def test_nothing_that_identifies_a_clip_or_a_base_is_exported(case: CaseFile) -> None:
    everything = " ".join(SECRETS)
    hostile = Reason("broken", (("part", everything), ("detail", everything)))
    reading = replace(a_reading(everything, lat=33.2511), reasons=(hostile, Reason("SECRET 33.2511 Falcon")))
    post = a_post(f"{everything} holiday.mp4", folder=everything, reading=reading, sidecar=Reading())
    judged = Judged(
        status="partly",
        reasons=(hostile, Reason("SECRET 33.2511 Falcon")),
        findings=[a_finding(everything, "act_now"), a_finding(everything, "act_now", site="Falcon without a code")],
    )
    keep(case, post, judged)
    exported = json.dumps(weekly_document(case.exposure(WEEK)), ensure_ascii=False)
    assert a_result(post, judged).clip.path == post.path
    assert [secret for secret in SECRETS if secret in exported] == []
    assert '"F-07"' in exported
    assert '"?"' in exported
    assert case.exposure(WEEK).not_fully_checked_by_group == {"damaged": 1, "other_version": 1}
