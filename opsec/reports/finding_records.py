"""Findings of a case file as plain records: the JSON of ``opsec list`` and ``opsec export``, and rows for spreadsheets.

Fields may be added, never renamed or removed.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from opsec.i18n.messages import Lang, render
from opsec.i18n.terms import ACTION, FINDING_STATE
from opsec.model import DecisionChange, FindingPost, ListedFinding
from opsec.reports.csv import neutralise_formula
from opsec.reports.json_writer import encode_array
from opsec.reports.masking import mask_and_escape, mask_path

CSV_COLUMNS = (
    "fingerprint", "number", "site", "rule", "action", "state", "decided_by", "why", "until", "path", "url",
    "posted_at", "author", "copy_of", "likelihood", "severity", "first_seen_at", "last_seen_at", "sha256",
    "site_code", "action_words", "state_words", "decided_at",
)  # fmt: skip
"""Column keys. They and all values but ``action_words`` and ``state_words`` are the same in both languages and in JSON,
so that the files of two weeks can be joined."""
NO_POST = FindingPost("", None, None, None)


def finding_record(one: ListedFinding) -> dict[str, Any]:
    """Return the record of a finding; it contains paths and addresses of posts as they are, and no coordinate."""
    post = first_post(one)
    return {
        "fingerprint": one.fingerprint,
        "number": one.number,
        "site": one.site,
        "rule": one.rule,
        "action": one.action,
        "state": one.decision.state,
        "decided_by": one.decision.decided_by,
        "why": one.decision.why,
        "until": one.decision.until,
        "path": post.path,
        "url": post.url,
        "posted_at": post.posted_at,
        "copy_of": one.copy_of,
        "site_code": one.site_code,
        "author": post.author,
        "decided_at": one.decision.decided_at,
        "expired": one.decision.expired,
        "allow_rule": one.decision.allow_rule,
        "new": one.is_new,
        "likelihood": round(one.likelihood, 4),
        "severity": round(one.severity, 4),
        "first_seen_at": one.first_seen_at,
        "last_seen_at": one.last_seen_at,
        "sha256": one.sha256,
        "other_posts": [
            {"path": other.path, "url": other.url, "posted_at": other.posted_at, "author": other.author}
            for other in one.posts[1:]
        ],
    }


def first_post(one: ListedFinding) -> FindingPost:
    """Return the post that was seen first."""
    return one.posts[0] if one.posts else NO_POST


def render_list_json(found: Sequence[ListedFinding]) -> bytes:
    """Return an array of records."""
    return encode_array(finding_record(one) for one in found)


def render_export_json(found: Sequence[ListedFinding], histories: Mapping[str, Sequence[DecisionChange]]) -> bytes:
    """Return an array of records, each with every change of its history and the positions of its evidence.

    Parameters
    ----------
    found
        The findings.
    histories
        Changes by the fingerprint of the finding that keeps them.
    """
    records = (
        finding_record(one)
        | {
            "positions": [[round(lat, 7) + 0.0, round(lon, 7) + 0.0] for lat, lon in one.positions],
            "history": [_change(change) for change in histories.get(one.copy_of or one.fingerprint, ())],
        }
        for one in found
    )
    return encode_array(records)


def _change(change: DecisionChange) -> dict[str, Any]:
    return {
        "seq": change.seq,
        "at": change.made_at,
        "by": change.made_by,
        "from": change.from_state,
        "to": change.to_state,
        "why": change.why,
        "until": change.until,
        "undoes": change.undoes,
    }


def render_findings_csv(found: Sequence[ListedFinding], lang: Lang) -> bytes:
    """Return one row for each finding: UTF-8 with a byte order mark, CRLF, no formulas, coordinates masked."""
    out = io.StringIO(newline="")
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow(CSV_COLUMNS)
    for one in found:
        sheet.writerow([neutralise_formula(text) for text in _csv_row(one, lang)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _csv_row(one: ListedFinding, lang: Lang) -> tuple[str, ...]:
    post = first_post(one)
    return (
        one.fingerprint,
        one.number,
        mask_and_escape(one.site),
        one.rule,
        one.action,
        one.decision.state,
        mask_and_escape(one.decision.decided_by or ""),
        mask_and_escape(one.decision.why or ""),
        one.decision.until or "",
        mask_path(post.path),
        mask_and_escape(post.url or ""),
        mask_and_escape(post.posted_at or ""),
        mask_and_escape(post.author or ""),
        one.copy_of or "",
        f"{one.likelihood:.4f}",
        f"{one.severity:.4f}",
        one.first_seen_at,
        one.last_seen_at,
        one.sha256 or "",
        mask_and_escape(one.site_code),
        render(ACTION[one.action], lang),
        render(FINDING_STATE[one.decision.state], lang),
        one.decision.decided_at or "",
    )
