"""Evidence for a person: masked, escaped, in one language. All printers use it, so none can forget to mask."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from opsec.i18n.messages import Lang, Message, _, isolate, ngettext, render
from opsec.i18n.safe_text import escape_unsafe, mask_position
from opsec.i18n.terms import ACTION, CHECK, FIELD, GRADE
from opsec.model import ACTIONS, CHECKS, Bilingual, Hint, Match, Picture, Result, Scan
from opsec.reports.landmark_view import LandmarkView, build_landmark_view
from opsec.reports.masking import isolate_masked, mask_and_escape
from opsec.reports.reason_text import mask_sentence
from opsec.reports.sign_view import SignView, build_sign_view, mask_hint_text
from opsec.reports.value_format import format_clock, format_ratio, join_list
from opsec.verdict.rules import load_rule

NO_PHOTOS: Mapping[str, Picture] = MappingProxyType({})
CONTEXT_LENGTH = 60
"""Code points shown on either side of the matched words."""
MAX_EXCERPT_LENGTH = 200
"""Code points shown of the matched words."""
MAX_SHOWN_MATCHES = 200
"""Largest number of matches of one clip that a page or a cell lists; JSON has all of them."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The matched words and their context."""

    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceLine:
    """One match as a line of evidence."""

    rule: str
    title: str
    """Type of exposure, in a few words."""
    why: str
    field: str
    """Name of the field of the hint."""
    field_is_code: bool
    """Whether the name is a box, tag or JSON path, which has no translation and runs from left to right."""
    at: str | None
    """Time in the clip, in minutes and seconds."""
    place: str | None
    """Whole degrees only."""
    excerpt: Excerpt | None
    distance_m: int | None
    accuracy_m: int | None
    grade: str
    ratio: str
    log_odds: float
    sign: SignView | None = None
    """The frame in which the text was read."""
    landmark: LandmarkView | None = None
    """The recognised landmark, drawn into the frame."""


def evidence_lines(
    result: Result,
    lang: Lang,
    matches: Iterable[Match] | None = None,
    photos: Mapping[str, Picture] = NO_PHOTOS,
) -> Iterator[EvidenceLine]:
    """Yield the lines of evidence of a clip, strongest first.

    Parameters
    ----------
    result
        The clip.
    lang
        Language of the lines.
    matches
        The matches to show; None: all of the clip.
    photos
        Reference photos by ``own_photo_key``; only for a page that stays with the officer.
    """
    hints = {hint.id: hint for hint in result.clip.hints}
    masked_texts: dict[str, str] = {}
    for match in sort_by_strength(result.matches if matches is None else matches):
        hint = hints[match.hint_ids[0]]
        view = build_landmark_view(match, hints, photos, lang)
        line = replace(_evidence_line(match, hint, lang), landmark=view)
        if hint.text and match.span:
            if hint.id not in masked_texts:  # a long text may name sites thousands of times
                masked_texts[hint.id] = mask_hint_text(hint)
            line = replace(line, excerpt=_excerpt(masked_texts[hint.id], match.span))
        yield line


def place_of(hint: Hint) -> str | None:
    """Return the position of a hint in whole degrees, or None if it has none."""
    return mask_position(hint.point.lat, hint.point.lon) if hint.point else None


def sort_by_strength(matches: Iterable[Match]) -> list[Match]:
    """Sort matches by log-odds, largest first; ties keep the order of the clip."""
    return sorted(matches, key=lambda match: -match.log_odds)


def _evidence_line(match: Match, hint: Hint, lang: Lang) -> EvidenceLine:
    return EvidenceLine(
        rule=match.rule,
        title=load_rule(match.rule).title(lang),
        why=localise_sentence(match.why, lang),
        field=display_field(hint.field, lang),
        field_is_code=hint.field not in FIELD,
        at=None if hint.at_s is None else format_clock(hint.at_s),
        place=place_of(hint),
        excerpt=None,
        distance_m=None if match.distance_m is None else round(match.distance_m),
        accuracy_m=None if hint.accuracy_m is None else math.ceil(hint.accuracy_m),
        grade=render(GRADE[match.grade], lang),
        ratio=format_ratio(match.log_odds),
        log_odds=match.log_odds,
        sign=build_sign_view(hint, lang),
    )


def _excerpt(text: str, span: tuple[int, int]) -> Excerpt:
    """Cut the excerpt from the masked text: a coordinate may begin outside the matched words."""
    start, end = span
    first, last = max(0, start - CONTEXT_LENGTH), min(len(text), end + CONTEXT_LENGTH)
    shown_end = min(end, start + MAX_EXCERPT_LENGTH)
    before, words, after = text[first:start], text[start:shown_end], text[end:last]
    return Excerpt(
        before=("…" if first else "") + isolate_masked(escape_unsafe(before)),
        words=isolate_masked(escape_unsafe(words)) + ("…" if shown_end < end else ""),
        after=isolate_masked(escape_unsafe(after)) + ("…" if last < len(text) else ""),
    )


def display_field(field: str, lang: Lang) -> str:
    """Return the translated name of a field of a post, or the masked path of a box, tag or JSON key."""
    return render(FIELD[field], lang) if field in FIELD else mask_and_escape(field, limit=MAX_EXCERPT_LENGTH)


def localise_sentence(why: Bilingual, lang: Lang) -> str:
    """Return a stored sentence in one language, masked and escaped."""
    return mask_sentence(why.ar if lang == "ar" else why.en)


def not_shown_sentence(matches: Sequence[Match], lang: Lang) -> str:
    """Return how many matches are beyond ``MAX_SHOWN_MATCHES``; empty when all of them are shown."""
    more = len(matches) - MAX_SHOWN_MATCHES
    return render(ngettext("and {n} more match", "and {n} more matches", more), lang) if more > 0 else ""


def answer_label(result: Result) -> Message:
    """Return the action word; for a clip that was not fully read and has no match, say that instead."""
    if result.verdict.action != "nothing_found" or result.clip.coverage.status == "read":
        return ACTION[result.verdict.action]
    if result.clip.coverage.status == "partly":
        return _("nothing found in what was read")
    return _("unknown")


def is_hidden(result: Result) -> bool:
    """Return whether decisions hide all findings of the clip."""
    return bool(result.findings) and all(finding.is_hidden for finding in result.findings)


def clips_to_review(scan: Scan) -> list[Result]:
    """Return the clips that expose a site and are not hidden by a decision, most urgent first."""
    exposing = [result for result in scan.results if result.verdict.action != "nothing_found" and not is_hidden(result)]
    return sorted(exposing, key=lambda result: (ACTIONS.index(result.verdict.action), -result.verdict.likelihood))


def site_code(scan: Scan, site: str | None) -> str:
    """Return the code of a site for shared reports, never its name; empty for None."""
    return escape_unsafe(scan.site_codes.get(site, "?")) if site else ""


def unchecked_message(scan: Scan, lang: Lang) -> Message | None:
    """Return which checks did not run, with their number of clips; None when all applicable checks ran."""
    missing = [check for result in scan.results for check in result.verdict.not_assessed]
    parts = [
        f"{render(CHECK[check], lang)} ({isolate(missing.count(check), lang)})" for check in CHECKS if check in missing
    ]
    return _("not checked (number of clips): {checks}", checks=join_list(parts, lang)) if parts else None
