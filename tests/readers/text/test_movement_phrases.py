"""Presence and movement in five languages; past, negated and reported sentences do not count."""

import pytest

from opsec.readers.text.context_phrases import context_hints
from tests.fixtures.records import text_hint


@pytest.mark.parametrize(
    "text",
    [
        "وصلت توني للقاعدة",
        "صرنا هنا من الصبح",
        "لسا هنا بالمعسكر",
        "نتحرك باجر الفجر",
        "راح نطلع من الثكنة الساعة خمسة",
        "رتلنا يتحرك الليلة",
        "الوجبة تنزل الخميس",
        "نازل اجازة باجر من المعسكر",
        "القافلة تغادر معسكر الزعفران غدا",
        "البديل يوصل العصر",
        "We move at dawn",
        "we roll out tomorrow from Camp Zafaran",
        "relief arrives at 1800",
        "going on leave Thursday",
        "still here, night three",
        "just landed at the base",
        "patrol leaves in an hour",
        "resupply convoy due tonight",
        "سبەی دەجوڵێین",
        "کاروانەکە بەیانی دەردەچێت",
        "تازە گەیشتینە سەربازگە",
        "em sibê diçin",
        "konvoy îşev derdikeve",
        "em niha li vir in",
        "bacher nit7arak mn il mu3askar",
        "hassa wsalna lil qa3da",
        "ba3adna hna",
        "rital yitla3 il fajr",
        "just got here with the boys",
        "I left in 2019. Now on duty",
    ],
)
def test_presence_and_movement_are_found(text: str) -> None:
    assert list(context_hints([text_hint(text)]))


@pytest.mark.parametrize(
    "text",
    [
        "وصلت المعسكر قبل سنتين",
        "كنا هنا سنة ٢٠١٨",
        "ما وصلنا",
        "مو بالواجب اليوم",
        "ما اكو دوام باجر",
        "الرتل ما يتحرك باجر",
        "قالوا الرتل يطلع باجر",
        "I left in 2019",
        "we used to be on duty here",
        "not on duty today",
        "the convoy never leaves",
        "they say the convoy leaves at dawn",
        "convoy cancelled",
        "I arrived years ago",
        "remember when we moved at dawn",
        "no patrol tonight",
        "پێش ساڵێک گەیشتین",
        "em nayên",
        "ez ne li ser erkê me",
        "ta3al shuf il film",
        "now I understand",
        "leave me alone tomorrow",
        "أحلى ذكريات الواجب",
        "واجب بيتي للصف الثالث",
        "duty free shop",
    ],
)
def test_past_negated_and_reported_sentences_are_not_found(text: str) -> None:
    assert not list(context_hints([text_hint(text)]))
