"""Odd films through the decoder: a result or "not assessed", never a fall and never a made-up number."""

import io
from collections.abc import Sequence
from fractions import Fraction

import av
import numpy as np
import pytest

from opsec.matching.layout.motion_model import of_shots
from opsec.model import Hint, Motion
from opsec.readers.video.camera_motion import CameraViewer
from opsec.vision.decoding.video import Film
from tests.vision.camera_motion.world import Grey, Street, film, poses
from tests.vision.decoding.test_video import turned

DEGREES, HFOV_DEG, SECONDS = 60.0, 42.0, 3.0


def coded(pictures: Sequence[Grey], times_s: Sequence[float]) -> bytes:
    """An MP4 whose pictures are shown at these times."""
    file, clock = io.BytesIO(), Fraction(1, 9_000)
    with av.open(file, "w", format="mp4") as out:
        stream = out.add_stream("libx264", rate=30, options={"crf": "24", "preset": "veryfast", "threads": "1"})
        stream.height, stream.width = (side // 2 * 2 for side in pictures[0].shape)
        stream.pix_fmt, stream.time_base, stream.codec_context.time_base = "yuv420p", clock, clock
        for picture, at_s in zip(pictures, times_s, strict=True):
            whole = np.ascontiguousarray(picture[: stream.height, : stream.width])
            frame = av.VideoFrame.from_ndarray(whole, format="gray").reformat(format="yuv420p")
            frame.pts, frame.time_base = round(at_s / clock), clock
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return file.getvalue()


def told(data: bytes) -> list[Motion]:
    """The motion of every shot of a film."""
    viewer = CameraViewer()
    for frame in Film(io.BytesIO(data), "mp4").frames():
        viewer.see(frame)
    return [found.motion for found in viewer.found() if isinstance(found, Hint) and found.motion is not None]


def way(rate: float, seconds: float = SECONDS, degrees: float = DEGREES) -> tuple[list[Grey], list[float]]:
    """A steady turn at so many pictures a second."""
    count = round(rate * seconds)
    times = [number / rate for number in range(count)]
    street, pose = Street.of(5), poses(5, "turn", seconds, degrees=degrees, hfov_deg=HFOV_DEG, shake_deg=0.0)[0]
    turned_deg = [pose.heading_deg + degrees * at_s / seconds for at_s in times]
    moved = (type(pose)(heading_deg=deg, hfov_deg=HFOV_DEG) for deg in turned_deg)
    return [street.picture(one, (144, 256)) for one in moved], times


def is_the_turn(motion: Motion, degrees: float = DEGREES) -> bool:
    """Told as it is, or as a lower bound, or as a turn without degrees."""
    if motion.heading_deg is None:
        return motion.motion == "turn"
    close = abs(motion.heading_deg - degrees) <= 0.12 * degrees
    return motion.motion == "turn" and (close or (motion.at_least and motion.heading_deg < degrees))


@pytest.mark.parametrize("rate", [4.0, 8.0, 24.0, 240.0])
def test_the_rate_of_pictures_makes_no_degrees(rate: float) -> None:
    seconds = 1.0 if rate > 100 else SECONDS
    degrees = DEGREES / SECONDS * seconds
    (motion,) = told(coded(*way(rate, seconds, degrees)))
    assert is_the_turn(motion, degrees * (1 - 1 / (rate * seconds)))


def test_a_varying_rate_is_told_by_its_times() -> None:
    pictures, times = way(24.0)
    kept = [number for number in range(len(times)) if number % 6 in {0, 1, 4} or number > 50]
    (motion,) = told(coded([pictures[number] for number in kept], [times[number] for number in kept]))
    assert is_the_turn(motion)


@pytest.mark.parametrize("quarter_turns", [1, 2, 3])
def test_a_film_shot_on_its_side_is_told_as_it_is_shown(quarter_turns: int) -> None:
    pictures, times = way(8.0)
    lying = [np.ascontiguousarray(np.rot90(picture, quarter_turns)) for picture in pictures]
    (upright,), (motion,) = told(coded(pictures, times)), told(turned(coded(lying, times), quarter_turns))
    assert is_the_turn(motion)
    assert motion.hfov_deg == pytest.approx(upright.hfov_deg, rel=0.08)


def test_a_mirrored_film_is_as_wide() -> None:
    pictures, times = way(8.0)
    (motion,) = told(coded([np.ascontiguousarray(picture[:, ::-1]) for picture in pictures], times))
    assert is_the_turn(motion)


@pytest.mark.parametrize(
    "pictures",
    [film(3, "stand", 0.1)[:1], film(3, "stand", 0.3)[:2], [np.full((256, 144), 90, np.uint8)] * 24],
    ids=["one picture", "two pictures", "nothing in them"],
)
def test_too_little_to_tell_is_not_assessed(pictures: list[Grey]) -> None:
    motions = told(coded(pictures, [number / 8 for number in range(len(pictures))]))
    assert [one.motion for one in motions] == ["unknown"]
    assert of_shots(motions) is None


def test_one_picture_again_and_again_stands_still() -> None:
    (motion,) = told(coded([film(3, "stand", 0.2)[0]] * 24, [number / 8 for number in range(24)]))
    assert (motion.motion, motion.heading_deg or 0.0) == ("fixed", 0.0)
