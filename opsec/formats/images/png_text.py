"""Read the text chunks of a PNG (third edition, section 11.3.3), and blocks that old writers stored there as hex."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from opsec.formats.bounded_zlib import inflate
from opsec.formats.images.segments import ImageSegment, png_chunks

MAX_TEXT_BYTES = 4 << 20
"""Limit for one text, compressed or not."""
MAX_PNG_TEXTS = 64
"""Limit for one file; few PNGs have more than ten."""
_MAX_KEYWORD_LENGTH = 79


@dataclass(frozen=True, slots=True)
class PngText:
    """One text chunk with its keyword; decompressed on demand."""

    keyword: str
    chunk: ImageSegment

    def data(self, file: BinaryIO, at_most: int = MAX_TEXT_BYTES) -> bytes:
        """Decompressed bytes of the text, up to ``at_most``."""
        raw = self.chunk.read(file, MAX_TEXT_BYTES)[len(self.keyword) + 1 :]
        if self.chunk.name == "iTXt":
            packed, raw = raw[:1] == b"\1", raw[2:].split(b"\0", 2)[-1]
        else:
            packed, raw = self.chunk.name == "zTXt", raw[1:] if self.chunk.name == "zTXt" else raw
        return inflate(raw, at_most)[0] if packed else raw[:at_most]

    def text(self, file: BinaryIO, at_most: int) -> str:
        """Decoded text. Outside ``iTXt`` the standard says Latin-1, but many writers use UTF-8."""
        raw = self.data(file, at_most)
        try:
            return codecs.getincrementaldecoder("utf-8")().decode(raw, final=len(raw) < at_most)
        except UnicodeDecodeError:
            return raw.decode("utf-8", "replace") if self.chunk.name == "iTXt" else raw.decode("latin-1")

    def profile(self, file: BinaryIO) -> bytes:
        """Block stored as hexadecimal digits, as ImageMagick wrote EXIF, XMP and IPTC."""
        words = self.data(file).split(None, 2)  # name, length, digits
        digits = bytes(words[2].translate(None, b" \t\r\n")) if len(words) == 3 else b""
        try:
            return bytes.fromhex(digits[: len(digits) & ~1].decode("ascii"))
        except ValueError:
            return b""


def png_texts(file: BinaryIO) -> Iterator[PngText]:
    """Yield the text chunks of a PNG."""
    chunks = (chunk for chunk in png_chunks(file) if chunk.name in ("tEXt", "zTXt", "iTXt"))
    for chunk in islice(chunks, MAX_PNG_TEXTS):
        keyword, end, _ = chunk.read(file, _MAX_KEYWORD_LENGTH + 1).partition(b"\0")
        if end:
            yield PngText(keyword.decode("latin-1"), chunk)
