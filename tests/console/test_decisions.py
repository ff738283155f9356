"""Decisions by the forms of the console, as a browser without script sends them."""

import io
import re
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from opsec.app import decide as decisions
from opsec.app.listing import find
from opsec.casefile.case_file import open_case
from opsec.casefile.schema import findings
from opsec.console.decision_values import local_address
from opsec.i18n.messages import Lang
from opsec.reports.finding_table import print_findings
from opsec.settings import Terminal
from tests.console.made import Browser, alert

TOMORROW = (datetime.now().astimezone().date() + timedelta(days=1)).isoformat()
YESTERDAY = (datetime.now().astimezone().date() - timedelta(days=1)).isoformat()


def forms(page: str, action: str) -> list[str]:
    """Return the forms of a page that send to an address."""
    return [form for form in re.findall(r"<form.*?</form>", page, re.DOTALL) if f'action="{action}"' in form]


def test_a_whole_triage_of_one_finding(browser: Browser, case: str) -> None:
    number = browser.numbers()[0]
    for state in ("confirmed", "takedown_requested", "acknowledged", "rejected", "takedown_requested", "removed"):
        answer = browser.post("/decide", {"finding": number, "state": state, "why": "seen", "by": "officer"})
        assert answer.status_code == 200, state
        assert browser.states()[number] == state
    assert [change.to_state for change in decisions.history(number, case=case)][-1] == "removed"
    assert {change.made_by for change in decisions.history(number, case=case)} == {"officer"}


def test_the_form_of_the_queue_itself_is_what_the_console_accepts(browser: Browser) -> None:
    """Everything that a browser without script needs stands in the page: the token, the findings and the states."""
    page = browser.get("/queue?site=F-07").text
    (form,) = forms(page, "/decide")[:1]
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', form))
    numbers = re.findall(r'name="finding" value="(\w+)"', page)
    states = re.findall(r'<button type="submit" name="state" value="(\w+)"', form)
    assert set(states) == {
        "confirmed", "dismissed", "takedown_requested", "acknowledged", "removed", "rejected", "open",
    }  # fmt: skip
    answer = browser.client.post(
        "/decide", data={**hidden, "finding": numbers[:2], "state": "confirmed"}, headers={"origin": browser.home}
    )
    assert answer.status_code == 200
    assert (answer.url.path, answer.url.query) == ("/queue", b"site=F-07")
    assert list(browser.states().values()).count("confirmed") == 2


