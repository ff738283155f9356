"""Whether a recognised line can be text at all, by rules of spelling that hold for every word of a script.

Patterns, mirrored lines and lines upside down are read as letters of several scripts in one word, or as Arabic words
that no one can write: a ta marbuta or an alif maqsura is the last letter of its word, and two alifs do not meet, unless
a word is drawn out (three and more).
"""

import re

_ARABIC = "\u0621-\u063a\u0641-\u064a\u066e-\u06d3\u06d5"
_WORD = re.compile(r"[^\W_]+")
_ARABIC_LETTER = re.compile(f"[{_ARABIC}]")
_LATIN_LETTER = re.compile("[A-Za-z]")
_ARABIC_DIGIT = re.compile("[٠-٩۰-۹]")
_IMPOSSIBLE_ARABIC = re.compile(f"[ةى](?=[{_ARABIC}])|(?<!ا)اا(?!ا)")
_MIXED_CASE = re.compile("[a-z][A-Z]+[a-z]?[A-Z]|^[a-z]+[A-Z]{2,}$")
_MIN_IMPOSSIBLE_SHARE = 0.5
"""Share of the letters of a line, from which on the whole line is no text."""


def is_implausible(text: str, *, by_case: bool = True) -> bool:
    """Return whether half of a line's letters or more stand in words that break the rules of their script.

    Parameters
    ----------
    text
        A recognised line.
    by_case
        Whether capitals within a word count too. They are a reason to try another view, but not to drop a text: of
        narrow or wide letters the recogniser often mistakes the case alone.

    >>> is_implausible("معسكر الصقر"), is_implausible("رعهانغاا يغسعه"), is_implausible("aSv٤ ٤١٧ ٤vINIS")
    (False, True, True)
    """
    words = [word for word in _WORD.findall(text) if any(char.isalpha() for char in word)]
    impossible = sum(len(word) for word in words if is_impossible_word(word, by_case=by_case))
    return impossible > 0 and impossible >= _MIN_IMPOSSIBLE_SHARE * sum(map(len, words))


def is_impossible_word(word: str, *, by_case: bool = True) -> bool:
    """Return whether a word mixes scripts or breaks a rule of spelling; ``by_case`` as in ``is_implausible``."""
    arabic, latin = _ARABIC_LETTER.search(word), _LATIN_LETTER.search(word)
    if latin and (arabic or _ARABIC_DIGIT.search(word)):
        return True
    if arabic:
        return _IMPOSSIBLE_ARABIC.search(word) is not None
    return by_case and _MIXED_CASE.search(word) is not None
