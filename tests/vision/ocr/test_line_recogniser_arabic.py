"""Arabic boards rendered with the fonts that the README installs: unit numbers above all."""

import numpy as np
import pytest

pytest.importorskip("PIL", reason="rendering lines needs pillow (pip install opsec[training])")
pytest.importorskip("fontTools", reason="rendering lines needs fonttools (pip install opsec[training])")

from PIL import features

from opsec.devtools.ocr_training.fonts import FontFace, find_fonts
from opsec.vision.ocr.charset import to_charset
from opsec.vision.ocr.line_recogniser import LineRecogniser
from tests.benchmarks.ocr.lines import board

BOARDS = (
    "الفوج الثالث لواء ٦٢", "لواء ٩٠٤", "ف٢ ل٣٨", "الكتيبة ٥١", "شارع ١٧", "محلة ٤٠٣ زقاق ٩", "معسكر", "قاعدة جوية",
    "بوابة رقم ٨", "مقر الفرقة ٧", "ممنوع التصوير", "الساعة ١٢:٤٥",
)  # fmt: skip
PLAIN = ("NotoNaskhArabic-Regular", "NotoSansArabic-Bold")
"""Fonts of the package that the README installs, and no others: the result must not depend on the machine."""


@pytest.fixture(scope="module")
def faces() -> list[FontFace]:
    found = [face for face in find_fonts() if any(face.path.endswith(f"/{name}.ttf") for name in PLAIN)]
    if not features.check("raqm") or not found:
        pytest.skip("the fonts of fonts-noto-core are not on this machine")
    return found


@pytest.fixture(scope="module")
def recogniser() -> LineRecogniser:
    loaded = LineRecogniser.load()
    assert isinstance(loaded, LineRecogniser), loaded
    return loaded


@pytest.mark.parametrize("dark", [False, True])
def test_plain_boards_are_read_with_their_numbers(
    recogniser: LineRecogniser, faces: list[FontFace], dark: bool
) -> None:
    """One board in ten may be wrong; the test of numbers below is stricter."""
    wrong = [
        (face.path.rsplit("/", 1)[-1], text, read)
        for face in faces
        for text in BOARDS
        if (read := recogniser.recognise(board(face.path, text, dark=dark)).text) != to_charset(text)
    ]
    assert len(wrong) <= len(faces) * len(BOARDS) / 10, wrong


def test_arabic_numbers_are_read_in_logical_order(recogniser: LineRecogniser, faces: list[FontFace]) -> None:
    rng = np.random.default_rng(4)
    numbers = ["".join(rng.choice(list("٠١٢٣٤٥٦٧٨٩"), int(rng.integers(2, 6)))) for _ in range(20)]
    wrong = [
        (number, read)
        for face in faces
        for number in numbers
        if (read := recogniser.recognise(board(face.path, f"لواء {number}")).text.split(" ")[-1]) != number
    ]
    assert len(wrong) <= len(faces) * len(numbers) / 20, wrong
