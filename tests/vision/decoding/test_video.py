"""Video decoder: timestamps, rotation, frame rates and bounds."""

import io
from itertools import pairwise
from typing import Any

import av
import numpy as np
import pytest

from opsec.ingest.file_type import HEAD_BYTES, detect_file_kind
from opsec.model import FileKind
from opsec.runtime.program_faults import is_program_fault
from opsec.vision.decoding import video
from opsec.vision.decoding.video import VideoDecoder
from tests.fixtures.media.videos import encode_video, numbered_frame


def decode(data: bytes, most: int = video.MAX_DECODED_PIXELS) -> tuple[VideoDecoder, list[tuple[int, float]]]:
    decoder = VideoDecoder(io.BytesIO(data), "mp4", max_pixels=most)
    return decoder, [(frame.number, round(frame.at_s, 3)) for frame in decoder.frames()]


@pytest.mark.parametrize(("rate", "seconds", "max_frames"), [(4, 2, 8), (24, 2, 17), (60, 2, 17), (240, 1, 10)])
def test_frames_are_sampled_eight_times_a_second_with_the_last(rate: int, seconds: int, max_frames: int) -> None:
    decoder, seen = decode(encode_video(rate * seconds, rate=rate))
    assert decoder.frames_read == rate * seconds
    assert max_frames - 1 <= len(seen) <= max_frames
    assert seen[-1][0] == rate * seconds - 1  # the last frame completes a turn
    assert all(later[1] > earlier[1] for earlier, later in pairwise(seen))


def test_a_variable_frame_rate_keeps_its_timestamps() -> None:
    times = [0, 20, 40, 300, 1000, 1010, 1020, 2500]
    _, seen = decode(encode_video(len(times), times=times))
    assert [at_s for _, at_s in seen] == pytest.approx([0, 0.3, 1.0, 2.5], abs=0.03)


@pytest.mark.parametrize("quarter_turns", [0, 1, 2, 3])
def test_the_rotation_flag_is_applied(quarter_turns: int) -> None:
    frame = next(VideoDecoder(io.BytesIO(set_rotation(encode_video(2), quarter_turns)), "mp4").frames())
    assert (frame.width_px, frame.height_px) == ((96, 160) if quarter_turns % 2 else (160, 96))
    corners = frame.gray(160)[4, 4], frame.gray(160)[4, -5], frame.gray(160)[-5, -5], frame.gray(160)[-5, 4]
    assert int(np.argmax(corners)) == quarter_turns  # the white corner, clockwise from the upper left
    color = frame.color(160)
    assert color.shape == (frame.height_px, frame.width_px, 3)
    assert np.abs(color.mean(axis=2) - frame.gray(160)).mean() < 25


def set_rotation(data: bytes, quarter_turns: int) -> bytes:
    """Set the matrix of the track header (ISO/IEC 14496-12, 8.3.2), so that players turn the video clockwise."""
    matrix = {0: (1, 0, 0, 1), 1: (0, 1, -1, 0), 2: (-1, 0, 0, -1), 3: (0, -1, 1, 0)}[quarter_turns]
    at = data.index(b"tkhd") + 4 + 4 + 4 * 5 + 8 + 8
    a, b, c, d = (value << 16 for value in matrix)
    rows = (a, b, 0, c, d, 0, 0, 0, 1 << 30)
    return data[:at] + b"".join(value.to_bytes(4, "big", signed=True) for value in rows) + data[at + 36 :]


def test_sizes_are_fitted_and_shared_and_never_enlarged() -> None:
    frame = next(VideoDecoder(io.BytesIO(encode_video(1)), "mp4").frames())
    assert frame.gray(80).shape == (48, 80)
    assert frame.color(50).shape == (30, 50, 3)
    assert frame.gray(5_000).shape == (96, 160)
    assert frame.gray(80) is frame.gray(80)
    with pytest.raises(ValueError, match="read-only"):
        frame.gray(80)[0, 0] = 1


def test_beyond_the_budget_only_key_frames_are_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video, "MAX_KEY_FRAMES", 4)
    decoder, seen = decode(encode_video(240), most=24 * 160 * 96)
    assert [gap.reason.code for gap in decoder.gaps] == ["key_frames_only", "rest_not_decoded"]
    assert decoder.frames_read < 36
    assert seen[-1][1] > 2.0


def failing(module: str) -> Any:
    """A function whose module is in this package or in a library, and which uses an invalid index."""
    names: dict[str, Any] = {"__name__": module}
    exec("def fail(*arguments):\n    return [][1]\n", names)
    return names["fail"]


