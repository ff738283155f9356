"""DJI's protocol buffers: positions known by their form, and messages that are broken."""

import struct

import pytest

from tests.fixtures.media import tracks
from tests.readers.telemetry.routes import FILM, hints, way


def test_a_camera_without_gimbal_has_no_view() -> None:
    pair = b"\x08\x01\x11" + struct.pack("<d", 33.1) + b"\x19" + struct.pack("<d", 43.1)
    position = b"\x0a" + bytes([len(pair)]) + pair
    device = b"\x12" + bytes([len(position)]) + position
    frame = b"\x22" + bytes([len(device)]) + device
    (found,) = hints(tracks.with_track(FILM, "djmd", [b"\x1a" + bytes([len(frame)]) + frame]))
    (fix,) = found.fixes
    assert (fix.point.lat, fix.heading_deg, fix.pitch_deg, fix.altitude_m) == (33.1, None, None, None)


def test_before_the_first_fix_the_pair_is_zero() -> None:
    none_yet = way((0.0, 0.0), (33.1, 43.1))
    (found,) = hints(tracks.with_djmd(FILM, none_yet))
    assert [fix.at_s for fix in found.fixes] == [1.0]


@pytest.mark.parametrize("sample", [b"\x1a\xff\xff\xff\xff\x0f", b"\x1a" * 5_000, b"\xff" * 40, b"\x1b\x1c", b""])
def test_broken_messages_give_nothing(sample: bytes) -> None:
    assert hints(tracks.with_track(FILM, "djmd", [sample])) == []
