"""Camera motion of rendered shots whose true motion is known, through the frame analyser."""

import numpy as np
import pytest

from opsec.model.records import Gap
from opsec.readers.video.camera_motion import MAX_SHOTS, CameraMotionAnalyser
from opsec.vision.decoding.frame import Frame
from tests.vision.camera_motion.synthetic_street import (
    GrayImage,
    add_captions,
    add_noise,
    add_person,
    analyse_frames,
    as_frame,
    render_shot,
    shot_motions,
)


@pytest.mark.parametrize(
    ("kind", "expected", "more"),
    [
        ("stand", "fixed", {"shake_deg": 0.0}),
        ("stand", "fixed", {"shake_deg": 0.8}),
        ("turn", "turn", {"degrees": 40.0}),
        ("travel", "travel", {"speed_mps": 1.4}),
        ("travel", "travel", {"speed_mps": 5.0}),
        ("overhead", "overhead", {}),
        ("zoom", "zoom", {}),
    ],
)
def test_every_motion_class(kind: str, expected: str, more: dict[str, float]) -> None:
    assert [one.motion for one in shot_motions(render_shot(11, kind, **more))] == [expected]


@pytest.mark.parametrize(("seed", "speed_mps", "look_deg"), [(5, 2.8, 90.0), (6, 1.4, -90.0), (12, 2.8, 80.0)])
def test_a_passing_wall_is_not_ground_from_above(seed: int, speed_mps: float, look_deg: float) -> None:
    assert [
        one.motion for one in shot_motions(render_shot(seed, "travel", speed_mps=speed_mps, look_deg=look_deg))
    ] == ["travel"]


@pytest.mark.parametrize(("degrees", "hfov"), [(25.0, 42.0), (90.0, 66.0), (200.0, 42.0)])
def test_turn_angle_and_field_of_view_are_measured(degrees: float, hfov: float) -> None:
    (motion,) = shot_motions(render_shot(5, "turn", degrees=degrees, hfov_deg=hfov))
    assert motion.heading_deg == pytest.approx(degrees, abs=max(3.0, 0.05 * degrees))
    assert motion.hfov_deg == pytest.approx(hfov, rel=0.06)
    assert motion.sweep_deg == pytest.approx(degrees + hfov, abs=max(5.0, 0.07 * degrees))
    assert not motion.at_least


@pytest.mark.parametrize("degrees", [60.0, 120.0, 180.0])
def test_turning_while_walking_is_travel(degrees: float) -> None:
    (motion,) = shot_motions(render_shot(12, "travel", seconds=6.0, speed_mps=1.4, degrees=degrees))
    assert motion.motion == "travel"


def test_a_closed_circle_is_scaled_to_360_degrees() -> None:
    (motion,) = shot_motions(render_shot(6, "turn", seconds=7.0, degrees=350.0, hfov_deg=42.0))
    assert motion.heading_deg == pytest.approx(350.0, abs=4.0)
    assert motion.sweep_deg == 360.0


def test_a_turn_there_and_back_counts_once() -> None:
    there = render_shot(5, "turn", degrees=70.0)
    (motion,) = shot_motions([*there, *there[::-1][1:]])
    assert motion.heading_deg == pytest.approx(70.0, abs=5.0)


def test_mirroring_does_not_change_the_angle() -> None:
    plain = render_shot(5, "turn", degrees=90.0)
    (one,), (other,) = shot_motions(plain), shot_motions([np.ascontiguousarray(frame[:, ::-1]) for frame in plain])
    assert one.heading_deg == pytest.approx(other.heading_deg, abs=1.5)


def test_a_swaying_person_in_front_of_a_fixed_camera_is_fixed() -> None:
    (motion,) = shot_motions(add_person(render_shot(7, "stand", shake_deg=0.6), 7, size=1.2))
    assert motion.motion == "fixed"


def test_a_selfie_spin_is_a_turn() -> None:
    (motion,) = shot_motions(add_person(render_shot(8, "turn", seconds=5.0, degrees=150.0, hfov_deg=42.0), 8))
    assert motion.motion == "turn"
    assert motion.heading_deg is None or motion.heading_deg == pytest.approx(150.0, rel=0.25) or motion.at_least


def test_overlays_do_not_stop_a_turn() -> None:
    (motion,) = shot_motions(add_captions(render_shot(9, "turn", degrees=60.0, hfov_deg=42.0)))
    assert motion.heading_deg == pytest.approx(60.0, abs=6.0)


def test_shots_are_separated() -> None:
    hints = analyse_frames([*render_shot(3, "stand"), *render_shot(4, "turn", degrees=60.0)])
    assert [hint.motion.motion for hint in hints if hint.motion] == ["fixed", "turn"]
    assert hints[0].until_s is not None and hints[1].at_s is not None
    assert hints[0].until_s < hints[1].at_s


