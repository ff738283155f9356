"""Places in the "camera motion metadata" track ``camm``.

Google, "Camera Motion Metadata Spec": a packet is two bytes of nothing, a type, and its numbers, all
little-endian. Type 5 is latitude, longitude, altitude; type 6 adds the time, the kind of fix, both
accuracies and the velocity.
"""

import math
import struct
from collections.abc import Iterator

from opsec.model.records import Found
from opsec.readers.telemetry.track_builder import Trail
from opsec.readers.telemetry.track_source import Stream

_HEAD = struct.Struct("<2xH")
_TYPE_5 = struct.Struct("<3d")
_TYPE_6 = struct.Struct("<diddf6f")
LOCKED = 2
"""Type 6: 0 no fix, 2 two-dimensional, 3 three-dimensional."""


def told(stream: Stream) -> Iterator[Found]:
    """The way by packets of type 5, and that by packets of type 6."""
    plain, full = stream.trail("CAMM 5"), stream.trail("CAMM 6")
    for sample in stream.samples:
        if plain.full or full.full:
            break
        kind = _HEAD.unpack_from(sample.data)[0] if len(sample.data) >= _HEAD.size else None
        if kind == 5 and len(sample.data) >= _HEAD.size + _TYPE_5.size:
            lat, lon, altitude_m = _TYPE_5.unpack_from(sample.data, _HEAD.size)
            plain.add(sample.at_s, lat, lon, altitude_m=altitude_m)
        elif kind == 6 and len(sample.data) >= _HEAD.size + _TYPE_6.size:
            _lay(full, sample.at_s, sample.data)
    yield from stream.told(plain)
    yield from stream.told(full)


def _lay(trail: Trail, at_s: float, data: bytes) -> None:
    _, lock, lat, lon, altitude_m, across_m, _, east_mps, north_mps, _, _ = _TYPE_6.unpack_from(data, _HEAD.size)
    if lock < LOCKED:
        trail.void()
        return
    trail.add(
        at_s, lat, lon, altitude_m=altitude_m, accuracy_m=across_m or None, speed_mps=math.hypot(east_mps, north_mps)
    )