def test_a_dismissal_has_a_reason_and_perhaps_a_last_day(browser: Browser, case: str) -> None:
    number = browser.numbers()[0]
    assert browser.post("/decide", {"finding": number, "state": "dismissed"}).status_code == 422
    answer = browser.post("/decide", {"finding": number, "state": "dismissed", "why": "parade", "until": TOMORROW})
    assert answer.status_code == 200
    assert browser.states()[number] == "dismissed"
    assert number not in browser.numbers()
    assert decisions.history(number, case=case)[-1].until == TOMORROW


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"state": "dismissed", "why": "x", "until": YESTERDAY}, "has passed"),
        ({"state": "dismissed", "why": "x", "until": "31.12.2026"}, "is not a date"),
        ({"state": "dismissed", "why": " "}, "needs a reason"),
        (
            {"state": "removed"},
            "cannot go from “open” to “removed”; possible: confirmed, takedown requested",
        ),
        ({"state": "nonsense"}, "is not a state"),
        ({"state": ""}, "no decision was chosen"),
        ({"state": "confirmed", "until": TOMORROW}, "ends a dismissal"),
        ({"state": "reappeared"}, "only a scan"),
        ({"state": "confirmed", "finding": "0000000000"}, "has no finding"),
        ({"state": "confirmed", "finding": "<b>x</b>"}, "does not name a finding"),
        ({"state": "confirmed", "finding": ""}, "no finding is selected"),
        ({"state": "confirmed", "why": "x" * 2001}, "longer than"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_done_is_one_sentence_and_changes_nothing(
    browser: Browser, fields: dict[str, str], words: str
) -> None:
    number = browser.numbers()[0]
    sentences = {}
    for lang in ("en", "ar"):
        browser.get(f"/queue?lang={lang}")
        answer = browser.post("/decide", {"finding": number, **fields})
        assert answer.status_code == 422
        sentences[lang] = alert(answer)
        assert "--" not in sentences[lang], "options of the command line mean nothing here"
        assert "<b>" not in answer.text
        assert f'<html lang="{lang}" dir="{"rtl" if lang == "ar" else "ltr"}">' in answer.text
    assert words in sentences["en"]
    assert re.search("[\u0621-\u064a]{3}", sentences["ar"])
    assert set(browser.states().values()) == {"open"}


def test_a_refused_form_keeps_what_was_typed(browser: Browser) -> None:
    number = browser.numbers()[0]
    fields = {"finding": number, "state": "dismissed", "why": '"seen" & <known>', "until": YESTERDAY}
    page = browser.post("/decide", fields).text
    assert 'value="&#34;seen&#34; &amp; &lt;known&gt;"' in page
    assert f'name="finding" value="{number}"' in page


def test_a_bulk_changes_all_or_none(browser: Browser) -> None:
    numbers = browser.numbers()
    assert (
        browser.post("/decide", {"finding": numbers[:3], "state": "takedown_requested", "why": "known"}).status_code
        == 200
    )
    answer = browser.post("/decide", {"finding": numbers, "state": "acknowledged"})
    assert answer.status_code == 422
    assert sorted(browser.states().values()) == ["open"] * 2 + ["takedown_requested"] * 3


def test_the_takedown_of_an_open_finding_is_requested_and_undone_in_one_step(browser: Browser, case: str) -> None:
    number = browser.numbers()[0]
    assert browser.post("/decide", {"finding": number, "state": "takedown_requested"}).status_code == 200
    assert browser.states()[number] == "takedown_requested"
    browser.post("/undo", {"finding": number})
    assert browser.states()[number] == "open"
    assert [one.to_state for one in decisions.history(number, case=case)] == ["takedown_requested", "open"]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_of_a_whole_page_those_that_have_the_state_stay_and_are_counted(browser: Browser, lang: str) -> None:
    """The first page of the queue has confirmed findings too; they must not stop a bulk, nor be undone with it."""
    numbers = browser.numbers()
    browser.post("/decide", {"finding": numbers[:2], "state": "confirmed"})
    browser.get(f"/queue?lang={lang}")
    page = browser.post("/decide", {"finding": numbers, "state": "confirmed"}).text
    changed, stayed = re.findall(r'<div class="notice">.*?</div>', page, re.DOTALL)
    assert {"en": "2 findings had this state", "ar": "رصدان كانا في هذه الحالة"}[lang] in stayed
    (form,) = forms(changed, "/undo")
    undone = re.findall(r'name="finding" value="(\w+)"', form)
    assert undone == numbers[2:]
    browser.post("/undo", {"finding": undone})
    assert sorted(browser.states().values()) == ["confirmed"] * 2 + ["open"] * 3
    answer = browser.post("/decide", {"finding": numbers[:2], "state": "confirmed"})
    assert answer.status_code == 422, "when none is left to change, it is an error"


def test_undo_takes_back_the_last_change_and_is_offered_at_once(browser: Browser) -> None:
    numbers = browser.numbers()
    page = browser.post("/decide", {"finding": numbers, "state": "confirmed"}).text
    (notice,) = re.findall(r'<div class="notice">.*?</div>', page, re.DOTALL)
    (form,) = forms(notice, "/undo")
    assert re.findall(r'name="finding" value="(\w+)"', form) == numbers
    assert 'class="notice"' not in browser.get("/queue").text, "offered once"
    assert browser.post("/undo", {"finding": numbers}).status_code == 200
    assert set(browser.states().values()) == {"open"}
    answer = browser.post("/undo", {"finding": numbers[0]})
    assert answer.status_code == 422
    assert "no decision to undo" in alert(answer)


def test_findings_inside_a_fence_are_not_dismissed_together(browser: Browser, case: str) -> None:
    with open_case(case) as case_file, case_file.transactions.write() as connection:
        connection.execute(update(findings).where(findings.c.action != "act_now").values(in_fence=1))
    both: dict[str, str | list[str]] = {"finding": browser.numbers(), "state": "dismissed", "why": "harmless"}
    answer = browser.post("/decide", both)
    assert answer.status_code == 422
    assert "inside a fence" in alert(answer)
    assert set(browser.states().values()) == {"open"}
    assert browser.post("/decide", {**both, "finding": browser.numbers("/queue?action=review")}).status_code == 200
    assert browser.post("/decide", {**both, "finding": browser.numbers("/queue?action=act_now")}).status_code == 200


@pytest.mark.parametrize(("lang", "words"), [("en", "open again: the dismissal by"), ("ar", "مفتوح من جديد")])
def test_an_expired_dismissal_is_open_again_and_says_so(browser: Browser, case: str, lang: Lang, words: str) -> None:
    """In the queue, on the page of the clip and in the list of the command line."""
    number = browser.numbers()[0]
    then = datetime.now(UTC) - timedelta(days=3)
    decisions.decide(
        [number], case=case, state="dismissed", why="parade", until=then.astimezone().date().isoformat(), at=then
    )
    page = browser.get(f"/queue?lang={lang}").text
    assert browser.states("/queue")[number] == "open"
    clip = browser.get(f"/clip/{number}?lang={lang}").text
    listed = io.StringIO()
    print_findings(find(case=case), lang, Terminal(bidi="terminal"), listed, datetime.now(UTC))
    for shown in (page, clip, listed.getvalue().replace("\n", " ")):
        assert len(re.findall(r"\s+".join(words.split()), shown)) == 1, words
    (one,) = [one for one in find(case=case, states=["open"]) if one.number == number]
    assert one.decision.expired


def test_a_script_gets_only_the_changed_rows(browser: Browser) -> None:
    numbers = browser.numbers()
    answer = browser.post("/decide", {"finding": numbers[:2], "state": "confirmed"}, {"hx-request": "true"})
    assert "<html" not in answer.text
    assert re.findall(r'id="finding-(\w+)".*? hx-swap-oob="true"', answer.text) == numbers[:2]
    assert answer.headers["hx-trigger"] == "decided"
    assert "2 findings changed" in answer.text
    refused = browser.post("/decide", {"finding": numbers[0], "state": "removed"}, {"hx-request": "true"})
    assert (refused.status_code, refused.headers["hx-reselect"]) == (422, "#notices")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("/queue?page=2&state=all", "/queue?page=2&state=all"),
        ("/clip/0011223344", "/clip/0011223344"),
        ("", "/queue"),
        ("https://attacker.example/", "/queue"),
        ("//attacker.example", "/queue"),
        ("/\\attacker.example", "/queue"),
        ("/\r\nSet-Cookie: x=1", "/queue"),
        ("javascript:alert(1)", "/queue"),
        ("/é", "/queue"),
        ("/" + "x" * 3000, "/queue"),
    ],
)
def test_a_form_leads_back_to_the_console_only(browser: Browser, given: str, expected: str) -> None:
    assert local_address(given) == expected
    number = browser.numbers()[0]
    answer = browser.client.post(
        "/decide",
        data={"form_token": browser.console.session.form_token, "finding": number, "state": "confirmed", "next": given},
        headers={"origin": browser.home},
        follow_redirects=False,
    )
    assert answer.headers["location"] == expected


def test_a_case_that_another_program_locks_is_one_sentence(
    browser: Browser, case: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = browser.numbers()[0]
    monkeypatch.setattr("opsec.casefile.database.BUSY_TIMEOUT_S", 0.05)
    blocker = sqlite3.connect(case)
    blocker.execute("BEGIN IMMEDIATE")
    try:
        answer = browser.post("/decide", {"finding": number, "state": "confirmed"})
    finally:
        blocker.rollback()
        blocker.close()
    assert answer.status_code == 500
    assert "is in use by another program" in alert(answer)
    assert browser.post("/decide", {"finding": number, "state": "confirmed"}).status_code == 200
