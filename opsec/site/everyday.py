"""Words that name no base: as a site's name each would flag half of all posts. They belong under ``weak``."""

from opsec.words import fold

_WRITTEN = """
القاعدة قاعدة المعسكر معسكر الثكنة ثكنة المقر مقر البوابة بوابة السيطرة سيطرة الكتيبة كتيبة الفوج فوج اللواء لواء
الجيش جيش الشرطة المطار مطار الميدان ميدان المخزن البيت بيت الدار الدوام دوام الواجب واجب الوحدة وحدة الصقر صقر
الأسد أسد النصر نصر السلام سلام الحرية الوطن وطن العراق عراق بغداد الشمس القمر النخيل البادية الصحراء البحيرة
base camp barracks gate gates checkpoint home house work duty unit army police military airport airbase airfield depot
headquarters range post station tower falcon eagle lion hawk victory peace freedom desert lake palm river iraq baghdad
north south east west main new old test site the
بنکە سەربازگە ماڵ
"""
EVERYDAY = frozenset(fold(word).text for word in _WRITTEN.split())
"""In normal form."""


def is_everyday(name: str) -> bool:
    """Whether a name is no more than an everyday word.

    >>> is_everyday("الْقَاعِدَة"), is_everyday("Falcon Camp")
    (True, False)
    """
    return fold(name).text in EVERYDAY
