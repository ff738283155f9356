"""Shot analyser: what it keeps, when it wants the next frame, and how it summarises a shot."""

import numpy as np

from opsec.model import Motion
from opsec.vision.camera_motion import shot as shot_module
from opsec.vision.camera_motion.shot import MAX_KEPT_FRAMES, ShotAnalyser
from opsec.vision.camera_motion.static_overlay import MIN_FRAMES
from tests.vision.camera_motion.synthetic_street import GrayImage, render_shot


def analysed(frames: list[GrayImage]) -> ShotAnalyser:
    shot = ShotAnalyser()
    for number, gray in enumerate(frames):
        assert shot.add_frame(gray, number / 8)
    return shot


def test_no_frame_is_skipped_before_the_overlay_is_known() -> None:
    shot, (gray, *_) = ShotAnalyser(), render_shot(3, "stand", shake_deg=0.0)
    for number in range(MIN_FRAMES - 1):
        shot.add_frame(gray, number / 8)
        assert shot.next_due_s == shot.end_s
    shot.add_frame(gray, MIN_FRAMES / 8)
    assert shot.next_due_s > shot.end_s


def test_a_turn_is_summarised_with_its_panorama() -> None:
    motion, strip = analysed(render_shot(5, "turn", degrees=60.0, hfov_deg=42.0)).summarise()
    assert motion.motion == "turn"
    assert motion.sweep_deg is not None and motion.hfov_deg is not None
    assert strip is not None and strip.shape[1] > strip.shape[0]


def test_a_single_frame_is_unknown_and_shown() -> None:
    motion, strip = analysed(render_shot(5, "stand")[:1]).summarise()
    assert motion == Motion(motion="unknown", views=1)
    assert strip is not None


def test_a_still_flat_image_is_not_called_fixed() -> None:
    motion, _strip = analysed([np.full((400, 225), 90, np.uint8)] * 8).summarise()
    assert motion.motion == "unknown"


def test_kept_frames_are_thinned_evenly() -> None:
    shot = analysed([np.full((64, 40), 90, np.uint8)] * (2 * MAX_KEPT_FRAMES + 10))
    numbers = sorted(shot.kept)
    assert len(numbers) <= MAX_KEPT_FRAMES
    assert set(np.diff(numbers)) == {numbers[1] - numbers[0]}
    assert numbers[0] == 0


def test_a_long_shot_is_split() -> None:
    shot = analysed([np.full((64, 40), 90, np.uint8)] * shot_module.MAX_FRAMES)
    assert not shot.add_frame(np.full((64, 40), 90, np.uint8), 999.0)
    assert (shot.start_s, shot.end_s) == (0.0, (shot_module.MAX_FRAMES - 1) / 8)
