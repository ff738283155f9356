"""What the clips of each base reveal together, on the weekly page, on the terminal and as JSON."""

import json
from dataclasses import replace

import pytest

from opsec.i18n.messages import LANGUAGES, Lang, render
from opsec.model import Exposure, Mosaic, MosaicClip, Routine, ShownParts, UntimedPosts
from opsec.reports.accumulated_view import take_down_message
from opsec.reports.weekly_json import render_weekly_json
from opsec.reports.weekly_page import render_weekly_page
from opsec.reports.weekly_summary import weekly_summary_lines
from opsec.reports.weekly_words import Words
from tests.reports.made import made_exposure
from tests.reports.test_pages import Page, assert_self_contained

SHOWN = ShownParts(ground=0.31, zones=3, headings_deg=290.0, presence=True, strength=True, exposure=0.56)
ADDS = ShownParts(ground=0.2, zones=2, headings_deg=110.0, presence=False, strength=True, exposure=0.3)
FOUND = Mosaic(
    site_code="F-07",
    number="0123456789",
    days=90,
    clips=7,
    removed=1,
    outdated=0,
    shown=SHOWN,
    zones_drawn=4,
    best_clip=0.3,
    severity=0.74,
    action="act_today",
    cover=(MosaicClip(number="aa11bb22cc", posts=2, adds=ADDS),),
    take_down=("aa11bb22cc", "dd33ee44ff"),
    left=0.2,
)
WEEK = replace(FOUND, days=7, clips=1, action="watch", zones_drawn=None, number="9876543210", cover=(), take_down=())
ROUTINE = Routine(
    site_code="F-07",
    account="5ab0c3d1",
    weekday=1,
    starts="23:40",
    time_zone="Asia/Baghdad",
    periods=3,
    active=4,
    chance=0.0005,
    findings=tuple(f"{number:010}" for number in range(7)),
)
DAILY = replace(ROUTINE, account=None, weekday=None, starts="18:00", periods=15, active=16, chance=0.0)


def exposure() -> Exposure:
    return replace(
        made_exposure(),
        mosaics=(WEEK, FOUND),
        routines=(ROUTINE, DAILY),
        untimed=(UntimedPosts(site_code="F-07", posts=2, of=9),),
    )


def test_the_page_shows_every_period_and_the_clips_of_a_finding() -> None:
    text = Page(render_weekly_page(exposure(), "en", "officer")).text
    for words in (
        "What the clips of a base show together",
        "F-07 7 1 31% 290° 3 presence, strength or schedule 56% 0.74 watch",
        "F-07 90 7 31% 290° 3 of 4 presence, strength or schedule 56% 0.74 act today",
        "A finding from 25% of the base on, if it is at least 5% more than the best clip shows; act today from a "
        "severity of 0.6.",
        "F-07, 90 days: finding 0123456789",
        "take down findings aa11bb22cc, dd33ee44ff, and their copies: 20% of the base is left in view",
        "aa11bb22cc 2 20% 110° 2 strength or schedule 30%",
    ):
        assert words in text, words
    assert "9876543210" not in text  # no finding


def test_the_page_shows_routines_with_their_chance_and_findings() -> None:
    text = Page(render_weekly_page(exposure(), "en", "officer")).text
    for words in (
        "F-07 : account 5ab0c3d1, Tuesday, 23:40 to 00:40 (Asia/Baghdad), 3 of 4 weeks with posts (by chance 1 in "
        "2,000)",
        "F-07 : all accounts, every day with posts, 18:00 to 19:00 (Asia/Baghdad), 15 of 16 days with posts (by chance "
        "1 in 1,000,000)",
        "At most 1% of the accounts without a routine are reported.",
        "F-07: the time or time zone of 2 posts (of 9) is unknown; they were not searched for routines.",
        "0000000006",
    ):
        assert words in text, words
    assert "0000000001" not in text  # the latest five


def test_no_routine_is_said_and_an_empty_case_has_no_section() -> None:
    quiet = Page(render_weekly_page(replace(exposure(), routines=()), "en")).text
    assert "The posts of 90 days return to no hour" in quiet
    assert "show together" not in Page(render_weekly_page(made_exposure(), "en")).text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_page_is_self_contained_and_complete_in_both_languages(lang: Lang) -> None:
    page = render_weekly_page(exposure(), lang)
    assert_self_contained(page)
    text = Page(page).text
    assert ("الثلاثاء" in text) == (lang == "ar")
    assert ("Tuesday" in text) == (lang == "en")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_terminal_names_findings_routines_and_what_to_take_down(lang: Lang) -> None:
    text = "\n".join(render(line, lang) for line in weekly_summary_lines(exposure(), Words(lang), "officer"))
    assert "aa11bb22cc" in text
    assert "5ab0c3d1" in text
    assert "9876543210" not in text
    if lang == "en":
        assert "F-07: 7 clips of 90 days together show 56% of the base, the best of them 30%: act today" in text
        assert "F-07: routine of all accounts: every day with posts, 18:00 to 19:00 (Asia/Baghdad), 15 of 16" in text
    else:
        assert "\u206690\u2069 يومًا" in text


def test_json_has_the_numbers_of_the_page_and_the_thresholds() -> None:
    record = json.loads(render_weekly_json(exposure(), "officer"))
    assert (record["schema_version"], record["week"], record["coverage"]["clips"]) == (1, "2026-W47", 1204)
    assert [(one["rule"], one["days"], one["is_finding"]) for one in record["mosaics"]] == [
        ("MOSAIC", 7, False),
        ("MOSAIC", 90, True),
    ]
    assert record["mosaics"][1]["cover"][0]["adds"]["ground"] == 0.2
    assert record["routines"][0]["chance"] == 0.0005
    assert record["thresholds"]["mosaic_exposure"] == 0.25
    assert render_weekly_json(exposure()) == render_weekly_json(exposure())


def test_only_a_page_with_the_list_of_clips_refers_to_its_first_ones() -> None:
    listed = replace(FOUND, take_down=())
    assert "begin with the first ones" in render(take_down_message(listed, "en"), "en")
    assert "first ones" not in render(take_down_message(replace(listed, cover=()), "en"), "en")
