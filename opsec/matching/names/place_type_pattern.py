"""A kind of place and a name's core beside it: ``عالمعسكر مال الصقر``, ``saqr camp``, ``our base, the falcon``.

Whoever serves there rarely writes the name as the officer did: another word for the kind, another order, *the
camp that is called*. So wherever a word tells a kind of place, the words after it (and, for Latin ones, before
it) are held against the cores of all names, by sound first, then by spelling.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from opsec.matching.names.hits import Hit, Sort
from opsec.matching.names.name_parser import Name, own_kind, spoken
from opsec.matching.names.phonetic_thresholds import apart, near, sure
from opsec.matching.names.tokens import Reading, Word, word_of
from opsec.matching.names.typo import Nearly
from opsec.text.phonetics import Sounds, run
from opsec.text.place_terms import (
    HONOURS,
    KIN,
    KURDISH_ENDINGS,
    LINKS,
    QUALIFIERS,
    Kind,
    attached,
    kind_of,
    may_follow,
)

LONGEST_CORE = 4
"""Words."""
MOST_BETWEEN = 4
"""Words between the kind and the name."""
MOST_KINDS = 2_000
"""Words of a kind of place looked behind in one text; no caption has so many."""


@dataclass(frozen=True, slots=True)
class _Core:
    name: Name
    kinds: frozenset[str]
    """Of all names of the site."""
    sounds: Sounds


@dataclass(frozen=True, slots=True)
class _Window:
    """Words that may be a core, and the stretch from the kind of place to their end."""

    words: tuple[Word, ...]
    kinds: frozenset[str]
    start: int
    end: int


class Typed:
    """The cores of all names that tell a kind of place."""

    def __init__(self, look_for_near: bool) -> None:
        self._cores: dict[str, list[_Core]] = {}
        self._own_kinds: set[str] = set()
        self._nearly = Nearly() if look_for_near else None

    def add(self, name: Name, kinds: frozenset[str]) -> None:
        """Look for a name's core beside any of these kinds."""
        self._own_kinds |= kinds
        for heard in spoken(name.core):
            if heard.key:
                self._cores.setdefault(heard.key, []).append(_Core(name, kinds, heard))
        if self._nearly is not None:
            self._nearly.add(name, kinds)

    def find(self, reading: Reading) -> Iterator[Hit]:
        """Every core beside its kind."""
        if not self._cores:
            return
        left = MOST_KINDS
        for index, word in enumerate(reading.words):
            kind = kind_of(word.text) or self._own_kind(word)
            if kind is not None and left > 0:
                left -= 1
                for window in (*_after(reading, index, kind), *_before(reading, index, kind)):
                    yield from self._met(window, reading.kurdish)

    def _own_kind(self, word: Word) -> Kind | None:
        """A kind that no list knows but one of the names tells."""
        for start, rest in attached(word.text):
            kind = own_kind(rest)
            if kind in self._own_kinds:
                return Kind(kind, start)
        return None

    def _met(self, window: _Window, kurdish: bool) -> Iterator[Hit]:
        for words, ending in _without_ending(window.words):
            cores = self._cores.get("".join([word.sounds.key for word in words]))
            if not cores:
                continue
            heard = run(tuple(word.sounds for word in words))
            for core in cores:
                if not core.name.may_be(heard) or (ending and not may_follow(ending, core.name.kurdish)):
                    continue
                unlike = apart(heard, core.sounds, kurdish or core.name.kurdish)
                sort = _sort(unlike, heard, core, window.kinds)
                if sort is not None:
                    yield Hit(window.start, window.end, core.name.site, sort, unlike)
        if self._nearly is not None:
            for name in self._nearly.find(window.words, window.kinds):
                yield Hit(window.start, window.end, name.site, "near", 1.0)


def _sort(unlike: float, heard: Sounds, core: _Core, kinds: frozenset[str]) -> Sort | None:
    consonants = len(heard.key)
    if kinds & core.kinds and sure(unlike, heard, core.sounds, consonants):
        return "spelling"
    akin = kinds & core.kinds or any(kinds & kin and core.kinds & kin for kin in KIN)
    return "near" if akin and near(unlike, heard, core.sounds, consonants) else None


def _after(reading: Reading, index: int, kind: Kind) -> Iterator[_Window]:
    """Windows that begin after the kind of place, links and further kinds left out."""
    kinds = {kind.kind}
    start = reading.words[index].start + kind.start
    for first in range(index + 1, min(index + 2 + MOST_BETWEEN, len(reading.words))):
        for last in range(first, min(first + LONGEST_CORE, len(reading.words))):
            yield _Window(reading.words[first : last + 1], frozenset(kinds), start, reading.words[last].end)
        further = kind_of(reading.words[first].text)
        if further is not None:
            kinds.add(further.kind)
        elif not _is_between(reading.words[first]):
            return


def _before(reading: Reading, index: int, kind: Kind) -> Iterator[_Window]:
    """Windows that end before it, as English has them."""
    if not reading.words[index].text.isascii():
        return
    kinds = {kind.kind}
    end = reading.words[index].end
    for last in range(index - 1, max(index - 2 - MOST_BETWEEN, -1), -1):
        for first in range(last, max(last - LONGEST_CORE, -1), -1):
            start = reading.words[first].start
            yield _Window(reading.words[first : last + 1], frozenset(kinds), start, end)
        further = kind_of(reading.words[last].text)
        if further is not None:
            kinds.add(further.kind)
        elif not _is_between(reading.words[last]):
            return


def _is_between(word: Word) -> bool:
    return word.text in LINKS or word.bare in QUALIFIERS or word.bare in HONOURS


def _without_ending(words: tuple[Word, ...]) -> Iterator[tuple[tuple[Word, ...], str]]:
    """The words as they stand, and with each Sorani ending taken off the last."""
    yield words, ""
    last = words[-1].text
    if last.isascii():
        return
    for length in range(1, min(6, len(last) - 2)):
        if last[-length:] in KURDISH_ENDINGS:
            yield (*words[:-1], word_of(last[:-length], words[-1].start)), last[-length:]
