"""Read positions from the "camera motion metadata" track ``camm``.

Google, "Camera Motion Metadata Spec": a packet is two reserved bytes, a type and its numbers, all little-endian. Type 5
holds latitude, longitude, altitude; type 6 adds time, fix type, both accuracies and velocity.
"""

import math
import struct
from collections.abc import Iterator

from opsec.model.records import ReaderOutput
from opsec.readers.telemetry.track_builder import TrackBuilder
from opsec.readers.telemetry.track_source import TelemetryTrack

_HEAD = struct.Struct("<2xH")
_TYPE_5 = struct.Struct("<3d")
_TYPE_6 = struct.Struct("<diddf6f")
MIN_FIX_TYPE = 2
"""Fix types of packet type 6: 0 no fix, 2 two-dimensional, 3 three-dimensional."""


def read_track(stream: TelemetryTrack) -> Iterator[ReaderOutput]:
    """Yield the track of type 5 packets and that of type 6 packets."""
    plain, full = stream.new_builder("CAMM 5"), stream.new_builder("CAMM 6")
    for sample in stream.samples:
        if plain.full or full.full:
            break
        kind = _HEAD.unpack_from(sample.data)[0] if len(sample.data) >= _HEAD.size else None
        if kind == 5 and len(sample.data) >= _HEAD.size + _TYPE_5.size:
            lat, lon, altitude_m = _TYPE_5.unpack_from(sample.data, _HEAD.size)
            plain.add(sample.at_s, lat, lon, altitude_m=altitude_m)
        elif kind == 6 and len(sample.data) >= _HEAD.size + _TYPE_6.size:
            _add_fix(full, sample.at_s, sample.data)
    yield from stream.records(plain)
    yield from stream.records(full)


def _add_fix(trail: TrackBuilder, at_s: float, data: bytes) -> None:
    _, lock, lat, lon, altitude_m, across_m, _, east_mps, north_mps, _, _ = _TYPE_6.unpack_from(data, _HEAD.size)
    if lock < MIN_FIX_TYPE:
        trail.add_without_fix()
        return
    trail.add(
        at_s, lat, lon, altitude_m=altitude_m, accuracy_m=across_m or None, speed_mps=math.hypot(east_mps, north_mps)
    )
