"""Writes ways into films as dash cameras and spherical cameras do: in blocks, boxes and a trailer.

The counterpart of ``opsec.hints.tracks`` for what lies outside timed tracks. A fix is written each second.
"""

import struct

from opsec.demo.media_boxes import box
from opsec.demo.media_tracks import Way
from opsec.model import Fix

_KNOTS = 3600 / 1852


def with_freegps(film: bytes, way: Way, *, index: bool = True, padded_to: int = 0x8000) -> bytes:
    """Blocks in the media data, with an index of them or without a word of them elsewhere."""
    blocks = [freegps_block(fix, padded_to) for fix in way]
    first = len(film) + 8
    data = box("mdat", b"".join(blocks))
    table = b"".join(struct.pack(">II", first + number * padded_to, padded_to) for number in range(len(blocks)))
    return film + data + (box("gps ", struct.pack(">II", 0x101, len(blocks)) + table) if index else b"")


def freegps_block(fix: Fix, padded_to: int = 0x8000, *, status: str = "A") -> bytes:
    """One block in the layout of Novatek's cameras."""
    lat, lon = fix.point.lat, fix.point.lon
    minute, second = divmod(int(fix.at_s), 60)
    sides = status + ("S" if lat < 0 else "N") + ("W" if lon < 0 else "E")
    block = struct.pack(">I8sI", padded_to, b"freeGPS ", 0x4C00_0000) + bytes(32)
    block += struct.pack("<6I", 10, minute, second, 26, 6, 2) + sides.encode() + b"\0"
    speed, heading = (fix.speed_mps or 0) * _KNOTS, fix.heading_deg or 0
    block += struct.pack("<4f", _minutes(abs(lat)), _minutes(abs(lon)), speed, heading)
    return block.ljust(padded_to, b"\0")


def with_nmea(film: bytes, text: str) -> bytes:
    """Sentences in ``gps `` within ``free``, as BlackVue writes them."""
    return film + box("free", box("cprt", b"{}") + box("gps ", text.encode()))


def rmc_text(fix: Fix, *, status: str = "A") -> str:
    """``RMC`` with the time at which BlackVue writes it."""
    lat, lon = fix.point.lat, fix.point.lon
    minute, second = divmod(int(fix.at_s), 60)
    north, east = "S" if lat < 0 else "N", "W" if lon < 0 else "E"
    place = f"{_minutes(abs(lat)):010.5f},{north},{_minutes(abs(lon)):011.5f},{east}"
    speed, heading = (fix.speed_mps or 0) * _KNOTS, fix.heading_deg or 0
    words = f"GPRMC,10{minute:02}{second:02}.00,{status},{place},{speed:05.1f},{heading:05.1f},060226,,,{status}"
    return f"[{1_770_000_000_000 + int(fix.at_s) * 1_000}]${words}*{_checksum(words):02X}\r\n"


def _checksum(words: str) -> int:
    total = 0
    for byte in words.encode():
        total ^= byte
    return total


def with_gps0(film: bytes, way: Way) -> bytes:
    """Records of 32 bytes in ``gps0``."""
    records = b""
    for fix in way:
        minute, second = divmod(int(fix.at_s), 60)
        place = (_minutes(fix.point.lat), _minutes(fix.point.lon), round(fix.altitude_m or 0))
        moment = (26, 6, 2, 10, minute, second)
        records += struct.pack(
            "<ddiH6BB3x", *place, round((fix.speed_mps or 0) * 3.6), *moment, int((fix.heading_deg or 0) / 2)
        )
    return film + box("gps0", records)


def with_insta360_trailer(film: bytes, way: Way, *, status: str = "A") -> bytes:
    """The trailer behind the last box: another record, then that of the fixes."""
    fixes = b""
    for fix in way:
        lat, lon = fix.point.lat, fix.point.lon
        fixes += struct.pack("<QHc", 1_780_000_000 + int(fix.at_s), 0, status.encode())
        fixes += struct.pack("<dcdc", abs(lat), b"S" if lat < 0 else b"N", abs(lon), b"W" if lon < 0 else b"E")
        fixes += struct.pack("<3d", fix.speed_mps or 0, fix.heading_deg or 0, fix.altitude_m or 0)
    records = b""
    for number, data in ((0x101, b"Camera"), (0x700, fixes)):
        records += data + struct.pack("<HI", number, len(data))
    tail = struct.pack("<32xII", len(records) + 72, 3) + b"8db42d694ccc418790edff439fe026bf"
    return film + records + tail


def _minutes(degrees: float) -> float:
    """Degrees as DDMM.MMMM."""
    whole, part = divmod(abs(degrees), 1)
    value = whole * 100 + part * 60
    return -value if degrees < 0 else value
