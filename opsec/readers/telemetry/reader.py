"""Read tracks inside a video: timed tracks, trailers and boxes of action cameras, drones, phones, dash cameras.

Each format has its module and is read on its own: a fault in one is reported as a gap, and the others are still read.
Every track becomes one hint with its fixes.
"""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import BinaryIO

from opsec.formats.bounded_zlib import MAX_MOOV_BYTES, inflate
from opsec.formats.isobmff.boxes import iter_boxes
from opsec.formats.isobmff.sample_table import Track, TrackTable, parse_tracks
from opsec.i18n.reasons import make_reason
from opsec.model import FileKind
from opsec.model.records import Gap, ReaderOutput
from opsec.readers.interface import Reader
from opsec.readers.telemetry import (
    apple_mebx,
    camm,
    dashcam_boxes,
    dashcam_freegps,
    dji_djmd,
    dji_subtitles,
    dji_user_data,
    gopro_gpmf,
    insta360,
    sony_rtmd,
)
from opsec.readers.telemetry.track_builder import NAME
from opsec.readers.telemetry.track_source import TrackFormat, open_track
from opsec.runtime.program_faults import failure_reason

FORMATS: Mapping[str, TrackFormat] = {
    "gpmd": TrackFormat(gopro_gpmf.read_track, max_mib=32),
    "camm": TrackFormat(camm.read_track),
    "mebx": TrackFormat(apple_mebx.read_track),
    "djmd": TrackFormat(dji_djmd.read_track, max_mib=4),
    "rtmd": TrackFormat(sony_rtmd.read_track),
    "tx3g": TrackFormat(dji_subtitles.read_track),
    "text": TrackFormat(dji_subtitles.read_track),
}
"""Format by sample description code. GoPro stores fixes among 50 kB of motion data per second."""

MAX_TRACKS = 16
"""Limit for one file; a camera writes four."""


def read(file: BinaryIO, kind: FileKind) -> Iterator[ReaderOutput]:  # noqa: ARG001 - one kind only
    """Yield every track in a video. Never raises on account of the content."""
    whole = parse_tracks(file)
    mine = [track for track in whole.tracks if track.code in FORMATS]
    if len(mine) > MAX_TRACKS:
        yield Gap(make_reason("too_many", limit=MAX_TRACKS, part="tracks"))
        del mine[MAX_TRACKS:]
    if mine and any(box.path == "moof" for box in whole.boxes):
        yield Gap(make_reason("unsupported", type=f"{mine[0].code} in fragments"))
    yield from _contain_errors("moov/cmov", _compressed_tracks_gap(file, whole))
    for track in mine:
        yield from _contain_errors(f"{track.name} {track.code}", _read_track(file, track, len(mine)))
    yield from _contain_errors("trailer", insta360.read_trailer(file))
    yield from _contain_errors("moov/udta", dji_user_data.read_user_data(file, whole))
    yield from _contain_errors("gps boxes", dashcam_boxes.read_boxes(file, whole))
    yield from _contain_errors("freeGPS", dashcam_freegps.read_freegps(file, whole))


READER = Reader(name=NAME, version=4, check="telemetry", kinds=frozenset({"mp4"}), read=read)


def _compressed_tracks_gap(file: BinaryIO, whole: TrackTable) -> Iterator[Gap]:
    """Gap for tracks described in a compressed ``moov``, which are not read."""
    if not any(box.path == "moov/cmov" for box in whole.boxes):
        return
    for box in iter_boxes(file, frozenset({"moov", "cmov"})):
        if box.path == "moov/cmov/cmvd":
            moov, _ = inflate(box.read(file, MAX_MOOV_BYTES)[4:], MAX_MOOV_BYTES)
            codes = [track.code for track in parse_tracks(BytesIO(moov)).tracks if track.code in FORMATS]
            if codes:
                yield Gap(make_reason("unsupported", type=f"{codes[0]} in moov/cmov"))


def _read_track(file: BinaryIO, track: Track, sharers: int) -> Iterator[ReaderOutput]:
    form = FORMATS[track.code]
    samples = open_track(file, track, form, sharers)
    yield from form.read(samples)
    yield from samples.gaps()


def _contain_errors(part: str, found: Iterator[ReaderOutput]) -> Iterator[ReaderOutput]:
    """Yield the records of one format; a fault is reported and does not affect other formats."""
    try:
        yield from found
    except MemoryError:
        raise  # the worker's limit: the supervisor decides
    except Exception as fault:  # noqa: BLE001 - hostile bytes: one bad record must not hide another
        yield Gap(failure_reason(fault, part))
