"""Iterate over the lines of a text with unknown encoding and bounded line length."""

import codecs
import io
import re
from collections.abc import Iterator
from typing import Self

from opsec.i18n.reasons import make_reason
from opsec.model import Reason
from opsec.model.records import Gap

MAX_LINE_LENGTH = 1024 * 1024
"""Limit in characters."""

LEGACY_ENCODING = "windows-1256"
"""Encoding of CSV files that Excel writes on Arabic Windows."""
_SAMPLE_LENGTH = 4096
_MIN_ZEROS = 3
"""Fewer zero bytes may be accidents in a short text of another encoding."""
_MIN_ZERO_SHARE = 20
"""At least one letter in this many is a space, a line break or ASCII."""
_VALID_BYTES_PER_DAMAGED = 3
"""UTF-8 with a damaged byte has many valid ones for it; in a text of one byte per letter hardly any are valid."""
_DAMAGED_BYTES = re.compile("[\udc80-\udcff]")
_NON_ASCII = bytes(range(0x80, 0x100))


class LineTooLongError(ValueError):
    """A line exceeds the limit; the lines after it can still be read."""


class TextLines:
    """Iterator over lines, with the encoding detected; continues after a line that is too long."""

    def __init__(self, data: bytes) -> None:
        self._encoding = detect_encoding(data)
        self._damaged = count_damaged(data, self._encoding)
        self._text = io.TextIOWrapper(io.BytesIO(data), self._encoding, errors="replace", newline="")

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._text.readline(MAX_LINE_LENGTH)
        if not line:
            raise StopIteration
        if len(line) == MAX_LINE_LENGTH and line[-1] not in "\r\n":
            while (more := self._text.readline(MAX_LINE_LENGTH)) and more[-1] not in "\r\n":
                pass
            raise LineTooLongError
        return line

    def remarks(self) -> Iterator[Reason | Gap]:
        """Remark when the text is not in UTF-8; gap when some of its bytes could not be decoded."""
        yield from encoding_remarks(self._encoding, self._damaged)


def encoding_remarks(encoding: str, damaged: int) -> Iterator[Reason | Gap]:
    """Yield what the officer should know about the encoding of a text: an old one, or damaged bytes."""
    if encoding == LEGACY_ENCODING:
        yield make_reason("old_letters", encoding=LEGACY_ENCODING)
    if damaged:
        yield Gap(make_reason("damaged_letters", count=damaged))


def decode_detected(data: bytes) -> str:
    """Decode a text of unknown encoding; bytes that do not fit become replacement characters."""
    return data.decode(detect_encoding(data), "replace")


def _utf16_without_mark(sample: bytes) -> str | None:
    """UTF-16 without a byte order mark: its spaces and line breaks have a zero byte, all on the same side."""
    for encoding, zeros, others in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        if zeros.count(0) >= max(_MIN_ZEROS, len(zeros) / _MIN_ZERO_SHARE) and not others.count(0):
            return encoding
    return None


def detect_encoding(data: bytes) -> str:
    """Name of the encoding: UTF-16 or UTF-8 where the bytes show it, else ``LEGACY_ENCODING``.

    A few damaged bytes do not change what the others show.

    >>> detect_encoding("البوابة الشمالية".encode() + b"\\xd8"), detect_encoding("البوابة".encode("windows-1256"))
    ('utf-8-sig', 'windows-1256')
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if (unmarked := _utf16_without_mark(data[:_SAMPLE_LENGTH])) is not None:
        return unmarked
    damaged = count_damaged(data, "utf-8")
    valid = len(data) - len(data.translate(None, _NON_ASCII)) - damaged if damaged else 0
    return "utf-8-sig" if valid >= damaged * _VALID_BYTES_PER_DAMAGED else LEGACY_ENCODING


def count_damaged(data: bytes, encoding: str) -> int:
    """Number of bytes that cannot be decoded; for UTF-16, of code units without their other half."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError:
        if encoding.startswith("utf-8"):
            return len(_DAMAGED_BYTES.findall(data.decode("utf-8", "surrogateescape")))
        return data.decode(encoding, "replace").count("\ufffd")
    return 0
