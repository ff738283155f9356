"""Boxes in which dash cameras keep their way in one piece, beside the film.

``gps `` within ``free`` holds NMEA 0183 sentences (BlackVue); ``gps0`` records of 32 bytes and ``GPS ``
records of 36 (both as ExifTool's tag documentation describes them, "QuickTime Stream Tags").
"""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import BinaryIO

from opsec.formats.isobmff.boxes import Box, walk
from opsec.formats.isobmff.sample_table import Survey
from opsec.i18n.messages import reason
from opsec.model.records import Found, Gap
from opsec.readers.field_values import field_name
from opsec.readers.telemetry import nmea_sentences
from opsec.readers.telemetry.dashcam_freegps_block import WORD
from opsec.readers.telemetry.track_builder import KMH_MPS, Clock, Trail, degrees_of_minutes, signed

MOST_BYTES = 8 << 20
"""Of one box; a day of sentences."""
MOST_INSIDE = 64
"""Boxes looked at inside one ``free``; BlackVue writes eight."""

_GPS0 = struct.Struct("<ddiH6BB3x")
_GPS = struct.Struct("<4IcIcI10x")


def told(file: BinaryIO, survey: Survey) -> Iterator[Found]:
    """The way of every such box."""
    for box in survey.boxes:
        if box.type in ("free", "skip"):
            if WORD in box.read(file, 16):
                continue  # another kind of record
            for inside in islice(walk(file, frozenset(), box), MOST_INSIDE):
                yield from _box(file, inside)
        elif not box.path.startswith("moov/udta/"):
            yield from _box(file, box)


def _box(file: BinaryIO, box: Box) -> Iterator[Found]:
    reader = {"gps ": _sentences, "gps0": _minutes, "GPS ": _thousandths}.get(box.type)
    if reader is None:
        return
    data = box.read(file, MOST_BYTES)
    trail = Trail(field_name(box.path))
    reader(trail, data)
    yield from trail.told()
    if box.end - box.payload > MOST_BYTES:
        yield Gap(reason("too_long", part=field_name(box.path), limit=f"{MOST_BYTES >> 20} MiB"))


def _sentences(trail: Trail, data: bytes) -> None:
    if b"$" in data:  # else it is the index of blocks elsewhere
        nmea_sentences.lay(trail, data.decode("latin-1"), Clock())


def _minutes(trail: Trail, data: bytes) -> None:
    """``gps0``: DDMM.MMMM twice, altitude, km/h, date and time from 2000, half the course."""
    clock = Clock()
    for lat, lon, altitude_m, kmh, *date, half_deg in _GPS0.iter_unpack(data[: len(data) // 32 * 32]):
        if trail.full:
            return
        trail.add(
            clock.at_s(_since_1970(date)), degrees_of_minutes(lat), degrees_of_minutes(lon),
            altitude_m=altitude_m, speed_mps=kmh * KMH_MPS, heading_deg=half_deg * 2,
        )  # fmt: skip


def _since_1970(date: list[int]) -> float | None:
    year, *rest = date
    try:
        return datetime(2000 + year, *rest, tzinfo=UTC).timestamp()  # type: ignore[misc,arg-type] # five numbers
    except ValueError:
        return None


def _thousandths(trail: Trail, data: bytes) -> None:
    """``GPS ``: two marks of a fix, its second, mm/s, then side and thousandths of a minute, DDMMmmm, twice."""
    clock = Clock()
    for mark, lock, second, mm_s, north, lat, east, lon in _GPS.iter_unpack(data[: len(data) // 36 * 36]):
        if trail.full:
            return
        at_s = clock.at_s(float(second))
        if not (mark and lock):
            trail.void()
            continue
        trail.add(
            at_s, signed(degrees_of_minutes(lat / 1000), north.decode("latin-1")),
            signed(degrees_of_minutes(lon / 1000), east.decode("latin-1")), speed_mps=mm_s / 1000,
        )  # fmt: skip
