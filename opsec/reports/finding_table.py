"""The findings of a case file as a table on a terminal."""

import os
from collections.abc import Sequence
from datetime import datetime
from typing import TextIO

from opsec.i18n.messages import Lang, _, isolate, render
from opsec.i18n.terms import ACTION, FINDING_STATE
from opsec.model import AllowRule, FindingState, ListedFinding
from opsec.reports.copy_view import ShownFindings, copy_message, shown_findings
from opsec.reports.decision_view import decision_message, waiting_message
from opsec.reports.finding_records import first_post
from opsec.reports.masking import mask_and_escape, mask_path
from opsec.reports.terminal import STYLE
from opsec.reports.terminal_bidi import must_reorder
from opsec.reports.terminal_table import TableColumn, TableRow, make_console, print_rows, print_sentence
from opsec.settings import Terminal

_COLUMNS = (
    TableColumn(_("number"), no_wrap=True),
    TableColumn(_("state"), no_wrap=True),
    TableColumn(_("action"), no_wrap=True),
    TableColumn(_("site"), no_wrap=True),
    TableColumn(_("clip")),
    TableColumn(_("decision")),
)
_RULE_COLUMNS = (
    TableColumn(_("number"), no_wrap=True),
    TableColumn(_("allowed")),
    TableColumn(_("until"), no_wrap=True),
    TableColumn(_("hides"), no_wrap=True),
    TableColumn(_("who")),
    TableColumn(_("why")),
)
_CLOSED: frozenset[FindingState] = frozenset({"dismissed", "removed"})


def print_findings(
    found: Sequence[ListedFinding], lang: Lang, terminal: Terminal, stream: TextIO, now: datetime
) -> None:
    """Write a table of findings, or one sentence when there are none.

    Parameters
    ----------
    found
        The findings in their order.
    lang
        Language of the table.
    terminal
        Settings: who reorders right-to-left text.
    stream
        Where to write.
    now
        Time until which a takedown request has waited for an answer.
    """
    reorder = must_reorder(terminal, stream, os.environ)
    if found:
        shown = shown_findings(found)
        rows = [_row(one, shown, lang, now) for one in found]
        print_rows(make_console(stream), _COLUMNS, rows, lang, reorder=reorder)
    else:
        print_sentence(make_console(stream), render(_("no findings"), lang), lang, reorder=reorder)


def _row(one: ListedFinding, shown: ShownFindings, lang: Lang, now: datetime) -> TableRow:
    decision_words = decision_message(one.decision), waiting_message(one.decision, now)
    messages = *decision_words, copy_message(one, shown, lang)
    number, site = isolate(one.number, lang), isolate(mask_and_escape(one.site_code), lang)
    state = render(FINDING_STATE[one.decision.state], lang)
    action, style = render(ACTION[one.action], lang), STYLE.get(one.action, "")
    path = first_post(one).path
    clip = isolate(mask_path(path), lang) if path else render(_("purged"), lang)
    decision = " · ".join([render(message, lang) for message in messages if message is not None])
    lines = [f"{number} · {state} · {action} · {site}", clip, *([decision] if decision else [])]
    return TableRow(
        cells=(number, state, action, site, clip, decision),
        lines=tuple(lines),
        style="dim" if one.decision.state in _CLOSED else style,
    )


def print_rules(rules: Sequence[AllowRule], lang: Lang, terminal: Terminal, stream: TextIO) -> None:
    """Write a table of allow rules; coordinates are masked. Parameters as for ``print_findings``."""
    reorder = must_reorder(terminal, stream, os.environ)
    if rules:
        rows = [_rule_row(rule, lang) for rule in rules]
        print_rows(make_console(stream), _RULE_COLUMNS, rows, lang, reorder=reorder)
    else:
        print_sentence(make_console(stream), render(_("no allow rules"), lang), lang, reorder=reorder)


def _rule_row(rule: AllowRule, lang: Lang) -> TableRow:
    number, until, hides = (isolate(text, lang) for text in (rule.number, rule.until, rule.hides))
    what = isolate(f"{rule.kind}={_masked_value(rule)}", lang)
    who, why = mask_and_escape(rule.made_by), mask_and_escape(rule.why)
    return TableRow(
        cells=(number, what, until, hides, who, why),
        lines=(f"{number} · {what} · {until} · {hides}", f"{who}: {why}"),
    )


def _masked_value(rule: AllowRule) -> str:
    """Return what a rule allows; of a place, only the whole degrees and the radius."""
    if rule.kind != "place":
        return mask_and_escape(rule.value, limit=80)
    lat, lon, radius_m = map(float, rule.value.split(","))
    return f"{int(lat)}.•••,{int(lon)}.•••,{radius_m:g}"
