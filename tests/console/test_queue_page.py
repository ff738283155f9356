"""The queue: order, filters with counts, pages, and hostile words on it."""

import re
from pathlib import Path

import pytest

from opsec.app import decide as decisions
from opsec.casefile.case_file import open_case
from opsec.console.queue_page import PAGE_FINDINGS
from opsec.console.queue_rows import web_address
from opsec.model import FindingPost, Post
from tests.casefile.made import AT
from tests.console.made import Browser, a_named_finding, alert, make_case, running_console, store
from tests.fixtures.records import make_site


def shown_paths(page: str) -> list[str]:
    return re.findall(r'<a class="open" href="/clip/\w+"><bdi>(.*?)</bdi>', page)


def test_the_most_urgent_stand_first_and_what_is_decided_later(browser: Browser, case: str) -> None:
    order = shown_paths(browser.get("/queue").text)
    assert [re.sub(r"\D", "", path[-6:-4]) for path in order][2:] == ["3", "0", "2"]
    assert {path[-5] for path in order[:2]} == {"1", "4"}
    first = browser.numbers()[0]
    decisions.decide([first], case=case, state="confirmed")
    assert browser.numbers()[-1] == first
    decisions.decide([first], case=case, state="dismissed", why="parade")
    assert first not in browser.numbers()
    assert browser.numbers("/queue?state=dismissed") == [first]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("action=act_now", 2),
        ("action=watch", 1),
        ("site=F-07", 5),
        ("site=X-99", 0),
        ("rule=NAME-IN-CAPTION", 5),
        ("rule=NAME-ON-SIGN", 0),
        ("week=2026-W47", 5),
        ("week=2026-W46", 0),
        ("account=SOMEBODY", 5),
        ("account=%40somebody", 5),
        ("account=nobody", 0),
        ("new=1", 0),
        ("state=open", 5),
        ("state=all&action=act_now&site=F-07&rule=NAME-IN-CAPTION&week=2026-W47&account=somebody", 2),
    ],
)
def test_filters(browser: Browser, query: str, expected: int) -> None:
    page = browser.get(f"/queue?{query}")
    assert len(shown_paths(page.text)) == expected
    if not expected:
        assert "No finding passes these filters." in page.text


def test_counts_of_a_filter_are_those_under_the_other_filters(browser: Browser) -> None:
    page = browser.get("/queue?action=act_now").text
    options = dict(re.findall(r'<option value="([^"]+)"(?: selected)?>[^<(]*\((\d+)\)</option>', page))
    assert options["F-07"] == "2", "of the chosen action"
    assert {action: options[action] for action in ("act_now", "act_today", "review", "watch")} == {
        "act_now": "2", "act_today": "1", "review": "1", "watch": "1",
    }  # fmt: skip


def test_new_findings_are_those_of_the_last_scan(browser: Browser, case: str) -> None:
    with open_case(case) as case_file:
        case_file.begin_scan(AT.replace(day=20))
        store(case_file, "late.mp4", a_named_finding("late"), Post(), at=AT.replace(day=21))
    assert [path[-8:] for path in shown_paths(browser.get("/queue?new=1").text)] == ["late.mp4"]
    with open_case(case) as case_file:
        case_file.finish_scan()
        case_file.begin_scan(AT.replace(day=25))
    assert shown_paths(browser.get("/queue?new=1").text) == []


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("state=nonsense", "not a state"),
        ("week=2026-W99", "does not exist"),
        ("week=x", "not a week"),
        ("action=x", "not an action"),
    ],
)
def test_a_filter_that_does_not_exist_is_one_sentence(browser: Browser, query: str, words: str) -> None:
    page = browser.get(f"/queue?{query}")
    assert page.status_code == 400
    assert words in alert(page)


def test_a_long_queue_has_pages(tmp_path: Path) -> None:
    case = make_case(tmp_path, ["review"] * (PAGE_FINDINGS + 3))
    with running_console(case) as console:
        browser = Browser(console).enter()
        first, second = browser.numbers("/queue"), browser.numbers("/queue?page=2")
        assert (len(first), len(second)) == (PAGE_FINDINGS, 3)
        assert not set(first) & set(second)
        for page in ("3", "999999", "-1", "x", "²", "9" * 5000):
            assert browser.numbers(f"/queue?page={page}") in (first, second)
        answer = browser.post("/decide", {"finding": first, "state": "dismissed", "why": "known"})
        assert answer.status_code == 200
        assert len(browser.numbers("/queue?state=dismissed")) == PAGE_FINDINGS
        browser.client.close()


