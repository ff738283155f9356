"""Words that name no base: as a site's name each would flag half of all posts. They belong under ``weak``."""

from opsec.text.normalise import fold
from opsec.text.place_terms import QUALIFIERS, TYPES

_WRITTEN = """
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
EVERYDAY = frozenset(fold(word).text for word in _WRITTEN.split())
"""In normal form."""


def is_everyday(name: str) -> bool:
    """Whether a name is no more than an everyday word, or a kind of place without a name of its own.

    >>> is_everyday("الْقَاعِدَة"), is_everyday("المعسكر العسكري"), is_everyday("Falcon Camp")
    (True, True, False)
    """
    words = fold(name).text.split()
    if len(words) == 1 and words[0] in EVERYDAY:
        return True
    return all(_bare(word) in TYPES or _bare(word) in QUALIFIERS or word.isdigit() for word in words)


def _bare(word: str) -> str:
    plural = word.removesuffix("s")
    return word.removeprefix("ال") if not word.isascii() else plural if plural in TYPES else word
