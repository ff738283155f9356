"""Tags of Matroska, WebM, AVI and transport streams, and what FFmpeg may not do for a hostile file."""

import io
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opsec.demo.media import HEIGHT_PX, WIDTH_PX, FilmKind, clip
from opsec.model import FileKind, Point, Reading
from opsec.model.records import IncompleteFileError
from opsec.readers.metadata import ffmpeg_tags
from opsec.readers.registry import read_file

KINDS: dict[FilmKind, FileKind] = {"matroska": "matroska", "webm": "matroska", "avi": "avi", "mpegts": "mpegts"}
PLACE = "+33.9800+043.2500/"


def reading(raw: bytes, kind: FileKind = "matroska") -> Reading:
    return read_file(io.BytesIO(raw), kind)


@pytest.mark.parametrize("made", KINDS)
def test_the_claim_is_read_without_a_decoder(made: FilmKind) -> None:
    found = reading(clip(1, kind=made), KINDS[made])
    assert found.status == "read"
    assert found.claim is not None
    assert (found.claim.width_px, found.claim.height_px) == (WIDTH_PX, HEIGHT_PX)
    assert abs((found.claim.duration_s or 0) - 1.0) < 0.15


NAMES = ["LOCATION", "location", "LOCATION-eng", "com.apple.quicktime.location.ISO6709", "RECORDING_LOCATION"]


@pytest.mark.parametrize("made", ["matroska", "webm"])
@pytest.mark.parametrize("name", NAMES)
def test_a_place_is_found_under_every_name(made: FilmKind, name: str) -> None:
    (found,) = reading(clip(1, kind=made, tags={name: PLACE})).hints
    assert (found.kind, found.point, found.text) == ("position", Point(33.98, 43.25), PLACE)
    assert found.field.casefold() == f"tags/{name}".casefold()


@pytest.mark.parametrize("text", ["+00.0000+000.0000/", "+91.0000+043.2500/", "+nan+nan/", "33 apples"])
def test_numbers_that_are_no_position_are_reported(text: str) -> None:
    found = reading(clip(1, kind="matroska", tags={"LOCATION": text}))
    assert found.hints == ()
    assert [reason.code for reason in found.reasons] == ["bad_place"]


def test_an_accuracy_is_no_place_and_widens_the_one_beside_it() -> None:
    name = "com.apple.quicktime.location.accuracy.horizontal"
    assert reading(clip(1, kind="matroska", tags={name: "65.0"})).hints == ()
    (found,) = reading(clip(1, kind="matroska", tags={name: "65.0", "LOCATION": PLACE})).hints
    assert found.accuracy_m == 65.0


def test_the_name_of_a_place_is_a_place_hint() -> None:
    (found,) = reading(clip(1, kind="matroska", tags={"RECORDING_LOCATION": "IQ, , بحيرة"})).hints
    assert (found.kind, found.text) == ("place", "IQ, , بحيرة")


def test_date_and_camera_are_read() -> None:
    raw = clip(1, kind="matroska", tags={"creation_time": "2026-11-16T11:02:58Z", "COM.APPLE.QUICKTIME.MAKE": "Made"})
    assert {(hint.kind, hint.text) for hint in reading(raw).hints} == {
        ("time", "2026-11-16T11:02:58Z"),
        ("device", "Made"),
    }


@pytest.mark.parametrize(
    ("kind", "raw"),
    [
        ("matroska", b""),
        ("matroska", clip(1, kind="matroska")[:60]),
        ("matroska", b"\x1a\x45\xdf\xa3" + b"\xff" * 40),
        ("matroska", b"\x1a\x45\xdf\xa3\x80" + b"\x18\x53\x80\x67\x88" * 30_000),  # segments within segments
        ("avi", b"RIFF\xff\xff\xff\xffAVI "),
        ("mpegts", b"\x47" + bytes(187)),
    ],
)
def test_a_file_that_is_not_a_video_is_unread(kind: FileKind, raw: bytes) -> None:
    found = reading(raw, kind)
    assert found.status == "unread"
    assert found.reasons


@pytest.mark.parametrize("kind", ["matroska", "avi", "mpegts"])
@pytest.mark.parametrize(
    "script",
    [
        "ffconcat version 1.0\nfile '{path}'\n",
        "#EXTM3U\n#EXTINF:1,\nfile://{path}\n#EXT-X-ENDLIST\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n",
    ],
)
def test_a_list_of_other_files_is_never_followed(tmp_path: Path, kind: FileKind, script: str) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)  # whoever opened it would wait for ever
    found = reading(script.format(path=pipe).encode(), kind)
    assert found.status == "unread"


def test_ffmpeg_says_nothing_on_the_terminal(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(IncompleteFileError):
        list(ffmpeg_tags.read(io.BytesIO(b"\x1a\x45\xdf\xa3" + b"\xff" * 40), "matroska"))
    assert capfd.readouterr() == ("", "")


SOUND = clip(1, kind="matroska", tags={"LOCATION": PLACE})


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 600), st.integers(0, 255))
def test_one_changed_byte_breaks_nothing(at: int, value: int) -> None:
    changed = bytearray(SOUND)
    changed[at] = value
    assert "not_read" not in {reason.code for reason in reading(bytes(changed)).reasons}


@settings(max_examples=30, deadline=None)
@given(lat=st.floats(-90, 90), lon=st.floats(-180, 180).filter(lambda deg: abs(deg) > 1e-3))
def test_a_place_written_is_read_back(lat: float, lon: float) -> None:
    (found,) = reading(clip(1, 0.2, kind="matroska", tags={"LOCATION": f"{lat:+08.4f}{lon:+09.4f}/"})).hints
    assert found.point is not None
    assert abs(found.point.lat - lat) <= 5.1e-5
    assert abs(found.point.lon - lon) <= 5.1e-5
