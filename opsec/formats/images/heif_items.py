"""The items of a HEIC, HEIF or AVIF file: what each is, and where its bytes lie.

ISO/IEC 14496-12, section 8.11: ``iinf`` lists the items with their types, ``iloc`` their places.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import BinaryIO

from opsec.formats.isobmff.boxes import Box, walk
from opsec.i18n.messages import reason
from opsec.model.records import UnsoundError

OPENED = frozenset({"meta", "iprp", "ipco"})
MOST_TABLE_BYTES = 1 << 20
MOST_EXTENTS = 20_000
MOST_PARTS = 64
"""Of one block that is read whole."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item: a picture, a part of it, or its EXIF block."""

    type: str
    """``hvc1``, ``av01``, ``grid``, ``Exif`` …; empty when the file does not tell."""
    extents: tuple[tuple[int, int], ...]
    """Start in the file and length in bytes of each part, in their order."""

    def read(self, file: BinaryIO, at_most: int) -> bytes:
        """The first bytes of each part, put together."""
        parts = []
        for start, length in self.extents[:MOST_PARTS]:
            file.seek(start)
            parts.append(file.read(min(length, at_most)))
        return b"".join(parts)[:at_most]


@dataclass(frozen=True, slots=True)
class Stills:
    """What the description of a still picture says."""

    items: tuple[Item, ...]
    size_px: tuple[int, int] | None
    """Of the largest picture."""


def stills(file: BinaryIO) -> Stills:
    """Read the description of a file of still pictures.

    Raises
    ------
    UnsoundError
        It has none, or the table of its items does not fit its box.
    """
    found: dict[str, Box] = {}
    sizes: list[tuple[int, int]] = []
    for box in walk(file, OPENED):
        found.setdefault(box.type, box)
        if box.type == "ispe" and (size_px := _size_px(box.read(file, 12))):
            sizes.append(size_px)
    if "meta" not in found or found["meta"].flaw == "cut_off":
        raise UnsoundError(reason("cut_off", part="meta"))
    types = dict(_types(file, found["iinf"])) if "iinf" in found else {}
    idat = found["idat"].payload if "idat" in found else 0
    items = tuple(_items(file, found["iloc"], types, idat)) if "iloc" in found else ()
    return Stills(items, max(sizes, key=lambda size_px: size_px[0] * size_px[1], default=None))


def _size_px(payload: bytes) -> tuple[int, int] | None:
    """Width and height of an ``ispe`` (ISO/IEC 23008-12, 6.5.3)."""
    width_px, height_px = int.from_bytes(payload[4:8], "big"), int.from_bytes(payload[8:12], "big")
    return (width_px, height_px) if width_px and height_px else None


def _types(file: BinaryIO, box: Box) -> Iterator[tuple[int, str]]:
    """Number and type of every item that tells its type (``infe`` of version 2 and 3)."""
    wide = box.read(file, 1) not in (b"", b"\0")
    entries = replace(box, payload=min(box.end, box.payload + (8 if wide else 6)))
    for entry in walk(file, frozenset(), entries):
        payload = entry.read(file, 16)
        if entry.type == "infe" and payload[:1] in (b"\2", b"\3"):
            digits = 2 if payload[0] == 2 else 4
            yield int.from_bytes(payload[4 : 4 + digits], "big"), payload[6 + digits : 10 + digits].decode("latin-1")


class _Table:
    """Numbers read one after the other from a box; to read past its end is the file's fault."""

    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._at = 0

    def number(self, size: int) -> int:
        if self._at + size > len(self._raw):
            raise UnsoundError(reason("broken", part="iloc", detail="count"))
        self._at += size
        return int.from_bytes(self._raw[self._at - size : self._at], "big")


def _items(file: BinaryIO, box: Box, types: dict[int, str], idat: int) -> Iterator[Item]:
    """Every item with its places, as ``iloc`` lists them (ISO/IEC 14496-12, 8.11.3)."""
    table = _Table(box.read(file, MOST_TABLE_BYTES))
    version = table.number(4) >> 24
    sizes = table.number(2)
    offset_size, length_size, base_size, index_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15, sizes & 15
    id_size = 2 if version < 2 else 4
    extents_left = MOST_EXTENTS
    for _ in range(table.number(id_size)):
        number = table.number(id_size)
        method = table.number(2) & 15 if version in (1, 2) else 0
        table.number(2)  # which file: this one
        base = table.number(base_size) + (idat if method == 1 else 0)
        count = table.number(2)
        extents_left -= count
        if extents_left < 0:
            raise UnsoundError(reason("too_many", limit=MOST_EXTENTS, part="iloc"))
        extents = []
        for _ in range(count):
            table.number(index_size if version in (1, 2) else 0)
            start = base + table.number(offset_size)
            extents.append((start, table.number(length_size)))
        yield Item(types.get(number, ""), tuple(extents))
