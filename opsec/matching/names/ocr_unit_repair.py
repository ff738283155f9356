"""Words of a unit's designation that a camera's reader got slightly wrong, set right: ``الواء ٥٢٩`` is ``اللواء ٥٢٩``.

Only the words that say a kind of unit, and ordinals, are set right, and only where one of them is clearly the nearest.
Digits are never touched: another number is another unit.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from opsec.matching.names.numerals import number_at
from opsec.matching.names.ocr_confusions import best_stretch
from opsec.matching.names.tokens import Reading
from opsec.text.normalise import fold

SHORTEST = 4
"""Letters of a word that is set right."""
_MOST_WRONG, _CLEARLY = 0.26, 0.5
"""Cost by letter, and how much further off the next word must be that says something else."""
_KINDS = (
    "اللواء الفوج الكتيبة كتيبة السرية الفرقة السرب battalion brigade regiment company division squadron battalions"
)
_ORDINALS = (
    "الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر الأولى الثانية الثالثة الرابعة الخامسة "
    "first second third fourth fifth sixth seventh eighth ninth tenth"
)
_KIND_WORDS = frozenset(fold(word).text for word in _KINDS.split())
_ORDINAL_WORDS = frozenset(fold(word).text for word in _ORDINALS.split())
_KNOWN = sorted(_KIND_WORDS | _ORDINAL_WORDS)


@dataclass(frozen=True, slots=True)
class Mended:
    """A text in normal form with words set right, and the way back."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    """For each character, the stretch of the unmended normal form that it stands for: where it starts and ends."""
    guessed: bool
    """Whether a number was set right, and not only words for kinds of units."""


def mended(reading: Reading) -> Mended | None:
    """The text with the words of units set right; none when there is nothing to set right."""
    fixed = [(word.start, word.end, word.text, _nearest(word.text)) for word in reading.words]
    if all(nearest is None for *_, nearest in fixed):
        return None
    letters = list(_letters(fixed))
    return Mended(
        "".join(char for char, _, _ in letters),
        tuple(start for _, start, _ in letters),
        tuple(end for _, _, end in letters),
        guessed=any(nearest in _ORDINAL_WORDS for *_, nearest in fixed),
    )


def _letters(words: list[tuple[int, int, str, str | None]]) -> Iterator[tuple[str, int, int]]:
    for number, (start, end, text, nearest) in enumerate(words):
        if number:
            yield " ", start - 1, start
        if nearest is None:
            yield from ((char, start + place, start + place + 1) for place, char in enumerate(text))
        else:
            yield from ((char, start, end) for char in nearest)


@lru_cache(maxsize=5_000)
def _nearest(word: str) -> str | None:
    """The word of a unit that this one is, read wrong; none when it is one, or is clearly none."""
    if len(word) < SHORTEST or len(word) > 2 * max(map(len, _KNOWN)) or not word.isalpha():
        return None
    if word in _KNOWN or number_at([word], 0) is not None:
        return None
    costs = sorted((_apart(known, word), known) for known in _KNOWN if known.isascii() == word.isascii())
    (least, nearest), (next_cost, _) = costs[0], costs[1]
    return nearest if least <= _MOST_WRONG * len(nearest) and next_cost - least >= _CLEARLY else None


def _apart(known: str, word: str) -> float:
    """Cost of reading one whole word as another."""
    met = best_stretch(known, word)
    return met.cost + (len(word) - (met.end - met.start))
