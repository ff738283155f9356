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

GRID_LABEL = (
    r"(?:(?<![^\W_])(?:mgrs|grid(?: ref(?:erence)?)?|coords?|coordinates?|gps|position|location)"
    r"|احداثي(?:ات|ه)?(?:نا|ي|هم)?|مربع|شبكه"
    r"|موقع(?:نا|ي|هم)?|جي بي اس|📍)(?: is| هو| هي)?[\W_]{0,4}"
)
_GRID_LABEL = re.compile(rf"{GRID_LABEL}\Z")
_OTHER_LABEL = re.compile(
    r"(?:[$€£¥₺№]|(?<![^\W_])(?:v|ver|version|build|rev|usd|iqd|eur|btc|eth|gold|prices?|cost|rates?|rated"
    r"|rating|ip|sn|s/n|serial|"
    r"imei|vin|iban|id|order|ref|model|ticket|flight|tracking|tel|phone|fax|whatsapp|score|lap|size|loss"
    r"|acc|accuracy|gpa|"
    r"average|avg|mean)|سعر|السعر|اسعار|الاسعار|رقم|الرقم|سيريال|تسلسل|هاتف|واتساب|ايبان|اصدار|الاصدار"
    r"|نسبه|وزن|الوزن|مقاس|"
    r"نتيجه|النتيجه|معدل|المعدل|الذهب|تذكره|رحله)[ .:=]{0,3}\Z"
)
_CURRENCY = (
    r"usdt?|eur|try|iqd|gbp|irr|sar|aed|kwd|jod|syp|egp|lbp|chf|jpy|cny|rub|inr|tl|btc|eth|bnb|xrp|sol"
    r"|doge|ada|trx|ltc|ton|shib|usdc|"
    r"dot|avax|pepe|dollars?|euros?|dinars?|liras?|riyals?|dirhams?|pounds?|bitcoin|ethereum"
)
_ARABIC_CURRENCY = r"دينار|دولار|يورو|ليرات|الليره|ليره (?:ترك|سور|لبن)\w{1,6}|ريال|درهم|تومان|جنيه|بيتكوين|ايثريوم"
_UNIT_AFTER = re.compile(
    rf" {{0,2}}(?:[$€£¥₺₿%٪=]|(?:{_CURRENCY}|k?gs?|grams?|mg|lbs?|mb|gb|tb|kb|mbps|fps|k?hz|mhz|ghz|ms|secs?|"
    r"km/h|kmh|mph|[ck]m|mm|m[²2]|litres?|percent|points?|pts|votes?|likes?|views?|followers|volts?|amps?|psi"
    r"|per|of|px)(?![^\W_])"
    rf"|{_ARABIC_CURRENCY}|الف|مليون|كغم|كغ|كيلو|غرام|غم|سم|ملم|لتر|ساعه|نقطه|نقاط|بالميه|بالمئه|درجه ميويه|متر|هدف|صوت"
    r"|متابع|اعجاب|مشاهده|م[²2]?(?![^\W_]))"
)
_LENGTH_AFTER = re.compile(
    r" {0,2}(?:م|متر|امتار|سم|ملم|قدم|انج|m|metres?|meters?|cm|mm|ft|feet|inch(?:es)?)(?![^\W_])"
)

