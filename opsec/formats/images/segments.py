"""The pieces of picture files: segments of a JPEG, chunks of a PNG, chunks of a WebP.

All three are lists of (name, length, bytes). The walk reads names and lengths only, goes forward
with every step, and gives what it cannot hold to account as a piece that is not whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from opsec.model import FileKind

MOST_PIECES = 50_000
"""A photo has thirty; a PNG written by a camera app a few thousand."""
MOST_GARBAGE = 65_536
"""Bytes between two JPEG segments that are searched for the next one."""

SIZES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""JPEG markers that begin a frame and tell its size (ITU-T T.81, table B.1)."""
_SCAN, _END = 0xDA, 0xD9
_BARE = frozenset({0x01, 0xD8, *range(0xD0, 0xD8)})
"""Markers without a length."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a picture file, by where it lies."""

    name: str
    """``eXIf``, ``VP8X``; of a JPEG the marker in hexadecimal: ``E1``."""
    payload: int
    length: int
    """As it claims."""
    whole: bool
    """The file holds all of it."""

    def read(self, file: BinaryIO, at_most: int) -> bytes:
        """The first bytes of it; fewer when it or the file is shorter."""
        file.seek(self.payload)
        return file.read(min(at_most, self.length))


def jpeg_segments(file: BinaryIO) -> Iterator[Piece]:
    """Segments up to the first scan (ITU-T T.81, annex B). Bytes between two segments are skipped."""
    size, at = file.seek(0, 2), 2
    for _ in range(MOST_PIECES):
        file.seek(at)
        head = file.read(4)
        if len(head) < 4:
            return
        if head[0] != 0xFF or head[1] in (0x00, 0xFF):
            found = _next_marker(file, at + 1)
            if found is None:
                return
            at = found
            continue
        if head[1] in _BARE:
            at += 2
            continue
        length = int.from_bytes(head[2:], "big") - 2
        yield Piece(f"{head[1]:02X}", at + 4, max(0, length), at + 4 + length <= size)
        if head[1] in (_SCAN, _END):
            return
        at += 4 + max(0, length)


def _next_marker(file: BinaryIO, start: int) -> int | None:
    file.seek(start)
    window = file.read(MOST_GARBAGE)
    at = window.find(b"\xff")
    while at >= 0 and window[at + 1 : at + 2] in (b"\0", b"\xff"):
        at = window.find(b"\xff", at + 1)
    return start + at if at >= 0 else None


def png_chunks(file: BinaryIO) -> Iterator[Piece]:
    """Chunks up to ``IEND`` (PNG, third edition, section 5.3).

    Their checksums are not asked: a bad one must not hide a place.
    """
    size, at = file.seek(0, 2), 8
    for _ in range(MOST_PIECES):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        length = int.from_bytes(head[:4], "big")
        yield Piece(head[4:].decode("latin-1"), at + 8, length, at + 12 + length <= size)
        at += 12 + length
        if head[4:] == b"IEND":
            return


def webp_chunks(file: BinaryIO) -> Iterator[Piece]:
    """Chunks to the end of the file (WebP Container Specification, "RIFF file format")."""
    size, at = file.seek(0, 2), 12
    for _ in range(MOST_PIECES):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        length = int.from_bytes(head[4:], "little")
        yield Piece(head[:4].decode("latin-1"), at + 8, length, at + 8 + length <= size)
        at += 8 + length + length % 2


PIECES: dict[FileKind, Callable[[BinaryIO], Iterator[Piece]]] = {
    "jpeg": jpeg_segments,
    "png": png_chunks,
    "webp": webp_chunks,
}
"""How to walk each kind."""
