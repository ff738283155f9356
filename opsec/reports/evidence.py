"""Why a clip is flagged, made ready for a person: masked, harmless, in one language. No printer can forget to mask."""

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from opsec.i18n.messages import Lang, Message, _, isolate, say
from opsec.i18n.safe_text import masked, plain
from opsec.i18n.terms import ACTION, CHECK, GRADE
from opsec.model import ACTIONS, CHECKS, Bilingual, Hint, Match, Picture, Result, Scan
from opsec.reports.landmark_view import LandmarkView, landmark_view
from opsec.reports.masking import kept_together, shown_sentence, shown_text
from opsec.reports.sign_view import SignView, masked_words, sign_view
from opsec.verdict.rules import rule

NO_PHOTOS: Mapping[str, Picture] = MappingProxyType({})
AROUND = 60
"""Code points shown on either side of the words that matched."""
MOST_WORDS = 200
"""Code points shown of the words themselves."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The words that matched, with what stands around them."""

    before: str
    words: str
    after: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One match, as a line of evidence."""

    rule: str
    title: str
    """What leaked, in a few words."""
    why: str
    field: str
    at: str | None
    """Minutes and seconds into the clip."""
    place: str | None
    """Whole degrees only."""
    excerpt: Excerpt | None
    distance_m: int | None
    accuracy_m: int | None
    grade: str
    ratio: str
    log_odds: float
    sign: SignView | None = None
    """The words as they stand in the picture."""
    landmark: LandmarkView | None = None
    """What was recognised, drawn into the frame."""


def evidence(
    result: Result,
    lang: Lang,
    matches: Iterable[Match] | None = None,
    photos: Mapping[str, Picture] = NO_PHOTOS,
) -> Iterator[Evidence]:
    """These matches of the clip (all of them if none are given), the strongest first.

    ``photos``: our own, by ``landmark_view.photo_key``; only for a page that stays with the officer.
    """
    hints = {hint.id: hint for hint in result.clip.hints}
    for match in by_strength(result.matches if matches is None else matches):
        view = landmark_view(match, hints, photos, lang)
        yield replace(_evidence(match, hints[match.hint_ids[0]], lang), landmark=view)


def by_strength(matches: Iterable[Match]) -> list[Match]:
    """Matches, the most telling first; equals in the order of the clip."""
    return sorted(matches, key=lambda match: -match.log_odds)


def _evidence(match: Match, hint: Hint, lang: Lang) -> Evidence:
    return Evidence(
        rule=match.rule,
        title=rule(match.rule).title(lang),
        why=sentence(match.why, lang),
        field=shown_text(hint.field, limit=MOST_WORDS),
        at=None if hint.at_s is None else clock(hint.at_s),
        place=masked(hint.point.lat, hint.point.lon) if hint.point else None,
        excerpt=_excerpt(hint, match.span) if hint.text and match.span else None,
        distance_m=None if match.distance_m is None else round(match.distance_m),
        accuracy_m=None if hint.accuracy_m is None else math.ceil(hint.accuracy_m),
        grade=say(GRADE[match.grade], lang),
        ratio=ratio(match.log_odds),
        log_odds=match.log_odds,
        sign=sign_view(hint, lang),
    )


def _excerpt(hint: Hint, span: tuple[int, int]) -> Excerpt:
    """Masked as a whole before it is cut: a number may begin outside the words that matched."""
    text = masked_words(hint)
    start, end = span
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    shown_end = min(end, start + MOST_WORDS)
    before, words, after = text[first:start], text[start:shown_end], text[end:last]
    return Excerpt(
        before=("…" if first else "") + kept_together(plain(before)),
        words=kept_together(plain(words)) + ("…" if shown_end < end else ""),
        after=kept_together(plain(after)) + ("…" if last < len(text) else ""),
    )


def sentence(why: Bilingual, lang: Lang) -> str:
    """A kept sentence in one language, masked and harmless."""
    return shown_sentence(why.ar if lang == "ar" else why.en)


def ratio(log_odds: float) -> str:
    """How many times likelier a match makes the exposure: ``×55``, ``×0.95``."""
    times = math.exp(min(log_odds, 700))
    return f"×{times:,.0f}" if times >= 10 else f"×{times:.2g}"


def percent(share: float) -> str:
    """A share as people read it."""
    return f"{share:.0%}"


def clock(at_s: float) -> str:
    """A moment of a clip, as players write it."""
    minutes, seconds = divmod(at_s, 60)
    return f"{int(minutes)}:{seconds:04.1f}"


def answer(result: Result) -> Message:
    """The action word; but where nothing was found because it was not looked for, that is said instead."""
    if result.verdict.action != "nothing_found" or result.clip.coverage.status == "read":
        return ACTION[result.verdict.action]
    if result.clip.coverage.status == "partly":
        return _("nothing found in what was read")
    return _("not known")


def is_hidden(result: Result) -> bool:
    """Whether decisions keep all that was found in the clip out of sight."""
    return bool(result.findings) and all(finding.state == "hidden" for finding in result.findings)


def to_look_at(scan: Scan) -> list[Result]:
    """Clips that say something of a site and are not hidden by a decision, the most urgent first."""
    telling = [result for result in scan.results if result.verdict.action != "nothing_found" and not is_hidden(result)]
    return sorted(telling, key=lambda result: (ACTIONS.index(result.verdict.action), -result.verdict.likelihood))


def site_code(scan: Scan, site: str | None) -> str:
    """What shared reports call a site; never its name."""
    return plain(scan.site_codes.get(site, "?")) if site else ""


def unchecked_line(scan: Scan, lang: Lang) -> Message | None:
    """Which checks did not run, and in how many clips; none when all that apply ran."""
    missing = [check for result in scan.results for check in result.verdict.not_assessed]
    parts = [
        f"{say(CHECK[check], lang)} ({isolate(missing.count(check), lang)})" for check in CHECKS if check in missing
    ]
    separator = "، " if lang == "ar" else ", "
    return _("not checked, and in how many clips: {checks}", checks=separator.join(parts)) if parts else None
