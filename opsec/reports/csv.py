"""CSV that a spreadsheet opens rightly: UTF-8 with its mark, CRLF (RFC 4180), and no cell that becomes a formula."""

import csv
import io
import re
from collections.abc import Iterator

from opsec.i18n.messages import Lang, say
from opsec.i18n.terms import ACTION, STATUS
from opsec.model import Finding, Result, Scan
from opsec.reports.evidence import answer, evidence, sentence, site_code
from opsec.reports.masking import shown_path, shown_reasons, shown_text

COLUMNS = (
    "path", "sha256", "author", "posted_at", "action", "site", "likelihood",
    "severity", "rule", "why", "position", "state", "status", "reason",
)  # fmt: skip
"""Keys, not words: the same in both languages, so that a sheet made for one week fits the next."""

_FORMULA = re.compile(r"[^\S\t\r\n]*[=+\-@\t\r\n＝＋－＠]")


def spreadsheet(scan: Scan, lang: Lang) -> bytes:
    """One row a clip and finding; one row for a clip without any. Coordinates are masked."""
    out = io.StringIO(newline="")
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(COLUMNS)
    for result in scan.results:
        for finding in result.findings or (None,):
            sheet.writerow([cell(text) for text in _row(scan, result, finding, lang)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def cell(text: str) -> str:
    """The text with an apostrophe before anything that a spreadsheet would calculate (OWASP, CSV injection)."""
    return "'" + text if _FORMULA.match(text) else text


def _row(scan: Scan, result: Result, finding: Finding | None, lang: Lang) -> Iterator[str]:
    clip, verdict = result.clip, result.verdict
    yield shown_path(clip.path)
    yield clip.sha256 or ""
    yield shown_text(clip.post.author or "")
    yield shown_text(clip.post.posted_at or "")
    yield say(ACTION[finding.action] if finding else answer(result), lang)
    yield site_code(scan, finding.site if finding else verdict.site)
    yield f"{finding.likelihood if finding else verdict.likelihood:.4f}"
    yield f"{finding.severity if finding else verdict.severity:.4f}"
    yield finding.rule if finding else ""
    yield from _reasons_to_believe(result, finding, lang)
    yield finding.state if finding else ""
    yield say(STATUS[clip.coverage.status], lang)
    yield shown_reasons(clip.coverage, lang)


def _reasons_to_believe(result: Result, finding: Finding | None, lang: Lang) -> tuple[str, str]:
    """The sentences and the masked places of a finding's matches."""
    if finding is None:
        return "", ""
    mine = [match for match in result.matches if match.id in finding.match_ids]
    places = [line.place for line in evidence(result, lang, mine) if line.place]
    return " · ".join(sentence(match.why, lang) for match in mine), " · ".join(dict.fromkeys(places))
