"""Words around a name in a text, and the cues among them: reporting, condolence, comparison, first person.

Cues are data, one file a language (``assets/words/statements_*.toml``). Each family is a list of words and of phrases,
joined by ``_``. Nouns are found with any prefix, article and ending; other words with *and* before them.
"""

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import chain
from typing import NamedTuple

from opsec.text.normalise import normalise
from opsec.text.word_senses import stems

LANGUAGES = ("ar", "en", "ku", "arabizi")
WINDOW_CHARACTERS = 240
"""Code points examined on each side of a name."""
NAME = "ⵣ"
"""Stands for the name among the words: one letter of a script that the tongues here do not use."""
_NAME_ELSEWHERE = str.maketrans({NAME: "-"})
_SENTENCE_END = re.compile(r"[!?؟۔\n\r….]")
_NOT_AN_END = re.compile(r"(?:(?<=\b[MDSJ][rst])|(?<=\bMrs)|(?<=\b[LC]t)|(?<=\b[CS]gt))\.|\.(?=\w)")
"""Abbreviations, and dots inside a word."""
_HASHTAG = re.compile(r"#\S+")
_QUESTION_MARKS = frozenset("?؟")
_DIGIT = re.compile(r"[235-9]")
_DIGIT_AS_LETTER = re.compile(r"[a-z][235-9]|[235-9][a-z]{2}")
_OTHER_DIGIT = re.compile(r"\d+(?:st|nd|rd|th|am|pm|km|[a-z])|[a-z]{1,2}\d+")
"""Ordinals, measures and models: *3rd*, *9pm*, *f16*."""
_SAME_SOUND = str.maketrans("7956q8ge", "hsxtkkki", "2'")
_DIGRAPHS = (("kh", "5"), ("gh", "8"), ("dh", "z"), ("th", "z"))
_REPEATED = re.compile(r"(.)\1+")
_INNER_VOWELS = re.compile(r"[aiouy]")
_MIN_SOUNDS = 3
_MIN_ARABIZI_STEM = 3
_CONJUNCTIONS = ("و", "ف")
_OBJECTS = ("", "ه", "ها", "هم", "كم", "لكم")
"""Endings of a verb: it, her, them, you, for you."""
_FIRST_PERSON = ("ا", "ن", "دا", "دن", "سا", "سن")
"""Prefixes of the Arabic imperfect: I and we, also with the particles of the present and of the future."""


class Passage(NamedTuple):
    """The words around a name, normalised, of which one stands for the name."""

    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    """Code points of the text, end exclusive."""
    sentences: tuple[int, ...]
    """Number of the sentence of each word."""
    name: int
    """Index of the word that stands for the name."""
    prefix: str
    """Letters written together with the name, before it: a preposition or an article."""
    suffix: str
    """The same after it: a case ending, or *fc* in a hashtag."""
    tagged: frozenset[int]
    """Words in hashtags, but for the name."""
    is_question: bool
    """Whether the sentence of the name ends with a question mark."""


class Cue(NamedTuple):
    """A word or phrase of a family of cues: indices of its words, end exclusive."""

    family: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Lexicon:
    words: dict[str, frozenset[str]]
    nouns: dict[str, frozenset[str]]
    arabizi_nouns: dict[str, frozenset[str]]
    """Nouns of Arabizi also have prefixes; in English *walking* is no king."""
    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]]
    """First word → the words of each phrase and its family, the longest first."""
    by_sound: dict[str, str]
    """Consonants of a word of Arabizi → its spelling here."""


def read_passage(text: str, span: tuple[int, int]) -> Passage:
    """Split what surrounds a name into words; the time does not depend on the length of the text.

    >>> read_passage("احنا هسه بمعسكر الصقر", (10, 21)).words
    ('احنا', 'هسه', 'بⵣ')
    """
    start, end = span
    first = max(0, start - WINDOW_CHARACTERS)
    before = text[first:start].translate(_NAME_ELSEWHERE)
    window = f"{before}{NAME}{text[end : end + WINDOW_CHARACTERS].translate(_NAME_ELSEWHERE)}"
    normalised = normalise(window)
    offsets, at = normalised.offsets, len(before)
    ends = [
        found.start()
        for found in _SENTENCE_END.finditer(window)
        if found[0] != "." or not _NOT_AN_END.match(window, found.start())
    ]
    ends.append(len(window))
    words = normalised.text.split(" ")
    spans: list[tuple[int, int]] = []
    sentences: list[int] = []
    name, passed, position = 0, 0, 0
    for index, word in enumerate(words):
        begin, stop = offsets[position], offsets[position + len(word) - 1] + 1
        position += len(word) + 1
        while ends[passed] < begin:
            passed += 1
        if begin <= at < stop:
            name = index
        spans.append((begin, stop))
        sentences.append(passed)
    prefix, _name, suffix = words[name].partition(NAME)
    if _has_arabizi(window) or _has_arabizi(text[start : min(end, start + WINDOW_CHARACTERS)]):
        words = [word if index == name else _usual_spelling(word) for index, word in enumerate(words)]
    shift = end - start - 1
    return Passage(
        words=tuple(words),
        spans=tuple([(b + first + shift * (b > at), e + first + shift * (e > at)) for b, e in spans]),
        sentences=tuple(sentences),
        name=name,
        tagged=_tagged_words(window, spans, name) if "#" in window else frozenset(),
        prefix=prefix,
        suffix=suffix,
        is_question=window[ends[sentences[name]] : ends[sentences[name]] + 1] in _QUESTION_MARKS,
    )


