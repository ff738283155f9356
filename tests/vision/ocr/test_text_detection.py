"""Detected regions become lines: grown back, merged along a row and not across, and bounded in number."""

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from opsec.vision.ocr.onnx_session import ModelError
from opsec.vision.ocr.text_detection import MAX_REGIONS, detect_in_box, detect_lines, load_detector, merge_lines
from opsec.vision.ocr.text_line import TextLine
from tests.fixtures.images import StubDetector, blank, draw_text, probability_map


def box(left: float, top: float, width: float, height: float, angle_rad: float = 0.0) -> TextLine:
    return TextLine(left + width / 2, top + height / 2, width, height, angle_rad, 0.9)


@pytest.mark.parametrize(
    ("what", "segments", "n_lines"),
    [
        ("two words of a line", [box(0, 0, 100, 20), box(115, 1, 80, 20)], 1),
        ("three words, given from right to left", [box(200, 0, 60, 20), box(100, 0, 80, 20), box(0, 0, 85, 20)], 1),
        ("two lines of a board", [box(0, 0, 100, 20), box(0, 26, 100, 20)], 2),
        ("two boards far apart", [box(0, 0, 100, 20), box(200, 0, 100, 20)], 2),
        ("large beside small", [box(0, 0, 100, 60), box(110, 20, 60, 20)], 2),
        ("a angle_rad word beside a level one", [box(0, 0, 100, 20), box(110, 0, 100, 20, 0.5)], 2),
        ("a word as high as long has no direction", [box(0, 0, 100, 20), box(105, 0, 22, 20, 1.5)], 1),
    ],
)
def test_segments_of_one_row_become_one_line(what: str, segments: list[TextLine], n_lines: int) -> None:
    assert len(merge_lines(segments)) == n_lines, what


def test_a_merged_line_covers_both_of_its_segments() -> None:
    (merged,) = merge_lines([box(0, 0, 100, 20), box(115, 4, 80, 20)])
    assert (merged.x_px - merged.length_px / 2, merged.x_px + merged.length_px / 2) == pytest.approx((0, 195), abs=2)
    assert 20 <= merged.height_px <= 28


def test_a_region_is_located_in_pixels_of_the_frame_and_grown_back() -> None:
    image = blank(480, 300, 40)
    image[100:120, 60:260] = 255
    (found,), is_cut = detect_lines(image, StubDetector())
    assert not is_cut
    assert (found.x_px, found.y_px) == pytest.approx((160, 110), abs=2)
    assert 220 <= found.length_px <= 250, "the shrunken region grows on every side"
    assert 40 <= found.height_px <= 60


@pytest.mark.parametrize("size", [(1, 1), (7, 700), (33, 31)])
def test_frames_of_any_size_are_searched(size: tuple[int, int]) -> None:
    assert detect_lines(blank(*size, 40), StubDetector()) == ([], False)


def test_a_page_of_ten_thousand_regions_is_cut_off_and_reported() -> None:
    boxes = [(left, top, 8, 4) for left in range(0, 1280, 12) for top in range(0, 1280, 12)]
    assert len(boxes) > 10_000
    found, is_cut = detect_lines(blank(1280, 1280), lambda _image: probability_map((1280, 1280), boxes))
    assert is_cut
    assert 0 < len(found) <= MAX_REGIONS


def test_an_improbable_region_is_not_a_line() -> None:
    faint = probability_map((320, 320), [(20, 20, 100, 20)]) * 0.45
    assert detect_lines(blank(320, 320), lambda _image: faint.astype(np.float32)) == ([], False)


def test_a_line_is_extended_to_its_words_where_the_detector_marks_a_part() -> None:
    image = draw_text(blank(640, 640, 60), "FALCON CAMP", 150, 300, height_px=30)
    marked = probability_map((640, 640), [(200, 300, 60, 30)])
    ((line,), _cut) = detect_lines(image, lambda _image: marked)
    words = np.flatnonzero(image[300:330, :, 0].max(axis=0) > 240)
    assert line.x_px - line.length_px / 2 == pytest.approx(words[0], abs=10)
    assert line.x_px + line.length_px / 2 == pytest.approx(words[-1], abs=10)


def test_the_input_of_the_detector_is_sharpened() -> None:
    soft = np.asarray(cv2.GaussianBlur(draw_text(blank(320, 320, 60), "GATE", 80, 150), (0, 0), 1.2), np.uint8)
    inputs: list[NDArray[np.float32]] = []

    def detect(image: NDArray[np.float32]) -> NDArray[np.float32]:
        inputs.append(image)
        return np.zeros(image.shape[2:], np.float32)

    detect_lines(soft, detect)
    steepest = np.abs(np.diff(soft.astype(np.float32) / 127.5, axis=1)).max()
    assert np.abs(np.diff(inputs[0][0], axis=2)).max() > 1.1 * steepest
    assert inputs[0].max() <= 1.0
    assert inputs[0].min() >= -1.0


# ── the model file ────────────────────────────────────────────────────────────────────────────
def test_an_invalid_model_file_is_an_error(tmp_path: Path) -> None:
    model = tmp_path / "model.onnx"
    model.write_bytes(b"no model at all")
    for file in (model, tmp_path / "missing.onnx"):
        with pytest.raises(ModelError):
            load_detector(file)


# ── parts of a frame ──────────────────────────────────────────────────────────────────────────
def bar_detector(image: NDArray[np.float32]) -> NDArray[np.float32]:
    """Everything white is text."""
    return np.asarray(image[0].min(axis=0) > 0.9, np.float32)


def bar(left: int, right: int) -> NDArray[np.uint8]:
    """A frame with one white bar."""
    image = np.zeros((400, 800, 3), np.uint8)
    image[190:210, left:right] = 255
    return image


def test_a_line_in_a_part_has_its_place_in_the_frame() -> None:
    image = bar(300, 420)
    lines, is_cut = detect_in_box(image, (0.3, 0.15, 0.6, 0.35), bar_detector)
    (whole,), _ = detect_lines(image, bar_detector)
    assert lines is not None
    assert (lines[0].x_px, lines[0].y_px) == pytest.approx((whole.x_px, whole.y_px), abs=1.5)
    assert lines[0].length_px == pytest.approx(whole.length_px, abs=3)
    assert not is_cut


@pytest.mark.parametrize(
    ("box", "is_whole"),
    [
        ((0.3, 0.15, 0.45, 0.35), False),
        ((0.45, 0.15, 0.7, 0.35), False),
        ((0.0, 0.0, 1.0, 0.5), True),
        ((0.7, 0.15, 0.9, 0.35), True),
        ((0.99, 0.1, 1.4, 0.101), True),
    ],
)
def test_a_line_that_the_edge_of_a_part_cuts_needs_the_whole_frame(box: tuple[float, ...], is_whole: bool) -> None:
    lines, _ = detect_in_box(bar(300, 420), box, bar_detector)
    assert (lines is not None) is is_whole


def test_the_edge_of_the_frame_cuts_no_part() -> None:
    lines, _ = detect_in_box(bar(0, 120), (0.0, 0.15, 0.3, 0.35), bar_detector)
    assert lines
