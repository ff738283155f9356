"""Read the tracks of an ISO base media file and locate their samples, without trusting any declared number.

A track declares its content (``hdlr``, ``stsd``), timing (``mdhd``, ``stts``) and sample locations (``stsz``, ``stsc``,
``stco``): ISO/IEC 14496-12, sections 8.4 to 8.7, and the QuickTime File Format, "Sample atoms". A table is never
longer than its box, a sample is inside the file, and a billion declared samples cost no more than those that can exist.
"""

import os
import sys
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from opsec.formats.isobmff.boxes import Box, iter_boxes

CONTAINER_BOXES = frozenset({"moov", "trak", "mdia", "minf", "stbl", "udta"})

MAX_TABLE_BYTES = 4 << 20
"""Limit for one table: a million samples, or nine hours at thirty per second."""
MAX_ENTRY_BYTES = 65_536
MAX_SAMPLE_BYTES = 1 << 20
"""Limit for one sample; a second of action camera telemetry has a twentieth of it."""

_TABLES = frozenset({"stts", "stsz", "stz2", "stsc", "stco", "co64"})


@dataclass(slots=True)
class Track:
    """Declarations of one track; its samples have not been read."""

    number: int
    """Counted from 1 in file order."""
    handler: str = ""
    code: str = ""
    """Four-character code of its sample description: ``gpmd``, ``tx3g`` …"""
    entry: bytes = b""
    """Sample description after its size and code."""
    timescale: int = 1_000
    tables: dict[str, Box] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name for messages."""
        return f"moov/trak#{self.number}"


@dataclass(frozen=True, slots=True)
class TrackTable:
    """Tracks and other boxes of a file."""

    tracks: tuple[Track, ...]
    boxes: tuple[Box, ...]
    """Boxes outside tracks: top-level boxes, children of ``moov``, user data."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample of a track."""

    at_s: float
    lasts_s: float
    data: bytes


@dataclass(frozen=True, slots=True)
class SampleBudget:
    """Limits for reading one track."""

    samples: int
    """Samples read at most; of a longer track every second, third … sample is read."""
    data_bytes: int
    walked: int
    """Samples located at most."""


def parse_tracks(file: BinaryIO) -> TrackTable:
    """Collect tracks and other boxes. Never raises on account of the content."""
    tracks: list[Track] = []
    boxes: list[Box] = []
    for box in iter_boxes(file, CONTAINER_BOXES):
        if box.path == "moov/trak":
            tracks.append(Track(len(tracks) + 1))
        elif box.path.startswith("moov/trak/"):
            _record_box(file, box, tracks[-1])
        else:
            boxes.append(box)
    return TrackTable(tuple(tracks), tuple(boxes))


def _record_box(file: BinaryIO, box: Box, track: Track) -> None:
    match box.type:
        case "hdlr" if box.parent.endswith("mdia"):
            track.handler = box.read(file, 12)[8:].decode("latin-1")
        case "mdhd":
            head = box.read(file, 24)
            at = 20 if head[:1] == b"\1" else 12
            track.timescale = int.from_bytes(head[at : at + 4], "big") or track.timescale
        case "stsd":
            head = box.read(file, MAX_ENTRY_BYTES)
            track.code = head[12:16].decode("latin-1")
            track.entry = head[16 : 8 + int.from_bytes(head[8:12], "big")]
        case kind if kind in _TABLES:
            track.tables.setdefault(kind, box)


