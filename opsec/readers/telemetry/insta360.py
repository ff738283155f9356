"""Read GPS fixes from the trailer that Insta360 cameras write behind a video or a photo.

Layout as in ExifTool's tag documentation ("Insta360 trailer"). The file ends with 32 constant characters, preceded by
the length of the trailer; records are read backwards, each followed by its id and length. Record 0x700 holds the fixes:
time in seconds and milliseconds, ``A`` or ``V``, latitude and hemisphere, longitude and hemisphere, speed in m/s,
course, altitude.
"""

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

from opsec.model import FileKind
from opsec.model.records import ReaderOutput
from opsec.readers.interface import Reader
from opsec.readers.telemetry.track_builder import ClipClock, TrackBuilder, apply_hemisphere

TRAILER_MAGIC = b"8db42d694ccc418790edff439fe026bf"
_RECORD_FOOTER = struct.Struct("<HI")
"""Id and length of the preceding record; the last footer is followed by 32 zero bytes."""
_TRAILER_TAIL = struct.Struct("<32xII32s")
_FIX = struct.Struct("<QHcdcdcddd")
_GPS = 0x700

MAX_RECORDS = 1_000
MAX_RECORD_BYTES = 32 << 20
"""Limit for one record: five hours at thirty fixes per second."""


def read_trailer(file: BinaryIO) -> Iterator[ReaderOutput]:
    """Yield the track in the trailer, if there is one."""
    end = file.seek(0, os.SEEK_END) - _TRAILER_TAIL.size
    if end < _RECORD_FOOTER.size:
        return
    file.seek(end)
    length, _version, mark = _TRAILER_TAIL.unpack(file.read(_TRAILER_TAIL.size))
    if mark != TRAILER_MAGIC:
        return
    trail, clock = TrackBuilder("trailer Insta360 GPS"), ClipClock()
    for place, size in reversed(list(_records(file, max(0, end + _TRAILER_TAIL.size - length), end))):
        if trail.full:
            break
        file.seek(place)
        _add_fixes(trail, clock, file.read(size))
    yield from trail.hint_records()


def _records(file: BinaryIO, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield offset and length of the records with fixes, last one first."""
    for _ in range(MAX_RECORDS):
        foot = end - _RECORD_FOOTER.size
        if foot < start:
            return
        file.seek(foot)
        number, length = _RECORD_FOOTER.unpack(file.read(_RECORD_FOOTER.size))
        end = foot - length
        if end < start:
            return
        if number == _GPS:
            yield end, min(length, MAX_RECORD_BYTES)


def _add_fixes(trail: TrackBuilder, clock: ClipClock, data: bytes) -> None:
    for fix in _FIX.iter_unpack(data[: len(data) // _FIX.size * _FIX.size]):
        if trail.full:
            return
        seconds, thousandths, status, lat, north, lon, east, speed_mps, heading_deg, altitude_m = fix
        at_s = clock.at_s(seconds + thousandths / 1000 if thousandths < 1000 else seconds)
        if status != b"A":
            trail.add_without_fix()
            continue
        side = "W" if east == b"O" else east.decode("latin-1")  # "Ouest": written so by some of these cameras
        trail.add(
            at_s, apply_hemisphere(lat, north.decode("latin-1")), apply_hemisphere(lon, side),
            speed_mps=speed_mps, heading_deg=heading_deg, altitude_m=altitude_m,
        )  # fmt: skip


def _read_photo(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - one kind only
    yield from read_trailer(file)


PHOTO_READER = Reader(name="insta360_photo", version=1, check="metadata", kinds=frozenset({"jpeg"}), read=_read_photo)
"""Photos of these cameras (``.insp``) are JPEG files with the same trailer."""
