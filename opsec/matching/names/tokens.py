"""A text made ready to be searched: its normal form, its words, how they sound, which of them are a soldier's."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cached_property

from opsec.text.normalise import Folded, fold
from opsec.text.phonetics import Sounds, article_length, sounds
from opsec.text.place_terms import is_military

CLOSE_WORDS = 4
"""How many words away a military word still counts as close by."""
LONGEST_WORD = 100
"""Letters; a longer one is no word, and how it sounds is not asked."""
_SORANI = frozenset("ەڕڵێۆ")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of the normal form."""

    text: str
    start: int
    article: int
    """Letters of its article."""
    sounds: Sounds
    """Without the article."""

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    @property
    def bare(self) -> str:
        """Without the article."""
        return self.text[self.article :]


def word_of(text: str, start: int = 0) -> Word:
    """A word of the normal form, with how it sounds."""
    article = article_length(text)
    return Word(text, start, article, sounds(text[article:] if len(text) <= LONGEST_WORD else ""))


class Reading:
    """One text, read once and asked by every way of looking for names."""

    def __init__(self, text: str) -> None:
        self.original = text
        self.folded: Folded = fold(text)
        self.text: str = self.folded.text
        self.words: tuple[Word, ...] = tuple(word_of(met[0], met.start()) for met in _WORD.finditer(self.text))

    @cached_property
    def kurdish(self) -> bool:
        """Whether letters of it are written in Sorani alone."""
        return not _SORANI.isdisjoint(self.original)

    @cached_property
    def key(self) -> str:
        """The consonants of all words in a row."""
        return "".join(word.sounds.key for word in self.words)

    @cached_property
    def first_of(self) -> list[int]:
        """Of each word, where its consonants begin in ``key``."""
        offsets, offset = [], 0
        for word in self.words:
            offsets.append(offset)
            offset += len(word.sounds.key)
        return offsets

    @cached_property
    def _military(self) -> list[int]:
        return [index for index, word in enumerate(self.words) if is_military(word.text)]

    @cached_property
    def _starts(self) -> list[int]:
        return [word.start for word in self.words]

    def word_at(self, place: int) -> int:
        """Index of the word that holds this place of the normal form."""
        return bisect_right(self._starts, place) - 1

    def word_of_key(self, place: int) -> int:
        """Index of the word that holds this consonant of ``key``."""
        return bisect_right(self.first_of, place) - 1

    def military_close_by(self, start: int, end: int) -> bool:
        """Whether a military word stands at most a few words before or after this stretch, and not within it."""
        if not self._military:
            return False
        first, last = self.word_at(start), self.word_at(end - 1)
        since = bisect_left(self._military, first - CLOSE_WORDS)
        near = self._military[since : since + 2 * CLOSE_WORDS + last - first + 1]
        return any(index < first or last < index <= last + CLOSE_WORDS for index in near)
