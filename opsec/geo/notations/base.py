"""What all notations share: the normalised text that they search, and the coordinate match that they return.

``opsec.text.normalise`` keeps words and drops the signs between them; coordinates depend on those signs. This
normalised text therefore keeps every sign, and it too records the original index of each character.
Sources: Unicode Character Database (decimal digits, compatibility forms); UAX #9 for direction marks.
"""

import math
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from opsec.geo.notations.escapes import find_escapes
from opsec.geo.positions import METRES_PER_DEGREE
from opsec.model import Point

MASK_CHARACTER = "\n"
"""Replaces text that an earlier notation has parsed; no notation continues across it."""

_VARIANTS = {
    ".": "٫．。",
    ",": "،٬，、",
    ";": "؛；",
    "-": "−‐‑‒–—﹣－",
    "+": "＋﬩",
    "°": "º˚∘⁰ᵒ",
    "'": "′’‘‛`´ʹʼˈ＇׳",
    '"': "″”“„‟˝ʺ＂〃״¨",
    " ": "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000\t\v\f",
    "\n": "\r\x1c\x1d\x1e\x85\u2028\u2029",
    "ا": "أإآٱ",
    "ي": "ىیېێئ",
    "ه": "ةەہھۀ",
    "ك": "کڪ",
    "و": "ؤۆۇ",
    "ر": "ڕ",
    "ل": "ڵ",
}
"""Normal form of a character, and the characters that look like it or are typed in its place."""

_ZERO_WIDTH = re.compile(
    "["
    "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"  # marks without a width
    "\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"  # vowel signs, tatweel
    "\U000e0000-\U000e0fff"
    "]+"
)
_VOWEL_MARKS_AS_PRIMES = {"\u064e": "'", "\u064b": '"'}
"""Fatha and fathatan, typed after a digit for want of a prime: ``٢٤َ ٤٦ً``. They are without a width after a letter."""
_PRESENTATION_FORMS = re.compile("[\ufb50-\ufdff\ufe70-\ufefe]")
"""Arabic letters as old systems stored them, by shape (Arabic Presentation Forms A and B); some are two letters."""
_FIRST_OTHER_DIGIT = 0x80
"""ASCII digits are in their normal form."""
_LATIN_LETTERS = (("A", "Z"), ("\uff21", "\uff3a"), ("\uff41", "\uff5a"))
"""Capitals, and both cases of full-width letters."""
_MAX_CACHED_CHARACTERS = 20_000

