"""Report on a text before it is posted: the words that expose a site are marked, with the reason for each."""

from collections.abc import Iterator

from opsec.i18n.messages import Lang, Message, _, ngettext, render
from opsec.i18n.safe_text import escape_unsafe
from opsec.model import Hint, Match, Result
from opsec.model.fields import CAPTION
from opsec.model.notes import UNRESOLVED_LINK
from opsec.readers.text.coordinates import find_coordinates
from opsec.reports.evidence import answer_label, evidence_lines, localise_sentence, sort_by_strength
from opsec.reports.masking import isolate_masked, mask_coordinates
from opsec.reports.reason_text import render_reason
from opsec.reports.value_format import format_percent

OPENING_MARK, CLOSING_MARK = "«", "»"
MAX_WHOLE_LENGTH = 2_000
"""Code points of a text that is shown in full; of a longer text only the context of the marked words is shown."""
CONTEXT_LENGTH = 80
"""Code points shown on either side of marked words in a longer text."""
MAX_LISTED_MATCHES = 20
"""Largest number of matches listed one by one; words that occur again are listed once."""


def caption_report_lines(result: Result, lang: Lang) -> Iterator[Message]:
    """Yield the lines of the report: what a scan would find in this caption, with coordinates masked.

    Parameters
    ----------
    result
        Result of a post that has only a caption.
    lang
        Language of the lines.
    """
    text = result.clip.post.caption or ""
    matches = _site_matches(result)
    reasons = list({match.why.en: match for match in reversed(sort_by_strength(matches))}.values())[::-1]
    for line in _marked_lines(text, _merged_spans(matches, _caption_offsets(result, text))):
        yield Message("{line}", {"line": line})
    yield Message("")
    for found in evidence_lines(result, lang, reasons[:MAX_LISTED_MATCHES]):
        words = f"{OPENING_MARK}{found.excerpt.words}{CLOSING_MARK}" if found.excerpt else found.field
        yield _("{words}: {rule}, {grade}: {why}", words=words, rule=found.rule, grade=found.grade, why=found.why)
    if len(reasons) > MAX_LISTED_MATCHES:
        yield ngettext("and {n} more match", "and {n} more matches", len(reasons) - MAX_LISTED_MATCHES)
    for contribution in result.verdict.contributions:
        if contribution.family == "CONTEXT":
            yield Message("{why}", {"why": localise_sentence(contribution.why, lang)})
    yield from _unmatched_places(result)
    for reason in result.clip.coverage.reasons:
        yield _("not checked: {reason}", reason=render_reason(reason, lang))
    yield _(
        "{action}, {likelihood}",
        action=render(answer_label(result), lang),
        likelihood=format_percent(result.verdict.likelihood),
    )


def _site_matches(result: Result) -> list[Match]:
    """Return the matches that point to a site; context phrases, which raise the severity, have their own lines."""
    context = {hint.id for hint in result.clip.hints if hint.family == "CONTEXT"}
    return [match for match in result.matches if context.isdisjoint(match.hint_ids)]


def _caption_offsets(result: Result, text: str) -> dict[str, int]:
    """Return the offset in the caption of each hint's text: of the caption itself, then of every position in it."""
    mine = [hint for hint in result.clip.hints if hint.field == CAPTION and hint.family != "CONTEXT"]
    places = (hint for hint in mine if hint.kind != "text")
    starts = {hint.id: 0 for hint in mine if hint.kind == "text"}
    return starts | {hint.id: found.start for hint, found in zip(places, find_coordinates(text), strict=False)}


def _merged_spans(matches: list[Match], starts: dict[str, int]) -> list[tuple[int, int]]:
    """Return the spans of the caption that match a site, in reading order; spans that touch are merged."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(_caption_span(match, starts) for match in matches if match.span):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _caption_span(match: Match, starts: dict[str, int]) -> tuple[int, int]:
    first, last = match.span or (0, 0)
    begins = starts.get(match.hint_ids[0], 0)
    return begins + first, begins + last


def _marked_lines(text: str, spans: list[tuple[int, int]]) -> Iterator[str]:
    """Yield the lines of the caption, masked and escaped, with the matched words between marks."""
    masked, pieces, at = mask_coordinates(text), [], 0
    whole = len(text) <= MAX_WHOLE_LENGTH
    for start, end in spans if whole else spans[:MAX_LISTED_MATCHES]:
        pieces += [_text_between(masked[at:start], whole, first=at == 0), OPENING_MARK, masked[start:end], CLOSING_MARK]
        at = end
    pieces.append(masked[at:] if whole else _text_after(masked[at:], bool(at)))
    for line in "".join(pieces).replace("\r\n", "\n").split("\n"):
        yield isolate_masked(escape_unsafe(line, limit=2 * MAX_WHOLE_LENGTH))


def _text_between(text: str, whole: bool, *, first: bool) -> str:
    """Return the text between two marked spans; of a long text only the context of both."""
    if whole or len(text) <= 2 * CONTEXT_LENGTH:
        return text
    return ("" if first else text[:CONTEXT_LENGTH]) + " … " + text[-CONTEXT_LENGTH:]


def _text_after(text: str, marked_before: bool) -> str:
    """Return the text after the last marked span, or its beginning if it is long."""
    limit = CONTEXT_LENGTH if marked_before else MAX_WHOLE_LENGTH
    return text if len(text) <= limit else text[:limit] + " …"


def _unmatched_places(result: Result) -> Iterator[Message]:
    """Yield the positions in the caption that match no site, each once; a link may still lead to a site."""
    matched = {hint_id for match in result.matches for hint_id in match.hint_ids}
    places = [hint for hint in result.clip.hints if hint.kind in {"position", "place"} and hint.id not in matched]
    yield from {hint.text: _place_message(hint) for hint in places[:MAX_LISTED_MATCHES]}.values()


def _place_message(hint: Hint) -> Message:
    words = isolate_masked(escape_unsafe(mask_coordinates(hint.text or ""), limit=100))
    if hint.find_note(UNRESOLVED_LINK):
        return _(
            "“{words}” is a location link that cannot be resolved offline; check where it leads before you post",
            words=words,
        )
    return _("“{words}” is a location, but not near any of our sites", words=words)
