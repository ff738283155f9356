"""The file that a copy is written to, which remembers an error of the disk: FFmpeg reports its own instead."""

import io
from dataclasses import dataclass
from typing import Any, BinaryIO, cast

from opsec.i18n.reasons import make_reason
from opsec.model.records import UnreadableError


@dataclass(slots=True)
class OutFile:
    """Writes to a file, and keeps the first error of the operating system."""

    file: BinaryIO
    error: OSError | None = None

    def write(self, data: Any) -> int:
        """Write all bytes, which a file without a buffer may take in several parts. Raises ``OSError``."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self.file.write(rest) :]
        except OSError as error:
            self.error = self.error or error
            raise
        return len(data)

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a place in the file, which writes what is buffered."""
        try:
            return self.file.seek(offset, whence)
        except OSError as error:
            self.error = self.error or error
            raise

    def tell(self) -> int:
        """Return the place in the file."""
        return self.file.tell()

    def flush(self) -> None:
        """Write what is buffered."""
        try:
            self.file.flush()
        except OSError as error:
            self.error = self.error or error
            raise

    def as_binary(self) -> BinaryIO:
        """Return this as the type that encoders take; they call no other method."""
        return cast("BinaryIO", self)

    def check(self) -> None:
        """Raise ``UnreadableError`` with the error of the disk, if there was one."""
        if self.error is not None:
            raise UnreadableError(make_reason("copy_not_written", number=self.error.errno or 0)) from self.error
