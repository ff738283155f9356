"""The change signal: its steps, its bounds, and what it does not depend on."""

import numpy as np
import pytest

from opsec.vision.copies.change_signal import MAX_STEPS, QUARTERS, STEP_S, ChangeRecorder

RNG = np.random.default_rng(2)
FRAMES = RNG.integers(0, 256, (40, 32, 32)).astype(np.uint8)


def recorded(times_s: list[float], frames: np.ndarray = FRAMES) -> ChangeRecorder:
    recorder = ChangeRecorder()
    for number, at_s in enumerate(times_s):
        recorder.add_frame(frames[number % len(frames)], at_s)
    return recorder


def test_one_step_for_each_eighth_of_a_second() -> None:
    signal = recorded([number / 8 for number in range(33)]).signal()
    assert signal.shape == (33, QUARTERS)
    assert signal[:32].min() > 200
    assert signal[32].max() == 0


def test_a_still_clip_has_no_change() -> None:
    assert not recorded([number / 8 for number in range(33)], FRAMES[:1]).signal().any()


def test_only_the_quarter_that_changes_changes() -> None:
    frames = np.zeros((2, 32, 32), np.uint8)
    frames[1, :16, 16:] = 90
    signal = recorded([number / 8 for number in range(17)], frames).signal()[:16]
    assert (signal.max(axis=0) > 0).tolist() == [False, True, False, False]


def test_borders_are_left_out() -> None:
    inner = np.full((40, 64, 64), 9, np.uint8)
    inner[:, 16:48] = RNG.integers(0, 256, (40, 32, 64))
    times_s = [number / 8 for number in range(40)]
    whole = recorded(times_s, inner[:, 16:48]).signal()[:39].astype(int)
    inside = recorded(times_s, inner).signal(rows=(0.25, 0.75)).astype(int)[:39]
    assert np.abs(whole - inside).mean() < 25


@pytest.mark.parametrize("last_s", [63.9, 64.1, 500.0, 35_000.0])
def test_a_long_clip_has_longer_steps_and_no_more_of_them(last_s: float) -> None:
    recorder = recorded([last_s * number / 400 for number in range(401)])
    signal = recorder.signal()
    assert len(signal) <= MAX_STEPS
    assert recorder.step_s / STEP_S == 2 ** round(np.log2(recorder.step_s / STEP_S))
    assert len(signal) * recorder.step_s == pytest.approx(last_s, abs=2 * recorder.step_s)


@pytest.mark.parametrize("times_s", [[0.0, 0.0, 0.0], [5.0, 1.0, 0.5], [0.0, 9e6], [0.0, 1e-9, 2e-9]])
def test_times_without_sense_are_harmless(times_s: list[float]) -> None:
    assert len(recorded(times_s).signal()) <= MAX_STEPS


def test_a_photo_has_no_signal() -> None:
    assert recorded([0.0]).signal().shape == (0, QUARTERS)
