"""The pages: self-contained, escaped, in the right direction, and with the evidence that a person checks."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any, get_args

import pytest

from opsec.i18n.messages import LANGUAGES, Lang, render
from opsec.model import Bilingual, Decision, Exposure, Finding, Match, WorstClip
from opsec.model.reasons import REASONS, ReasonGroup
from opsec.reports.reason_groups import GROUP_LABELS, label_groups
from opsec.reports.scan_page import render_scan_page
from opsec.reports.weekly_json import render_weekly_json
from opsec.reports.weekly_page import render_weekly_page
from opsec.reports.weekly_summary import weekly_summary_lines
from tests.reports.hostile import HOSTILE, hostile_clip
from tests.reports.made import clean_clip, flagged_clip, made_exposure, made_scan

VOID = {"meta", "br", "img", "link", "input", "hr"}
PICTURE = "data:image/jpeg;base64,"
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "header", "footer", "section", "article", "h1", "h2", "h3", "h4",
    "p", "ul", "li", "b", "span", "bdi", "div", "table", "thead", "tbody", "tr", "th", "td", "br", "blockquote", "mark",
    "dl", "dt", "dd", "svg", "rect", "figure", "figcaption", "image", "line", "polygon", "circle", "img",
    "a", "details", "summary",
}  # fmt: skip


class Page(HTMLParser):
    """Parse a page as a browser does, and check that its elements are closed."""

    def __init__(self, page: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.marked: list[str] = []
        self._open: list[str] = []
        self.feed(page.decode())
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1] not in {"style", "title"}:
            self.words.append(data)
        if self._open and self._open[-1] == "mark":
            self.marked.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def pages(lang: Lang) -> list[bytes]:
    return [render_scan_page(made_scan(), lang), render_weekly_page(made_exposure(), lang)]


def assert_harmless_link(attrs: Mapping[str, str | None]) -> None:
    """A link leads to an anchor on the page, or to a web address without a referrer."""
    href = attrs["href"] or ""
    if not href.startswith("#"):
        assert href.startswith(("http://", "https://"))
        assert (attrs["rel"] or "").split() == ["noreferrer", "noopener", "nofollow"]


def assert_self_contained(page: bytes) -> None:
    """No scripts or external resources; only known elements; the style is pinned by its hash."""
    read = Page(page)
    assert {tag for tag, _attrs in read.tags} <= ALLOWED
    for tag, attrs in read.tags:
        assert not [name for name in attrs if name.startswith("on") or name in {"style", "action"}]
        if tag == "a":
            assert_harmless_link(attrs)
        else:
            assert all((attrs.get(name) or PICTURE).startswith(PICTURE) for name in ("src", "href"))
    policy = next(attrs["content"] for tag, attrs in read.tags if attrs.get("http-equiv"))
    style = re.search(r"<style>(.*?)</style>", page.decode(), re.DOTALL)
    assert style is not None
    digest = base64.b64encode(hashlib.sha256(style[1].encode()).digest()).decode()
    assert (
        policy == f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )
    assert "url(" not in style[1]
    assert "@import" not in style[1]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_are_self_contained(lang: Lang) -> None:
    for page in pages(lang):
        assert_self_contained(page)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_declare_their_language_and_direction(lang: Lang) -> None:
    for page in pages(lang):
        root = Page(page).tags[0]
        assert root == ("html", {"lang": lang, "dir": "rtl" if lang == "ar" else "ltr"})


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_is_escaped(lang: Lang, text: str) -> None:
    page = render_scan_page(made_scan(hostile_clip(text)), lang)
    assert_self_contained(page)
    assert len(page) < 200_000


def test_templates_in_a_caption_are_not_evaluated() -> None:
    shown = Page(render_scan_page(made_scan(hostile_clip("{{7*7}}")), "en")).text
    assert "{{7*7}}" in shown
    assert "49" not in shown


def test_a_flagged_clip_shows_its_key_facts() -> None:
    """Action, likelihood in words and number, severity, the one sentence, confidence, in this order."""
    text = Page(render_scan_page(made_scan(), "en")).text
    wanted = [
        "act now", "almost certain · 99%", "F-07", "severity 0.80",
        "\u2066inbox/2026-11-18/\u2068حفلة الليلة\u2069.mp4\u2069",
        "The file carries a position inside the fence of F-07", "moderate confidence", "Position inside the fence",
        "moov/udta/©xyz", "31.•••, 42.•••", "accurate to 9 m", "inside the fence", "strong", "GPS-IN-FENCE", "×400",
        "Name of the site", "×60",
        "prior", "×0.11", "−2.20", "file metadata", "+5.99", "text of the post", "+4.09", "total: likelihood 99%",
        "likelihoods are limited to 1% to 99%",
        "+7.89", "metadata: checked", "text in images: not available",
        "3f" * 32,
    ]  # fmt: skip
    place = 0
    for words in wanted:
        found = text.find(words, place)
        assert found >= 0, words
        place = found


def test_the_words_that_matched_are_marked() -> None:
    assert Page(render_scan_page(made_scan(), "en")).marked == ["معسكر الصقر ".strip(), "31.•••••, 42.•••••"]


def test_urgent_clips_come_first_and_clean_ones_last() -> None:
    text = Page(render_scan_page(made_scan(), "en")).text
    assert text.index("حفلة الليلة") < text.index("inbox/-rf.mp4") < text.index("inbox/sunset.jpg")


def test_unread_clips_are_shown_with_their_reason() -> None:
    text = Page(render_scan_page(made_scan(), "en")).text
    assert "inbox/broken.mp4 not read reading took longer than 24 s" in text
    assert "inbox/notes.pdf left out the content is of an unknown type" in text


def test_a_clip_that_was_not_read_is_never_called_clean() -> None:
    text = Page(render_scan_page(made_scan(), "en")).text
    assert "inbox/broken.mp4 unknown not read" in text
    assert "inbox/sunset.jpg nothing found read" in text


def test_a_clip_hidden_by_a_decision_is_named_without_its_evidence() -> None:
    base = flagged_clip()
    hidden = replace(
        base,
        findings=(
            replace(base.findings[0], decision=Decision(state="dismissed", decided_by="officer", why="public gate")),
        ),
    )
    text = Page(render_scan_page(replace(made_scan(), results=(hidden,)), "en")).text
    assert "hidden by a decision" in text
    assert "dismissed by officer: public gate" in text
    assert "moov/udta" not in text


def test_a_second_site_is_shown() -> None:
    base = flagged_clip()
    other = Match(
        id="m3", hint_ids=("h2",), site="heron-depot", rule="NAME-IN-CAPTION", grade="strong", log_odds=9.0,
        why=Bilingual("the words name D-02", "الكلمات تسمي D-02"),
    )  # fmt: skip
    finding = Finding(
        fingerprint="ff" * 16,
        rule=other.rule,
        site=other.site,
        likelihood=0.81,
        severity=0.5,
        match_ids=("m3",),
        action="act_today",
    )
    both = replace(base, matches=(*base.matches, other), findings=(*base.findings, finding))
    text = Page(render_scan_page(replace(made_scan(), results=(both,)), "en")).text
    assert "It also exposes D-02: act today, 81%." in text
    assert text.index("The file carries a position") < text.index("the words name D-02")


def test_an_empty_result_is_reported() -> None:
    text = Page(render_scan_page(replace(made_scan(), results=(clean_clip(),), skipped=()), "en")).text
    assert "No exposure found in what was checked." in text
    assert "text in images" in text


# ── the week ──────────────────────────────────────────────────────────────────────────────────
def test_the_week_in_figures() -> None:
    text = Page(render_weekly_page(made_exposure(), "en")).text
    for words in (
        "Exposure in week 2026-W47", "2026-11-16 to 2026-11-22", "9 clips were found to expose our bases.",
        "1 of the worst clips requires action now.", "5 fewer than the week before (14)",
        "1,204 clips scanned 74 more than the week before (1,130)", "1.4% of those scanned",
        "F-07 Position inside the fence 3 7 −4", "F-07 Name of the site or its unit in the post 2 1 +1",
        "damaged or cut off 9", "a1b2c3d4",
    ):  # fmt: skip
        assert words in text, words
    assert "a1b2c3d4a1" not in text


def test_bases_are_summarised_and_the_worst_comes_first() -> None:
    read = Page(render_weekly_page(made_exposure(), "en"))
    assert "F-07 5 8" in read.text
    assert read.text.index("F-07 5 8") < read.text.index("D-02 4 4") < read.text.index("K-11 0 2")
    bars = [int(str(attrs["width"])) for tag, attrs in read.tags if tag == "rect"]
    assert bars == [200, 320, 160, 160, 0, 80]


def test_the_combined_view_of_each_base_is_shown_in_both_languages() -> None:
    english, arabic = (Page(render_weekly_page(made_exposure(), lang)).text for lang in ("en", "ar"))
    assert "Combined view of each base" in english
    assert "F-07 5 4 much of the surroundings ≥ 210° ≥ 41% 3" in english
    assert "D-02 2 0 not assessed not assessed not assessed not assessed" in english  # never a zero
    assert "\u206641%\u2069 على الأقل" in arabic  # words, since the sign would be mirrored
    assert "≥" not in arabic
    assert "لم يُقيَّم" in arabic


def test_clips_matched_with_an_outdated_fence_are_counted_and_the_next_step_is_named() -> None:
    exposure = made_exposure()
    english, arabic = (Page(render_weekly_page(exposure, lang)).text for lang in ("en", "ar"))
    assert "F-07: 1 clip was matched with a fence that has since been redrawn" in english
    assert "run opsec rematch" in english
    assert "\u2066F-07\u2069" in arabic
    today = tuple(replace(base, outdated=0) for base in exposure.site_coverage)
    assert "redrawn" not in Page(render_weekly_page(replace(exposure, site_coverage=today), "en")).text


def test_bars_grow_from_the_right_in_arabic() -> None:
    read = Page(render_weekly_page(made_exposure(), "ar"))
    assert {int(str(a["x"])) + int(str(a["width"])) for tag, a in read.tags if tag == "rect"} == {320}


def test_at_most_ten_worst_clips() -> None:
    many = tuple(
        WorstClip(
            number=f"{number:010x}",
            site_code="F-07",
            rule="GPS-IN-FENCE",
            action="review",
            likelihood=0.3,
            severity=0.5,
        )
        for number in range(30)
    )
    text = Page(render_weekly_page(replace(made_exposure(), worst=many), "en")).text
    assert text.count("GPS-IN-FENCE") == 0  # ids are internal to the officer, not meant for command
    assert "00000009" in text
    assert "0000000a" not in text


def quiet_week(clips: int) -> Exposure:
    return replace(
        made_exposure(), clips=clips, flagged=0, not_fully_checked=0, not_fully_checked_by_group={}, lines=(), worst=()
    )


def test_a_quiet_week_and_a_week_without_scans_are_not_the_same() -> None:
    silent, blind = (
        Page(render_weekly_page(quiet_week(50), "en")).text,
        Page(render_weekly_page(quiet_week(0), "en")).text,
    )
    assert "No scanned clip was found to expose one of our bases." in silent
    assert "Nothing was scanned this week, so nothing is known about it." in blind
    assert "No scanned clip" not in blind


NOTHING = "No scanned clip was found to expose one of our bases."


@pytest.mark.parametrize(
    ("counts", "sentences"),
    [
        ({}, [NOTHING, "No base was exposed this week or the week before.", "No clip was flagged this week."]),
        (
            {"hidden": 2},
            [
                "No open exposure was found. 2 findings are hidden by decisions.",
                "No base has an open finding of this week or the week before; 2 findings are hidden by decisions.",
                "No finding of this week calls for action: each was removed or is hidden by decisions.",
            ],
        ),
        (
            {"hidden_week_before": 1},
            [
                NOTHING,
                "No base has an open finding of this week or the week before; 1 finding is hidden by decisions.",
                "No clip was flagged this week.",
            ],
        ),
        (
            {"lines": made_exposure().lines[:1], "flagged": 3, "removed": 3},
            [
                "3 clips were found to expose our bases. 3 findings were removed by their platforms and need no",
                "No finding of this week calls for action: each was removed or is hidden by decisions.",
            ],
        ),
        ({"lines": made_exposure().lines[:1]}, ["3 findings are new in clips of earlier weeks."]),
        ({"clips": 0, "hidden": 1}, ["No open exposure was found. 1 finding is hidden by decisions."]),
    ],
)
def test_no_exposure_is_reported_only_where_nothing_is_hidden_or_removed(
    counts: dict[str, Any], sentences: list[str]
) -> None:
    exposure = replace(quiet_week(50), **counts)
    text = Page(render_weekly_page(exposure, "en")).text
    assert [sentence for sentence in sentences if sentence not in text] == []
    summary = "\n".join(render(line, "en") for line in weekly_summary_lines(exposure, "en"))
    assert sentences[0] in summary
    assert (NOTHING in text) == (NOTHING in summary) == (NOTHING in sentences)
    assert "act now" not in summary
    record = json.loads(render_weekly_json(exposure))
    assert (record["hidden"], record["removed"]) == (exposure.hidden, exposure.removed)


def test_every_group_of_reasons_has_a_label_and_a_code() -> None:
    assert set(GROUP_LABELS) == set(get_args(ReasonGroup)) == {kind.group for kind in REASONS.values()}


def test_the_page_notes_that_a_clip_may_count_under_several_reasons() -> None:
    text = Page(render_weekly_page(made_exposure(), "en")).text
    assert "A clip with several reasons is counted under each of them." in text
    assert "counted under each" not in Page(render_weekly_page(quiet_week(50), "en")).text


def test_groups_of_reasons_are_shown_with_the_largest_first() -> None:
    rows = [(words.template, clips) for words, clips in label_groups({"stopped": 3, "encrypted": 9, "damaged": 3})]
    assert rows == [
        ("encrypted", 9),
        ("damaged or cut off", 3),
        ("reading was stopped: it took too much time or memory", 3),
    ]
