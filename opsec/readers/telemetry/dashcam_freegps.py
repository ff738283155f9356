"""Dash cameras that hide their way in ``freeGPS`` blocks: found by an index, among the boxes, or by looking.

Some write an index (box ``gps `` in ``moov`` or in the file: a version, a count, then place and size of
each block); some leave the blocks as ``free`` boxes; some lay them in the media data without a word
of them elsewhere. These are looked for: cameras write one a second, so the first stands near the start.
"""

import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from opsec.formats.isobmff.boxes import Box
from opsec.formats.isobmff.sample_table import Survey
from opsec.i18n.messages import reason
from opsec.model.records import Found, Gap
from opsec.readers.telemetry.dashcam_freegps_block import BLOCK_BYTES, WORD, second
from opsec.readers.telemetry.track_builder import Clock, Trail

MOST_BLOCKS = 60_000
"""One a second makes sixteen hours."""
SEARCHED_BYTES = 4 << 20
"""Of the media data; a second of film of 32 Mbit/s. Nothing there: there are no blocks."""
FOLLOWED_BYTES = 1 << 30
"""Of the media data, once a block was found."""
_WINDOW = 1 << 20
MOST_WORDS = 600_000
"""Words of the media data that are looked at, block or no block: more than fit into what is searched."""
SMALLEST, LARGEST = 64, 1 << 20
"""Bytes that a block says it has, in the four before its word; a word of chance says something else."""


def told(file: BinaryIO, survey: Survey) -> Iterator[Found]:
    """The way in the blocks, of whichever place knows of them; nothing of a film without."""
    hidden = _Hidden(file, survey)
    for field, blocks in (
        ("gps index, freeGPS", _indexed(file, survey)),
        ("free boxes, freeGPS", _boxed(survey, file)),
        ("media data, freeGPS", iter(hidden)),
    ):
        met = yield from _track(file, field, blocks)
        if met:
            break
    if hidden.cut:
        yield Gap(reason("too_many", limit=MOST_WORDS, part="freeGPS"))


def _track(file: BinaryIO, field: str, blocks: Iterator[int]) -> Generator[Found, None, int]:
    """The blocks at these places as one track; answers how many there were."""
    trail, clock, met, unknown = Trail(field), Clock(), 0, 0
    for place in blocks:
        if met == MOST_BLOCKS:
            yield Gap(reason("too_many", limit=MOST_BLOCKS, part="freeGPS"))
            break
        file.seek(place)
        block = file.read(BLOCK_BYTES)
        if block[4:12] != WORD:
            continue
        met += 1
        following = block.find(WORD, 12)  # short blocks stand side by side
        said = second(block[: following - 4] if following > 0 else block)
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
            trail.void()
    yield from trail.told()
    if unknown:
        yield Gap(reason("not_read", part="freeGPS", detail=f"unknown layout in {unknown} of {met} blocks"))
    return met


def _indexed(file: BinaryIO, survey: Survey) -> Iterator[int]:
    """Places told by an index. A place that holds no block is passed over by the caller."""
    for box in survey.boxes:
        if box.type != "gps " or box.path not in ("gps ", "moov/gps "):
            continue
        table = box.read(file, 8 + 8 * MOST_BLOCKS)
        for at in range(8, len(table) - 7, 8):
            yield int.from_bytes(table[at : at + 4], "big")


def _boxed(survey: Survey, file: BinaryIO) -> Iterator[int]:
    """Blocks that stand as boxes: ``free`` is the first half of the word, or the word is what the box holds."""
    for box in survey.boxes:
        if box.type in ("free", "skip"):
            head = box.read(file, 8)
            if head[:4] == WORD[4:]:
                yield box.start
            elif head == WORD:
                yield box.payload - 4


@dataclass(slots=True)
class _Hidden:
    """Blocks in the media data."""

    file: BinaryIO
    survey: Survey
    cut: bool = False
    """There were more words than were looked at."""

    def __iter__(self) -> Iterator[int]:
        searched, found, met = 0, False, 0
        for box in self.survey.boxes:
            if box.path != "mdat":
                continue
            for place, sound in _words(self.file, box, searched):
                met += 1
                if met > MOST_WORDS:
                    self.cut = True
                    return
                if sound:
                    searched, found = 0, True
                    yield place
            searched += box.end - box.payload
            if not found and searched >= SEARCHED_BYTES:
                return


def _words(file: BinaryIO, box: Box, searched: int) -> Iterator[tuple[int, bool]]:
    """Where the word stands in one box, and whether a block begins there; each window overlaps the next by a word."""
    at, limit = box.payload, box.payload + SEARCHED_BYTES - searched
    end = min(box.end, file.seek(0, os.SEEK_END))
    while at < min(end, limit):
        file.seek(at)
        window = file.read(min(_WINDOW, end - at))
        word = window.find(WORD)
        while word >= 0:
            sound = SMALLEST <= _told_size(file, at + word) <= LARGEST
            if sound:
                limit = box.payload + FOLLOWED_BYTES
            yield at + word - 4, sound
            word = window.find(WORD, word + len(WORD))
        if len(window) < len(WORD):
            return
        at += max(1, len(window) - len(WORD) + 1)


def _told_size(file: BinaryIO, word: int) -> int:
    file.seek(word - 4)
    return int.from_bytes(file.read(4), "big")
