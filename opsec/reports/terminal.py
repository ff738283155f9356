"""Scan results on a terminal: clips to review, what was not checked, and the last line with the counts.

Coordinates are masked, and control characters in captions and file names are escaped.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TextIO

from opsec.i18n.messages import Lang, Message, _, current_language, isolate, ngettext, render
from opsec.i18n.terms import ACTION
from opsec.model import ACTIONS, Action, Counts, Finding, Reason, Result, Scan
from opsec.model.reasons import REASONS
from opsec.reports.decision_view import expired_dismissals
from opsec.reports.evidence import clips_to_review, evidence_lines, site_code, unchecked_message
from opsec.reports.isolation_view import weak_isolation
from opsec.reports.masking import mask_path
from opsec.reports.reason_text import render_reason, render_reasons
from opsec.reports.terminal_bidi import must_reorder
from opsec.reports.terminal_table import TableColumn, TableRow, make_console, print_rows, print_sentence
from opsec.reports.value_format import format_percent
from opsec.runtime.program_faults import count_faults
from opsec.settings import Terminal

STYLE: dict[Action, str] = {"act_now": "bold red", "act_today": "bold magenta", "review": "bold blue", "watch": "dim"}
_COLUMNS = (
    TableColumn(_("action"), no_wrap=True),
    TableColumn(_("clip")),
    TableColumn(_("site"), no_wrap=True),
    TableColumn(_("likelihood"), no_wrap=True),
    TableColumn(_("why")),
)


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


def isolation_messages(clips: Iterable[Iterable[Reason]]) -> Iterator[Message]:
    """Yield the line that states how many clips were read by a process without its whole lock, if any.

    Parameters
    ----------
    clips
        The reasons and remarks on each clip.
    """
    if (weak := weak_isolation(clips)) is not None:
        yield weak.message


def fault_messages(scan: Scan) -> Iterator[Message]:
    """One line for each fault of this program, with the files that it left unchecked and the next step."""
    return fault_count_messages(count_faults(scan))


def fault_count_messages(faults: Mapping[str, int]) -> Iterator[Message]:
    """As ``fault_messages``, from the number of files by fault."""
    for fault, files in sorted(faults.items()):
        yield ngettext(
            "a fault in this program ({fault}) left {n} file not fully checked; run opsec doctor and report it",
            "a fault in this program ({fault}) left {n} files not fully checked; run opsec doctor and report it",
            files,
            fault=fault,
        )


def expiry_messages(scan: Scan) -> Iterator[Message]:
    """Yield the line that states how many dismissals have ended, if any."""
    ended = expired_dismissals(scan)
    if ended:
        yield ngettext(
            "{n} dismissal has ended; its finding is open again",
            "{n} dismissals have ended; their findings are open again",
            ended,
        )


def print_table(scan: Scan, lang: Lang, terminal: Terminal, stream: TextIO) -> None:
    """Write the clips to review and what was not checked.

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
    console = make_console(stream)
    rows = [_row(scan, result, lang) for result in clips_to_review(scan)]
    if rows:
        print_rows(console, _COLUMNS, rows, lang, reorder=reorder)
    else:
        print_sentence(console, render(_nothing_found_message(scan), lang), lang, reorder=reorder)
    unchecked = unchecked_message(scan, lang)
    if unchecked:
        console.print()
        print_sentence(console, render(unchecked, lang), lang, reorder=reorder)


def _nothing_found_message(scan: Scan) -> Message:
    """Return the sentence for an empty table; it states how many clips were not fully checked."""
    counts = scan.counts
    if counts.flagged:
        return ngettext(
            "nothing new; {n} flagged clip was seen before",
            "nothing new; {n} flagged clips were seen before",
            counts.flagged,
        )
    if counts.hidden:
        return ngettext(
            "no open exposure found; {n} finding is hidden by decisions",
            "no open exposure found; {n} findings are hidden by decisions",
            counts.hidden,
        )
    unchecked = counts.not_fully_checked
    if not unchecked:
        return _("no exposure found")
    return ngettext(
        "no exposure found in what was checked; {n} clip not fully checked",
        "no exposure found in what was checked; {n} clips not fully checked",
        unchecked,
    )


def print_line(message: Message, lang: Lang, terminal: Terminal, stream: TextIO) -> None:
    """Write one sentence: wrapped at the width of the terminal, and reordered if the terminal cannot do it."""
    reorder = must_reorder(terminal, stream, os.environ)
    print_sentence(make_console(stream), render(message, lang), lang, reorder=reorder)


def _worst_open_finding(result: Result) -> Finding | None:
    """Return the most urgent finding that no decision hides: a clip may expose two sites, one of them allowed."""
    still_open = [finding for finding in result.findings if not finding.is_hidden]
    return min(still_open, key=lambda one: (ACTIONS.index(one.action), -one.likelihood), default=None)


def _row(scan: Scan, result: Result, lang: Lang) -> TableRow:
    worst = _worst_open_finding(result)
    verdict = result.verdict
    if worst is not None:
        verdict = replace(verdict, action=worst.action, site=worst.site, likelihood=worst.likelihood)
    own = [match for match in result.matches if match.site == verdict.site]
    strongest = next(iter(evidence_lines(result, lang, own)), None)
    action = render(ACTION[verdict.action], lang)
    clip = isolate(mask_path(result.clip.path), lang)
    site = isolate(site_code(scan, verdict.site), lang)
    likelihood = isolate(format_percent(verdict.likelihood), lang)
    why = strongest.why if strongest else ""
    return TableRow(
        cells=(action, clip, site, likelihood, why),
        lines=(f"{action} · {site} · {likelihood}", clip, why),
        style=STYLE.get(verdict.action, ""),
    )
