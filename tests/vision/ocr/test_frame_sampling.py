"""Which frames are searched: at intervals, sharp ones, and only if the scene changed."""

import cv2
import numpy as np
import pytest

from opsec.vision.ocr.frame_sampling import (
    DENSE_INTERVAL_S,
    MAX_BLUR_WAIT_S,
    MAX_SETTLED_S,
    MAX_UNCHANGED_S,
    MAX_WHOLE_INTERVAL_S,
    SEARCH_INTERVAL_S,
    SETTLED_INTERVAL_S,
    WHOLE_INTERVAL_S,
    FrameSampler,
    max_local_change,
    measure_sharpness,
)
from tests.fixtures.images import Pixels, blank, draw_text, frame


def sign(text: str = "FALCON CAMP", x_px: int = 60) -> Pixels:
    return draw_text(blank(), text, x_px, 300, height_px=40)


def blurred(image: Pixels) -> Pixels:
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 4), np.uint8)


def times_searched(interval_s: float, count: int, sampler: FrameSampler | None = None) -> list[float]:
    """Times of the searched frames of a clip in which the sign moves on from frame to frame."""
    sampler = sampler or FrameSampler()
    frames = [frame(sign(x_px=20 + 7 * number), number * interval_s) for number in range(count)]
    return [one.at_s for one in frames if sampler.decide(one) == "search"]


def test_the_first_frame_is_searched() -> None:
    assert FrameSampler().decide(frame(sign())) == "search"


def test_a_changing_scene_is_searched_at_the_interval() -> None:
    gaps = np.diff(times_searched(0.125, 33))
    assert gaps == pytest.approx(SEARCH_INTERVAL_S)


def test_it_is_searched_more_often_while_a_line_enters_or_leaves() -> None:
    gaps = np.diff(times_searched(0.125, 17, FrameSampler(dense=True)))
    assert gaps == pytest.approx(0.25), "the first frame after the dense interval"
    assert 0.125 < DENSE_INTERVAL_S < 0.25 < SEARCH_INTERVAL_S


def test_an_unchanged_scene_is_searched_again_only_after_a_while() -> None:
    sampler = FrameSampler()
    decisions = {number * 0.5: sampler.decide(frame(sign(), number * 0.5)) for number in range(10)}
    assert [at_s for at_s, decision in decisions.items() if decision == "search"] == [0.0, MAX_UNCHANGED_S]
    assert decisions[1.0] == "unchanged"


def test_a_small_change_is_enough() -> None:
    sampler = FrameSampler()
    sampler.decide(frame(blank()))
    assert sampler.decide(frame(draw_text(blank(), "12", 60, 300), 1.0)) == "search"


def test_a_blurred_frame_is_skipped_until_a_sharper_one_comes() -> None:
    sampler = FrameSampler()
    sampler.decide(frame(sign(), 0.0))
    sampler.decide(frame(sign(x_px=70), 0.4))
    assert sampler.decide(frame(blurred(sign(x_px=80)), 0.5)) == "skip"
    assert sampler.decide(frame(sign(x_px=90), 0.6)) == "search"


def test_a_clip_that_stays_blurred_is_searched_all_the_same() -> None:
    sampler = FrameSampler()
    sampler.decide(frame(sign(), 0.0))
    sampler.decide(frame(sign(x_px=70), 0.4))
    late_s = SEARCH_INTERVAL_S + MAX_BLUR_WAIT_S
    assert sampler.decide(frame(blurred(sign(x_px=80)), late_s - 0.05)) == "skip"
    assert sampler.decide(frame(blurred(sign(x_px=80)), late_s + 0.05)) == "search"


# ── while every text in view was read ─────────────────────────────────────────────────────────
STEP_PX = 7
LONGEST_PX = 640
BOX = (40 / LONGEST_PX, 285 / LONGEST_PX, 330 / LONGEST_PX, 350 / LONGEST_PX)


def settled() -> FrameSampler:
    """A sampler that has searched the sign."""
    sampler = FrameSampler()
    sampler.decide(frame(sign()))
    sampler.settled, sampler.text_boxes = True, (BOX,)
    return sampler


def test_a_scene_that_only_moved_is_not_searched_again_for_a_while() -> None:
    sampler, moved = settled(), np.asarray(np.roll(sign(), STEP_PX, axis=1), np.uint8)
    shift = (STEP_PX / LONGEST_PX, 0.0)
    times = np.arange(0.5, MAX_SETTLED_S + 0.01, 0.125)
    decisions = [sampler.decide(frame(moved, at_s), shift) for at_s in times]
    assert decisions == ["unchanged"] * (len(times) - 1) + ["search"]


