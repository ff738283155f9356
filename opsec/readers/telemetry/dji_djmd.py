"""Places in the telemetry of DJI cameras and drones since 2023, track ``djmd``.

A sample is one protocol buffers message. Its layout is described in ExifTool's tag documentation
("DJI Protobuf Tags"): field 3 is the frame; in it a device (3 or 4) holds a position (field 2 of hand
cameras, field 4 of drones); field 1 of a position is (1: unit, 2: latitude, 3: longitude), field 2 its
altitude in millimetres. The unit is 1 for degrees and 0, or nothing at all, for radians. A drone's
attitude is field 3 beside its position (3: yaw), its gimbal's is field 3 of the frame's field 4
(1: pitch, 3: yaw), in tenths of a degree. The models differ in the numbers around a position, not in
the position, so it is known by its form.
"""

import math
from collections.abc import Iterator
from itertools import islice

from opsec.formats.isobmff.sample_table import Sample
from opsec.formats.protobuf_wire import double, integer, within
from opsec.model.records import Found
from opsec.readers.telemetry.track_builder import Trail
from opsec.readers.telemetry.track_source import Stream

MOST_PARTS = 200
"""Messages of a frame that are looked at; a drone writes thirty."""

_FRAME = 3
_DRONE, _GIMBAL = 3, 4
_POSITION_OF_DRONE = 4


def told(stream: Stream) -> Iterator[Found]:
    """The way that the device recorded frame by frame, with the view of its camera where a gimbal holds it."""
    trail = stream.trail("djmd GPS")
    for sample in stream.samples:
        if trail.full:
            break
        for _, frame in islice(within(sample.data, _FRAME), 1):
            _lay(trail, sample, frame)
    yield from stream.told(trail)


def _lay(trail: Trail, sample: Sample, frame: bytes) -> None:
    inside = ((device, part) for device in within(frame) for part in within(device[1]))
    for (device_number, device), (number, position) in islice(inside, MOST_PARTS):
        degrees = _degrees(position)
        if degrees is None:
            continue
        height_mm = integer(position, 2)
        of_drone = number == _POSITION_OF_DRONE
        pitch_deg, heading_deg = _view(frame, device_number, device) if of_drone else (None, None)
        trail.add(
            sample.at_s, *degrees, altitude_m=None if height_mm is None else height_mm / 1000,
            heading_deg=heading_deg, pitch_deg=pitch_deg,
        )  # fmt: skip
        return  # a frame has one position


def _degrees(position: bytes) -> tuple[float, float] | None:
    """Latitude and longitude, when the message has the form of a position."""
    for _, pair in within(position, 1):
        lat, lon = double(pair, 2), double(pair, 3)
        if lat is None or lon is None:
            return None
        return (lat, lon) if integer(pair, 1) == 1 else (math.degrees(lat), math.degrees(lon))
    return None


def _view(frame: bytes, device_number: int, device: bytes) -> tuple[float | None, float | None]:
    """Pitch and heading of the camera: the gimbal's, else the heading of the drone."""
    if device_number == _DRONE:
        for _, holder in within(frame, _GIMBAL):
            for _, gimbal in within(holder, 3):
                return _tenths(gimbal, 1) or 0.0, _tenths(gimbal, 3)
    return None, next((_tenths(attitude, 3) for _, attitude in within(device, 3)), None)


def _tenths(message: bytes, number: int) -> float | None:
    value = integer(message, number)
    return None if value is None else value / 10
