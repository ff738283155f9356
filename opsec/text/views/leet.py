"""Digits and signs written for letters, in words that also have letters: ``C4mp``, ``B@rr@ck$``, ``9a3ida``."""

import re
from collections.abc import Iterator

from opsec.text.views.mapped_text import MappedText

_LETTERS = {
    "0": "o", "1": "i", "2": "z", "3": "e", "4": "a", "5": "s", "6": "g", "7": "t", "8": "b", "9": "g",
    "@": "a", "$": "s", "!": "i", "|": "i", "+": "t", "€": "e", "£": "l", "¢": "c", "(": "c", "¥": "y", "&": "a",
    "∂": "d", "ß": "b", "µ": "u", "§": "s", "^": "a",
}  # fmt: skip
_TABLE = str.maketrans(_LETTERS)
_TABLE_WITH_L = str.maketrans({**_LETTERS, "1": "l", "|": "l", "!": "l", "6": "b", "9": "q"})
"""The same with the second letter that some signs stand for."""
_SEVERAL_SIGNS = (
    (r"|\/|", "m"), (r"/\/\\", "m"), (r"|\|", "n"), ("|-|", "h"), ("|<", "k"), (r"\/", "v"), ("|)", "d"), ("()", "o"),
    ("/-\\", "a"),
)  # fmt: skip
_SIGNS = re.escape("".join(_LETTERS) + "\\/-<)")
_WORD = re.compile(rf"(?<![A-Za-z0-9{_SIGNS}])[A-Za-z0-9{_SIGNS}]{{3,60}}(?![A-Za-z0-9{_SIGNS}])")
_ENDING = re.compile(r"[!).,\-/]*$")
_LETTER = re.compile(r"[A-Za-z]")
_SURELY_LEET = re.compile(r"[A-Za-z][014@$!|+€£¢¥(&∂ß§^]+[A-Za-z]|[014@$|€£¢¥(][A-Za-z]|[A-Za-z][014@$€£¢]")
"""Digits other than those of Arabizi, which are common and not leet."""
_NINE = re.compile(r"9(?=['’]?[a-z])|(?<=[a-z])9(?![0-9])", re.I)
"""Usually ص; in the Maghreb, and with some writers in Iraq, ق."""


def read_leet(text: MappedText) -> Iterator[MappedText]:
    """Yield the text with letters for digits and signs, in each of the readings that they allow.

    >>> [view.text for view in read_leet(MappedText.of("my C4mp in 2024!"))]
    ['my Camp in 2024!']
    """
    if not _SURELY_LEET.search(text.text):
        return
    first = text.rewrite(_WORD, lambda found: _read(found[0], _TABLE))
    if first is text:
        return
    yield first
    second = text.rewrite(_WORD, lambda found: _read(found[0], _TABLE_WITH_L))
    if second.text != first.text:
        yield second


def _read(word: str, table: dict[int, str]) -> str | None:
    ending = _ENDING.search(word)
    body = word[: ending.start()] if ending else word
    if not _LETTER.search(body):
        return None
    for signs, letter in _SEVERAL_SIGNS:
        body = body.replace(signs, letter)
    return (
        f"{body.translate(table)}{word[len(word) - len(ending[0]) :]}"
        if ending and ending[0]
        else body.translate(table)
    )


def read_nine_as_qaf(text: MappedText) -> MappedText:
    """Read the digit 9 in a word as ق; returns the same object when there is none.

    >>> read_nine_as_qaf(MappedText.of("9a3idat, 1999")).text
    'qa3idat, 1999'
    """
    return text.rewrite(_NINE, lambda _: "q")
