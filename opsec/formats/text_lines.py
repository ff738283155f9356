"""Iterate over the lines of a text with unknown encoding and bounded line length."""

import codecs
import io
from collections.abc import Iterator
from typing import Self

from opsec.i18n.reasons import make_reason
from opsec.model import Reason

MAX_LINE_LENGTH = 1024 * 1024
"""Limit in characters."""

_LEGACY_ENCODING = "windows-1256"
"""Encoding of CSV files that Excel writes on Arabic Windows."""


class LineTooLongError(ValueError):
    """A line exceeds the limit; the lines after it can still be read."""


class TextLines:
    """Iterator over lines, with the encoding detected; continues after a line that is too long."""

    def __init__(self, data: bytes) -> None:
        self._encoding = _detect_encoding(data)
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

    def remarks(self) -> Iterator[Reason]:
        """Remark when the text is not in UTF-8."""
        if self._encoding == _LEGACY_ENCODING:
            yield make_reason("old_letters", encoding=_LEGACY_ENCODING)


def _detect_encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data[:MAX_LINE_LENGTH])
    except UnicodeDecodeError:
        return _LEGACY_ENCODING
    return "utf-8-sig"
