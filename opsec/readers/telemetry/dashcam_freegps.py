"""Read dash camera tracks in ``freeGPS`` blocks, located by an index, as boxes, or by search.

Some cameras write an index (box ``gps `` in ``moov`` or in the file: version, count, then offset and size of each
block); some store blocks as ``free`` boxes; some put them in the media data without any reference. The last are
searched for: cameras write one per second, so the first is near the start.
"""

import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from opsec.formats.isobmff.boxes import Box
from opsec.formats.isobmff.sample_table import TrackTable
from opsec.i18n.reasons import make_reason
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.telemetry.dashcam_freegps_block import BLOCK_BYTES, MARKER, parse_block
from opsec.readers.telemetry.track_builder import ClipClock, TrackBuilder

MAX_BLOCKS = 60_000
"""Limit of blocks: sixteen hours at one per second."""
SEARCHED_BYTES = 4 << 20
"""Media data searched for a first block: one second of video at 32 Mbit/s."""
FOLLOWED_BYTES = 1 << 30
"""Media data searched once a block was found."""
_WINDOW = 1 << 20
MAX_MARKERS = 600_000
"""Limit of markers examined in the media data, more than fit into what is searched."""
MIN_BLOCK_BYTES, MAX_BLOCK_BYTES = 64, 1 << 20
"""Plausible block sizes, in the four bytes before the marker; a chance marker has another value there."""


def read_freegps(file: BinaryIO, survey: TrackTable) -> Iterator[ReaderOutput]:
    """Yield the track in the blocks, from whichever source locates them."""
    hidden = _MediaDataBlocks(file, survey)
    for field, blocks in (
        ("gps index, freeGPS", _indexed_blocks(file, survey)),
        ("free boxes, freeGPS", _boxed_blocks(survey, file)),
        ("media data, freeGPS", iter(hidden)),
    ):
        met = yield from _block_track(file, field, blocks)
        if met:
            break
    if hidden.cut:
        yield Gap(make_reason("too_many", limit=MAX_MARKERS, part="freeGPS"))


def _block_track(file: BinaryIO, field: str, blocks: Iterator[int]) -> Generator[ReaderOutput, None, int]:
    """Build one track from the blocks at these offsets; return how many there were."""
    trail, clock, met, unknown = TrackBuilder(field), ClipClock(), 0, 0
    for place in blocks:
        if met == MAX_BLOCKS:
            yield Gap(make_reason("too_many", limit=MAX_BLOCKS, part="freeGPS"))
            break
        file.seek(place)
        block = file.read(BLOCK_BYTES)
        if block[4:12] != MARKER:
            continue
        met += 1
        following = block.find(MARKER, 12)  # short blocks stand side by side
        said = parse_block(block[: following - 4] if following > 0 else block)
        if said is None:
            unknown += 1
            continue
        at_s = clock.at_s(said.time_s)
        if said.fixed:
            trail.add(
                at_s, said.lat, said.lon, altitude_m=said.altitude_m,
                heading_deg=said.heading_deg, speed_mps=said.speed_mps,
            )  # fmt: skip
        else:
            trail.add_without_fix()
    yield from trail.hint_records()
    if unknown:
        yield Gap(make_reason("not_read", part="freeGPS", detail=f"unknown layout in {unknown} of {met} blocks"))
    return met


def _indexed_blocks(file: BinaryIO, survey: TrackTable) -> Iterator[int]:
    """Offsets in an index. The caller skips offsets without a block."""
    for box in survey.boxes:
        if box.type != "gps " or box.path not in ("gps ", "moov/gps "):
            continue
        table = box.read(file, 8 + 8 * MAX_BLOCKS)
        for at in range(8, len(table) - 7, 8):
            yield int.from_bytes(table[at : at + 4], "big")


def _boxed_blocks(survey: TrackTable, file: BinaryIO) -> Iterator[int]:
    """Offsets of blocks stored as boxes: ``free`` is half of the marker, or the payload begins with it."""
    for box in survey.boxes:
        if box.type in ("free", "skip"):
            head = box.read(file, 8)
            if head[:4] == MARKER[4:]:
                yield box.start
            elif head == MARKER:
                yield box.payload - 4


@dataclass(slots=True)
class _MediaDataBlocks:
    """Iterator over blocks in the media data."""

    file: BinaryIO
    survey: TrackTable
    cut: bool = False
    """Whether the limit of markers was reached."""

    def __iter__(self) -> Iterator[int]:
        searched, found, met = 0, False, 0
        for box in self.survey.boxes:
            if box.path != "mdat":
                continue
            for place, sound in _find_markers(self.file, box, searched):
                met += 1
                if met > MAX_MARKERS:
                    self.cut = True
                    return
                if sound:
                    searched, found = 0, True
                    yield place
            searched += box.end - box.payload
            if not found and searched >= SEARCHED_BYTES:
                return


def _find_markers(file: BinaryIO, box: Box, searched: int) -> Iterator[tuple[int, bool]]:
    """Yield offsets of the marker in one box and whether a block begins there; windows overlap by one marker."""
    at, limit = box.payload, box.payload + SEARCHED_BYTES - searched
    end = min(box.end, file.seek(0, os.SEEK_END))
    while at < min(end, limit):
        file.seek(at)
        window = file.read(min(_WINDOW, end - at))
        word = window.find(MARKER)
        while word >= 0:
            sound = MIN_BLOCK_BYTES <= _claimed_size(file, at + word) <= MAX_BLOCK_BYTES
            if sound:
                limit = box.payload + FOLLOWED_BYTES
            yield at + word - 4, sound
            word = window.find(MARKER, word + len(MARKER))
        if len(window) < len(MARKER):
            return
        at += max(1, len(window) - len(MARKER) + 1)


def _claimed_size(file: BinaryIO, word: int) -> int:
    file.seek(word - 4)
    return int.from_bytes(file.read(4), "big")
