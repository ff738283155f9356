"""The likeliest line: against the sum over every way of writing it, on lines short enough to try all."""

import time
from collections import defaultdict
from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from opsec.vision.ocr.ctc_beam_search import likeliest

CLASSES = 3


def every_way(steps: NDArray[np.float32]) -> dict[tuple[int, ...], float]:
    """The likelihood of each line, by adding up all paths."""
    lines: dict[tuple[int, ...], float] = defaultdict(float)
    for path in product(range(CLASSES), repeat=len(steps)):
        line = tuple(kind for kind, _ in groupby(path) if kind)
        lines[line] += float(np.prod([step[kind] for step, kind in zip(steps, path, strict=True)]))
    return lines


@settings(max_examples=60)
@given(st.lists(st.tuples(*(st.floats(0.02, 1) for _ in range(CLASSES))), min_size=1, max_size=5))
def test_it_is_the_line_that_all_its_ways_make_likeliest(rows: list[tuple[float, ...]]) -> None:
    steps = np.array(rows, np.float32)
    steps /= steps.sum(axis=1, keepdims=True)
    best = steps.argmax(axis=1)
    assume(
        not any(before == after for before, after in zip(best, best[2:], strict=False))
    )  # letters too close together
    lines = every_way(steps)
    found = tuple(kind for kind, _ in likeliest(steps))
    assert lines[found] >= 0.97 * max(lines.values())


def test_a_letter_between_two_steps_is_written_once() -> None:
    """Greedily it is "1 1": the blank between is the likeliest sign of its step, but not the likeliest line."""
    steps = np.array([[0.40, 0.60, 0.0], [0.51, 0.49, 0.0], [0.45, 0.55, 0.0]], np.float32)
    assert [kind for kind, _ in likeliest(steps)] == [1]


@pytest.mark.parametrize("blanks, letters", [(1, 1), (2, 2), (5, 2)])
def test_two_equal_letters_are_two_when_there_is_room_for_two(blanks: int, letters: int) -> None:
    letter, blank = [0.1, 0.9, 0.0], [0.95, 0.05, 0.0]
    steps = np.array([letter, *[blank] * blanks, letter], np.float32)
    assert [kind for kind, _ in likeliest(steps)] == [1] * letters


def test_two_other_letters_need_no_room() -> None:
    steps = np.array([[0.1, 0.9, 0.0], [0.95, 0.05, 0.0], [0.1, 0.0, 0.9]], np.float32)
    assert [kind for kind, _ in likeliest(steps)] == [1, 2]


@pytest.mark.parametrize("blank", [1.0, 0.9995])
def test_blanks_are_nothing(blank: float) -> None:
    assert likeliest(np.array([[blank, 1 - blank, 0.0]] * 5, np.float32)) == []
    assert likeliest(np.zeros((0, CLASSES), np.float32)) == []


def test_each_sign_has_the_height_of_its_peak() -> None:
    steps = np.array([[0.3, 0.7, 0.0], [0.1, 0.9, 0.0], [1.0, 0.0, 0.0], [0.2, 0.0, 0.8]], np.float32)
    found = likeliest(steps)
    assert [kind for kind, _ in found] == [1, 2]
    assert [peak for _, peak in found] == pytest.approx([0.9, 0.8])


def test_noise_takes_no_longer_than_letters() -> None:
    """Every step as unsure as can be: the search keeps a few beginnings, whatever it sees."""
    steps = np.full((480, 140), 1 / 140, np.float32)
    begun_s = time.process_time()
    assert len(likeliest(steps)) <= 480
    noise_s = time.process_time() - begun_s
    begun_s = time.process_time()
    likeliest(np.array([np.eye(140, dtype=np.float32)[kind] * 0.9 + 0.1 / 140 for kind in range(1, 121)] * 4))
    assert noise_s < 40 * (time.process_time() - begun_s)
