"""The analyser of frames for copies, from encoded clips and photos to the hint."""

import io

import numpy as np
import pytest

from opsec.model import Hint
from opsec.model.resources import ReaderResources
from opsec.readers.registry import read_file
from opsec.readers.video import frame_hashes
from opsec.readers.video import reader as video
from opsec.vision.copies.comparison import are_copies
from opsec.vision.copies.packing import unpack_hashes
from opsec.vision.decoding.frame import Frame, fit_size
from tests.fixtures.media.videos import encode_video
from tests.vision.copies.made_clips import MadeClip, drawn_scene, speaker


def as_frame(number: int, at_s: float, gray: np.ndarray) -> Frame:
    def draw(width_px: int, height_px: int, in_color: bool) -> np.ndarray:
        assert not in_color
        assert (width_px, height_px) == fit_size(gray.shape[1], gray.shape[0], 480)
        return gray.copy()

    return Frame(number=number, at_s=at_s, width_px=gray.shape[1], height_px=gray.shape[0], draw=draw)


def clip(take: int) -> MadeClip:
    wall = drawn_scene(np.random.default_rng(1))
    return speaker("speaker", wall, np.random.default_rng(take), 10, by_hand=False)


def analysed(made: MadeClip) -> list[Hint]:
    analyser = frame_hashes.ANALYSER.create(ReaderResources())
    assert isinstance(analyser, frame_hashes.FrameHashAnalyser)
    for number in range(int(made.length_s * 8)):
        analyser.process_frame(as_frame(number, number / 8, made.draw(number / 8)))
    return [hint for hint in analyser.finish() if isinstance(hint, Hint)]


def test_one_hint_by_which_the_clip_is_recognised() -> None:
    (one,), (same,), (other,) = analysed(clip(1)), analysed(clip(1)), analysed(clip(2))
    assert one == same
    assert (one.kind, one.reader, one.features) == ("features", "frame_hashes", None)
    assert one.hashes is not None
    assert other.hashes is not None
    assert are_copies(unpack_hashes(one.hashes), unpack_hashes(one.hashes))
    assert not are_copies(unpack_hashes(one.hashes), unpack_hashes(other.hashes))


@pytest.mark.parametrize("shape", [(20, 20), (2, 300), (1, 1)])
def test_frames_too_small_to_show_anything_give_nothing(shape: tuple[int, int]) -> None:
    analyser = frame_hashes.FrameHashAnalyser()
    analyser.process_frame(as_frame(0, 0.0, np.full(shape, 7, np.uint8)))
    assert list(analyser.finish()) == []


def test_frames_of_changing_size_are_no_fault() -> None:
    analyser = frame_hashes.FrameHashAnalyser()
    rng = np.random.default_rng(0)
    for number, side in enumerate((64, 64, 90, 64)):
        analyser.process_frame(as_frame(number, number / 8, rng.integers(0, 256, (side, 80)).astype(np.uint8)))
    (hint,) = analyser.finish()
    assert isinstance(hint, Hint)


def test_the_check_of_landmarks_does_not_depend_on_it() -> None:
    read = read_file(
        io.BytesIO(encode_video()), "mp4", (video.create_reader(ReaderResources(), (frame_hashes.ANALYSER,)),)
    )
    assert read.checks == dict.fromkeys(video.PICTURE_CHECKS, "not_configured")
    assert read.status == "read"
