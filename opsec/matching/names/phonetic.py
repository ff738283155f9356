"""Phonetic matching of names anywhere in a text: Arabizi, English letters, split and joined words.

One automaton searches the consonants of the text for the consonants of all names; each candidate is then compared with
the name sound by sound. So ``#m3askaralsaqr``, ``ma3askar el saqr`` and ``كامب فالكون`` are found, each under
the name that it stands for. A short name has similar neighbours and a long one has none, so the
largest distance allowed grows with the number of consonants.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import ahocorasick

from opsec.matching.names.hits import MatchKind, NameHit
from opsec.matching.names.name_parser import (
    KeyOf,
    ParsedName,
    Pronunciation,
    SpokenName,
    key_of_words,
    transcribe_words,
)
from opsec.matching.names.tokens import TokenisedText, Word
from opsec.text.phonetic_distance import phonetic_distance
from opsec.text.phonetics import PhoneticForm, Script, concatenate, transcribe
from opsec.text.place_terms import PREFIXES, is_allowed_suffix

MAX_SURE_HITS_PER_SITE = 100
"""Per text; further hits of a site are not searched for. A verdict uses twenty."""
MIN_CONSONANTS = 4
"""Consonants of a name that is searched for by sound alone; shorter keys occur in any sentence."""

_ROUNDING = 1e-9
_MAX_SAME_ONE_SCRIPT = (0.0, 0.0, 0.1, 0.3, 0.5)
"""Largest distance of one name, by the number of consonants of its core; the last value is for all longer ones."""
_MAX_SAME_CROSS_SCRIPT = (0.0, 0.05, 0.15, 0.35, 0.6)
"""Between Latin and Arabic letters short vowels cannot be compared."""
_MAX_SIMILAR_ONE_SCRIPT: dict[Script, tuple[float, ...]] = {
    "arabic": (0.0, 0.0, 0.45, 0.5, 0.7),
    "latin": (0.0, 0.0, 0.15, 0.5, 0.7),  # two English consonants match a large share of all names
    "other": (0.0, 0.0, 0.0, 0.0, 0.0),
}
"""Largest distance of a similar name, which is for review only."""
_MAX_SIMILAR_CROSS_SCRIPT = (0.0, 0.0, 0.15, 0.4, 0.8)
_MAX_DISTANCE = 1.0
"""No limit reaches further, so distances are not computed beyond it."""


def is_same_name(distance: float, written: PhoneticForm, name: PhoneticForm, consonants: int) -> bool:
    """Whether a spelling at this distance counts as the name, whose core has this many consonants."""
    limits = _MAX_SAME_CROSS_SCRIPT if written.script != name.script else _MAX_SAME_ONE_SCRIPT
    return _is_within(distance, limits, consonants)


def is_similar_name(distance: float, written: PhoneticForm, name: PhoneticForm, consonants: int) -> bool:
    """Whether a spelling at this distance is worth a review."""
    is_cross_script = written.script != name.script
    limits = _MAX_SIMILAR_CROSS_SCRIPT if is_cross_script else _MAX_SIMILAR_ONE_SCRIPT[name.script]
    return _is_within(distance, limits, consonants)


def _is_within(distance: float, limits: tuple[float, ...], consonants: int) -> bool:
    return distance <= limits[min(consonants, len(limits) - 1)] + _ROUNDING


def bounded_distance(written: PhoneticForm, name: PhoneticForm, kurdish: bool) -> float:
    """Compute ``phonetic_distance``, but no further than any limit reaches."""
    return phonetic_distance(written, name, kurdish, max_distance=_MAX_DISTANCE)


@dataclass(frozen=True, slots=True)
class _Pattern:
    name: ParsedName
    phonetic: PhoneticForm
    tail: str
    """Letters of the name after its last consonant."""


class PhoneticIndex:
    """Automaton over the phonetic keys of all names; a name is transcribed when a text has its key."""

    def __init__(self) -> None:
        self._names: dict[str, list[tuple[ParsedName, Pronunciation]]] = {}
        self._patterns: dict[str, tuple[_Pattern, ...]] = {}
        self._automaton = ahocorasick.Automaton()

    def add(self, name: SpokenName, key_of: KeyOf) -> None:
        """Add the words of a name, and the same joined into one word, with and without articles."""
        for spoken in name.whole:
            key = key_of_words(spoken, key_of)
            if len(key) >= MIN_CONSONANTS:
                self._names.setdefault(key, []).append((name.name, spoken))

    def build(self) -> None:
        """Build the automaton, after the last name was added."""
        for key in self._names:
            self._automaton.add_word(key, key)
        if self._names:
            self._automaton.make_automaton()

    def _patterns_of(self, key: str) -> tuple[_Pattern, ...]:
        """Return the names with this key, each transcription once for each site."""
        if key not in self._patterns:
            distinct: dict[tuple[str, PhoneticForm], _Pattern] = {}
            for name, spoken in self._names[key]:
                form = transcribe_words(spoken)
                distinct.setdefault((name.site.id, form), _Pattern(name, form, _tail(name.words[-1])))
            self._patterns[key] = tuple(distinct.values())
        return self._patterns[key]

    def find(self, tokens: TokenisedText) -> Iterator[NameHit]:
        """Yield every span that sounds like a name, from the start of one word to the end of one word."""
        sure_hits: Counter[str] = Counter()
        for last, key in self._automaton.iter(tokens.phonetic_key) if self._names else ():
            start, end = last + 1 - len(key), last + 1
            match_start = _match_start(tokens, start)
            if match_start is None:
                continue
            for pattern in self._patterns_of(key):
                site_id = pattern.name.site.id
                if sure_hits[site_id] >= MAX_SURE_HITS_PER_SITE:
                    continue
                hit = _verify_candidate(tokens, start, end, match_start, pattern)
                if hit is not None:
                    sure_hits[site_id] += hit.kind != "near"
                    yield hit


def _tail(word: Word) -> str:
    return word.stem[word.phonetic.offsets[-1] + len(word.phonetic.consonants[-1]) :] if word.phonetic.key else ""


def _match_start(tokens: TokenisedText, start: int) -> tuple[int, str] | None:
    """Where a match may start in the word of its first consonant, and the vowels before that; None inside a word."""
    index = tokens.word_index_at_key(start)
    word = tokens.words[index]
    consonant = start - tokens.key_offsets[index]
    if consonant == 0:
        return word.start + word.article_length, word.phonetic.vowels[0]
    letters = word.stem[: word.phonetic.offsets[consonant]]
    for length in range(len(letters), 0, -1):
        if letters[:length] in PREFIXES:
            after_prefix = transcribe(letters[length:])
            if after_prefix.key:
                return None
            return word.start + word.article_length + length, after_prefix.vowels[0]
    return None


def _verify_candidate(
    tokens: TokenisedText, start: int, end: int, match_start: tuple[int, str], pattern: _Pattern
) -> NameHit | None:
    """Compare a candidate with its name sound by sound.

    Parameters
    ----------
    tokens
        The text.
    start, end
        Span of the candidate in ``tokens.phonetic_key``.
    match_start
        Index in the normalised text at which the match starts, and the vowels before its first consonant.
    pattern
        The name.
    """
    text_start, vowels_before = match_start
    last = tokens.word_index_at_key(end - 1)
    word = tokens.words[last]
    consonant = end - 1 - tokens.key_offsets[last]
    rest = word.stem[word.phonetic.offsets[consonant] + len(word.phonetic.consonants[consonant]) :]
    form = _phonetic_slice(tokens, start, end, vowels_before)
    text_end = word.end
    suffix = rest[len(pattern.tail) :] if rest.startswith(pattern.tail) else ""
    if suffix and is_allowed_suffix(suffix, pattern.name.is_kurdish):
        form = replace(form, vowels=(*form.vowels[:-1], pattern.phonetic.vowels[-1]))
        text_end -= len(suffix)
    elif consonant != len(word.phonetic.key) - 1:
        return None
    if not pattern.name.is_comparable(form):
        return None
    if pattern.name.is_weak and not tokens.has_military_word_nearby(text_start, text_end):
        return None
    distance = bounded_distance(form, pattern.phonetic, tokens.is_kurdish or pattern.name.is_kurdish)
    kind = _match_kind(distance, form, pattern)
    return NameHit(text_start, text_end, pattern.name.site, kind, distance) if kind else None


def _match_kind(distance: float, form: PhoneticForm, pattern: _Pattern) -> MatchKind | None:
    """Decide by the length of the name's core, because the type of place alone is not distinctive."""
    consonants = sum(len(word.phonetic.key) for word in pattern.name.core)
    if is_same_name(distance, form, pattern.phonetic, consonants):
        return "weak" if pattern.name.is_weak else "spelling"
    if is_similar_name(distance, form, pattern.phonetic, consonants) and not pattern.name.is_weak:
        return "near"
    return None


def _phonetic_slice(tokens: TokenisedText, start: int, end: int, vowels_before: str) -> PhoneticForm:
    """Transcription of a span of ``tokens.phonetic_key``, with adjacent words joined."""
    first, last = tokens.word_index_at_key(start), tokens.word_index_at_key(end - 1)
    form = concatenate(tuple(word.phonetic for word in tokens.words[first : last + 1]))
    since, until = start - tokens.key_offsets[first], end - tokens.key_offsets[first]
    return PhoneticForm(
        key=form.key[since:until],
        consonants=form.consonants[since:until],
        vowels=(vowels_before, *form.vowels[since + 1 : until + 1]),
        offsets=(),
        script=tokens.words[first].phonetic.script,
    )
