"""What a calibration found, as tables and sentences on a terminal."""

import os
from collections.abc import Iterator, Mapping, Sequence
from typing import TextIO

from opsec.i18n.messages import Lang, Message, _, isolate, ngettext, render
from opsec.reports.terminal_bidi import must_reorder
from opsec.reports.terminal_table import TableColumn, TableRow, make_console, print_rows, print_sentence
from opsec.settings import Terminal
from opsec.verdict.calibration.channel_shares import FittedChannel
from opsec.verdict.calibration.evaluation import Figures
from opsec.verdict.calibration.fit import EntryOutcome, FittedEntry, TableFit
from opsec.verdict.calibration.table_entries import entry_name

_FIGURE_COLUMNS = (
    TableColumn(_("posts")),
    TableColumn(_("table"), no_wrap=True),
    TableColumn(_("Cllr"), no_wrap=True),
    TableColumn(_("Cllr_min"), no_wrap=True),
    TableColumn(_("Brier"), no_wrap=True),
    TableColumn(_("ECE (95 % interval)"), no_wrap=True),
)
_ENTRY_COLUMNS = (
    TableColumn(_("entry")),
    TableColumn(_("before"), no_wrap=True),
    TableColumn(_("after (95 % interval)"), no_wrap=True),
    TableColumn(_("exposing"), no_wrap=True),
    TableColumn(_("others"), no_wrap=True),
    TableColumn(_("result")),
)
OUTCOME: Mapping[EntryOutcome, Message] = {
    "changed": _("changed"),
    "at_limit": _("changed as far as the limits allow"),
    "in_order": _("changed to keep the order of the grades"),
    "too_few": _("unchanged: too few posts"),
    "not_seen": _("unchanged: not seen"),
}
_TABLE_NAMES: Mapping[str, Message] = {"before": _("in use"), "after": _("fitted")}


def print_figures(
    figures: Mapping[str, Mapping[float | None, Figures]], lang: Lang, terminal: Terminal, stream: TextIO
) -> None:
    """Write the figures of the table in use and of the fitted one.

    Parameters
    ----------
    figures
        ``before`` and ``after`` → prior, or None for decided findings → figures.
    lang
        Language of the table.
    terminal
        Settings: who reorders right-to-left text.
    stream
        Where to write.
    """
    rows = [
        _figure_row(prior, render(_TABLE_NAMES[name], lang), found[prior], lang)
        for prior in figures["before"]
        for name, found in figures.items()
        if prior in found
    ]
    if rows:
        print_rows(
            make_console(stream), _FIGURE_COLUMNS, rows, lang, reorder=must_reorder(terminal, stream, os.environ)
        )


def _figure_row(prior: float | None, name: str, one: Figures, lang: Lang) -> TableRow:
    posts = _("decided findings") if prior is None else _("sets, {share} exposing", share=f"{prior:.0%}")
    low, high = one.interval
    numbers = [isolate(f"{value:.3f}", lang) for value in (one.cllr, one.cllr_min, one.brier)]
    error = isolate(f"{one.calibration_error:.3f} ({low:.3f}–{high:.3f})", lang)
    shown = render(posts, lang)
    labels = ("Cllr", "Cllr_min", "Brier", "ECE")
    facts = " · ".join(
        f"{isolate(label, lang)} {value}" for label, value in zip(labels, (*numbers, error), strict=True)
    )
    return TableRow(cells=(shown, name, *numbers, error), lines=(f"{shown} · {name}", facts))


def print_entries(fit: TableFit, lang: Lang, terminal: Terminal, stream: TextIO) -> None:
    """Write what became of every entry that any post had; the others are counted. Parameters as above."""
    reorder = must_reorder(terminal, stream, os.environ)
    seen = [one for one in fit.entries if one.outcome != "not_seen"]
    rows = [
        *(_entry_row(one, lang) for one in seen),
        *(row for one in fit.channels for row in _channel_rows(one, lang)),
    ]
    if rows:
        print_rows(make_console(stream), _ENTRY_COLUMNS, rows, lang, reorder=reorder)
    unseen = len(fit.entries) - len(seen)
    sentence = ngettext(
        "{n} entry was seen in no post and is unchanged", "{n} entries were seen in no post and are unchanged", unseen
    )
    print_sentence(make_console(stream), render(sentence, lang), lang, reorder=reorder)


def _entry_row(one: FittedEntry, lang: Lang) -> TableRow:
    after = f"{one.after.ratio:.3g}"
    if one.is_changed and one.after.low is not None and one.after.high is not None:
        after += f" ({one.after.low:.3g}–{one.after.high:.3g})"
    texts = (entry_name(one.entry), f"{one.before.ratio:.3g}", after, str(one.exposing), str(one.others))
    return _row(texts, OUTCOME[one.outcome], lang)


def _channel_rows(one: FittedChannel, lang: Lang) -> Iterator[TableRow]:
    before, after = one.before, one.after
    counts = (str(one.exposing), "")
    is_new = after.share != before.share
    yield _row(
        (f"{one.family} share", f"{before.share:.2f}", f"{after.share:.2f}", *counts),
        OUTCOME["changed" if is_new else "too_few"],
        lang,
    )
    is_new = after.detection != before.detection
    found = (f"{one.found}/{one.checked}", "")
    yield _row(
        (f"{one.family} detection", f"{before.detection:.2f}", f"{after.detection:.2f}", *found),
        OUTCOME["changed" if is_new else "too_few"],
        lang,
    )


def _row(texts: Sequence[str], result: Message, lang: Lang) -> TableRow:
    cells = tuple(isolate(text, lang) if text else "" for text in texts)
    entry, before, after = cells[:3]
    outcome = render(result, lang)
    arrow = "←" if lang == "ar" else "→"
    counts = render(_("exposing: {exposing}, others: {others}", exposing=texts[3], others=texts[4] or "–"), lang)
    return TableRow(cells=(*cells, outcome), lines=(f"{entry}: {before} {arrow} {after}", f"{counts} · {outcome}"))