def test_the_analysis_is_deterministic() -> None:
    frames = render_shot(5, "turn", degrees=90.0)
    assert analyse_frames(frames) == analyse_frames(frames)


def test_night_never_exaggerates_a_turn() -> None:
    dark = [(frame // 8).astype(np.uint8) for frame in render_shot(5, "turn", degrees=60.0)]
    (motion,) = shot_motions(list(add_noise(dark, 5, 6.0)))
    assert motion.heading_deg is None or motion.heading_deg < 70.0


@pytest.mark.parametrize("step", [1, 2, 4])
def test_fewer_frames_a_second_never_widen_a_turn(step: int) -> None:
    frames = render_shot(5, "turn", degrees=60.0, hfov_deg=54.0)[::step]
    hints = analyse_frames(frames, lambda number: number * step / 8)
    assert sum(hint.motion.heading_deg or 0.0 for hint in hints if hint.motion) < 66.0


@pytest.mark.parametrize(
    "frames",
    [
        [np.zeros((400, 225), np.uint8)],
        [np.full((400, 225), 90, np.uint8)] * 20,
        [np.random.default_rng(number).integers(0, 255, (400, 225)).astype(np.uint8) for number in range(20)],
    ],
    ids=["one frame", "flat", "noise"],
)
def test_frames_without_information_are_unknown(frames: list[GrayImage]) -> None:
    for motion in shot_motions(frames):
        assert (motion.motion, motion.heading_deg, motion.hfov_deg, motion.overhead_s) == ("unknown", None, None, None)


def test_tiny_frames_give_no_hint() -> None:
    assert analyse_frames([np.zeros((1, 1), np.uint8), np.zeros((8, 300), np.uint8)]) == []


def test_the_number_of_shots_is_bounded() -> None:
    light, dark = np.full((64, 40), 240, np.uint8), np.full((64, 40), 10, np.uint8)
    analyser = CameraMotionAnalyser()
    for number in range(MAX_SHOTS + 5):
        analyser.process_frame(as_frame(light if number % 2 else dark, number, number / 8))
    found = list(analyser.finish())
    assert len(found) == MAX_SHOTS + 1
    assert isinstance(found[-1], Gap)


def test_the_panorama_of_a_turn_is_small() -> None:
    (hint,) = analyse_frames(render_shot(5, "turn", degrees=90.0, hfov_deg=42.0))
    assert hint.picture is not None
    assert hint.picture.width_px > 1.5 * hint.picture.height_px
    assert len(hint.picture.jpeg_base64) <= 160_000


@pytest.mark.parametrize("strength", [1.0, 3.0, 8.0])
def test_sensor_noise_behind_a_lens_cap_is_not_travel(strength: float) -> None:
    (motion,) = shot_motions(list(add_noise([np.full((400, 225), 40, np.uint8)] * 20, 3, strength)))
    assert motion.motion in {"unknown", "fixed"}
    assert (motion.heading_deg or 0.0) < 1.0


@pytest.mark.parametrize("hfov", [12.0, 16.0])
def test_a_pan_through_a_long_lens_is_not_fixed(hfov: float) -> None:
    (motion,) = shot_motions(render_shot(5, "turn", degrees=35.0, hfov_deg=hfov, shake_deg=0.1))
    assert motion.motion != "fixed"


def test_rolling_shutter_does_not_change_the_angle() -> None:
    (motion,) = shot_motions(render_shot(5, "turn", degrees=120.0, hfov_deg=54.0, read_out_s=0.02))
    assert motion.heading_deg == pytest.approx(120.0, abs=8.0)


def test_the_steps_of_a_stabiliser_are_followed() -> None:
    (motion,) = shot_motions(render_shot(6, "turn", degrees=90.0, hfov_deg=54.0, stabiliser_steps=4.0, shake_deg=0.1))
    assert motion.heading_deg == pytest.approx(90.0, abs=8.0)


def test_dancing_people_are_not_travel() -> None:
    frames = render_shot(7, "stand", shake_deg=0.5)
    for number, at in enumerate((0.2, 0.8)):
        frames = add_person(frames, 7 + number, size=0.5, at=at)
    (motion,) = shot_motions(frames)
    assert motion.motion == "fixed"


@pytest.mark.parametrize(("size", "gaps"), [((1280, 40), ["too_small_picture"]), ((64, 64), [])])
def test_frames_too_small_to_analyse_are_a_gap(size: tuple[int, int], gaps: list[str]) -> None:
    analyser = CameraMotionAnalyser()
    for number in range(3):
        analyser.process_frame(
            Frame(
                number=number, at_s=number / 8, width_px=size[0], height_px=size[1],
                draw=lambda width_px, height_px, in_color: np.zeros((height_px, width_px), np.uint8),
            )
        )  # fmt: skip
    found = list(analyser.finish())
    assert [one.reason.code for one in found if isinstance(one, Gap)] == gaps
    assert len(found) == 1
