"""Personal numbers in the text of frames: vehicle registration plates and telephone numbers. No report shows them.

Recognised are Iraqi plates of both series (governorate or its number, a letter, up to six digits) as the Traffic
Directorate issues them, and telephone numbers of seven digits and more in any grouping (ITU-T E.123).
"""

import re
from collections.abc import Iterator

_GOVERNORATES = (
    "بغداد|البصرة|نينوى|أربيل|اربيل|السليمانية|دهوك|كركوك|الأنبار|الانبار|ديالى|بابل|كربلاء|النجف|واسط|ذي قار|ميسان|"
    "المثنى|القادسية|صلاح الدين|حلبجة|العراق|هەولێر|سلێمانی|دهۆک|baghdad|basra|nineveh|erbil|sulaymaniyah|duhok|kirkuk|"
    "anbar|diyala|babil|karbala|najaf|wasit|maysan|muthanna|iraq|krg"
)
_LETTER, _SEPARATOR = r"[^\W\d_]", r"[ \n|/.-]{0,3}"
_YEAR = "(?:[1١۱][9٩۹]|[2٢۲][0٠۰])\\d\\d"
_NOT_A_DATE = rf"(?!(?:\d{{1,2}}[/.-]\d{{1,2}}[/.-]{_YEAR}|{_YEAR}[/.-]\d{{1,2}}[/.-]\d{{1,2}})(?!\d))"
_NOT_A_YEAR = rf"(?!{_YEAR}(?!\d))"
_PLATE_OR_TELEPHONE = re.compile(
    rf"(?<!\w)(?:{_GOVERNORATES}){_SEPARATOR}(?:{_LETTER}{_SEPARATOR})?{_NOT_A_YEAR}(?P<plate1>\d{{4,6}})(?!\d)"
    rf"|(?<!\d){_NOT_A_YEAR}(?P<plate2>\d{{4,6}}){_SEPARATOR}(?:{_LETTER}{_SEPARATOR})?(?:{_GOVERNORATES})(?!\w)"
    rf"|(?<!\w)\d{{2}}{_SEPARATOR}{_LETTER}{_SEPARATOR}(?P<plate3>\d{{4,6}})(?!\d)"
    rf"|(?<![\d./-]){_NOT_A_DATE}(?P<telephone>(?:\+|00)?\d(?:[ ()/-]{{0,2}}\d){{6,14}})(?!\d|\.\d)",
    re.IGNORECASE,
)


def find_private_numbers(text: str) -> Iterator[tuple[int, int]]:
    """Yield the span of each plate or telephone number in a text, in code points, end exclusive.

    >>> text = "call 0770 123 4567"
    >>> [text[start:end] for start, end in find_private_numbers(text)]
    ['0770 123 4567']
    >>> list(find_private_numbers("3rd Battalion, 147th Brigade, Baghdad 2026, 23/11/2026"))
    []
    """
    for found in _PLATE_OR_TELEPHONE.finditer(text):
        yield found.span(found.lastgroup or 0)
