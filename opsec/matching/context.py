"""Matches of words about presence, strength and schedule, only beside other evidence of the same site.

They name no place, so they never match alone. Beside other evidence they match with log-odds 0 and the lowest
grade, so that they can neither flag a clip nor make a site likelier.
"""

from collections.abc import Iterator, Mapping, Sequence

from opsec.i18n.messages import Message, bilingual, translatable
from opsec.i18n.safe_text import escape_unsafe
from opsec.i18n.terms import field_label
from opsec.matching.explanations import MAX_QUOTE_LENGTH
from opsec.model import Hint, Match
from opsec.model.notes import PRESENCE, STRENGTH

RULE = "POSTED-LIVE"
_SENTENCES: Mapping[str, str] = {
    PRESENCE: translatable("“{words}” in {field} indicates that somebody is there now"),
    STRENGTH: translatable("“{words}” in {field} indicates how many are there or when they change"),
}


def context_matches(hints: Sequence[Hint], matches: Sequence[Match]) -> Iterator[Match]:
    """Yield, for every site with other evidence, a match for the first words of each type."""
    context = [hint for hint in hints if hint.family == "CONTEXT" and hint.text]
    first = [next((hint for hint in context if hint.find_note(code)), None) for code in _SENTENCES]
    for site in dict.fromkeys(match.site for match in matches if match.grade != "possible"):
        yield from (_match(hint, site) for hint in first if hint is not None)


def _match(hint: Hint, site: str) -> Match:
    words = hint.text or ""
    blanks = {"words": escape_unsafe(words, limit=MAX_QUOTE_LENGTH), "field": field_label(hint.field)}
    return Match(
        hint_ids=(hint.id,),
        site=site,
        rule=RULE,
        grade="possible",
        log_odds=0.0,
        why=bilingual(Message(_SENTENCES[hint.notes[0].code], blanks)),
        span=(0, len(words)),
    )
