"""Names with OCR errors: a missing dot, a letter of similar shape, an edge of a sign recognised as a letter.

Only text recognised in images is matched this way, and its hits are for review beside the image, because two places may
differ by one letter. The cost is a weighted edit distance in which letters of similar shape cost half (many Arabic
letters differ by dots alone) and spaces little (Wagner and Fischer, 1974), aligned with free ends (Sellers, 1980).
rapidfuzz preselects candidates by shape, so ten thousand names cost a few milliseconds per sign.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from opsec.matching.names.hits import NameHit
from opsec.matching.names.name_parser import ParsedName
from opsec.matching.names.tokens import TokenisedText

MIN_CORE_LETTERS, MIN_NAME_LETTERS = 4, 7
"""Letters; with one letter wrong, shorter names match a large share of all words."""
MAX_TEXT_LENGTH = 1_000
MAX_CANDIDATES = 30
_MAX_NAME_COST, _MAX_CORE_COST_ARABIC, _MAX_CORE_COST_LATIN = 0.16, 0.17, 0.16
"""Cost per letter of the whole name and of its core: in six Arabic letters, one may be wrong."""
_CONFUSION_COST, _SPACE_COST, _EDIT_COST = 0.5, 0.25, 1.0
_MIN_PARTIAL_RATIO = 70.0
"""Of rapidfuzz, in percent, between shape keys."""
_BASE_DISTANCE = 1.0
"""Ranks these hits after all hits by sound."""
_SHAPES = "بتثنيپ جحخچ دذ رز سش صض طظ عغفق هم كگ il1jtfr o0ceaqdg nmhru b6h s5 z2 vyw b8"
_SHAPE_CLASSES: dict[str, frozenset[int]] = {}
for _number, _shape in enumerate(_SHAPES.split()):
    for _letter in _shape:
        _SHAPE_CLASSES[_letter] = _SHAPE_CLASSES.get(_letter, frozenset()) | {_number}


@dataclass(frozen=True, slots=True)
class Alignment:
    """Best alignment of a name with a part of a text."""

    start: int
    end: int
    cost: float


class OcrConfusionIndex:
    """Names of places, matched approximately with recognised text."""

    def __init__(self) -> None:
        self._names: list[ParsedName] = []

    def add(self, name: ParsedName) -> None:
        """Add a name, unless it is an everyday word or too short."""
        core_letters = sum(len(word.stem) for word in name.core)
        if not name.is_weak and core_letters >= MIN_CORE_LETTERS and len(name.text) >= MIN_NAME_LETTERS:
            self._names.append(name)

    @cached_property
    def _shapes(self) -> list[str]:
        return [shape_key(name.text) for name in self._names]

    def find(self, tokens: TokenisedText) -> Iterator[NameHit]:
        """Yield every name that the text may be with recognition errors."""
        from rapidfuzz import fuzz, process

        text = tokens.text[:MAX_TEXT_LENGTH]
        candidates = process.extract(
            shape_key(text),
            self._shapes,
            scorer=fuzz.partial_ratio,
            score_cutoff=_MIN_PARTIAL_RATIO,
            limit=MAX_CANDIDATES,
        )
        for _, _, index in sorted(candidates, key=lambda candidate: candidate[2]):
            name = self._names[index]
            alignment = align(name.text, text)
            if (
                alignment.cost <= _MAX_NAME_COST * len(name.text)
                and _is_word_aligned(text, alignment)
                and _core_matches(name, text, alignment)
            ):
                yield NameHit(alignment.start, alignment.end, name.site, "near", _BASE_DISTANCE + alignment.cost)


def shape_key(text: str) -> str:
    """Replace every letter by the first one of its shape class.

    >>> shape_key("بوابه الغزالين") == shape_key("توابه الفرالين")
    True
    """
    return "".join(_SHAPE_KEYS.get(char, char) for char in text)


_SHAPE_KEYS = {letter: group[0] for group in reversed(_SHAPES.split()) for letter in group}


def _core_matches(name: ParsedName, text: str, alignment: Alignment) -> bool:
    """Whether the core of the name matches as well; the type of place alone is not distinctive."""
    if text[alignment.end - 1] != name.text[-1] and alignment.end - alignment.start < len(name.text):
        return False  # without its last letter a name is another word: الغزالي is not الغزالين
    words = [word.stem for word in name.core]  # separately, because an article between two of them is not an error
    max_cost = _MAX_CORE_COST_LATIN if "".join(words).isascii() else _MAX_CORE_COST_ARABIC
    aligned = text[alignment.start : alignment.end]
    return sum(align(word, aligned).cost for word in words) <= max_cost * sum(len(word) for word in words)


def _is_word_aligned(text: str, alignment: Alignment) -> bool:
    """Whether an alignment covers whole words, but for at most one extra letter at either end."""
    before, after = text[: alignment.start], text[alignment.end :]
    return len(before) - (before.rfind(" ") + 1) <= 1 and len(after.split(" ", 1)[0]) <= 1


def align(name: str, text: str) -> Alignment:
    """Align a name with the part of a text that it fits best; the first of equals."""
    row = [(0.0, position) for position in range(len(text) + 1)]
    for letter in name:
        row = _next_row(row, letter, text)
    cost, start = min(row)
    end = row.index((cost, start))
    return Alignment(start, max(end, start), cost)


def _next_row(row: Sequence[tuple[float, int]], letter: str, text: str) -> list[tuple[float, int]]:
    """Compute, for each end position in the text, the cost of the name with one more letter and the start position."""
    deletion_cost = _gap_cost(letter)
    following = [(row[0][0] + deletion_cost, row[0][1])]
    for end, char in enumerate(text, 1):
        substitution = row[end - 1][0] + _substitution_cost(letter, char), row[end - 1][1]
        deletion = row[end][0] + deletion_cost, row[end][1]
        insertion = following[end - 1][0] + _gap_cost(char), following[end - 1][1]
        following.append(min(substitution, deletion, insertion))
    return following


def _substitution_cost(letter: str, char: str) -> float:
    if letter == char:
        return 0.0
    if _SHAPE_CLASSES.get(letter, frozenset()) & _SHAPE_CLASSES.get(char, frozenset()):
        return _CONFUSION_COST
    return _EDIT_COST


def _gap_cost(char: str) -> float:
    return _SPACE_COST if char == " " else _EDIT_COST
