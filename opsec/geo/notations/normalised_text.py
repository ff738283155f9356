"""One plain form for looking for coordinates: digits, signs, quote marks and letters of every keyboard made alike.

``opsec.text.normalise.fold`` keeps words and drops what stands between them; coordinates live by what stands
between. So this form keeps every sign and remembers, like that one, where each character stood.
Sources: Unicode Character Database (decimal digits, compatibility forms); UAX #9 for direction marks.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

HIDDEN = "\n"
"""Stands in place of what an earlier notation has read; joins nothing."""

_ALIKE = {
    ".": "٫．。",
    ",": "،，、",
    ";": "؛；",
    "-": "−‐‑‒–—﹣－",
    "+": "＋﬩",
    "°": "º˚∘⁰ᵒ",
    "'": "′’‘‛`´ʹʼˈ＇",
    '"': "″”“„‟˝ʺ＂〃",
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
"""What is written alike or with whatever key is at hand, by the one sign it is read as."""

_SILENT = re.compile(
    "["
    "\u00ad\u034f\u061c\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"  # marks without a width
    "\u0300-\u036f\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"  # vowel signs, tatweel
    "\U000e0000-\U000e0fff"
    "]+"
)
_JOINED_FORMS = re.compile("[\ufb50-\ufdff\ufe70-\ufefe]")
"""Arabic letters as old systems stored them, by shape; some of them are two letters."""


@dataclass(frozen=True, slots=True)
class Plain:
    """A text in plain form, lower case."""

    letters: str
    places: Sequence[int]
    """For each character of ``letters``, the index in the text as written."""
    written: str
    """The text as it was written."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the plain form stood in the text, end exclusive."""
        return self.places[start], self.places[end - 1] + 1

    def as_written(self, start: int, end: int) -> str:
        """The words of a stretch exactly as they stand in the text."""
        return self.written[slice(*self.span(start, end))]

    def without(self, spans: Sequence[tuple[int, int]]) -> "Plain":
        """The same, with these stretches (in reading order, apart from each other) hidden."""
        if not spans:
            return self
        pieces, at = [], 0
        for start, end in spans:
            pieces += [self.letters[at:start], HIDDEN * (end - start)]
            at = end
        return replace(self, letters="".join([*pieces, self.letters[at:]]))


def plain(text: str) -> Plain:
    """The plain form of a text, in time linear in its length.

    >>> plain("٣٣٫٣١٥٢° ش").letters
    '33.3152° ش'
    """
    if not _SILENT.search(text) and not _JOINED_FORMS.search(text):
        return Plain(text.translate(_table()), range(len(text)), text)
    table, letters, places = _table(), [], []
    for index, char in enumerate(text):
        if _SILENT.match(char):
            continue
        for part in unicodedata.normalize("NFKC", char) if _JOINED_FORMS.match(char) else char:
            letters.append(part)
            places.append(index)
    return Plain("".join(letters).translate(table), places, text)


@cache
def _table() -> dict[int, str]:
    """One character for one, so that nothing moves."""
    table = {ord(written): sign for sign, alike in _ALIKE.items() for written in alike}
    for code in range(0x80, 0x1FBFA):
        if (digit := unicodedata.decimal(chr(code), None)) is not None:
            table[code] = str(digit)
    for code in (*range(ord("A"), ord("Z") + 1), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)):
        table[code] = unicodedata.normalize("NFKC", chr(code)).lower()
    return table
