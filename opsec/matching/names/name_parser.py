"""Parsing of a site's name: its type of place, its distinctive core, and its possible pronunciations."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

from opsec.matching.names.tokens import Word, tokenise_word
from opsec.model import Site
from opsec.text.phonetics import PhoneticForm, concatenate, phonetic_keys, transcribe
from opsec.text.place_terms import HONORIFICS, NATURAL_FEATURES, PLACE_TYPES, QUALIFIERS, find_place_type

KURDISH_LANGUAGES = frozenset({"ckb", "ku", "kmr", "sdh"})
_SOFT_G = ("ge", "gi", "gy")
_VARIES = re.compile(r"ه(?: |$)|g[eiy]")
"""What the pronunciations of a name differ in."""
Pronunciation = tuple[str, ...]
"""Words as they are pronounced, one after the other."""
KeyOf = Callable[[str], str]
"""Phonetic key of a word."""


@dataclass(frozen=True, slots=True)
class ParsedName:
    """One normalised name of a site."""

    site: Site
    text: str
    is_kurdish: bool
    is_weak: bool
    """Whether it is also an everyday word."""
    words: tuple[Word, ...]
    core: tuple[Word, ...]
    """Distinctive part: ``الصقر`` of ``معسكر الصقر``."""
    place_types: frozenset[str]
    """``camp`` of the same; empty when the name has no type."""
    latin_only: bool = False
    """Whether it is the Latin spelling of another name of the site: Arabic text is compared with that one alone."""

    by_ear: bool = False
    """Whether it is a spelling by ear of a name that the officer wrote otherwise."""

    def is_comparable(self, written: PhoneticForm) -> bool:
        """Whether words in this script are to be compared with this name."""
        return not self.latin_only or written.script == "latin"


def parse_name(site: Site, normalised: str, language: str, is_weak: bool) -> ParsedName:
    """Parse one normalised name.

    Parameters
    ----------
    site
        Site that the name belongs to.
    normalised
        Name in the form of ``opsec.text.normalise``.
    language
        BCP 47 tag; empty when unknown.
    is_weak
        Whether it is also an everyday word.
    """
    words = tuple(tokenise_word(word) for word in normalised.split())
    is_kurdish = language.split("-", maxsplit=1)[0] in KURDISH_LANGUAGES
    core, place_types = _split_core(words)
    return ParsedName(site, normalised, is_kurdish, is_weak, words, core, place_types)


@dataclass(frozen=True, slots=True)
class SpokenName:
    """A name with its possible pronunciations."""

    name: ParsedName
    core: tuple[Pronunciation, ...]
    """Of its distinctive part, as it is written first."""
    whole: tuple[Pronunciation, ...]
    """Of all its words one after the other, and joined into one."""

    @classmethod
    def of(cls, name: ParsedName) -> "SpokenName":
        """Add its pronunciations to a name."""
        return cls(name, pronunciations(name.core), (*pronunciations(name.words), *joined_pronunciations(name.words)))


def mark_transliterations(names: Sequence[SpokenName], key_of: KeyOf) -> Iterator[SpokenName]:
    """Yield the names of one site, with ``latin_only`` set where a Latin name only transliterates an Arabic one."""
    arabic_keys = {key_of_words(spoken, key_of) for one in names if not one.name.text.isascii() for spoken in one.core}
    for one in names:
        is_latin = bool(arabic_keys) and one.name.text.isascii()
        if is_latin and key_of_words(one.core[0], key_of) in arabic_keys:
            yield replace(one, name=replace(one.name, latin_only=True))
        else:
            yield one


def key_table(names: Iterable[SpokenName]) -> KeyOf:
    """Compute the phonetic keys of all words of these names, as they may be pronounced, in one pass."""
    spoken = {words for one in names for words in (*one.whole, *one.core)}
    return phonetic_keys(chain.from_iterable(spoken)).__getitem__


def key_of_words(words: Pronunciation, key_of: KeyOf) -> str:
    """Return the phonetic key of consecutive words: ``transcribe_words(words).key``."""
    return "".join(map(key_of, words))


def transcribe_words(words: Pronunciation) -> PhoneticForm:
    """Return the transcription of consecutive words."""
    return concatenate(tuple(map(transcribe, words)))


def _split_core(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], frozenset[str]]:
    """Remove type words from both ends; a name that consists of types keeps its last word."""
    place_types: set[str] = set()
    first, last = 0, len(words)
    while last - first > 1 and (added := _types_added(words[first], place_types)) is not None:
        place_types |= added
        first += 1
    while last - first > 1 and (added := _types_added(words[last - 1], place_types)) is not None:
        place_types |= added
        last -= 1
    if not place_types and last - first > 1 and (feature := find_place_type(words[first].text)):
        place_types.add(feature.name)
        first += 1
    while last - first > 1 and words[first].stem in HONORIFICS:
        first += 1
    if not place_types and last - first > 1 and words[last - 1].stem in NATURAL_FEATURES:
        place_types.add(NATURAL_FEATURES[words[last - 1].stem])
        last -= 1
    if not place_types and last - first > 1:
        is_english = words[last - 1].text.isascii()
        type_word = words[last - 1 if is_english else first].stem
        if not type_word.isdigit():  # a number may follow any word
            place_types.add(implicit_type(type_word))
            first, last = (first, last - 1) if is_english else (first + 1, last)
    return words[first:last], frozenset(place_types)


def implicit_type(word: str) -> str:
    """Type of a name without a known one: its first word, or its last one in English, serves as type."""
    return f"={word}"


def _types_added(word: Word, known: set[str]) -> set[str] | None:
    """Types that a word adds: its own, an empty set for a qualifier, None for a word of the core."""
    place_type = find_place_type(word.text)
    if place_type and place_type.offset == 0 and place_type.name in PLACE_TYPES.values():
        return {place_type.name}
    return set() if word.stem in QUALIFIERS and (known or word.text.isascii()) else None


def pronunciations(words: tuple[Word, ...]) -> tuple[Pronunciation, ...]:
    """Return the distinct pronunciations of consecutive words.

    As written; with final *a* as *at* in all words but the last, or in all; and with a soft g.
    """
    stems = tuple([word.stem for word in words])
    if not _VARIES.search(" ".join(stems)):
        return (stems,)
    construct = tuple(map(_construct_form, stems))
    variants = (stems, (*construct[:-1], *stems[-1:]), construct, tuple(map(_soften_g, stems)))
    return tuple(dict.fromkeys(variants))


def joined_pronunciations(words: tuple[Word, ...]) -> tuple[Pronunciation, ...]:
    """Return the pronunciations of words joined into one, as in a hashtag, with and without their inner articles."""
    if len(words) < 2:
        return ()
    stems = tuple([word.stem for word in words])
    forms = dict.fromkeys(((stems[0], *[word.text for word in words[1:]]), stems))
    if _VARIES.search(" ".join(stems)):
        forms |= dict.fromkeys((*map(_construct_form, form[:-1]), form[-1]) for form in [*forms])
    return tuple([("".join(form),) for form in forms])


def _construct_form(word: str) -> str:
    """Replace final ta marbuta by *t*, as it is pronounced before the next word (construct state)."""
    return f"{word[:-1]}ت" if word.endswith("ه") and len(word) > 2 else word


def _soften_g(word: str) -> str:
    for soft in _SOFT_G if word.isascii() else ():
        word = word.replace(soft, f"j{soft[1]}")
    return word
