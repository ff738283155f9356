"""Words beside a picture: the comments of a JPEG (ITU-T T.81, B.2.4.5) and the texts of a PNG (section 11.3.3)."""

from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.images.png_text import png_texts
from opsec.formats.images.segments import jpeg_segments
from opsec.formats.isobmff.user_data_text import decoded
from opsec.model import FileKind
from opsec.model.records import Found
from opsec.readers.field_values import field_name, place_told, time_told
from opsec.readers.interface import Reader
from opsec.readers.text.free_text import LONGEST, free_text

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
