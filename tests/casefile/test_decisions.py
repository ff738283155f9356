"""Decisions about findings: what may change, who made it, what survives, and what is refused in one sentence."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.decisions import NewDecision
from opsec.casefile.finding_list import FindingFilter, list_findings
from opsec.casefile.state_changes import NEXT_STATES
from opsec.errors import UsageError
from opsec.i18n.messages import LANGUAGES, Lang, set_language
from opsec.model import Finding, FindingState, ListedFinding, Post
from opsec.model.decision import STATES
from tests.casefile.made import AT, READERS, Judged, a_finding, a_post, a_result, digest, keep

LATER = AT + timedelta(days=1)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "case.db"


@pytest.fixture
def case(path: Path) -> Iterator[CaseFile]:
    with open_case(str(path)) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    set_language("en")
    yield
    set_language(None)


def in_caption(name: str, **more: object) -> Finding:
    """A finding that does not rest on a position."""
    return replace(a_finding(name), rule="NAME-IN-CAPTION", **more)  # type: ignore[arg-type]


def with_finding(case: CaseFile, name: str = "a", *, at: datetime = AT, finding: Finding | None = None) -> str:
    """Store a post with one finding; return its fingerprint."""
    found = finding or in_caption(name)
    keep(case, a_post(f"{name}.mp4", content=name), Judged(findings=[found]), at=at)
    return found.fingerprint


def decide(
    case: CaseFile, given: Sequence[str], state: FindingState, *, until: str | None = None, at: datetime = AT
) -> None:
    case.decisions.decide(given, NewDecision(state=state, by="officer", why="because", until=until), at)


def listed(case: CaseFile, at: datetime = AT) -> dict[str, ListedFinding]:
    return {one.fingerprint: one for one in list_findings(case.transactions, FindingFilter(), at)}


def states(case: CaseFile, at: datetime = AT) -> list[FindingState]:
    return [one.decision.state for one in listed(case, at).values()]


PATHS: dict[FindingState, list[FindingState]] = {
    "open": [],
    "confirmed": ["confirmed"],
    "takedown_requested": ["confirmed", "takedown_requested"],
    "acknowledged": ["confirmed", "takedown_requested", "acknowledged"],
    "removed": ["confirmed", "takedown_requested", "acknowledged", "removed"],
    "rejected": ["confirmed", "takedown_requested", "acknowledged", "rejected"],
    "dismissed": ["dismissed"],
}


def brought_to(case: CaseFile, state: FindingState) -> str:
    """A finding in a state."""
    fingerprint = with_finding(case)
    for step in PATHS["removed" if state == "reappeared" else state]:
        decide(case, [fingerprint], step)
    if state == "reappeared":
        keep(case, a_post("again.mp4", content="a"), Judged(findings=[in_caption("a")]), at=LATER)
    return fingerprint


# ── which change is allowed ───────────────────────────────────────────────────────────────────
@pytest.mark.parametrize("now", STATES)
@pytest.mark.parametrize("wanted", STATES)
def test_the_table_of_changes_is_what_a_case_file_allows(
    case: CaseFile, now: FindingState, wanted: FindingState
) -> None:
    fingerprint = brought_to(case, now)
    before = case.decisions.history(fingerprint)
    if wanted in NEXT_STATES[now]:
        decide(case, [fingerprint], wanted, at=LATER)
        assert states(case) == [wanted]
    else:
        with pytest.raises(UsageError):
            decide(case, [fingerprint], wanted, at=LATER)
        assert case.decisions.history(fingerprint) == before


def test_the_order_of_a_takedown() -> None:
    chain: list[FindingState] = ["open", "confirmed", "takedown_requested", "acknowledged", "removed"]
    assert all(after in NEXT_STATES[before] for before, after in pairwise(chain))
    assert "rejected" in NEXT_STATES["acknowledged"]
    assert not any("reappeared" in following for following in NEXT_STATES.values()), "only a scan sets it"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_wrong_change_is_one_sentence_with_the_possible_states(case: CaseFile, lang: Lang) -> None:
    set_language(lang)
    fingerprint = with_finding(case)
    with pytest.raises(UsageError) as caught:
        decide(case, [fingerprint], "removed")
    assert "confirmed|takedown_requested|dismissed" in str(caught.value)
    words = {"en": "from “open” to “removed”; possible: confirmed, ", "ar": "من «مفتوح» إلى «أُزيل»؛ الممكن: مؤكَّد، "}
    assert words[lang] in str(caught.value)
    assert "\n" not in str(caught.value)


# ── history ───────────────────────────────────────────────────────────────────────────────────
def test_the_history_says_who_when_from_to_why_and_until(case: CaseFile) -> None:
    fingerprint = with_finding(case)
    decide(case, [fingerprint], "confirmed")
    wanted = NewDecision(state="dismissed", by="سالم", why="بوابة عامة", until="2026-12-31")
    case.decisions.decide([fingerprint], wanted, LATER)
    first, second = case.decisions.history(fingerprint)
    assert (first.from_state, first.to_state, first.made_by, first.until) == ("open", "confirmed", "officer", None)
    assert (second.from_state, second.to_state, second.made_by) == ("confirmed", "dismissed", "سالم")
    assert (second.why, second.until, second.made_at) == ("بوابة عامة", "2026-12-31", "2026-11-19T12:00:00.000000Z")
    assert first.seq < second.seq


def test_undo_appends_the_inverse_and_restores_who_why_and_until(case: CaseFile) -> None:
    fingerprint = with_finding(case)
    decide(case, [fingerprint], "dismissed", until="2026-12-31")
    before = listed(case)[fingerprint].decision
    decide(case, [fingerprint], "confirmed", at=LATER)
    (changed,) = case.decisions.undo([fingerprint], by="another", why="by mistake", at=LATER)
    assert (changed.before, changed.now) == ("confirmed", "dismissed")
    assert listed(case)[fingerprint].decision == before
    last = case.decisions.history(fingerprint)[-1]
    assert (last.from_state, last.to_state, last.made_by, last.why) == (
        "confirmed",
        "dismissed",
        "another",
        "by mistake",
    )
    assert last.undoes == case.decisions.history(fingerprint)[-2].seq
    case.decisions.undo([fingerprint], by="another", why=None, at=LATER)
    assert listed(case)[fingerprint].decision.decided_by is None
    with pytest.raises(UsageError, match="no decision to undo"):
        case.decisions.undo([fingerprint], by="another", why=None, at=LATER)


@pytest.mark.parametrize("statement", ["UPDATE decisions SET made_by = 'x'", "DELETE FROM decisions"])
def test_the_file_itself_refuses_to_change_the_history(case: CaseFile, path: Path, statement: str) -> None:
    decide(case, [with_finding(case)], "confirmed")
    connection = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        connection.execute(statement)
    connection.close()


# ── expiry ────────────────────────────────────────────────────────────────────────────────────
def test_a_dismissal_ends_after_its_last_day_and_says_so(case: CaseFile) -> None:
    fingerprint = with_finding(case)
    decide(case, [fingerprint], "dismissed", until="2026-11-20")
    last_day, after = datetime(2026, 11, 20, 12).astimezone(), datetime(2026, 11, 21, 12).astimezone()
    assert states(case, last_day) == ["dismissed"]
    decision = listed(case, after)[fingerprint].decision
    assert (decision.state, decision.expired, decision.until) == ("open", True, "2026-11-20")
    decide(case, [fingerprint], "confirmed", at=after)
    assert case.decisions.history(fingerprint)[-1].from_state == "open"


# ── bulk ──────────────────────────────────────────────────────────────────────────────────────
def test_a_bulk_with_one_unknown_finding_changes_nothing_and_names_it(case: CaseFile) -> None:
    known = [with_finding(case, name) for name in "abc"]
    with pytest.raises(UsageError, match="deadbeef00"):
        decide(case, [*known, "deadbeef00"], "confirmed")
    assert states(case) == ["open"] * 3
    decide(case, known, "confirmed")
    assert states(case) == ["confirmed"] * 3


def test_a_bulk_with_one_wrong_change_changes_nothing(case: CaseFile) -> None:
    one, other = with_finding(case, "a"), with_finding(case, "b")
    decide(case, [one], "takedown_requested")
    with pytest.raises(UsageError, match=other):
        decide(case, [one, other], "acknowledged")
    assert sorted(states(case)) == ["open", "takedown_requested"]


def test_a_bulk_leaves_alone_what_has_the_state_already(case: CaseFile) -> None:
    """Whoever selects a whole page means the others; the history gets no line that changes nothing."""
    one, other = with_finding(case, "a"), with_finding(case, "b")
    decide(case, [one], "confirmed")
    changed = case.decisions.decide([one, other], NewDecision(state="confirmed", by="officer"), AT)
    assert [(found.number, found.was_so) for found in changed] == [
        (listed(case)[one].number, True),
        (listed(case)[other].number, False),
    ]
    assert [len(case.decisions.history(name)) for name in (one, other)] == [1, 1]
    with pytest.raises(UsageError, match="already"):
        decide(case, [one, other], "confirmed")


def test_a_position_inside_a_fence_is_dismissed_only_on_its_own(case: CaseFile) -> None:
    inside = with_finding(case, "inside", finding=a_finding("inside"))
    other = with_finding(case, "other")
    with pytest.raises(UsageError, match="inside a fence"):
        decide(case, [other, inside], "dismissed")
    decide(case, [other, inside], "confirmed")
    decide(case, [inside], "dismissed")
    assert listed(case)[inside].decision.state == "dismissed"


def test_a_dismissal_does_not_hold_for_a_position_inside_a_fence_that_was_found_later(case: CaseFile) -> None:
    fingerprint = with_finding(case)
    decide(case, [fingerprint], "dismissed")
    keep(case, a_post("a.mp4", content="a"), Judged(findings=[a_finding("a")]), at=LATER)
    found = listed(case)[fingerprint].decision
    assert (found.state, found.outdated) == ("open", True)
    decide(case, [fingerprint], "dismissed", at=LATER)
    assert listed(case)[fingerprint].decision.state == "dismissed"
    assert [change.to_state for change in case.decisions.history(fingerprint)] == ["dismissed", "dismissed"]


def test_a_dismissed_original_does_not_hide_a_copy_with_a_position_inside_a_fence(case: CaseFile) -> None:
    original = with_finding(case, "original")
    decide(case, [original], "dismissed")
    copy = with_finding(case, "copy", finding=a_finding("copy"), at=LATER)
    case.decisions.link_copy(copy, original, LATER)
    assert {name: one.decision.state for name, one in listed(case).items()} == {original: "dismissed", copy: "open"}


def test_a_finding_named_twice_is_one(case: CaseFile) -> None:
    fingerprint = with_finding(case, finding=a_finding("inside"))
    number = listed(case)[fingerprint].number
    decide(case, [fingerprint, number, fingerprint[:8]], "dismissed")
    assert len(case.decisions.history(fingerprint)) == 1


# ── what survives ─────────────────────────────────────────────────────────────────────────────
def test_a_decision_survives_score_drift_other_readers_and_a_fence_that_was_gone(case: CaseFile) -> None:
    fingerprint = with_finding(case)
    decide(case, [fingerprint], "dismissed")
    before = listed(case)[fingerprint]
    post = a_post("a.mp4", content="a")
    keep(case, post, Judged(findings=[in_caption("a", likelihood=0.3, severity=0.1)]), at=LATER, readers="readers-9")
    after = listed(case)[fingerprint]
    assert (after.decision, after.number, after.likelihood) == (before.decision, before.number, 0.3)
    keep(case, post, Judged(), at=LATER)
    assert listed(case) == {}
    keep(case, post, Judged(findings=[in_caption("a")]), at=LATER)
    assert listed(case)[fingerprint].decision == before.decision


def test_a_copy_of_the_same_bytes_shares_the_decision(case: CaseFile) -> None:
    fingerprint = with_finding(case)
    decide(case, [fingerprint], "dismissed")
    keep(case, a_post("copy.mp4", content="a"), Judged(findings=[in_caption("a")]), at=LATER)
    one = listed(case)[fingerprint]
    assert one.decision.state == "dismissed"
    assert [post.path for post in one.posts] == ["posts/a.mp4", "posts/copy.mp4"]


def test_a_new_post_after_the_removal_reappears_and_a_rescan_does_not(case: CaseFile) -> None:
    fingerprint = brought_to(case, "removed")
    with_finding(case, at=LATER)
    assert states(case) == ["removed"]
    keep(case, a_post("again.mp4", content="a"), Judged(findings=[in_caption("a")]), at=LATER)
    assert states(case) == ["reappeared"]
    assert case.decisions.history(fingerprint)[-1].made_by == "opsec"
    decide(case, [fingerprint], "takedown_requested", at=LATER)
    assert states(case) == ["takedown_requested"]


def test_a_renamed_file_of_the_same_address_does_not_reappear(case: CaseFile) -> None:
    found = in_caption("a")
    for name, at in (("a.mp4", AT), ("renamed.mp4", LATER)):
        post = a_post(name, content="a")
        result = a_result(post, Judged(findings=[found]))
        result = replace(result, clip=replace(result.clip, post=Post(url="https://posts.example/1", author="x")))
        case.save(
            post,
            result,
            readers_version=READERS,
            site_codes={},
            settings_sha256=digest("s"),
            sites_sha256=digest("s"),
            at=at,
        )
        for step in PATHS["removed"] if name == "a.mp4" else ():
            decide(case, [found.fingerprint], step)
    assert states(case) == ["removed"]


# ── copies that were encoded again ────────────────────────────────────────────────────────────
def test_a_linked_copy_has_the_decisions_of_its_original(case: CaseFile) -> None:
    original, copy = with_finding(case, "original"), with_finding(case, "copy")
    decide(case, [original], "confirmed")
    case.decisions.link_copy(copy, original, AT)
    assert states(case) == ["confirmed", "confirmed"]
    assert listed(case)[copy].copy_of == original
    decide(case, [copy], "takedown_requested")
    assert states(case) == ["takedown_requested"] * 2
    case.decisions.undo([original, copy], by="x", why=None, at=AT)
    assert states(case) == ["confirmed"] * 2


def test_a_decision_made_about_the_copy_first_holds_for_both(case: CaseFile) -> None:
    original, copy, third = (with_finding(case, name) for name in ("original", "copy", "third"))
    decide(case, [copy], "dismissed")
    case.decisions.link_copy(copy, original, AT)
    case.decisions.link_copy(third, original, AT)
    case.decisions.link_copy(third, original, AT)
    assert states(case) == ["dismissed"] * 3


def test_a_copy_with_a_position_inside_a_fence_protects_the_others(case: CaseFile) -> None:
    original = with_finding(case, "original", finding=a_finding("original"))
    copy, other = with_finding(case, "copy"), with_finding(case, "other")
    case.decisions.link_copy(copy, original, AT)
    with pytest.raises(UsageError, match="inside a fence"):
        decide(case, [copy, other], "dismissed")


def test_a_copy_found_after_the_removal_reappears(case: CaseFile) -> None:
    original = brought_to(case, "removed")
    copy = with_finding(case, "copy", at=LATER)
    case.decisions.link_copy(copy, original, LATER)
    assert states(case) == ["reappeared", "reappeared"]


# ── how findings are named ────────────────────────────────────────────────────────────────────
def test_a_finding_is_found_by_number_fingerprint_and_an_unambiguous_beginning(case: CaseFile) -> None:
    fingerprint = with_finding(case)
    number = listed(case)[fingerprint].number
    for given in (fingerprint, fingerprint[:8], number, f"#{number.upper()}", f"\u2066{number}\u2069"):
        assert case.decisions.find(given) == fingerprint


def test_a_beginning_that_fits_two_findings_is_refused(case: CaseFile) -> None:
    for ending in "ab":
        with_finding(case, ending, finding=in_caption("x", fingerprint="0123456789abcdef" + ending * 16))
    with pytest.raises(UsageError, match="fits 2 findings"):
        case.decisions.find("0123456789")


@pytest.mark.parametrize("given", ["abc", "clip.mp4", "", "%", "0123456%", "'; DROP TABLE decisions; --", "\x1b[2J"])
def test_a_text_that_names_no_finding_is_refused_without_its_control_characters(case: CaseFile, given: str) -> None:
    with_finding(case)
    with pytest.raises(UsageError) as caught:
        case.decisions.find(given)
    assert "\x1b" not in str(caught.value)


def test_numbers_cannot_be_computed_without_the_case_file(tmp_path: Path) -> None:
    numbers = []
    for name in ("one.db", "two.db"):
        with open_case(str(tmp_path / name)) as case:
            fingerprint = with_finding(case)
            numbers.append(listed(case)[fingerprint].number)
    assert len(set(numbers)) == 2
    assert all(not fingerprint.startswith(number[:6]) for number in numbers)


def test_a_case_that_is_not_kept_has_no_numbers() -> None:
    with open_case(":memory:") as case:
        post = a_post()
        known = case.save(
            post,
            a_result(post, Judged(findings=[in_caption("a")])),
            readers_version=READERS,
            site_codes={},
            settings_sha256=digest("s"),
            sites_sha256=digest("s"),
            at=AT,
        )
    assert [one.number for one in known.values()] == [""]


# ── trouble with the file ─────────────────────────────────────────────────────────────────────
def test_a_full_disk_changes_nothing_and_is_one_sentence(path: Path) -> None:
    with open_case(str(path)) as case:
        known = [with_finding(case, f"{number}") for number in range(40)]
    with open_case(str(path)) as case:
        with case.transactions.read() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
            connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        wanted = NewDecision(state="confirmed", by="officer", why="y" * 2000)
        with pytest.raises(Exception, match="the disk is full") as caught:
            case.decisions.decide(known, wanted, AT)
        assert "\n" not in str(caught.value)
    with open_case(str(path)) as case:
        assert states(case) == ["open"] * 40


def test_places_that_are_damaged_make_the_file_damaged(case: CaseFile, path: Path) -> None:
    with_finding(case)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE findings SET places = ?", (json.dumps([1, 2]),))
    connection.commit()
    connection.close()
    with pytest.raises(Exception, match="damaged"):
        listed(case)
