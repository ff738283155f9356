"""Scan results as CSV for spreadsheets: UTF-8 with a byte order mark, CRLF (RFC 4180), no formulas."""

import csv
import io
import re
from collections.abc import Iterator

from opsec.i18n.messages import Lang, render
from opsec.i18n.terms import ACTION, STATUS
from opsec.model import UNDECIDED, Finding, Result, Scan
from opsec.reports.evidence import (
    MAX_SHOWN_MATCHES,
    answer_label,
    localise_sentence,
    not_shown_sentence,
    place_of,
    site_code,
    sort_by_strength,
)
from opsec.reports.masking import mask_and_escape
from opsec.reports.reason_text import render_reasons

COLUMNS = (
    "path", "sha256", "author", "posted_at", "action", "site", "likelihood",
    "severity", "rule", "why", "position", "state", "status", "reason", "url", "caption",
    "decided_by", "decision_why", "until",
)  # fmt: skip
"""Column keys, the same in both languages, so that the files of two weeks can be joined."""

_FORMULA_AT_START = re.compile(r"[^\S\t\r\n]*[=+\-@\t\r\n＝＋－＠]")
_FORMULA_AFTER_SEPARATOR = re.compile(r"([,;\t\r\n])(?=[^\S\t\r\n]*[=+\-@＝＋－＠])")
"""A spreadsheet that takes another separator splits the cell again."""


def render_csv(scan: Scan, lang: Lang) -> bytes:
    """Return one row for each finding and one for each clip without findings. Coordinates are masked."""
    out = io.StringIO(newline="")
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    for result in scan.results:
        for finding in result.findings or (None,):
            sheet.writerow([neutralise_formula(text) for text in _row(scan, result, finding, lang)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def neutralise_formula(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would evaluate (OWASP, CSV injection).

    >>> neutralise_formula("a;=1+1")
    "a;'=1+1"
    """
    defused = _FORMULA_AFTER_SEPARATOR.sub(r"\1'", text)
    return "'" + defused if _FORMULA_AT_START.match(text) else defused


def _row(scan: Scan, result: Result, finding: Finding | None, lang: Lang) -> Iterator[str]:
    clip, verdict = result.clip, result.verdict
    yield mask_and_escape(clip.path)
    yield clip.sha256 or ""
    yield mask_and_escape(clip.post.author or "")
    yield mask_and_escape(clip.post.posted_at or "")
    yield render(ACTION[finding.action] if finding else answer_label(result), lang)
    yield site_code(scan, finding.site if finding else verdict.site)
    yield f"{finding.likelihood if finding else verdict.likelihood:.4f}"
    yield f"{finding.severity if finding else verdict.severity:.4f}"
    yield finding.rule if finding else ""
    yield from _evidence_cells(result, finding, lang)
    yield finding.state if finding else ""
    yield render(STATUS[clip.coverage.status], lang)
    yield render_reasons(clip.coverage, lang)
    yield mask_and_escape(clip.post.url or "")
    yield mask_and_escape(clip.post.caption or "")
    decision = finding.decision if finding else UNDECIDED
    yield mask_and_escape(decision.decided_by or "")
    yield mask_and_escape(decision.why or "")
    yield decision.until or ""


def _evidence_cells(result: Result, finding: Finding | None, lang: Lang) -> tuple[str, str]:
    """Return the sentences and the masked positions of a finding's matches."""
    if finding is None:
        return "", ""
    numbers = frozenset(finding.match_ids)
    mine = [match for match in result.matches if match.id in numbers]
    strongest = sort_by_strength(mine)[:MAX_SHOWN_MATCHES]
    kept = {match.id for match in strongest}
    sentences = [localise_sentence(match.why, lang) for match in mine if match.id in kept]
    more = not_shown_sentence(mine, lang)
    hints = {hint.id: hint for hint in result.clip.hints}
    places = [place for match in strongest if (place := place_of(hints[match.hint_ids[0]]))]
    return " · ".join([*sentences, *([more] if more else [])]), " · ".join(dict.fromkeys(places))
