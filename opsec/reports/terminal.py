"""Scan results on a terminal: clips to review, what was not checked, and the last line with the counts.

Coordinates are masked, and control characters in captions and file names are escaped.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TextIO

from opsec.i18n.messages import Lang, Message, _, current_language, isolate, ngettext, render
from opsec.i18n.terms import ACTION
from opsec.model import Action, Counts, Result, Scan
from opsec.model.reasons import REASONS
from opsec.reports.evidence import clips_to_review, evidence_lines, site_code, unchecked_message
from opsec.reports.masking import mask_path
from opsec.reports.reason_text import render_reason, render_reasons
from opsec.reports.terminal_bidi import BidiCell, must_reorder, reorder_line
from opsec.reports.value_format import format_percent
from opsec.runtime.program_faults import count_faults
from opsec.settings import Terminal

if TYPE_CHECKING:
    from rich.console import Console

PIPED_WIDTH = 120
"""Columns of output that does not go to a terminal."""
MIN_TABLE_WIDTH = 80
"""Columns below which a table would break words; each fact gets a line of its own there."""
STYLE: dict[Action, str] = {"act_now": "bold red", "act_today": "bold magenta", "review": "bold blue", "watch": "dim"}


def counts_message(counts: Counts) -> Message:
    """Return the last line of every scan, with all four counts, also when they are 0."""
    return ngettext(
        "{n} clip: {read} read, {flagged} flagged, {hidden} hidden by decisions, {unsure} not fully checked",
        "{n} clips: {read} read, {flagged} flagged, {hidden} hidden by decisions, {unsure} not fully checked",
        counts.clips,
        read=counts.read,
        flagged=counts.flagged,
        hidden=counts.hidden,
        unsure=counts.not_fully_checked,
    )


def unread_file_messages(scan: Scan) -> Iterator[Message]:
    """Yield a line for each clip that was not fully read, then one for each file that was left out."""
    lang = current_language()
    for result in scan.results:
        clip = result.clip
        if clip.coverage.status == "partly":
            yield _(
                "{file}: partly read: {reason}", file=mask_path(clip.path), reason=render_reasons(clip.coverage, lang)
            )
        elif clip.coverage.status == "unread":
            yield _("{file}: not read: {reason}", file=mask_path(clip.path), reason=render_reasons(clip.coverage, lang))
    for skipped in scan.skipped:
        file, why = mask_path(skipped.path), render_reason(skipped.reason, lang)
        if REASONS[skipped.reason.code].remark:
            yield _("{file}: note: {reason}", file=file, reason=why)
        else:
            yield _("{file}: left out: {reason}", file=file, reason=why)


def fault_messages(scan: Scan) -> Iterator[Message]:
    """One line for each fault of this program, with the files that it left unchecked and the next step."""
    for fault, files in sorted(count_faults(scan).items()):
        yield ngettext(
            "a fault in this program ({fault}) left {n} file not fully checked; run opsec doctor and report it",
            "a fault in this program ({fault}) left {n} files not fully checked; run opsec doctor and report it",
            files,
            fault=fault,
        )


def print_table(scan: Scan, lang: Lang, terminal: Terminal, stream: TextIO) -> None:
    """Write the clips to review and what was not checked.

    In Arabic the columns run from right to left if this program reorders the text. A terminal that reorders text itself
    reorders whole lines and would mix the columns: there each fact gets a line of its own.

    Parameters
    ----------
    scan
        The results.
    lang
        Language of the table.
    terminal
        Settings: who reorders right-to-left text.
    stream
        Where to write; colours are used only on a terminal.
    """
    reorder = must_reorder(terminal, stream, os.environ)
    console = _console(stream)
    rows = [_row(scan, result, lang) for result in clips_to_review(scan)]
    if not rows:
        _print_sentence(console, render(_nothing_found_message(scan), lang), lang, reorder=reorder)
    elif (lang == "ar" and not reorder) or console.width < MIN_TABLE_WIDTH:
        _print_blocks(console, rows, lang, reorder=reorder)
    else:
        _print_columns(console, rows, lang, reorder=reorder)
    unchecked = unchecked_message(scan, lang)
    if unchecked:
        console.print()
        _print_sentence(console, render(unchecked, lang), lang, reorder=reorder)


def _nothing_found_message(scan: Scan) -> Message:
    """Return the sentence for an empty table; it says how many clips were not fully checked."""
    unchecked = scan.counts.not_fully_checked
    if not unchecked:
        return _("no exposure found")
    return ngettext(
        "no exposure found in what was checked; {n} clip not fully checked",
        "no exposure found in what was checked; {n} clips not fully checked",
        unchecked,
    )


def print_line(message: Message, lang: Lang, terminal: Terminal, stream: TextIO) -> None:
    """Write one sentence: wrapped at the width of the terminal, and reordered if the terminal cannot do it."""
    _print_sentence(_console(stream), render(message, lang), lang, reorder=must_reorder(terminal, stream, os.environ))


@dataclass(frozen=True, slots=True)
class _Row:
    style: str
    action: str
    clip: str
    site: str
    likelihood: str
    why: str


def _row(scan: Scan, result: Result, lang: Lang) -> _Row:
    verdict = result.verdict
    own = [match for match in result.matches if match.site == verdict.site]
    strongest = next(iter(evidence_lines(result, lang, own)), None)
    return _Row(
        style=STYLE.get(verdict.action, ""),
        action=render(ACTION[verdict.action], lang),
        clip=isolate(mask_path(result.clip.path), lang),
        site=isolate(site_code(scan, verdict.site), lang),
        likelihood=isolate(format_percent(verdict.likelihood), lang),
        why=strongest.why if strongest else "",
    )


def _console(stream: TextIO) -> "Console":
    """Return a console that uses colours only on a terminal and respects ``NO_COLOR`` (no-color.org)."""
    from rich.console import Console

    screen = stream.isatty()
    colours = screen and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Console(
        file=stream,
        force_terminal=screen,
        color_system="standard" if colours else None,
        no_color=not colours,
        width=None if screen or "COLUMNS" in os.environ else PIPED_WIDTH,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )


def _print_sentence(console: "Console", sentence: str, lang: Lang, *, reorder: bool) -> None:
    from rich.text import Text

    if reorder:
        console.print(
            BidiCell(sentence, "", _line_order(lang, reorder=True)), justify="right" if lang == "ar" else None
        )
    else:
        console.print(Text(sentence), soft_wrap=True)


def _print_blocks(console: "Console", rows: list[_Row], lang: Lang, *, reorder: bool) -> None:
    """Print each fact on a line of its own; a narrow console wraps it between words."""
    from rich.text import Text

    order = _line_order(lang, reorder=reorder)
    justify: Literal["right"] | None = "right" if lang == "ar" and reorder else None
    for number, row in enumerate(rows):
        if number:
            console.print()
        head = f"{row.action} · {row.site} · {row.likelihood}"
        for text, style in ((head, row.style), (row.clip, ""), (row.why, "")):
            if console.width < MIN_TABLE_WIDTH:
                console.print(BidiCell(text, style, order), justify=justify)
            else:
                console.print(Text(text, style), soft_wrap=True)


def _print_columns(console: "Console", rows: list[_Row], lang: Lang, *, reorder: bool) -> None:
    from rich import box
    from rich.table import Table

    order = _line_order(lang, reorder=reorder)
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    columns = [
        (_("action"), True, [row.action for row in rows]),
        (_("clip"), False, [row.clip for row in rows]),
        (_("site"), True, [row.site for row in rows]),
        (_("likelihood"), True, [row.likelihood for row in rows]),
        (_("why"), False, [row.why for row in rows]),
    ]
    if lang == "ar":
        columns.reverse()
    for heading, no_wrap, _texts in columns:
        table.add_column(
            BidiCell(render(heading, lang), "", order),
            no_wrap=no_wrap,
            overflow="fold",
            justify="right" if lang == "ar" else "left",
        )
    for number, row in enumerate(rows):
        texts = [texts[number] for _heading, _no_wrap, texts in columns]
        table.add_row(*(BidiCell(text, row.style if text is row.action else "", order) for text in texts))
    console.print(table, justify="right" if lang == "ar" else None)


def _line_order(lang: Lang, *, reorder: bool) -> Callable[[str], str] | None:
    return (lambda line: reorder_line(line, lang)) if reorder else None
