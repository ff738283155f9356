"""The page of one site: what its clips show together, which to remove, its clips, and its map."""

import json
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from opsec.casefile.case_file import CaseFile, open_case
from opsec.casefile.decisions import NewDecision
from opsec.casefile.finding_numbers import finding_number
from opsec.casefile.scan_marks import number_secret
from opsec.console.site_view import MAX_CLIPS, compass_paths
from opsec.i18n.messages import LANGUAGES, Lang
from opsec.matching.layout.coverage_record import fence_hash
from opsec.model import Post, Site, SiteCoverage
from opsec.model.ground_grid import VIEW_GRID, encode_view
from opsec.reports.site_plan_drawing import plan_frame
from tests.casefile.made import Judged, a_finding, a_post, a_result, digest
from tests.console.made import Browser, running_console
from tests.console.shown_page import assert_inert
from tests.fixtures.records import make_site, square_fence
from tests.reports.hostile import HOSTILE

GATE = square_fence(31.000, 42.004, 31.001, 42.006, role="zone", name="North gate", zone_class="gate")
TOWER = square_fence(31.008, 42.004, 31.009, 42.006, role="zone", name="Tower", zone_class="guard_post")
SITE = make_site(time_zone="Asia/Baghdad")
SITE = replace(SITE, fences=(*SITE.fences, GATE, TOWER))
FRAME = plan_frame(SITE)
assert FRAME is not None
PLAN = fence_hash(FRAME.fence)
NOW = datetime.now(UTC)
WEST_HALF = encode_view([number % VIEW_GRID < VIEW_GRID // 2 for number in range(VIEW_GRID**2)])
CELLS = 32.0**2


def store(case: CaseFile, name: str, *, site: Site = SITE, post: Post | None = None, **shown: Any) -> str:
    """Store one clip as a scan does; return its fingerprint."""
    made = a_post(f"{name}.mp4", content=name)
    finding = a_finding(name, site=site.id)
    coverage = SiteCoverage(site=site.id, at=(NOW - timedelta(days=2)).isoformat(), time_zone="UTC", **shown)
    result = a_result(made, Judged(findings=[finding], shown=(coverage,)))
    result = replace(result, clip=replace(result.clip, post=post or Post(author="@eagle_77")))
    case.save(
        made,
        result,
        readers_version="readers-1",
        site_codes={site.id: site.code},
        settings_sha256=digest("settings"),
        sites_sha256=digest("sites"),
        at=NOW,
    )
    return finding.fingerprint


def three_sides(case: CaseFile) -> list[str]:
    ground: dict[str, Any] = {"plan": PLAN, "view": WEST_HALF, "cells": CELLS}
    return [
        store(case, "west", sectors=((270.0, 60.0),), zones=("North gate",), zone_count=2, **ground),
        store(case, "again", sectors=((270.0, 60.0),), zones=("North gate",), zone_count=2, **ground),
        store(case, "south", sectors=((90.0, 100.0),), zones=("Tower",), zone_count=2, words=("presence",)),
    ]


@contextmanager
def console(case: str, *sites: Site) -> Iterator[Browser]:
    with running_console(case, sites) as running:
        browser = Browser(running).enter()
        with closing(browser.client):
            yield browser


@pytest.fixture
def case(tmp_path: Path) -> str:
    return str(tmp_path / "case.db")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_unites_what_the_clips_show(case: str, lang: Lang) -> None:
    with open_case(case) as case_file:
        three_sides(case_file)
    with console(case, SITE) as browser:
        answer = browser.get(f"/site/F-07?lang={lang}")
        by_id = browser.get("/site/FALCON-CAMP?lang=en")
    seen = assert_inert(answer.text)
    assert answer.status_code == by_id.status_code == 200
    assert "F-07 · " + SITE.names[lang][0] in seen.text
    assert "North gate" in seen.text
    assert "Tower" in seen.text
    for figure in ("50%", "160°", "2 of 2" if lang == "en" else "2 من 2"):
        assert figure in seen.text
    assert 'class="over-view"' in answer.text
    links = [one for one in seen.all_of("a", "href") if one.startswith("/clip/")]
    assert len(set(links)) == 3
    sectors = answer.text.split('class="sector"')[1].split("</svg>")[0]
    assert sectors.count("<path d=") == 2


def test_the_smallest_set_of_clips_to_remove_is_named(case: str) -> None:
    with open_case(case) as case_file:
        prints = three_sides(case_file)
        with case_file.transactions.read() as connection:
            secret = number_secret(connection)
    numbers = [finding_number(secret, one) for one in prints]
    with console(case, SITE) as browser:
        text = assert_inert(browser.get("/site/F-07?lang=en").text).text
    sentence = text.split("take down finding")[1].split("left in view")[0]
    assert numbers[0] in sentence
    assert numbers[1] in sentence  # the same ground twice: one of the two alone closes nothing


def test_removed_and_dismissed_clips_are_not_counted(case: str) -> None:
    with open_case(case) as case_file:
        west, again, south = three_sides(case_file)
        now = datetime.now(UTC)
        for state in ("confirmed", "takedown_requested", "removed"):
            case_file.decisions.decide([west], NewDecision(state=state, by="x", why="y"), now)
        case_file.decisions.decide([again], NewDecision(state="dismissed", by="x", why="y"), now)
    with console(case, SITE) as browser:
        page = browser.get("/site/F-07?lang=en").text
    text = assert_inert(page).text
    assert "clips online 1" in text
    assert "clips removed 1" in text
    assert "ground in view 0%" in text
    assert 'class="over-view"' not in page
    assert "dismissed" in text  # in the list of its clips
    assert south


def test_a_redrawn_fence_shows_no_ground_and_says_what_to_do(case: str) -> None:
    with open_case(case) as case_file:
        three_sides(case_file)
    wider = replace(SITE, fences=(square_fence(31.0, 42.0, 31.02, 42.02), GATE))
    with console(case, wider) as browser:
        page = browser.get("/site/F-07?lang=en").text
        features = browser.get("/site/F-07/map.json").json()["features"]
    assert "The fence was redrawn after the last scan" in assert_inert(page).text
    assert 'class="over-view"' not in page
    assert {one["properties"]["kind"] for one in features} == {"fence", "zone"}


def test_the_map_has_the_ground_in_view_inside_the_fence(case: str) -> None:
    with open_case(case) as case_file:
        three_sides(case_file)
    with console(case, SITE) as browser:
        answer = browser.get("/site/F-07/map.json?lang=ar")
    assert answer.headers["content-type"] == "application/geo+json"
    (view,) = [one for one in answer.json()["features"] if one["properties"]["kind"] == "view"]
    lons = [lon for lon, _lat in view["geometry"]["coordinates"][0]]
    lats = [lat for _lon, lat in view["geometry"]["coordinates"][0]]
    assert (min(lons), max(lons)) == pytest.approx((42.0, 42.005), abs=1e-5)
    assert (min(lats), max(lats)) == pytest.approx((31.0, 31.01), abs=1e-5)


def test_a_site_that_only_the_case_knows_has_a_page_without_a_plan(case: str) -> None:
    with open_case(case) as case_file:
        store(case_file, "old", site=make_site("old-post", code="O-1"), zones=("Gate",))
    with console(case, SITE) as browser:
        page = browser.get("/site/O-1?lang=en").text
        assert browser.get("/site/O-1/map.json").status_code == 404
    text = assert_inert(page).text
    assert "does not have this site any more" in text
    assert "old.mp4" in text
    assert 'id="map"' not in page


def test_a_site_without_findings_has_a_page_with_its_plan(case: str) -> None:
    with open_case(case):
        pass
    with console(case, SITE) as browser:
        page = browser.get("/site/F-07?lang=en").text
    assert "The case file has no finding of this site." in assert_inert(page).text
    assert '<path class="fence"' in page


@pytest.mark.parametrize("name", ["F-08", "..%2f", "<script>", "%00", "a" * 5_000, "%d8%a7%e2%80%ae"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_unknown_site_is_one_sentence(case: str, name: str, lang: Lang) -> None:
    with open_case(case):
        pass
    with console(case, SITE) as browser:
        answer = browser.get(f"/site/{name}?lang={lang}")
        assert browser.get(f"/site/{name}/map.json").status_code == 404
    assert answer.status_code == 404
    assert answer.text.count('role="alert"') <= 1
    assert_inert(answer.text)


def test_hostile_names_and_posts_are_inert_and_the_list_is_bounded(case: str) -> None:
    names = tuple(text[:150] for text in HOSTILE.values() if "\x00" not in text and "\ud83d" not in text)
    site = replace(
        SITE,
        code=names[0],
        names={"en": names, "ar": names[::-1]},
        fences=(*SITE.fences[:1], *(replace(GATE, name=name) for name in names)),
    )
    with open_case(case) as case_file:
        for number in range(MAX_CLIPS + 3):
            hostile = list(HOSTILE.values())[number % len(HOSTILE)][:900]
            post = Post(author=hostile, posted_at=hostile[:40])
            store(case_file, f"{number}", site=site, zones=(hostile,), post=post)
    with console(case, site) as browser:
        for lang in LANGUAGES:
            answer = browser.get(f"/site/{site.id}?lang={lang}")
            seen = assert_inert(answer.text)
            assert len(answer.content) < 400_000
            assert len([one for one in seen.all_of("a", "href") if one.startswith("/clip/")]) >= MAX_CLIPS
            assert ("3 more clips are in the queue." in seen.text) == (lang == "en")
        shapes = browser.get(f"/site/{site.id}/map.json").text
    json.loads(shapes)
    assert "\u202e" not in shapes


def test_sectors_of_the_compass() -> None:
    headings = np.zeros(360, bool)
    assert compass_paths(headings) == []
    headings[0:90] = True
    headings[180:181] = True
    quarter, sliver = compass_paths(headings)
    assert quarter == "M 60.0 60.0 L 60.0 6.0 A 54.0 54.0 0 0 1 114.0 60.0 Z"
    assert sliver.startswith("M 60.0 60.0 L 60.0 114.0 A")
    right, left = compass_paths(np.ones(360, bool))
    assert right == "M 60.0 60.0 L 60.0 6.0 A 54.0 54.0 0 0 1 60.0 114.0 Z"
    assert left == "M 60.0 60.0 L 60.0 114.0 A 54.0 54.0 0 0 1 60.0 6.0 Z"
