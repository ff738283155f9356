"""Scan results as plain records, in the keys and the order of the published JSON contract.

Fields may be added, never renamed or removed. Every figure is rounded to its precision,
so that two scans of the same input give the same bytes on every machine.
"""

import math
from typing import Any

from opsec import __version__
from opsec.i18n.messages import render
from opsec.i18n.reasons import reason_message
from opsec.i18n.terms import exposure_label, likelihood_label
from opsec.model import (
    CHECKS,
    Bilingual,
    Contribution,
    Counts,
    Coverage,
    Finding,
    Hint,
    Layout,
    Match,
    Motion,
    Post,
    Result,
    Scan,
    Sighting,
    Skipped,
    Verdict,
)
from opsec.model.notes import note_text
from opsec.reports.isolation_view import weak_isolation
from opsec.reports.json_writer import encode_document_with_list

SCHEMA_VERSION = 1


def encode_scan(scan: Scan) -> bytes:
    """Encode a whole scan as a document, one clip at a time: the records of 300,000 rows do not fit into memory."""
    return encode_document_with_list(_scan_record(scan), "clips", map(clip_record, scan.results))


def _scan_record(scan: Scan) -> dict[str, Any]:
    """Return the record of a scan without its clips."""
    return {
        "schema_version": SCHEMA_VERSION,
        "program": {"name": "opsec", "version": __version__},
        "settings_sha256": scan.settings_sha256,
        "sites_sha256": scan.sites_sha256,
        "clips": [],
        "skipped": [_skipped(skipped) for skipped in scan.skipped],
        "counts": counts_record(scan.counts),
        "weak_isolation": _weak_isolation(scan),
    }


def _weak_isolation(scan: Scan) -> dict[str, Any] | None:
    found = weak_isolation(result.clip.coverage.reasons for result in scan.results)
    return None if found is None else {"clips": found.clips, "missing_parts": list(found.missing_parts)}


def clip_record(result: Result) -> dict[str, Any]:
    """Return the record of one clip. ``features`` hints stay in the case file."""
    clip = result.clip
    return {
        "path": clip.path,
        "sha256": clip.sha256,
        "post": _post(clip.post),
        "coverage": _coverage(clip.coverage),
        "hints": [_hint(hint) for hint in clip.hints if hint.kind != "features"],
        "matches": [_match(match) for match in result.matches],
        "layout": _layout(result.layout),
        "verdict": _verdict(result.verdict),
        "findings": [_finding(finding) for finding in result.findings],
    }


def counts_record(counts: Counts) -> dict[str, Any]:
    """Return the four counts of a scan and the number of clips."""
    return {
        "clips": counts.clips,
        "read": counts.read,
        "flagged": counts.flagged,
        "hidden": counts.hidden,
        "not_fully_checked": counts.not_fully_checked,
    }


def _post(post: Post) -> dict[str, Any]:
    return {
        "author": post.author,
        "caption": post.caption,
        "posted_at": post.posted_at,
        "recorded_at": post.recorded_at,
        "url": post.url,
        "source": post.source,
        "views": post.views,
        "likes": post.likes,
        "shares": post.shares,
    }


def _coverage(coverage: Coverage) -> dict[str, Any]:
    sentences = [reason_message(reason) for reason in coverage.reasons]
    return {
        "status": coverage.status,
        "reason": "; ".join(render(sentence, "en") for sentence in sentences) or None,
        "reason_ar": "؛ ".join(render(sentence, "ar") for sentence in sentences) or None,
        "reason_codes": [reason.code for reason in coverage.reasons],
        "seconds_claimed": _rounded(coverage.seconds_claimed, 3),
        "seconds_read": _rounded(coverage.seconds_read, 3),
        "frames_read": coverage.frames_read,
        "checks": {check: coverage.checks[check] for check in CHECKS if check in coverage.checks},
    }


def _hint(hint: Hint) -> dict[str, Any]:
    return {
        "id": hint.id,
        "kind": hint.kind,
        "family": hint.family,
        "reader": hint.reader,
        "field": hint.field,
        "at_s": _rounded(hint.at_s, 3),
        "until_s": _rounded(hint.until_s, 3),
        "box": None if hint.box is None else [_rounded(share, 4) for share in hint.box],
        "lat": _rounded(hint.point.lat, 7) if hint.point else None,
        "lon": _rounded(hint.point.lon, 7) if hint.point else None,
        "accuracy_m": _rounded(hint.accuracy_m, 1),
        "heading_deg": _rounded(hint.heading_deg, 1),
        "altitude_m": _rounded(hint.altitude_m, 1),
        "points": [
            [
                _rounded(fix.at_s, 3),
                _rounded(fix.point.lat, 7),
                _rounded(fix.point.lon, 7),
                _rounded(fix.altitude_m, 1),
                _rounded(fix.heading_deg, 1),
            ]
            for fix in hint.fixes
        ],
        "motion": None if hint.motion is None else _motion(hint.motion),
        "text": hint.text,
        "note": note_text(hint.notes),
    }


