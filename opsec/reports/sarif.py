"""Findings as SARIF 2.1.0 (OASIS Standard, 2020), for tools that gather results of many checks.

Each finding is a result, its rule a reporting descriptor with its page, and a decision that hides it a suppression.
Coordinates are masked; sites are named by their codes.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from opsec import __version__
from opsec.i18n.messages import Lang, render
from opsec.i18n.terms import ACTION, FINDING_STATE
from opsec.model import ListedFinding
from opsec.reports.finding_records import first_post
from opsec.reports.json_writer import encode_document
from opsec.reports.masking import mask_and_escape, mask_coordinates
from opsec.verdict.rules import RULE_IDS, load_rule

SCHEMA_URI = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Mapping[str, str] = {"act_now": "error", "act_today": "error", "review": "warning"}


def render_sarif(found: Sequence[ListedFinding], lang: Lang) -> bytes:
    """Return the findings as one run."""
    rules = [rule for rule in RULE_IDS if rule in {one.rule for one in found}]
    driver = {"name": "opsec", "version": __version__, "rules": [_descriptor(rule, lang) for rule in rules]}
    run = {
        "tool": {"driver": driver},
        "language": "ar" if lang == "ar" else "en",
        "columnKind": "unicodeCodePoints",
        "results": [_result(one, rules, lang) for one in found],
    }
    return encode_document({"$schema": SCHEMA_URI, "version": "2.1.0", "runs": [run]})


def _descriptor(rule_id: str, lang: Lang) -> dict[str, Any]:
    page = load_rule(rule_id)
    return {
        "id": rule_id,
        "shortDescription": {"text": page.title(lang)},
        "fullDescription": {"text": page.meaning(lang)},
        "help": {"text": page.advice(lang)},
    }


def _result(one: ListedFinding, rules: Sequence[str], lang: Lang) -> dict[str, Any]:
    title = load_rule(one.rule).title(lang) if one.rule in rules else one.rule
    action = render(ACTION[one.action], lang)
    record: dict[str, Any] = {
        "ruleId": one.rule,
        **({"ruleIndex": rules.index(one.rule)} if one.rule in rules else {}),
        "level": _LEVELS.get(one.action, "note"),
        "message": {"text": f"{title} · {mask_and_escape(one.site_code)} · {action}"},
        "locations": [_location(post.path, post.url) for post in one.posts if post.path or post.url],
        "fingerprints": {"opsec/v1": one.fingerprint},
        "baselineState": "new" if one.is_new else "unchanged",
        "suppressions": _suppressions(one),
        "properties": {
            "number": one.number,
            "site": one.site_code,
            "state": one.decision.state,
            "stateText": render(FINDING_STATE[one.decision.state], lang),
            "decidedBy": mask_and_escape(one.decision.decided_by) if one.decision.decided_by else None,
            "until": one.decision.until,
            "url": mask_and_escape(first_post(one).url or "") or None,
            "postedAt": first_post(one).posted_at,
            "likelihood": round(one.likelihood, 4),
            "severity": round(one.severity, 4),
        },
    }
    return record


def _location(path: str, url: str | None) -> dict[str, Any]:
    """Return the location of a post: its file, or its address where there is no file."""
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(path) if path else _uri(url or "")}}}


def _uri(text: str) -> str:
    """Return a text as a URI reference (RFC 3986), its coordinates masked; a colon must not look like a scheme."""
    kept = "/:?#[]@!$&'()*+,;=%" if text.startswith(("https://", "http://")) else "/"
    return quote(mask_coordinates(text), safe=kept, errors="replace")


def _suppressions(one: ListedFinding) -> list[dict[str, Any]]:
    """Return the decision that hides a finding; an empty list means that nothing does."""
    decision = one.decision
    if decision.state != "dismissed":
        return []
    why = mask_and_escape(decision.why or "")
    return [{"kind": "external", "status": "accepted", "justification": why}]
