"""The line recogniser: what it reads, how it handles odd input, and what a damaged network gives."""

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from opsec.model import Reason
from opsec.model.reasons import REASONS
from opsec.text.normalise import normalise
from opsec.vision.ocr.charset import ALPHABET
from opsec.vision.ocr.line_recogniser import HEIGHT_PX, MAX_WIDTH_PX, DecodedLine, LineRecogniser, decode, preprocess

if TYPE_CHECKING:
    from collections.abc import Sequence

WEIGHTS = Path(__file__).parents[3] / "opsec" / "assets" / "ocr" / "line_recogniser.onnx"
GrayImage = NDArray[np.uint8]


@pytest.fixture(scope="module")
def recogniser() -> LineRecogniser:
    loaded = LineRecogniser.load()
    assert isinstance(loaded, LineRecogniser), loaded
    return loaded


def network_output(chars: "Sequence[str]", confidence: float = 0.9) -> NDArray[np.float32]:
    """The output of a network that sees these characters one after the other; "" is the blank."""
    steps = np.full((len(chars), len(ALPHABET) + 1), (1 - confidence) / len(ALPHABET), np.float32)
    for step, char in zip(steps, chars, strict=True):
        step[ALPHABET.index(char) + 1 if char else 0] = confidence
    return steps


@pytest.mark.parametrize(
    "steps, text",
    [
        ([], ""),
        (["", "", ""], ""),
        (["A", "A", "", "", "A", "b"], "AAb"),
        (["", "١", "", "", "١", "٤", "", " ", "ب", "ا", "", "ب", ""], "باب ١١٤"),
        ([" ", "A", " ", " "], "A"),
        ([" ", " "], ""),
    ],
)
def test_decoding(steps: list[str], text: str) -> None:
    read = decode(network_output(steps))
    assert read.text == text
    assert len(read.confidences) == len(text)


def test_confidences_are_reordered_with_their_characters() -> None:
    steps = network_output(["١", "", "ب"])
    steps[0] *= 0.5
    read = decode(steps)
    assert read.text == "ب١"
    assert read.confidences == pytest.approx((0.9, 0.45))
    assert read.confidence == pytest.approx((0.9 * 0.45) ** 0.5)
    assert DecodedLine("", ()).confidence == 0


@pytest.mark.parametrize("shape", [(0, 0), (0, 50), (50, 0), (1, 1), (3, 200), (200, 3), (1, 10_000)])
def test_a_crop_without_room_for_a_letter_is_empty(recogniser: LineRecogniser, shape: tuple[int, int]) -> None:
    assert recogniser.recognise(np.zeros(shape, np.uint8)) == DecodedLine("", ())


@pytest.mark.parametrize("shape", [(4, 4), (4, 20_000), (3_000, 4), (2_160, 3_840), (40, 40)])
@pytest.mark.parametrize("content", ["flat", "noise"])
def test_any_size_gives_a_bounded_answer(recogniser: LineRecogniser, shape: tuple[int, int], content: str) -> None:
    rng = np.random.default_rng(2)
    crop = np.full(shape, 200, np.uint8) if content == "flat" else rng.integers(0, 256, shape, np.uint8)
    read = recogniser.recognise(crop)
    assert len(read.text) == len(read.confidences) <= MAX_WIDTH_PX // 2
    assert all(0 <= confidence <= 1 for confidence in read.confidences)
    assert preprocess(crop).shape[0] == HEIGHT_PX
    assert preprocess(crop).shape[1] <= MAX_WIDTH_PX
    assert np.isfinite(preprocess(crop)).all()


def test_a_flat_crop_has_no_text(recogniser: LineRecogniser) -> None:
    assert [recogniser.recognise(np.full((40, 300), tone, np.uint8)).text for tone in (0, 128, 255)] == ["", "", ""]


def board(text: str) -> GrayImage:
    """Letters without a font file: the stroke letters of OpenCV, which the network was not trained on."""
    (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, 1.2, 2)
    crop = np.full((height + below + 14, width + 20), 225, np.uint8)
    cv2.putText(crop, text, (10, height + 7), cv2.FONT_HERSHEY_DUPLEX, 1.2, 30, 2, cv2.LINE_AA)
    return crop


@pytest.mark.parametrize("text", ["GATE 12", "CAMP", "4th Brigade", "2708"])
def test_latin_letters_and_digits_of_an_unknown_font(recogniser: LineRecogniser, text: str) -> None:
    read = recogniser.recognise(board(text))
    assert normalise(read.text).text == normalise(text).text, "as names are matched: C and c are one letter"
    assert read.confidence > 0.5


def test_the_answer_does_not_depend_on_what_was_recognised_before(recogniser: LineRecogniser) -> None:
    crop = board("SECTOR 9")
    first = recogniser.recognise(crop)
    recogniser.recognise(np.random.default_rng(1).integers(0, 256, (31, 977), np.uint8))
    assert recogniser.recognise(crop) == first
    again = LineRecogniser.load()
    assert isinstance(again, LineRecogniser)
    assert again.recognise(crop) == first


def test_the_crop_is_not_changed(recogniser: LineRecogniser) -> None:
    crop = board("GATE 1")
    before = crop.copy()
    recogniser.recognise(crop)
    assert np.array_equal(crop, before)


class TestDamaged:
    """A damaged network gives a reason, never lines without letters."""

    @pytest.mark.parametrize("cut", ["nothing", "half", "one byte less", "noise", "other file"])
    def test_is_a_reason(self, cut: str) -> None:
        whole = WEIGHTS.read_bytes()
        damaged = {
            "nothing": b"",
            "half": whole[: len(whole) // 2],
            "one byte less": whole[:-1],
            "noise": np.random.default_rng(1).bytes(5_000),
            "other file": Path(__file__).read_bytes(),
        }[cut]
        found = LineRecogniser.load(damaged)
        assert isinstance(found, Reason)
        assert found.code in REASONS
        assert dict(found.blanks)["part"] == "line_recogniser.onnx"


def test_the_weights_are_small() -> None:
    assert WEIGHTS.stat().st_size < 5_000_000
