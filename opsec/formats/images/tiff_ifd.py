"""Read an image file directory of a TIFF file (TIFF 6.0, section 2), for the few tags that exifread omits."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

MAX_TAGS = 1_000
_BYTES_OF = {1: 1, 2: 1, 3: 2, 4: 4, 6: 1, 7: 1, 13: 4}
"""Bytes per value, by the types that text, blocks and pointers have."""

ByteOrder = Literal["little", "big"]


@dataclass(frozen=True, slots=True)
class IfdEntry:
    """One tag, with the location of its value."""

    tag: int
    at: int
    length: int
    """Length in bytes as declared."""
    order: ByteOrder

    def read(self, file: BinaryIO, at_most: int) -> bytes:
        """Read at most ``at_most`` bytes of the value."""
        file.seek(self.at)  # reading past the end returns nothing
        return file.read(min(at_most, self.length))

    def number(self, file: BinaryIO) -> int:
        """Value as one unsigned integer."""
        return int.from_bytes(self.read(file, 4), self.order)


def read_first_ifd(file: BinaryIO) -> Iterator[IfdEntry]:
    """Yield the entries of the first directory."""
    file.seek(0)
    head = file.read(8)
    order: ByteOrder = "little" if head[:2] == b"II" else "big"
    yield from read_ifd(file, int.from_bytes(head[4:], order), order)


def read_ifd(file: BinaryIO, at: int, order: ByteOrder) -> Iterator[IfdEntry]:
    """Yield the entries of one directory, except those with other types."""
    file.seek(at)
    count = int.from_bytes(file.read(2), order)
    table = file.read(12 * min(count, MAX_TAGS))
    for start in range(0, len(table) - 11, 12):
        tag, kind = (int.from_bytes(table[start + skip : start + skip + 2], order) for skip in (0, 2))
        length = _BYTES_OF.get(kind, 0) * int.from_bytes(table[start + 4 : start + 8], order)
        value = int.from_bytes(table[start + 8 : start + 12], order)
        if length:
            yield IfdEntry(tag, at + 2 + start + 8 if length <= 4 else value, length, order)
