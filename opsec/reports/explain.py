"""Explanation of one clip: every field that was read, its location in the file, and the matches it produced."""

import math
from collections.abc import Iterator, Mapping

from opsec.i18n.messages import Lang, Message, _, isolate, render
from opsec.i18n.safe_text import escape_unsafe, mask_position
from opsec.i18n.terms import CHECK, CHECK_STATE, CONFIDENCE, FAMILY, GRADE, STATUS, likelihood_label
from opsec.model import CHECKS, Coverage, Hint, HintKind, Match, Post, Result
from opsec.reports.evidence import answer_label, display_field, localise_sentence, sort_by_strength
from opsec.reports.masking import mask_and_escape, mask_path
from opsec.reports.reason_text import render_notes, render_reason
from opsec.reports.value_format import format_clock, format_percent, format_ratio

MAX_VALUE_LENGTH = 300
"""Code points shown of a value."""

KIND_LABELS: Mapping[HintKind, Message] = {
    "position": _("position"),
    "track": _("track"),
    "text": _("text"),
    "place": _("place name"),
    "features": _("image features"),
    "motion": _("camera motion"),
    "time": _("time"),
    "device": _("device"),
}

POST_FACT_LABELS: Mapping[str, Message] = {
    "author": _("author"),
    "posted_at": _("posted"),
    "url": _("link"),
    "source": _("source"),
    "views": _("views"),
    "likes": _("likes"),
    "shares": _("shares"),
}
"""Facts of a post, in the order in which they are shown."""


def explanation_lines(result: Result, lang: Lang, *, unmasked: bool = False) -> Iterator[Message]:
    """Yield the lines of the explanation of a clip; an empty message is an empty line.

    Parameters
    ----------
    result
        The clip.
    lang
        Language of the lines.
    unmasked
        Whether coordinates are shown in full, for the officer alone.
    """
    clip = result.clip
    yield Message("{file}", {"file": escape_unsafe(clip.path) if unmasked else mask_path(clip.path)})
    if clip.sha256:
        yield _("SHA-256 {sha256}", sha256=clip.sha256)
    yield _("coverage: {status}", status=render(STATUS[clip.coverage.status], lang))
    if clip.coverage.frames_read:
        yield _decoded_message(clip.coverage)
    for reason in clip.coverage.reasons:
        yield _("    incomplete: {reason}", reason=render_reason(reason, lang))
    yield Message("")
    yield from _post_lines(clip.post, lang, unmasked=unmasked)
    for hint in clip.hints:
        yield from _hint_lines(hint, result.matches, lang, unmasked=unmasked)
    yield Message("")
    yield from _check_lines(result, lang)
    if _pictures_say_nothing(result):
        yield _(
            "At least one of our sites has no photos of landmarks, so its view cannot be recognised: that nothing was "
            "found means only that no words, signs or positions point to it. Add photos to its folder “landmarks”."
        )
    yield Message("")
    yield from _sum_lines(result, lang)


def _decoded_message(coverage: Coverage) -> Message:
    """Return how many frames were decoded, and up to which time."""
    if coverage.seconds_read is None:
        return _("frames decoded: {count}", count=coverage.frames_read)
    until = format_clock(coverage.seconds_read)
    return _("frames decoded: {count}, up to {until}", count=coverage.frames_read, until=until)


def _post_lines(post: Post, lang: Lang, *, unmasked: bool) -> Iterator[Message]:
    """Yield the facts of the post; its caption is one of the fields."""
    escape = escape_unsafe if unmasked else mask_and_escape
    facts = [(label, getattr(post, name)) for name, label in POST_FACT_LABELS.items()]
    known = [(label, value) for label, value in facts if value is not None]
    for label, value in known:
        yield _("{fact}: {value}", fact=render(label, lang), value=escape(str(value), limit=MAX_VALUE_LENGTH))
    if known:
        yield Message("")


def _hint_lines(hint: Hint, matches: tuple[Match, ...], lang: Lang, *, unmasked: bool) -> Iterator[Message]:
    """Yield the lines of one field: location, value, notes and matches."""
    yield _(
        "{id} {field} ({kind}, read by {reader}): {value}",
        id=hint.id,
        field=display_field(hint.field, lang),
        kind=render(KIND_LABELS[hint.kind], lang),
        reader=escape_unsafe(hint.reader),
        value=_format_value(hint, lang, unmasked=unmasked),
    )
    if hint.notes:
        yield _("    note: {note}", note=render_notes(hint, lang))
    own = [match for match in matches if hint.id in match.hint_ids]
    for match in sort_by_strength(own):
        yield _(
            "    → {rule}, {grade}, {ratio}: {why}",
            rule=match.rule,
            grade=render(GRADE[match.grade], lang),
            ratio=format_ratio(match.log_odds),
            why=localise_sentence(match.why, lang),
        )
    if not own:
        yield _outcome_message(hint)


