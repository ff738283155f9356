"""Labels of the closed vocabularies in both languages: likelihood, action, confidence, checks, fields.

Likelihoods are expressed as in Intelligence Community Directive 203 (Analytic Standards, 2015), table in
section D.6.e.2.a; adjacent ranges share a bound, which belongs to the stronger term.
"""

from collections.abc import Mapping

from opsec.i18n.messages import Message, _
from opsec.i18n.safe_text import escape_unsafe
from opsec.model import (
    Action,
    CameraMotion,
    Check,
    CheckState,
    Confidence,
    CoverageStatus,
    FindingState,
    Grade,
    SiteKind,
)  # fmt: skip

_LIKELIHOOD_LABELS: tuple[tuple[float, Message], ...] = (
    (0.95, _("almost certain")),
    (0.80, _("very likely")),
    (0.55, _("likely")),
    (0.45, _("roughly even chance")),
    (0.20, _("unlikely")),
    (0.05, _("very unlikely")),
    (0.0, _("almost no chance")),
)

ACTION: Mapping[Action, Message] = {
    "act_now": _("act now"),
    "act_today": _("act today"),
    "review": _("review"),
    "watch": _("watch"),
    "nothing_found": _("nothing found"),
}

FINDING_STATE: Mapping[FindingState, Message] = {
    "open": _("open"),
    "reappeared": _("reappeared"),
    "confirmed": _("confirmed"),
    "takedown_requested": _("takedown requested"),
    "acknowledged": _("acknowledged by the platform"),
    "rejected": _("rejected by the platform"),
    "removed": _("removed"),
    "dismissed": _("dismissed"),
}

CONFIDENCE: Mapping[Confidence, Message] = {
    "high": _("high confidence: all applicable checks were run"),
    "moderate": _("moderate confidence: some checks were not run"),
    "low": _("low confidence: most of the clip was not checked"),
}

CHECK: Mapping[Check, Message] = {
    "metadata": _("metadata"),
    "telemetry": _("telemetry"),
    "sidecar": _("files beside the clip"),
    "caption": _("caption and file name"),
    "signage": _("text in images"),
    "landmarks": _("landmarks"),
    "layout": _("layout of the site"),
    "speech": _("speech"),
}

CHECK_STATE: Mapping[CheckState, Message] = {
    "ran": _("checked"),
    "not_configured": _("not available"),
    "failed": _("failed"),
    "not_applicable": _("not applicable"),
}

STATUS: Mapping[CoverageStatus, Message] = {
    "read": _("read"),
    "partly": _("partly read"),
    "unread": _("not read"),
}

FAMILY: Mapping[str, Message] = {
    "PRIOR": _("prior"),
    "META": _("file metadata"),
    "TEXT": _("text of the post"),
    "SIGN": _("text in images"),
    "VISUAL": _("image content"),
    "CONTEXT": _("context"),
}
"""Families of evidence, and the prior likelihood."""

GRADE: Mapping[Grade, Message] = {
    "possible": _("possible"),
    "probable": _("probable"),
    "strong": _("strong"),
}

CAMERA_MOTION: Mapping[CameraMotion, Message] = {
    "fixed": _("the camera is static"),
    "turn": _("the camera turns on the spot"),
    "travel": _("the camera moves along a path"),
    "overhead": _("the camera looks down from above"),
    "zoom": _("the camera zooms"),
    "mixed": _("the camera moves in several ways"),
    "unknown": _("the camera motion could not be determined"),
}

_EXPOSURE_LABELS: tuple[tuple[float, Message], ...] = (
    (0.25, _("much of the surroundings")),
    (0.12, _("part of the surroundings")),
    (0.0, _("little of the surroundings")),
)
"""Three words: judged by the motion alone, a share has no more precision. A single view shows little (.10), a quarter
turn part (.2), half a turn and a flight much (.3 and more)."""

SITE_KIND: Mapping[SiteKind, Message] = {
    "base": _("military base"),
    "airbase": _("air base"),
    "barracks": _("barracks"),
    "unit": _("unit"),
    "hq": _("headquarters"),
    "depot": _("depot"),
    "range": _("firing range"),
    "checkpoint": _("checkpoint"),
    "landmark": _("landmark"),
    "other": _("other"),
}
"""Kinds of sites; ``site.toml`` and JSON contain the keys."""

FIELD: Mapping[str, Message] = {
    "caption": _("the caption"),
    "author": _("the author"),
    "posted_at": _("the time of the post"),
    "recorded_at": _("the time of recording"),
    "title": _("the title"),
    "hashtag": _("a hashtag"),
    "comment": _("a comment"),
    "filename": _("the file name"),
    "folder": _("the folder name"),
    "subtitle": _("a subtitle"),
    "chapter": _("a chapter title"),
    "own comment": _("a comment of the account"),
    "live title": _("the title of a live broadcast"),
    "message": _("a message"),
    "speech": _("speech"),
    "sound": _("the sound title"),
    "sticker": _("a sticker"),
    "sign": _("a sign in the scene"),
    "on screen": _("on-screen text"),
    "link": _("a link"),
    "alternate text": _("the alternative text"),
    "description": _("the description"),
    "picture": _("the image"),
    "pictures": _("the image"),
}
"""Fields of a post; boxes, tags and JSON paths keep the names from their standards."""


def field_label(field: str) -> Message | str:
    """Label of the field of a hint, for use in a sentence."""
    return FIELD.get(field) or escape_unsafe(field)


def exposure_label(score: float | None) -> Message:
    """Label for how much of a site a clip shows; "not assessed" is distinct from a low score."""
    if score is None:
        return _("not assessed")
    return next(word for least, word in _EXPOSURE_LABELS if score >= least)


def likelihood_label(likelihood: float) -> Message:
    """Standard term for a likelihood between 0 and 1.

    >>> likelihood_label(0.97).template
    'almost certain'
    """
    return next(word for least, word in _LIKELIHOOD_LABELS if likelihood >= least)


AUDIT_EVENT: Mapping[str, Message] = {
    "scan_began": _("scan began"),
    "scan_ended": _("scan ended"),
    "decided": _("decision"),
    "undone": _("decision undone"),
    "allowed": _("allow rule added"),
    "revoked": _("allow rule revoked"),
    "purged": _("purge"),
    "exported": _("export"),
    "report_issued": _("report issued"),
    "bundle_issued": _("bundle issued"),
    "bundle_imported": _("bundle imported"),
    "bundle_refused": _("bundle refused"),
    "weak_isolation": _("files read with weak isolation"),
    "case_encrypted": _("case file encrypted"),
    "case_decrypted": _("case file decrypted"),
}
"""Acts of the audit trail."""
