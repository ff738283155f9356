"""Places in the trailer that Insta360 cameras put behind the last box of a film.

The layout is described in ExifTool's tag documentation ("Insta360 trailer"). The file ends with 32
letters that never change, before them the trailer's length; the records before that are read
backwards, each followed by its number and length. Record 0x700 holds the fixes: time in seconds and
milliseconds, ``A`` or ``V``, latitude and side, longitude and side, speed in m/s, course, altitude.
"""

import os
import struct
from collections.abc import Iterator
from typing import BinaryIO

from opsec.model.records import Found
from opsec.readers.telemetry.track_builder import Clock, Trail, signed

MARK = b"8db42d694ccc418790edff439fe026bf"
_FOOT = struct.Struct("<HI")
"""Number and length of the record before it; the last foot is followed by 32 bytes of nothing."""
_TAIL = struct.Struct("<32xII32s")
_FIX = struct.Struct("<QHcdcdcddd")
_GPS = 0x700

MOST_RECORDS = 1_000
MOST_BYTES = 32 << 20
"""Of one record of fixes; five hours at thirty a second."""


def told(file: BinaryIO) -> Iterator[Found]:
    """The way in the trailer; nothing of a file without one."""
    end = file.seek(0, os.SEEK_END) - _TAIL.size
    if end < _FOOT.size:
        return
    file.seek(end)
    length, _version, mark = _TAIL.unpack(file.read(_TAIL.size))
    if mark != MARK:
        return
    trail, clock = Trail("trailer Insta360 GPS"), Clock()
    for place, size in reversed(list(_records(file, max(0, end + _TAIL.size - length), end))):
        if trail.full:
            break
        file.seek(place)
        _lay(trail, clock, file.read(size))
    yield from trail.told()


def _records(file: BinaryIO, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Place and length of the records of fixes, the last one first."""
    for _ in range(MOST_RECORDS):
        foot = end - _FOOT.size
        if foot < start:
            return
        file.seek(foot)
        number, length = _FOOT.unpack(file.read(_FOOT.size))
        end = foot - length
        if end < start:
            return
        if number == _GPS:
            yield end, min(length, MOST_BYTES)


def _lay(trail: Trail, clock: Clock, data: bytes) -> None:
    for fix in _FIX.iter_unpack(data[: len(data) // _FIX.size * _FIX.size]):
        if trail.full:
            return
        seconds, thousandths, status, lat, north, lon, east, speed_mps, heading_deg, altitude_m = fix
        at_s = clock.at_s(seconds + thousandths / 1000 if thousandths < 1000 else seconds)
        if status != b"A":
            trail.void()
            continue
        side = "W" if east == b"O" else east.decode("latin-1")  # "Ouest": written so by some of these cameras
        trail.add(
            at_s, signed(lat, north.decode("latin-1")), signed(lon, side),
            speed_mps=speed_mps, heading_deg=heading_deg, altitude_m=altitude_m,
        )  # fmt: skip
