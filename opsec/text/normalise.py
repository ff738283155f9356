"""One normal form for what people write, with the way back to what they wrote.

Soldiers write the same name with and without hamza, dots, vowel marks, tatweel, spaces, capitals, in
three sets of digits, and with letters of other scripts that look alike. ``fold`` brings all of them to
one form and remembers, for every letter of it, where that letter stood, so that a match can point at
the words themselves.

Letter classes follow common practice of Arabic search (light normalisation: hamza and its seats, ya and
alef maqsura, ta marbuta, tatweel, marks), Sorani letters with their Arabic doubles, and the look-alikes
of Unicode TR 39 that phones can type, on top of NFKD and case folding (UAX #15).
"""

import re
import unicodedata
from dataclasses import dataclass
from itertools import chain, repeat

_LETTERS = str.maketrans({
    "ى": "ي", "ی": "ي", "ې": "ي", "ێ": "ي", "ئ": "ي", "ے": "ي", "ۓ": "ي", "ۍ": "ي",
    "ة": "ه", "ە": "ه", "ہ": "ه", "ھ": "ه", "ۀ": "ه", "ۃ": "ه", "ۂ": "ه",
    "ک": "ك", "ڪ": "ك", "ګ": "گ", "ݣ": "گ", "ڭ": "گ", "ٱ": "ا", "ڕ": "ر", "ڒ": "ر", "ړ": "ر", "ڵ": "ل", "ڤ": "ف",
    "ؤ": "و", "ۆ": "و", "ۇ": "و", "ۈ": "و", "ۉ": "و", "ۊ": "و", "ۋ": "و", "ۅ": "و",
    "ٮ": "ب", "ٯ": "ق", "ں": "ن", "ڡ": "ف", "ء": None, "ٴ": None,
    "ʿ": None, "ʾ": None, "ʼ": None, "ʻ": None, "ˈ": None,
    "ş": "sh", "ç": "ch", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe",
})  # fmt: skip
"""Arabic letters that are one letter to a reader in a hurry, and Latin ones that Kurdish and maps use."""

_LOOKALIKES = str.maketrans(
    "АВСЕНІЈКМОРЅТХУҮԀԚԜѴавсеһніјкмпорѕтхуүԁԛԝѵгΑΒΕΖΗΙΚΜΝΟΡΤΥΧαβεικνορτυχγηωᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘǫʀᴛᴜᴠᴡʏᴢꜰꜱ",
    "abcehijkmopstxyydqwvabcehhijkmnopstxyydqwvrabezhikmnoptyxabeikvoptuxynwabcdeghijklmnopqrtuvwyzfs",
)
"""Cyrillic, Greek and small capital letters drawn like Latin ones, each by its own case."""

_TATWEEL = "ـ"
_DROPPED = frozenset({"Mn", "Me", "Cf", "Cs"})
_MOST_KNOWN = 20_000
_SQUEEZED = re.compile(r" {2,}|^ | $|([^\W\d_])\1{2,}")
"""More than one space, a space at an end, and a letter drawn out for feeling: two may be spelling, three are not."""


_MARKED_DIGIT = re.compile(r"[3679]['’‘`](?=[A-Za-z])")
_MARKED = {"3": "gh", "6": "dh", "7": "kh", "9": "dh"}
"""Arabizi digits with a mark, as the dot of the Arabic letter: ``3'`` is غ."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in normal form: words of letters and digits with one space between them."""

    text: str
    places: tuple[int, ...]
    """For each character of ``text``, the index in the original of the character it came from."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the normal form stood in the original, end exclusive."""
        return self.places[start], self.places[end - 1] + 1


class _Shares(dict[str, str]):
    """Each character's share of the normal form, worked out when it is first met."""

    def __missing__(self, char: str) -> str:
        share = _share(char)
        if len(self) < _MOST_KNOWN:
            self[char] = share
        return share


def fold(text: str) -> Folded:
    """The normal form of a text. Folding twice changes nothing more.

    >>> fold("بمعسكَر الصَّقـــر!").text
    'بمعسكر الصقر'
    """
    shares = list(map(_SHARES.__getitem__, text))
    for marked in _MARKED_DIGIT.finditer(text):
        shares[marked.start() : marked.end()] = _MARKED[marked[0][0]], ""
    places = list(chain.from_iterable(map(repeat, range(len(text)), map(len, shares))))
    return _squeezed("".join(shares), places)


def _squeezed(letters: str, places: list[int]) -> Folded:
    if not _SQUEEZED.search(letters):
        return Folded(letters, tuple(places))
    kept_letters: list[str] = []
    kept_places: list[int] = []
    done = 0
    for run in _SQUEEZED.finditer(letters):
        start, end = run.span()
        at_an_end = letters[start] == " " and (start == 0 or end == len(letters))
        keep_until = start if at_an_end else start + 1
        kept_letters.append(letters[done:keep_until])
        kept_places += places[done:keep_until]
        done = end
    return Folded("".join((*kept_letters, letters[done:])), (*kept_places, *places[done:]))


def _share(char: str) -> str:
    """Letters, one digit, a space, or nothing."""
    if unicodedata.category(char) in _DROPPED or char == _TATWEEL:
        return ""
    lower = char.casefold()
    known = lower.translate(_LETTERS)
    if known != lower:
        return known
    parts = [part for part in unicodedata.normalize("NFKD", char) if unicodedata.category(part) not in _DROPPED]
    folded: list[str] = []
    for part in "".join(parts).translate(_LOOKALIKES).casefold().translate(_LETTERS).translate(_LOOKALIKES):
        category = unicodedata.category(part)
        if category in _DROPPED or part == _TATWEEL:
            continue
        if category == "Nd":
            folded.append(str(unicodedata.digit(part)))
        else:
            folded.append(part if category[0] == "L" else " ")
    return "".join(folded)


_SHARES = _Shares()
