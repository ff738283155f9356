"""The texts of a PNG (third edition, section 11.3.3), and the blocks that older writers hid in them as digits."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from opsec.formats.bounded_zlib import unfolded
from opsec.formats.images.segments import Piece, png_chunks

MOST_BYTES = 4 << 20
"""Of one text, packed or unfolded."""
MOST_TEXTS = 64
"""That are looked into; a PNG full of them has ten."""
_LONGEST_KEYWORD = 79


@dataclass(frozen=True, slots=True)
class PngText:
    """One text by its keyword; nothing of it is unfolded before it is asked for."""

    keyword: str
    chunk: Piece

    def data(self, file: BinaryIO, at_most: int = MOST_BYTES) -> bytes:
        """The first of its bytes, unfolded."""
        raw = self.chunk.read(file, MOST_BYTES)[len(self.keyword) + 1 :]
        if self.chunk.name == "iTXt":
            packed, raw = raw[:1] == b"\1", raw[2:].split(b"\0", 2)[-1]
        else:
            packed, raw = self.chunk.name == "zTXt", raw[1:] if self.chunk.name == "zTXt" else raw
        return unfolded(raw, at_most)[0] if packed else raw[:at_most]

    def text(self, file: BinaryIO, at_most: int) -> str:
        """The words in its first bytes. Outside ``iTXt`` it should be Latin-1; many write UTF-8 there."""
        raw = self.data(file, at_most)
        try:
            return codecs.getincrementaldecoder("utf-8")().decode(raw, final=len(raw) < at_most)
        except UnicodeDecodeError:
            return raw.decode("utf-8", "replace") if self.chunk.name == "iTXt" else raw.decode("latin-1")

    def profile(self, file: BinaryIO) -> bytes:
        """The block it holds in hexadecimal digits, as ImageMagick wrote EXIF, XMP and IPTC."""
        words = self.data(file).split(None, 2)  # its name, its length, the digits
        digits = bytes(words[2].translate(None, b" \t\r\n")) if len(words) == 3 else b""
        try:
            return bytes.fromhex(digits[: len(digits) & ~1].decode("ascii"))
        except ValueError:
            return b""


def png_texts(file: BinaryIO) -> Iterator[PngText]:
    """Every text of a PNG, by its keyword."""
    chunks = (chunk for chunk in png_chunks(file) if chunk.name in ("tEXt", "zTXt", "iTXt"))
    for chunk in islice(chunks, MOST_TEXTS):
        keyword, end, _ = chunk.read(file, _LONGEST_KEYWORD + 1).partition(b"\0")
        if end:
            yield PngText(keyword.decode("latin-1"), chunk)
