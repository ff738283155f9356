"""Names by their sound, anywhere in a text: Arabizi, English letters, split and run-together words.

The consonants of all names are looked for in the consonants of the text, by one automaton; each place found is
then held against the name sound by sound. So ``#m3askaralsaqr``, ``ma3askar el saqr`` and ``كامب فالكون`` are
met, each under the name that it stands for.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace

import ahocorasick

from opsec.matching.names.hits import Hit, Sort
from opsec.matching.names.name_parser import Name, run_together, spoken
from opsec.matching.names.phonetic_thresholds import apart, near, sure
from opsec.matching.names.tokens import Reading, Word
from opsec.text.phonetics import Sounds, run, sounds
from opsec.text.place_terms import PREFIXES, may_follow

MOST_SURE = 100
"""Hits of one site in one text after which it is not looked for any more; a verdict tells twenty."""
FEWEST_CONSONANTS = 4
"""Of a name looked for by its sound alone; fewer are met in any sentence."""


@dataclass(frozen=True, slots=True)
class _Pattern:
    name: Name
    sounds: Sounds
    tail: str
    """The name's letters after its last consonant."""


class Heard:
    """The sounds of all names, ready to be looked for."""

    def __init__(self) -> None:
        self._patterns: dict[str, list[_Pattern]] = {}
        self._automaton = ahocorasick.Automaton()

    def add(self, name: Name) -> None:
        """Look for a name's words in a row, and for the same run together with and without articles."""
        words = (*spoken(name.words), *run_together(name.words))
        tail = _tail(name.words[-1])
        for heard in words:
            patterns = self._patterns.setdefault(heard.key, []) if len(heard.key) >= FEWEST_CONSONANTS else []
            if all(other.name.site.id != name.site.id or other.sounds != heard for other in patterns):
                patterns.append(_Pattern(name, heard, tail))

    def build(self) -> None:
        """Ready the automaton; no name may be added after."""
        for key, patterns in self._patterns.items():
            self._automaton.add_word(key, (len(key), tuple(patterns)))
        if self._patterns:
            self._automaton.make_automaton()

    def find(self, reading: Reading) -> Iterator[Hit]:
        """Every stretch of words that sounds like a name, from one word's beginning to one word's end."""
        met: Counter[str] = Counter()
        for last, (length, patterns) in self._automaton.iter(reading.key) if self._patterns else ():
            start, end = last + 1 - length, last + 1
            begun = _beginning(reading, start)
            if begun is None:
                continue
            for pattern in patterns:
                site_id = pattern.name.site.id
                hit = _held_against(reading, start, end, begun, pattern) if met[site_id] < MOST_SURE else None
                if hit is not None:
                    met[site_id] += hit.sort != "near"
                    yield hit


def _tail(word: Word) -> str:
    return word.bare[word.sounds.places[-1] + len(word.sounds.letters[-1]) :] if word.sounds.key else ""


def _beginning(reading: Reading, start: int) -> tuple[int, str] | None:
    """Where in its word a row of consonants may begin, and the vowels before the first; None in mid-word."""
    index = reading.word_of_key(start)
    word = reading.words[index]
    inside = start - reading.first_of[index]
    if inside == 0:
        return word.start + word.article, word.sounds.between[0]
    letters = word.bare[: word.sounds.places[inside]]
    for length in range(len(letters), 0, -1):
        if letters[:length] in PREFIXES:
            vowels = sounds(letters[length:])
            return (word.start + word.article + length, vowels.between[0]) if not vowels.key else None
    return None


def _held_against(reading: Reading, start: int, end: int, begun: tuple[int, str], pattern: _Pattern) -> Hit | None:
    last = reading.word_of_key(end - 1)
    word = reading.words[last]
    inside = end - 1 - reading.first_of[last]
    after = word.bare[word.sounds.places[inside] + len(word.sounds.letters[inside]) :]
    heard = _stretch(reading, start, end, begun[1])
    end_place = word.end
    ending = after[len(pattern.tail) :] if after.startswith(pattern.tail) else ""
    if ending and may_follow(ending, pattern.name.kurdish):
        heard = replace(heard, between=(*heard.between[:-1], pattern.sounds.between[-1]))
        end_place -= len(ending)
    elif inside != len(word.sounds.key) - 1:
        return None
    if not pattern.name.may_be(heard) or (pattern.name.weak and not reading.military_close_by(begun[0], end_place)):
        return None
    unlike = apart(heard, pattern.sounds, reading.kurdish or pattern.name.kurdish)
    sort = _sort(unlike, heard, pattern)
    return Hit(begun[0], end_place, pattern.name.site, sort, unlike) if sort else None


def _sort(unlike: float, heard: Sounds, pattern: _Pattern) -> Sort | None:
    """A name with a kind of place is as long as its core: the kind alone tells nothing apart."""
    consonants = sum(len(word.sounds.key) for word in pattern.name.core)
    if sure(unlike, heard, pattern.sounds, consonants):
        return "weak" if pattern.name.weak else "spelling"
    return "near" if near(unlike, heard, pattern.sounds, consonants) and not pattern.name.weak else None


def _stretch(reading: Reading, start: int, end: int, vowels_before: str) -> Sounds:
    """The sounds from one consonant of the text to another, words run into one another."""
    first, last = reading.word_of_key(start), reading.word_of_key(end - 1)
    heard = run(tuple(word.sounds for word in reading.words[first : last + 1]))
    skip, keep = start - reading.first_of[first], end - reading.first_of[first]
    between = heard.between[skip : keep + 1]
    script = reading.words[first].sounds.script
    return Sounds(heard.key[skip:keep], heard.letters[skip:keep], (vowels_before, *between[1:]), (), script)
