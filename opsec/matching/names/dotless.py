"""Names written in Arabic without dots, as people write who want to pass moderation: ``معسكر الحرامى``, ``ٮكںه``.

Letters that differ by their dots alone share one shape (rasm). One automaton searches the shapes of a text for those of
all names. A candidate counts when every letter is the name's own or its shape without dots. Letters that no
keyboard gives by accident show that the dots were omitted on purpose; without them, the name is for review only.

A name of eight letters has at most one chance in 10^5 of having the shape of other words of one post, because a
letter of the shape carries about three bits.
"""

import re
from collections.abc import Iterator
from functools import cache

import ahocorasick

from opsec.matching.names.hits import MatchKind, NameHit
from opsec.matching.names.name_parser import ParsedName
from opsec.matching.names.numerals import parse_number
from opsec.matching.names.tokens import TokenisedText
from opsec.matching.names.unit_levels import parse_level_word
from opsec.matching.names.word_boundaries import is_word_aligned
from opsec.text.normalise import normalise
from opsec.text.views import MappedText

MIN_LETTERS = 8
_SHAPES = str.maketrans("تثنيپجخچذزژشضظغقگ", "ببببب" + "ححح" + "درر" + "سصطعف" + "ك")
"""Normalised letter → a letter for its shape; ن and ي have the shape of ب inside a word."""
_WITHOUT_DOTS = {
    "ب": "ٮى", "ت": "ٮى", "ث": "ٮى", "پ": "ٮى", "ن": "ںٮى", "ي": "ىٮ", "ج": "ح", "خ": "ح", "چ": "ح", "ذ": "د", "ز": "ر",
    "ژ": "ر", "ش": "س", "ض": "ص", "ظ": "ط", "غ": "ع", "ف": "ڡٯ", "ق": "ٯڡ", "گ": "ك",
}  # fmt: skip
"""Letter of a name → what may be written for it without its dots."""
_ARCHAIC = re.compile(r"[ٮٯںڡ]|ى(?=[^\W\d_])")
"""Letters without dots that Arabic does not use, and alef maqsura inside a word."""
_MIN_UNDOTTED = 2
"""Letters without dots that are no typing error."""
_WORD = re.compile(r"[^\W\d_]+")
_UNIT_WORDS = (
    "فوج الفوج لواء اللواء كتيبة الكتيبة سرية السرية فرقة الفرقة سرب السرب فصيل الفصيل بالفوج باللواء "
    "الأول الاول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر الأولى الثانية الثالثة الرابعة "
    "الخامسة السادسة السابعة الثامنة التاسعة العاشرة عشر ثاني ثالث رابع خامس سادس سابع ثامن تاسع عاشر"
)


class DotlessIndex:
    """Automaton over the shapes of all names in Arabic letters."""

    def __init__(self) -> None:
        self._names: dict[str, list[tuple[ParsedName, str]]] = {}
        self._automaton = ahocorasick.Automaton()

    def add(self, name: ParsedName) -> None:
        """Add a name, also with its words joined into one."""
        if name.is_weak or name.text.isascii():
            return
        for letters in dict.fromkeys((name.text, name.text.replace(" ", ""))):
            if len(letters.replace(" ", "")) >= MIN_LETTERS:
                self._names.setdefault(letters.translate(_SHAPES), []).append((name, letters))

    def build(self) -> None:
        """Build the automaton, after the last name was added."""
        for shape, names in self._names.items():
            self._automaton.add_word(shape, (len(shape), tuple(names)))
        if self._names:
            self._automaton.make_automaton()

    def find(self, tokens: TokenisedText) -> Iterator[NameHit]:
        """Yield every name of which dots were omitted, at word boundaries."""
        if not self._names or tokens.text.isascii():
            return
        for last, (length, names) in self._automaton.iter(tokens.text.translate(_SHAPES)):
            start, end = last + 1 - length, last + 1
            for name, letters in names:
                kind = _kind(tokens, start, letters)
                if kind and is_word_aligned(tokens, start, end, name.is_kurdish):
                    yield NameHit(start, end, name.site, kind)


def _kind(tokens: TokenisedText, start: int, name: str) -> MatchKind | None:
    """How a candidate counts, compared letter by letter with the name; None when it is another name or the same."""
    original, offsets = tokens.original, tokens.normalised.offsets
    undotted, archaic = 0, False
    for index, letter in enumerate(name, start):
        written = original[offsets[index]]
        following = original[offsets[index] + 1 : offsets[index] + 2]
        is_final = not following.isalpha()
        if written in _WITHOUT_DOTS.get(letter, "") and not (written == "ى" and letter == "ي" and is_final):
            undotted += 1
            archaic |= written in "ٮٯںڡ" or (written == "ى" and not is_final)
        elif tokens.text[index] != letter:
            return None
    if archaic:
        return "disguised"
    return "near" if undotted >= _MIN_UNDOTTED else None


@cache
def _unit_words() -> dict[str, str]:
    """Shape → the word for a level or number, unless several share it."""
    by_shape: dict[str, set[str]] = {}
    for word in _UNIT_WORDS.split():
        normal = normalise(word).text
        if parse_level_word(normal) or parse_number([normal], 0):
            by_shape.setdefault(normal.translate(_SHAPES), set()).add(normal)
    return {shape: next(iter(words)) for shape, words in by_shape.items() if len(words) == 1}


def restore_unit_words(text: MappedText) -> MappedText | None:
    """Restore the dots of the words for units and their numbers that ``normalise`` does not; None when there are none.

    >>> restore_unit_words(MappedText.of("الڡوح الراٮع لواء ٦٤٢")).text
    'الفوج الراٮع لواء ٦٤٢'
    """
    if not _ARCHAIC.search(text.text):
        return None
    restored = text.rewrite(_WORD, lambda found: _with_dots(found[0]))
    return None if restored is text else restored


def _with_dots(word: str) -> str | None:
    normal = normalise(word).text
    restored = _unit_words().get(normal.translate(_SHAPES))
    return restored if restored != normal else None
