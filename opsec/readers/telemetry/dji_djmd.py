"""Read positions from the telemetry of DJI cameras and drones since 2023, track ``djmd``.

A sample is one protocol buffers message, described in ExifTool's tag documentation ("DJI Protobuf Tags"): field 3 is
the frame; in it a device (3 or 4) has a position (field 2 for hand-held cameras, field 4 for drones). Field 1 of a
position is (1: unit, 2: latitude, 3: longitude), field 2 its altitude in millimetres. The unit is 1 for degrees, 0 or
missing for radians. The attitude of a drone is field 3 beside its position (3: yaw); that of its gimbal is field 3 of
the frame's field 4 (1: pitch, 3: yaw), in tenths of a degree. Models differ in the numbers around a position, not in
the position, so it is recognised by its form.
"""

import math
from collections.abc import Iterator
from itertools import islice

from opsec.formats.isobmff.sample_table import Sample
from opsec.formats.protobuf_wire import iter_messages, read_double, read_int64
from opsec.model.records import ReaderOutput
from opsec.readers.telemetry.track_builder import TrackBuilder
from opsec.readers.telemetry.track_source import TelemetryTrack

MAX_MESSAGES = 200
"""Limit of messages examined in one frame; a drone writes thirty."""

_FRAME = 3
_DRONE, _GIMBAL = 3, 4
_POSITION_OF_DRONE = 4


def read_track(stream: TelemetryTrack) -> Iterator[ReaderOutput]:
    """Yield the track recorded frame by frame, with the direction of the camera where a gimbal controls it."""
    trail = stream.new_builder("djmd GPS")
    for sample in stream.samples:
        if trail.full:
            break
        for _, frame in islice(iter_messages(sample.data, _FRAME), 1):
            _add_fix(trail, sample, frame)
    yield from stream.records(trail)


def _add_fix(trail: TrackBuilder, sample: Sample, frame: bytes) -> None:
    inside = ((device, part) for device in iter_messages(frame) for part in iter_messages(device[1]))
    for (device_number, device), (number, position) in islice(inside, MAX_MESSAGES):
        degrees = _degrees(position)
        if degrees is None:
            continue
        height_mm = read_int64(position, 2)
        of_drone = number == _POSITION_OF_DRONE
        pitch_deg, heading_deg = _camera_angles(frame, device_number, device) if of_drone else (None, None)
        trail.add(
            sample.at_s, *degrees, altitude_m=None if height_mm is None else height_mm / 1000,
            heading_deg=heading_deg, pitch_deg=pitch_deg,
        )  # fmt: skip
        return  # a frame has one position


def _degrees(position: bytes) -> tuple[float, float] | None:
    """Latitude and longitude, if the message has the form of a position."""
    for _, pair in iter_messages(position, 1):
        lat, lon = read_double(pair, 2), read_double(pair, 3)
        if lat is None or lon is None:
            return None
        return (lat, lon) if read_int64(pair, 1) == 1 else (math.degrees(lat), math.degrees(lon))
    return None


def _camera_angles(frame: bytes, device_number: int, device: bytes) -> tuple[float | None, float | None]:
    """Pitch and heading of the camera: from the gimbal, else the heading of the drone."""
    if device_number == _DRONE:
        for _, holder in iter_messages(frame, _GIMBAL):
            for _, gimbal in iter_messages(holder, 3):
                return _tenths(gimbal, 1) or 0.0, _tenths(gimbal, 3)
    return None, next((_tenths(attitude, 3) for _, attitude in iter_messages(device, 3)), None)


def _tenths(message: bytes, number: int) -> float | None:
    value = read_int64(message, number)
    return None if value is None else value / 10
