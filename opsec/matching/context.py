"""Words of time, presence, strength and schedule meet a site only beside something else that does.

They name no place, so alone they are never a match; and the match that they are beside another weighs nothing
(log-odds 0) and is of the lowest grade, so that it can neither flag a clip nor make a site likelier.
"""

from collections.abc import Iterator, Mapping, Sequence

from opsec.i18n.messages import Message, both, marked
from opsec.i18n.safe_text import plain
from opsec.i18n.terms import field_words
from opsec.model import Hint, Match
from opsec.model.fields import PRESENCE, STRENGTH

RULE = "POSTED-LIVE"
_SENTENCES: Mapping[str, str] = {
    PRESENCE: marked("“{words}” in {field} tells that somebody is there now"),
    STRENGTH: marked("“{words}” in {field} tells how many are there or when they change"),
}


def beside_others(hints: Sequence[Hint], matches: Sequence[Match]) -> Iterator[Match]:
    """For every site that something else points at, the first words of each sort."""
    said = [hint for hint in hints if hint.family == "CONTEXT" and hint.text]
    first = [next((hint for hint in said if hint.note == sort), None) for sort in _SENTENCES]
    for site in dict.fromkeys(match.site for match in matches if match.grade != "possible"):
        yield from (_match(hint, site) for hint in first if hint is not None)


def _match(hint: Hint, site: str) -> Match:
    words = hint.text or ""
    blanks = {"words": plain(words, limit=80), "field": field_words(hint.field)}
    return Match(
        hint_ids=(hint.id,),
        site=site,
        rule=RULE,
        grade="possible",
        log_odds=0.0,
        why=both(Message(_SENTENCES[hint.note or ""], blanks)),
        span=(0, len(words)),
    )
