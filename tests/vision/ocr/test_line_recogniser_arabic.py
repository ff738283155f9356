"""Arabic boards drawn with the fonts of this machine: unit numbers above all."""

import numpy as np
import pytest

pytest.importorskip("PIL", reason="drawing lines needs pillow (pip install opsec[training])")
pytest.importorskip("fontTools", reason="drawing lines needs fonttools (pip install opsec[training])")

from PIL import features

from opsec.devtools.ocr_training.fonts import Face, installed
from opsec.vision.ocr.charset import labels
from opsec.vision.ocr.line_recogniser import LineNetwork
from tests.benchmarks.ocr.lines import board

BOARDS = (
    "الفوج الثالث لواء ٦٢", "لواء ٩٠٤", "ف٢ ل٣٨", "الكتيبة ٥١", "شارع ١٧", "محلة ٤٠٣ زقاق ٩", "معسكر", "قاعدة جوية",
    "بوابة رقم ٨", "مقر الفرقة ٧", "ممنوع التصوير", "الساعة ١٢:٤٥",
)  # fmt: skip
PLAIN = ("NotoNaskhArabic-Regular", "NotoSansArabic-Bold", "DejaVuSans", "Amiri-Regular", "KacstOne", "FreeSerif")


@pytest.fixture(scope="module")
def faces() -> list[Face]:
    found = [face for face in installed() if any(face.path.endswith(f"/{name}.ttf") for name in PLAIN)]
    if not features.check("raqm") or not found:
        pytest.skip("none of the plain Arabic fonts is on this machine")
    return found


@pytest.fixture(scope="module")
def reader() -> LineNetwork:
    loaded = LineNetwork.load()
    assert isinstance(loaded, LineNetwork), loaded
    return loaded


@pytest.mark.parametrize("dark", [False, True])
def test_plain_boards_are_read_with_their_numbers(reader: LineNetwork, faces: list[Face], dark: bool) -> None:
    """A margin of one board in ten; numbers alone are held tighter below."""
    wrong = [
        (face.path.rsplit("/", 1)[-1], text, read)
        for face in faces
        for text in BOARDS
        if (read := reader.read(board(face.path, text, dark=dark)).text) != labels(text)
    ]
    assert len(wrong) <= len(faces) * len(BOARDS) / 10, wrong


def test_arabic_digits_are_read_in_the_order_in_which_they_are_said(reader: LineNetwork, faces: list[Face]) -> None:
    rng = np.random.default_rng(4)
    numbers = ["".join(rng.choice(list("٠١٢٣٤٥٦٧٨٩"), int(rng.integers(2, 6)))) for _ in range(20)]
    wrong = [
        (number, read)
        for face in faces
        for number in numbers
        if (read := reader.read(board(face.path, f"لواء {number}")).text.split(" ")[-1]) != number
    ]
    assert len(wrong) <= len(faces) * len(numbers) / 20, wrong
