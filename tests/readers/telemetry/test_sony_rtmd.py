"""Sony's real-time metadata: what is no fix, and how its sets are opened."""

import pytest

from tests.fixtures.media import tracks
from tests.readers.telemetry.routes import FILM, WAY, points


def test_a_void_status_is_no_fix() -> None:
    assert points(tracks.with_rtmd(FILM, WAY, status="V")) == []


@pytest.mark.parametrize("before", [(b"\0\0\0\x21\0\0\0\1", b"\0\0\0\x21\0\0\0\0"), (b"N\0", b"X\0")])
def test_a_fraction_by_zero_and_a_side_that_is_none(before: tuple[bytes, bytes]) -> None:
    assert points(tracks.with_rtmd(FILM, WAY[:1]).replace(*before)) == []


def test_sets_with_a_key_before_them_are_opened() -> None:
    raw = tracks.with_rtmd(FILM, WAY[:1])
    sample = raw[raw.rindex(b"mdat") + 4 :]
    keyed = sample[:28] + bytes.fromhex("060e2b34025301010c020101010100 00") + sample[28:]
    assert points(tracks.with_track(FILM, "rtmd", [keyed])) == [(33.1, 43.1)]
