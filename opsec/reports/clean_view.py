"""What a clean copy no longer shows, what is left, and what of it was not checked: sentences and JSON."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from opsec.cleaning.records import CopyFacts, SoundOutcome
from opsec.i18n.messages import Lang, Message, _, current_language, render
from opsec.i18n.reasons import reason_message
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.terms import ACTION
from opsec.model import Match, Result
from opsec.reports.evidence import EvidenceLine, evidence_lines
from opsec.reports.reason_text import render_reason, render_reasons
from opsec.reports.value_format import format_percent

if TYPE_CHECKING:
    from opsec.app.clean import CleanedCopy

SCHEMA_VERSION = 1
_SOUND: Mapping[SoundOutcome, Message] = {
    "copied": _("the sound was kept"),
    "encoded": _("the sound was kept, encoded anew as AAC"),
    "cut": _("the copy has no sound"),
    "none": _("the clip has no sound"),
}


def clean_messages(made: "CleanedCopy") -> Iterator[Message]:
    """Yield what changed between the scans of the original and of the copy, one sentence a line."""
    lang = current_language()
    yield _("original: {verdict}", verdict=_verdict(made.before, made.site_codes))
    yield _("copy: {verdict}", verdict=_verdict(made.after, made.site_codes))
    for line in _evidence(made.before, made.removed(), lang):
        yield _("removed: {evidence}", evidence=_evidence_message(line))
    for match, is_in_words in made.remaining():
        for line in _evidence(made.after, [match], lang):
            shown = _evidence_message(line)
            if is_in_words:
                yield _("remains in the words of the post, which a copy cannot change: {evidence}", evidence=shown)
            else:
                yield _("remains in the copy: {evidence}", evidence=shown)
    yield from _fact_messages(made.facts)
    if made.tracks_left_out:
        yield _("the position track in a file beside the clip is not part of the copy")
    if made.after.clip.coverage.status != "read":
        yield _("the copy was not fully checked: {reason}", reason=render_reasons(made.after.clip.coverage, lang))


def clean_json(made: "CleanedCopy", clip: str, copy: str) -> bytes:
    """Return the result as JSON; positions and words of the post are left out.

    Parameters
    ----------
    made
        The copy.
    clip, copy
        Paths as the officer gave them.
    """
    content = {
        "schema_version": SCHEMA_VERSION,
        "clip": clip,
        "copy": copy if made.is_written else None,
        "outcome": made.outcome,
        "before": _result_json(made.before, made.site_codes),
        "after": _result_json(made.after, made.site_codes),
        "removed": [_match_json(match, made.before) for match in made.removed()],
        "remaining": [
            {**_match_json(match, made.after), "in": "words" if is_in_words else "copy"}
            for match, is_in_words in made.remaining()
        ],
        "width_px": made.facts.width_px,
        "height_px": made.facts.height_px,
        "frames": made.facts.frames,
        "blurred_frames": made.facts.blurred_frames,
        "seconds": None if made.facts.seconds is None else round(made.facts.seconds, 3),
        "sound": made.facts.sound,
        "missing": [render(reason_message(reason), "en") for reason in made.facts.reasons],
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode("utf-8", "backslashreplace")


def _verdict(result: Result, site_codes: Mapping[str, str]) -> Message:
    verdict = result.verdict
    if verdict.site is None or verdict.action == "nothing_found":
        return ACTION[verdict.action]
    return _(
        "{action}, likelihood {likelihood} (site {site})",
        action=ACTION[verdict.action],
        likelihood=format_percent(verdict.likelihood),
        site=escape_unsafe(site_codes.get(verdict.site, "?")),
    )


def _evidence(result: Result, matches: Iterable[Match], lang: Lang) -> Iterator[EvidenceLine]:
    """Yield lines of evidence, each once: a sign in many frames is one line."""
    seen = set()
    for line in evidence_lines(result, lang, matches):
        key = (line.rule, line.field, line.at)
        if key not in seen:
            seen.add(key)
            yield line


def _evidence_message(line: EvidenceLine) -> Message:
    if line.at is None:
        return _("{title} ({field})", title=line.title, field=line.field)
    return _("{title} ({field}, {at})", title=line.title, field=line.field, at=line.at)


def _fact_messages(facts: CopyFacts) -> Iterator[Message]:
    lang = current_language()
    if facts.seconds is not None:
        if facts.blurred_frames:
            yield _(
                "frames with a blurred part: {count} of {frames}; largest part of a frame: {share}",
                count=facts.blurred_frames,
                frames=facts.frames,
                share=format_percent(facts.blurred_share),
            )
        yield _SOUND[facts.sound]
    elif facts.blurred_frames:
        yield _("blurred part of the photo: {share}", share=format_percent(facts.blurred_share))
    for reason in facts.reasons:
        yield _("missing in the copy: {reason}", reason=render_reason(reason, lang))


def _result_json(result: Result, site_codes: Mapping[str, str]) -> dict[str, Any]:
    return {
        "action": result.verdict.action,
        "likelihood": round(result.verdict.likelihood, 4),
        "status": result.clip.coverage.status,
        "not_checked": [reason.code for reason in result.clip.coverage.reasons],
        "sites": sorted({site_codes.get(finding.site, "?") for finding in result.findings}),
    }


def _match_json(match: Match, result: Result) -> dict[str, Any]:
    hint = next(hint for hint in result.clip.hints if hint.id == match.hint_ids[0])
    return {"rule": match.rule, "grade": match.grade, "field": hint.field, "at_s": hint.at_s}
