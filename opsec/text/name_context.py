"""The cues around a name in a text, and where they stand: beside the name, in its sentence, or near.

The rules of ``statement_kind`` and ``statement_neighbours`` ask a ``NameContext``.
"""

import re
from collections.abc import Iterable
from functools import lru_cache

from opsec.text.normalise import normalise
from opsec.text.place_terms import find_place_type, is_military_word
from opsec.text.statement_words import Cue, Passage, families, find_cues

ARTICLES = frozenset("the a an of ye ya yen el al il l ul be ال تبع مال مالت".split())
"""Articles, and what links two nouns."""
_TOPICS_IN_TAGS = frozenset(
    {"official", "event", "saying", "reporting", "attack", "formal", "history", "agency", "breaking", "troops"}
)
"""Hashtags name the country and the topic of many posts, which are no report."""
_MAX_NAME_CHARACTERS = 200
_MILITARY_WORDS_BEFORE = 2
_MILITARY_PLACES = frozenset({"operations", "depot", "range"})
_PREFIX_WITH_ARTICLE = re.compile(r"[وف]?([بعلك])(?:ال|(?<=ل)ل)\w{3}")
_NUMBER = re.compile(r"[0-9]+(?:st|nd|rd|th)?|[^\W0-9a-z]+[0-9]+|[0-9]+[^\W0-9a-z]+")
"""Number of a unit, also written together with an Arabic word."""


class NameContext:
    """The cues around a name, with what the rules ask of them."""

    def __init__(self, passage: Passage, text: str, span: tuple[int, int]) -> None:
        self.passage, self.text, self._span = passage, text, span
        self.own: dict[str, list[Cue]] = {}
        """Cues in the sentence of the name, by family, in order."""
        self._near: dict[str, Cue] = {}
        self.everywhere: dict[str, Cue] = {}
        """First cue of each family in any sentence."""
        sentences = passage.sentences
        own = sentences[passage.name]
        for cue in find_cues(passage):
            if cue.start in passage.tagged and cue.family in _TOPICS_IN_TAGS:
                continue
            distance = sentences[cue.start] - own
            if distance == 0:
                self.own.setdefault(cue.family, []).append(cue)
            if -1 <= distance <= 1:
                self._near.setdefault(cue.family, cue)
            self.everywhere.setdefault(cue.family, cue)
        self.first_word = sentences.index(own)
        """Index of the first word of the sentence."""
        self.prefix = passage.prefix.removesuffix("ال") or _prefix_of_place(text, span)
        """Preposition written together with the name."""
        self.preposition = self._find_preposition()
        """Preposition before the name, or nothing."""

    def is_military(self) -> bool:
        """Whether the name, or a word that belongs to it, is of a military place or unit."""
        words, name = self.passage.words, self.passage.name
        beside = (*words[max(0, name - _MILITARY_WORDS_BEFORE) : name], *words[name + 1 : name + 2])
        start, end = self._span
        return _is_military(self.text[start : min(end, start + _MAX_NAME_CHARACTERS)]) or any(map(_is_military, beside))

    def _find_preposition(self) -> str:
        passage = self.passage
        if self.prefix:
            return self.prefix
        before = passage.name - 1
        if before >= 0 and passage.words[before] in ARTICLES:
            before -= 1
        if before < 0 or passage.sentences[before] != passage.sentences[passage.name]:
            return ""
        return passage.words[before] if "locative" in families(passage.words[before]) else ""

    def in_sentence(self, *wanted: str) -> Cue | None:
        """A cue in the sentence of the name."""
        own = self.own
        return next((own[family][0] for family in wanted if family in own), None)

    def near(self, *wanted: str) -> Cue | None:
        """A cue in the sentence of the name or in a neighbour of it."""
        return next((self._near[family] for family in wanted if family in self._near), None)

    def anywhere(self, *wanted: str) -> Cue | None:
        """A cue in any sentence."""
        return next((self.everywhere[family] for family in wanted if family in self.everywhere), None)

    def in_other_sentence(self, *wanted: str) -> bool:
        return any(family in self.everywhere and family not in self.own for family in wanted)

    def before(self, gap: int, *wanted: str) -> Cue | None:
        """The last cue in the sentence before the name, with at most so many words between."""
        name, own = self.passage.name, self.own
        found = [cue for family in wanted if family in own for cue in own[family] if 0 <= name - cue.end <= gap]
        return max(found, key=lambda cue: cue.end) if found else None

    def after(self, gap: int, *wanted: str) -> Cue | None:
        """The first cue in the sentence after the name, with at most so many words between."""
        first, own = self.passage.name + 1, self.own
        found = [cue for family in wanted if family in own for cue in own[family] if 0 <= cue.start - first <= gap]
        return min(found, key=lambda cue: cue.start) if found else None

    def between(self, cue: Cue) -> tuple[str, ...]:
        """Words between a cue before the name and the name."""
        return self.passage.words[cue.end : self.passage.name]


def are(words: Iterable[str], allowed: frozenset[str], *allowed_families: str) -> bool:
    """Whether each word is one of these, or of one of these families."""
    return all(word in allowed or not families(word).isdisjoint(allowed_families) for word in words)


def _prefix_of_place(text: str, span: tuple[int, int]) -> str:
    """The preposition in front of the type of place with which a name begins."""
    start, end = span
    return _prefix_of_type(text[start : min(end, start + _MAX_NAME_CHARACTERS)])


@lru_cache(maxsize=20_000)
def _prefix_of_type(name: str) -> str:
    word = normalise(name).text.partition(" ")[0]
    if word.isascii():
        return ""
    if place := find_place_type(word):
        return word[: place.offset].removesuffix("ال")
    article = _PREFIX_WITH_ARTICLE.match(word)
    return article[1] if article else ""


@lru_cache(maxsize=20_000)
def _is_military(name: str) -> bool:
    """Whether a name contains the word of a military place or unit, or a number."""
    return any(_is_military_word(word) for word in normalise(name).text.split())


def _is_military_word(word: str) -> bool:
    place = find_place_type(word)
    return (
        _NUMBER.fullmatch(word) is not None
        or is_military_word(word)
        or "military" in families(word)
        or (place is not None and place.name in _MILITARY_PLACES)
    )
