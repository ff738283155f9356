"""Write EXIF: a small TIFF file with position, date and camera, embedded as images carry it (Exif 3.0)."""

import struct
import zlib
from dataclasses import dataclass

_BYTE, _ASCII, _LONG, _RATIONAL = 1, 2, 4, 5
_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825

ExifEntry = tuple[int, int, int, bytes]
"""Tag, type, count, value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """Metadata that a camera writes; None values are omitted."""

    lat: float | None = None
    lon: float | None = None
    altitude_m: float | None = None
    heading_deg: float | None = None
    accuracy_m: float | None = None
    taken_at: str | None = None
    """``2026:11:16 14:02:58``, as EXIF writes it."""
    offset: str | None = None
    """``+03:00``."""
    make: str | None = None
    model: str | None = None


def exif_block(shot: Shot, order: str = "<") -> bytes:
    """EXIF block as a TIFF file; ``order`` is ``<`` for little-endian, ``>`` for big-endian."""
    camera = [*_text(0x010F, shot.make), *_text(0x0110, shot.model)]
    date = [*_text(0x9003, shot.taken_at), *_text(0x9011, shot.offset)]
    parts = [(_EXIF_IFD, date), (_GPS_IFD, _gps(shot, order))]
    pointed = [(tag, entries) for tag, entries in parts if entries]
    at = 8 + _directory_bytes([*camera, *((tag, _LONG, 1, bytes(4)) for tag, _ in pointed)])
    inner = b""
    for tag, entries in pointed:
        camera.append((tag, _LONG, 1, struct.pack(order + "I", at + len(inner))))
        inner += _directory(entries, at + len(inner), order)
    head = (b"II*\0" if order == "<" else b"MM\0*") + struct.pack(order + "I", 8)
    return head + _directory(camera, 8, order) + inner


def in_jpeg(picture: bytes, block: bytes) -> bytes:
    """Insert the block as an APP1 segment after the start of a JPEG."""
    payload = b"Exif\0\0" + block
    return picture[:2] + b"\xff\xe1" + struct.pack(">H", len(payload) + 2) + payload + picture[2:]


def in_png(picture: bytes, block: bytes) -> bytes:
    """Insert the block as an ``eXIf`` chunk after the header of a PNG."""
    after_header = 8 + 12 + 13
    chunk = struct.pack(">I", len(block)) + b"eXIf" + block + struct.pack(">I", zlib.crc32(b"eXIf" + block))
    return picture[:after_header] + chunk + picture[after_header:]


def in_webp(picture: bytes, block: bytes, width_px: int, height_px: int) -> bytes:
    """Convert a WebP to the extended format (``VP8X``) with the block in an ``EXIF`` chunk at its end."""
    sizes = (width_px - 1).to_bytes(3, "little") + (height_px - 1).to_bytes(3, "little")
    chunks = _riff(b"VP8X", b"\x08\0\0\0" + sizes) + picture[12:] + _riff(b"EXIF", block)
    return b"RIFF" + struct.pack("<I", len(chunks) + 4) + b"WEBP" + chunks


def _riff(name: bytes, payload: bytes) -> bytes:
    return name + struct.pack("<I", len(payload)) + payload + b"\0" * (len(payload) % 2)


def _gps(shot: Shot, order: str) -> list[ExifEntry]:
    if shot.lat is None or shot.lon is None:
        return []
    entries: list[ExifEntry] = [(0x0000, _BYTE, 4, b"\2\3\0\0")]
    entries += _text(0x0001, "S" if shot.lat < 0 else "N")
    entries += [(0x0002, _RATIONAL, 3, _sexagesimal(shot.lat, order))]
    entries += _text(0x0003, "W" if shot.lon < 0 else "E")
    entries += [(0x0004, _RATIONAL, 3, _sexagesimal(shot.lon, order))]
    if shot.altitude_m is not None:
        entries += [(0x0005, _BYTE, 1, b"\1" if shot.altitude_m < 0 else b"\0")]
        entries += [_rational(0x0006, abs(shot.altitude_m), order)]
    if shot.heading_deg is not None:
        entries += [*_text(0x0010, "T"), _rational(0x0011, shot.heading_deg, order)]
    if shot.accuracy_m is not None:
        entries += [_rational(0x001F, shot.accuracy_m, order)]
    return entries


def _text(tag: int, words: str | None) -> list[ExifEntry]:
    if words is None:
        return []
    raw = words.encode() + b"\0"
    return [(tag, _ASCII, len(raw), raw)]


def _rational(tag: int, value: float, order: str) -> ExifEntry:
    return tag, _RATIONAL, 1, struct.pack(order + "II", round(value * 1_000), 1_000)


def _sexagesimal(degrees: float, order: str) -> bytes:
    """Degrees, minutes, seconds; seconds in steps of 1/10,000, three millimetres on the ground."""
    steps = round(abs(degrees) * 36_000_000)
    return struct.pack(order + "6I", steps // 36_000_000, 1, steps // 600_000 % 60, 1, steps % 600_000, 10_000)


def _directory_bytes(entries: list[ExifEntry]) -> int:
    return 6 + sum(12 + (len(value) + len(value) % 2 if len(value) > 4 else 0) for *_, value in entries)


def _directory(entries: list[ExifEntry], at: int, order: str) -> bytes:
    """One image file directory (TIFF 6.0, section 2), followed by its longer values."""
    table, values = struct.pack(order + "H", len(entries)), b""
    behind = at + 6 + 12 * len(entries)
    for tag, kind, count, value in entries:
        table += struct.pack(order + "HHI", tag, kind, count)
        if len(value) <= 4:
            table += value.ljust(4, b"\0")
        else:
            table += struct.pack(order + "I", behind + len(values))
            values += value + b"\0" * (len(value) % 2)
    return table + bytes(4) + values
