"""The console in a real browser: a whole triage by the keyboard alone, in both languages, and its accessibility."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from opsec.app import decide as decisions
from opsec.casefile.case_file import open_case
from opsec.console.assets import asset_names
from opsec.console.queue_page import PAGE_FINDINGS
from opsec.console.state import ConsoleState
from tests.console.made import make_case, running_console

if TYPE_CHECKING:
    from playwright.sync_api import Page

CHROMIUM = Path("/usr/bin/chromium")
WIDTHS_PX = (1280, 768, 390)
# A letter by its place on the keyboard, as an officer with an Arabic layout types it.
ARABIC_KEYS = {"j": "ت", "k": "ن", "x": "ء", "a": "ش", "c": "ؤ", "d": "ي", "t": "ف", "n": "ى", "u": "ع"}

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]


@contextmanager
def opened(console: ConsoleState, lang: str, **context: Any) -> Iterator["Page"]:
    """Open the console in Chromium; what the page or its policy complains about fails the test."""
    playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed")
    complaints: list[str] = []
    with playwright.sync_playwright() as tool:
        chromium = tool.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        try:
            page = chromium.new_context(viewport={"width": 1280, "height": 900}, **context).new_page()
            page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
            page.on("pageerror", lambda error: complaints.append(str(error)))
            home = f"http://127.0.0.1:{console.port}"
            page.goto(f"{home}/enter?token={console.session.one_time_token}")
            page.goto(f"{home}/queue?lang={lang}")
            yield page
        finally:
            chromium.close()
    assert complaints == []


def press(page: "Page", key: str, lang: str) -> None:
    """Press a key as the layout of the language sends it."""
    if lang == "ar":
        page.evaluate(
            "([key, code]) => (document.activeElement ?? document.body).dispatchEvent("
            "new KeyboardEvent('keydown', {key, code, bubbles: true, cancelable: true}))",
            [ARABIC_KEYS[key], f"Key{key.upper()}"],
        )
    else:
        page.keyboard.press(key)


def current_state(page: "Page") -> str:
    return page.locator("li.row[aria-current]").get_attribute("data-state") or ""


def wait_for_state(page: "Page", state: str) -> None:
    page.wait_for_selector(f'li.row[aria-current][data-state="{state}"]')


@pytest.mark.skipif("vendor/htmx.min.js" not in asset_names(), reason="a build puts htmx into the package")
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_triage_by_the_keyboard_alone(tmp_path: Path, lang: str) -> None:
    case = make_case(tmp_path, ["review"] * (PAGE_FINDINGS + 5))
    day = (datetime.now().astimezone().date() + timedelta(days=30)).isoformat()
    with running_console(case) as console, opened(console, lang) as page:
        press(page, "j", lang)
        first = page.locator("li.row[aria-current]").get_attribute("data-finding") or ""
        press(page, "c", lang)
        wait_for_state(page, "confirmed")
        press(page, "t", lang)
        wait_for_state(page, "takedown_requested")
        press(page, "u", lang)
        wait_for_state(page, "confirmed")
        press(page, "j", lang)
        second = page.locator("li.row[aria-current]").get_attribute("data-finding") or ""
        assert second != first
        press(page, "d", lang)
        page.keyboard.type("parade, شهادة")
        page.keyboard.press("Tab")
        page.locator("#decision-dialog [name=until]").fill(day)  # how a date is typed depends on the machine
        page.keyboard.press("Enter")
        wait_for_state(page, "dismissed")
        page.goto(f"http://127.0.0.1:{console.port}/queue?state=open")
        assert page.locator("li.row").count() == PAGE_FINDINGS
        press(page, "a", lang)
        press(page, "n", lang)
        page.keyboard.type("all seen")
        page.keyboard.press("Enter")
        page.locator("li.row[data-state=confirmed]").nth(PAGE_FINDINGS - 1).wait_for()
        page.locator("#tabs a").nth(3).wait_for()
    assert [change.to_state for change in decisions.history(first, case=case)] == [
        "confirmed", "takedown_requested", "confirmed",
    ]  # fmt: skip
    (dismissal,) = decisions.history(second, case=case)
    assert (dismissal.why, dismissal.until) == ("parade, شهادة", day)
    with open_case(case) as case_file:
        notes = [change.why for changes in case_file.decisions.histories().values() for change in changes]
    assert notes.count("all seen") == PAGE_FINDINGS


def test_a_refused_decision_is_told_in_place_and_the_selection_stays(tmp_path: Path) -> None:
    case = make_case(tmp_path, ["review"] * 3)
    with running_console(case) as console, opened(console, "en") as page:
        page.on("response", lambda answer: None)
        for key in ("j", "x", "j", "x"):
            page.keyboard.press(key)
        page.keyboard.press("c")
        page.wait_for_selector("#notices .notice")
        assert page.locator("li.row[data-state=confirmed]").count() == 2


@pytest.mark.parametrize(("lang", "scheme"), [("en", "light"), ("ar", "dark")])
def test_no_page_has_a_serious_fault_of_accessibility(tmp_path: Path, lang: str, scheme: str) -> None:
    axe_module = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    case = make_case(tmp_path, ["act_now", "act_today", "review", "watch"])
    with running_console(case) as console, opened(console, lang, color_scheme=scheme, bypass_csp=True) as page:
        home = f"http://127.0.0.1:{console.port}"
        number = page.locator("li.row").first.get_attribute("data-finding")
        page.keyboard.press("j")
        page.keyboard.press("c")
        page.wait_for_selector("#notices .notice")
        faults = axe_faults(axe_module, page, "/queue")
        page.keyboard.press("d")
        faults += axe_faults(axe_module, page, "dialog")
        for path in ("/queue?site=none", f"/clip/{number}", "/site/F-07"):
            page.goto(home + path)
            faults += axe_faults(axe_module, page, path)
    assert faults == []


def axe_faults(axe_module: Any, page: "Page", where: str) -> list[tuple[str, str, str]]:
    """Return the serious and critical faults that axe finds on a page."""
    found = axe_module.Axe().run(page).response["violations"]
    return [
        (where, fault["id"], node["html"][:200])
        for fault in found
        if fault["impact"] in {"serious", "critical"}
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_nothing_is_wider_than_the_screen(tmp_path: Path, lang: str) -> None:
    case = make_case(tmp_path, ["act_now", "review"], name="a" * 120)
    with running_console(case) as console, opened(console, lang) as page:
        for width in WIDTHS_PX:
            page.set_viewport_size({"width": width, "height": 900})
            for path in ("/queue", "/queue?state=all&new=1"):
                page.goto(f"http://127.0.0.1:{console.port}{path}")
                excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert excess == 0, (width, path)


def test_without_script_the_forms_do_everything(tmp_path: Path) -> None:
    case = make_case(tmp_path, ["review"] * 3)
    with running_console(case) as console, opened(console, "ar", java_script_enabled=False) as page:
        boxes = page.locator("li.row input[name=finding]")
        boxes.nth(0).check()
        boxes.nth(1).check()
        page.locator("button[value=confirmed]").click()
        assert page.locator("li.row[data-state=confirmed]").count() == 2
        page.locator("#notices button").click()
        assert page.locator("li.row[data-state=open]").count() == 3


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_a_refusal_of_the_dialog_is_in_the_language_of_the_page(tmp_path: Path, lang: str) -> None:
    """A browser words its own refusals in its own language, whatever the page says."""
    with running_console(make_case(tmp_path)) as console, opened(console, lang) as page:
        press(page, "j", lang)
        press(page, "d", lang)
        why, until = (page.locator(f"dialog [name={name}]") for name in ("why", "until"))
        refusal = "field => field.validationMessage"
        page.keyboard.press("Enter")
        assert why.evaluate(refusal) == {"en": "this state needs a reason", "ar": "هذه الحالة تحتاج إلى سبب"}[lang]
        page.keyboard.type("known")
        assert why.evaluate(refusal) == ""
        until.fill("2020-01-01")
        page.keyboard.press("Enter")
        assert {"en": "not in the past", "ar": "لم يمضِ"}[lang] in until.evaluate(refusal)
        until.fill("")
        assert until.evaluate(refusal) == ""
