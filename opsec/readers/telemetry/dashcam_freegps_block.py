"""Parse one ``freeGPS`` block of a dash camera: one second of its track, in one of several layouts.

No maker documents them; ExifTool's tag documentation ("QuickTime Stream Tags", freeGPS) describes most. Offsets count
from the start of the block, four bytes before ``freeGPS``. Numbers are little-endian, degrees are DDMM.MMMM, speed is
in knots.
"""

import math
import struct
from dataclasses import dataclass
from datetime import UTC, datetime

from opsec.readers.telemetry.nmea_sentences import parse_fixes
from opsec.readers.telemetry.track_builder import KNOT_MPS, apply_hemisphere, nmea_degrees

MARKER = b"freeGPS "
BLOCK_BYTES = 1_024
"""Bytes of a block that are examined; most cameras pad it to 32 KiB."""

_CENTURY = 2000


@dataclass(frozen=True, slots=True)
class BlockFix:
    """Content of a block."""

    time_s: float | None = None
    fixed: bool = False
    lat: float = math.nan
    lon: float = math.nan
    speed_mps: float | None = None
    heading_deg: float | None = None
    altitude_m: float | None = None


@dataclass(frozen=True, slots=True)
class _Layout:
    """Offsets of the values in a block."""

    status: int
    north: int
    east: int
    lat: int
    lon: int
    speed: int
    heading: int | None
    form: str
    """``f`` or ``d``: 32-bit or 64-bit floats."""
    clock: int
    """Offset of hour, minute, second."""
    date: int
    """Offset of year, month, day."""


def _novatek(at: int) -> _Layout:
    """Most common layout: date and status with both hemispheres in one word, then four floats."""
    return _Layout(at + 24, at + 25, at + 26, at + 28, at + 32, at + 36, at + 40, "f", at, at + 12)


_LAYOUTS = (
    _novatek(0x30),
    _novatek(0x10),
    _Layout(0x3C, 0x44, 0x4C, 0x40, 0x48, 0x50, None, "f", 0x30, 0x58),
    _Layout(0x3C, 0x48, 0x58, 0x40, 0x50, 0x60, 0x68, "d", 0x30, 0x70),
    _Layout(0x1C, 0x28, 0x38, 0x20, 0x30, 0x40, 0x48, "d", 0x10, 0x50),
)


def parse_block(block: bytes) -> BlockFix | None:
    """Parse a block; None when its layout is unknown or its degrees are encrypted."""
    if b"RMC," in block:
        return _nmea_fix(block)
    for layout in _LAYOUTS:
        if _matches_layout(block, layout):
            return _layout_fix(block, layout)
    return _integers(block)


def _nmea_fix(block: bytes) -> BlockFix | None:
    moment = next(parse_fixes(block[:BLOCK_BYTES].decode("latin-1")), None)
    if moment is None:
        return None
    return BlockFix(
        moment.of_day_s, moment.fixed, moment.lat, moment.lon,
        moment.speed_mps, moment.heading_deg, moment.altitude_m,
    )  # fmt: skip


def _matches_layout(block: bytes, layout: _Layout) -> bool:
    """Whether status, hemispheres and date are valid in this layout."""
    if len(block) < max(layout.date + 12, layout.speed + 8):
        return False
    if _time_s(block, layout) is None:
        return False
    status, north, east = block[layout.status], block[layout.north], block[layout.east]
    if status == ord("V"):
        return True
    return status == ord("A") and north in b"NS" and east in b"EW"


def _layout_fix(block: bytes, layout: _Layout) -> BlockFix | None:
    time_s = _time_s(block, layout)
    if block[layout.status] == ord("V"):
        return BlockFix(time_s)
    if layout.form == "f" and _is_encrypted(block, layout):
        return None
    if block[16:19] == b"IQS":  # this maker writes whole numbers, and metres, in the same places
        lat, lon, speed = struct.unpack_from("<3i", block, layout.lat)
        return _signed_degrees(block, layout, BlockFix(time_s, True, lat / 1e7, lon / 1e7, speed / 100))
    form = "<" + layout.form
    lat, lon, knots = (float(struct.unpack_from(form, block, at)[0]) for at in (layout.lat, layout.lon, layout.speed))
    heading = None if layout.heading is None else float(struct.unpack_from(form, block, layout.heading)[0])
    return _signed_degrees(
        block, layout,
        BlockFix(time_s, True, nmea_degrees(lat), nmea_degrees(lon), knots * KNOT_MPS, heading),
    )  # fmt: skip


def _signed_degrees(block: bytes, layout: _Layout, fix: BlockFix) -> BlockFix:
    lat, lon = apply_hemisphere(fix.lat, chr(block[layout.north])), apply_hemisphere(fix.lon, chr(block[layout.east]))
    return BlockFix(fix.time_s, True, lat, lon, fix.speed_mps, fix.heading_deg)


def _is_encrypted(block: bytes, layout: _Layout) -> bool:
    """Whether the latitude is zero and two doubles follow: these cameras encrypt their degrees."""
    doubles = block[layout.lat + 11 : layout.lat + 20 : 8]
    return not any(block[layout.lat : layout.lat + 4]) and doubles == b"@@"


def _integers(block: bytes) -> BlockFix | None:
    """Parse 1e-7 degrees after a status letter, without a date (70mai)."""
    if len(block) < 0x27 or block[0x1E] not in b"AV" or block[0x10:0x12] != b"\3\0":
        return None
    lat, lon = struct.unpack_from("<2i", block, 0x1F)
    return BlockFix(None, block[0x1E] == ord("A"), lat / 1e7, lon / 1e7)


def _time_s(block: bytes, layout: _Layout) -> float | None:
    """Seconds since 1970; None when the numbers are not a date."""
    hour, minute, sec = struct.unpack_from("<3I", block, layout.clock)
    year, month, day = struct.unpack_from("<3I", block, layout.date)
    year += _CENTURY if year < 100 else 0
    if not (hour < 24 and minute < 60 and sec < 60):
        return None
    if (year, month, day) == (_CENTURY, 0, 0):  # not yet known
        return float(hour * 3600 + minute * 60 + sec)
    try:
        return datetime(year, month, day, hour, minute, sec, tzinfo=UTC).timestamp()
    except (ValueError, OverflowError):
        return None
