"""Tables of the weekly page: bases and zones, kinds of leak, what clips show together, and accounts."""

from collections.abc import Mapping
from typing import Any

from opsec.i18n.messages import Message, _, ngettext
from opsec.i18n.safe_text import escape_unsafe
from opsec.reports.accumulated_view import accumulated_view, take_down_message, widest_findings
from opsec.reports.site_map import ZONE_CLASS
from opsec.reports.small_numbers import FEW, MIN_COUNT, Count
from opsec.reports.value_format import join_list
from opsec.reports.weekly_view import WeeklyView
from opsec.reports.weekly_words import Words
from opsec.verdict.rules import load_rule

MAX_ZONES = 6
"""Columns of the table of bases and zones: the zones of each base with most findings."""
MAX_HEAT = 4
ROWS_ON_PAGE = 8
"""Of the tables of bases and kinds; the others are in the annex, so that the page has two sides at most."""
MAX_NUMBERS = 3
"""Findings of one account that are named."""
Row = dict[str, Any]


def weekly_tables(view: WeeklyView, words: Words) -> Row:
    """Return what the tables show."""
    together = accumulated_view(view, words.lang)
    widest = {one.site_code: one for one in sorted(view.mosaics, key=lambda one: one.days)}
    few = {one.site_code for one in view.few_clips} - set(widest)
    return {
        "rows_on_page": ROWS_ON_PAGE,
        "bases": [_base_row(index, view, words) for index in range(len(view.bases))],
        "no_bases": words.say(_no_bases(view)),
        "kinds": [
            {
                "title": load_rule(kind.rule).title(words.lang),
                "now": words.count(kind.findings),
                "before": words.count(kind.findings_week_before),
            }
            for kind in view.kinds
        ],
        "together": together,
        "widest": [row for row in together.mosaics if _is_widest(row.code, row.days, widest)],
        "few_clips_title": words.say(_("Fewer than {n} clips, not summed up:", n=MIN_COUNT)),
        "few_clips": join_list(map(escape_unsafe, sorted(few)), words.lang),
        "take_down": [words.say(take_down_message(one, words.lang)) for one in widest_findings(view.mosaics)],
        "sources": [
            {
                "account": escape_unsafe(one.account) if one.account else one.pseudonym,
                "clips": words.figure(one.clips),
                "this_week": words.count(one.clips_this_week),
                "weeks": words.figure(one.weeks),
                "bases": join_list(map(escape_unsafe, one.site_codes), words.lang) or words.say(_("several")),
                "numbers": join_list(one.numbers[:MAX_NUMBERS], words.lang),
            }
            for one in view.sources
        ],
    }


def _is_widest(code: str, days: str, widest: Mapping[str, Any]) -> bool:
    return any(escape_unsafe(one.site_code) == code and str(one.days) == days for one in widest.values())


def _base_row(index: int, view: WeeklyView, words: Words) -> Row:
    base = view.bases[index]
    cells = sorted(
        (zone for zone in view.zones if zone.site_code == base.code),
        key=lambda zone: (not zone.zone_code, -_rank(zone.findings), zone.zone_code),
    )
    most = max((_rank(zone.findings) for zone in view.zones), default=1)
    return {
        "code": escape_unsafe(base.code),
        "name": escape_unsafe(base.name or ""),
        "unit": escape_unsafe(base.unit or ""),
        "now": words.count(base.findings),
        "before": words.count(base.findings_week_before),
        "online": words.count(base.online),
        "cells": [
            {
                "code": zone.zone_code or words.say(_("no zone")),
                "is_code": bool(zone.zone_code),
                "label": escape_unsafe(zone.zone or "")
                or (words.say(ZONE_CLASS[zone.zone_class]) if zone.zone_class else ""),
                "count": words.count(zone.findings),
                "heat": round(MAX_HEAT * _rank(zone.findings) / most) if most else 0,
            }
            for zone in cells[:MAX_ZONES]
        ],
    }


def _rank(count: Count) -> int:
    return count if isinstance(count, int) else (1 if count == FEW else 3)


def _no_bases(view: WeeklyView) -> Message:
    """Return the sentence in place of an empty table of the bases."""
    if view.hidden:
        return ngettext(
            "No base has an open finding of this week or the week before; {n} finding is hidden by decisions.",
            "No base has an open finding of this week or the week before; {n} findings are hidden by decisions.",
            view.hidden,
        )
    if not (view.now.read and view.before.read):
        return _("No finding is known, but no clip was read in at least one of the two weeks.")
    return _("No base was exposed this week or the week before.")
