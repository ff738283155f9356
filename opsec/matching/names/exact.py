"""Exact matching of normalised names, spaced and written as one word, with one Aho-Corasick automaton.

Aho and Corasick, Efficient string matching (1975): the cost grows with the text, not with the number of names.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import ahocorasick

from opsec.matching.names.hits import MatchKind, NameHit
from opsec.matching.names.name_parser import ParsedName
from opsec.matching.names.tokens import TokenisedText
from opsec.matching.names.word_boundaries import is_word_aligned
from opsec.model import Site
from opsec.text.place_terms import PLACE_TYPES

MIN_LETTERS = 3
MIN_LETTERS_JOINED = 6
"""Letters of a name that is also searched for as one word."""
MIN_LETTERS_REVERSED = 9
"""Letters of a name that is searched for in a text of usual order read backwards."""


@dataclass(frozen=True, slots=True)
class _Spelling:
    site: Site
    kind: MatchKind
    is_kurdish: bool


class ExactIndex:
    """Automaton over all spellings of all names."""

    def __init__(self) -> None:
        self._spellings: dict[str, list[_Spelling]] = {}
        self._automaton = ahocorasick.Automaton()

    def add(self, name: ParsedName) -> None:
        """Add a name, its words joined into one, and its place types abbreviated to their initials."""
        kind: MatchKind = "weak" if name.is_weak else "spelling" if name.by_ear else "name"
        spelling = _Spelling(name.site, kind, name.is_kurdish)
        self._add(name.text, spelling, MIN_LETTERS)
        self._add(name.text.replace(" ", ""), spelling, MIN_LETTERS_JOINED)
        for abbreviation in _abbreviations(name):
            self._add(abbreviation, spelling, MIN_LETTERS_JOINED)

    def add_unit(self, site: Site, normalised: str) -> None:
        """Add a unit designation joined into one word; spaced ones are found by their numbers."""
        self._add(normalised.replace(" ", ""), _Spelling(site, "unit", is_kurdish=False), MIN_LETTERS)

    def _add(self, letters: str, spelling: _Spelling, min_letters: int) -> None:
        known = self._spellings.setdefault(letters, []) if len(letters) >= min_letters else []
        if all(other.site.id != spelling.site.id for other in known):
            known.append(spelling)

    def build(self) -> None:
        """Build the automaton, after the last name was added."""
        for letters, spellings in self._spellings.items():
            self._automaton.add_word(letters, (len(letters), tuple(spellings)))
        if self._spellings:
            self._automaton.make_automaton()

    def may_contain(self, normalised: str) -> bool:
        """Whether a text contains the letters of a name that is not short, at word boundaries or not."""
        found = self._automaton.iter(normalised) if self._spellings else ()
        return any(length >= MIN_LETTERS_REVERSED for _last, (length, _) in found)

    def find(self, tokens: TokenisedText) -> Iterator[NameHit]:
        """Yield every name at word boundaries; a weak one only close to a military word."""
        for last, (length, spellings) in self._automaton.iter(tokens.text) if self._spellings else ():
            start, end = last + 1 - length, last + 1
            for spelling in spellings:
                if not is_word_aligned(tokens, start, end, spelling.is_kurdish):
                    continue
                if spelling.kind != "weak" or tokens.has_military_word_nearby(start, end):
                    yield NameHit(start, end, spelling.site, spelling.kind)


def _abbreviations(name: ParsedName) -> Iterator[str]:
    """Abbreviate two or more leading place types: ``ق ع الرمال`` for ``قيادة عمليات الرمال``."""
    type_count = 0
    while type_count < len(name.words) - 1 and name.words[type_count].stem in PLACE_TYPES:
        type_count += 1
    if type_count >= 2:
        initials = [word.stem[0] for word in name.words[:type_count]]
        rest = [word.text for word in name.words[type_count:]]
        yield " ".join((*initials, *rest))
        yield " ".join(("".join(initials), *rest))
