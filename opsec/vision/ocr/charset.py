"""Character set of the line recogniser, and conversion from visual to logical order.

The recogniser reads a line from left to right and returns characters in that visual order. Arabic is read from
right to left, numbers inside it from left to right (UAX #9), so the output is reordered afterwards. Letters that
look alike in print share one class: Persian and Arabic kaf, the two kinds of ya by their dots, the Sorani and the
Arabic he, and the digits of both Arabic sets. The normal form of ``opsec.text.normalise`` does not
distinguish them either.
"""

import re

_ARABIC = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگڤڕڵۆێ"
ARABIC_DIGITS = "٠١٢٣٤٥٦٧٨٩"
_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_PUNCTUATION = ".,:/-#()!?،؟٪%+'\"&@_*"
ALPHABET = " " + _ARABIC + ARABIC_DIGITS + _LATIN + "0123456789" + _PUNCTUATION
"""Class n + 1 of the network is ``ALPHABET[n]``; class 0 is the blank of CTC."""

_SAME_GLYPH = str.maketrans(
    {"ک": "ك", "ھ": "ه", "ە": "ه", "ہ": "ه", "ٱ": "ا", "ـ": None}
    | {chr(0x6F0 + digit): ARABIC_DIGITS[digit] for digit in range(10)}
)
_PERSIAN_YA = "ی"
_ARABIC_OR_YA = re.compile(f"[{_ARABIC}{_PERSIAN_YA}]")
_MIRRORED = str.maketrans("()", ")(")
_DIGIT = "[0-9٠-٩]"
_NUMBER = rf"{_DIGIT}+(?:[.,:/]{_DIGIT}+)*"
_LEFT_TO_RIGHT = re.compile(rf"[0-9]*[A-Za-z](?:[A-Za-z0-9 .,:/'&@_+#-]*[A-Za-z0-9])?|{_NUMBER}")
_RIGHT_TO_LEFT = re.compile(rf"[{_ARABIC}٠-٩](?:[{_ARABIC}0-9٠-٩ .,:/،-]*[{_ARABIC}٠-٩])?")
_ARABIC_LETTER = re.compile(f"[{_ARABIC}]")
_LATIN_LETTER = re.compile("[A-Za-z]")
_ARABIC_DIGIT = re.compile("[٠-٩]")


def to_charset(text: str) -> str:
    """Replace look-alikes of characters of ``ALPHABET`` by these; a Persian ya has dots except at a word's end."""
    plain = text.translate(_SAME_GLYPH)
    out = [
        char if char != _PERSIAN_YA else "ي" if _ARABIC_OR_YA.match(plain[at + 1 : at + 2]) else "ى"
        for at, char in enumerate(plain)
    ]
    return "".join(out)


def is_right_to_left(text: str) -> bool:
    """Return whether the line as a whole is Arabic: by its letters, or by its digits if it has no letter."""
    arabic, latin = len(_ARABIC_LETTER.findall(text)), len(_LATIN_LETTER.findall(text))
    return arabic > latin or (not latin and _ARABIC_DIGIT.search(text) is not None)


def visual_to_logical(visual: str) -> str:
    """Reorder a line from visual order (left to right in the image) to logical order (as it is read and typed).

    >>> visual_to_logical("١٤ ءاول")
    'لواء ١٤'
    """
    return "".join(char for _, char in logical_order(visual))


def logical_order(visual: str) -> list[tuple[int, str]]:
    """Return the characters of a line in logical order, each with its index in ``visual``."""
    indexed = list(enumerate(visual))
    if is_right_to_left(visual):
        return _reversed_run(indexed)
    for run in _RIGHT_TO_LEFT.finditer(visual):
        indexed[run.start() : run.end()] = _reversed_run(indexed[run.start() : run.end()])
    return indexed


def _reversed_run(indexed: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Reverse a right-to-left run: numbers and Latin words in it keep their order, brackets are mirrored."""
    backwards = indexed[::-1]
    out = [(at, char.translate(_MIRRORED)) for at, char in backwards]
    for inner in _LEFT_TO_RIGHT.finditer("".join(char for _, char in backwards)):
        out[inner.start() : inner.end()] = backwards[inner.start() : inner.end()][::-1]
    return out