def test_both_languages_and_the_choice_is_kept(browser: Browser) -> None:
    arabic = browser.get("/queue?lang=ar").text
    assert '<html lang="ar" dir="rtl">' in arabic
    assert "قائمة المراجعة" in arabic
    assert browser.get("/queue").text.startswith(arabic[:40])
    assert '<html lang="en" dir="ltr">' in browser.get("/queue?lang=en").text
    assert '<html lang="en" dir="ltr">' in browser.get("/queue?lang=fr").text


# ── hostile words ─────────────────────────────────────────────────────────────────────────────
SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'`{{7919*7919}}"


def test_hostile_words_are_inert(tmp_path: Path) -> None:
    """A file name, an account, a link and a note that would be markup if anything wrote them as they are."""
    case = make_case(tmp_path, [])
    with open_case(case) as case_file:
        post = Post(author=SCRIPT, url="javascript:alert(1)", posted_at=SCRIPT)
        store(case_file, f"{SCRIPT}.mp4".replace("/", "∕"), a_named_finding("hostile"), post)
    with running_console(case) as console:
        browser = Browser(console).enter()
        (number,) = browser.numbers()
        answer = browser.post("/decide", {"finding": number, "state": "confirmed", "why": SCRIPT, "by": SCRIPT})
        pages = [answer, browser.get("/queue"), browser.get(f"/queue?account={SCRIPT}&site={SCRIPT}&rule={SCRIPT}")]
        pages += [browser.get(f"/clip/{number}"), browser.get(f"/clip/{SCRIPT}"), browser.get(f"/site/{SCRIPT}")]
        pages.append(browser.post("/decide", {"finding": SCRIPT, "state": SCRIPT, "why": SCRIPT}))
        browser.client.close()
    for page in pages:
        assert "<script>" not in page.text
        assert "<img src=x" not in page.text
        assert "javascript:" not in re.sub(r"<bdi.*?</bdi>", "", page.text)
        assert "62710561" not in re.findall(r"\{\{.*?\}\}|62710561", page.text)
    assert "&lt;script&gt;" in pages[1].text


@pytest.mark.parametrize(
    ("url", "is_linked"),
    [
        ("https://www.tiktok.example/@a/video/1?x=1&y=2", True),
        ("HTTP://posts.example/1", True),
        ("javascript:alert(1)", False),
        ("data:text/html,<script>", False),
        ("file:///etc/passwd", False),
        ("intent://x#Intent;end", False),
        ("https://user@attacker.example/", False),
        ("https:attacker", False),
        ("//attacker.example/", False),
        ("https://posts.example/\u202egpj.exe", False),
        ("https://posts.example/a b", False),
        ("https://[::1", False),
        ("https://posts.example/" + "x" * 2_000, False),
    ],
)
def test_only_addresses_of_the_web_are_links(url: str, is_linked: bool) -> None:
    assert web_address(FindingPost("x.mp4", url, None, None)) == (url if is_linked else None)


def test_a_link_is_shown_whole_and_tells_nobody_where_it_was(tmp_path: Path) -> None:
    case = make_case(tmp_path, [])
    url = "https://posts.example/very/long/" + "x" * 300 + "?a=1&b=2"
    with open_case(case) as case_file:
        store(case_file, "x.mp4", a_named_finding("x"), Post(url=url))
    with running_console(case) as console:
        browser = Browser(console).enter()
        page = browser.get("/queue").text
        browser.client.close()
    shown = url.replace("&", "&amp;")
    assert f'<a href="{shown}" rel="noreferrer noopener" target="_blank"><bdi dir="ltr">{shown}</bdi></a>' in page


def test_a_time_is_shown_in_the_zone_of_the_site(tmp_path: Path) -> None:
    """A post that states its time in UTC must not be read as local time."""
    case = str(tmp_path / "case.db")
    with open_case(case) as case_file:
        store(case_file, "a.mp4", a_named_finding("a.mp4"), Post(posted_at="2026-11-16T22:30:09Z"))
    for zone, expected in (("Asia/Baghdad", "2026-11-17 01:30 (Asia/Baghdad)"), (None, "2026-11-16 22:30 Z")):
        with running_console(case, [make_site(time_zone=zone)]) as console:
            opened = Browser(console).enter()
            assert f'class="figure">{expected}</bdi>' in opened.get("/queue").text
            opened.client.close()
