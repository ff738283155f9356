"""What the words around a number say it is: a place, or a price, a version, a size, a telephone number."""

import re

from opsec.geo.notations.normalised_text import Plain

_REACH = 24
"""Code points before a number in which its label stands."""

_PLACE = re.compile(
    r"(?:📍|🗺|🧭|🌍|🌐|📌"
    r"|(?<![^\W_])(?:my |our |the )?(?:loc|location|coords?|coordinates?|position|pos|gps|grid|mgrs|utm|pin)"
    r"|(?:احداثي(?:ات|ه)?|موقع|لوكيشن|لوكيشين|مكان|مربع|شبكه|نقطه|خريطه|خارطه)(?:نا|ي|ه|هم|كم|ها)?(?: هو| هي)?"
    r"|شوين|پيگه)"
    r"(?: is| are)?[\W_]{0,4}\Z"
)
"""Ends where the number begins."""

_THING_BEFORE = re.compile(
    r"(?:[$€£¥₺№]|(?<![^\W_])(?:v|ver|version|build|rev|usd|iqd|eur|btc|eth|gold|prices?|cost|rates?|rated|rating|ip|sn|s/n|serial|"
    r"imei|vin|iban|id|order|ref|model|ticket|flight|tracking|tel|phone|fax|whatsapp|score|lap|size|loss|acc|accuracy|gpa|"
    r"average|avg|mean)|سعر|السعر|اسعار|الاسعار|رقم|الرقم|سيريال|تسلسل|هاتف|واتساب|ايبان|اصدار|الاصدار|نسبه|وزن|الوزن|مقاس|"
    r"نتيجه|النتيجه|معدل|المعدل|الذهب|تذكره|رحله)[ .:=]{0,3}\Z"
)
_THING_AFTER = re.compile(
    r" {0,2}(?:[$€£¥₺%٪=]|(?:usd|iqd|eur|k?gs?|grams?|mg|lbs?|mb|gb|tb|kb|mbps|fps|k?hz|mhz|ghz|ms|secs?|"
    r"km/h|kmh|mph|[ck]m|mm|litres?|percent|points?|volts?|amps?|psi|per|of)(?![^\W_])"
    r"|دينار|دولار|الف|مليون|كغم|كغ|كيلو|غرام|غم|سم|ملم|لتر|ساعه|نقطه|نقاط|بالميه|بالمئه|درجه ميويه|متر|هدف|صوت)"
)


def named_a_place(text: Plain, start: int) -> bool:
    """Whether a label stands before this: ``location:``, ``📍``, ``الموقع`` …"""
    return _PLACE.search(text.letters, max(0, start - _REACH), start) is not None


def named_a_thing(text: Plain, start: int) -> bool:
    """Whether a word before says that these numbers are something else."""
    return _THING_BEFORE.search(text.letters, max(0, start - _REACH), start) is not None


def measured_in(text: Plain, end: int) -> bool:
    """Whether a unit of money, weight, length … stands behind these numbers."""
    return _THING_AFTER.match(text.letters, end) is not None
