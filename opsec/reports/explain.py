"""One clip, explained: every field that was read, where it stood in the file, and what became of it."""

import math
from collections.abc import Iterator, Mapping

from opsec.i18n.messages import Lang, Message, _, isolate, say
from opsec.i18n.safe_text import masked, plain
from opsec.i18n.terms import CHECK, CHECK_STATE, CONFIDENCE, GRADE, STATUS, likelihood_word
from opsec.model import CHECKS, Coverage, Hint, HintKind, Match, Post, Result
from opsec.reports.evidence import answer, by_strength, clock, percent, ratio, sentence
from opsec.reports.hint_notes import note_words
from opsec.reports.masking import shown_path, shown_reason, shown_text

MOST_TEXT = 300

KIND: Mapping[HintKind, Message] = {
    "position": _("position"),
    "track": _("track"),
    "text": _("words"),
    "place": _("place name"),
    "features": _("picture features"),
    "motion": _("camera motion"),
    "time": _("time"),
    "device": _("device"),
}

FACT: Mapping[str, Message] = {
    "author": _("author"),
    "posted_at": _("posted"),
    "url": _("link"),
    "source": _("told by"),
    "views": _("views"),
    "likes": _("likes"),
    "shares": _("shares"),
}
"""Of a post, in the order in which they are told."""


def explanation(result: Result, lang: Lang, *, unmasked: bool = False) -> Iterator[Message]:
    """The lines of one clip's explanation, in order; an empty message is an empty line.

    Coordinates are masked unless ``unmasked``, which is for the officer's own eyes.
    """
    clip = result.clip
    yield Message("{file}", {"file": plain(clip.path) if unmasked else shown_path(clip.path)})
    if clip.sha256:
        yield _("SHA-256 {sha256}", sha256=clip.sha256)
    yield _("coverage: {status}", status=say(STATUS[clip.coverage.status], lang))
    if clip.coverage.frames_read:
        yield _pictures(clip.coverage)
    for reason in clip.coverage.reasons:
        yield _("    refused or left out: {reason}", reason=shown_reason(reason, lang))
    yield Message("")
    yield from _post(clip.post, lang, unmasked=unmasked)
    for hint in clip.hints:
        yield from _told(hint, result.matches, lang, unmasked=unmasked)
    yield Message("")
    yield from _checks(result, lang)
    yield Message("")
    yield from _sum(result, lang)


def _pictures(coverage: Coverage) -> Message:
    """How far the pictures were looked at."""
    if coverage.seconds_read is None:
        return _("pictures decoded: {count}", count=coverage.frames_read)
    until = clock(coverage.seconds_read)
    return _("pictures decoded: {count}, up to {until}", count=coverage.frames_read, until=until)


def _post(post: Post, lang: Lang, *, unmasked: bool) -> Iterator[Message]:
    """What is known of the post; its caption stands among the fields."""
    show = plain if unmasked else shown_text
    facts = [(label, getattr(post, name)) for name, label in FACT.items()]
    known = [(label, value) for label, value in facts if value is not None]
    for label, value in known:
        yield _("{fact}: {value}", fact=say(label, lang), value=show(str(value), limit=MOST_TEXT))
    if known:
        yield Message("")


def _told(hint: Hint, matches: tuple[Match, ...], lang: Lang, *, unmasked: bool) -> Iterator[Message]:
    """One field: where it stood, what it says, what became of it."""
    yield _(
        "{id} {field} ({kind}, read by {reader}): {value}",
        id=hint.id,
        field=shown_text(hint.field),
        kind=say(KIND[hint.kind], lang),
        reader=plain(hint.reader),
        value=_value(hint, lang, unmasked=unmasked),
    )
    if hint.note:
        yield _("    note: {note}", note=note_words(hint, lang))
    mine = [match for match in matches if hint.id in match.hint_ids]
    for match in by_strength(mine):
        yield _(
            "    → {rule}, {grade}, {ratio}: {why}",
            rule=match.rule,
            grade=say(GRADE[match.grade], lang),
            ratio=ratio(match.log_odds),
            why=sentence(match.why, lang),
        )
    if not mine:
        yield _fate(hint)


def _fate(hint: Hint) -> Message:
    """What became of a field that met no site."""
    if hint.point or hint.fixes:
        return _("    → lies near none of our sites")
    if hint.family == "CONTEXT":
        return _("    → tells no place; beside a match it raises the severity")
    if hint.kind in {"text", "place"}:
        return _("    → names none of our sites")
    return _("    → kept with the clip; it is not compared with sites")


def _value(hint: Hint, lang: Lang, *, unmasked: bool) -> str:
    parts = []
    if hint.at_s is not None and not hint.fixes:
        parts.append(clock(hint.at_s) + (f"–{clock(hint.until_s)}" if hint.until_s is not None else ""))
    if hint.fixes:
        first, last = hint.fixes[0], hint.fixes[-1]
        parts.append(say(_("{count} fixes", count=len(hint.fixes)), lang))
        parts.append(f"{clock(first.at_s)}–{clock(last.at_s)}")
        parts.append(_place(first.point.lat, first.point.lon, unmasked=unmasked))
        parts += _measures(first.accuracy_m, first.altitude_m, first.heading_deg, lang)
    elif hint.point:
        parts.append(_place(hint.point.lat, hint.point.lon, unmasked=unmasked))
    parts += _measures(hint.accuracy_m, hint.altitude_m, hint.heading_deg, lang)
    if hint.text:
        parts.append(plain(hint.text, limit=MOST_TEXT) if unmasked else shown_text(hint.text, limit=MOST_TEXT))
    if hint.features:
        parts.append(say(_("{count} features", count=hint.features.count), lang))
    return " · ".join(isolate(part, lang) for part in parts)


def _measures(
    accuracy_m: float | None, altitude_m: float | None, heading_deg: float | None, lang: Lang
) -> Iterator[str]:
    if accuracy_m is not None:
        yield say(_("accurate to {accuracy_m} m", accuracy_m=math.ceil(accuracy_m)), lang)
    if altitude_m is not None:
        yield say(_("altitude {altitude_m} m", altitude_m=round(altitude_m)), lang)
    if heading_deg is not None:
        yield say(_("heading {heading_deg}°", heading_deg=round(heading_deg)), lang)


def _place(lat: float, lon: float, *, unmasked: bool) -> str:
    return f"{lat:.6f}, {lon:.6f}" if unmasked else masked(lat, lon)


def _checks(result: Result, lang: Lang) -> Iterator[Message]:
    for check in CHECKS:
        state = result.clip.coverage.checks.get(check, "not_applicable")
        yield _("{check}: {state}", check=say(CHECK[check], lang), state=say(CHECK_STATE[state], lang))


def _sum(result: Result, lang: Lang) -> Iterator[Message]:
    verdict = result.verdict
    for line in verdict.contributions:
        yield _(
            "{family}: {log_odds} ({ratio}) {why}",
            family=line.family,
            log_odds=f"{line.log_odds:+.2f}",
            ratio=ratio(line.log_odds),
            why=sentence(line.why, lang),
        )
    yield _(
        "in all {log_odds}: {likelihood}, {word}",
        log_odds=f"{sum(line.log_odds for line in verdict.contributions):+.2f}",
        likelihood=percent(verdict.likelihood),
        word=say(likelihood_word(verdict.likelihood), lang),
    )
    yield _(
        "{action}; {confidence}", action=say(answer(result), lang), confidence=say(CONFIDENCE[verdict.confidence], lang)
    )
