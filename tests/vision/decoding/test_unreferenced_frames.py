"""Frames that nothing refers to are left out, and the frames that are analysed stay the same to the bit."""

import io
import re
from typing import Any

import av
import numpy as np
import pytest

from opsec.vision.decoding import video
from opsec.vision.decoding.unreferenced_frames import UnreferencedFrames, unreferenced_frames
from opsec.vision.decoding.video import VideoDecoder


def unit(header: bytes, length_bytes: int = 4) -> bytes:
    return (len(header) + 3).to_bytes(length_bytes, "big") + header + b"\x80\x00\x00"


AVC, HEVC = bytes([1, 100, 0, 31, 0xFF]), bytes([1, *[0] * 20, 0xFF])


@pytest.mark.parametrize(
    ("codec", "units", "expected"),
    [
        ("h264", [b"\x01\x9a"], True),
        ("h264", [b"\x41\x9a"], False),
        ("h264", [b"\x65\x88"], False),
        ("h264", [b"\x06\x05", b"\x01\x9a"], True),
        ("h264", [b"\x01\x9a", b"\x21\x9a"], False),
        ("h264", [b"\x06\x05", b"\x67\x64"], False),
        ("hevc", [b"\x00\x01"], True),
        ("hevc", [b"\x02\x01"], False),
        ("hevc", [b"\x26\x01"], False),
        ("hevc", [b"\x4e\x01", b"\x00\x01"], True),
    ],
)
def test_the_headers_of_slices_decide(codec: str, units: list[bytes], expected: bool) -> None:
    stream = unreferenced_frames(codec, AVC if codec == "h264" else HEVC)
    assert stream is not None
    assert stream.is_unreferenced(b"".join(map(unit, units))) is expected


def test_a_lower_layer_of_hevc_may_be_referred_to() -> None:
    stream = UnreferencedFrames("hevc", 4)
    assert stream.is_unreferenced(unit(b"\x00\x02"))
    assert not stream.is_unreferenced(unit(b"\x00\x01"))


@pytest.mark.parametrize("extradata", [None, b"", b"\x00\x00\x00\x01\x67", b"\x01\x64"])
def test_streams_without_lengths_are_decoded_as_a_whole(extradata: bytes | None) -> None:
    assert unreferenced_frames("h264", extradata) is None


@pytest.mark.parametrize("packet", [b"", b"\x00", b"\xff" * 40, b"\x00\x00\x00\x00" * 4, unit(b"\x41\x9a")[:5]])
def test_damaged_packets_go_to_the_decoder(packet: bytes) -> None:
    assert not UnreferencedFrames("h264", 4).is_unreferenced(packet)


def test_other_codecs_are_decoded_as_a_whole() -> None:
    assert unreferenced_frames("vp9", AVC) is None


def film(seconds: int, rate: int, codec: str = "libx264") -> bytes:
    """A film with B frames of a pattern that moves."""
    if codec not in av.codecs_available:
        pytest.skip(f"no {codec}")
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as container:
        stream: Any = container.add_stream(codec, rate=rate)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        stream.options = {"bf": "3", "x265-params": "bframes=3:log-level=error"}
        texture = np.random.default_rng(2).integers(0, 256, (96, 400, 3), np.uint8)
        for number in range(seconds * rate):
            shown = np.ascontiguousarray(texture[:, number : number + 160])
            container.mux(stream.encode(av.VideoFrame.from_ndarray(shown, "rgb24")))
        container.mux(stream.encode())
    return out.getvalue()


@pytest.mark.parametrize(("codec", "rate"), [("libx264", 30), ("libx264", 24), ("libx264", 60), ("libx265", 30)])
def test_the_frames_that_are_analysed_are_the_same(monkeypatch: pytest.MonkeyPatch, codec: str, rate: int) -> None:
    content = film(3, rate, codec)
    decoder = VideoDecoder(io.BytesIO(content), "mp4")
    seen = [(frame.at_s, frame.gray(160).tobytes()) for frame in decoder.frames()]
    monkeypatch.setattr(video, "unreferenced_frames", lambda _codec, _extradata: None)
    whole = VideoDecoder(io.BytesIO(content), "mp4")
    assert seen == [(frame.at_s, frame.gray(160).tobytes()) for frame in whole.frames()]
    assert whole.frames_left_out == 0
    assert decoder.frames_left_out > 0.1 * whole.frames_read
    assert decoder.frames_read + decoder.frames_left_out == whole.frames_read
    assert (decoder.gaps, decoder.seconds_read) == ([], whole.seconds_read)


def test_a_cut_film_is_still_reported() -> None:
    content = film(4, 30)
    payload = re.search(rb"mdat", content)
    assert payload is not None
    decoder = VideoDecoder(io.BytesIO(content[: payload.start() + (len(content) - payload.start()) // 3]), "mp4")
    list(decoder.frames())
    assert decoder.gaps
