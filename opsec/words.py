"""One normal form for what people write, with the way back to what they wrote.

Soldiers write the same name with and without hamza, dots, vowel marks, tatweel, spaces, capitals and
in two sets of digits. ``fold`` brings all of them to one form and remembers, for every letter of it,
where that letter stood, so that a match can point at the words themselves.

Letter classes follow common practice of Arabic search (light normalisation: hamza seats, ya and alef
maqsura, ta marbuta, tatweel, marks) on top of Unicode NFKD and case folding (UAX #15, UTS #10 section 1).
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

_LETTERS = str.maketrans({
    "ى": "ي", "ی": "ي", "ې": "ي", "ێ": "ي", "ئ": "ي",
    "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۀ": "ه",
    "ک": "ك", "ڪ": "ك", "ٱ": "ا", "ؤ": "و", "ۆ": "و", "ۇ": "و", "ڕ": "ر", "ڵ": "ل",
})  # fmt: skip
_TATWEEL = "ـ"
_ELONGATED = re.compile(r"([^\W\d_])\1{2,}")


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in normal form: words of letters and digits with one space between them."""

    text: str
    places: tuple[int, ...]
    """For each character of ``text``, the index in the original of the character it came from."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the normal form stood in the original, end exclusive."""
        return self.places[start], self.places[end - 1] + 1


def fold(text: str) -> Folded:
    """The normal form of a text. Folding twice changes nothing more.

    >>> fold("بمعسكَر الصَّقـــر!").text
    'بمعسكر الصقر'
    """
    letters: list[str] = []
    places: list[int] = []
    for index, char in enumerate(text):
        for letter in _folded_char(char):
            if letter == " " and (not letters or letters[-1] == " "):
                continue
            letters.append(letter)
            places.append(index)
    if letters and letters[-1] == " ":
        letters.pop()
        places.pop()
    return _without_elongation("".join(letters), places)


@lru_cache(maxsize=20_000)
def _folded_char(char: str) -> str:
    """One character's share of the normal form: letters, one digit, a space, or nothing."""
    if unicodedata.category(char) in {"Mn", "Me", "Cf", "Cs"} or char == _TATWEEL:
        return ""
    folded: list[str] = []
    for part in unicodedata.normalize("NFKD", char).casefold().translate(_LETTERS):
        category = unicodedata.category(part)
        if category == "Mn" or part == _TATWEEL:
            continue
        if category == "Nd":
            folded.append(str(unicodedata.digit(part)))
        else:
            folded.append(part if category[0] == "L" else " ")
    return "".join(folded)


def _without_elongation(text: str, places: list[int]) -> Folded:
    """A letter written three times or more is one letter drawn out for feeling; two may be spelling."""
    if not _ELONGATED.search(text):
        return Folded(text, tuple(places))
    kept: list[int] = []
    end = 0
    for run in _ELONGATED.finditer(text):
        kept += range(end, run.start() + 1)
        end = run.end()
    kept += range(end, len(text))
    return Folded("".join(text[index] for index in kept), tuple(places[index] for index in kept))
