"""Places in Sony's "real-time metadata", track ``rtmd``.

The layout is that of SMPTE RDD 18 (acquisition metadata sets): a header that tells its own length, then
tags of two bytes, lengths of two bytes, values; sets of tags are opened by a 16-byte key or by a length
that begins with 83. Tags 85xx hold what Exif calls GPS tag xx (CIPA DC-008, table "GPS attribute
information"): rationals of two 32-bit numbers, reference letters, status and measure mode.
"""

import math
import struct
from collections.abc import Iterator

from opsec.formats.isobmff.sample_table import Sample
from opsec.model.records import Found
from opsec.readers.telemetry.track_builder import KMH_MPS, KNOT_MPS, Trail, signed
from opsec.readers.telemetry.track_source import Stream

MOST_TAGS = 2_000
_KEY, _SET = 0x060E, 0x8300
_GPS = 0x85
_SPEEDS = {"K": KMH_MPS, "M": 1.609344 * KMH_MPS, "N": KNOT_MPS}


def told(stream: Stream) -> Iterator[Found]:
    """The way that the camera recorded frame by frame."""
    trail = stream.trail("rtmd GPS")
    for sample in stream.samples:
        if trail.full:
            break
        tags = dict(_tags(sample.data))
        if 2 in tags or 4 in tags:
            _lay(trail, sample, tags)
    yield from stream.told(trail)


def _tags(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and value of every GPS tag of a sample."""
    at = int.from_bytes(data[:2], "big")
    for _ in range(MOST_TAGS):
        if at + 4 > len(data):
            return
        tag, length = struct.unpack_from(">HH", data, at)
        if tag == 0:
            return
        if tag == _KEY:
            at += 16
        elif tag == _SET:
            at += 4
        else:
            if tag >> 8 == _GPS:
                yield tag & 0xFF, data[at + 4 : at + 4 + length]
            at += 4 + length


def _lay(trail: Trail, sample: Sample, tags: dict[int, bytes]) -> None:
    if _letter(tags, 9) == "V":  # a measurement in progress is no fix
        trail.void()
        return
    speed, altitude_m = _rational(tags, 13), _rational(tags, 6)
    trail.add(
        sample.at_s,
        signed(_degrees(tags.get(2, b"")), _letter(tags, 1)),
        signed(_degrees(tags.get(4, b"")), _letter(tags, 3)),
        altitude_m=-altitude_m if tags.get(5, b"\0")[:1] == b"\1" else altitude_m,
        speed_mps=speed * _SPEEDS.get(_letter(tags, 12), math.nan),
        heading_deg=_rational(tags, 17 if 17 in tags else 15),
    )


def _letter(tags: dict[int, bytes], tag: int) -> str:
    return tags.get(tag, b"")[:1].decode("latin-1")


def _rational(tags: dict[int, bytes], tag: int) -> float:
    return _ratio(tags.get(tag, b""))


def _ratio(raw: bytes, at: int = 0) -> float:
    if len(raw) < at + 8:
        return math.nan
    above, below = struct.unpack_from(">II", raw, at)
    return above / below if below else math.nan


def _degrees(raw: bytes) -> float:
    """Degrees, minutes and seconds; not a number when one of them is none or does not fit its place."""
    degrees, minutes, seconds = (_ratio(raw, at) for at in (0, 8, 16))
    if not (minutes < 60 and seconds < 60):
        return math.nan
    return degrees + minutes / 60 + seconds / 3600
