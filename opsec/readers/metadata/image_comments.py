"""Read JPEG comments (ITU-T T.81, B.2.4.5) and PNG texts (section 11.3.3)."""

from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.images.png_text import png_texts
from opsec.formats.images.segments import jpeg_segments
from opsec.formats.isobmff.user_data_text import decode_text
from opsec.model import FileKind
from opsec.model.records import ReaderOutput
from opsec.readers.field_values import field_name, parse_place, parse_time
from opsec.readers.interface import Reader
from opsec.readers.text.free_text import MAX_FREE_TEXT_LENGTH, to_free_text

NAME = "picture words"
MAX_COMMENT_BYTES = 4 * MAX_FREE_TEXT_LENGTH
_COMMENT = "FE"
_KEYWORDS = frozenset({"title", "description", "comment", "caption", "subject", "keywords", "source"})


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:
    """Yield titles, descriptions and comments, and the coordinates in them."""
    yield from _jpeg(file) if kind == "jpeg" else _png(file)


READER = Reader(name=NAME, version=1, check="metadata", kinds=frozenset({"jpeg", "png"}), read=read)


def _jpeg(file: BinaryIO) -> Iterator[ReaderOutput]:
    for segment in jpeg_segments(file):
        if segment.name == _COMMENT:
            yield from to_free_text(decode_text(segment.read(file, MAX_COMMENT_BYTES)), "JPEG comment")


def _png(file: BinaryIO) -> Iterator[ReaderOutput]:
    for text in png_texts(file):
        keyword, field = text.keyword.strip().casefold(), field_name("PNG", text.keyword)
        if keyword in _KEYWORDS:
            yield from to_free_text(text.text(file, MAX_COMMENT_BYTES), field)
        elif keyword == "location":
            yield from parse_place(text.text(file, MAX_COMMENT_BYTES), reader=NAME, field=field)
        elif keyword == "creation time":
            yield from parse_time(text.text(file, MAX_COMMENT_BYTES), reader=NAME, field=field)
