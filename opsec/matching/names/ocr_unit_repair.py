"""Repair of OCR errors in the words of a unit designation: ``الواء ٥٢٩`` becomes ``اللواء ٥٢٩``.

Only words for types of unit and ordinals are repaired, and only where one of them is clearly the nearest. Digits are
never changed, because another number is another unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from opsec.matching.names.numerals import parse_number
from opsec.matching.names.ocr_confusions import align
from opsec.matching.names.tokens import TokenisedText
from opsec.text.normalise import normalise

MIN_LETTERS = 4
"""Letters of a word that is repaired."""
_MAX_COST_PER_LETTER, _MIN_MARGIN = 0.26, 0.5
"""Cost per letter of the nearest word, and the least difference to the cost of the second nearest."""
_TYPES = (
    "اللواء الفوج الكتيبة كتيبة السرية الفرقة السرب battalion brigade regiment company division squadron battalions"
)
_ORDINALS = (
    "الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر الأولى الثانية الثالثة الرابعة الخامسة "
    "first second third fourth fifth sixth seventh eighth ninth tenth"
)
_TYPE_WORDS = frozenset(normalise(word).text for word in _TYPES.split())
_ORDINAL_WORDS = frozenset(normalise(word).text for word in _ORDINALS.split())
_UNIT_WORDS = sorted(_TYPE_WORDS | _ORDINAL_WORDS)


@dataclass(frozen=True, slots=True)
class RepairedText:
    """A normalised text with repaired words."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    """For each character, the start and end of the span of the unrepaired text that it stands for."""
    number_repaired: bool
    """Whether an ordinal was repaired, and not only words for types of unit."""


def repair_unit_words(tokens: TokenisedText) -> RepairedText | None:
    """Repair the words for types of unit and ordinals in a text; None when there is nothing to repair."""
    words = [(word.start, word.end, word.text, _nearest_unit_word(word.text)) for word in tokens.words]
    if all(nearest is None for *_, nearest in words):
        return None
    characters = list(_repaired_characters(words))
    return RepairedText(
        "".join(char for char, _, _ in characters),
        tuple(start for _, start, _ in characters),
        tuple(end for _, _, end in characters),
        number_repaired=any(nearest in _ORDINAL_WORDS for *_, nearest in words),
    )


def _repaired_characters(words: list[tuple[int, int, str, str | None]]) -> Iterator[tuple[str, int, int]]:
    """Yield each character of the repaired text with its span in the original one."""
    for number, (start, end, text, nearest) in enumerate(words):
        if number:
            yield " ", start - 1, start
        if nearest is None:
            yield from ((char, start + index, start + index + 1) for index, char in enumerate(text))
        else:
            yield from ((char, start, end) for char in nearest)


@lru_cache(maxsize=5_000)
def _nearest_unit_word(word: str) -> str | None:
    """Find the unit word that this one is with errors; None when it is a unit word itself or not clearly near one."""
    if len(word) < MIN_LETTERS or len(word) > 2 * max(map(len, _UNIT_WORDS)) or not word.isalpha():
        return None
    if word in _UNIT_WORDS or parse_number([word], 0) is not None:
        return None
    costs = sorted((_word_cost(known, word), known) for known in _UNIT_WORDS if known.isascii() == word.isascii())
    (cost, nearest), (second_cost, _) = costs[0], costs[1]
    is_clear = cost <= _MAX_COST_PER_LETTER * len(nearest) and second_cost - cost >= _MIN_MARGIN
    return nearest if is_clear else None


def _word_cost(known: str, word: str) -> float:
    """Cost of recognising one whole word as another."""
    alignment = align(known, word)
    return alignment.cost + (len(word) - (alignment.end - alignment.start))
