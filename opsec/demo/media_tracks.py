"""Writes ways into timed tracks of our own films, as action cameras, phones and drones do.

The counterpart of ``opsec.hints.tracks``: each function takes a film and a way and gives a new film.
Where a format has one set of fixes a second, a sample holds one second of the way.
"""

import math
import struct
from collections.abc import Sequence
from itertools import accumulate

from opsec.demo.media_boxes import box, inserted, iso6709_text
from opsec.model import Fix

Way = Sequence[Fix]

_SCALE = 1_000
"""Ticks of a second in the tracks written here."""


def with_track(film: bytes, code: str, samples: Sequence[bytes], *, handler: str = "meta", entry: bytes = b"") -> bytes:
    """The film with one more track of a sample each second; ``entry`` goes into its sample description."""
    size = len(_trak(code, samples, handler, entry, first=0))
    trak = _trak(code, samples, handler, entry, first=len(film) + size + 8)
    return inserted(film, "moov", trak) + box("mdat", b"".join(samples))


def _trak(code: str, samples: Sequence[bytes], handler: str, entry: bytes, first: int) -> bytes:
    """A track whose samples lie one behind the other, each in a chunk of its own."""
    many = len(samples)
    places = list(accumulate(map(len, samples), initial=first))[:many]
    described = box(code, bytes(6) + struct.pack(">H", 1) + entry)
    tables = (
        box("stsd", struct.pack(">II", 0, 1) + described)
        + box("stts", struct.pack(">IIII", 0, 1, many, _SCALE))
        + box("stsc", struct.pack(">IIIII", 0, 1, 1, 1, 1))
        + box("stsz", struct.pack(">III", 0, 0, many) + struct.pack(f">{many}I", *map(len, samples)))
        + box("stco", struct.pack(">II", 0, many) + struct.pack(f">{many}I", *places))
    )
    header = box("mdhd", struct.pack(">IIIIIHH", 0, 0, 0, _SCALE, _SCALE * many, 0x55C4, 0))
    kind = box("hdlr", struct.pack(">II4s13x", 0, 0, handler.encode()))
    media = header + kind + box("minf", box("nmhd", bytes(4)) + box("stbl", tables))
    return box("trak", box("tkhd", bytes(84)) + box("mdia", media))


# ── GoPro ─────────────────────────────────────────────────────────────────────────────────────
def with_gps5(film: bytes, way: Way, *, lock: int = 3, dilution: float = 1.5) -> bytes:
    """``GPS5`` in GPMF, a fix a second."""
    return with_track(film, "gpmd", [gpmf_device(gps5_stream([fix], lock, dilution)) for fix in way])


def gps5_stream(fixes: Way, lock: int = 3, dilution: float = 1.5) -> bytes:
    """What a stream of ``GPS5`` holds."""
    scales = (10_000_000, 10_000_000, 1_000, 1_000, 100)
    rows = [(fix.point.lat, fix.point.lon, fix.altitude_m or 0.0, fix.speed_mps or 0.0, 0.0) for fix in fixes]
    numbers = b"".join(struct.pack(">5i", *map(_times, row, scales)) for row in rows)
    return (
        klv("GPSF", "L", 4, struct.pack(">I", lock))
        + klv("GPSP", "S", 2, struct.pack(">H", round(dilution * 100)))
        + klv("SCAL", "l", 4, struct.pack(">5i", *scales))
        + klv("GPS5", "l", 20, numbers)
    )


def with_gps9(film: bytes, way: Way, *, lock: int = 3, dilution: float = 1.5) -> bytes:
    """``GPS9`` in GPMF, a fix a second, each with its own lock and dilution."""
    scales = (10_000_000, 10_000_000, 1_000, 1_000, 100, 1, 1_000, 100, 1)
    samples = []
    for fix in way:
        row = (fix.point.lat, fix.point.lon, fix.altitude_m or 0.0, fix.speed_mps or 0.0, 0.0, 9_800, fix.at_s)
        numbers = struct.pack(">7i2H", *map(_times, (*row, dilution, lock), scales))
        scaled = klv("SCAL", "l", 4, struct.pack(">9i", *scales))
        samples.append(gpmf_device(klv("TYPE", "c", 1, b"lllllllSS") + scaled + klv("GPS9", "?", 32, numbers)))
    return with_track(film, "gpmd", samples)


def gpmf_device(stream: bytes) -> bytes:
    """A device with one stream."""
    return klv("DEVC", "\0", 1, klv("DVNM", "c", 1, b"Camera") + klv("STRM", "\0", 1, stream))


def klv(key: str, kind: str, size: int, data: bytes, *, repeat: int | None = None) -> bytes:
    """One entry of GPMF, padded to four bytes; ``repeat`` writes a false number of items."""
    many = len(data) // size if repeat is None else repeat
    return struct.pack(">4scBH", key.encode(), kind.encode(), size, many) + data + bytes(-len(data) % 4)


def _times(value: float, scale: int) -> int:
    return round(value * scale)


# ── phones and spherical cameras ──────────────────────────────────────────────────────────────
def with_camm5(film: bytes, way: Way) -> bytes:
    """CAMM packets of type 5."""
    rows = [(fix.point.lat, fix.point.lon, fix.altitude_m or 0.0) for fix in way]
    return with_track(film, "camm", [struct.pack("<HH3d", 0, 5, *row) for row in rows], handler="camm")


