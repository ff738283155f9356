"""A type of place with the core of a name beside it: ``عالمعسكر مال الصقر``, ``saqr camp``, ``our base, the falcon``.

Those who serve at a place rarely write its name as the officer did: another word for the type, another order, *the
camp that is called*. So wherever a word names a type of place, the words after it (and, for Latin text, before
it) are compared with the cores of all names, first by sound, then by spelling.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from opsec.matching.names.hits import MatchKind, NameHit
from opsec.matching.names.name_parser import (
    KeyOf,
    ParsedName,
    Pronunciation,
    SpokenName,
    implicit_type,
    key_of_words,
    transcribe_words,
)
from opsec.matching.names.phonetic import bounded_distance, is_same_name, is_similar_name
from opsec.matching.names.tokens import TokenisedText, Word, tokenise_word
from opsec.matching.names.typo import TypoIndex
from opsec.text.common_words import are_other_english_words
from opsec.text.phonetics import PhoneticForm, concatenate
from opsec.text.place_terms import (
    HONORIFICS,
    KURDISH_SUFFIXES,
    KURMANJI_TYPES,
    LINKING_WORDS,
    QUALIFIERS,
    RELATED_TYPES,
    PlaceType,
    find_place_type,
    is_allowed_suffix,
    kurmanji_stems,
    strip_prefixes,
)

MAX_CORE_WORDS = 4
MAX_WORDS_BETWEEN = 4
"""Words between the type and the name."""
MAX_TYPE_WORDS = 2_000
"""Type words examined per text; no caption has that many."""
_MAX_SUFFIX_LETTERS = 5
_MIN_STEM_LETTERS = 3
_TYPO_DISTANCE = 1.0
"""Ranks typing errors after all hits by sound."""


@dataclass(frozen=True, slots=True)
class _Core:
    name: ParsedName
    place_types: frozenset[str]
    """Of all names of the site."""
    phonetic: PhoneticForm


@dataclass(frozen=True, slots=True)
class _Window:
    """Words that may be a core, with the span from the type of place to their end."""

    words: tuple[Word, ...]
    place_types: frozenset[str]
    start: int
    end: int
    is_kurmanji: bool = False
    """Whether the type is Kurdish in Latin letters, so that the core may have a case ending."""


class PlaceTypeIndex:
    """Cores of all names that have a type of place."""

    def __init__(self, with_typos: bool) -> None:
        self._names: dict[str, list[tuple[ParsedName, frozenset[str], Pronunciation]]] = {}
        self._cores: dict[str, tuple[_Core, ...]] = {}
        self._place_types: set[str] = set()
        self._typos = TypoIndex() if with_typos else None

    def add(self, name: SpokenName, place_types: frozenset[str], key_of: KeyOf) -> None:
        """Add the core of a name, to be found beside any of these types."""
        self._place_types |= place_types
        for spoken in name.core:
            key = key_of_words(spoken, key_of)
            if key:
                self._names.setdefault(key, []).append((name.name, place_types, spoken))
        if self._typos is not None:
            self._typos.add(name.name, place_types)

    def _cores_of(self, key: str) -> tuple[_Core, ...]:
        """Return the cores with this phonetic key; they are transcribed when a text has it."""
        if key not in self._names:
            return ()
        if key not in self._cores:
            self._cores[key] = tuple(
                _Core(name, place_types, transcribe_words(spoken)) for name, place_types, spoken in self._names[key]
            )
        return self._cores[key]

    def find(self, tokens: TokenisedText) -> Iterator[NameHit]:
        """Yield every core beside one of its types."""
        if not self._names:
            return
        remaining = MAX_TYPE_WORDS
        for index, word in enumerate(tokens.words):
            place_type = find_place_type(word.text) or self._implicit_type(word)
            if place_type is not None and remaining > 0 and not tokens.has_other_sense(index):
                remaining -= 1
                windows = (*_windows_after(tokens, index, place_type), *_windows_before(tokens, index, place_type))
                for window in windows:
                    yield from self._compare(window, tokens.is_kurdish)

    def _implicit_type(self, word: Word) -> PlaceType | None:
        """Type that no word list has but one of the names uses."""
        for start, rest in strip_prefixes(word.text):
            place_type = implicit_type(rest)
            if place_type in self._place_types:
                return PlaceType(place_type, start)
        return None

    def _compare(self, window: _Window, kurdish: bool) -> Iterator[NameHit]:
        for words, suffix in _without_affixes(window):
            cores = self._cores_of("".join([word.phonetic.key for word in words]))
            if not cores:
                continue
            form = concatenate(tuple(word.phonetic for word in words))
            for core in cores:
                if not core.name.is_comparable(form):
                    continue
                if words[0].start > window.words[0].start and not core.name.core[0].article_length:
                    continue
                if suffix and not is_allowed_suffix(suffix, core.name.is_kurdish):
                    continue
                if form.script == "latin" and are_other_english_words(
                    (word.text for word in words), (word.text for word in core.name.core)
                ):
                    continue
                distance = bounded_distance(form, core.phonetic, kurdish or core.name.is_kurdish)
                kind = _match_kind(distance, form, core, window.place_types)
                if kind is not None:
                    yield NameHit(window.start, window.end, core.name.site, kind, distance)
        if self._typos is not None:
            for name in self._typos.find(window.words, window.place_types):
                yield NameHit(window.start, window.end, name.site, "near", _TYPO_DISTANCE)


def _match_kind(distance: float, form: PhoneticForm, core: _Core, place_types: frozenset[str]) -> MatchKind | None:
    consonants = len(form.key)
    has_same_type = bool(place_types & core.place_types)
    if has_same_type and is_same_name(distance, form, core.phonetic, consonants):
        return "spelling"
    has_related_type = any(place_types & related and core.place_types & related for related in RELATED_TYPES)
    if (has_same_type or has_related_type) and is_similar_name(distance, form, core.phonetic, consonants):
        return "near"
    return None


def _windows_after(tokens: TokenisedText, index: int, place_type: PlaceType) -> Iterator[_Window]:
    """Yield windows that start after the type word, across linking words and further types."""
    place_types = {place_type.name}
    start = tokens.words[index].start + place_type.offset
    is_kurmanji = _is_kurmanji(tokens.words[index].text)
    for first in range(index + 1, min(index + 2 + MAX_WORDS_BETWEEN, len(tokens.words))):
        for last in range(first, min(first + MAX_CORE_WORDS, len(tokens.words))):
            yield _Window(
                tokens.words[first : last + 1], frozenset(place_types), start, tokens.words[last].end, is_kurmanji
            )
        if not _may_skip(tokens.words[first], place_types):
            return


def _windows_before(tokens: TokenisedText, index: int, place_type: PlaceType) -> Iterator[_Window]:
    """Yield windows that end before the type word, as in English."""
    if not tokens.words[index].text.isascii():
        return
    place_types = {place_type.name}
    end = tokens.words[index].end
    for last in range(index - 1, max(index - 2 - MAX_WORDS_BETWEEN, -1), -1):
        for first in range(last, max(last - MAX_CORE_WORDS, -1), -1):
            yield _Window(tokens.words[first : last + 1], frozenset(place_types), tokens.words[first].start, end)
        if not _may_skip(tokens.words[last], place_types):
            return


def _may_skip(word: Word, place_types: set[str]) -> bool:
    """Whether a word may stand between type and name; a further type is added to ``place_types``."""
    further = find_place_type(word.text)
    if further is not None:
        place_types.add(further.name)
        return True
    return word.text in LINKING_WORDS or word.stem in QUALIFIERS or word.stem in HONORIFICS


def _is_kurmanji(word: str) -> bool:
    return word.isascii() and not KURMANJI_TYPES.isdisjoint((word, *kurmanji_stems(word)))


def _without_affixes(window: _Window) -> Iterator[tuple[tuple[Word, ...], str]]:
    """Yield the words unchanged, and with each possible Kurdish suffix removed from the last one.

    Also with the article that Iraqi spelling reduces to one letter removed from the first one: ``لخزامى``.
    """
    words = window.words
    yield words, ""
    first, last = words[0], words[-1].text
    if len(first.text) > _MIN_STEM_LETTERS and first.text[0] == "ل" and first.text[1] not in "لا":
        yield (tokenise_word(first.text[1:], first.start + 1), *words[1:]), ""
    if last.isascii():
        for stem in kurmanji_stems(last) if window.is_kurmanji else ():
            yield (*words[:-1], tokenise_word(stem, words[-1].start)), ""
        return
    for length in range(1, min(_MAX_SUFFIX_LETTERS, len(last) - _MIN_STEM_LETTERS) + 1):
        if last[-length:] in KURDISH_SUFFIXES:
            yield (*words[:-1], tokenise_word(last[:-length], words[-1].start)), last[-length:]
