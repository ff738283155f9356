"""The reader of single lines: what it reads, what it makes of bad input, and what a damaged network becomes."""

from pathlib import Path
from typing import TYPE_CHECKING

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from opsec.i18n.messages import REASONS
from opsec.model import Reason
from opsec.text.normalise import fold
from opsec.vision.ocr.charset import ALPHABET
from opsec.vision.ocr.line_recogniser import HEIGHT_PX, WIDEST_PX, LineNetwork, LineRead, decoded, prepared

if TYPE_CHECKING:
    from collections.abc import Sequence

WEIGHTS = Path(__file__).parents[3] / "opsec" / "assets" / "signs" / "line_reader.onnx"
Grey = NDArray[np.uint8]


@pytest.fixture(scope="module")
def reader() -> LineNetwork:
    loaded = LineNetwork.load()
    assert isinstance(loaded, LineNetwork), loaded
    return loaded


def likely(signs: "Sequence[str]", sure: float = 0.9) -> NDArray[np.float32]:
    """What a network would answer that sees these signs one after the other; "" is the blank."""
    steps = np.full((len(signs), len(ALPHABET) + 1), (1 - sure) / len(ALPHABET), np.float32)
    for step, sign in zip(steps, signs, strict=True):
        step[ALPHABET.index(sign) + 1 if sign else 0] = sure
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
    read = decoded(likely(steps))
    assert read.text == text
    assert len(read.sure) == len(text)


def test_how_sure_each_letter_is_goes_with_it_into_the_order_of_reading() -> None:
    steps = likely(["١", "", "ب"])
    steps[0] *= 0.5
    read = decoded(steps)
    assert read.text == "ب١"
    assert read.sure == pytest.approx((0.9, 0.45))
    assert read.likelihood == pytest.approx((0.9 * 0.45) ** 0.5)
    assert LineRead("", ()).likelihood == 0


@pytest.mark.parametrize("shape", [(0, 0), (0, 50), (50, 0), (1, 1), (3, 200), (200, 3), (1, 10_000)])
def test_a_crop_without_room_for_a_letter_holds_nothing(reader: LineNetwork, shape: tuple[int, int]) -> None:
    assert reader.read(np.zeros(shape, np.uint8)) == LineRead("", ())


@pytest.mark.parametrize("shape", [(4, 4), (4, 20_000), (3_000, 4), (2_160, 3_840), (40, 40)])
@pytest.mark.parametrize("content", ["flat", "noise"])
def test_any_size_is_answered_within_bounds(reader: LineNetwork, shape: tuple[int, int], content: str) -> None:
    rng = np.random.default_rng(2)
    crop = np.full(shape, 200, np.uint8) if content == "flat" else rng.integers(0, 256, shape, np.uint8)
    read = reader.read(crop)
    assert len(read.text) == len(read.sure) <= WIDEST_PX // 2
    assert all(0 <= sure <= 1 for sure in read.sure)
    assert prepared(crop).shape[0] == HEIGHT_PX
    assert prepared(crop).shape[1] <= WIDEST_PX
    assert np.isfinite(prepared(crop)).all()


def test_a_flat_crop_says_nothing(reader: LineNetwork) -> None:
    assert [reader.read(np.full((40, 300), tone, np.uint8)).text for tone in (0, 128, 255)] == ["", "", ""]


def board(text: str) -> Grey:
    """Letters that need no font file: the stroke letters of OpenCV, which the network never saw."""
    (width, height), below = cv2.getTextSize(text, cv2.FONT_HERSHEY_DUPLEX, 1.2, 2)
    crop = np.full((height + below + 14, width + 20), 225, np.uint8)
    cv2.putText(crop, text, (10, height + 7), cv2.FONT_HERSHEY_DUPLEX, 1.2, 30, 2, cv2.LINE_AA)
    return crop


@pytest.mark.parametrize("text", ["GATE 12", "CAMP", "4th Brigade", "2708"])
def test_latin_letters_and_digits_in_a_hand_of_their_own(reader: LineNetwork, text: str) -> None:
    read = reader.read(board(text))
    assert fold(read.text).text == fold(text).text, "as names are matched: C and c are one letter"
    assert read.likelihood > 0.5


def test_the_same_crop_gives_the_same_answer_whatever_was_read_before(reader: LineNetwork) -> None:
    crop = board("SECTOR 9")
    first = reader.read(crop)
    reader.read(np.random.default_rng(1).integers(0, 256, (31, 977), np.uint8))
    assert reader.read(crop) == first
    again = LineNetwork.load()
    assert isinstance(again, LineNetwork)
    assert again.read(crop) == first


def test_the_crop_is_left_as_it_was(reader: LineNetwork) -> None:
    crop = board("GATE 1")
    before = crop.copy()
    reader.read(crop)
    assert np.array_equal(crop, before)


class TestDamaged:
    """A damaged network is told as a reason, never as lines without letters."""

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
        found = LineNetwork.load(damaged)
        assert isinstance(found, Reason)
        assert found.code in REASONS
        assert dict(found.blanks)["part"] == "line_reader.onnx"


def test_the_weights_are_small() -> None:
    assert WEIGHTS.stat().st_size < 5_000_000
