"""The XMP packets of pictures: place, date, camera and words, as ``xmp`` reads them."""

from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.images.xmp_blocks import xmp_packets
from opsec.model import FileKind
from opsec.model.records import Found
from opsec.readers.interface import Reader
from opsec.readers.metadata.xmp import xmp_told

NAME = "xmp"


def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:
    """Everything that the packets of a picture tell.

    Raises
    ------
    UnsoundError
        The file does not say where they lie (HEIC, AVIF).
    """
    for number, packet in enumerate(xmp_packets(file, kind), 1):
        yield from xmp_told(packet, reader=NAME, where="XMP" if number == 1 else f"XMP {number}")


READER = Reader(
    name=NAME, version=1, check="metadata", kinds=frozenset({"jpeg", "png", "webp", "heif", "tiff"}), read=read
)
