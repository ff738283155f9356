"""Arabic text that a program read in the wrong encoding: ``Ø§Ù„`` for ``ال``.

Either UTF-8 was read as an encoding of one byte a character, or an Arabic encoding was read as a Western one. The bytes
are restored and decoded again. What is not Arabic afterwards is left as it was.
"""

import re
from collections.abc import Iterator
from functools import cache

from opsec.text.views.mapped_text import MappedText

_READ_AS = ("cp1252", "cp1256", "mac_roman", "cp437", "cp1251")
"""Encodings as which UTF-8 is read by mistake; ``cp1252`` includes Latin-1."""
_ARABIC_ENCODINGS = ("cp1256", "iso8859_6")
_ARABIC_LEADS = range(0xD8, 0xDC)
"""First bytes of Arabic letters in UTF-8."""
_CONTINUATIONS = range(0x80, 0xC0)
_MIN_PAIRS = 3
"""Arabic letters in a row, but for spaces, that are no accident."""
_MIN_ARABIC_LETTERS = 3
_MAX_LAYERS = 2
_HIGH = "[\u0080-\u00ff\u0152-\u0192\u02c6\u02dc\u2013-\u2122]"
_WESTERN_WORDS = re.compile(rf"{_HIGH}{{3,}}(?: {_HIGH}+)*")
"""Words of three or more letters without a plain one among them, which no Western language has."""


def repair_mojibake(text: MappedText) -> Iterator[MappedText]:
    """Yield the text with what was read in the wrong encoding decoded again, for each pair of encodings that fits.

    >>> [view.text for view in repair_mojibake(MappedText.of("at Ø§Ù„Ø®Ø²Ø§Ù…Ù‰"))]
    ['at الخزامى']
    """
    if text.text.isascii():
        return
    repaired = text
    for _ in range(_MAX_LAYERS):
        before = repaired
        for encoding in _READ_AS:
            table, pattern = _misread_utf8(encoding)
            repaired = repaired.rewrite(pattern, lambda found, table=table: _decode_pairs(found[0], table))  # type: ignore[misc]
        if repaired is before:
            break
    if repaired is not text:
        yield repaired
    elif _WESTERN_WORDS.search(text.text):
        for encoding in _ARABIC_ENCODINGS:
            decoded = text.rewrite(_WESTERN_WORDS, lambda found, encoding=encoding: _decode_arabic(found[0], encoding))  # type: ignore[misc]
            if decoded is not text:
                yield decoded


@cache
def _byte_table(encoding: str) -> dict[str, int]:
    """Character → byte; a byte that the encoding leaves undefined is read as the control character of its number."""
    table = {chr(byte): byte for byte in range(0x80, 0x100)} if encoding == "cp1252" else {}
    for byte in range(0x80, 0x100):
        try:
            table[bytes([byte]).decode(encoding)] = byte
        except UnicodeDecodeError:
            table.setdefault(chr(byte), byte)
    return table


@cache
def _misread_utf8(encoding: str) -> tuple[dict[str, int], re.Pattern[str]]:
    table = _byte_table(encoding)
    leads = "".join(re.escape(char) for char, byte in table.items() if byte in _ARABIC_LEADS)
    following = "".join(re.escape(char) for char, byte in table.items() if byte in _CONTINUATIONS)
    every_lead = "".join(re.escape(char) for char, byte in table.items() if 0xC2 <= byte <= 0xF4)
    start = rf"(?:[{leads}][{following}] ?){{{_MIN_PAIRS},}}"
    return table, re.compile(rf"{start}(?:[{every_lead}][{following}]{{1,3}} ?)*")


def _decode_pairs(written: str, table: dict[str, int]) -> str | None:
    try:
        return bytes(table.get(char, ord(char)) for char in written).decode("utf-8")
    except (UnicodeDecodeError, ValueError):
        return None


def _decode_arabic(written: str, encoding: str) -> str | None:
    table = _byte_table("cp1252")
    try:
        decoded = bytes(table.get(char, ord(char)) for char in written).decode(encoding)
    except (UnicodeDecodeError, ValueError):
        return None
    is_arabic = sum("\u0621" <= char <= "\u06ff" for char in decoded) >= _MIN_ARABIC_LETTERS
    return decoded if is_arabic else None
