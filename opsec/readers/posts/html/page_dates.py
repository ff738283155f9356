"""Dates as exports in HTML show them: Telegram's, Meta's with names of months, ISO 8601.

The names of months are those of Unicode CLDR; Arabic has two sets, one of them in Iraq and the Levant.
"""

import re
from datetime import datetime

from opsec.readers.field_values import MAX_YEAR, MIN_YEAR
from opsec.readers.posts.plain_digits import PLAIN_DIGITS
from opsec.readers.posts.post_fields import parse_post_time

MAX_DATE_LENGTH = 60
_MONTHS = (
    "jan january يناير كانون_الثاني janvier januar enero gennaio ocak январь января ژانویه",
    "feb february فبراير شباط février fevrier februar febrero febbraio şubat февраль февраля فوریه",
    "mar march مارس آذار اذار mars märz marzo mart март марта",
    "apr april أبريل ابريل نيسان avril abril aprile nisan апрель апреля آوریل",
    "may مايو أيار ايار mai mayo maggio mayıs май мая مه",
    "jun june يونيو حزيران juin juni junio giugno haziran июнь июня ژوئن",
    "jul july يوليو تموز juillet juli julio luglio temmuz июль июля ژوئیه",
    "aug august أغسطس اغسطس آب اب août aout agosto ağustos август августа اوت",
    "sep sept september سبتمبر أيلول ايلول septembre septiembre settembre eylül сентябрь сентября سپتامبر",
    "oct october أكتوبر اكتوبر تشرين_الأول تشرين_الاول octobre oktober octubre ottobre ekim октябрь октября اکتبر",
    "nov november نوفمبر تشرين_الثاني novembre noviembre kasım ноябрь ноября نوامبر",
    "dec december ديسمبر كانون_الأول كانون_الاول décembre dezember diciembre dicembre aralık декабрь декабря دسامبر",
)
_MONTH_NUMBERS = {name.replace("_", " "): number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun "
    "montag dienstag mittwoch donnerstag freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche "
    "lunes martes miércoles jueves viernes sábado domingo pazartesi salı çarşamba perşembe cuma cumartesi pazar "
    "الاثنين الإثنين الثلاثاء الأربعاء الاربعاء الخميس الجمعة السبت الأحد الاحد"
)
_CALENDAR_WORDS = frozenset(
    [
        *(part for name in _MONTH_NUMBERS for part in name.split()),
        *_WEEKDAYS.split(),
        *"am pm a p m ص م utc gmt z t at um à de of في الساعة st nd rd th edited".split(),
    ]
)
"""Words of dates, in lower case."""
_WORD = re.compile(r"[^\W\d_]+")
_COORDINATE = re.compile(r"\d[.,٫]\d{3}|°")
_TELEGRAM = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})(?: (\d\d:\d\d:\d\d))?(?: UTC([+-]\d\d:\d\d))?")
_NAME = r"([^\W\d_]{2,12}(?: [^\W\d_]{4,8})?)\.?"
_TIME = r"(?:,? (?:at |um |à |في )?(\d{1,2}):(\d\d)(?::(\d\d))? ?([AaPp]\.?[Mm]\.?|[صم])?)?"
_MONTH_FIRST = re.compile(rf"(?:[^\W\d_]+,? )?{_NAME} (?P<day>\d{{1,2}}),? (?P<year>\d{{4}}){_TIME}")
_DAY_FIRST = re.compile(rf"(?:[^\W\d_]+,? )?(?P<day>\d{{1,2}})\.? (?:de )?{_NAME},? (?:de )?(?P<year>\d{{4}}){_TIME}")
_LOOKS_LIKE_DATE = re.compile(r"(?=.*\b(?:19|20)\d\d\b)(?=.*\d{1,2}:\d\d)[^\n]{8,40}")


def looks_like_date(text: str) -> bool:
    """Whether a whole text is a date with a time, in any language, or a date that can be parsed."""
    if not 8 <= len(text) <= MAX_DATE_LENGTH:
        return False
    plain = _plain(text)
    return _LOOKS_LIKE_DATE.fullmatch(plain) is not None or parse_page_date(text) is not None


def is_only_date(text: str) -> bool:
    """Whether a text holds nothing but a date or a time, so that no word is lost without it.

    >>> [is_only_date(text) for text in ("Mon, 16 Nov 2026 6:20 pm", "21:14", "2026 Falcon Camp 21:14", "معسكر 21:14")]
    [True, True, False, False]
    """
    plain = _plain(text)
    if len(plain) > MAX_DATE_LENGTH or not any(map(str.isdigit, plain)) or _COORDINATE.search(plain):
        return False
    return all(word.casefold() in _CALENDAR_WORDS for word in _WORD.findall(plain))


def parse_page_date(text: str) -> str | None:
    """Convert a date to RFC 3339, without a zone if the page gives none; None if day and month are ambiguous.

    >>> parse_page_date("02.11.2026 21:14:05 UTC+03:00"), parse_page_date("Nov 02, 2026 6:20 pm")
    ('2026-11-02T21:14:05+03:00', '2026-11-02T18:20:00')
    >>> parse_page_date("٢ تشرين الثاني ٢٠٢٦، ٦:٢٠ م"), parse_page_date("02/03/2026")
    ('2026-11-02T18:20:00', None)
    """
    if len(text) > MAX_DATE_LENGTH:
        return None
    plain = _plain(text)
    telegram = _TELEGRAM.fullmatch(plain)
    if telegram:
        day, month, year, time, zone = telegram.groups()
        return parse_post_time(f"{year}-{month}-{day}" + (f"T{time}{zone or ''}" if time else ""))
    named = _MONTH_FIRST.fullmatch(plain) or _DAY_FIRST.fullmatch(plain)
    return _named_month(named) if named else parse_post_time(plain)


def _plain(text: str) -> str:
    return " ".join(text.translate(PLAIN_DIGITS).replace("،", ",").split())


def _named_month(found: re.Match[str]) -> str | None:
    name, hour, minute, second_s, half = (found[number] for number in _numbers_of_groups(found))
    month = _MONTH_NUMBERS.get(name.casefold())
    if month is None:
        return None
    hours = int(hour or 0)
    if half:
        hours = hours % 12 + (12 if half.casefold()[0] in "pم" else 0)
    try:
        moment = datetime(int(found["year"]), month, int(found["day"]), hours, int(minute or 0), int(second_s or 0))
    except ValueError:
        return None
    if not MIN_YEAR <= moment.year <= MAX_YEAR:
        return None
    return moment.isoformat() if hour else moment.date().isoformat()


def _numbers_of_groups(found: re.Match[str]) -> tuple[int, ...]:
    """Numbers of the unnamed groups: month, hour, minute, second, half of the day."""
    named = set(found.re.groupindex.values())
    return tuple(number for number in range(1, found.re.groups + 1) if number not in named)
