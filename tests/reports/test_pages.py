"""The pages: self-contained, escaped, in the right direction, and with the evidence that a person checks."""

import base64
import hashlib
import re
from collections.abc import Mapping
from dataclasses import replace
from html.parser import HTMLParser
from typing import get_args

import pytest

from opsec.i18n.messages import LANGUAGES, Lang
from opsec.model import Bilingual, Decision, Finding, Match
from opsec.model.reasons import REASONS, ReasonGroup
from opsec.reports.reason_groups import GROUP_LABELS, label_groups
from opsec.reports.scan_page import render_scan_page
from opsec.reports.weekly_page import render_weekly_page
from tests.reports.hostile import HOSTILE, hostile_clip
from tests.reports.made import clean_clip, flagged_clip, made_exposure, made_scan

VOID = {"meta", "br", "img", "link", "input", "hr"}
PICTURE = "data:image/jpeg;base64,"
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "header", "footer", "section", "article", "h1", "h2", "h3", "h4",
    "main",
    "p", "ul", "ol", "li", "b", "span", "bdi", "div", "table", "thead", "tbody", "tr", "th", "td", "br", "blockquote",
    "mark",
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


# ── reasons ───────────────────────────────────────────────────────────────────────────────────
def test_every_group_of_reasons_has_a_label_and_a_code() -> None:
    assert set(GROUP_LABELS) == set(get_args(ReasonGroup)) == {kind.group for kind in REASONS.values()}


def test_groups_of_reasons_are_shown_with_the_largest_first() -> None:
    rows = [(words.template, clips) for words, clips in label_groups({"stopped": 3, "encrypted": 9, "damaged": 3})]
    assert rows == [
        ("encrypted", 9),
        ("damaged or cut off", 3),
        ("reading was stopped: it took too much time or memory", 3),
    ]
