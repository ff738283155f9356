"""Decode the names of zip members whose encoding the archive does not state.

PKWARE APPNOTE 6.3.10, 4.6.9 (Unicode Path extra field) and appendix D. Programs on Windows write the code page of their
system without saying which one: on an Arabic system 720 in old programs and 1256 in others. A code page is
guessed by the letters that come out: Arabic letters are weighed by how common they are, and box drawings and symbols in
the middle of a name count against a code page.
"""

import struct
import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from functools import lru_cache

UNICODE_PATH = 0x7075
MAX_NAME_LENGTH = 1_000
MAX_GUESSED_BYTES = 48
"""End of a name by which its code page is guessed; an archive may have a hundred thousand names."""
_CODE_PAGES = ("cp437", "cp720", "cp1256", "cp864", "iso8859_6", "cp1252")
"""In order of preference where the letters decide nothing: without a word about it, APPNOTE means 437."""

_ARABIC_WEIGHTS: Mapping[str, float] = {
    **dict.fromkeys("الويمنت", 4.0),
    **dict.fromkeys("رهبعدفسكقةحجشص", 3.0),
    **dict.fromkeys("أخطذىإضغزثئظءؤآ", 2.0),
}
"""Logarithms of letter frequencies in Arabic text, coarsely, against a chance of one in two hundred."""
_OTHER_ARABIC, _PRESENTATION_FORM = 0.5, 1.5
_COMMON_LATIN = frozenset("éèêëàâäáãåçñöôóòüûúùîïíßøæÉÖÄÜÅÇ")
_LATIN, _OTHER_LETTER, _MARK, _SYMBOL, _INVISIBLE, _UNDEFINED = 1.0, -1.0, -1.0, -4.0, -12.0, -20.0
_PAIR_WEIGHTS: Mapping[tuple[str, str], float] = {
    ("arabic", "arabic"): 1.0, ("latin", "latin"): 1.0, ("ascii", "latin"): 1.0, ("latin", "ascii"): 1.0,
    ("ascii", "arabic"): -4.0, ("arabic", "ascii"): -4.0, ("latin", "arabic"): -4.0, ("arabic", "latin"): -4.0,
}  # fmt: skip
"""For two letters side by side: a word has one script."""


def unicode_path(extra: bytes, raw: bytes) -> str | None:
    """Name in the Unicode Path extra field, if it belongs to this name: its CRC-32 is that of the raw name."""
    for number, data in extra_fields(extra):
        if number == UNICODE_PATH and len(data) > 5 and data[0] == 1:
            (crc,) = struct.unpack_from("<L", data, 1)
            try:
                return data[5:].decode() if crc == zlib.crc32(raw) else None
            except UnicodeDecodeError:
                return None
    return None


def extra_fields(extra: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield id and data of each extra field (APPNOTE, 4.5)."""
    at = 0
    while at + 4 <= len(extra):
        number, length = struct.unpack_from("<HH", extra, at)
        yield number, extra[at + 4 : at + 4 + length]
        at += 4 + length


def guess_name(raw: bytes) -> str:
    """Decode a name that is not UTF-8 by the code page whose letters are the most plausible.

    >>> guess_name("بوابة المعسكر.jpg".encode("cp720")), guess_name("بوابة المعسكر.jpg".encode("cp1256"))
    ('بوابة المعسكر.jpg', 'بوابة المعسكر.jpg')
    """
    looked_at = raw[-MAX_GUESSED_BYTES:]
    weights = {page: plausibility(looked_at.decode(page, "replace")) for page in _CODE_PAGES}
    best = max(_CODE_PAGES, key=lambda page: weights[page])
    return raw.decode(best if weights[best] > 0 else _CODE_PAGES[0], "replace")


def plausibility(name: str) -> float:
    """Weight of the letters of a name beyond ASCII; the larger, the more plausible."""
    weight, previous = 0.0, ""
    for char in name:
        script = _script(char)
        if not char.isascii():
            weight += _char_weight(char, script)
        weight += _PAIR_WEIGHTS.get((previous, script), 0.0)
        previous = script
    return weight


@lru_cache(maxsize=1_024)
def _script(char: str) -> str:
    if "\u0620" <= char <= "\u06ff" or "\ufb50" <= char <= "\ufefc":
        return "arabic"
    if char in _COMMON_LATIN:
        return "latin"
    return "ascii" if char.isascii() and char.isalpha() else ""


@lru_cache(maxsize=1_024)
def _char_weight(char: str, script: str) -> float:
    if char == "\ufffd" or "\x80" <= char <= "\x9f":
        return _UNDEFINED
    if unicodedata.category(char) == "Cf":
        return _INVISIBLE
    if script == "arabic":
        presentation = _PRESENTATION_FORM if char >= "\ufb50" else _OTHER_ARABIC
        return _ARABIC_WEIGHTS.get(char, presentation if char.isalpha() else _MARK)
    if script == "latin":
        return _LATIN
    return _OTHER_LETTER if char.isalpha() else _SYMBOL