_NEAR_BEFORE, _NEAR_AFTER = 40, 24
"""Code points before and after a position in which words that say what it is are searched for."""
_ARABIC_START, _ARABIC_END = r"(?<![^\W_])[وفبلك]{0,2}(?:ال)?", r"(?:نا|ي|ه|هم|كم|ها|ات|وا|ون|ين)?(?![^\W_])"
_PLACE_WORD = re.compile(
    r"[📍🗺🧭🌍🌐📌🚩🏕⛺]"
    r"|(?<![^\W_])(?:locations?|loc|coords?|coordinates?|position|gps|grid|mgrs|utm|wgs ?84|pins?|maps?"
    r"|here|meet|meeting|come|join us"
    r"|we are|camps?|base|gate|checkpoint|outpost|address|lat|lon|lng|long|latitude|longitude|spot|sites?"
    r"|place|rally|arrived"
    r"|konum|cih|werin|li vir)(?![^\W_])"
    rf"|{_ARABIC_START}(?:احداثي|موقع|مواقع|لوكيشن|لوكيشين|مكان|مربع|شبكه|خريطه|خارطه|عنوان|هنا|هنانا|تعال"
    rf"|نلتقي|ملتقي|لقاء|تجمع"
    r"|نحن|احنا|وصلنا|وصول|معسكر|قاعده|ثكنه|بوابه|سيطره|مقر|حاجز|نقطه اللقاء|نقطه التجمع|جي بي اس|دبوس"
    r"|خط العرض|خط الطول"
    rf"|شوين|وهرن|بنكه|سهربازگه|نهخشه|اينجا){_ARABIC_END}"
)
_QUANTITY_WORD = re.compile(
    rf"(?<![^\W_])(?:{_CURRENCY}|exchange|rates?|prices?|stocks?|shares?|crypto|forex|wallet|bid|ask|buy"
    rf"|sell|coupons?|vouchers?|promo"
    r"|discount|password|wifi|licen[cs]e|serial|activation|score|average|mean|median|std|sigma|loss"
    r"|accuracy|version|firmware|ratio"
    r"|weights?|odds|xg|gpa|matrix|translate|rgba?|hsla?|vec[234]|vector|tensor|array)(?![^\W_])"
    rf"|{_ARABIC_START}(?:{_ARABIC_CURRENCY}|سعر|اسعار|صرف|بورصه|كوبون|قسيمه|قسايم|خصم|تخفيض|عمله|عملات"
    rf"|تداول|اسهم|سهم|شراء|بيع|نسبه"
    rf"|معدل|متوسط|وزن|اوزان|اصدار|تفعيل|كلمه السر|باسوورد|مصفوفه|نتيجه){_ARABIC_END}"
)


_CODE_LABEL = re.compile(
    r"(?:(?<![^\W_])(?:coupons?|vouchers?|promo|discount|gift|password|wifi|licen[cs]e|activation|redeem"
    r"|otp)(?: ?code| ?key)?"
    rf"|{_ARABIC_START}(?:كوبون|قسيمه|قسايم|خصم|تخفيض|تفعيل|كلمه السر|باسوورد|هديه|كارت){_ARABIC_END})"
    r"(?: is| هو| هي)?[\W_]{0,4}\Z"
)


def is_other_code(text: CoordinateText, start: int, end: int) -> bool:
    """Whether a code is labelled as a voucher or a password, and no word near it speaks of a place."""
    labelled = _CODE_LABEL.search(text.normalised, max(0, start - _LABEL_REACH), start) is not None
    return (labelled or has_other_label_before(text, start)) and not has_place_word_near(text, start, end)


def has_location_label_before(text: CoordinateText, start: int) -> bool:
    """Whether a location label precedes this index: ``location:``, ``📍``, ``الموقع`` …"""
    return _LOCATION_LABEL.search(text.normalised, max(0, start - _LABEL_REACH), start) is not None


def has_grid_label_before(text: CoordinateText, start: int) -> bool:
    """Whether a word for a grid or coordinates precedes this index: ``MGRS``, ``grid``, ``احداثيات``, ``مربع``."""
    return _GRID_LABEL.search(text.normalised, max(0, start - _LABEL_REACH), start) is not None


def has_other_label_before(text: CoordinateText, start: int) -> bool:
    """Whether a word before this index says that the numbers are something other than a position."""
    return _OTHER_LABEL.search(text.normalised, max(0, start - _LABEL_REACH), start) is not None


def has_unit_after(text: CoordinateText, end: int) -> bool:
    """Whether a unit of money, weight, length … follows this index."""
    return _UNIT_AFTER.match(text.normalised, end) is not None


def has_length_unit_after(text: CoordinateText, end: int) -> bool:
    """Whether a unit of length follows this index: the numbers measure a room."""
    return _LENGTH_AFTER.match(text.normalised, end) is not None


def has_place_word_near(text: CoordinateText, start: int, end: int) -> bool:
    """Whether a word or sign close to this span speaks of a place: ``here``, ``تعالوا``, ``📍`` …"""
    return _is_near(_PLACE_WORD, text, start, end)


def is_other_quantity_nearby(text: CoordinateText, start: int, end: int) -> bool:
    """Whether words close to this span speak of money, codes, scores or arrays, and none of a place."""
    return _is_near(_QUANTITY_WORD, text, start, end) and not _is_near(_PLACE_WORD, text, start, end)


def _is_near(pattern: re.Pattern[str], text: CoordinateText, start: int, end: int) -> bool:
    before = pattern.search(text.normalised, max(0, start - _NEAR_BEFORE), start)
    return before is not None or pattern.search(text.normalised, end, end + _NEAR_AFTER) is not None
