"""Read GPS fixes from Sony "real-time metadata", track ``rtmd``.

Layout as in SMPTE RDD 18 (acquisition metadata sets): a header with its own length, then tags of two bytes, lengths of
two bytes, values; sets of tags begin with a 16-byte key or a length starting with 83. Tags 85xx hold Exif GPS tag xx
(CIPA DC-008, table "GPS attribute information"): rationals of two 32-bit numbers, reference letters, status, measure
mode.
"""

import math
import struct
from collections.abc import Iterator

from opsec.formats.isobmff.sample_table import Sample
from opsec.model.records import ReaderOutput
from opsec.readers.telemetry.track_builder import KMH_MPS, KNOT_MPS, TrackBuilder, apply_hemisphere
from opsec.readers.telemetry.track_source import TelemetryTrack

MAX_TAGS = 2_000
_KEY, _SET = 0x060E, 0x8300
_GPS = 0x85
_SPEEDS = {"K": KMH_MPS, "M": 1.609344 * KMH_MPS, "N": KNOT_MPS}


def read_track(stream: TelemetryTrack) -> Iterator[ReaderOutput]:
    """Yield the track that the camera recorded frame by frame."""
    trail = stream.new_builder("rtmd GPS")
    for sample in stream.samples:
        if trail.full:
            break
        tags = dict(_gps_tags(sample.data))
        if 2 in tags or 4 in tags:
            _add_fix(trail, sample, tags)
    yield from stream.records(trail)


def _gps_tags(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield number and value of every GPS tag in a sample."""
    at = int.from_bytes(data[:2], "big")
    for _ in range(MAX_TAGS):
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


def _add_fix(trail: TrackBuilder, sample: Sample, tags: dict[int, bytes]) -> None:
    if _letter(tags, 9) == "V":  # a measurement in progress is no fix
        trail.add_without_fix()
        return
    speed, altitude_m = _rational(tags, 13), _rational(tags, 6)
    trail.add(
        sample.at_s,
        apply_hemisphere(_degrees(tags.get(2, b"")), _letter(tags, 1)),
        apply_hemisphere(_degrees(tags.get(4, b"")), _letter(tags, 3)),
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
    """Convert degrees, minutes and seconds; NaN when a part is invalid."""
    degrees, minutes, seconds = (_ratio(raw, at) for at in (0, 8, 16))
    if not (minutes < 60 and seconds < 60):
        return math.nan
    return degrees + minutes / 60 + seconds / 3600
