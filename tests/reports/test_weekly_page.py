"""The weekly page: what it says in each kind of week, in both languages, and how an Arabic page is built."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from opsec.i18n.dates import DigitStyle
from opsec.i18n.messages import LANGUAGES, Lang, render
from opsec.model import Exposure, WeekFigures
from opsec.model.exposure import EDITIONS, LateFinds
from opsec.reports.weekly_editions import for_edition
from opsec.reports.weekly_json import render_weekly_json
from opsec.reports.weekly_page import render_weekly_page
from opsec.reports.weekly_plots import WIDTH_PX, draw_bars
from opsec.reports.weekly_summary import weekly_summary_lines
from opsec.reports.weekly_words import Words, advice_sentence
from tests.reports.made import made_exposure
from tests.reports.test_pages import Page, assert_self_contained

MARKS = re.compile("[\u2066-\u2069\u200e\u200f]")


def text_of(
    exposure: Exposure, lang: Lang = "en", edition: Any = "command", digits: DigitStyle = "arabic-indic"
) -> str:
    return MARKS.sub("", Page(render_weekly_page(exposure, lang, edition, digits)).text)


def with_week(exposure: Exposure, **figures: Any) -> Exposure:
    """The exposure with other figures of its week in the trend."""
    last: WeekFigures = replace(exposure.trend[-1], **figures)
    return replace(exposure, trend=(*exposure.trend[:-1], last))


def quiet_week(clips: int, **changes: Any) -> Exposure:
    """A week without findings, and without anything known of the weeks before."""
    week = replace(
        made_exposure(),
        clips=clips,
        flagged=0,
        not_fully_checked=0,
        not_fully_checked_by_group={},
        unread=0,
        checks_not_run={},
        lines=(),
        online_by_site={},
        zones=(),
        worst=(),
        sources=(),
        takedown=None,
        advice=(),
        advice_before=(),
    )
    none: dict[str, Any] = dict.fromkeys(
        ("clips", "read", "flagged", "flagged_late", "findings", "act_now", "removed", "online"), 0
    )
    trend = [replace(one, **none) for one in week.trend]
    trend[-1] = replace(trend[-1], clips=clips, read=clips)
    return replace(week, trend=tuple(trend), **changes)


# ── the order of the page ─────────────────────────────────────────────────────────────────────
def test_the_page_answers_the_questions_of_a_commander_in_order() -> None:
    text = text_of(made_exposure())
    place = 0
    for words in (
        "Exposure in week 2026-W47", "15 November 2026 to 21 November 2026",
        "clips are counted in the week in which they were posted", "issued on 22 November 2026",
        "counts and codes only",
        "9 clips were found to expose our bases. 47 findings are still online, and 4 of this week require action now.",
        "Decision asked: Unit of F-07: by 22 November 2026, ask the platforms to remove the posts of 4 findings at "
        "F-07 (act now or act today, this and earlier weeks, no request open).",
        "clips of this week flagged 9 last week 14", "findings still online, of all weeks 47 last week 46",
        "clips of this week read in full 1,187 last week 1,120",
        "A finding is one clip at one base", "The decision asked also counts findings to act on today",
        "the last bar, as of the issue on 22 November 2026.",
        "1,204 clips: 1,187 read in full, 11 in part, 6 not at all. 99% were read in full. "
        "Fewer clips were flagged although not fewer were read: 1,187 after 1,120.",
        "damaged or cut off 9 · reading was stopped", "landmarks 12",
        "By base and zone", "F-07", "5", "8", "Kinds of leak", "Coordinates written in the post 4 4",
        "Accounts that post again and again", "5ab0c3d1 6 <3 4 F-07",
        "Worst findings of the week", "act now F-07 open 18 November 2026 (overdue) unit of F-07 a1b2c3d4e5",
        "Requests for removal in 8 weeks", "requested 14", "removed 11", "still online after a request 3",
        "median hours to removal 21.4", "90% within hours 46",
        "Recommendations", "Reporting unit: see to the reading of 9 clips (damaged or cut off).",
        "Recommendations of the week before",
        "Unit of D-02: ask the platforms again to remove the posts of 7 findings at D-02; an answer is overdue. "
        "3 of 7 done",
        "What this page cannot know", "Annex", "2026-W40", "2026-W47",
    ):  # fmt: skip
        found = text.find(words, place)
        assert found >= 0, words
        place = found


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_edition_is_self_contained(lang: Lang, edition: Any) -> None:
    assert_self_contained(render_weekly_page(made_exposure(), lang, edition))


def test_the_officer_sees_units_kinds_of_zones_and_reasons() -> None:
    text = text_of(made_exposure(), edition="officer")
    for words in ("Third Battalion", "Z-1a2b guard post 3", "Position inside the fence", "inside the fence", "<3"):
        assert (words in text) == (words != "<3"), words
    assert "Officer Karim" in text
    assert "North Tower" not in text
    assert "North Tower" in text_of(made_exposure(), edition="evidence")


# ── kinds of weeks ────────────────────────────────────────────────────────────────────────────
NOTHING = "No scanned clip was found to expose one of our bases."
WEEKS: dict[str, tuple[Exposure, list[str], list[str]]] = {
    "nothing scanned": (
        quiet_week(0),
        ["No clip posted this week was scanned, so nothing is known about it.", "No clips were scanned.",
         "Decision asked: Reporting unit: have the posts of the week collected and scanned.",
         "No finding is known, but no clip was read in at least one of the two weeks.",
         "clips of this week flagged – last week –",
         "–: no clip of that week was read in full, so nothing is known.",
         "Recommendations Reporting unit: have the posts of the week collected and scanned."],
        [NOTHING, "No base was exposed", "No known finding is still online", "No recommendation follows"],
    ),
    "first week": (
        quiet_week(50),
        [NOTHING, "No finding is known, but no clip was read in at least one of the two weeks.",
         "No known finding is still online.", "clips of this week flagged 0 last week –"],
        ["No base was exposed", "after 0"],
    ),
    "second quiet week": (
        replace(quiet_week(50), trend=(*quiet_week(50).trend[:-2], *(quiet_week(50).trend[-1:] * 2))),
        [NOTHING, "No base was exposed this week or the week before.", "No clip was flagged this week.",
         "As many clips were flagged as the week before; 50 were read after 50.",
         "clips of this week flagged 0 last week 0"],
        [],
    ),
    "only unread clips": (
        with_week(quiet_week(7, unread=7, not_fully_checked=7, not_fully_checked_by_group={"stopped": 7}), read=0),
        ["None of the 7 clips of this week could be read, so nothing is known about them.",
         "7 clips: 0 read in full, 0 in part, 7 not at all.", "Nothing was read, so nothing is known.",
         "clips of this week flagged – last week –", "clips of this week read in full 0"],
        [NOTHING, "No base was exposed", "No clip was flagged", "% were read"],
    ),
    "late finds only": (
        quiet_week(20, late=(LateFinds(week="2026-W45", findings=4), LateFinds(week="earlier", findings=3))),
        ["7 findings are new in clips of earlier weeks.", "7 findings of this week are late", "2026-W45 : 4",
         "earlier : 3"],
        [NOTHING],
    ),
    "hidden only": (
        quiet_week(20, hidden=2),
        ["No open exposure was found.", "2 findings are hidden by decisions.",
         "No finding of this week calls for action: each was removed or is hidden by decisions."],
        [NOTHING, "No base was exposed"],
    ),
    "few clips": (quiet_week(9), [NOTHING, "9 clips: 9 read in full"], ["% were read"]),
}  # fmt: skip


@pytest.mark.parametrize("name", WEEKS)
def test_each_kind_of_week_reads_sensibly(name: str) -> None:
    exposure, wanted, unwanted = WEEKS[name]
    text = text_of(exposure)
    assert [words for words in wanted if words not in text] == []
    assert [words for words in unwanted if words in text] == []
    assert re.findall(r"(?![0-9a-f]*\b)[A-Za-z]{4,}", text_of(exposure, "ar").replace("opsec", "")) == []
    summary = "\n".join(render(line, "en") for line in weekly_summary_lines(exposure, Words("en")))
    assert (NOTHING in summary) == (NOTHING in wanted)


def test_headline_figures_are_those_of_the_week_and_not_of_the_ten_rows() -> None:
    exposure = with_week(replace(made_exposure(), worst=made_exposure().worst[:1] * 10), act_now=15)
    assert "15 of this week require action now" in text_of(exposure)
    assert json.loads(render_weekly_json(exposure))["trend"][-1]["act_now"] == 15


@pytest.mark.parametrize(
    ("act_now", "english", "arabic"),
    [
        (1, "1 of this week requires action now.", "وتستدعي حالة واحدة من هذا الأسبوع التصرّف الآن."),
        (2, "2 of this week require action now.", "وتستدعي حالتان من هذا الأسبوع التصرّف الآن."),
        (3, "3 of this week require action now.", "وتستدعي ٣ حالات من هذا الأسبوع التصرّف الآن."),
        (11, "11 of this week require action now.", "وتستدعي ١١ حالة من هذا الأسبوع التصرّف الآن."),
    ],
)
def test_urgent_findings_are_counted_as_each_language_counts(act_now: int, english: str, arabic: str) -> None:
    exposure = with_week(made_exposure(), act_now=act_now)
    assert english in text_of(exposure)
    assert arabic in text_of(exposure, "ar")


@pytest.mark.parametrize(
    ("day", "english", "arabic"),
    [
        ("2026-11-21", "issued on 21 November 2026, before the end of the week", "قبل نهاية الأسبوع"),
        ("2026-11-22", "issued on 22 November 2026 ·", "صدرت في ٢٢ تشرين الثاني ٢٠٢٦ ·"),
        ("2026-11-28", "issued on 28 November 2026 ·", "صدرت في ٢٨ تشرين الثاني ٢٠٢٦ ·"),
        ("2026-11-29", "issued on 29 November 2026, 8 days after the end of the week", "بعد ٨ أيام من نهاية الأسبوع"),
        ("2026-12-05", "issued on 5 December 2026, 14 days after the end of the week", "بعد ١٤ يومًا من نهاية الأسبوع"),
    ],
)
def test_a_report_that_is_early_or_late_says_so(day: str, english: str, arabic: str) -> None:
    exposure = replace(made_exposure(), issued_on=day)
    assert english in text_of(exposure)
    assert arabic in text_of(exposure, "ar")


# ── Arabic ────────────────────────────────────────────────────────────────────────────────────
def test_the_arabic_page_has_its_dates_numbers_and_order() -> None:
    text = text_of(made_exposure(), "ar")
    for words in (
        "من ١٥ تشرين الثاني ٢٠٢٦ إلى ٢١ تشرين الثاني ٢٠٢٦",
        "رُصدت ٩ مقاطع تكشف قواعدنا. ٤٧ حالة رصد ما زالت منشورة، وتستدعي ٤ حالات من هذا الأسبوع التصرّف الآن.",
        "القرار المطلوب: وحدة F-07: مطالبة المنصات حتى ٢٢ تشرين الثاني ٢٠٢٦ بإزالة منشورات ٤ حالات رصد في F-07 "
        "(تستدعي التصرّف الآن أو اليوم، من هذا الأسبوع وما قبله، ولا طلب قائمًا بشأنها).",
        "مقاطع من هذا الأسبوع قُرئت كاملة ١٬١٨٧ الأسبوع السابق ١٬١٢٠",
        "a1b2c3d4e5",
        "طلبات الإزالة خلال ٨ أسابيع",
        "أُنجز ٣ من ٧",
    ):
        assert words in text, words
    assert re.findall(r"(?![0-9a-f]*\b)[A-Za-z]{4,}", text.replace("opsec", "")) == []


def test_western_digits_are_a_setting() -> None:
    text = text_of(made_exposure(), "ar", digits="western")
    assert "من 15 تشرين الثاني 2026 إلى 21 تشرين الثاني 2026" in text
    assert not re.search("[٠-٩]", text)


def test_codes_and_finding_numbers_keep_their_digits() -> None:
    digits_only = replace(made_exposure().worst[0], number="3609120045", site_code="70707070")
    text = text_of(replace(made_exposure(), worst=(digits_only,)), "ar")
    assert "3609120045" in text
    assert "2026-W47" in text


@pytest.mark.parametrize(
    ("n", "phrase"),
    [
        (1, "إزالة منشورات حالة رصد واحدة في"),
        (2, "إزالة منشورات حالتي رصد في"),
        (3, "إزالة منشورات ٣ حالات رصد في"),
        (10, "إزالة منشورات ١٠ حالات رصد في"),
        (11, "إزالة منشورات ١١ حالة رصد في"),
        (99, "إزالة منشورات ٩٩ حالة رصد في"),
        (100, "إزالة منشورات ١٠٠ حالة رصد في"),
        (103, "إزالة منشورات ١٠٣ حالات رصد في"),
    ],
)
def test_counted_nouns_have_the_right_form(n: int, phrase: str) -> None:
    words = Words("ar", "arabic-indic")
    advice = replace(made_exposure().advice[0], count=n)
    (view,) = for_edition(replace(made_exposure(), advice=(advice,)), "officer").advice
    assert phrase in MARKS.sub("", words.say(advice_sentence(view, words)))


def test_plots_run_in_the_reading_direction_and_show_late_finds() -> None:
    values, late = [1, 4, 2], [0, 1, 0]
    left, right = draw_bars(values, late), draw_bars(values, late, rtl=True)
    assert [bar.height for bar in left] == [bar.height for bar in right]
    for one, other in zip(left, right, strict=True):
        assert one.x + one.width == pytest.approx(WIDTH_PX - other.x, abs=0.11)
    assert [bar.fill for bar in left] == ["#b5b5b5", "#b5b5b5", "#ffffff", "#111111"]
    assert left[2].height == pytest.approx(left[1].height / 4, abs=0.1)
    assert left[2].y == left[1].y, "the late part is on top"


def test_five_plots_have_eight_bars_each() -> None:
    page = Page(render_weekly_page(made_exposure(), "ar"))
    assert sum(tag == "rect" for tag, _attrs in page.tags) == 5 * 8 + 1
    labels = [attrs["aria-label"] for tag, attrs in page.tags if tag == "svg"]
    assert len(labels) == 5
