"""Texts of training lines: unit boards, street plates, captions, numbers, and pseudo-words.

At least four lines in ten hold a number: unit numbers are what a gate board says and what no engine reads.
"""

import string
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from bidi.algorithm import get_display  # type: ignore[import-untyped]

from opsec.devtools.ocr_training.lexicon import ARABIC, ENGLISH, SORANI
from opsec.vision.ocr.charset import ALPHABET, ARABIC_DIGITS, is_right_to_left, to_charset, visual_to_logical

_CHARSET = frozenset(ALPHABET)
_PERSIAN_DIGITS = "۰۱۲۳۴۵۶۷۸۹"
_ARABIC_LETTERS = "ءآأؤإئبتثجحخدذرزسشصضطظعغفقكنهوىيپچژگڤ"
_WORD_BOUNDARY = "^"
_MAX_WORD_LENGTH = 11
_SEPARATORS = (" - ", ": ", " / ", "، ", ". ", " + ")
_ARABIC_PATTERNS = (
    "الفوج {o} لواء {n}", "لواء {n}", "اللواء {n} {w}", "ف{d} ل{n}", "الفرقة {n}", "سرية {n} فوج {d}", "الكتيبة {n}",
    "ل{n} ف{d}", "الفوج {d} / لواء {n}", "فرقة {n} لواء {n}", "بطرية {d} كتيبة {n}", "السرب {n}", "مقر لواء {n}",
    "{w} {n}", "{w} {w} {n}", "شارع {n}", "محلة {n} زقاق {n} دار {n}", "حي {w} {n}", "م {n} ز {n} د {n}",
    "بوابة رقم {n}", "باب {d}", "قاطع {n}", "هاتف {p}", "{w} - {n}", "{n} {w}", "سنة {n}", "{n}/{n}/{n}",
    "الساعة {n}:{n}", "رقم {n}", "{w} ({n})", "{n} كم", "كم {n} {w}",
)  # fmt: skip
_ENGLISH_PATTERNS = (
    "{o} Battalion {o} Brigade", "{o} Brigade", "{o} {w} Regiment", "Gate {n}", "Sector {n}", "{w} {n}",
    "{w} {w} {n}", "{n} {w}", "Street {n}", "Tel {p}", "{n}/{n}/{n}", "{n}:{n}", "No. {n}", "Route {n}", "{n} km",
    "Unit {n}-{d}", "({n}) {w}", "#{w}{n}",
)  # fmt: skip
_LISTED_WORD_SHARE, _LEXICON_WORD_SHARE = 0.35, 0.65
_ORDINALS = "الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر".split()


@dataclass(frozen=True, slots=True)
class WordLists:
    """Words from lists of this machine, in addition to the lexicon; they are rendered, never shipped."""

    arabic: tuple[str, ...] = ()
    """Words in Arabic script."""
    latin: tuple[str, ...] = ()
    """Words in Latin script."""

    @classmethod
    def from_files(cls, lists: Iterable[Path]) -> "WordLists":
        """Read files with one word per line, in UTF-8; the flags after a slash in a spelling dictionary are dropped."""
        words = {
            line.partition("/")[0].strip() for path in lists for line in path.read_text(encoding="utf-8").splitlines()
        }
        fit = sorted(
            word for word in words if 1 < len(word) <= _MAX_WORD_LENGTH and _CHARSET.issuperset(to_charset(word))
        )
        return cls(
            tuple(word for word in fit if word[0] in _ARABIC_LETTERS),
            tuple(word for word in fit if word.isascii() and word.isalpha()),
        )


@dataclass
class MarkovChain:
    """Second-order Markov chain over letters: makes pseudo-words that resemble the given words."""

    words: list[str]
    """The words that it is estimated from."""
    successors: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """For each pair of letters all letters that follow it."""

    def __post_init__(self) -> None:
        for word in self.words:
            padded = _WORD_BOUNDARY * 2 + word + _WORD_BOUNDARY
            for at in range(len(word) + 1):
                self.successors[padded[at : at + 2]].append(padded[at + 2])

    def word(self, rng: np.random.Generator) -> str:
        """Make a pseudo-word of at least two letters."""
        while True:
            made = _WORD_BOUNDARY * 2
            while len(made) < _MAX_WORD_LENGTH + 2 and (made[-1] != _WORD_BOUNDARY or len(made) == 2):
                after = self.successors[made[-2:]]
                made += after[int(rng.integers(len(after)))]
            word = made.strip(_WORD_BOUNDARY)
            if len(word) > 1:
                return word


