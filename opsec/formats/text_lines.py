"""The lines of a text of unknown letters and unknown length."""

import codecs
import io
from collections.abc import Iterator
from typing import Self

from opsec.i18n.messages import reason
from opsec.model import Reason

LONGEST_LINE = 1024 * 1024
"""Characters."""

_OLD_LETTERS = "windows-1256"
"""What Excel writes as "CSV" where Windows is set to Arabic."""


class LineTooLongError(ValueError):
    """A line that no list has; the lines after it can still be read."""


class Lines:
    """The lines of a text in whatever letters it was written; goes on after a line that is too long."""

    def __init__(self, data: bytes) -> None:
        self._encoding = _encoding(data)
        self._text = io.TextIOWrapper(io.BytesIO(data), self._encoding, errors="replace", newline="")

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> str:
        line = self._text.readline(LONGEST_LINE)
        if not line:
            raise StopIteration
        if len(line) == LONGEST_LINE and line[-1] not in "\r\n":
            while (more := self._text.readline(LONGEST_LINE)) and more[-1] not in "\r\n":
                pass
            raise LineTooLongError
        return line

    def remarks(self) -> Iterator[Reason]:
        """What the officer should know of the letters."""
        if self._encoding == _OLD_LETTERS:
            yield reason("old_letters", encoding=_OLD_LETTERS)


def _encoding(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data[:LONGEST_LINE])
    except UnicodeDecodeError:
        return _OLD_LETTERS
    return "utf-8-sig"
