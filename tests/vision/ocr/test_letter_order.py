"""Arabic captions set letter by letter from left to right: put in order, and no other line touched."""

import pytest

from opsec.vision.ocr.letter_order import join_split_letters, restore_letter_order


@pytest.mark.parametrize(
    ("read", "meant"),
    [
        ("قدنفلا ةسردم", "مدرسة الفندق"),
        ("ىفطصم", "مصطفى"),
        ("٩٠٤ ءاول", "لواء ٩٠٤"),
        ("راهنلا ركسعم", "معسكر النهار"),
        ("نوتيزل١ راطم", "مطار الزيتون"),
        ("نوتيزJ1 راطم", "مطار الزيتون"),
        ("نوتيز1J راطم", "مطار الزيتون"),
        ("لابجلا نيب ماحزلا", "الزحام بين الجبال"),
        ("ن وتيزلا ع دوتس م", "مستودع الزيتون"),
        ("ةن وتي ز", "زيتونة"),
        ("راهنلا ركس٤م", "معسكر النهار"),
    ],
)
def test_a_backward_line_is_put_in_order(read: str, meant: str) -> None:
    restored = restore_letter_order(read)
    assert restored is not None
    assert restored.replace(" ", "") == meant.replace(" ", "")


@pytest.mark.parametrize(
    "text",
    [
        "معسكر الزيتون", "مدرسة الفندق", "أهلا وسهلا", "مرحبا أهلا وسهلا بكم", "لا اله الا الله", "باب", "من",
        "على بابا", "سوپا و پێشمەرگە", "ئازادی", "مصطفى", "ليلى علاء", "مبروك للنادي", "بغداد ١٢", "Falcon Camp",
        "12 34", "",
    ],
)  # fmt: skip
def test_a_line_in_the_usual_order_is_left_alone(text: str) -> None:
    assert restore_letter_order(text) is None


@pytest.mark.parametrize(
    ("torn", "whole"),
    [
        ("س يطرة ال طاحو نة", "سيطرة الطاحونة"),
        ("مس تودع النهار", "مستودع النهار"),
        ("بغداد و البصرة", "بغداد و البصرة"),
        ("صباح النو ر", "صباح النور"),
        ("بغداد", "بغداد"),
    ],
)
def test_pieces_of_words_are_joined_again(torn: str, whole: str) -> None:
    assert join_split_letters(torn) == whole