# ── where the samples lie ─────────────────────────────────────────────────────────────────────
@dataclass(slots=True)
class SampleReader:
    """Iterator over the samples of one track, within a budget."""

    file: BinaryIO
    track: Track
    allowance: SampleBudget
    step: int = 1
    """Stride: every ``step``-th sample is read."""
    lost: int = 0
    """Declared samples that are in no chunk, or in none that the file contains."""
    cut: bool = False
    """Whether the track declares more samples than were located."""

    def __iter__(self) -> Iterator[Sample]:
        end = self.file.seek(0, os.SEEK_END)
        sizes = _sample_sizes(self.file, self.track, self.allowance.walked, end)
        self.cut = sizes.cut
        if not sizes.count:
            return
        heavy = min(end, sizes.total)  # a single false size must not raise the stride
        self.step = max(1, -(-sizes.count // self.allowance.samples), -(-heavy // self.allowance.data_bytes))
        times = _sample_times(self.file, self.track)
        located = 0
        for index, place in enumerate(_sample_offsets(self.file, self.track, sizes)):
            located += 1
            start, lasts = next(times)
            if index % self.step and index != sizes.count - 1:
                continue
            if place >= end:
                self.lost += 1
                continue
            self.file.seek(place)
            data = self.file.read(min(sizes[index], MAX_SAMPLE_BYTES))
            yield Sample(start / self.track.timescale, lasts / self.track.timescale, data)
        self.lost += max(0, sizes.count - located)  # in no chunk


@dataclass(frozen=True, slots=True)
class _SampleSizes:
    count: int
    same: int
    """Common size of all samples, or 0 when each has its own."""
    each: "array[int]"
    cut: bool

    def __getitem__(self, index: int) -> int:
        return self.same or self.each[index]

    @property
    def total(self) -> int:
        if self.same:
            return self.count * min(self.same, MAX_SAMPLE_BYTES)
        return sum(min(size, MAX_SAMPLE_BYTES) for size in self.each)


def _sample_sizes(file: BinaryIO, track: Track, most: int, file_bytes: int) -> _SampleSizes:
    """Read sample sizes (``stsz``, ``stz2``; ISO/IEC 14496-12, 8.7.3), no more than the file can hold."""
    box = track.tables.get("stsz") or track.tables.get("stz2")
    head = box.read(file, 12) if box else b""
    if box is None or len(head) < 12:
        return _SampleSizes(0, 0, array("I"), cut=False)
    declared, same = int.from_bytes(head[8:], "big"), int.from_bytes(head[4:8], "big")
    if box.type == "stsz" and same:
        possible = min(declared, file_bytes // same + 1)
        return _SampleSizes(min(possible, most), same, array("I"), cut=possible > most)
    bits = 32 if box.type == "stsz" else head[7]
    wanted = min(declared, most)
    room = min(MAX_TABLE_BYTES, 12 + (wanted * bits + 7) // 8)
    each = _big_endian_numbers(box.read(file, room)[12:], bits)[:wanted]
    return _SampleSizes(len(each), 0, each, cut=len(each) < declared)


def _big_endian_numbers(raw: bytes, bits: int) -> "array[int]":
    """Decode big-endian numbers of ``bits`` bits; empty for a width that the format does not define."""
    if bits == 4:
        return array("I", (half for byte in raw for half in (byte >> 4, byte & 15)))
    code = {8: "B", 16: "H", 32: "I", 64: "Q"}.get(bits)
    if code is None:
        return array("I")
    numbers = array(code, raw[: len(raw) // (bits // 8) * (bits // 8)])
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers


def _sample_offsets(file: BinaryIO, track: Track, sizes: _SampleSizes) -> Iterator[int]:
    """Yield the offset of each sample (``stco``, ``co64``, ``stsc``; ISO/IEC 14496-12, 8.7.4 and 8.7.5)."""
    wide = track.tables.get("co64")
    box = wide or track.tables.get("stco")
    if box is None:
        return
    chunks = _big_endian_numbers(box.read(file, MAX_TABLE_BYTES)[8:], 64 if wide else 32)
    runs = _read_table(file, track, "stsc", 3)
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


def _sample_times(file: BinaryIO, track: Track) -> Iterator[tuple[int, int]]:
    """Yield start and duration of each sample, endlessly (``stts``; ISO/IEC 14496-12, 8.6.1.2)."""
    runs = _read_table(file, track, "stts", 2)
    at = lasts = 0
    for run in range(0, len(runs) - 1, 2):
        lasts = runs[run + 1]
        for _ in range(runs[run]):
            yield at, lasts
            at += lasts
    while True:  # the table is shorter than the list of samples: the last duration continues
        yield at, lasts
        at += lasts


def _read_table(file: BinaryIO, track: Track, kind: str, columns: int) -> "array[int]":
    """Read a table after its version and count: whole rows inside the box, at most the declared number."""
    box = track.tables.get(kind)
    raw = box.read(file, MAX_TABLE_BYTES) if box else b""
    declared = int.from_bytes(raw[4:8], "big") * columns
    numbers = _big_endian_numbers(raw[8:], 32)[:declared]
    return numbers[: len(numbers) // columns * columns]
