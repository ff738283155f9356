"""Camera motion of encoded videos: frame rates, rotation flags, mirroring, and too little to measure."""

import io
from collections.abc import Sequence
from fractions import Fraction

import av
import numpy as np
import pytest

from opsec.matching.layout.motion_model import best_shot_share
from opsec.model import Hint, Motion
from opsec.readers.video.camera_motion import CameraMotionAnalyser
from opsec.vision.decoding.video import VideoDecoder
from tests.vision.camera_motion.synthetic_street import GrayImage, Street, camera_path, render_shot
from tests.vision.decoding.test_video import set_rotation

DEGREES, HFOV_DEG, SECONDS = 60.0, 42.0, 3.0


def encode_frames(frames: Sequence[GrayImage], times_s: Sequence[float]) -> bytes:
    """Encode an MP4 with these timestamps."""
    file, clock = io.BytesIO(), Fraction(1, 9_000)
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=30, options={"crf": "24", "preset": "veryfast", "threads": "1"})
        stream.height, stream.width = (side // 2 * 2 for side in frames[0].shape)
        stream.pix_fmt, stream.time_base, stream.codec_context.time_base = "yuv420p", clock, clock
        for gray, at_s in zip(frames, times_s, strict=True):
            whole = np.ascontiguousarray(gray[: stream.height, : stream.width])
            frame = av.VideoFrame.from_ndarray(whole, format="gray").reformat(format="yuv420p")
            frame.pts, frame.time_base = round(at_s / clock), clock
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return file.getvalue()


def decoded_motions(data: bytes) -> list[Motion]:
    """Decode a video and return the motion of every shot."""
    analyser = CameraMotionAnalyser()
    for frame in VideoDecoder(io.BytesIO(data), "mp4").frames():
        analyser.process_frame(frame)
    return [found.motion for found in analyser.finish() if isinstance(found, Hint) and found.motion is not None]


def render_turn(rate: float, seconds: float = SECONDS, degrees: float = DEGREES) -> tuple[list[GrayImage], list[float]]:
    """Render a steady turn at a frame rate; frames and their times."""
    count = round(rate * seconds)
    times = [number / rate for number in range(count)]
    street, pose = (
        Street.from_seed(5),
        camera_path(5, "turn", seconds, degrees=degrees, hfov_deg=HFOV_DEG, shake_deg=0.0)[0],
    )
    turned_deg = [pose.heading_deg + degrees * at_s / seconds for at_s in times]
    moved = (type(pose)(heading_deg=deg, hfov_deg=HFOV_DEG) for deg in turned_deg)
    return [street.render(one, (144, 256)) for one in moved], times


def is_turn_or_bound(motion: Motion, degrees: float = DEGREES) -> bool:
    """Whether the motion is the turn, a lower bound of it, or a turn of unknown angle."""
    if motion.heading_deg is None:
        return motion.motion == "turn"
    close = abs(motion.heading_deg - degrees) <= 0.12 * degrees
    return motion.motion == "turn" and (close or (motion.at_least and motion.heading_deg < degrees))


@pytest.mark.parametrize("rate", [4.0, 8.0, 24.0, 240.0])
@pytest.mark.slow
def test_the_frame_rate_does_not_change_the_angle(rate: float) -> None:
    seconds = 1.0 if rate > 100 else SECONDS
    degrees = DEGREES / SECONDS * seconds
    (motion,) = decoded_motions(encode_frames(*render_turn(rate, seconds, degrees)))
    assert is_turn_or_bound(motion, degrees * (1 - 1 / (rate * seconds)))


def test_a_variable_frame_rate_is_measured_by_its_timestamps() -> None:
    frames, times = render_turn(24.0)
    kept = [number for number in range(len(times)) if number % 6 in {0, 1, 4} or number > 50]
    (motion,) = decoded_motions(encode_frames([frames[number] for number in kept], [times[number] for number in kept]))
    assert is_turn_or_bound(motion)


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_the_rotation_flag_is_applied_before_measuring(quarter_turns: int) -> None:
    frames, times = render_turn(8.0)
    lying = [np.ascontiguousarray(np.rot90(gray, quarter_turns)) for gray in frames]
    (upright,) = decoded_motions(encode_frames(frames, times))
    (motion,) = decoded_motions(set_rotation(encode_frames(lying, times), quarter_turns))
    assert is_turn_or_bound(motion)
    assert motion.hfov_deg == pytest.approx(upright.hfov_deg, rel=0.08)


def test_mirroring_does_not_change_the_angle() -> None:
    frames, times = render_turn(8.0)
    (motion,) = decoded_motions(encode_frames([np.ascontiguousarray(gray[:, ::-1]) for gray in frames], times))
    assert is_turn_or_bound(motion)


@pytest.mark.parametrize(
    "frames",
    [render_shot(3, "stand", 0.1)[:1], render_shot(3, "stand", 0.3)[:2], [np.full((256, 144), 90, np.uint8)] * 24],
    ids=["one frame", "two frames", "flat"],
)
def test_too_few_frames_are_unknown(frames: list[GrayImage]) -> None:
    motions = decoded_motions(encode_frames(frames, [number / 8 for number in range(len(frames))]))
    assert [one.motion for one in motions] == ["unknown"]
    assert best_shot_share(motions) is None


def test_a_repeated_frame_is_fixed() -> None:
    (motion,) = decoded_motions(
        encode_frames([render_shot(3, "stand", 0.2)[0]] * 24, [number / 8 for number in range(24)])
    )
    assert (motion.motion, motion.heading_deg or 0.0) == ("fixed", 0.0)
