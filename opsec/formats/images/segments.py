"""Iterate over JPEG segments, PNG chunks and WebP chunks.

All three formats are lists of (name, length, bytes). The iterators read names and lengths only, always move forward,
and mark a segment that runs past the end of the file as not whole.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from opsec.model import FileKind

MAX_SEGMENTS = 50_000
"""Limit for one file; a photo has thirty, a PNG written by a camera app a few thousand."""
MAX_GARBAGE_BYTES = 65_536
"""Limit of bytes between two JPEG segments that are searched for the next marker."""

FRAME_MARKERS = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
"""JPEG start-of-frame markers, which carry the image size (ITU-T T.81, table B.1)."""
_SCAN, _END = 0xDA, 0xD9
_STANDALONE_MARKERS = frozenset({0x01, 0xD8, *range(0xD0, 0xD8)})
"""Markers without a length."""


@dataclass(frozen=True, slots=True)
class ImageSegment:
    """One segment or chunk, given by its byte range."""

    name: str
    """``eXIf``, ``VP8X``; for JPEG the marker in hexadecimal: ``E1``."""
    payload: int
    length: int
    """Length in bytes as declared."""
    whole: bool
    """Whether the file contains all of it."""

    def read(self, file: BinaryIO, at_most: int) -> bytes:
        """Read at most ``at_most`` bytes of the payload; fewer when the segment or file is shorter."""
        file.seek(self.payload)
        return file.read(min(at_most, self.length))


def jpeg_segments(file: BinaryIO) -> Iterator[ImageSegment]:
    """Yield segments up to the first scan (ITU-T T.81, annex B), skipping bytes between segments."""
    size, at = file.seek(0, 2), 2
    for _ in range(MAX_SEGMENTS):
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
        if head[1] in _STANDALONE_MARKERS:
            at += 2
            continue
        length = int.from_bytes(head[2:], "big") - 2
        yield ImageSegment(f"{head[1]:02X}", at + 4, max(0, length), at + 4 + length <= size)
        if head[1] in (_SCAN, _END):
            return
        at += 4 + max(0, length)


def _next_marker(file: BinaryIO, start: int) -> int | None:
    file.seek(start)
    window = file.read(MAX_GARBAGE_BYTES)
    at = window.find(b"\xff")
    while at >= 0 and window[at + 1 : at + 2] in (b"\0", b"\xff"):
        at = window.find(b"\xff", at + 1)
    return start + at if at >= 0 else None


def png_chunks(file: BinaryIO) -> Iterator[ImageSegment]:
    """Yield chunks up to ``IEND`` (PNG, third edition, section 5.3).

    Checksums are not verified: a wrong one must not hide a position.
    """
    size, at = file.seek(0, 2), 8
    for _ in range(MAX_SEGMENTS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        length = int.from_bytes(head[:4], "big")
        yield ImageSegment(head[4:].decode("latin-1"), at + 8, length, at + 12 + length <= size)
        at += 12 + length
        if head[4:] == b"IEND":
            return


def webp_chunks(file: BinaryIO) -> Iterator[ImageSegment]:
    """Yield chunks up to the end of the file (WebP Container Specification, "RIFF file format")."""
    size, at = file.seek(0, 2), 12
    for _ in range(MAX_SEGMENTS):
        file.seek(at)
        head = file.read(8)
        if len(head) < 8:
            return
        length = int.from_bytes(head[4:], "little")
        yield ImageSegment(head[:4].decode("latin-1"), at + 8, length, at + 8 + length <= size)
        at += 8 + length + length % 2


SEGMENT_READERS: dict[FileKind, Callable[[BinaryIO], Iterator[ImageSegment]]] = {
    "jpeg": jpeg_segments,
    "png": png_chunks,
    "webp": webp_chunks,
}
"""Iterator for each image format."""
