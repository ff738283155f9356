"""Locate the XMP packets of an image (ISO 16684-3, and XMP Specification Part 3).

JPEG: APP1, continued in further APP1 segments when it is too long for one; PNG: ``iTXt``; WebP: ``XMP ``;
HEIC and AVIF: an item of type ``mime``; TIFF: tag 700.
"""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from opsec.formats.images.big_tiff import classic_tiff
from opsec.formats.images.heif_items import parse_heif
from opsec.formats.images.png_text import png_texts
from opsec.formats.images.segments import jpeg_segments, webp_chunks
from opsec.formats.images.tiff_ifd import read_first_ifd
from opsec.formats.xmp_packet import MAX_PACKET_BYTES
from opsec.model import FileKind

MAX_PACKETS = 8
"""Limit for one image; usually one packet, sometimes an extended one."""
MAX_ITEMS = 64
"""Limit of items examined in a HEIC or AVIF file."""

_STANDARD = b"http://ns.adobe.com/xap/1.0/\0"
_EXTENDED = b"http://ns.adobe.com/xmp/extension/\0"
_TAG = 700


def xmp_packets(file: BinaryIO, kind: FileKind) -> Iterator[bytes]:
    """Yield the packets of an image, cut at ``MAX_PACKET_BYTES``.

    Raises
    ------
    IncompleteFileError
        The item table that locates them is damaged (HEIC, AVIF).
    """
    found = {"jpeg": _jpeg, "png": _png, "webp": _webp, "heif": _heif, "tiff": _tiff}[kind](file)
    yield from islice((raw for raw in found if raw.strip(b"\0 ")), MAX_PACKETS)


def _jpeg(file: BinaryIO) -> Iterator[bytes]:
    """Yield packets in one segment, then extended packets joined from several."""
    longer: dict[bytes, bytearray] = defaultdict(bytearray)
    for segment in jpeg_segments(file):
        if segment.name != "E1":
            continue
        head = segment.read(file, 80)
        if head.startswith(_STANDARD):
            yield segment.read(file, MAX_PACKET_BYTES)[len(_STANDARD) :]
        elif head.startswith(_EXTENDED):
            _store_part(longer, segment.read(file, MAX_PACKET_BYTES)[len(_EXTENDED) :])
    yield from map(bytes, longer.values())


def _store_part(longer: dict[bytes, bytearray], part: bytes) -> None:
    """Store one part of an extended packet: 32 bytes of GUID, total length, offset, data."""
    name, at, data = part[:32], int.from_bytes(part[36:40], "big"), part[40:]
    if len(part) < 40 or at + len(data) > MAX_PACKET_BYTES or (name not in longer and len(longer) == MAX_PACKETS):
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
            yield chunk.read(file, MAX_PACKET_BYTES)


def _heif(file: BinaryIO) -> Iterator[bytes]:
    items = (item for item in parse_heif(file).items if item.type == "mime")
    for item in islice(items, MAX_ITEMS):
        raw = item.read(file, MAX_PACKET_BYTES)
        if b"rdf" in raw[:4_096]:  # other items have the type mime, too
            yield raw


def _tiff(file: BinaryIO) -> Iterator[bytes]:
    file = classic_tiff(file)
    for entry in read_first_ifd(file):
        if entry.tag == _TAG:
            yield entry.read(file, MAX_PACKET_BYTES)
