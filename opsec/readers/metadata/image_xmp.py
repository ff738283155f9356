"""Read position, date, camera and text from the XMP packets of images."""

from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.images.xmp_blocks import xmp_packets
from opsec.model import FileKind
from opsec.model.records import ReaderOutput
from opsec.readers.interface import Reader
from opsec.readers.metadata.xmp import xmp_hints

NAME = "xmp"


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:
    """Yield the content of all XMP packets of an image.

    Raises
    ------
    IncompleteFileError
        The file does not say where its packets are (HEIC, AVIF).
    """
    for number, packet in enumerate(xmp_packets(file, kind), 1):
        yield from xmp_hints(packet, reader=NAME, where="XMP" if number == 1 else f"XMP {number}")


READER = Reader(
    name=NAME, version=2, check="metadata", kinds=frozenset({"jpeg", "png", "webp", "heif", "tiff"}), read=read
)
