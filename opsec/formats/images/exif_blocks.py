"""Locate the EXIF blocks of an image. EXIF is a small TIFF file whose place depends on the image format.

JPEG: APP1 (Exif 3.0, section 4.7.2); PNG: ``eXIf``, and the hexadecimal text that older writers used;
WebP: ``EXIF``; HEIC and AVIF: an item of type ``Exif`` (ISO/IEC 23008-12, annex A); a TIFF file is itself one.
"""

import io
from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO

from opsec.formats.images.big_tiff import classic_tiff
from opsec.formats.images.heif_items import parse_heif
from opsec.formats.images.png_text import png_texts
from opsec.formats.images.segments import jpeg_segments, png_chunks, webp_chunks
from opsec.model import FileKind

MAX_EXIF_BYTES = 4 << 20
"""Limit for one block; in a JPEG it has at most 64 KiB."""
MAX_EXIF_BLOCKS = 8
"""Limit for one image; more than one block is rare."""

_MARK = b"Exif\0"
_HEADS = (b"II*\0", b"MM\0*")
_PROFILES = ("Raw profile type exif", "Raw profile type APP1")


def exif_blocks(file: BinaryIO, kind: FileKind) -> Iterator[BinaryIO]:
    """Yield each EXIF block as a file that begins with a TIFF header.

    Raises
    ------
    IncompleteFileError
        The item table that locates the block is damaged (HEIC, AVIF).
    """
    if kind == "tiff":
        yield classic_tiff(file)
        return
    found = {"jpeg": _jpeg, "png": _png, "webp": _webp, "heif": _heif}[kind](file)
    blocks = (_from_header(raw) for raw in found)
    yield from islice((io.BytesIO(block) for block in blocks if block), MAX_EXIF_BLOCKS)


def _from_header(raw: bytes) -> bytes:
    """Block from its TIFF header on; empty without a header. Writers prepend different marks."""
    at = min((at for at in (raw[:64].find(head) for head in _HEADS) if at >= 0), default=None)
    return raw[at:] if at is not None else b""


def _jpeg(file: BinaryIO) -> Iterator[bytes]:
    for segment in jpeg_segments(file):
        if segment.name == "E1" and segment.read(file, 5) == _MARK:
            yield segment.read(file, MAX_EXIF_BYTES)


def _webp(file: BinaryIO) -> Iterator[bytes]:
    for chunk in webp_chunks(file):
        if chunk.name == "EXIF":
            yield chunk.read(file, MAX_EXIF_BYTES)


def _png(file: BinaryIO) -> Iterator[bytes]:
    for chunk in png_chunks(file):
        if chunk.name == "eXIf":
            yield chunk.read(file, MAX_EXIF_BYTES)
    for text in png_texts(file):
        if text.keyword in _PROFILES:
            yield text.profile(file)


def _heif(file: BinaryIO) -> Iterator[bytes]:
    for item in islice((item for item in parse_heif(file).items if item.type == "Exif"), MAX_EXIF_BLOCKS):
        yield item.read(file, MAX_EXIF_BYTES)