@pytest.mark.parametrize(
    ("shown", "at_s", "decision"),
    [
        ("BLUE RIVER 77", SEARCH_INTERVAL_S, "search"),
        ("FALCON CAMP", SEARCH_INTERVAL_S, "unchanged"),
        ("FALCON CAMP", SETTLED_INTERVAL_S, "unchanged"),
    ],
)
def test_another_text_in_the_place_of_one_is_searched_at_once(shown: str, at_s: float, decision: str) -> None:
    assert settled().decide(frame(sign(shown), at_s), (0.0, 0.0)) == decision


def test_something_new_elsewhere_waits_for_the_longer_interval() -> None:
    image = draw_text(sign(), "NEW BOARD", 60, 480, height_px=40)
    decisions = [settled().decide(frame(image, at_s), (0.0, 0.0)) for at_s in (SEARCH_INTERVAL_S, SETTLED_INTERVAL_S)]
    assert decisions == ["unchanged", "search"]


def test_a_cut_is_searched_at_once() -> None:
    assert settled().decide(frame(sign(), SEARCH_INTERVAL_S + 0.1), (1.0, 1.0)) in {"search", "unchanged"}
    other = np.asarray(cv2.bitwise_not(sign("RED HILL")), np.uint8)
    assert settled().decide(frame(other, SEARCH_INTERVAL_S), (1.0, 1.0)) == "search"


# ── parts of a frame, between two searches of the whole ───────────────────────────────────────
STILL = (0.0, 0.0)


def with_person(at_x_px: int) -> Pixels:
    """The sign, and something that moves far from it."""
    image = sign()
    image[500:600, at_x_px : at_x_px + 90] = 20
    return image


def watching() -> FrameSampler:
    """A sampler that has searched the sign, which the next frame may show better."""
    sampler = FrameSampler()
    assert sampler.decide(frame(with_person(20))) == "search"
    assert sampler.parts is None
    sampler.watched_boxes = sampler.text_boxes = (BOX,)
    return sampler


def test_between_two_searches_only_the_watched_text_is_searched() -> None:
    sampler = watching()
    assert sampler.decide(frame(with_person(150), SEARCH_INTERVAL_S), STILL, STILL) == "search"
    (part,) = sampler.parts or []
    assert part[0] <= BOX[0] < BOX[2] <= part[2]
    assert part[1] <= BOX[1] < BOX[3] <= part[3]
    assert part[3] < 480 / LONGEST_PX


def test_without_a_text_to_watch_nothing_is_searched_before_the_interval_of_whole_frames() -> None:
    sampler = watching()
    sampler.watched_boxes = ()
    times = [number * 0.125 for number in range(1, 8)]
    assert {sampler.decide(frame(with_person(150), at_s), STILL, STILL) for at_s in times} == {"skip"}


def test_in_a_steady_scene_what_is_new_is_searched_and_then_the_whole_frame() -> None:
    sampler = watching()
    sampler.watched_boxes = ()
    assert sampler.decide(frame(with_person(150), WHOLE_INTERVAL_S), STILL, STILL) == "search"
    (part,) = sampler.parts or []
    assert part[1] > 400 / LONGEST_PX, "the sign, which did not change, is left out"
    assert part[3] >= 600 / LONGEST_PX
    assert sampler.decide(frame(with_person(220), MAX_WHOLE_INTERVAL_S), STILL, STILL) == "search"
    assert sampler.parts is None


def test_a_scene_that_moves_is_searched_as_a_whole_at_the_shorter_interval() -> None:
    sampler, moved = watching(), np.asarray(np.roll(with_person(20), 40, axis=1), np.uint8)
    assert sampler.decide(frame(moved, WHOLE_INTERVAL_S), (40 / LONGEST_PX, 0.0), STILL) == "search"
    assert sampler.parts is None


def test_another_scene_is_searched_as_a_whole_at_once() -> None:
    sampler = watching()
    other = np.asarray(cv2.bitwise_not(with_person(20)), np.uint8)
    assert sampler.decide(frame(other, SEARCH_INTERVAL_S), STILL, STILL) == "search"
    assert sampler.parts is None


def test_sharpness_is_that_of_the_latest_frame() -> None:
    sampler = FrameSampler()
    sampler.decide(frame(sign()))
    sharp = sampler.sharpness
    sampler.decide(frame(blurred(sign()), 0.1))
    assert 0 < sampler.sharpness < sharp / 2


def test_blur_lowers_the_sharpness_and_a_flat_frame_has_none() -> None:
    gray = np.asarray(cv2.cvtColor(sign(), cv2.COLOR_BGR2GRAY), np.uint8)
    assert measure_sharpness(blurred(gray)) < measure_sharpness(gray)
    assert measure_sharpness(np.full((40, 40), 90, np.uint8)) == 0


def test_the_block_that_changed_most_decides() -> None:
    before = np.full((160, 160), 100, np.uint8)
    after = before.copy()
    after[:10, :10] = 202
    assert max_local_change(before, after) == pytest.approx(102 / 255, abs=0.01)
    assert max_local_change(before, before) == 0
    assert max_local_change(before, before[:80]) == 1.0
