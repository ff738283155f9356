"""Rewrite the small tags of a BigTIFF as a classic TIFF block, which the readers of EXIF understand.

BigTIFF (libtiff, "BigTIFF File Format"): version 43, offsets and counts of 64 bits, entries of 20 bytes. The first
directory and those of EXIF and GPS are copied, without the image data.
"""

import io
import struct
from dataclasses import dataclass
from typing import BinaryIO

_HEADS = (b"II+\0", b"MM\0+")
MAX_ENTRIES = 1_000
MAX_VALUE_BYTES = 2 << 20
"""Limit for one value, such as an XMP packet; longer ones are left out."""
MAX_TOTAL_BYTES = 8 << 20
"""Limit for all values of one directory."""
_MAX_STRIPS = 1_000
"""Longer arrays of 64-bit numbers are tables of strips or tiles, which nobody needs here."""
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_LONG, _LONG8, _IFD8 = 4, 16, 18
_DIRECTORIES = (0x8769, 0x8825)


@dataclass(frozen=True, slots=True)
class _Entry:
    tag: int
    kind: int
    count: int
    value: bytes


def classic_tiff(file: BinaryIO) -> BinaryIO:
    """The file at its start, or a classic TIFF with the tags of a BigTIFF."""
    file.seek(0)
    is_big = file.read(4) in _HEADS
    file.seek(0)
    return io.BytesIO(_to_classic_tiff(file)) if is_big else file


def _to_classic_tiff(file: BinaryIO) -> bytes:
    """Return the tags as a classic TIFF block; one without entries when the header is damaged."""
    head = file.read(16)
    order = "<" if head[:2] == b"II" else ">"
    offset = struct.unpack(order + "Q", head[8:])[0] if len(head) == 16 else 0
    first = _read_directory(file, offset, order)
    block = bytearray(head[:2] + struct.pack(order + "HI", 42, 8))
    inner = {
        entry.tag: _read_directory(file, int.from_bytes(entry.value[:8], "little" if order == "<" else "big"), order)
        for entry in first
        if entry.tag in _DIRECTORIES and len(entry.value) == 8
    }
    kept = [entry for entry in first if entry.tag not in inner]
    kept += [_Entry(tag, _LONG, 1, bytes(4)) for tag in inner]
    _append_directory(block, kept, order)
    for tag, entries in inner.items():
        _set_pointer(block, tag, len(block), order)
        _append_directory(block, entries, order)
    return bytes(block)


def _read_directory(file: BinaryIO, offset: int, order: str) -> list[_Entry]:
    """Entries of a directory with their values, those of 64 bits as 32 bits where they fit."""
    file.seek(min(offset, 1 << 62))
    raw = file.read(8)
    count = struct.unpack(order + "Q", raw)[0] if offset and len(raw) == 8 else 0
    table = file.read(20 * min(count, MAX_ENTRIES))
    entries: list[_Entry] = []
    left = MAX_TOTAL_BYTES
    for at in range(0, len(table) - 19, 20):
        tag, kind, number = struct.unpack_from(order + "HHQ", table, at)
        size = _SIZES.get(kind, 0) * number
        value = table[at + 12 : at + 20][:size]
        if size > min(MAX_VALUE_BYTES, left) or (kind == _LONG8 and number > _MAX_STRIPS):
            continue
        left -= size
        if size > 8:
            file.seek(min(struct.unpack(order + "Q", table[at + 12 : at + 20])[0], 1 << 62))
            value = file.read(size)
        if size and len(value) == size:
            entries.append(_narrowed(_Entry(tag, kind, number, value), order))
    return entries


def _narrowed(entry: _Entry, order: str) -> _Entry:
    """One number of 64 bits as one of 32; pointers to directories stay as they are."""
    if entry.tag in _DIRECTORIES:
        number = int.from_bytes(entry.value[:8], "little" if order == "<" else "big")
        return _Entry(entry.tag, entry.kind, 1, struct.pack(order + "Q", number))
    if entry.kind in (_LONG8, _IFD8) and entry.count == 1:
        (number,) = struct.unpack(order + "Q", entry.value)
        return _Entry(entry.tag, _LONG, 1, struct.pack(order + "I", min(number, 0xFFFFFFFF)))
    return entry


def _append_directory(block: bytearray, entries: list[_Entry], order: str) -> None:
    """Append a directory of 12-byte entries, then the values that do not fit into them."""
    entries = sorted(entries, key=lambda entry: entry.tag)
    values_at = len(block) + 2 + 12 * len(entries) + 4
    table, values = struct.pack(order + "H", len(entries)), bytearray()
    for entry in entries:
        inline = entry.value.ljust(4, b"\0")
        if len(entry.value) > 4:
            inline = struct.pack(order + "I", values_at + len(values))
            values += entry.value + bytes(len(entry.value) % 2)
        table += struct.pack(order + "HHI", entry.tag, entry.kind, entry.count) + inline
    block += table + bytes(4) + values


def _set_pointer(block: bytearray, tag: int, offset: int, order: str) -> None:
    """Set the offset of a directory in the first one."""
    (count,) = struct.unpack_from(order + "H", block, 8)
    for at in range(10, 10 + 12 * count, 12):
        if struct.unpack_from(order + "H", block, at)[0] == tag:
            struct.pack_into(order + "I", block, at + 8, offset)