def _motion(motion: Motion) -> dict[str, Any]:
    return {
        "motion": motion.motion,
        "heading_deg": _rounded(motion.heading_deg, 1),
        "hfov_deg": _rounded(motion.hfov_deg, 1),
        "sweep_deg": _rounded(motion.sweep_deg, 1),
        "views": motion.views,
        "overhead_s": _rounded(motion.overhead_s, 1),
        "selfie": motion.selfie,
        "at_least": motion.at_least,
    }


def _match(match: Match) -> dict[str, Any]:
    return {
        "id": match.id,
        "hint_ids": list(match.hint_ids),
        "site": match.site,
        "zone": match.zone,
        "landmark": match.landmark,
        "sighting": _sighting(match.sighting) if match.sighting else None,
        "rule": match.rule,
        "grade": match.grade,
        "log_odds": _rounded(match.log_odds, 3),
        "distance_m": _rounded(match.distance_m, 1),
        "span": None if match.span is None else list(match.span),
        "names_only": match.names_only,
        "why": _bilingual(match.why),
    }


def _sighting(sighting: Sighting) -> dict[str, Any]:
    return {
        "photo": sighting.photo,
        "mirrored": sighting.mirrored,
        "inliers": sighting.inliers,
        "pictures": [[_rounded(at_s, 3), inliers] for at_s, inliers in sighting.pictures],
        "lines": [[_rounded(share, 4) for share in line] for line in sighting.lines],
        "outline": [[_rounded(share, 4) for share in corner] for corner in sighting.outline],
        "compared": sighting.compared,
        "extractor": sighting.extractor,
        "names": dict(sighting.names),
        "one_of": [{"site": site, "landmark": landmark} for site, landmark in sighting.one_of],
    }


def _layout(layout: Layout) -> dict[str, Any]:
    """Return the record of the layout: figures that were not assessed are null, never 0."""
    words = exposure_label(layout.score)
    return {
        "motion": layout.motion,
        "sweep_deg": _rounded(layout.sweep_deg, 1),
        "heading_deg": _rounded(layout.heading_deg, 1),
        "hfov_deg": _rounded(layout.hfov_deg, 1),
        "views": layout.views,
        "overhead_s": _rounded(layout.overhead_s, 1),
        "at_least": None if layout.sweep_deg is None and layout.heading_deg is None else layout.at_least,
        "site": layout.site,
        "zones_seen": None if layout.zones_seen is None else list(layout.zones_seen),
        "share_of_base": _rounded(layout.share_of_base, 3),
        "walked_m": _rounded(layout.walked_m, 0),
        "bearing_deg": _rounded(layout.bearing_deg, 0),
        "basis": layout.basis,
        "score": _rounded(layout.score, 3),
        "score_words": {"en": render(words, "en"), "ar": render(words, "ar")},
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    word = likelihood_label(verdict.likelihood)
    return {
        "action": verdict.action,
        "action_why": _bilingual(verdict.action_why) if verdict.action_why else None,
        "names_only": verdict.names_only,
        "site": verdict.site,
        "likelihood": _rounded(verdict.likelihood, 4),
        "likelihood_words": {"en": render(word, "en"), "ar": render(word, "ar")},
        "confidence": verdict.confidence,
        "severity": _rounded(verdict.severity, 4),
        "contributions": [_contribution(line) for line in verdict.contributions],
        "not_assessed": list(verdict.not_assessed),
    }


def _contribution(line: Contribution) -> dict[str, Any]:
    return {"family": line.family, "log_odds": _rounded(line.log_odds, 3), "why": _bilingual(line.why)}


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "fingerprint": finding.fingerprint,
        "rule": finding.rule,
        "site": finding.site,
        "severity": _rounded(finding.severity, 4),
        "match_ids": list(finding.match_ids),
        "state": finding.state,
        "decided_by": finding.decision.decided_by,
        "until": finding.decision.until,
        "copy_of": finding.copy_of,
        "decision_why": finding.decision.why,
        "allow_rule": finding.decision.allow_rule,
        "likelihood": _rounded(finding.likelihood, 4),
        "action": finding.action,
    }


def _skipped(skipped: Skipped) -> dict[str, Any]:
    sentence = reason_message(skipped.reason)
    return {
        "path": skipped.path,
        "reason": render(sentence, "en"),
        "reason_ar": render(sentence, "ar"),
        "reason_code": skipped.reason.code,
    }


def _bilingual(why: Bilingual) -> dict[str, str]:
    return {"en": why.en, "ar": why.ar}


def _rounded(value: float | None, decimals: int) -> float | None:
    """Round a figure; None for None and for values that are not finite; never minus zero."""
    if value is None or not math.isfinite(value):
        return None
    return round(float(value), decimals) + 0.0
