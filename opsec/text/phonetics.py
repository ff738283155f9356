"""What a word sounds like, in Arabic letters, in Arabizi and in English ones alike.

The key of a word is the row of its consonants, each by its class: ``معسكر``, ``m3askar`` and ``mu3asker``
share one. A class is wide on purpose (ق, ك, گ, غ, k, q, g, gh are one), for a key only finds candidates;
``unlikeness`` then weighs what the key left out: which consonants exactly, and which vowels between them.

The classes follow the spellings that Iraqi writers use (Arabizi digits 2 3 5 6 7 8 9; dialect q as g or k)
and the tables of ALA-LC for Arabic and Kurdish.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from typing import Literal

Script = Literal["arabic", "latin", "other"]
_Tongues = Literal["arabic", "kurdish", "latin", "across"]
"""What is compared: two words of one script, or one of each."""
_Where = Literal["first", "inner", "last"]

_CONSONANTS: dict[str, tuple[str, str]] = {
    "ب": ("B", "bp"), "پ": ("B", "pb"), "ت": ("T", "t"), "ط": ("T", "t"), "ث": ("T", "Tt"),
    "ج": ("J", "jgc"), "چ": ("J", "cj"), "ژ": ("J", "jz"), "خ": ("Q", "x"),
    "د": ("D", "d"), "ذ": ("D", "Ddz"), "ض": ("D", "dD"), "ظ": ("D", "DzV"), "ز": ("D", "z"),
    "ر": ("R", "r"), "س": ("S", "s"), "ص": ("S", "s"), "ش": ("X", "S"), "ف": ("F", "fv"),
    "غ": ("K", "Gg"), "ق": ("K", "qkg"), "ك": ("K", "k"), "گ": ("K", "gk"),
    "ل": ("L", "l"), "م": ("M", "m"), "ن": ("N", "n"),
    "b": ("B", "b"), "p": ("B", "p"), "t": ("T", "t"), "th": ("T", "TDt"), "6": ("T", "t"),
    "j": ("J", "j"), "ch": ("J", "c"), "x": ("Q", "x"), "kh": ("Q", "x"), "5": ("Q", "x"),
    "d": ("D", "d"), "dh": ("D", "DVd"), "z": ("D", "z"), "r": ("R", "r"),
    "s": ("S", "s"), "9": ("S", "s"), "sh": ("X", "S"), "f": ("F", "f"), "ph": ("F", "f"), "v": ("F", "v"),
    "g": ("K", "g"), "gh": ("K", "G"), "k": ("K", "k"), "ck": ("K", "k"), "c": ("K", "k"), "q": ("K", "q"),
    "8": ("K", "qG"), "l": ("L", "l"), "m": ("M", "m"), "n": ("N", "n"),
}  # fmt: skip
"""Letter or letter pair → its class, and the sounds that it may stand for."""

_BETWEEN = {
    "ا": "A", "و": "U", "ي": "I", "ه": "h", "ح": "H", "ع": "3",
    "a": "a", "e": "e", "i": "i", "y": "i", "o": "u", "u": "u", "w": "u", "h": "h", "7": "H", "3": "3", "2": "",
}  # fmt: skip
"""What stands between consonants: vowels, and throat sounds that one spelling writes and the next leaves out."""

_SAME_LETTER = frozenset(
    frozenset(pair) for pair in ("كگ", "بپ", "جچ", ("k", "ck"), ("c", "k"), ("ck", "c"), ("f", "ph"), ("s", "9"))
)
"""Two ways to write one sound within one script, for want of a key or by habit."""

_ARABIC_ARTICLE = re.compile(r"ال(?=\w{2})")
_LATIN_ARTICLE = re.compile(r"(?:a(?:sh(?=sh)|s(?=s)|r(?=r)|t(?=t)|d(?=d)|z(?=z)|n(?=n))|[aeiu]l)(?=\w{3})")
_ARTICLE_ALONE = frozenset({"al", "el", "il", "ul", "l", "ash", "as", "ar", "ad", "az", "ال"})
_SILENT_ALEF = re.compile(r"UA$")
"""The alef of verbs in the plural, which many put after every final waw."""
_MOST_BETWEEN = 8


@dataclass(frozen=True, slots=True)
class Sounds:
    """A word, or words in a row, as they sound."""

    key: str
    """One class letter a consonant."""
    letters: tuple[str, ...]
    """The consonants as written."""
    between: tuple[str, ...]
    """Vowels before, between and after the consonants: one more than there are consonants."""
    places: tuple[int, ...]
    """Index in the word of each consonant."""
    script: Script


def sounds(word: str) -> Sounds:
    """How a word of the normal form sounds; digits sound as themselves."""
    return _sounds(word) if len(word) <= 60 else _parsed(word)  # an endless word is met once and not worth keeping


def article_length(word: str) -> int:
    """Letters at the front of a word that are an article, and all of a word that is nothing else.

    >>> article_length("المعسكر"), article_length("alsaqr"), article_length("الي")
    (2, 2, 0)
    """
    if word in _ARTICLE_ALONE:
        return len(word)
    article = (_LATIN_ARTICLE if word[:1].isascii() else _ARABIC_ARTICLE).match(word)
    return article.end() if article else 0


@lru_cache(maxsize=50_000)
def _sounds(word: str) -> Sounds:
    return _parsed(word)


def _parsed(word: str) -> Sounds:
    script: Script = script_of(word)
    key: list[str] = []
    letters: list[str] = []
    places: list[int] = []
    between: list[str] = [""]
    index = 0
    while index < len(word):
        letter = (
            word[index : index + 2] if script == "latin" and word[index : index + 2] in _CONSONANTS else word[index]
        )
        index += len(letter)
        if script != "other" and letter in _BETWEEN and not (letter.isdigit() and script == "arabic"):
            drawn = letter == "e" and word[index : index + 1] == "e"
            between[-1] = _grown(between[-1], "i" if drawn else _BETWEEN[letter])
            index += drawn
            continue
        kind = _CONSONANTS[letter][0] if letter in _CONSONANTS and script != "other" else letter
        if key and not between[-1] and key[-1] == kind and not letter.isdigit():
            continue
        if key and key[-1] == "M" and kind == "B" and not between[-1]:
            key[-1], letters[-1] = "N", "n" if script == "latin" else "ن"  # spoken m, written either way
        key.append(kind)
        letters.append(letter)
        places.append(index - len(letter))
        between.append("")
    return Sounds("".join(key), tuple(letters), tuple(between), tuple(places), script)


def _grown(so_far: str, more: str) -> str:
    """A drawn-out vowel is one vowel."""
    return so_far if so_far.endswith(more) or len(so_far) >= _MOST_BETWEEN else so_far + more


def script_of(word: str) -> Script:
    """Which alphabet a word of the normal form is written in, by its first letter that is no digit."""
    for char in word:
        if "a" <= char <= "z":
            return "latin"
        if "\u0600" <= char <= "\u06ff":
            return "arabic"
        if not char.isdigit():
            return "other"
    return "other"


def run(words: tuple[Sounds, ...]) -> Sounds:
    """Several words spoken in a row."""
    if len(words) == 1:
        return words[0]
    between = [""]
    for word in words:
        between[-1] = "".join((between[-1], word.between[0]))[:_MOST_BETWEEN]
        between += word.between[1:]
    return Sounds(
        key="".join(word.key for word in words),
        letters=tuple(letter for word in words for letter in word.letters),
        between=tuple(between),
        places=(),
        script=next((word.script for word in words if word.key), "other"),
    )


def unlikeness(written: Sounds, name: Sounds, kurdish: bool = False, most: float = 2.0) -> float:
    """How far two rows of sounds with one key are apart: 0 for two spellings of one word, 0.5 for a doubt.

    ``kurdish``: one of them is, so ه may be its vowel ە and emphatic letters mean nothing. Stops beyond ``most``.
    """
    tongues = _tongues(written.script, name.script, kurdish)
    total = 0.0
    for one, other in zip(written.letters, name.letters, strict=True):
        total += _letters_apart(one, other, tongues)
    for position, (one, other) in enumerate(zip(written.between, name.between, strict=True)):
        if one != other:
            where: _Where = "first" if position == 0 else "last" if position == len(name.letters) else "inner"
            total += _between_apart(one, other, tongues, where)
            if total > most:
                break
    return total


def _tongues(one: Script, other: Script, kurdish: bool) -> _Tongues:
    if one != other:
        return "across"
    return "latin" if one == "latin" else "kurdish" if kurdish else "arabic"


@lru_cache(maxsize=4_000)
def _letters_apart(one: str, other: str, tongues: _Tongues) -> float:
    if one == other or frozenset((one, other)) in _SAME_LETTER:
        return 0.0
    heard = {*_CONSONANTS.get(one, ("", one))[1]} & {*_CONSONANTS.get(other, ("", other))[1]}
    return {"across": 0.0, "kurdish": 0.05}.get(tongues, 0.2) if heard else 0.6


@lru_cache(maxsize=20_000)
def _between_apart(one: str, other: str, tongues: _Tongues, where: _Where) -> float:
    """Least cost of turning one row of vowels into another."""
    if where == "last" and tongues == "arabic" and _SILENT_ALEF.sub("U", one) == _SILENT_ALEF.sub("U", other):
        return 0.0
    missing = [_missing(char, other, tongues, _within(place, where)) for place, char in enumerate(one)]
    added = [_missing(char, one, tongues, _within(place, where)) for place, char in enumerate(other)]
    row = [0.0, *accumulate(added)]
    for char, cost in zip(one, missing, strict=True):
        above, row = row, [row[0] + cost]
        for column, against in enumerate(other):
            changed = above[column] + _changed(char, against, tongues, where)
            row.append(min(changed, above[column + 1] + cost, row[column] + added[column]))
    return row[-1]


def _within(place: int, where: _Where) -> _Where:
    """Only the very first vowel begins a word."""
    return "inner" if where == "first" and place > 0 else where


_LEFT_OUT = {"A": 0.6, "U": 0.6, "I": 0.6, "h": 0.4, "H": 0.6, "3": 0.5, "a": 0.35, "e": 0.35, "i": 0.35, "u": 0.35}
_SWAPPED = {
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
_STILL_CHANGED = 0.8


def _missing(char: str, other: str, tongues: _Tongues, where: _Where) -> float:
    """What it means that one spelling has this vowel and the other has not."""
    if tongues == "across":
        return _missing_across(char, other, where)
    if char == "h" and tongues == "kurdish":
        return 0.05
    if where == "first":
        return 3 * _LEFT_OUT[char]  # nobody leaves out how a word begins
    return 0.6 if where == "last" and char == "h" else _LEFT_OUT[char]


def _missing_across(char: str, other: str, where: _Where) -> float:
    """The same between Arabic and Latin letters."""
    if char in "AUI":  # a long vowel of Arabic is nearly always written in Latin letters
        return 0.7 if where == "last" or set("aeiu") & set(other) else 0.35
    if where == "last" and not other:
        return 0.65  # so is the vowel that ends a word, in both
    return {"H": 0.4, "h": 0.1, "3": 0.1}.get(char, 0.0)  # a short vowel within it is never written in Arabic


def _changed(one: str, other: str, tongues: _Tongues, where: _Where) -> float:
    if one == other:
        return 0.0
    pair = frozenset((one, other))
    cost = _SWAPPED.get(pair, _STILL_CHANGED)
    if tongues == "across":
        if where == "first" and "A" in pair:
            return 0.0  # an alef in front carries any vowel
        return 0.25 if where == "last" and pair == {"I", "a"} else cost  # alef maqsura, written as ya
    if tongues == "kurdish" and pair == {"A", "h"}:
        return 0.1
    return max(cost, {"hH": 0.3, "Ah": 0.5 if where == "last" else 0.3}.get("".join(sorted(pair)), 0.0))
