"""Words beside a picture: the comments of a JPEG (ITU-T T.81, B.2.4.5) and the texts of a PNG (section 11.3.3)."""

from collections.abc import Iterator
from typing import BinaryIO

from opsec.hints.free_text import LONGEST, free_text
from opsec.hints.pieces import jpeg_segments
from opsec.hints.png_text import png_texts
from opsec.hints.reader import Found, Reader
from opsec.hints.told import field_name, place_told, time_told
from opsec.hints.user_text import decoded
from opsec.model import FileKind

NAME = "picture words"
MOST_BYTES = 4 * LONGEST
_COMMENT = "FE"
_KEYWORDS = frozenset({"title", "description", "comment", "caption", "subject", "keywords", "source"})


def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:
    """Titles, descriptions and comments, with the coordinates written in them."""
    yield from _jpeg(file) if kind == "jpeg" else _png(file)


READER = Reader(name=NAME, version=1, check="metadata", kinds=frozenset({"jpeg", "png"}), read=read)


def _jpeg(file: BinaryIO) -> Iterator[Found]:
    for segment in jpeg_segments(file):
        if segment.name == _COMMENT:
            yield from free_text(decoded(segment.read(file, MOST_BYTES)), "JPEG comment")


def _png(file: BinaryIO) -> Iterator[Found]:
    for text in png_texts(file):
        keyword, field = text.keyword.strip().casefold(), field_name("PNG", text.keyword)
        if keyword in _KEYWORDS:
            yield from free_text(text.text(file, MOST_BYTES), field)
        elif keyword == "location":
            yield from place_told(text.text(file, MOST_BYTES), reader=NAME, field=field)
        elif keyword == "creation time":
            yield from time_told(text.text(file, MOST_BYTES), reader=NAME, field=field)
