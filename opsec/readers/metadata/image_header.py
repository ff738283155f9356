"""Read the declared size of an image from its header, and check that the file can contain it. Nothing is decoded.

Sources: ITU-T T.81 (JPEG), PNG third edition, WebP Container Specification with RFC 6386 and the
lossless bitstream specification, GIF89a, TIFF 6.0, ISO/IEC 23008-12 (HEIC, AVIF).
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO

from opsec.formats.images.big_tiff import classic_tiff
from opsec.formats.images.heif_items import parse_heif
from opsec.formats.images.segments import FRAME_MARKERS, SEGMENT_READERS, ImageSegment
from opsec.i18n.reasons import make_reason
from opsec.model import Claim, FileKind
from opsec.model.records import MAX_PIXELS, IncompleteFileError, ReaderOutput
from opsec.readers.interface import Reader

MAX_TAGS = 1_000
"""Limit for one TIFF directory."""

SizePx = tuple[int, int]
_FRAMES = frozenset(f"{marker:02X}" for marker in FRAME_MARKERS)
_VP8_START = b"\x9d\x01\x2a"


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:
    """Yield the declared image size.

    Raises
    ------
    IncompleteFileError
        The header is missing or absurd, or the file ends before the image does.
    """
    width_px, height_px = _SIZE_READERS[kind](file)
    if width_px * height_px > MAX_PIXELS:
        raise IncompleteFileError(make_reason("too_big_picture", width_px=width_px, height_px=height_px))
    yield Claim(width_px=width_px, height_px=height_px)
    if kind in ("png", "webp"):
        for piece in SEGMENT_READERS[kind](file):
            _require_whole(piece)


def _require_whole(piece: ImageSegment) -> None:
    if not piece.whole:
        raise IncompleteFileError(make_reason("cut_off", part=piece.name if piece.name.isalnum() else "last piece"))


def _validated_size(size_px: SizePx | None, part: str) -> SizePx:
    """Validate an image size."""
    if size_px is None or not all(size_px):
        raise IncompleteFileError(make_reason("broken", part=part, detail="0 × 0"))
    return size_px


def _jpeg(file: BinaryIO) -> SizePx:
    for segment in SEGMENT_READERS["jpeg"](file):
        if segment.name in _FRAMES:
            payload = segment.read(file, 5)
            if len(payload) == 5:
                height_px, width_px = struct.unpack(">HH", payload[1:])
                return _validated_size((width_px, height_px), "frame header")
    raise IncompleteFileError(make_reason("cut_off", part="frame header"))


def _png(file: BinaryIO) -> SizePx:
    first = next(SEGMENT_READERS["png"](file), None)
    payload = first.read(file, 8) if first and first.name == "IHDR" else b""
    if len(payload) < 8:
        raise IncompleteFileError(make_reason("cut_off", part="IHDR"))
    width_px, height_px = struct.unpack(">II", payload)
    return _validated_size((width_px, height_px), "IHDR")


def _webp(file: BinaryIO) -> SizePx:
    first = next(SEGMENT_READERS["webp"](file), None)
    payload = first.read(file, 10) if first else b""
    name = first.name if first else ""
    size_px: SizePx | None = None
    if name == "VP8X" and len(payload) == 10:
        size_px = (int.from_bytes(payload[4:7], "little") + 1, int.from_bytes(payload[7:10], "little") + 1)
    elif name == "VP8L" and len(payload) >= 5 and payload[0] == 0x2F:
        bits = int.from_bytes(payload[1:5], "little")
        size_px = ((bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1)
    elif name == "VP8 " and len(payload) == 10 and payload[3:6] == _VP8_START:
        width, height = struct.unpack("<HH", payload[6:])
        size_px = (width & 0x3FFF, height & 0x3FFF)
    return _validated_size(size_px, "first chunk")


def _gif(file: BinaryIO) -> SizePx:
    file.seek(6)
    payload = file.read(4)
    if len(payload) < 4:
        raise IncompleteFileError(make_reason("cut_off", part="screen descriptor"))
    width_px, height_px = struct.unpack("<HH", payload)
    return _validated_size((width_px, height_px), "screen descriptor")


def _tiff(file: BinaryIO) -> SizePx:
    """Size of the first image: tags 256 and 257 of the first directory, as SHORT or LONG."""
    file = classic_tiff(file)
    head = file.read(8)
    order = "<" if head[:2] == b"II" else ">"
    if len(head) < 8 or head[2:4] not in (b"*\0", b"\0*"):
        raise IncompleteFileError(
            make_reason("broken", part="TIFF", detail="header")
            if len(head) == 8
            else make_reason("cut_off", part="TIFF")
        )
    file.seek(struct.unpack(order + "I", head[4:])[0])
    count = int.from_bytes(file.read(2), "little" if order == "<" else "big")
    sizes: dict[int, int] = {}
    for _ in range(min(count, MAX_TAGS)):
        entry = file.read(12)
        if len(entry) < 12:
            break
        tag, kind, _, value = struct.unpack(order + ("HHIHxx" if entry[2:4] in (b"\3\0", b"\0\3") else "HHII"), entry)
        if tag in (256, 257) and kind in (3, 4):
            sizes.setdefault(tag, value)
    return _validated_size((sizes.get(256, 0), sizes.get(257, 0)), "first directory")


def _heif(file: BinaryIO) -> SizePx:
    described = parse_heif(file)
    size = file.seek(0, 2)
    if any(start + length > size for item in described.items for start, length in item.extents):
        raise IncompleteFileError(make_reason("cut_off", part="picture data"))
    return _validated_size(described.size_px, "meta")


_SIZE_READERS: Mapping[FileKind, Callable[[BinaryIO], SizePx]] = {
    "jpeg": _jpeg, "png": _png, "webp": _webp, "gif": _gif, "tiff": _tiff, "heif": _heif,
}  # fmt: skip

READER = Reader(name="picture", version=2, check="metadata", kinds=frozenset(_SIZE_READERS), read=read)
