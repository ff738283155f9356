"""Names that a camera's reader got slightly wrong: a dot lost, a letter for one that looks like it, a rim read as one.

Only words read from pictures are held against names this way, and what is met is for an officer to look at, beside
the picture: two places may differ by one letter. The likeness is an edit distance in which letters of one shape cost
half (Arabic letters differ by dots alone), and spaces little (Wagner and Fischer, 1974, with Sellers' free ends, 1980).
Candidates come from rapidfuzz over shapes, so ten thousand names cost some milliseconds a sign.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from opsec.matching.names.hits import Hit
from opsec.matching.names.name_parser import Name
from opsec.matching.names.tokens import Reading

SHORTEST_CORE, SHORTEST_NAME = 4, 7
"""Letters; shorter ones are half of all words when a letter may be wrong."""
LONGEST_TEXT = 1_000
MOST_CANDIDATES = 30
_MOST_WRONG, _MOST_WRONG_ARABIC, _MOST_WRONG_LATIN = 0.16, 0.17, 0.16
"""Cost by letter, of the whole name and of what makes it this place: in six letters of Arabic one may be another."""
_SAME_SHAPE, _SPACE, _OTHER = 0.5, 0.25, 1.0
_CANDIDATE = 70.0
_SHAPES = "بتثنيپ جحخچ دذ رز سش صض طظ عغفق هم كگ il1jtfr o0ceaqdg nmhru b6h s5 z2 vyw b8"
_CLASS: dict[str, frozenset[int]] = {}
for _number, _shape in enumerate(_SHAPES.split()):
    for _letter in _shape:
        _CLASS[_letter] = _CLASS.get(_letter, frozenset()) | {_number}


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Where a name fits best in a text, and what that costs."""

    start: int
    end: int
    cost: float


class Misread:
    """The names of places, ready to be held against words read from pictures."""

    def __init__(self) -> None:
        self._names: list[Name] = []

    def add(self, name: Name) -> None:
        """Look for a name; an everyday word and a short one are not looked for."""
        core = sum(len(word.bare) for word in name.core)
        if not name.weak and core >= SHORTEST_CORE and len(name.text) >= SHORTEST_NAME:
            self._names.append(name)

    @cached_property
    def _shapes(self) -> list[str]:
        return [shape(name.text) for name in self._names]

    def find(self, reading: Reading) -> Iterator[Hit]:
        """Every name that these words may be, read wrong."""
        from rapidfuzz import fuzz, process

        text = reading.text[:LONGEST_TEXT]
        candidates = process.extract(
            shape(text), self._shapes, scorer=fuzz.partial_ratio, score_cutoff=_CANDIDATE, limit=MOST_CANDIDATES
        )
        for _, _, index in sorted(candidates, key=lambda candidate: candidate[2]):
            name = self._names[index]
            met = best_stretch(name.text, text)
            if (
                met.cost <= _MOST_WRONG * len(name.text)
                and _stands_apart(text, met)
                and _is_this_place(name, text, met)
            ):
                yield Hit(met.start, met.end, name.site, "near", 1.0 + met.cost)


def shape(text: str) -> str:
    """The text with every letter as the first of its shape.

    >>> shape("بوابه الغزالين") == shape("توابه الفرالين")
    True
    """
    return "".join(_FIRST.get(char, char) for char in text)


_FIRST = {letter: group[0] for group in reversed(_SHAPES.split()) for letter in group}


def _is_this_place(name: Name, text: str, met: _Stretch) -> bool:
    """Whether the name's own part is right as well: the kind of place alone tells nothing apart."""
    if text[met.end - 1] != name.text[-1] and met.end - met.start < len(name.text):
        return False  # a name without its last letter is another word: الغزالي is not الغزالين
    words = [word.bare for word in name.core]  # each by itself: an article between two of them is no misreading
    most = _MOST_WRONG_LATIN if "".join(words).isascii() else _MOST_WRONG_ARABIC
    stretch = text[met.start : met.end]
    return sum(best_stretch(word, stretch).cost for word in words) <= most * sum(len(word) for word in words)


def _stands_apart(text: str, met: _Stretch) -> bool:
    """Whether a stretch is made of whole words, but for one letter too many at either end."""
    before, after = text[: met.start], text[met.end :]
    return len(before) - (before.rfind(" ") + 1) <= 1 and len(after.split(" ", 1)[0]) <= 1


def best_stretch(name: str, text: str) -> _Stretch:
    """The stretch of a text that a name fits best, the first of equals."""
    row = [(0.0, place) for place in range(len(text) + 1)]
    for letter in name:
        row = _next_row(row, letter, text)
    cost, start = min(row)
    end = min(place for place, (its_cost, its_start) in enumerate(row) if (its_cost, its_start) == (cost, start))
    return _Stretch(start, max(end, start), cost)


def _next_row(row: Sequence[tuple[float, int]], letter: str, text: str) -> list[tuple[float, int]]:
    """Cost of the name up to one more letter, ending at each place of the text, and where that began."""
    left_out = _cost_alone(letter)
    following = [(row[0][0] + left_out, row[0][1])]
    for place, char in enumerate(text, 1):
        instead = row[place - 1][0] + _cost(letter, char), row[place - 1][1]
        without = row[place][0] + left_out, row[place][1]
        more = following[place - 1][0] + _cost_alone(char), following[place - 1][1]
        following.append(min(instead, without, more))
    return following


def _cost(letter: str, char: str) -> float:
    if letter == char:
        return 0.0
    if _CLASS.get(letter, frozenset()) & _CLASS.get(char, frozenset()):
        return _SAME_SHAPE
    return _OTHER


def _cost_alone(char: str) -> float:
    return _SPACE if char == " " else _OTHER
