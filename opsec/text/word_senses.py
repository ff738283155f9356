"""Senses of military words: ``قاعدة بيانات`` and ``base coat`` are no base, ``واجب بيتي`` is homework.

The collocations are data, one file a language (``assets/words``): a military word with the words that give it another
sense, and the words that keep it. Names among words of a game, a film or a market are doubtful.
"""

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise

from opsec.text.normalise import normalise
from opsec.text.place_terms import KURDISH_SUFFIXES, POSSESSIVE_SUFFIXES, kurmanji_stems, strip_prefixes

LANGUAGES = ("ar", "en", "ckb", "kmr", "arabizi")
COLLOCATION_WINDOW = 2
"""Largest distance in words of what gives one word another sense."""
TOPIC_WINDOW = 6
"""Largest distance in words of what shows the topic."""


@dataclass(frozen=True, slots=True)
class WordSenses:
    """The collocations of all languages; words are normalised, and those of a phrase joined by a space."""

    other_sense: dict[str, frozenset[str]]
    military: frozenset[str]
    topics: frozenset[str]
    doubtful: frozenset[str]
    namesakes: frozenset[str]
    """Nouns that give the word beside them to a shop, a club or a plant."""
    nature: frozenset[str]
    """Animals and plants."""


@cache
def word_senses() -> WordSenses:
    """Load the collocations shipped with the program."""
    tables = [
        tomllib.loads((resources.files("opsec") / "assets" / "words" / f"{language}.toml").read_text("utf-8"))
        for language in LANGUAGES
    ]
    other_sense: dict[str, frozenset[str]] = {}
    for word, others in ((word, others) for raw in tables for word, others in raw["other_sense"].items()):
        normal = normalise(word).text
        other_sense[normal] = other_sense.get(normal, frozenset()) | _words(others)
    lists = {
        name: _words(" ".join(raw[name]["words"] for raw in tables))
        for name in ("military", "topics", "doubtful", "namesakes", "nature")
    }
    return WordSenses(other_sense=other_sense, **lists)


def _words(text: str) -> frozenset[str]:
    return frozenset(normalise(word).text.removeprefix("ال") for word in text.split())


@lru_cache(maxsize=50_000)
def stems(word: str) -> frozenset[str]:
    """The word without any prefix and article, and each of these without a possessive or plural ending."""
    found = {word, *(rest for _start, rest in strip_prefixes(word))}
    endings = ("s",) if word.isascii() else (*POSSESSIVE_SUFFIXES, *KURDISH_SUFFIXES)
    for rest in tuple(found):
        found |= {rest[: -len(ending)] for ending in endings if rest.endswith(ending) and len(rest) - len(ending) >= 3}
        if rest.endswith("ت"):
            found.add(f"{rest[:-1]}ه")
    return frozenset(found)


def has_other_sense(words: Sequence[str], index: int) -> bool:
    """Whether the words around a military word give it another sense.

    >>> [has_other_sense(text.split(), 0) for text in ("قاعده بيانات", "قاعده جويه", "camp fire")]
    [True, False, True]
    """
    senses = word_senses()
    others = frozenset[str]().union(
        *(senses.other_sense[stem] for stem in stems(words[index]) & senses.other_sense.keys())
    )
    if not others:
        return False
    near = _around(words, index, index, COLLOCATION_WINDOW)
    return bool(others & near) and not senses.military & near


def is_ambiguous(word: str) -> bool:
    """Whether a military word also has an everyday sense."""
    return not stems(word).isdisjoint(word_senses().other_sense)


def is_in_topic(words: Sequence[str], first: int, last: int) -> bool:
    """Whether words close to a span show a topic in which ambiguous military words have another sense."""
    near = _around(words, first, last, TOPIC_WINDOW)
    return not near.isdisjoint(word_senses().topics)


def is_namesake(words: Sequence[str], first: int, last: int) -> bool:
    """Whether the word before a span, or in Latin letters the one after it, gives its name to a shop, club or plant.

    >>> is_namesake("مطعم الصقر".split(), 1, 1), is_namesake("falcon motors".split(), 0, 0)
    (True, True)
    """
    beside = [*words[max(0, first - 1) : first], *(word for word in words[last + 1 : last + 2] if word.isascii())]
    return any(not word_senses().namesakes.isdisjoint(all_stems(word)) for word in beside)


def all_stems(word: str) -> frozenset[str]:
    """The stems of a word, in Latin letters also without a Kurdish case ending."""
    return stems(word) | frozenset(kurmanji_stems(word)) if word.isascii() else stems(word)


def nature_words(words: Sequence[str], first: int, last: int) -> int:
    """Number of the words close to a span that name animals or plants, each counted once."""
    senses = word_senses()
    near = (*words[max(0, first - TOPIC_WINDOW) : first], *words[last + 1 : last + 1 + TOPIC_WINDOW])
    return len({word for word in near if not senses.nature.isdisjoint(all_stems(word))})


def is_in_doubtful_topic(words: Sequence[str], first: int, last: int) -> bool:
    """Whether words close to a span are of a game, a film or a market, and none is military."""
    near = _around(words, first, last, TOPIC_WINDOW)
    senses = word_senses()
    return not near.isdisjoint(senses.doubtful) and near.isdisjoint(senses.military)


def _around(words: Sequence[str], first: int, last: int, distance: int) -> frozenset[str]:
    """Stems of the words before and after a span, and the pairs that they form."""
    sides = words[max(0, first - distance) : first], words[last + 1 : last + 1 + distance]
    return frozenset(stem for side in sides for stem in _stems_and_pairs(side))


def _stems_and_pairs(words: Sequence[str]) -> Iterable[str]:
    for word in words:
        yield from stems(word)
    for one, other in pairwise(words):
        yield from (f"{stem} {other}" for stem in stems(one))
