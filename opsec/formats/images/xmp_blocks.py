"""Where the XMP packets of a picture lie (ISO 16684-3, and XMP Specification Part 3).

JPEG: APP1, and further APP1 segments when it is longer than one holds; PNG: ``iTXt``; WebP: ``XMP ``;
HEIC and AVIF: an item of type ``mime``; TIFF: tag 700.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from opsec.formats.images.heif_items import stills
from opsec.formats.images.png_text import png_texts
from opsec.formats.images.segments import jpeg_segments, webp_chunks
from opsec.formats.images.tiff_ifd import first_directory
from opsec.formats.xmp_packet import MOST_BYTES
from opsec.model import FileKind

MOST_PACKETS = 8
"""Of one picture; one, and perhaps a second that goes on."""
MOST_ITEMS = 64
"""Of a HEIC or AVIF that are looked at."""

_STANDARD = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
_TAG = 700


def xmp_packets(file: BinaryIO, kind: FileKind) -> Iterator[bytes]:
    """Every packet of the picture, cut at ``MOST_BYTES``.

    Raises
    ------
    UnsoundError
        The table that says where they lie is broken (HEIC, AVIF).
    """
    found = {"jpeg": _jpeg, "png": _png, "webp": _webp, "heif": _heif, "tiff": _tiff}[kind](file)
    yield from islice((raw for raw in found if raw.strip(b"\0 ")), MOST_PACKETS)


def _jpeg(file: BinaryIO) -> Iterator[bytes]:
    """Those that stand in one segment, then those put together from many."""
    longer: dict[bytes, bytearray] = defaultdict(bytearray)
    for segment in jpeg_segments(file):
        if segment.name != "E1":
            continue
        head = segment.read(file, 80)
        if head.startswith(_STANDARD):
            yield segment.read(file, MOST_BYTES)[len(_STANDARD) :]
        elif head.startswith(_EXTENDED):
            _put(longer, segment.read(file, MOST_BYTES)[len(_EXTENDED) :])
    yield from map(bytes, longer.values())


def _put(longer: dict[bytes, bytearray], part: bytes) -> None:
    """Lay one part of a long packet in its place: 32 letters of its name, its whole length, its start, its bytes."""
    name, at, data = part[:32], int.from_bytes(part[36:40], "big"), part[40:]
    if len(part) < 40 or at + len(data) > MOST_BYTES or (name not in longer and len(longer) == MOST_PACKETS):
        return
    whole = longer[name]
    whole.extend(b" " * (at + len(data) - len(whole)))
    whole[at : at + len(data)] = data


def _png(file: BinaryIO) -> Iterator[bytes]:
    for text in png_texts(file):
        if text.keyword == "XML:com.adobe.xmp":
            yield text.data(file)
        elif text.keyword == "Raw profile type xmp":
            yield text.profile(file)


def _webp(file: BinaryIO) -> Iterator[bytes]:
    for chunk in webp_chunks(file):
        if chunk.name == "XMP ":
            yield chunk.read(file, MOST_BYTES)


def _heif(file: BinaryIO) -> Iterator[bytes]:
    items = (item for item in stills(file).items if item.type == "mime")
    for item in islice(items, MOST_ITEMS):
        raw = item.read(file, MOST_BYTES)
        if b"rdf" in raw[:4_096]:  # other things have a media type too
            yield raw


def _tiff(file: BinaryIO) -> Iterator[bytes]:
    for entry in first_directory(file):
        if entry.tag == _TAG:
            yield entry.read(file, MOST_BYTES)