def _outcome_message(hint: Hint) -> Message:
    """Return the line for a field that matched no site."""
    if hint.point or hint.fixes:
        return _("    → not near any of our sites")
    if hint.family == "CONTEXT":
        return _("    → not a location; raises the severity of other matches")
    if hint.kind in {"text", "place"}:
        return _("    → does not name any of our sites")
    return _("    → stored with the clip, not compared with sites")


def _format_value(hint: Hint, lang: Lang, *, unmasked: bool) -> str:
    parts = []
    if hint.at_s is not None and not hint.fixes:
        parts.append(format_clock(hint.at_s) + (f"–{format_clock(hint.until_s)}" if hint.until_s is not None else ""))
    if hint.fixes:
        first, last = hint.fixes[0], hint.fixes[-1]
        parts.append(render(_("{count} fixes", count=len(hint.fixes)), lang))
        parts.append(f"{format_clock(first.at_s)}–{format_clock(last.at_s)}")
        parts.append(_format_position(first.point.lat, first.point.lon, unmasked=unmasked))
        parts += _format_measurements(first.accuracy_m, first.altitude_m, first.heading_deg, lang)
    elif hint.point:
        parts.append(_format_position(hint.point.lat, hint.point.lon, unmasked=unmasked))
    parts += _format_measurements(hint.accuracy_m, hint.altitude_m, hint.heading_deg, lang)
    if hint.text:
        parts.append(
            escape_unsafe(hint.text, limit=MAX_VALUE_LENGTH)
            if unmasked
            else mask_and_escape(hint.text, limit=MAX_VALUE_LENGTH)
        )
    if hint.features:
        parts.append(render(_("{count} features", count=hint.features.count), lang))
    return " · ".join(isolate(part, lang) for part in parts)


def _format_measurements(
    accuracy_m: float | None, altitude_m: float | None, heading_deg: float | None, lang: Lang
) -> Iterator[str]:
    if accuracy_m is not None:
        yield render(_("accurate to {accuracy_m} m", accuracy_m=math.ceil(accuracy_m)), lang)
    if altitude_m is not None:
        yield render(_("altitude {altitude_m} m", altitude_m=round(altitude_m)), lang)
    if heading_deg is not None:
        yield render(_("heading {heading_deg}°", heading_deg=round(heading_deg)), lang)


def _format_position(lat: float, lon: float, *, unmasked: bool) -> str:
    return f"{lat:.6f}, {lon:.6f}" if unmasked else mask_position(lat, lon)


def _check_lines(result: Result, lang: Lang) -> Iterator[Message]:
    for check in CHECKS:
        state = result.clip.coverage.checks.get(check, "not_applicable")
        yield _("{check}: {state}", check=render(CHECK[check], lang), state=render(CHECK_STATE[state], lang))


def _pictures_say_nothing(result: Result) -> bool:
    """Whether nothing was found in pictures that could not show the likeliest site, because it has no photos.

    Where nothing matched, the sum is that of the likeliest site. The pictures of a clip that was read whole take
    something away from every site with photos.
    """
    coverage = result.clip.coverage
    if result.matches or coverage.status != "read" or not coverage.frames_read:
        return False
    counted = any(line.family == "VISUAL" for line in result.verdict.contributions)
    return coverage.checks.get("landmarks") in {"ran", "not_configured"} and not counted


def _sum_lines(result: Result, lang: Lang) -> Iterator[Message]:
    verdict = result.verdict
    for line in verdict.contributions:
        yield _(
            "{family}: {log_odds} ({ratio}) {why}",
            family=render(FAMILY[line.family], lang),
            log_odds=f"{line.log_odds:+.2f}",
            ratio=format_ratio(line.log_odds),
            why=localise_sentence(line.why, lang),
        )
    yield _(
        "total {log_odds}: {likelihood}, {word}",
        log_odds=f"{sum(line.log_odds for line in verdict.contributions):+.2f}",
        likelihood=format_percent(verdict.likelihood),
        word=render(likelihood_label(verdict.likelihood), lang),
    )
    if verdict.action_why is not None:
        yield Message("{why}", {"why": localise_sentence(verdict.action_why, lang)})
    yield _(
        "{action}; {confidence}",
        action=render(answer_label(result), lang),
        confidence=render(CONFIDENCE[verdict.confidence], lang),
    )