Notation = Literal[
    "decimal", "sexagesimal", "mgrs", "short mgrs", "utm", "plus code", "short plus code", "geohash", "geo uri", "nmea",
    "iso 6709", "geometry", "link", "unresolved link", "three words",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class CoordinateMatch:
    """A position found in a text."""

    start: int
    end: int
    """Code points, end exclusive: of the normalised text inside this package, of the original text outside."""
    notation: Notation
    point: Point | None = None
    """None for a short code, which needs a reference place, and for a link or three words, which need a network."""
    accuracy_m: float | None = None
    """Error radius that follows from the digits written."""
    is_bare: bool = False
    """Whether it is two plain numbers and nothing around them speaks of a place."""


@dataclass(frozen=True, slots=True)
class CoordinateText:
    """A text normalised for coordinate parsers, in lower case."""

    normalised: str
    starts: Sequence[int]
    """For each character of ``normalised``, where it starts in ``original``."""
    ends: Sequence[int]
    """For each character of ``normalised``, where it ends in ``original``: an escape is many characters long."""
    original: str

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Span in the original text, end exclusive, of a span of the normalised text."""
        return self.starts[start], self.ends[end - 1]

    def original_slice(self, start: int, end: int) -> str:
        """Original text of a span of the normalised text."""
        return self.original[slice(*self.original_span(start, end))]

    def in_original_case(self, start: int, end: int) -> str:
        """Text of a span in its original case, without the marks between its letters; escapes are undone."""
        return "".join(
            self.original[self.starts[index]] if self.ends[index] - self.starts[index] == 1 else self.normalised[index]
            for index in range(start, end)
        )

    def masked(self, spans: Sequence[tuple[int, int]]) -> "CoordinateText":
        """Copy with these spans masked; they must be in reading order and must not overlap."""
        if not spans:
            return self
        pieces, at = [], 0
        for start, end in spans:
            pieces += [self.normalised[at:start], MASK_CHARACTER * (end - start)]
            at = end
        return replace(self, normalised="".join([*pieces, self.normalised[at:]]))


def normalise_coordinate_text(text: str) -> CoordinateText:
    """Normalise the digits, signs, quote marks and letters of every keyboard, in time linear in the length.

    >>> normalise_coordinate_text("٣٣٫٣١٥٢° ش").normalised
    '33.3152° ش'
    """
    if not _ZERO_WIDTH.search(text) and not _PRESENTATION_FORMS.search(text):
        plain = CoordinateText(text, range(len(text)), range(1, len(text) + 1), text)
    else:
        plain = _without_zero_width(text)
    unescaped = _without_escapes(plain)
    return replace(unescaped, normalised=unescaped.normalised.translate(_translation_table()))


def _without_zero_width(text: str) -> CoordinateText:
    """Drop marks without a width, and split letters stored by shape."""
    characters: list[str] = []
    starts: list[int] = []
    for index, char in enumerate(text):
        if _ZERO_WIDTH.match(char):
            prime = _VOWEL_MARKS_AS_PRIMES.get(char)
            if prime is None or not (characters and characters[-1].isdecimal()):
                continue
            char = prime  # noqa: PLW2901
        for part in unicodedata.normalize("NFKC", char) if _PRESENTATION_FORMS.match(char) else char:
            characters.append(part)
            starts.append(index)
    return CoordinateText("".join(characters), starts, [start + 1 for start in starts], text)


def _without_escapes(text: CoordinateText) -> CoordinateText:
    """Put the characters that escapes mean in their place; a mark without a width leaves nothing."""
    escapes = list(find_escapes(text.normalised))
    if not escapes:
        return text
    pieces: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    at = 0
    for start, end, meaning in [*escapes, (len(text.normalised), len(text.normalised), "")]:
        shown = "".join(char for char in meaning if not _ZERO_WIDTH.match(char))
        pieces += [text.normalised[at:start], shown]
        starts += [*text.starts[at:start], *[text.starts[start]] * len(shown)] if start < end else text.starts[at:]
        ends += [*text.ends[at:start], *[text.ends[end - 1]] * len(shown)] if start < end else text.ends[at:]
        at = end
    return CoordinateText("".join(pieces), starts, ends, text.original)


class _NormalForms(dict[int, str]):
    """Normal form of each code point, one character for one, so that offsets stay valid; computed on first use.

    All of them at once would cost every run and every reading process a tenth of a second.
    """

    def __missing__(self, code: int) -> str:
        char = chr(code)
        digit = unicodedata.decimal(char, None) if code >= _FIRST_OTHER_DIGIT else None
        if digit is not None:
            char = str(digit)
        elif any(first <= char <= last for first, last in _LATIN_LETTERS):
            char = unicodedata.normalize("NFKC", char).lower()
        if len(self) < _MAX_CACHED_CHARACTERS:
            self[code] = char
        return char


@cache
def _translation_table() -> dict[int, str]:
    return _NormalForms({ord(variant): normal for normal, variants in _VARIANTS.items() for variant in variants})


def cell_radius_m(lat: float, height_deg: float, width_deg: float) -> float:
    """Distance in metres from the centre of a grid cell to its corners, which bounds the error of the centre."""
    width_m = width_deg * METRES_PER_DEGREE * math.cos(math.radians(lat))
    return math.hypot(height_deg * METRES_PER_DEGREE, width_m) / 2
