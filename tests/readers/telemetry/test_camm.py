"""CAMM: packets with, without and with half a fix."""

import math
import struct

import pytest

from opsec.model.notes import note_text
from tests.fixtures.media import tracks
from tests.readers.telemetry.routes import FILM, WAY, hints, points


@pytest.mark.parametrize(("lock", "many"), [(0, 0), (2, 3), (3, 3)])
def test_without_a_lock_there_is_no_fix(lock: int, many: int) -> None:
    assert len(points(tracks.with_camm6(FILM, WAY, lock=lock))) == many


def test_packets_of_motion_and_packets_cut_short_are_passed_over() -> None:
    good = struct.pack("<HH3d", 0, 5, 33.1, 43.1, 0.0)
    others = [b"", b"\0", struct.pack("<HH3f", 0, 2, 1, 2, 3), good[:20], struct.pack("<HH3d", 0, 6, 1, 2, 3)]
    assert points(tracks.with_track(FILM, "camm", [*others, good])) == [(33.1, 43.1)]


def test_numbers_that_are_none() -> None:
    packets = [struct.pack("<HH3d", 0, 5, lat, 43.1, math.nan) for lat in (math.nan, math.inf, 91.0, 33.1)]
    (found,) = hints(tracks.with_track(FILM, "camm", packets))
    assert [(fix.point.lat, fix.altitude_m) for fix in found.fixes] == [(33.1, None)]
    assert note_text(found.notes) == "3 of 4 samples had no fix"
