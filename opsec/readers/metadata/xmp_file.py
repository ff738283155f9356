"""Read XMP files beside a photo or a video (XMP Specification Part 3, "External storage of metadata")."""

from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.bounded_text import read_bounded_text
from opsec.formats.xmp_packet import MAX_PACKET_BYTES
from opsec.model import FileKind
from opsec.model.records import ReaderOutput
from opsec.readers.interface import Reader
from opsec.readers.metadata.xmp import xmp_hints

NAME = "xmp_file"
PART = ".xmp"


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - every reader is called alike
    """Yield position, date, camera and text of the one packet that the file consists of."""
    content = read_bounded_text(file, PART, MAX_PACKET_BYTES >> 20)
    if content.data.strip():
        yield from xmp_hints(content.data, reader=NAME, where=PART)
    yield from content.gaps()


READER = Reader(name=NAME, version=1, check="sidecar", kinds=frozenset({"xmp"}), read=read)
