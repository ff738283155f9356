"""Weighted edit distance between two transcriptions, and dictionaries that are looked up by sound."""

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import accumulate
from typing import Generic, Literal, TypeVar

from opsec.text.phonetics import CONSONANTS, PhoneticForm, Script, phonetic_key, transcribe

Value = TypeVar("Value")
_Comparison = Literal["arabic", "kurdish", "latin", "across"]
"""What is compared: two words of one script, or one word of each."""
_Position = Literal["first", "inner", "last"]
"""Whether vowels stand before, between or after the consonants."""

_EQUIVALENT_LETTERS = frozenset(
    frozenset(pair) for pair in ("كگ", "بپ", "جچ", ("k", "ck"), ("c", "k"), ("ck", "c"), ("f", "ph"), ("s", "9"))
)
"""Interchangeable spellings of one sound within one script."""

_SILENT_ALEF = re.compile(r"UA$")
"""The silent alef of plural verbs, which many people write after every final waw."""

_SHARED_SOUND_COST = 0.2
_SHARED_SOUND_COST_BY_COMPARISON: dict[_Comparison, float] = {"across": 0.0, "kurdish": 0.05}
_OTHER_CONSONANT_COST = 0.6
_OMISSION_COST = {
    "A": 0.6,
    "U": 0.6,
    "I": 0.6,
    "h": 0.4,
    "H": 0.6,
    "3": 0.5,
    "a": 0.35,
    "e": 0.35,
    "i": 0.35,
    "u": 0.35,
}
_SUBSTITUTION_COST = {
    frozenset(pair): cost
    for pairs, cost in (
        ("Aa Ii Uu 3a hH ha he", 0.0),
        ("Ae Ie ei", 0.15),
        ("ae 3A 3h", 0.2),
        ("hA h3", 0.3),
        ("ai Ia Ua 3e 3i", 0.5),
    )
    for pair in pairs.split()
}
_DEFAULT_SUBSTITUTION_COST = 0.8
_FIRST_VOWEL_FACTOR = 3
"""Hardly anybody omits the first vowel of a word that begins with one."""
_KURDISH_H_COST = 0.05
_KURDISH_A_H_COST = 0.1
_FINAL_H_COST = 0.6
_LONG_VOWEL_COST, _LONG_VOWEL_REPLACED_COST = 0.35, 0.7
"""A long vowel of Arabic is nearly always written in Latin letters."""
_FINAL_VOWEL_COST = 0.65
"""A vowel that ends a word is nearly always written in both scripts."""
_CROSS_SCRIPT_GUTTURAL_COST = {"H": 0.4, "h": 0.1, "3": 0.1}
_FINAL_ALEF_MAQSURA_COST = 0.25
"""Alef maqsura normalised to ya."""
_MEDIAL_A_H_COST, _FINAL_A_H_COST = 0.3, 0.5
"""Least cost of ه for ا within one script."""


class PhoneticDictionary(Generic[Value]):
    """Arabic words and their values, found by transcriptions in Latin letters."""

    def __init__(self, words: Iterable[tuple[str, Value]], min_consonants: int, max_distance: float) -> None:
        self._max_distance = max_distance
        self._by_key: dict[str, list[tuple[PhoneticForm, Value]]] = {}
        for word, value in words:
            form = transcribe(word)
            if form.script == "arabic" and len(form.key) >= min_consonants:
                self._by_key.setdefault(form.key, []).append((form, value))

    def find(self, word: str) -> Value | None:
        """Value of the first dictionary word that sounds like this one."""
        candidates = self._by_key.get(phonetic_key(word))
        if candidates is None:
            return None
        form = transcribe(word)
        for candidate, value in candidates:
            if phonetic_distance(form, candidate) <= self._max_distance:
                return value
        return None