def test_an_error_in_our_code_is_not_reported_as_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video, "timestamp_s", failing(video.__name__))
    with pytest.raises(IndexError) as caught:
        decode(encode_video(4))
    assert is_program_fault(caught.value)


def test_the_same_exception_from_the_decoding_library_is_reported_as_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video, "timestamp_s", failing("av.container.input"))
    decoder, seen = decode(encode_video(4))
    assert seen == []
    assert [gap.reason.code for gap in decoder.gaps] == ["no_pictures"]


def test_frames_over_the_size_limit_are_not_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video, "MAX_FRAME_PIXELS", 1_000)
    decoder, seen = decode(encode_video())
    assert (seen, [gap.reason.code for gap in decoder.gaps]) == ([], ["too_big_picture"])
    assert decoder.has_pictures


@pytest.mark.parametrize(
    ("form", "codec", "kind"),
    [("vob", "mpeg2video", "mpegps"), ("asf", "wmv2", "asf"), ("flv", "flv", "flv"), ("mxf", "mpeg2video", "mxf")],
)
def test_older_containers_are_decoded_to_their_end(form: str, codec: str, kind: FileKind) -> None:
    out = io.BytesIO()
    with av.open(out, "w", format=form) as container:
        stream: Any = container.add_stream(codec, rate=25)
        stream.width, stream.height, stream.pix_fmt = 160, 96, "yuv420p"
        for number in range(25):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(numbered_frame(number), "rgb24")))
        container.mux(stream.encode())
    assert detect_file_kind(out.getvalue()[:HEAD_BYTES], "clip") == kind
    decoder = VideoDecoder(io.BytesIO(out.getvalue()), kind)
    assert len(list(decoder.frames())) in (8, 9)
    assert (decoder.frames_read, decoder.gaps) == (25, [])


def two_tracks(
    frames: tuple[int, int], sizes: tuple[tuple[int, int], tuple[int, int]], container_format: str = "mp4"
) -> bytes:
    """A file with two video tracks of these numbers of frames and sizes."""
    out = io.BytesIO()
    with av.open(out, "w", format=container_format) as container:
        streams: list[Any] = [container.add_stream("mpeg4", rate=24) for _ in frames]
        for stream, (width, height) in zip(streams, sizes, strict=True):
            stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        for stream, count, size in zip(streams, frames, sizes, strict=True):
            for number in range(count):
                container.mux(stream.encode(av.VideoFrame.from_ndarray(numbered_frame(number, size), "rgb24")))
            container.mux(stream.encode())
    return out.getvalue()


@pytest.mark.parametrize(
    ("frames", "sizes", "read", "gaps"),
    [
        ((2, 40), ((320, 240), (160, 96)), 40, []),  # large thumbnails beside the film
        ((40, 2), ((160, 96), (320, 240)), 40, []),
        ((40, 30), ((160, 96), (320, 240)), 30, ["other_tracks"]),  # two films: the larger one, and a gap is recorded
        ((40, 40), ((320, 240), (160, 96)), 40, ["other_tracks"]),
        ((40, 12), ((160, 96), (320, 240)), 40, ["other_tracks"]),  # a second film, much shorter
    ],
)
def test_the_track_of_the_film_is_decoded_and_further_films_are_a_gap(
    frames: tuple[int, int], sizes: tuple[tuple[int, int], tuple[int, int]], read: int, gaps: list[str]
) -> None:
    decoder, _ = decode(two_tracks(frames, sizes))
    assert decoder.frames_read == read
    assert [gap.reason.code for gap in decoder.gaps] == gaps


def test_a_further_track_of_unknown_length_is_a_gap() -> None:
    decoder = VideoDecoder(io.BytesIO(two_tracks((40, 40), ((320, 240), (160, 96)), "matroska")), "matroska")
    assert len(list(decoder.frames())) > 0
    assert decoder.frames_read == 40
    assert [gap.reason.code for gap in decoder.gaps] == ["other_tracks"]


@pytest.mark.parametrize(
    ("read", "packets", "claimed", "gaps"),
    [
        (24, 24, 24, []),
        (21, 24, 24, []),  # hidden reference frames
        (2, 53, 53, ["pictures_missing"]),
        (24, 24, 60, ["pictures_missing"]),
        (24, 24, 40, []),  # trimmed by an edit list
        (24, 24, 0, []),  # the header has no number
    ],
)
def test_few_of_the_claimed_frames_are_a_gap(read: int, packets: int, claimed: int, gaps: list[str]) -> None:
    decoder = VideoDecoder(io.BytesIO(), "mp4", frames_read=read, packets_read=packets)
    decoder._check_frame_count(claimed)
    assert [gap.reason.code for gap in decoder.gaps] == gaps
