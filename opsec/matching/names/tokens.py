"""A tokenised text: its normalised form, its words, their transcriptions, and which of them are military."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from opsec.text.normalise import NormalisedText, normalise
from opsec.text.phonetics import PhoneticForm, article_length, transcribe
from opsec.text.place_terms import is_military_word
from opsec.text.word_senses import (
    has_other_sense,
    is_ambiguous,
    is_in_doubtful_topic,
    is_in_topic,
    is_namesake,
    nature_words,
)

CONTEXT_WINDOW_WORDS = 4
"""Largest distance in words at which a military word counts as close by."""
MAX_WORD_LENGTH = 100
"""Letters; longer sequences are not words and are not transcribed."""
_SORANI_LETTERS = frozenset("ەڕڵێۆ")
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a normalised text."""

    text: str
    start: int
    """Index in the normalised text."""
    article_length: int
    _phonetic: list[PhoneticForm] = field(default_factory=list, compare=False, repr=False)
    """The transcription, once it was needed: ten thousand names have words that no text comes close to."""

    @property
    def phonetic(self) -> PhoneticForm:
        """Transcription without the article."""
        if not self._phonetic:
            self._phonetic.append(transcribe(self.stem if len(self.text) <= MAX_WORD_LENGTH else ""))
        return self._phonetic[0]

    @property
    def end(self) -> int:
        """Index after the last letter in the normalised text."""
        return self.start + len(self.text)

    @property
    def stem(self) -> str:
        """The word without its article."""
        return self.text[self.article_length :]


def tokenise_word(text: str, start: int = 0) -> Word:
    """Make a ``Word`` of a normalised word that begins at ``start``."""
    return Word(text, start, article_length(text))


class TokenisedText:
    """One text, tokenised once for all match strategies."""

    def __init__(self, text: str) -> None:
        self.original = text
        self.normalised: NormalisedText = normalise(text)
        self.text: str = self.normalised.text
        self.words: tuple[Word, ...] = tuple(tokenise_word(word[0], word.start()) for word in _WORD.finditer(self.text))

    @cached_property
    def is_kurdish(self) -> bool:
        """Whether it has letters that only Sorani uses."""
        return not _SORANI_LETTERS.isdisjoint(self.original)

    @cached_property
    def phonetic_key(self) -> str:
        """Consonant classes of all words, concatenated."""
        return "".join(word.phonetic.key for word in self.words)

    @cached_property
    def key_offsets(self) -> list[int]:
        """For each word, the index in ``phonetic_key`` at which its consonants start."""
        offsets, offset = [], 0
        for word in self.words:
            offsets.append(offset)
            offset += len(word.phonetic.key)
        return offsets

    @cached_property
    def _military_indices(self) -> list[int]:
        military = (index for index, word in enumerate(self.words) if is_military_word(word.text))
        return [index for index in military if not self.has_other_sense(index)]

    @cached_property
    def word_texts(self) -> list[str]:
        """Letters of each word."""
        return [word.text for word in self.words]

    @cached_property
    def _word_starts(self) -> list[int]:
        return [word.start for word in self.words]

    def word_index_at(self, position: int) -> int:
        """Index of the word at this position of the normalised text."""
        return bisect_right(self._word_starts, position) - 1

    def word_index_at_key(self, position: int) -> int:
        """Index of the word at this position of ``phonetic_key``."""
        return bisect_right(self.key_offsets, position) - 1

    def has_other_sense(self, index: int) -> bool:
        """Whether a military word has another sense beside its neighbours: ``قاعدة بيانات``."""
        return has_other_sense(self.word_texts, index)

    def is_in_doubtful_topic(self, start: int, end: int) -> bool:
        """Whether a span of the original stands among words of a game, a film or a market."""
        return is_in_doubtful_topic(self.word_texts, *self.words_at(start, end))

    def is_in_everyday_topic(self, start: int, end: int) -> bool:
        """Whether a span of the original stands among words of a topic such as cooking or school."""
        return is_in_topic(self.word_texts, *self.words_at(start, end))

    def is_namesake(self, start: int, end: int) -> bool:
        """Whether a span of the original belongs to the name of a shop, a club or a plant: ``مطعم الصقر``."""
        return is_namesake(self.word_texts, *self.words_at(start, end))

    def nature_words(self, start: int, end: int) -> int:
        """Number of words for animals and plants close to a span of the original; 0 beside a military word."""
        first, last = self.words_at(start, end)
        if self.has_military_word_nearby(self.words[first].start, self.words[last].end):
            return 0
        return nature_words(self.word_texts, first, last)

    def words_at(self, start: int, end: int) -> tuple[int, int]:
        """First and last word of a span of the original."""
        since = bisect_left(self.normalised.offsets, start)
        until = bisect_left(self.normalised.offsets, end)
        first = max(0, self.word_index_at(since))
        return first, max(first, self.word_index_at(until - 1))

    def has_military_word_nearby(self, start: int, end: int) -> bool:
        """Whether a military word stands close before or after a span of the normalised text, but not in it.

        A word that also has an everyday sense does not count where the words around show another topic.
        """
        if not self._military_indices:
            return False
        first, last = self.word_index_at(start), self.word_index_at(end - 1)
        since = bisect_left(self._military_indices, first - CONTEXT_WINDOW_WORDS)
        nearby = self._military_indices[since : since + 2 * CONTEXT_WINDOW_WORDS + last - first + 1]
        outside = [index for index in nearby if index < first or last < index <= last + CONTEXT_WINDOW_WORDS]
        if not outside or not all(is_ambiguous(self.word_texts[index]) for index in outside):
            return bool(outside)
        return not is_in_topic(self.word_texts, first, last)