class LineGenerator:
    """Makes texts of lines; the same seed gives the same texts."""

    def __init__(self, rng: np.random.Generator, extra_words: WordLists | None = None) -> None:
        self.rng = rng
        self.extra_words = extra_words or WordLists()
        self.arabic = MarkovChain([word for word in ARABIC.split() if len(word) > 1])
        self.sorani = MarkovChain(SORANI.split())
        self.english = MarkovChain([word.lower() for word in ENGLISH.split() if len(word) > 1])

    def line(self, max_characters: int = 36) -> tuple[str, str]:
        """Make a line of at most ``max_characters``: its text in logical order and its characters in visual order."""
        while True:
            text = self._logical_text()[:max_characters].strip()
            visual = to_visual_order(text)
            if visual:
                return text, visual

    def _logical_text(self) -> str:
        kind = self.rng.random()
        makers: tuple[tuple[float, Callable[[], str]], ...] = (
            (0.28, self._arabic_unit),
            (0.50, lambda: self._sentence(self._arabic_word)),
            (0.56, lambda: self._sentence(self._sorani_word)),
            (0.78, lambda: self._vary_case(self._sentence(self._english_word))),
            (0.89, lambda: self._vary_case(self._english_unit())),
            (0.97, lambda: self._numbers(self._arabic_digits())),
            (1.00, lambda: f"{self._arabic_word()} {self._vary_case(self._english_word())}"),
        )
        return next(make for until, make in makers if kind < until)()

    def _arabic_unit(self) -> str:
        return self._fill_pattern(str(self.rng.choice(_ARABIC_PATTERNS)), self._arabic_word, self._arabic_digits())

    def _english_unit(self) -> str:
        return self._fill_pattern(str(self.rng.choice(_ENGLISH_PATTERNS)), self._english_word, string.digits)

    def _arabic_digits(self) -> str:
        kind = self.rng.random()
        return ARABIC_DIGITS if kind < 0.72 else _PERSIAN_DIGITS if kind < 0.82 else string.digits

    def _number(self, digits: str, max_length: int = 4) -> str:
        length = int(self.rng.integers(1, max_length + 1))
        return "".join(digits[int(self.rng.integers(10))] for _ in range(length))

    def _numbers(self, digits: str) -> str:
        """Make a plate, a date or a telephone number: digits with little beside them."""
        kind = self.rng.random()
        if kind < 0.5:
            return self._number(digits, 7)
        if kind < 0.7:
            return self._number(digits, 3) + str(self.rng.choice(["/", ".", ":", " "])) + self._number(digits, 4)
        letter = str(self.rng.choice(list("ابجدهوزحطيسصقملنكف" if digits != string.digits else "ABCDEHKLMNRT")))
        return f"{letter} {self._number(digits, 5)}" if kind < 0.85 else f"{self._number(digits, 5)} {letter}"

    def _fill_pattern(self, pattern: str, word: Callable[[], str], digits: str) -> str:
        """Fill the blanks of a pattern: {o}rdinal, {d}igit, {n}umber, {w}ord, {p}hone number."""
        ordinal = f"{self.rng.integers(1, 300)}th" if pattern in _ENGLISH_PATTERNS else str(self.rng.choice(_ORDINALS))
        out = pattern.replace("{o}", ordinal).replace("{d}", self._number(digits, 1))
        out = out.replace("{p}", digits[0] + digits[7] + self._number(digits, 9))
        while "{n}" in out:
            out = out.replace("{n}", self._number(digits), 1)
        while "{w}" in out:
            out = out.replace("{w}", word(), 1)
        return out

    def _sentence(self, word: Callable[[], str]) -> str:
        """Join one to five words, now and then with punctuation between them or a number at the end."""
        words = [word() for _ in range(int(self.rng.integers(1, 6)))]
        between = [" " if self.rng.random() < 0.92 else str(self.rng.choice(_SEPARATORS)) for _ in words[1:]]
        line = words[0] + "".join(sign + after for sign, after in zip(between, words[1:], strict=True))
        kind = self.rng.random()
        if kind < 0.06:
            line += str(self.rng.choice(list(".!:?*")))
        return line if kind < 0.80 else f"{line} {self._number(self._arabic_digits())}"

    def _arabic_word(self) -> str:
        word = self._choose_word(self.arabic, self.extra_words.arabic)
        if self.rng.random() < 0.30:
            word = str(self.rng.choice(["ال", "ال", "و", "ب", "ل", "ف", "وال", "بال"])) + word
        if self.rng.random() < 0.12:
            word += str(self.rng.choice(["ة", "ات", "ين", "ون", "ها", "نا", "ي", "ية", "ى", "ء", "ئ", "ؤ"]))
        return self._substitute_letter(word, _ARABIC_LETTERS)

    def _choose_word(self, lexicon: MarkovChain, extra: Sequence[str]) -> str:
        """Choose a word of the lexicon, a pseudo-word or one of the extra words."""
        kind = self.rng.random()
        if kind < _LISTED_WORD_SHARE and extra:
            return extra[int(self.rng.integers(len(extra)))]
        if kind < _LEXICON_WORD_SHARE:
            return lexicon.words[int(self.rng.integers(len(lexicon.words)))]
        return lexicon.word(self.rng)

    def _substitute_letter(self, word: str, letters: str) -> str:
        """Replace a letter by a random one now and then, so that rare letters are learned as well as common ones."""
        if self.rng.random() > 0.18:
            return word
        at = int(self.rng.integers(len(word)))
        return word[:at] + letters[int(self.rng.integers(len(letters)))] + word[at + 1 :]

    def _sorani_word(self) -> str:
        return str(self.rng.choice(self.sorani.words)) if self.rng.random() < 0.6 else self.sorani.word(self.rng)

    def _english_word(self) -> str:
        word = self._choose_word(self.english, self.extra_words.latin)
        return self._substitute_letter(word, string.ascii_lowercase)

    def _vary_case(self, line: str) -> str:
        kind = self.rng.random()
        return line.title() if kind < 0.45 else line.upper() if kind < 0.65 else line


def to_visual_order(text: str) -> str:
    """Return the characters of a line from left to right; empty if the charset or the reordering cannot express it."""
    logical = to_charset(text)
    if not logical or not _CHARSET.issuperset(logical):
        return ""
    visual = str(get_display(logical, base_dir="R" if is_right_to_left(logical) else "L"))
    return visual if visual_to_logical(visual) == logical else ""
