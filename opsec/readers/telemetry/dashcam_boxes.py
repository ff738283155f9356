"""Read dash camera tracks stored in one box of the video.

``gps `` inside ``free`` holds NMEA 0183 sentences (BlackVue); ``gps0`` holds records of 32 bytes and ``GPS `` records
of 36 (both as in ExifTool's tag documentation, "QuickTime Stream Tags").
"""

import struct
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import BinaryIO

from opsec.formats.isobmff.boxes import Box, iter_boxes
from opsec.formats.isobmff.sample_table import TrackTable
from opsec.i18n.reasons import make_reason
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.field_values import field_name
from opsec.readers.telemetry import nmea_sentences
from opsec.readers.telemetry.dashcam_freegps_block import MARKER
from opsec.readers.telemetry.track_builder import KMH_MPS, ClipClock, TrackBuilder, apply_hemisphere, nmea_degrees

MAX_BOX_BYTES = 8 << 20
"""Limit for one box: a day of sentences."""
MAX_INNER_BOXES = 64
"""Limit of boxes examined inside one ``free``; BlackVue writes eight."""

_GPS0 = struct.Struct("<ddiH6BB3x")
_GPS = struct.Struct("<4IcIcI10x")


def read_boxes(file: BinaryIO, survey: TrackTable) -> Iterator[ReaderOutput]:
    """Yield the track of every such box."""
    for box in survey.boxes:
        if box.type in ("free", "skip"):
            if MARKER in box.read(file, 16):
                continue  # another kind of record
            for inside in islice(iter_boxes(file, frozenset(), box), MAX_INNER_BOXES):
                yield from _read_box(file, inside)
        elif not box.path.startswith("moov/udta/"):
            yield from _read_box(file, box)


def _read_box(file: BinaryIO, box: Box) -> Iterator[ReaderOutput]:
    reader = {"gps ": _add_nmea, "gps0": _add_gps0, "GPS ": _add_gps}.get(box.type)
    if reader is None:
        return
    data = box.read(file, MAX_BOX_BYTES)
    trail = TrackBuilder(field_name(box.path))
    reader(trail, data)
    yield from trail.hint_records()
    if box.end - box.payload > MAX_BOX_BYTES:
        yield Gap(make_reason("too_long", part=field_name(box.path), limit=f"{MAX_BOX_BYTES >> 20} MiB"))
    elif _ends_in_record(box.type, data):
        yield Gap(make_reason("cut_off", part=field_name(box.path)))


def _ends_in_record(kind: str, data: bytes) -> bool:
    """Whether the data end in the middle of a record; zeros that pad them are none."""
    record = {"gps0": _GPS0, "GPS ": _GPS}.get(kind)
    return record is not None and bool(data[len(data) // record.size * record.size :].strip(b"\0"))


def _add_nmea(trail: TrackBuilder, data: bytes) -> None:
    if b"$" in data:  # else it is the index of blocks elsewhere
        nmea_sentences.add_fixes(trail, data.decode("latin-1"), ClipClock())


def _add_gps0(trail: TrackBuilder, data: bytes) -> None:
    """Add ``gps0`` records: DDMM.MMMM twice, altitude, km/h, date and time since 2000, half the course."""
    clock = ClipClock()
    for lat, lon, altitude_m, kmh, *date, half_deg in _GPS0.iter_unpack(data[: len(data) // 32 * 32]):
        if trail.full:
            return
        trail.add(
            clock.at_s(_epoch_s(date)), nmea_degrees(lat), nmea_degrees(lon),
            altitude_m=altitude_m, speed_mps=kmh * KMH_MPS, heading_deg=half_deg * 2,
        )  # fmt: skip


def _epoch_s(date: list[int]) -> float | None:
    year, *rest = date
    try:
        return datetime(2000 + year, *rest, tzinfo=UTC).timestamp()  # type: ignore[misc,arg-type] # five numbers
    except ValueError:
        return None


def _add_gps(trail: TrackBuilder, data: bytes) -> None:
    """Add ``GPS `` records: two fix flags, second, mm/s, then hemisphere and DDMMmmm (1/1000 minute), twice."""
    clock = ClipClock()
    for mark, lock, second, mm_s, north, lat, east, lon in _GPS.iter_unpack(data[: len(data) // 36 * 36]):
        if trail.full:
            return
        at_s = clock.at_s(float(second))
        if not (mark and lock):
            trail.add_without_fix()
            continue
        trail.add(
            at_s, apply_hemisphere(nmea_degrees(lat / 1000), north.decode("latin-1")),
            apply_hemisphere(nmea_degrees(lon / 1000), east.decode("latin-1")), speed_mps=mm_s / 1000,
        )  # fmt: skip