def phonetic_distance(
    written: PhoneticForm, name: PhoneticForm, kurdish: bool = False, max_distance: float = 2.0
) -> float:
    """Compute the distance between two transcriptions that have the same key.

    Parameters
    ----------
    written, name
        Transcriptions; ``written.key == name.key``.
    kurdish
        Whether one of them is Kurdish, so that ه may be its vowel ە and emphatic letters carry no meaning.
    max_distance
        The sum stops once it exceeds this.

    Returns
    -------
    float
        0 for two spellings of one word; 0.5 is doubtful.
    """
    comparison = _comparison(written.script, name.script, kurdish)
    total = 0.0
    for one, other in zip(written.consonants, name.consonants, strict=True):
        total += _consonant_distance(one, other, comparison)
    for index, (one, other) in enumerate(zip(written.vowels, name.vowels, strict=True)):
        if one != other:
            position: _Position = "first" if index == 0 else "last" if index == len(name.consonants) else "inner"
            total += _vowel_distance(one, other, comparison, position)
            if total > max_distance:
                break
    return total


def _comparison(one: Script, other: Script, kurdish: bool) -> _Comparison:
    if one != other:
        return "across"
    return "latin" if one == "latin" else "kurdish" if kurdish else "arabic"


@lru_cache(maxsize=4_000)
def _consonant_distance(one: str, other: str, comparison: _Comparison) -> float:
    if one == other or frozenset((one, other)) in _EQUIVALENT_LETTERS:
        return 0.0
    shared_sounds = {*CONSONANTS.get(one, ("", one))[1]} & {*CONSONANTS.get(other, ("", other))[1]}
    if not shared_sounds:
        return _OTHER_CONSONANT_COST
    return _SHARED_SOUND_COST_BY_COMPARISON.get(comparison, _SHARED_SOUND_COST)


@lru_cache(maxsize=20_000)
def _vowel_distance(one: str, other: str, comparison: _Comparison, position: _Position) -> float:
    """Least cost of changing one sequence of vowels into another (Wagner and Fischer, 1974)."""
    if position == "last" and comparison == "arabic" and _SILENT_ALEF.sub("U", one) == _SILENT_ALEF.sub("U", other):
        return 0.0
    deletions = [_omission_cost(char, other, comparison, _position_at(at, position)) for at, char in enumerate(one)]
    insertions = [_omission_cost(char, one, comparison, _position_at(at, position)) for at, char in enumerate(other)]
    row = [0.0, *accumulate(insertions)]
    for char, deletion in zip(one, deletions, strict=True):
        above, row = row, [row[0] + deletion]
        for column, other_char in enumerate(other):
            substituted = above[column] + _substitution_cost(char, other_char, comparison, position)
            row.append(min(substituted, above[column + 1] + deletion, row[column] + insertions[column]))
    return row[-1]


def _position_at(index: int, position: _Position) -> _Position:
    """Position of one vowel of a sequence: only the very first one begins a word."""
    return "inner" if position == "first" and index > 0 else position


def _omission_cost(char: str, other: str, comparison: _Comparison, position: _Position) -> float:
    """Cost of a vowel that only one of the two spellings has."""
    if comparison == "across":
        return _cross_script_omission_cost(char, other, position)
    if char == "h" and comparison == "kurdish":
        return _KURDISH_H_COST
    if position == "first":
        return _FIRST_VOWEL_FACTOR * _OMISSION_COST[char]
    return _FINAL_H_COST if position == "last" and char == "h" else _OMISSION_COST[char]


def _cross_script_omission_cost(char: str, other: str, position: _Position) -> float:
    """The same between Arabic and Latin letters; short vowels inside a word are not written in Arabic."""
    if char in "AUI":
        is_replaced = position == "last" or set("aeiu") & set(other)
        return _LONG_VOWEL_REPLACED_COST if is_replaced else _LONG_VOWEL_COST
    if position == "last" and not other:
        return _FINAL_VOWEL_COST
    return _CROSS_SCRIPT_GUTTURAL_COST.get(char, 0.0)


def _substitution_cost(one: str, other: str, comparison: _Comparison, position: _Position) -> float:
    if one == other:
        return 0.0
    pair = frozenset((one, other))
    cost = _SUBSTITUTION_COST.get(pair, _DEFAULT_SUBSTITUTION_COST)
    if comparison == "across":
        if position == "first" and "A" in pair:
            return 0.0  # an initial alef carries any vowel
        return _FINAL_ALEF_MAQSURA_COST if position == "last" and pair == {"I", "a"} else cost
    if pair == {"A", "h"}:
        if comparison == "kurdish":
            return _KURDISH_A_H_COST
        return max(cost, _FINAL_A_H_COST if position == "last" else _MEDIAL_A_H_COST)
    return cost
