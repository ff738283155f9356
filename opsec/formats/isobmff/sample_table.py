"""The tracks of a film and where their samples lie, read from tables of which no number is believed.

A track says what it holds (``hdlr``, ``stsd``), when (``mdhd``, ``stts``) and where (``stsz``, ``stsc``,
``stco``): ISO/IEC 14496-12, sections 8.4 to 8.7, and the QuickTime File Format, "Sample atoms".
A table is never longer than its box, a sample never leaves the file, and a thousand million declared
samples cost no more than those that could be there.
"""

import os
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from opsec.formats.isobmff.boxes import Box, walk

OPENED = frozenset({"moov", "trak", "mdia", "minf", "stbl", "udta"})

MOST_TABLE_BYTES = 4 << 20
"""A million samples: nine hours at thirty a second."""
MOST_ENTRY_BYTES = 65_536
MOST_SAMPLE_BYTES = 1 << 20
"""A second of an action camera's sensors takes a twentieth of it."""

_TABLES = frozenset({"stts", "stsz", "stz2", "stsc", "stco", "co64"})


@dataclass(slots=True)
class Track:
    """One track, by what it says of itself. No sample of it has been read."""

    number: int
    """Counted from 1 in the order of the file."""
    handler: str = ""
    code: str = ""
    """Four-character code of its sample description: ``gpmd``, ``tx3g`` …"""
    entry: bytes = b""
    """The sample description behind its size and code."""
    timescale: int = 1_000
    tables: dict[str, Box] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """How a person finds it again."""
        return f"moov/trak#{self.number}"


@dataclass(frozen=True, slots=True)
class Survey:
    """What one walk over the boxes of a file shows."""

    tracks: tuple[Track, ...]
    boxes: tuple[Box, ...]
    """The boxes that are no part of a track: those of the file itself, of ``moov`` and of its user data."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample of a track."""

    at_s: float
    lasts_s: float
    data: bytes


@dataclass(frozen=True, slots=True)
class Allowance:
    """How much one track may cost."""

    samples: int
    """Read at most; of a longer track every second, third … one."""
    data_bytes: int
    walked: int
    """Samples whose place is worked out at most."""


def survey(file: BinaryIO) -> Survey:
    """Every track and every other box. Never raises for what the bytes hold."""
    tracks: list[Track] = []
    boxes: list[Box] = []
    for box in walk(file, OPENED):
        if box.path == "moov/trak":
            tracks.append(Track(len(tracks) + 1))
        elif box.path.startswith("moov/trak/"):
            _note(file, box, tracks[-1])
        else:
            boxes.append(box)
    return Survey(tuple(tracks), tuple(boxes))


def _note(file: BinaryIO, box: Box, track: Track) -> None:
    match box.type:
        case "hdlr" if box.parent.endswith("mdia"):
            track.handler = box.read(file, 12)[8:].decode("latin-1")
        case "mdhd":
            head = box.read(file, 24)
            at = 20 if head[:1] == b"\1" else 12
            track.timescale = int.from_bytes(head[at : at + 4], "big") or track.timescale
        case "stsd":
            head = box.read(file, MOST_ENTRY_BYTES)
            track.code = head[12:16].decode("latin-1")
            track.entry = head[16 : 8 + int.from_bytes(head[8:12], "big")]
        case kind if kind in _TABLES:
            track.tables.setdefault(kind, box)


