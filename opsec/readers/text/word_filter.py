"""Distinguish words that a person may have written from identifiers, hashes, dates and addresses of media.

Used where every text of a file is read, because its format is unknown.
"""

import re

from opsec.readers.text.coordinates import find_coordinates

MIN_TOKEN_LETTERS = 3
"""Letters in a row that a single token needs; shorter ones are codes of languages and countries."""
MAX_TOKEN_LENGTH = 60
"""Limit for a single token of ASCII letters; longer ones are keys and encoded data."""
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_LINK = re.compile(r"[a-z][a-z0-9+.-]{1,20}:\S*|www\.\S+", re.IGNORECASE)
_NAME_TOKEN = re.compile(r"[#@]?[A-Za-z][A-Za-z0-9_.'’-]*[!?.]*", re.ASCII)
_MIN_PAIR_LENGTH = 9
"""Letters and digits of the shortest position: ``1°2'N3°4'E``."""
_ONE_VALUE = re.compile(
    r"[+-]?[0-9]*[.,]?[0-9]*|[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9:.]*)?(?:Z|[+-][0-9:]{2,5})?", re.ASCII
)
"""A single number or a time, which need no search for positions."""
_EXTENSION = re.compile(r"\.[A-Za-z0-9]{2,5}")
CALENDAR_WORDS = frozenset(
    "utc gmt am pm st nd rd th mon tue wed thu fri sat sun monday tuesday wednesday thursday friday saturday sunday "
    "jan feb mar apr may jun jul aug sep sept oct nov dec january february march april june july august september "
    "october november december true false null none nan".split()
)
"""Parts of dates, and values of programs."""


def has_words(text: str) -> bool:
    """Whether a text may hold a clue in words, or a position.

    >>> [has_words(text) for text in ("at the gate", "البوابة", "Habbaniyah", "geo:33.98,43.25")]
    [True, True, True, True]
    >>> [has_words(text) for text in ("5f0c1d2e-11aa-4c6b", "https://cdn.example/a.jpg", "2 Nov 2026, 15:12 UTC")]
    [False, False, False]
    """
    stripped = text.strip()
    if " " not in stripped and _LINK.fullmatch(stripped):
        return bool(next(find_coordinates(stripped), None))
    found = _LETTERS.findall(stripped)
    words = [word for word in found if word.casefold() not in CALENDAR_WORDS]
    if not words:
        return _is_pair(stripped)
    if any(char.isspace() for char in stripped) or not stripped.isascii():
        return True
    return _is_name(stripped)


def _is_pair(text: str) -> bool:
    """Whether a text without words is a position, such as a pair of numbers."""
    if not _MIN_PAIR_LENGTH <= len(text) <= MAX_TOKEN_LENGTH or _ONE_VALUE.fullmatch(text):
        return False
    return bool(next(find_coordinates(text), None))


def _is_name(token: str) -> bool:
    """Whether one token of ASCII letters is a word: a hashtag, a name, a file name; not a key, a path or a hash."""
    if len(token) > MAX_TOKEN_LENGTH or not _NAME_TOKEN.fullmatch(token):
        return False
    beginning, dot, ending = token.rpartition(".")
    token = beginning if dot and _EXTENSION.fullmatch(f".{ending}") else token
    longest = max(map(len, _LETTERS.findall(token)), default=0)
    digits = sum(char.isdigit() for char in token)
    return longest >= MIN_TOKEN_LETTERS and longest > digits
