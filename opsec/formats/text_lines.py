"""Iterate over the lines of a text with unknown encoding and bounded line length."""

import codecs
import io
from collections.abc import Iterator
from typing import Self

from opsec.i18n.reasons import make_reason
from opsec.model import Reason

MAX_LINE_LENGTH = 1024 * 1024
"""Limit in characters."""

LEGACY_ENCODING = "windows-1256"
"""Encoding of CSV files that Excel writes on Arabic Windows."""
_SAMPLE_LENGTH = 4096
_MIN_ZERO_SHARE = 20
"""At least one letter in this many is a space, a line break or ASCII."""


class LineTooLongError(ValueError):
    """A line exceeds the limit; the lines after it can still be read."""


class TextLines:
    """Iterator over lines, with the encoding detected; continues after a line that is too long."""

    def __init__(self, data: bytes) -> None:
        self._encoding = detect_encoding(data)
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

    def read(self, length: int) -> str:
        """Return the next characters, at most this many, with their line breaks."""
        return self._text.read(length)

    def remarks(self) -> Iterator[Reason]:
        """Remark when the text is not in UTF-8."""
        if self._encoding == LEGACY_ENCODING:
            yield make_reason("old_letters", encoding=LEGACY_ENCODING)


def decode_detected(data: bytes) -> str:
    """Decode a text of unknown encoding; bytes that do not fit become replacement characters."""
    return data.decode(detect_encoding(data), "replace")


def _utf16_without_mark(sample: bytes) -> str | None:
    """UTF-16 without a byte order mark: its spaces and line breaks have a zero byte, all on the same side."""
    for encoding, zeros, others in (("utf-16-le", sample[1::2], sample[::2]), ("utf-16-be", sample[::2], sample[1::2])):
        if zeros.count(0) * _MIN_ZERO_SHARE >= len(zeros) > 1 and not others.count(0):
            return encoding
    return None


def detect_encoding(data: bytes) -> str:
    """Name of the encoding: UTF-16 or UTF-8 where the bytes show it, else ``LEGACY_ENCODING``."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if (unmarked := _utf16_without_mark(data[:_SAMPLE_LENGTH])) is not None:
        return unmarked
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data[:MAX_LINE_LENGTH])
    except UnicodeDecodeError:
        return LEGACY_ENCODING
    return "utf-8-sig"