# ── where the samples lie ─────────────────────────────────────────────────────────────────────
@dataclass(slots=True)
class Samples:
    """The samples of one track, read one after the other as far as the allowance goes."""

    file: BinaryIO
    track: Track
    allowance: Allowance
    step: int = 1
    """Every how-manyth sample is read."""
    lost: int = 0
    """Samples that were declared and do not lie in the file."""
    cut: bool = False
    """The track declares more samples than were walked."""

    def __iter__(self) -> Iterator[Sample]:
        end = self.file.seek(0, os.SEEK_END)
        sizes = _sizes(self.file, self.track, self.allowance.walked, end)
        self.cut = sizes.cut
        if not sizes.count:
            return
        heavy = min(end, sizes.total)  # one size that lies must not thin out the others
        self.step = max(1, -(-sizes.count // self.allowance.samples), -(-heavy // self.allowance.data_bytes))
        times = _times(self.file, self.track)
        for index, place in enumerate(_places(self.file, self.track, sizes)):
            start, lasts = next(times)
            if index % self.step and index != sizes.count - 1:
                continue
            if place >= end:
                self.lost += 1
                continue
            self.file.seek(place)
            data = self.file.read(min(sizes[index], MOST_SAMPLE_BYTES))
            yield Sample(start / self.track.timescale, lasts / self.track.timescale, data)


@dataclass(frozen=True, slots=True)
class _Sizes:
    count: int
    same: int
    """Size of every sample, or 0 when each has its own."""
    each: "array[int]"
    cut: bool

    def __getitem__(self, index: int) -> int:
        return self.same or self.each[index]

    @property
    def total(self) -> int:
        if self.same:
            return self.count * min(self.same, MOST_SAMPLE_BYTES)
        return sum(min(size, MOST_SAMPLE_BYTES) for size in self.each)


def _sizes(file: BinaryIO, track: Track, most: int, file_bytes: int) -> _Sizes:
    """Sizes of the samples (``stsz``, ``stz2``; ISO/IEC 14496-12, 8.7.3), no more than there can be."""
    box = track.tables.get("stsz") or track.tables.get("stz2")
    head = box.read(file, 12) if box else b""
    if box is None or len(head) < 12:
        return _Sizes(0, 0, array("I"), cut=False)
    declared, same = int.from_bytes(head[8:], "big"), int.from_bytes(head[4:8], "big")
    if box.type == "stsz" and same:
        possible = min(declared, file_bytes // same + 1)
        return _Sizes(min(possible, most), same, array("I"), cut=possible > most)
    bits = 32 if box.type == "stsz" else head[7]
    wanted = min(declared, most)
    room = min(MOST_TABLE_BYTES, 12 + (wanted * bits + 7) // 8)
    each = _numbers(box.read(file, room)[12:], bits)[:wanted]
    return _Sizes(len(each), 0, each, cut=len(each) < declared)


def _numbers(raw: bytes, bits: int) -> "array[int]":
    """Big-endian numbers of so many bits; none for a width that the format does not have."""
    if bits == 4:
        return array("I", (half for byte in raw for half in (byte >> 4, byte & 15)))
    code = {8: "B", 16: "H", 32: "I", 64: "Q"}.get(bits)
    if code is None:
        return array("I")
    numbers = array(code, raw[: len(raw) // (bits // 8) * (bits // 8)])
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def _places(file: BinaryIO, track: Track, sizes: _Sizes) -> Iterator[int]:
    """Where each sample begins (``stco``, ``co64``, ``stsc``; ISO/IEC 14496-12, 8.7.4 and 8.7.5)."""
    wide = track.tables.get("co64")
    box = wide or track.tables.get("stco")
    if box is None:
        return
    chunks = _numbers(box.read(file, MOST_TABLE_BYTES)[8:], 64 if wide else 32)
    runs = _table(file, track, "stsc", 3)
    index, run, in_chunk = 0, 0, 1
    for number, place in enumerate(chunks, 1):
        while run < len(runs) and runs[run] <= number:
            in_chunk, run = runs[run + 1], run + 3
        for _ in range(min(in_chunk, sizes.count - index)):
            yield place
            place += sizes[index]  # noqa: PLW2901 - the next sample of the chunk follows this one
            index += 1
        if index >= sizes.count:
            return


def _times(file: BinaryIO, track: Track) -> Iterator[tuple[int, int]]:
    """Start and duration of sample after sample, without end (``stts``; ISO/IEC 14496-12, 8.6.1.2)."""
    runs = _table(file, track, "stts", 2)
    at = lasts = 0
    for run in range(0, len(runs) - 1, 2):
        lasts = runs[run + 1]
        for _ in range(runs[run]):
            yield at, lasts
            at += lasts
    while True:  # the table ends before the samples do: they go on as they went
        yield at, lasts
        at += lasts


def _table(file: BinaryIO, track: Track, kind: str, columns: int) -> "array[int]":
    """A table behind its version and count; as many whole rows as its box holds, never more than it declares."""
    box = track.tables.get(kind)
    raw = box.read(file, MOST_TABLE_BYTES) if box else b""
    declared = int.from_bytes(raw[4:8], "big") * columns
    numbers = _numbers(raw[8:], 32)[:declared]
    return numbers[: len(numbers) // columns * columns]
