"""Words around a number that say what it is: a position, or a price, a version, a size, a telephone number."""

import re

from opsec.geo.notations.base import CoordinateText

_LABEL_REACH = 24
"""Code points before a number in which its label is searched for."""

_LOCATION_LABEL = re.compile(
    r"(?:📍|🗺|🧭|🌍|🌐|📌"
    r"|(?<![^\W_])(?:my |our |the )?(?:loc|location|coords?|coordinates?|position|pos|gps|grid|mgrs|utm|pin)"
    r"|(?:احداثي(?:ات|ه)?|موقع|لوكيشن|لوكيشين|مكان|مربع|شبكه|نقطه|خريطه|خارطه)(?:نا|ي|ه|هم|كم|ها)?(?: هو| هي)?"
    r"|شوين|پيگه)"
    r"(?: is| are)?[\W_]{0,4}\Z"
)
"""Ends where the number starts."""

_OTHER_LABEL = re.compile(
    r"(?:[$€£¥₺№]|(?<![^\W_])(?:v|ver|version|build|rev|usd|iqd|eur|btc|eth|gold|prices?|cost|rates?|rated|rating|ip|sn|s/n|serial|"
    r"imei|vin|iban|id|order|ref|model|ticket|flight|tracking|tel|phone|fax|whatsapp|score|lap|size|loss|acc|accuracy|gpa|"
    r"average|avg|mean)|سعر|السعر|اسعار|الاسعار|رقم|الرقم|سيريال|تسلسل|هاتف|واتساب|ايبان|اصدار|الاصدار|نسبه|وزن|الوزن|مقاس|"
    r"نتيجه|النتيجه|معدل|المعدل|الذهب|تذكره|رحله)[ .:=]{0,3}\Z"
)
_UNIT_AFTER = re.compile(
    r" {0,2}(?:[$€£¥₺%٪=]|(?:usd|iqd|eur|k?gs?|grams?|mg|lbs?|mb|gb|tb|kb|mbps|fps|k?hz|mhz|ghz|ms|secs?|"
    r"km/h|kmh|mph|[ck]m|mm|litres?|percent|points?|volts?|amps?|psi|per|of)(?![^\W_])"
    r"|دينار|دولار|الف|مليون|كغم|كغ|كيلو|غرام|غم|سم|ملم|لتر|ساعه|نقطه|نقاط|بالميه|بالمئه|درجه ميويه|متر|هدف|صوت)"
)


def has_location_label_before(text: CoordinateText, start: int) -> bool:
    """Whether a location label precedes this index: ``location:``, ``📍``, ``الموقع`` …"""
    return _LOCATION_LABEL.search(text.normalised, max(0, start - _LABEL_REACH), start) is not None


def has_other_label_before(text: CoordinateText, start: int) -> bool:
    """Whether a word before this index says that the numbers are something other than a position."""
    return _OTHER_LABEL.search(text.normalised, max(0, start - _LABEL_REACH), start) is not None


def has_unit_after(text: CoordinateText, end: int) -> bool:
    """Whether a unit of money, weight, length … follows this index."""
    return _UNIT_AFTER.match(text.normalised, end) is not None
