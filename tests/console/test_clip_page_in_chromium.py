"""The pages of a clip and of a site in a real browser: the map, the form without script, widths, accessibility."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from opsec.console.assets import asset_names
from opsec.model import Fix, Hint, Point, Post
from tests.console.made import running_console
from tests.console.made_console import INSIDE, SITE, a_picture, a_post, listed, scan_posts
from tests.console.test_in_chromium import CHROMIUM, WIDTHS_PX, axe_faults, opened
from tests.fixtures.records import square_fence, text_hint

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="Chromium is not installed"),
]
ATTACK = "<img src=x onerror=document.title='attacked'>"
GATE = square_fence(31.000, 42.004, 31.001, 42.006, role="zone", name=ATTACK, zone_class="gate")
PLACE = replace(SITE, fences=(*SITE.fences, GATE))
TRACK = Hint(
    kind="track",
    family="META",
    reader="test",
    field=ATTACK,
    fixes=tuple(Fix(float(n), Point(31.004 + n / 2e4, 42.003), heading_deg=90.0) for n in range(30)),
)
SIGN = text_hint("FALCON CAMP", "sign", id="", family="SIGN", at_s=2.5, picture=a_picture())
WORDS = f"{ATTACK} معسكر الصقر {'a' * 300}"
POST = a_post("a" * 150 + ".mp4", INSIDE, TRACK, SIGN, caption=WORDS, post=Post(author=ATTACK, caption=WORDS))
NEEDS_LEAFLET = pytest.mark.skipif("vendor/leaflet.js" not in asset_names(), reason="a build puts Leaflet here")


def made_case(folder: Path) -> tuple[str, str]:
    """Return a case with one flagged post, and the number of its finding."""
    case = str(folder / "case.db")
    scan_posts(case, [POST], [PLACE])
    (finding,) = listed(case).values()
    return case, finding.number


def shapes(page: "Page", kind: str) -> int:
    return page.locator(f"#map path.map-{kind}").count()


@NEEDS_LEAFLET
@pytest.mark.parametrize("lang", ["en", "ar"])
def test_the_map_is_drawn_without_a_tile_and_its_labels_are_text(tmp_path: Path, lang: str) -> None:
    case, number = made_case(tmp_path)
    asked: list[str] = []
    with running_console(case, [PLACE]) as console, opened(console, lang) as page:
        page.on("request", lambda request: asked.append(request.url))
        home = f"http://127.0.0.1:{console.port}"
        page.goto(f"{home}/clip/{number}")
        page.wait_for_selector("#map path.map-fence")
        assert {kind: shapes(page, kind) for kind in ("fence", "zone-gate", "track", "position", "error")} == {
            "fence": 1, "zone-gate": 1, "track": 1, "position": 1, "error": 1,
        }  # fmt: skip
        assert page.locator("#map .leaflet-control-scale-line").inner_text().endswith("m")
        assert page.locator("#plan").get_attribute("open") is None
        page.locator("#map path.map-zone-gate").hover(force=True)
        assert ATTACK in page.locator(".leaflet-tooltip").inner_text()
        assert page.locator(".leaflet-tooltip img").count() == 0
        assert page.title() != "attacked"
        page.goto(f"{home}/site/F-07")
        page.wait_for_selector("#map path.map-fence")
    assert all(one.startswith(home) for one in asked)


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_without_script_the_plan_is_shown_and_the_form_decides(tmp_path: Path, lang: str) -> None:
    case, number = made_case(tmp_path)
    with running_console(case, [PLACE]) as console, opened(console, lang, java_script_enabled=False) as page:
        page.goto(f"http://127.0.0.1:{console.port}/clip/{number}")
        assert page.locator("#plan svg.site circle.over-matched").first.is_visible()
        assert not page.locator("#map").is_visible()
        page.locator("form.decide [name=why]").fill("gate seen")
        page.locator("form.decide button[value=confirmed]").click()
        assert page.url.endswith(f"/clip/{number}")
        assert page.locator("b.state-confirmed").count() == 1
        assert "gate seen" in page.locator(".history").inner_text()
        assert page.locator("form.decide button[value=confirmed]").count() == 0


@pytest.mark.parametrize("lang", ["en", "ar"])
def test_nothing_is_wider_than_the_screen(tmp_path: Path, lang: str) -> None:
    case, number = made_case(tmp_path)
    with running_console(case, [PLACE]) as console, opened(console, lang) as page:
        for path in (f"/clip/{number}", "/site/F-07"):
            for width in WIDTHS_PX:
                page.set_viewport_size({"width": width, "height": 900})
                page.goto(f"http://127.0.0.1:{console.port}{path}")
                excess = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                assert excess == 0, (path, width)


def test_the_arabic_page_is_mirrored_and_the_map_is_not(tmp_path: Path) -> None:
    case, number = made_case(tmp_path)
    with running_console(case, [PLACE]) as console, opened(console, "ar") as page:
        page.goto(f"http://127.0.0.1:{console.port}/clip/{number}")
        main, side = page.locator(".main-column").bounding_box(), page.locator(".side-column").bounding_box()
        assert main is not None
        assert side is not None
        assert side["x"] + side["width"] <= main["x"]
        assert page.locator("#map").evaluate("one => getComputedStyle(one).direction") == "ltr"


@pytest.mark.parametrize(("lang", "scheme"), [("en", "light"), ("ar", "dark")])
def test_pages_with_evidence_have_no_serious_fault_of_accessibility(tmp_path: Path, lang: str, scheme: str) -> None:
    axe_module = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed")
    case, number = made_case(tmp_path)
    faults: list[tuple[str, str, str]] = []
    with running_console(case, [PLACE]) as console, opened(console, lang, color_scheme=scheme, bypass_csp=True) as page:
        for path in (f"/clip/{number}", "/site/F-07"):
            page.goto(f"http://127.0.0.1:{console.port}{path}")
            page.wait_for_load_state("networkidle")
            page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
            faults += axe_faults(axe_module, page, path)
    assert faults == []


def test_the_printed_page_has_the_plan_and_no_form(tmp_path: Path) -> None:
    case, number = made_case(tmp_path)
    with running_console(case, [PLACE]) as console, opened(console, "en") as page:
        page.goto(f"http://127.0.0.1:{console.port}/clip/{number}")
        page.wait_for_load_state("networkidle")
        page.emulate_media(media="print")
        assert page.locator("#plan svg.site").first.is_visible()
        assert not page.locator("#map").is_visible()
        assert not page.locator("form.decide button").first.is_visible()
        assert page.pdf().startswith(b"%PDF")
