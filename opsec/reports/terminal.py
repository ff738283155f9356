"""What the officer sees on a terminal: what to look at first, what was not checked, and the last line.

Coordinates are masked, and nothing in a caption or a file name acts on the screen.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, TextIO

from opsec.i18n.messages import Lang, Message, _, counted, current, isolate, say
from opsec.i18n.terms import ACTION
from opsec.model import Action, Counts, Result, Scan
from opsec.reports.evidence import evidence, percent, site_code, to_look_at, unchecked_line
from opsec.reports.masking import shown_path, shown_reason, shown_reasons
from opsec.reports.terminal_bidi import ordered, program_orders
from opsec.reports.terminal_cell import Cell
from opsec.settings import Terminal

if TYPE_CHECKING:
    from rich.console import Console

PIPED_WIDTH = 120
"""Columns where there is no screen to fit."""
REMARKS = frozenset({"old_letters", "column_ignored", "bad_times", "odd_fields", "bad_place", "places_disagree"})
"""Reasons that are worth saying of a file that was read all the same."""
STYLE: dict[Action, str] = {"act_now": "bold red", "act_today": "bold magenta", "review": "bold blue", "watch": "dim"}


def last_line(counts: Counts) -> Message:
    """The last line of every scan: all four counts, always, also when they are 0."""
    return counted(
        "{n} clip: {read} read, {flagged} flagged, {hidden} hidden by decisions, {unsure} not fully checked",
        "{n} clips: {read} read, {flagged} flagged, {hidden} hidden by decisions, {unsure} not fully checked",
        counts.clips,
        read=counts.read,
        flagged=counts.flagged,
        hidden=counts.hidden,
        unsure=counts.not_fully_checked,
    )


def trouble_lines(scan: Scan) -> Iterator[Message]:
    """One line a clip that was not or not fully read, then one a file that was left out; in the language in use."""
    lang = current()
    for result in scan.results:
        clip = result.clip
        if clip.coverage.status == "partly":
            yield _(
                "{file}: partly read: {reason}", file=shown_path(clip.path), reason=shown_reasons(clip.coverage, lang)
            )
        elif clip.coverage.status == "unread":
            yield _("{file}: not read: {reason}", file=shown_path(clip.path), reason=shown_reasons(clip.coverage, lang))
    for skipped in scan.skipped:
        file, why = shown_path(skipped.path), shown_reason(skipped.reason, lang)
        if skipped.reason.code in REMARKS:
            yield _("{file}: note: {reason}", file=file, reason=why)
        else:
            yield _("{file}: left out: {reason}", file=file, reason=why)


def print_table(scan: Scan, lang: Lang, terminal: Terminal, stream: TextIO) -> None:
    """Write what to look at, and what was not checked, for a person.

    In Arabic the columns run from right to left where this program orders the text; where the terminal
    does, it would order whole lines and mix the columns, so each fact stands on a line of its own.
    """
    program = program_orders(terminal, stream, os.environ)
    console = _console(stream)
    rows = [_row(scan, result, lang) for result in to_look_at(scan)]
    if not rows:
        _say(console, say(_nothing(scan), lang), lang, program=program)
    elif lang == "ar" and not program:
        _print_blocks(console, rows)
    else:
        _print_columns(console, rows, lang, program=program)
    unchecked = unchecked_line(scan, lang)
    if unchecked:
        console.print()
        _say(console, say(unchecked, lang), lang, program=program)


def _nothing(scan: Scan) -> Message:
    """What an empty table means: that there is nothing, or that nobody looked."""
    if scan.counts.not_fully_checked:
        return _("no clip says anything of our sites, as far as they could be read")
    return _("no clip says anything of our sites")


def print_line(message: Message, lang: Lang, terminal: Terminal, stream: TextIO) -> None:
    """Write one sentence, broken at the edge of the screen and then put in order where the terminal cannot."""
    _say(_console(stream), say(message, lang), lang, program=program_orders(terminal, stream, os.environ))


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
    mine = [match for match in result.matches if match.site == verdict.site]
    strongest = next(iter(evidence(result, lang, mine)), None)
    return _Row(
        style=STYLE.get(verdict.action, ""),
        action=say(ACTION[verdict.action], lang),
        clip=isolate(shown_path(result.clip.path), lang),
        site=isolate(site_code(scan, verdict.site), lang),
        likelihood=isolate(percent(verdict.likelihood), lang),
        why=strongest.why if strongest else "",
    )


def _console(stream: TextIO) -> "Console":
    """A console that colours only a screen, and only if the officer lets it (no-color.org)."""
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


def _say(console: "Console", sentence: str, lang: Lang, *, program: bool) -> None:
    from rich.text import Text

    if program:
        console.print(Cell(sentence, "", _order(lang, program=True)), justify="right" if lang == "ar" else None)
    else:
        console.print(Text(sentence), soft_wrap=True)


def _print_blocks(console: "Console", rows: list[_Row]) -> None:
    """Each fact on a line of its own, in logical order."""
    from rich.text import Text

    for number, row in enumerate(rows):
        if number:
            console.print()
        console.print(Text(f"{row.action} · {row.site} · {row.likelihood}", row.style), soft_wrap=True)
        console.print(Text(row.clip), soft_wrap=True)
        console.print(Text(row.why), soft_wrap=True)


def _print_columns(console: "Console", rows: list[_Row], lang: Lang, *, program: bool) -> None:
    from rich import box
    from rich.table import Table

    order = _order(lang, program=program)
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
    for head, whole, _texts in columns:
        table.add_column(
            Cell(say(head, lang), "", order),
            no_wrap=whole,
            overflow="fold",
            justify="right" if lang == "ar" else "left",
        )
    for number, row in enumerate(rows):
        texts = [texts[number] for _head, _whole, texts in columns]
        table.add_row(*(Cell(text, row.style if text is row.action else "", order) for text in texts))
    console.print(table, justify="right" if lang == "ar" else None)


def _order(lang: Lang, *, program: bool) -> Callable[[str], str] | None:
    return (lambda line: ordered(line, lang)) if program else None
