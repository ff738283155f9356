"""Weekly HTML page for command: the bottom line, the decision asked, and what both rest on. It identifies no clip.

The page is made from the view of an edition alone, so nothing that the edition must not show can reach it.
"""

import re
from collections.abc import Mapping
from typing import Any

from opsec import __version__
from opsec.i18n.dates import DigitStyle
from opsec.i18n.messages import FSI, LRI, PDI, Lang, Message, _, ngettext
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.terms import CHECK
from opsec.model import Exposure
from opsec.model.exposure import Edition, WeekFigures
from opsec.reports.html import render_template
from opsec.reports.reason_groups import label_groups
from opsec.reports.value_format import join_list
from opsec.reports.weekly_editions import for_edition
from opsec.reports.weekly_plots import HEIGHT_PX, WIDTH_PX, draw_bars
from opsec.reports.weekly_tables import weekly_tables
from opsec.reports.weekly_view import WeeklyView
from opsec.reports.weekly_words import (
    NOT_KNOWN,
    Words,
    bottom_line,
    comparison,
    decision_asked,
    is_known,
    issued,
    share_of,
    units_of_figures,
    unknown_figures,
)
from opsec.reports.weekly_work import weekly_work

Row = dict[str, Any]
_MARKS = re.compile(f"[{LRI}{FSI}{PDI}]")
"""Isolates, which have no effect in the title of a document and are shown as boxes by some programs."""
EDITION: Mapping[Edition, Message] = {
    "command": _("edition for command: counts and codes only"),
    "officer": _("edition for the officer: not to be passed on"),
    "evidence": _("edition with evidence: contains names, accounts and positions; not to be passed on"),
}


def render_weekly_page(
    exposure: Exposure, lang: Lang, edition: Edition = "command", digits: DigitStyle = "western"
) -> bytes:
    """Render the page of an edition, self-contained.

    Parameters
    ----------
    exposure
        The week.
    lang
        Language of the page.
    edition
        What it may show.
    digits
        Digits of an Arabic page.
    """
    view, words = for_edition(exposure, edition), Words(lang, digits)
    parts = (_head, _figures, _coverage, weekly_tables, weekly_work)
    values = {name: value for part in parts for name, value in part(view, words).items()}
    return render_template("weekly.html", lang, {**values, "view": view, "words": words}, style="weekly.css")


def _head(view: WeeklyView, words: Words) -> Row:
    return {
        "title": _MARKS.sub("", words.say(_("Exposure in week {week}", week=view.week))),
        "edition": words.say(EDITION[view.edition]),
        "period": words.say(
            _("{first_day} to {last_day}", first_day=words.day(view.first_day), last_day=words.day(view.last_day))
        ),
        "issued": words.say(issued(view, words)) if view.issued_on else "",
        "basis": words.say(
            _("clips are counted in the week in which they were posted")
            if view.basis == "posted"
            else _("clips are counted in the week of their first scan")
        ),
        "reporter": escape_unsafe(view.reporter or ""),
        "bottom_line": " ".join(words.say(sentence) for sentence in bottom_line(view)),
        "decision": words.say(decision_asked(view, words)),
        "version": __version__,
    }


# ── figures and coverage ──────────────────────────────────────────────────────────────────────
_FIGURES: tuple[tuple[str, Message], ...] = (
    ("flagged", _("clips of this week flagged")),
    ("act_now", _("findings of this week that require action now")),
    ("online", _("findings still online, of all weeks")),
    ("removed", _("findings removed this week, of all weeks")),
    ("read", _("clips of this week read in full")),
)


def _figures(view: WeeklyView, words: Words) -> Row:
    """Return the five figures with the week before and their plots, and the weeks of the trend."""
    late, unknown = sum(one.findings for one in view.late), unknown_figures(view.trend)
    sentence = ngettext(
        "{n} finding of this week is late: its clip was posted in an earlier week and changes the trend.",
        "{n} findings of this week are late: their clips were posted in earlier weeks and change the trend.",
        late,
    )
    return {
        "figures": [_figure(name, label, view, words) for name, label in _FIGURES],
        "width_px": WIDTH_PX,
        "height_px": HEIGHT_PX,
        "late": words.say(sentence) if late else "",
        "units": [words.say(sentence) for sentence in units_of_figures(view, words)],
        "late_bars": any(week.flagged_late for week in view.trend),
        "late_weeks": [
            {
                "week": words.say(_("earlier")) if one.week == "earlier" else one.week,
                "findings": words.figure(one.findings),
                "numbers": join_list(one.numbers, words.lang),
            }
            for one in view.late
        ],
        "trend": [_trend_row(week, words) for week in view.trend],
        "unknown": words.say(unknown) if unknown else "",
    }


def _coverage(view: WeeklyView, words: Words) -> Row:
    """Return how much was read, why the rest was not, and which checks could not be run."""
    coverage, compared = view.coverage, comparison(view)
    sentence = ngettext(
        "{n} clip: {read} read in full, {partly} in part, {unread} not at all.",
        "{n} clips: {read} read in full, {partly} in part, {unread} not at all.",
        coverage.clips,
        read=coverage.read,
        partly=coverage.partly,
        unread=coverage.unread,
    )
    unrecorded = ngettext(
        "Of {n} clip it is not recorded which checks were run.",
        "Of {n} clips it is not recorded which checks were run.",
        coverage.checks_unknown,
    )
    share = share_of(coverage.read, coverage.clips, words)
    return {
        "coverage": words.say(sentence),
        "read_share": words.say(_("{share} were read in full.", share=share)) if share else "",
        "comparison": words.say(compared) if compared else "",
        "unread": [
            {"label": words.say(label), "clips": words.figure(clips)}
            for label, clips in label_groups(coverage.by_group)
        ],
        "checks": [
            {"label": words.say(CHECK[check]), "clips": words.figure(clips)}
            for check, clips in coverage.checks_not_run.items()
        ],
        "checks_unknown": words.say(unrecorded) if coverage.checks_unknown else "",
    }


def _figure(name: str, label: Message, view: WeeklyView, words: Words) -> Row:
    values = [getattr(week, name) for week in view.trend]
    late = [week.flagged_late if name == "flagged" else 0 for week in view.trend]
    shown = [_shown(week, name, words) for week in view.trend]
    return {
        "now": shown[-1],
        "before": words.say(_("last week {before}", before=shown[-2])),
        "label": words.say(label),
        "alt": words.say(_("{weeks} weeks: {figures}", weeks=len(values), figures=join_list(shown, words.lang))),
        "bars": draw_bars(values, late, rtl=words.lang == "ar"),
    }


_TREND = ("clips", "read", "flagged", "flagged_late", "findings", "act_now", "removed", "online")


def _trend_row(week: WeekFigures, words: Words) -> Row:
    return {
        "week": week.week,
        "first_day": words.day(week.first_day),
        "counts": [_shown(week, name, words) for name in _TREND],
    }


def _shown(week: WeekFigures, name: str, words: Words) -> str:
    return words.figure(getattr(week, name)) if is_known(week, name) else NOT_KNOWN
