"""Ways recorded beside a film: timed tracks, trailers and boxes of action cameras, drones, phones, dash cameras.

Each kind of record has its module and is read on its own: the trouble of one is told as a gap, and the
others are read all the same. Every way becomes one hint with its fixes.
"""

from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import BinaryIO

from opsec.formats.bounded_zlib import MOST_MOOV_BYTES, unfolded
from opsec.formats.isobmff.boxes import walk
from opsec.formats.isobmff.sample_table import Survey, Track, survey
from opsec.i18n.messages import reason
from opsec.model import FileKind
from opsec.model.records import Found, Gap
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
from opsec.readers.telemetry.track_source import Format, stream

FORMATS: Mapping[str, Format] = {
    "gpmd": Format(gopro_gpmf.told, most_mib=32),
    "camm": Format(camm.told),
    "mebx": Format(apple_mebx.told),
    "djmd": Format(dji_djmd.told, most_mib=4),
    "rtmd": Format(sony_rtmd.told),
    "tx3g": Format(dji_subtitles.told),
    "text": Format(dji_subtitles.told),
}
"""Code of a sample description → who reads such a track. GoPro puts the places among 50 kB a second of motion."""

MOST_TRACKS = 16
"""Of one file; a camera writes four."""


def read(file: BinaryIO, kind: FileKind) -> Iterator[Found]:  # noqa: ARG001 - one kind only
    """Every way recorded in a film. Never raises for what the bytes hold."""
    whole = survey(file)
    mine = [track for track in whole.tracks if track.code in FORMATS]
    if len(mine) > MOST_TRACKS:
        yield Gap(reason("too_many", limit=MOST_TRACKS, part="tracks"))
        del mine[MOST_TRACKS:]
    if mine and any(box.path == "moof" for box in whole.boxes):
        yield Gap(reason("unsupported", type=f"{mine[0].code} in fragments"))
    yield from _guarded("moov/cmov", _folded(file, whole))
    for track in mine:
        yield from _guarded(f"{track.name} {track.code}", _track(file, track, len(mine)))
    yield from _guarded("trailer", insta360.told(file))
    yield from _guarded("moov/udta", dji_user_data.told(file, whole))
    yield from _guarded("gps boxes", dashcam_boxes.told(file, whole))
    yield from _guarded("freeGPS", dashcam_freegps.told(file, whole))


READER = Reader(name=NAME, version=3, check="telemetry", kinds=frozenset({"mp4"}), read=read)


def _folded(file: BinaryIO, whole: Survey) -> Iterator[Gap]:
    """Tracks that a compressed description tells of are not read, and nobody may take them for absent."""
    if not any(box.path == "moov/cmov" for box in whole.boxes):
        return
    for box in walk(file, frozenset({"moov", "cmov"})):
        if box.path == "moov/cmov/cmvd":
            moov, _ = unfolded(box.read(file, MOST_MOOV_BYTES)[4:], MOST_MOOV_BYTES)
            codes = [track.code for track in survey(BytesIO(moov)).tracks if track.code in FORMATS]
            if codes:
                yield Gap(reason("unsupported", type=f"{codes[0]} in moov/cmov"))


def _track(file: BinaryIO, track: Track, sharers: int) -> Iterator[Found]:
    form = FORMATS[track.code]
    samples = stream(file, track, form, sharers)
    yield from form.told(samples)
    yield from samples.gaps()


def _guarded(part: str, found: Iterator[Found]) -> Iterator[Found]:
    """What one kind of record gives; its trouble is told and goes no further."""
    try:
        yield from found
    except MemoryError:
        raise  # the worker's limit: the supervisor decides
    except Exception as fault:  # noqa: BLE001 - hostile bytes: one bad record must not hide another
        yield Gap(reason("not_read", part=part, detail=type(fault).__name__))
