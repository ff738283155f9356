"""Shorthand for units: battalion and brigade by a slash, roman numerals, digits apart, largest unit first."""

import pytest

from tests.matching.names.invented_sites import NAMES


@pytest.mark.parametrize(
    "text",
    [
        "الڡوج الساٮع لواء ٣١٨",
        "7/318 Bde",
        "7-318 Brigade",
        "VII Battalion, 318 Brigade",
        "فوج ٧/٣١٨",
        "لواء ٣١٨ الفوج السابع",
        "لواء ٣ ١ ٨ الفوج ٧",
        "السرية الثانية الفوج السابع لواء ٣١٨",
        "2nd company, 7th Bn, 318th Bde",
        "ف٧ ل٣١٨",
        "7BN 318BDE",
        "7th/318th Brigade",
        "لواء 318 فوج 7 سرية 2",
        "فرقة ٩ لواء ٣١٨ فوج ٧",
        "الفوج السابع من اللواء ثلاثمية وثمنطعش",
        "1/7/318 Bde",
        "الفوج 7️⃣ لواء 3️⃣1️⃣8️⃣",
    ],
)
def test_shorthand_for_our_unit_is_found(text: str) -> None:
    assert {match.site.id for match in NAMES.find(text)} == {"battalion"}


@pytest.mark.parametrize(
    "text",
    [
        "6/318 students",
        "7/318 Bdes Road",
        "الفوج السابع لواء ٣١٩",
        "الفوج السادس لواء ٣١٨",
        "8/318 Bde",
        "7/381 Bde",
        "VIII Battalion, 318 Brigade",
        "لواء ٣ ١ ٩ الفوج ٧",
        "Room 7-318, Brigade Avenue",
        "page 7/318",
        "لواء ٣ فوج ٧ عدد ٨",
        "وصل الفوج السابع من الحجاج على الرحلة ٣١٨",
        "فوج ٧/٣١٨/٢٠٢٤",
        "كلوا ٣١٨ تمرة",
        "2nd company, 318th Bde",
        "2nd company, 6th Bn, 318th Bde",
    ],
)
def test_neighbours_and_other_numbers_are_not_found(text: str) -> None:
    assert not list(NAMES.find(text))
