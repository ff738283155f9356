"""Numbers of people that stand in a picture by chance: plates of cars, telephones. No report shows them.

Forms: Iraqi plates of both series (governorate or its number, a letter, up to six digits) as the Traffic Directorate
issues them, and telephone numbers of seven digits and more however they are grouped (ITU-T E.123).
"""

import re
from collections.abc import Iterator

_GOVERNORATES = (
    "بغداد|البصرة|نينوى|أربيل|اربيل|السليمانية|دهوك|كركوك|الأنبار|الانبار|ديالى|بابل|كربلاء|النجف|واسط|ذي قار|ميسان|"
    "المثنى|القادسية|صلاح الدين|حلبجة|العراق|هەولێر|سلێمانی|دهۆک|baghdad|basra|nineveh|erbil|sulaymaniyah|duhok|kirkuk|"
    "anbar|diyala|babil|karbala|najaf|wasit|maysan|muthanna|iraq|krg"
)
_LETTER, _APART = r"[^\W\d_]", r"[ \n|/.-]{0,3}"
_YEAR = "(?:[1١۱][9٩۹]|[2٢۲][0٠۰])\\d\\d"
_NO_DATE = rf"(?!(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]{_YEAR}|{_YEAR}[/.-]\d{{1,2}}[/.-]\d{{1,2}})(?!\d))"
_NO_YEAR = rf"(?!{_YEAR}(?!\d))"
_PRIVATE = re.compile(
    rf"(?<!\w)(?:{_GOVERNORATES}){_APART}(?:{_LETTER}{_APART})?{_NO_YEAR}(?P<plate1>\d{{4,6}})(?!\d)"
    rf"|(?<!\d){_NO_YEAR}(?P<plate2>\d{{4,6}}){_APART}(?:{_LETTER}{_APART})?(?:{_GOVERNORATES})(?!\w)"
    rf"|(?<!\w)\d{{2}}{_APART}{_LETTER}{_APART}(?P<plate3>\d{{4,6}})(?!\d)"
    rf"|(?<![\d./-]){_NO_DATE}(?P<telephone>(?:\+|00)?\d(?:[ ()/-]{{0,2}}\d){{6,14}})(?!\d|\.\d)",
    re.IGNORECASE,
)


def private_parts(text: str) -> Iterator[tuple[int, int]]:
    """Every number of a plate or a telephone in a text: code points, end exclusive.

    >>> [text[start:end] for text in ("call 0770 123 4567",) for start, end in private_parts(text)]
    ['0770 123 4567']
    >>> list(private_parts("3rd Battalion, 147th Brigade, Baghdad 2026, 23/11/2026"))
    []
    """
    for found in _PRIVATE.finditer(text):
        yield found.span(found.lastgroup or 0)
