"""Read the items of a HEIC, HEIF or AVIF file: types and byte ranges.

ISO/IEC 14496-12, section 8.11: ``iinf`` lists the items with their types, ``iloc`` their byte ranges.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from opsec.formats.isobmff.boxes import Box, iter_boxes
from opsec.i18n.reasons import make_reason
from opsec.model.records import IncompleteFileError

CONTAINER_BOXES = frozenset({"meta", "iprp", "ipco"})
MAX_TABLE_BYTES = 1 << 20
MAX_EXTENTS = 20_000
MAX_PARTS = 64
"""Limit of extents read for one item."""


@dataclass(frozen=True, slots=True)
class HeifItem:
    """One item: an image, a tile, or an EXIF block."""

    type: str
    """``hvc1``, ``av01``, ``grid``, ``Exif`` …; empty when the file does not say."""
    extents: tuple[tuple[int, int], ...]
    """Start in the file and length in bytes of each part, in order."""

    def read(self, file: BinaryIO, at_most: int) -> bytes:
        """Read at most ``at_most`` bytes of the concatenated parts."""
        parts = []
        for start, length in self.extents[:MAX_PARTS]:
            file.seek(start)
            parts.append(file.read(min(length, at_most)))
        return b"".join(parts)[:at_most]


@dataclass(frozen=True, slots=True)
class HeifImage:
    """Content of the ``meta`` box of a still image."""

    items: tuple[HeifItem, ...]
    size_px: tuple[int, int] | None
    """Width and height of the largest image."""


def parse_heif(file: BinaryIO) -> HeifImage:
    """Parse the items of a still image file.

    Raises
    ------
    IncompleteFileError
        The ``meta`` box is missing or cut off, or the item table does not fit its box.
    """
    found: dict[str, Box] = {}
    sizes: list[tuple[int, int]] = []
    for box in iter_boxes(file, CONTAINER_BOXES):
        found.setdefault(box.type, box)
        if box.type == "ispe" and (size_px := _size_px(box.read(file, 12))):
            sizes.append(size_px)
    if "meta" not in found or found["meta"].flaw == "cut_off":
        raise IncompleteFileError(make_reason("cut_off", part="meta"))
    types = dict(_item_types(file, found["iinf"])) if "iinf" in found else {}
    idat = found["idat"].payload if "idat" in found else 0
    items = tuple(_items(file, found["iloc"], types, idat)) if "iloc" in found else ()
    return HeifImage(items, max(sizes, key=lambda size_px: size_px[0] * size_px[1], default=None))


def _size_px(payload: bytes) -> tuple[int, int] | None:
    """Width and height of an ``ispe`` (ISO/IEC 23008-12, 6.5.3)."""
    width_px, height_px = int.from_bytes(payload[4:8], "big"), int.from_bytes(payload[8:12], "big")
    return (width_px, height_px) if width_px and height_px else None


def _item_types(file: BinaryIO, box: Box) -> Iterator[tuple[int, str]]:
    """Yield id and type of every item with a type (``infe`` of version 2 and 3)."""
    wide = box.read(file, 1) not in (b"", b"\0")
    entries = replace(box, payload=min(box.end, box.payload + (8 if wide else 6)))
    for entry in iter_boxes(file, frozenset(), entries):
        payload = entry.read(file, 16)
        if entry.type == "infe" and payload[:1] in (b"\2", b"\3"):
            digits = 2 if payload[0] == 2 else 4
            yield int.from_bytes(payload[4 : 4 + digits], "big"), payload[6 + digits : 10 + digits].decode("latin-1")


class _TableReader:
    """Sequential reader of big-endian numbers; reading past the end means a damaged file."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def number(self, size: int) -> int:
        if self._at + size > len(self._raw):
            raise IncompleteFileError(make_reason("broken", part="iloc", detail="count"))
        self._at += size
        return int.from_bytes(self._raw[self._at - size : self._at], "big")


def _items(file: BinaryIO, box: Box, types: dict[int, str], idat: int) -> Iterator[HeifItem]:
    """Yield every item with its extents from ``iloc`` (ISO/IEC 14496-12, 8.11.3)."""
    table = _TableReader(box.read(file, MAX_TABLE_BYTES))
    version = table.number(4) >> 24
    sizes = table.number(2)
    offset_size, length_size, base_size, index_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15
    id_size = 2 if version < 2 else 4
    extents_left = MAX_EXTENTS
    for _ in range(table.number(id_size)):
        number = table.number(id_size)
        method = table.number(2) & 15 if version in (1, 2) else 0
        table.number(2)  # which file: this one
        base = table.number(base_size) + (idat if method == 1 else 0)
        count = table.number(2)
        extents_left -= count
        if extents_left < 0:
            raise IncompleteFileError(make_reason("too_many", limit=MAX_EXTENTS, part="iloc"))
        extents = []
        for _ in range(count):
            table.number(index_size if version in (1, 2) else 0)
            start = base + table.number(offset_size)
            extents.append((start, table.number(length_size)))
        yield HeifItem(types.get(number, ""), tuple(extents))
