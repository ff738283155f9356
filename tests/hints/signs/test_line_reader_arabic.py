"""Arabic boards drawn with the fonts of this machine: unit numbers above all."""

import numpy as np
import pytest

pytest.importorskip("PIL", reason="drawing lines needs pillow (pip install opsec[training])")
pytest.importorskip("fontTools", reason="drawing lines needs fonttools (pip install opsec[training])")

from PIL import Image, ImageDraw, ImageFont, features

from opsec.hints.signs.alphabet import labels
from opsec.hints.signs.line_reader import LineNetwork
from opsec.training.fonts import Face, installed

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


def drawn(
    face: Face, text: str, size_px: int = 34, dark: bool = False
) -> "np.ndarray[tuple[int, int], np.dtype[np.uint8]]":
    font = ImageFont.truetype(face.path, size_px, layout_engine=ImageFont.Layout.RAQM)
    left, top, right, bottom = (int(side) for side in font.getbbox(text, direction="rtl"))
    board, ink = (35, 220) if dark else (225, 25)
    image = Image.new("L", (right - left + 16, bottom - top + 12), board)
    ImageDraw.Draw(image).text((8 - left, 6 - top), text, font=font, fill=ink, direction="rtl")
    return np.asarray(image, np.uint8)


@pytest.mark.parametrize("dark", [False, True])
def test_plain_boards_are_read_with_their_numbers(reader: LineNetwork, faces: list[Face], dark: bool) -> None:
    """A margin of one board in ten; numbers alone are held tighter below."""
    wrong = [
        (face.path.rsplit("/", 1)[-1], text, read)
        for face in faces
        for text in BOARDS
        if (read := reader.read(drawn(face, text, dark=dark)).text) != labels(text)
    ]
    assert len(wrong) <= len(faces) * len(BOARDS) / 10, wrong


def test_arabic_digits_are_read_in_the_order_in_which_they_are_said(reader: LineNetwork, faces: list[Face]) -> None:
    rng = np.random.default_rng(4)
    numbers = ["".join(rng.choice(list("٠١٢٣٤٥٦٧٨٩"), int(rng.integers(2, 6)))) for _ in range(20)]
    wrong = [
        (number, read)
        for face in faces
        for number in numbers
        if (read := reader.read(drawn(face, f"لواء {number}")).text.split(" ")[-1]) != number
    ]
    assert len(wrong) <= len(faces) * len(numbers) / 20, wrong