def with_camm6(film: bytes, way: Way, *, lock: int = 3) -> bytes:
    """CAMM packets of type 6; the speed is written as one to the north."""
    samples = []
    for fix in way:
        measures = (fix.altitude_m or 0.0, fix.accuracy_m or 0.0, 4.0, 0.0, fix.speed_mps or 0.0, 0.0, 0.5)
        samples.append(struct.pack("<HHdidd7f", 0, 6, 1.4e9 + fix.at_s, lock, fix.point.lat, fix.point.lon, *measures))
    return with_track(film, "camm", samples, handler="camm")


def with_mebx(film: bytes, way: Way) -> bytes:
    """Places as an iPhone writes them beside a film, with their accuracy as a float."""
    names = ("com.apple.quicktime.location.ISO6709", "com.apple.quicktime.location.accuracy.horizontal")
    keys = b""
    for number, (name, kind) in enumerate(zip(names, (1, 23), strict=True), 1):
        key = box("keyd", b"mdta" + name.encode()) + box("dtyp", struct.pack(">II", 0, kind))
        keys += struct.pack(">II", len(key) + 8, number) + key
    samples = []
    for fix in way:
        text = iso6709_text(fix.point.lat, fix.point.lon, fix.altitude_m).encode()
        accuracy = struct.pack(">f", fix.accuracy_m or 5.0)
        samples.append(struct.pack(">II", len(text) + 8, 1) + text + struct.pack(">II", 12, 2) + accuracy)
    return with_track(film, "mebx", samples, entry=box("keys", keys))


# ── DJI, Autel ────────────────────────────────────────────────────────────────────────────────
def with_djmd(film: bytes, way: Way, *, radians: bool = False) -> bytes:
    """A drone's protocol buffers: place and altitude, and the view of its gimbal."""
    samples = []
    for fix in way:
        lat, lon = fix.point.lat, fix.point.lon
        if radians:
            lat, lon = math.radians(lat), math.radians(lon)
        unit = b"" if radians else b"\x08\x01"
        position = _message(1, unit + b"\x11" + struct.pack("<d", lat) + b"\x19" + struct.pack("<d", lon))
        position += _integer(2, round((fix.altitude_m or 0.0) * 1_000))
        gimbal = _integer(1, round((fix.pitch_deg or 0.0) * 10)) + _integer(3, round((fix.heading_deg or 0.0) * 10))
        samples.append(_message(3, _message(3, _message(4, position)) + _message(4, _message(3, gimbal))))
    return with_track(film, "djmd", samples)


def _message(number: int, data: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(data)) + data


def _integer(number: int, value: int) -> bytes:
    return _varint(number << 3) + _varint(value & (1 << 64) - 1)


def _varint(value: int) -> bytes:
    written = bytearray()
    while value > 0x7F:
        written.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*written, value])


def with_subtitles(film: bytes, texts: Sequence[str]) -> bytes:
    """A text track, a text a second."""
    raw = [text.encode() for text in texts]
    return with_track(film, "tx3g", [struct.pack(">H", len(text)) + text for text in raw], handler="sbtl")


def tagged_text(fix: Fix) -> str:
    """As DJI has written since 2019."""
    view = f"[gb_yaw: {fix.heading_deg or 0:.1f} gb_pitch: {fix.pitch_deg or 0:.1f}]"
    place = f"[latitude: {fix.point.lat:.6f}] [longitude: {fix.point.lon:.6f}]"
    return f"[iso: 100] {place} [rel_alt: 1.300 abs_alt: {fix.altitude_m or 0:.3f}] {view}"


def lon_first_text(fix: Fix) -> str:
    """As DJI wrote before: longitude, latitude, satellites."""
    return f"HOME(1.0000,2.0000)\nGPS({fix.point.lon:.4f},{fix.point.lat:.4f},16) BAROMETER:1.9"


def lat_first_text(fix: Fix) -> str:
    """As DJI's larger drones wrote: latitude, longitude, altitude."""
    return f"GPS({fix.point.lat:.4f},{fix.point.lon:.4f},{fix.altitude_m or 0:.1f}M) BAROMETER:12.4M"


def sided_text(fix: Fix) -> str:
    """As Autel writes."""
    lat, lon = fix.point.lat, fix.point.lon
    east, north = "E" if lon >= 0 else "W", "N" if lat >= 0 else "S"
    return f"GPS({east}: {abs(lon):.6f}, {north}: {abs(lat):.6f}, {fix.altitude_m or 0:.2f}m)"


# ── Sony ──────────────────────────────────────────────────────────────────────────────────────
def with_rtmd(film: bytes, way: Way, *, status: str = "A") -> bytes:
    """Sony's real-time metadata with the GPS tags of Exif."""
    return with_track(film, "rtmd", [_rtmd_sample(fix, status) for fix in way])


def _rtmd_sample(fix: Fix, status: str) -> bytes:
    lat, lon = fix.point.lat, fix.point.lon
    tags = {
        1: b"S\0" if lat < 0 else b"N\0", 2: _sexagesimal(abs(lat)),
        3: b"W\0" if lon < 0 else b"E\0", 4: _sexagesimal(abs(lon)),
        6: struct.pack(">II", round(abs(fix.altitude_m or 0) * 10), 10), 9: status.encode() + b"\0",
        12: b"K\0", 13: struct.pack(">II", round((fix.speed_mps or 0) * 3_600), 1_000),
    }  # fmt: skip
    values = b"".join(struct.pack(">BBH", 0x85, tag, len(value)) + value for tag, value in tags.items())
    return struct.pack(">H26x", 28) + struct.pack(">HH", 0x8300, len(values)) + values + bytes(8)


def _sexagesimal(degrees: float) -> bytes:
    whole, rest = divmod(round(degrees * 3_600_000), 3_600_000)
    minutes, thousandths = divmod(rest, 60_000)
    return struct.pack(">6I", whole, 1, minutes, 1, thousandths, 1_000)
