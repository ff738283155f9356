"""Everyday words: those that must not be the full name of a site, and English ones that are no Arabic name.

Each of the first would flag a large share of all posts; they belong under ``weak`` in a site file. The second
are read as English words, not as an Arabic name in Latin letters: *sugar as the base* does not name Saqr base.
"""

from collections.abc import Iterable
from functools import cache
from importlib import resources

from opsec.text.normalise import normalise
from opsec.text.place_terms import PLACE_TYPES, QUALIFIERS

_WORDS = """
الدوام دوام الواجب واجب الوحدة وحدة البيت بيت الدار دار المدينة مدينة القرية قرية الشارع شارع السوق سوق المنطقة منطقة
الجيش جيش الشرطة شرطة الكتيبة كتيبة الفوج فوج اللواء لواء السرية سرية الفرقة فرقة السرب سرب الحشد القوات الجندي جندي
الصقر صقر الأسد أسد النسر نسر الذئب النمر النصر نصر السلام سلام الحرية الوطن وطن الشهيد شهيد الشهداء الأمل أمل النور نور
العراق عراق بغداد البصرة الموصل أربيل كركوك النجف كربلاء الأنبار دجلة الفرات الشمس القمر النجم النجوم السماء الليل
النخيل النخلة البادية الصحراء البحيرة النهر الوادي وادي الجبل جبل التل تل الشمال الجنوب الشرق الغرب الوسط القديم الجديد
home house work duty unit army police military soldier soldiers brigade battalion company squadron division regiment
falcon eagle lion tiger wolf hawk victory peace freedom hope light star moon sun desert lake palm
river hill mountain valley
iraq baghdad basra mosul erbil kirkuk anbar north south east west main new old test site the old one two three
سوپا پێشمەرگە ماڵ شار گوند هەڵۆ شێر ئازادی کوردستان هەولێر سلێمانی دهۆک
"""
EVERYDAY_WORDS = frozenset(normalise(word).text for word in _WORDS.split())
"""Normalised."""


@cache
def _english_words() -> frozenset[str]:
    text = (resources.files("opsec") / "assets" / "words" / "common_english.txt").read_text("utf-8")
    return frozenset(word for line in text.splitlines() for word in line.partition("#")[0].split())


def are_other_english_words(written: Iterable[str], name: Iterable[str]) -> bool:
    """Whether normalised words are everyday English ones, and not those of a name.

    >>> are_other_english_words(["sugar"], ["saqr"]), are_other_english_words(["lions"], ["lion"])
    (True, False)
    """
    singular = [word.removesuffix("s") for word in written]
    everyday = _english_words()
    is_english = all(word in everyday or f"{word}s" in everyday for word in singular)
    return is_english and singular != [word.removesuffix("s") for word in name]


def is_everyday_name(name: str) -> bool:
    """Whether a name is only an everyday word, or a type of place without a proper name.

    >>> is_everyday_name("الْقَاعِدَة"), is_everyday_name("المعسكر العسكري"), is_everyday_name("Falcon Camp")
    (True, True, False)
    """
    words = normalise(name).text.split()
    if len(words) == 1 and words[0] in EVERYDAY_WORDS:
        return True
    return all(_stem(word) in PLACE_TYPES or _stem(word) in QUALIFIERS or word.isdigit() for word in words)


def _stem(word: str) -> str:
    """Remove the Arabic article, or the plural s of an English type of place."""
    if not word.isascii():
        return word.removeprefix("ال")
    singular = word.removesuffix("s")
    return singular if singular in PLACE_TYPES else word
