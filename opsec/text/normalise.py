"""Text normalisation, with the index in the original text of every character.

People write the same name with and without hamza, dots, vowel marks, tatweel, spaces and capitals, in
three sets of digits, and with similar letters of other scripts. ``normalise`` brings all of these to
one form and records where each character came from, so that a match can point at the original words.

Letter classes follow the usual light normalisation of Arabic search (hamza and its seats, ya and
alef maqsura, ta marbuta, tatweel, marks), with Sorani letters and their Arabic counterparts, and the confusables
of Unicode TR 39 that phones can type, on top of NFKD and case folding (UAX #15).
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import chain, repeat

_LETTER_VARIANTS = str.maketrans({
    "ى": "ي", "ی": "ي", "ې": "ي", "ێ": "ي", "ئ": "ي", "ے": "ي", "ۓ": "ي", "ۍ": "ي",
    "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۀ": "ه", "ۃ": "ه", "ۂ": "ه",
    "ک": "ك", "ڪ": "ك", "ګ": "گ", "ݣ": "گ", "ڭ": "گ", "ٱ": "ا", "ڕ": "ر", "ڒ": "ر", "ړ": "ر", "ڵ": "ل", "ڤ": "ف",
    "ؤ": "و", "ۆ": "و", "ۇ": "و", "ۈ": "و", "ۉ": "و", "ۊ": "و", "ۋ": "و", "ۅ": "و",
    "ٮ": "ب", "ٯ": "ق", "ں": "ن", "ڡ": "ف", "ء": None, "ٴ": None,
    "ʿ": None, "ʾ": None, "ʼ": None, "ʻ": None, "ˈ": None,
    "ş": "sh", "ç": "ch", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe",
})  # fmt: skip
"""Arabic letters that people interchange, and Latin letters used for Kurdish and on maps."""

_CONFUSABLES = str.maketrans(
    "АВСЕНІЈКМОРЅТХУҮԀԚԜѴавсеһніјкмпорѕтхуүԁԛԝѵгΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεικνορτυχγηωᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘǫʀᴛᴜᴠᴡʏᴢꜰꜱ",
    "abcehijkmopstxyydqwvabcehhijkmnopstxyydqwvrabezhikmnoptyxabeikvoptuxynwabcdeghijklmnopqrtuvwyzfs",
)
"""Cyrillic, Greek and small capital letters that look like Latin ones, separately for each case."""

_TATWEEL = "ـ"
_DROPPED_CATEGORIES = frozenset({"Mn", "Me", "Cf", "Cs"})
_MAX_CACHED_CHARACTERS = 20_000
_REDUNDANT = re.compile(r" {2,}|^ | $|([^\W\d_])\1{2,}")
"""Repeated spaces, spaces at either end, and a letter repeated three times or more, which is for emphasis."""


_MARKED_ARABIZI = re.compile(r"[356789]['’‘`](?=[A-Za-z])")
_MARKED_ARABIZI_LETTERS = {"3": "gh", "5": "kh", "6": "dh", "7": "kh", "8": "gh", "9": "dh"}
"""Arabizi digits with an apostrophe, which stands for the dot of the Arabic letter: ``3'`` is غ."""


@dataclass(frozen=True, slots=True)
class NormalisedText:
    """Normalised text: words of letters and digits with single spaces between them."""

    text: str
    offsets: tuple[int, ...]
    """For each character of ``text``, the index of its source character in the original."""

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Span in the original, end exclusive, of a span of the normalised text."""
        return self.offsets[start], self.offsets[end - 1] + 1


class _CharacterCache(dict[str, str]):
    """Normal form of each character, computed on first use."""

    def __missing__(self, char: str) -> str:
        normal = _normalise_character(char)
        if len(self) < _MAX_CACHED_CHARACTERS:
            self[char] = normal
        return normal


def normalise(text: str) -> NormalisedText:
    """Normalise a text. The operation is idempotent.

    >>> normalise("بمعسكَر الصَّقـــر!").text
    'بمعسكر الصقر'
    """
    normal_forms = list(map(_CHARACTERS.__getitem__, text))
    for marked in _MARKED_ARABIZI.finditer(text):
        normal_forms[marked.start() : marked.end()] = _MARKED_ARABIZI_LETTERS[marked[0][0]], ""
    offsets = list(chain.from_iterable(map(repeat, range(len(text)), map(len, normal_forms))))
    return _squeeze("".join(normal_forms), offsets)


def normal_form(text: str) -> str:
    """Return ``normalise(text).text``, without the work for the offsets; for names, of which there may be thousands."""
    characters = "".join(map(_CHARACTERS.__getitem__, text))
    if _REDUNDANT.search(characters) or _MARKED_ARABIZI.search(text):
        return normalise(text).text
    return characters


def _squeeze(characters: str, offsets: list[int]) -> NormalisedText:
    """Remove what ``_REDUNDANT`` matches: outer spaces wholly, other repetitions but for one character."""
    if not _REDUNDANT.search(characters):
        return NormalisedText(characters, tuple(offsets))
    kept_characters: list[str] = []
    kept_offsets: list[int] = []
    done = 0
    for repetition in _REDUNDANT.finditer(characters):
        start, end = repetition.span()
        is_outer_space = characters[start] == " " and (start == 0 or end == len(characters))
        keep_until = start if is_outer_space else start + 1
        kept_characters.append(characters[done:keep_until])
        kept_offsets += offsets[done:keep_until]
        done = end
    return NormalisedText("".join((*kept_characters, characters[done:])), (*kept_offsets, *offsets[done:]))


def _normalise_character(char: str) -> str:
    """Normal form of one character: letters, one digit, a space, or nothing."""
    if unicodedata.category(char) in _DROPPED_CATEGORIES or char == _TATWEEL:
        return ""
    lower = char.casefold()
    variant = lower.translate(_LETTER_VARIANTS)
    if variant != lower:
        return variant
    parts = [
        part for part in unicodedata.normalize("NFKD", char) if unicodedata.category(part) not in _DROPPED_CATEGORIES
    ]
    normal: list[str] = []
    for part in "".join(parts).translate(_CONFUSABLES).casefold().translate(_LETTER_VARIANTS).translate(_CONFUSABLES):
        category = unicodedata.category(part)
        if category in _DROPPED_CATEGORIES or part == _TATWEEL:
            continue
        if category == "Nd":
            normal.append(str(unicodedata.digit(part)))
        else:
            normal.append(part if category[0] == "L" else " ")
    return "".join(normal)


_CHARACTERS = _CharacterCache()
