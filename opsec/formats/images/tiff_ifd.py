"""A directory of a TIFF file (TIFF 6.0, section 2), for the few tags that exifread passes over."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Literal

MOST_TAGS = 1_000
_BYTES_OF = {1: 1, 2: 1, 3: 2, 4: 4, 6: 1, 7: 1, 13: 4}
"""Bytes of one value by type: those that text, blocks and pointers have."""

Order = Literal["little", "big"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One tag, by where its value lies."""

    tag: int
    at: int
    length: int
    """Bytes, as it claims."""
    order: Order

    def read(self, file: BinaryIO, at_most: int) -> bytes:
        """The first bytes of its value."""
        file.seek(self.at)  # past the end it reads nothing
        return file.read(min(at_most, self.length))

    def number(self, file: BinaryIO) -> int:
        """Its value as one number."""
        return int.from_bytes(self.read(file, 4), self.order)


def first_directory(file: BinaryIO) -> Iterator[Entry]:
    """Entries of the directory that the header points to."""
    file.seek(0)
    head = file.read(8)
    order: Order = "little" if head[:2] == b"II" else "big"
    yield from directory(file, int.from_bytes(head[4:], order), order)


def directory(file: BinaryIO, at: int, order: Order) -> Iterator[Entry]:
    """Entries of one directory; those with types of other kinds are passed over."""
    file.seek(at)
    count = int.from_bytes(file.read(2), order)
    table = file.read(12 * min(count, MOST_TAGS))
    for start in range(0, len(table) - 11, 12):
        tag, kind = (int.from_bytes(table[start + skip : start + skip + 2], order) for skip in (0, 2))
        length = _BYTES_OF.get(kind, 0) * int.from_bytes(table[start + 4 : start + 8], order)
        value = int.from_bytes(table[start + 8 : start + 12], order)
        if length:
            yield Entry(tag, at + 2 + start + 8 if length <= 4 else value, length, order)
