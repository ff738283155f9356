"""Tracks that declare more than they contain: what is there is read, and the clip counts as partly read."""

import io
import struct
from collections.abc import Callable

import pytest

from opsec.demo.media_boxes import box
from opsec.model import Reading
from opsec.readers.registry import read_file
from tests.fixtures.media import dashcams, tracks
from tests.readers.telemetry.routes import FILM, WAY

LOCK = tracks.klv("GPSF", "L", 4, struct.pack(">I", 3))
SCALES = tracks.klv("SCAL", "l", 4, struct.pack(">5i", 10**7, 10**7, 1_000, 1_000, 100))
FIX = struct.pack(">5i", 339_800_000, 432_500_000, 0, 0, 0)


def _gpmf(data: bytes, declared: int) -> bytes:
    stream = LOCK + SCALES + tracks.klv("GPS5", "l", 20, data, repeat=declared)
    return tracks.with_track(FILM, "gpmd", [tracks.gpmf_device(stream)])


def _with_count(raw: bytes, table: bytes, offset: int, count: int) -> bytes:
    """The video with another number of entries in the last table of this name."""
    at = raw.rindex(table) + offset
    return raw[:at] + struct.pack(">I", count) + raw[at + 4 :]


def _same_size(raw: bytes, count: int) -> bytes:
    at = raw.rindex(b"stsz") + 8
    return raw[:at] + struct.pack(">II", 28, count) + raw[at + 8 :]


CAMM = tracks.with_camm5(FILM, WAY)
PARTLY: dict[str, tuple[Callable[[], bytes], int]] = {
    "2,000 points in 4 characters": (lambda: _gpmf(b"abcd", 2_000), 0),
    "2,000 points, of which one is there": (lambda: _gpmf(FIX, 2_000), 1),
    "2,000 sizes of samples": (lambda: _with_count(CAMM, b"stsz", 12, 2_000), 3),
    "2,000 samples of the same size": (lambda: _same_size(CAMM, 2_000), 3),
    "no chunk for the last samples": (
        lambda: CAMM[: CAMM.rindex(b"stco")] + b"free" + CAMM[CAMM.rindex(b"stco") + 4 :],
        0,
    ),
    "a record that is cut off": (lambda: FILM + box("gps0", dashcams.with_gps0(b"", WAY)[8:-9]), 2),
}
READ: dict[str, bytes] = {
    "points": _gpmf(FIX * 3, 3),
    "samples": CAMM,
    "records": dashcams.with_gps0(FILM, WAY),
    "records and zeros": FILM + box("gps0", dashcams.with_gps0(b"", WAY)[8:] + bytes(9)),
}


def _read(raw: bytes) -> Reading:
    return read_file(io.BytesIO(raw), "mp4")


def _points(reading: Reading) -> int:
    return sum(len(hint.fixes) for hint in reading.hints if hint.kind == "track")


@pytest.mark.parametrize(("made", "points"), PARTLY.values(), ids=PARTLY)
def test_a_false_number_is_reported(made: Callable[[], bytes], points: int) -> None:
    reading = _read(made())
    assert (reading.status, _points(reading)) == ("partly", points)
    assert reading.reasons[0].code in {"broken", "too_many", "cut_off"}


@pytest.mark.parametrize("raw", READ.values(), ids=READ)
def test_a_true_number_is_no_gap(raw: bytes) -> None:
    reading = _read(raw)
    assert (reading.status, reading.reasons, _points(reading)) == ("read", (), 3)
