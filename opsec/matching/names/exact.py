"""Names as the officer wrote them, in normal form: one Aho-Corasick automaton over all, spaced and run together.

Aho and Corasick, Efficient string matching (1975): cost grows with the text, not with the names.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import ahocorasick

from opsec.matching.names.hits import Hit, Sort
from opsec.matching.names.name_parser import Name
from opsec.matching.names.tokens import Reading
from opsec.matching.names.word_boundaries import own_words
from opsec.model import Site
from opsec.text.place_terms import TYPES

SHORTEST = 3
SHORTEST_JOINED = 6
"""A name of fewer letters is not looked for with its words run together."""


@dataclass(frozen=True, slots=True)
class _Spelling:
    site: Site
    sort: Sort
    kurdish: bool


class Written:
    """All spellings of all names, ready to be looked for."""

    def __init__(self) -> None:
        self._spellings: dict[str, list[_Spelling]] = {}
        self._automaton = ahocorasick.Automaton()

    def add(self, name: Name) -> None:
        """Look for a name, for its words run together, and for its kinds shortened to their first letters."""
        sort: Sort = "weak" if name.weak else "name"
        self._add(name.text, _Spelling(name.site, sort, name.kurdish), SHORTEST)
        self._add(name.text.replace(" ", ""), _Spelling(name.site, sort, name.kurdish), SHORTEST_JOINED)
        for short in _shortened(name):
            self._add(short, _Spelling(name.site, sort, name.kurdish), SHORTEST_JOINED)

    def add_unit(self, site: Site, folded: str) -> None:
        """A unit is read by its numbers; only where its words are run together is it a row of letters."""
        self._add(folded.replace(" ", ""), _Spelling(site, "unit", kurdish=False), SHORTEST)

    def _add(self, letters: str, spelling: _Spelling, shortest: int) -> None:
        known = self._spellings.setdefault(letters, []) if len(letters) >= shortest else []
        if all(other.site.id != spelling.site.id for other in known):
            known.append(spelling)

    def build(self) -> None:
        """Ready the automaton; no name may be added after."""
        for letters, spellings in self._spellings.items():
            self._automaton.add_word(letters, (len(letters), tuple(spellings)))
        if self._spellings:
            self._automaton.make_automaton()

    def find(self, reading: Reading) -> Iterator[Hit]:
        """Every name that stands for itself; a weak one only beside a military word."""
        for last, (length, spellings) in self._automaton.iter(reading.text) if self._spellings else ():
            start, end = last + 1 - length, last + 1
            for spelling in spellings:
                if not own_words(reading, start, end, spelling.kurdish):
                    continue
                if spelling.sort != "weak" or reading.military_close_by(start, end):
                    yield Hit(start, end, spelling.site, spelling.sort)


def _shortened(name: Name) -> Iterator[str]:
    """``ق ع الرمال`` for ``قيادة عمليات الرمال``: two kinds or more in front, each by its first letter."""
    kinds = 0
    while kinds < len(name.words) - 1 and name.words[kinds].bare in TYPES:
        kinds += 1
    if kinds >= 2:
        letters, rest = [word.bare[0] for word in name.words[:kinds]], [word.text for word in name.words[kinds:]]
        yield " ".join((*letters, *rest))
        yield " ".join(("".join(letters), *rest))
