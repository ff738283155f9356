"""Read tracks in MPEG transport streams: KLV of drones, and the camera data of AVCHD camcorders."""

from collections.abc import Iterator
from typing import BinaryIO

from opsec.formats.transport_stream import StreamInfo, TransportStream
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.interface import Reader
from opsec.readers.telemetry.avchd_gps import MdpmTrack
from opsec.readers.telemetry.misb_klv import KlvTracks, may_hold_klv

NAME = "stream_telemetry"
MAX_FILE_BYTES = 4 << 30
"""Limit of what is read: half an hour of a camcorder's highest rate."""
VIDEO_UNIT_PACKETS = 16
"""Three kB at the start of each picture; the camera data stand before its first slice."""
DATA_UNIT_PACKETS = 400
"""The largest unit with a length, 64 kB."""
_H264 = 0x1B


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - one kind only
    """Yield the tracks of all streams."""
    klv, mdpm = KlvTracks(), MdpmTrack()
    stream = TransportStream(file, _packets_wanted, MAX_FILE_BYTES)
    for unit in stream:
        if unit.stream.stream_type == _H264:
            mdpm.add(unit.payload, unit.at_s)
        else:
            klv.add(unit)
    yield from klv.records()
    yield from mdpm.records()
    if not stream.streams:
        yield Gap(make_reason("cut_off", part="program map"))
    if stream.cut:
        yield Gap(make_reason("too_long", part="transport stream", limit=f"{MAX_FILE_BYTES >> 20} MiB"))


def _packets_wanted(stream: StreamInfo) -> int:
    if stream.stream_type == _H264:
        return VIDEO_UNIT_PACKETS
    return DATA_UNIT_PACKETS if may_hold_klv(stream) else 0


READER = Reader(name=NAME, version=3, check="telemetry", kinds=frozenset({"mpegts"}), read=read)
