"""Lines of text to draw: boards of units, street plates, captions, numbers, and words that only sound like words.

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
from opsec.vision.ocr.charset import ALPHABET, ARABIC_DIGITS, labels, reading_order, runs_right_to_left

_WRITABLE = frozenset(ALPHABET)
_PERSIAN_DIGITS = "۰۱۲۳۴۵۶۷۸۹"
_ARABIC_LETTERS = "ءآأؤإئبتثجحخدذرزسشصضطظعغفقكنهوىيپچژگڤ"
_EDGE = "^"
_LONGEST_WORD = 11
_MIDDLE_SIGNS = (" - ", ": ", " / ", "، ", ". ", " + ")
_UNITS = (
    "الفوج {o} لواء {n}", "لواء {n}", "اللواء {n} {w}", "ف{d} ل{n}", "الفرقة {n}", "سرية {n} فوج {d}", "الكتيبة {n}",
    "ل{n} ف{d}", "الفوج {d} / لواء {n}", "فرقة {n} لواء {n}", "بطرية {d} كتيبة {n}", "السرب {n}", "مقر لواء {n}",
    "{w} {n}", "{w} {w} {n}", "شارع {n}", "محلة {n} زقاق {n} دار {n}", "حي {w} {n}", "م {n} ز {n} د {n}",
    "بوابة رقم {n}", "باب {d}", "قاطع {n}", "هاتف {p}", "{w} - {n}", "{n} {w}", "سنة {n}", "{n}/{n}/{n}",
    "الساعة {n}:{n}", "رقم {n}", "{w} ({n})", "{n} كم", "كم {n} {w}",
)  # fmt: skip
_UNITS_ENGLISH = (
    "{o} Battalion {o} Brigade", "{o} Brigade", "{o} {w} Regiment", "Gate {n}", "Sector {n}", "{w} {n}",
    "{w} {w} {n}", "{n} {w}", "Street {n}", "Tel {p}", "{n}/{n}/{n}", "{n}:{n}", "No. {n}", "Route {n}", "{n} km",
    "Unit {n}-{d}", "({n}) {w}", "#{w}{n}",
)  # fmt: skip
_OF_A_LIST, _OWN_WORD = 0.35, 0.65
_ORDINALS = "الأول الثاني الثالث الرابع الخامس السادس السابع الثامن التاسع العاشر".split()


@dataclass(frozen=True, slots=True)
class MoreWords:
    """Words of lists that lie on the machine, beside those written for this; they are drawn, never shipped."""

    arabic: tuple[str, ...] = ()
    latin: tuple[str, ...] = ()

    @classmethod
    def of(cls, lists: Iterable[Path]) -> "MoreWords":
        """Of files with a word a line, in UTF-8; what a spelling dictionary says behind a slash is left out."""
        words = {
            line.partition("/")[0].strip() for path in lists for line in path.read_text(encoding="utf-8").splitlines()
        }
        fit = sorted(word for word in words if 1 < len(word) <= _LONGEST_WORD and _WRITABLE.issuperset(labels(word)))
        return cls(
            tuple(word for word in fit if word[0] in _ARABIC_LETTERS),
            tuple(word for word in fit if word.isascii() and word.isalpha()),
        )


@dataclass
class Chain:
    """Words that sound like the given ones: each letter follows the two before it as often as it does there."""

    words: list[str]
    follows: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def __post_init__(self) -> None:
        for word in self.words:
            padded = _EDGE * 2 + word + _EDGE
            for at in range(len(word) + 1):
                self.follows[padded[at : at + 2]].append(padded[at + 2])

    def word(self, rng: np.random.Generator) -> str:
        """One made word of two letters or more."""
        while True:
            made = _EDGE * 2
            while len(made) < _LONGEST_WORD + 2 and (made[-1] != _EDGE or len(made) == 2):
                after = self.follows[made[-2:]]
                made += after[int(rng.integers(len(after)))]
            word = made.strip(_EDGE)
            if len(word) > 1:
                return word


class LineMaker:
    """Makes lines from a generator of chance; the same seed gives the same lines."""

    def __init__(self, rng: np.random.Generator, more: MoreWords | None = None) -> None:
        self.rng = rng
        self.more = more or MoreWords()
        self.arabic = Chain([word for word in ARABIC.split() if len(word) > 1])
        self.sorani = Chain(SORANI.split())
        self.english = Chain([word.lower() for word in ENGLISH.split() if len(word) > 1])

    def line(self, most: int = 36) -> tuple[str, str]:
        """A line of at most ``most`` characters as it is typed, and the signs it shows from left to right."""
        while True:
            typed = self._typed()[:most].strip()
            shown = signs_shown(typed)
            if shown:
                return typed, shown

    def _typed(self) -> str:
        kind = self.rng.random()
        kinds: tuple[tuple[float, Callable[[], str]], ...] = (
            (0.28, lambda: self._filled(str(self.rng.choice(_UNITS)), self._arabic_word, self._arabic_digits())),
            (0.50, lambda: self._sentence(self._arabic_word)),
            (0.56, lambda: self._sentence(self._sorani_word)),
            (0.78, lambda: self._cased(self._sentence(self._english_word))),
            (0.89, lambda: self._cased(self._english_unit())),
            (0.97, lambda: self._numbers(self._arabic_digits())),
            (1.00, lambda: f"{self._arabic_word()} {self._cased(self._english_word())}"),
        )
        return next(made for until, made in kinds if kind < until)()

    def _english_unit(self) -> str:
        return self._filled(str(self.rng.choice(_UNITS_ENGLISH)), self._english_word, string.digits)

    def _arabic_digits(self) -> str:
        kind = self.rng.random()
        return ARABIC_DIGITS if kind < 0.72 else _PERSIAN_DIGITS if kind < 0.82 else string.digits

    def _number(self, digits: str, most: int = 4) -> str:
        length = int(self.rng.integers(1, most + 1))
        return "".join(digits[int(self.rng.integers(10))] for _ in range(length))

    def _numbers(self, digits: str) -> str:
        """Plates, dates and telephone numbers: digits with little beside them."""
        kind = self.rng.random()
        if kind < 0.5:
            return self._number(digits, 7)
        if kind < 0.7:
            return self._number(digits, 3) + str(self.rng.choice(["/", ".", ":", " "])) + self._number(digits, 4)
        letter = str(self.rng.choice(list("ابجدهوزحطيسصقملنكف" if digits != string.digits else "ABCDEHKLMNRT")))
        return f"{letter} {self._number(digits, 5)}" if kind < 0.85 else f"{self._number(digits, 5)} {letter}"

    def _filled(self, pattern: str, word: Callable[[], str], digits: str) -> str:
        """A pattern with its blanks filled: ordinal, digit, number, word, telephone number."""
        ordinal = f"{self.rng.integers(1, 300)}th" if pattern in _UNITS_ENGLISH else str(self.rng.choice(_ORDINALS))
        out = pattern.replace("{o}", ordinal).replace("{d}", self._number(digits, 1))
        out = out.replace("{p}", digits[0] + digits[7] + self._number(digits, 9))
        while "{n}" in out:
            out = out.replace("{n}", self._number(digits), 1)
        while "{w}" in out:
            out = out.replace("{w}", word(), 1)
        return out

    def _sentence(self, word: Callable[[], str]) -> str:
        """One to five words, now and then with a sign between them or a number at the end."""
        words = [word() for _ in range(int(self.rng.integers(1, 6)))]
        between = [" " if self.rng.random() < 0.92 else str(self.rng.choice(_MIDDLE_SIGNS)) for _ in words[1:]]
        line = words[0] + "".join(sign + after for sign, after in zip(between, words[1:], strict=True))
        kind = self.rng.random()
        if kind < 0.06:
            line += str(self.rng.choice(list(".!:?*")))
        return line if kind < 0.80 else f"{line} {self._number(self._arabic_digits())}"

    def _arabic_word(self) -> str:
        word = self._word(self.arabic, self.more.arabic)
        if self.rng.random() < 0.30:
            word = str(self.rng.choice(["ال", "ال", "و", "ب", "ل", "ف", "وال", "بال"])) + word
        if self.rng.random() < 0.12:
            word += str(self.rng.choice(["ة", "ات", "ين", "ون", "ها", "نا", "ي", "ية", "ى", "ء", "ئ", "ؤ"]))
        return self._with_a_stranger(word, _ARABIC_LETTERS)

    def _word(self, own: Chain, more: Sequence[str]) -> str:
        """One of our own words, one that sounds like them, or one of a list of this machine."""
        kind = self.rng.random()
        if kind < _OF_A_LIST and more:
            return more[int(self.rng.integers(len(more)))]
        return own.words[int(self.rng.integers(len(own.words)))] if kind < _OWN_WORD else own.word(self.rng)

    def _with_a_stranger(self, word: str, letters: str) -> str:
        """Now and then one letter is exchanged for any other: rare letters are read as well as common ones."""
        if self.rng.random() > 0.18:
            return word
        at = int(self.rng.integers(len(word)))
        return word[:at] + letters[int(self.rng.integers(len(letters)))] + word[at + 1 :]

    def _sorani_word(self) -> str:
        return str(self.rng.choice(self.sorani.words)) if self.rng.random() < 0.6 else self.sorani.word(self.rng)

    def _english_word(self) -> str:
        word = self._word(self.english, self.more.latin)
        return self._with_a_stranger(word, string.ascii_lowercase)

    def _cased(self, line: str) -> str:
        kind = self.rng.random()
        return line.title() if kind < 0.45 else line.upper() if kind < 0.65 else line


def signs_shown(typed: str) -> str:
    """The signs a drawn line shows, left to right; empty when the reader has no sign for one or cannot turn it back."""
    label = labels(typed)
    if not label or not _WRITABLE.issuperset(label):
        return ""
    shown = str(get_display(label, base_dir="R" if runs_right_to_left(label) else "L"))
    return shown if reading_order(shown) == label else ""
