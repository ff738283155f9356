"""A text that somebody is about to post: its telling words marked where they stand, and why each of them tells.

It is what ``opsec explain`` says of a caption, made short for whoever wrote it.
"""

from collections.abc import Iterator

from opsec.i18n.messages import Lang, Message, _, counted, say
from opsec.i18n.safe_text import plain
from opsec.model import Hint, Match, Result
from opsec.readers.text.coordinates import LINK_NOTE, written_spans
from opsec.reports.evidence import answer, by_strength, evidence, percent, sentence
from opsec.reports.masking import kept_together, masked_text, shown_reason

OPEN, CLOSE = "«", "»"
MOST_WHOLE = 2_000
"""Code points of a text that is shown whole; of a longer one only what stands around its marked words."""
AROUND = 80
"""Code points shown on either side of marked words in a longer text."""
MOST_REASONS = 20
"""The strongest matches, told one by one, words that occur again but once; more of them tell nothing new."""


def checked_text(result: Result, lang: Lang) -> Iterator[Message]:
    """The lines that tell what a scan would find in this caption, coordinates masked.

    Parameters
    ----------
    result
        Of a post that has no file, only a caption.
    """
    text = result.clip.post.caption or ""
    telling = _telling(result)
    reasons = list({match.why.en: match for match in reversed(by_strength(telling))}.values())[::-1]
    for line in _marked(text, _spans(telling, _starts(result, text))):
        yield Message("{line}", {"line": line})
    yield Message("")
    for one in evidence(result, lang, reasons[:MOST_REASONS]):
        words = f"{OPEN}{one.excerpt.words}{CLOSE}" if one.excerpt else one.field
        yield _("{words}: {rule}, {grade}: {why}", words=words, rule=one.rule, grade=one.grade, why=one.why)
    if len(reasons) > MOST_REASONS:
        yield counted("and {n} more match", "and {n} more matches", len(reasons) - MOST_REASONS)
    for worse in result.verdict.contributions:
        if worse.family == "CONTEXT":
            yield Message("{why}", {"why": sentence(worse.why, lang)})
    yield from _unmatched(result)
    for reason in result.clip.coverage.reasons:
        yield _("not checked: {reason}", reason=shown_reason(reason, lang))
    yield _("{action}, {likelihood}", action=say(answer(result), lang), likelihood=percent(result.verdict.likelihood))


def _telling(result: Result) -> list[Match]:
    """The matches that tell the site; the words that only make it worse have lines of their own."""
    context = {hint.id for hint in result.clip.hints if hint.family == "CONTEXT"}
    return [match for match in result.matches if context.isdisjoint(match.hint_ids)]


def _starts(result: Result, text: str) -> dict[str, int]:
    """Where in the caption the text of each hint begins: of the caption itself, then of every place written in it."""
    mine = [hint for hint in result.clip.hints if hint.field == "caption" and hint.family != "CONTEXT"]
    places = (hint for hint in mine if hint.kind != "text")
    starts = {hint.id: 0 for hint in mine if hint.kind == "text"}
    return starts | {hint.id: found.start for hint, found in zip(places, written_spans(text), strict=False)}


def _spans(telling: list[Match], starts: dict[str, int]) -> list[tuple[int, int]]:
    """Stretches of the caption that met a site, in reading order; those that touch one another made one."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(_span(match, starts) for match in telling if match.span):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _span(match: Match, starts: dict[str, int]) -> tuple[int, int]:
    first, last = match.span or (0, 0)
    begins = starts.get(match.hint_ids[0], 0)
    return begins + first, begins + last


def _marked(text: str, spans: list[tuple[int, int]]) -> Iterator[str]:
    """The lines of the caption, harmless, with its telling words between marks."""
    hidden, pieces, at = masked_text(text), [], 0
    whole = len(text) <= MOST_WHOLE
    for start, end in spans if whole else spans[:MOST_REASONS]:
        pieces += [_between(hidden[at:start], whole, first=at == 0), OPEN, hidden[start:end], CLOSE]
        at = end
    pieces.append(hidden[at:] if whole else _shortened(hidden[at:], bool(at)))
    for line in "".join(pieces).replace("\r\n", "\n").split("\n"):
        yield kept_together(plain(line, limit=2 * MOST_WHOLE))


def _between(text: str, whole: bool, *, first: bool) -> str:
    """What stands before marked words, and after the ones before them."""
    if whole or len(text) <= 2 * AROUND:
        return text
    return ("" if first else text[:AROUND]) + " … " + text[-AROUND:]


def _shortened(text: str, marked_before: bool) -> str:
    """The end of a long text."""
    most = AROUND if marked_before else MOST_WHOLE
    return text if len(text) <= most else text[:most] + " …"


def _unmatched(result: Result) -> Iterator[Message]:
    """Places written in the caption that met no site, each once: a link may still lead to one."""
    met = {hint_id for match in result.matches for hint_id in match.hint_ids}
    places = [hint for hint in result.clip.hints if hint.kind in {"position", "place"} and hint.id not in met]
    yield from {hint.text: _place(hint) for hint in places[:MOST_REASONS]}.values()


def _place(hint: Hint) -> Message:
    words = kept_together(plain(masked_text(hint.text or ""), limit=100))
    if hint.note == LINK_NOTE:
        return _(
            "“{words}” is a link to a place; only a network could tell which, so look before you post", words=words
        )
    return _("“{words}” tells a place; it lies near none of our sites", words=words)