def _tagged_words(window: str, spans: list[tuple[int, int]], name: int) -> frozenset[int]:
    tags = [found.span() for found in _HASHTAG.finditer(window)]
    return frozenset(
        index
        for index, (begin, _stop) in enumerate(spans)
        if index != name and any(first < begin < last for first, last in tags)
    )


def _has_arabizi(text: str) -> bool:
    """Whether a digit stands for a letter in a word."""
    return _DIGIT.search(text) is not None and any(
        _DIGIT_AS_LETTER.search(word) and not _OTHER_DIGIT.fullmatch(word) for word in text.lower().split()
    )


def find_cues(passage: Passage) -> Iterator[Cue]:
    """Yield the cues among the words around a name; a word of a phrase is no cue by itself."""
    words, name = passage.words, passage.name
    index = 0
    while index < len(words):
        word = words[index]
        length = 1
        if index != name:
            found: tuple[str, ...] | frozenset[str] = families(word)
            for phrase, family in _phrases_from(word):
                size = len(phrase)
                if size < length:
                    break
                if words[index + 1 : index + size] == phrase[1:]:
                    found, length = (family, *(found if length == size else ())), size
            for family in found:
                yield Cue(family, index, index + length)
        index += length


@lru_cache(maxsize=20_000)
def _phrases_from(word: str) -> tuple[tuple[tuple[str, ...], str], ...]:
    phrases = lexicon().phrases
    found = chain.from_iterable(phrases.get(form, ()) for form in _with_and_without_and(word))
    return tuple(sorted(found, key=lambda entry: -len(entry[0])))


@lru_cache(maxsize=20_000)
def families(word: str) -> frozenset[str]:
    """Families of a word as it stands in a text."""
    known = lexicon()
    found = frozenset[str]().union(*(known.words.get(form, frozenset()) for form in _with_and_without_and(word)))
    if not word.isascii():
        return found.union(*(known.nouns[stem] for stem in stems(word) & known.nouns.keys()))
    found = found.union(*(known.nouns.get(form, frozenset()) for form in (word, word.removesuffix("s"))))
    return found.union(*(known.arabizi_nouns[stem] for stem in stems(word) & known.arabizi_nouns.keys()))


def _with_and_without_and(word: str) -> tuple[str, ...]:
    return (word, word[1:]) if word.startswith(_CONJUNCTIONS) and len(word) > 3 else (word,)


@lru_cache(maxsize=20_000)
def _usual_spelling(word: str) -> str:
    """The spelling of the lexicon for a word of Arabizi, whose vowels everybody writes in his own way."""
    known = lexicon()
    return word if not word.isascii() or word in known.words else known.by_sound.get(_sound(word), word)


def _sound(word: str) -> str:
    """The consonants, with the vowels at both ends, which tell the persons of a verb apart."""
    for digraph, letter in _DIGRAPHS:
        word = word.replace(digraph, letter)
    word = word.translate(_SAME_SOUND)
    return _REPEATED.sub(r"\1", f"{word[:1]}{_INNER_VOWELS.sub('', word[1:-1])}{word[-1:]}")


@cache
def lexicon() -> _Lexicon:
    """Load the cues shipped with the program."""
    words: dict[str, set[str]] = {}
    nouns: dict[str, set[str]] = {}
    arabizi_nouns: dict[str, set[str]] = {}
    phrases: dict[str, set[tuple[tuple[str, ...], str]]] = {}
    by_sound: dict[str, str] = {}
    for language in LANGUAGES:
        path = resources.files("opsec") / "assets" / "words" / f"statements_{language}.toml"
        for kind, table in tomllib.loads(path.read_text("utf-8")).items():
            for family, listed in _families(kind, table):
                for entry in listed:
                    parts = tuple(normalise(entry).text.split())
                    if language == "arabizi":
                        for part in parts:
                            if len(sound := _sound(part)) >= _MIN_SOUNDS:
                                by_sound.setdefault(sound, part)
                    if len(parts) > 1:
                        phrases.setdefault(parts[0], set()).add((parts, family))
                    elif kind == "nouns":
                        (arabizi_nouns if language == "arabizi" else nouns).setdefault(
                            parts[0].removeprefix("ال"), set()
                        ).add(family)
                    else:
                        words.setdefault(parts[0], set()).add(family)
    return _Lexicon(
        {word: frozenset(found) for word, found in words.items()},
        {word: frozenset(found) for word, found in nouns.items()},
        {word: frozenset(found) for word, found in arabizi_nouns.items() if len(word) >= _MIN_ARABIZI_STEM},
        {word: tuple(sorted(found, key=lambda entry: -len(entry[0]))) for word, found in phrases.items()},
        by_sound,
    )


def _families(kind: str, table: dict[str, str]) -> Iterator[tuple[str, Iterator[str]]]:
    """Yield the entries of each family of a table; Arabic verbs in the first person."""
    if kind != "verbs":
        yield from ((family, iter(listed.split())) for family, listed in table.items())
        return
    imperfect, perfect = table["imperfect"].split(), table["perfect"].split()
    yield "first", (f"{person}{stem}" for stem in imperfect for person in _FIRST_PERSON)
    yield "first", (f"{stem}نا" for stem in perfect)
    yield "first_past", (f"{stem}ت{ending}" for stem in perfect for ending in _OBJECTS)
