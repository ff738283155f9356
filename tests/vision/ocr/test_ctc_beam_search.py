"""Beam search against the sum over all alignments, on inputs short enough to enumerate them."""

from collections import defaultdict
from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from opsec.vision.ocr.ctc_beam_search import beam_search

CLASSES = 3


def sequence_probabilities(steps: NDArray[np.float32]) -> dict[tuple[int, ...], float]:
    """The probability of each label sequence, summed over all alignments."""
    lines: dict[tuple[int, ...], float] = defaultdict(float)
    for path in product(range(CLASSES), repeat=len(steps)):
        line = tuple(kind for kind, _ in groupby(path) if kind)
        lines[line] += float(np.prod([step[kind] for step, kind in zip(steps, path, strict=True)]))
    return lines


@settings(max_examples=60)
@given(st.lists(st.tuples(*(st.floats(0.02, 1) for _ in range(CLASSES))), min_size=1, max_size=5))
def test_the_sequence_with_the_most_probable_alignments_is_found(rows: list[tuple[float, ...]]) -> None:
    steps = np.array(rows, np.float32)
    steps /= steps.sum(axis=1, keepdims=True)
    best = steps.argmax(axis=1)
    assume(
        not any(before == after for before, after in zip(best, best[2:], strict=False))
    )  # letters too close together
    lines = sequence_probabilities(steps)
    found = tuple(kind for kind, _ in beam_search(steps))
    assert lines[found] >= 0.97 * max(lines.values())


def test_a_letter_between_two_steps_is_decoded_once() -> None:
    """Best-path decoding gives "1 1": the blank between is the most probable class of its step."""
    steps = np.array([[0.40, 0.60, 0.0], [0.51, 0.49, 0.0], [0.45, 0.55, 0.0]], np.float32)
    assert [kind for kind, _ in beam_search(steps)] == [1]


@pytest.mark.parametrize("blanks, letters", [(1, 1), (2, 2), (5, 2)])
def test_equal_letters_are_two_if_the_gap_is_wide_enough(blanks: int, letters: int) -> None:
    letter, blank = [0.1, 0.9, 0.0], [0.95, 0.05, 0.0]
    steps = np.array([letter, *[blank] * blanks, letter], np.float32)
    assert [kind for kind, _ in beam_search(steps)] == [1] * letters


def test_different_letters_need_no_wide_gap() -> None:
    steps = np.array([[0.1, 0.9, 0.0], [0.95, 0.05, 0.0], [0.1, 0.0, 0.9]], np.float32)
    assert [kind for kind, _ in beam_search(steps)] == [1, 2]


@pytest.mark.parametrize("blank", [1.0, 0.9995])
def test_blanks_decode_to_nothing(blank: float) -> None:
    assert beam_search(np.array([[blank, 1 - blank, 0.0]] * 5, np.float32)) == []
    assert beam_search(np.zeros((0, CLASSES), np.float32)) == []


def test_each_label_has_its_highest_step_probability() -> None:
    steps = np.array([[0.3, 0.7, 0.0], [0.1, 0.9, 0.0], [1.0, 0.0, 0.0], [0.2, 0.0, 0.8]], np.float32)
    found = beam_search(steps)
    assert [kind for kind, _ in found] == [1, 2]
    assert [peak for _, peak in found] == pytest.approx([0.9, 0.8])


def test_uniform_noise_is_decoded_within_bounds() -> None:
    """Every step is as uncertain as can be; the beam keeps a few prefixes whatever it sees."""
    steps = np.full((480, 140), 1 / 140, np.float32)
    assert len(beam_search(steps)) <= 480


def test_a_single_step_is_decoded() -> None:
    ((label, peak),) = beam_search(np.array([[0.2, 0.8, 0.0]], np.float32))
    assert label == 1
    assert peak == pytest.approx(0.8)
