"""Phonetic transcription of words in Arabic letters, Arabizi and English.

The key of a word is the sequence of its consonants, each by its class: ``معسكر``, ``m3askar`` and ``mu3asker``
share one. A class is deliberately wide (ق, ك, گ, غ, k, q, g, gh are one), because a key only finds candidates;
``phonetic_distance`` then weighs what the key leaves out: the exact consonants, and the vowels between them.

The classes follow the spellings that Iraqi writers use (Arabizi digits 2 3 5 6 7 8 9; dialect q as g or k)
and the tables of ALA-LC for Arabic and Kurdish.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Script = Literal["arabic", "latin", "other"]

CONSONANTS: dict[str, tuple[str, str]] = {
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
"""Letter or digraph → its class, and the sounds that it may stand for."""

_VOWELS = {
    "ا": "A", "و": "U", "ي": "I", "ه": "h", "ح": "H", "ع": "3",
    "a": "a", "e": "e", "i": "i", "y": "i", "o": "u", "u": "u", "w": "u", "h": "h", "7": "H", "3": "3", "2": "",
}  # fmt: skip
"""What stands between consonants: vowels, and gutturals that one spelling writes and the next one omits."""

_ARABIC_ARTICLE = re.compile(r"ال(?=\w{2})")
_LATIN_ARTICLE = re.compile(
    r"(?:a(?:sh(?=sh)|s(?=s)|r(?=r)|t(?=t)|d(?=d)|z(?=z)|n(?=n))|[aeiu]l|l(?=[357]|kh|[bcdfgjkmnpqrstxz][aeiou]))(?=\w{3})"
)
_STANDALONE_ARTICLES = frozenset(
    {"al", "el", "il", "ul", "l", "ash", "as", "ar", "ad", "az", "esh", "es", "er", "ed", "ez", "ال"}
)
_MAX_VOWELS = 8
"""Vowels kept between two consonants."""
_MAX_CACHED_LENGTH = 100
"""Longer words are rare, so they are not cached."""


@dataclass(frozen=True, slots=True)
class PhoneticForm:
    """Transcription of a word, or of consecutive words."""

    key: str
    """One class letter per consonant."""
    consonants: tuple[str, ...]
    """The consonants as written."""
    vowels: tuple[str, ...]
    """Vowels before, between and after the consonants: one item more than there are consonants."""
    offsets: tuple[int, ...]
    """Index in the word of each consonant; empty for several words."""
    script: Script


def transcribe(word: str) -> PhoneticForm:
    """Transcribe a normalised word; digits stand for themselves."""
    return _transcribe_cached(word) if len(word) <= _MAX_CACHED_LENGTH else _transcribe(word)


def concatenate(words: tuple[PhoneticForm, ...]) -> PhoneticForm:
    """Join the transcriptions of consecutive words."""
    if len(words) == 1:
        return words[0]
    key, script = "", None
    consonants: list[str] = []
    vowels = [""]
    for word in words:  # one loop: a thousand sites join tens of thousands of words
        key += word.key
        consonants += word.consonants
        vowels[-1] = (vowels[-1] + word.vowels[0])[:_MAX_VOWELS]
        vowels += word.vowels[1:]
        if script is None and word.key:
            script = word.script
    return PhoneticForm(key, tuple(consonants), tuple(vowels), (), script or "other")


def article_length(word: str) -> int:
    """Count the letters at the start of a word that are an article; all of them in a word that is only an article.

    >>> article_length("المعسكر"), article_length("alsaqr"), article_length("الي")
    (2, 2, 0)
    """
    if word in _STANDALONE_ARTICLES:
        return len(word)
    article = (_LATIN_ARTICLE if word[:1].isascii() else _ARABIC_ARTICLE).match(word)
    return article.end() if article else 0


def detect_script(word: str) -> Script:
    """Alphabet of a normalised word, by its first character that is not a digit."""
    for char in word:
        if "a" <= char <= "z":
            return "latin"
        if "\u0600" <= char <= "\u06ff":
            return "arabic"
        if not char.isdigit():
            return "other"
    return "other"


# ── keys alone ────────────────────────────────────────────────────────────────────────────────
_LATIN_WORD, _ARABIC_WORD = (
    re.compile(f"[{''.join(letter for letter in (*CONSONANTS, *_VOWELS) if len(letter) == 1 and is_in(letter))}]+")
    for is_in in ("abcdefghijklmnopqrstuvwxyz".__contains__, "\u0600".__le__)
)
_DIGRAPHS = tuple(sorted((letter for letter in CONSONANTS if len(letter) == 2), key="ck".__ne__))
"""*ck* first: in *ckh* it ends before another begins; no other two digraphs share a letter."""
_CLASSES = str.maketrans(
    {letter: CONSONANTS[letter][0] for letter in CONSONANTS if len(letter) == 1} | dict.fromkeys(_VOWELS, ".")
)
_DOUBLED = re.compile(r"([A-Z])\1+")


def phonetic_keys(words: Iterable[str]) -> dict[str, str]:
    """Return the key of each word as ``transcribe`` gives it; for ten thousand names at a small share of the cost."""
    wanted = dict.fromkeys(words)
    keys: dict[str, str] = {}
    for pattern in (_LATIN_WORD, _ARABIC_WORD):
        plain = [word for word in wanted if pattern.fullmatch(word)]
        keys |= zip(plain, _keys_of_letters("\n".join(plain)).split("\n"), strict=True) if plain else ()
    return keys | {word: transcribe(word).key for word in wanted if word not in keys}


def phonetic_key(word: str) -> str:
    """Return ``transcribe(word).key``."""
    if _LATIN_WORD.fullmatch(word) or _ARABIC_WORD.fullmatch(word):
        return _keys_of_letters(word)
    return transcribe(word).key


def _keys_of_letters(words: str) -> str:
    """Keys of words, one a line, each of known letters of one script without digits."""
    for digraph in _DIGRAPHS if words.isascii() else ():
        words = words.replace(digraph, CONSONANTS[digraph][0])
    classes = _DOUBLED.sub(r"\1", words.translate(_CLASSES))
    return classes.replace("MB", "NB").replace(".", "")


@lru_cache(maxsize=50_000)
def _transcribe_cached(word: str) -> PhoneticForm:
    return _transcribe(word)


def _transcribe(word: str) -> PhoneticForm:
    script = detect_script(word)
    key: list[str] = []
    consonants: list[str] = []
    offsets: list[int] = []
    vowels: list[str] = [""]
    index = 0
    while index < len(word):
        letter = _letter_at(word, index, script)
        index += len(letter)
        if script != "other" and letter in _VOWELS and not (letter.isdigit() and script == "arabic"):
            is_long_e = letter == "e" and word[index : index + 1] == "e"
            vowels[-1] = _append_vowel(vowels[-1], "i" if is_long_e else _VOWELS[letter])
            index += is_long_e
            continue
        sound_class = CONSONANTS[letter][0] if letter in CONSONANTS and script != "other" else letter
        if key and not vowels[-1] and key[-1] == sound_class and not letter.isdigit():
            continue  # a doubled consonant
        if key and key[-1] == "M" and sound_class == "B" and not vowels[-1]:
            key[-1], consonants[-1] = "N", "n" if script == "latin" else "ن"  # pronounced m, written m or n
        key.append(sound_class)
        consonants.append(letter)
        offsets.append(index - len(letter))
        vowels.append("")
    return PhoneticForm("".join(key), tuple(consonants), tuple(vowels), tuple(offsets), script)


def _letter_at(word: str, index: int, script: Script) -> str:
    digraph = word[index : index + 2]
    return digraph if script == "latin" and digraph in CONSONANTS else word[index]


def _append_vowel(vowels: str, vowel: str) -> str:
    """Append a vowel, unless it repeats the last one or the maximum is reached."""
    return vowels if vowels.endswith(vowel) or len(vowels) >= _MAX_VOWELS else vowels + vowel
