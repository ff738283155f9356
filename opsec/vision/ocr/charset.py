"""What the line reader can write, and the way from the order on the board to the order of reading.

The reader goes over a line from left to right and writes what it sees in that order. Arabic is read from
right to left, numbers inside it from left to right (UAX #9), so what it wrote is turned round afterwards.
Letters that look alike on a board share one sign: Persian and Arabic kaf, the two kinds of ya by their dots,
the Sorani and the Arabic he, and the digits of both Arabic sets. ``opsec.text.normalise.fold``
makes no difference either.
"""

import re

_ARABIC = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگڤڕڵۆێ"
ARABIC_DIGITS = "٠١٢٣٤٥٦٧٨٩"
_LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
_SIGNS = ".,:/-#()!?،؟٪%+'\"&@_*"
ALPHABET = " " + _ARABIC + ARABIC_DIGITS + _LATIN + "0123456789" + _SIGNS
"""Class n + 1 of the network is ``ALPHABET[n]``; class 0 says "nothing new here" (CTC's blank)."""

_DRAWN_ALIKE = str.maketrans(
    {"ک": "ك", "ھ": "ه", "ە": "ه", "ہ": "ه", "ٱ": "ا", "ـ": None}
    | {chr(0x6F0 + digit): ARABIC_DIGITS[digit] for digit in range(10)}
)
_PERSIAN_YA = "ی"
_LETTER = re.compile(f"[{_ARABIC}{_PERSIAN_YA}]")
_MIRRORED = str.maketrans("()", ")(")
_DIGIT = "[0-9٠-٩]"
_NUMBER = rf"{_DIGIT}+(?:[.,:/]{_DIGIT}+)*"
_LEFT_TO_RIGHT = re.compile(rf"[0-9]*[A-Za-z](?:[A-Za-z0-9 .,:/'&@_+#-]*[A-Za-z0-9])?|{_NUMBER}")
_RIGHT_TO_LEFT = re.compile(rf"[{_ARABIC}٠-٩](?:[{_ARABIC}0-9٠-٩ .,:/،-]*[{_ARABIC}٠-٩])?")
_ARABIC_SIGN = re.compile(f"[{_ARABIC}]")
_LATIN_SIGN = re.compile("[A-Za-z]")
_ARABIC_DIGIT = re.compile("[٠-٩]")


def labels(text: str) -> str:
    """The text in the reader's own signs. A Persian ya has dots inside a word and none at its end."""
    plain = text.translate(_DRAWN_ALIKE)
    out = [
        char if char != _PERSIAN_YA else "ي" if _LETTER.match(plain[at + 1 : at + 2]) else "ى"
        for at, char in enumerate(plain)
    ]
    return "".join(out)


def runs_right_to_left(text: str) -> bool:
    """Whether the line as a whole is Arabic: by its letters, without any by its digits."""
    arabic, latin = len(_ARABIC_SIGN.findall(text)), len(_LATIN_SIGN.findall(text))
    return arabic > latin or (not latin and _ARABIC_DIGIT.search(text) is not None)


def reading_order(seen: str) -> str:
    """What stands on the board from left to right, in the order in which it is read.

    >>> reading_order("١٤ ءاول")
    'لواء ١٤'
    """
    return "".join(sign for _, sign in placed_in_reading_order(seen))


def placed_in_reading_order(seen: str) -> list[tuple[int, str]]:
    """The same with the place in ``seen`` that each sign came from."""
    placed = list(enumerate(seen))
    if runs_right_to_left(seen):
        return _turned(placed)
    for run in _RIGHT_TO_LEFT.finditer(seen):
        placed[run.start() : run.end()] = _turned(placed[run.start() : run.end()])
    return placed


def _turned(placed: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """From right to left, but numbers and Latin words from left to right; brackets open to the other side."""
    back = placed[::-1]
    out = [(at, sign.translate(_MIRRORED)) for at, sign in back]
    for inner in _LEFT_TO_RIGHT.finditer("".join(sign for _, sign in back)):
        out[inner.start() : inner.end()] = back[inner.start() : inner.end()][::-1]
    return out
