"""Parsing of unit numbers in words or digits: ``الثالث``, ``٣``, ``3rd``, ``third``, ``مئتان وثمانية عشر``."""

from dataclasses import dataclass
from functools import lru_cache

from opsec.text.normalise import normalise
from opsec.text.phonetic_distance import PhoneticDictionary
from opsec.text.phonetics import article_length

_WORDS = {
    1: "واحد الاول اولى الاولى الاوله يەک یەکەم یەکەمی first one awal awwal",
    2: "اثنان اثنين ثنين الثاني التاني ثانية اثنا اثني دوو دوومی دووەم دووەمی دووی second two thani",
    3: "ثلاثة ثلاث تلاثة تلاته الثالث الثالت التالت الثالس ثالثة سێ سێیەم سێیەمی third three thalith talith",
    4: "اربعة اربع الرابع رابعة چوار چوارەم چوارەمی fourth four rabi3",
    5: "خمسة خمس الخامس خامسة پێنج پێنجەم پێنجەمی fifth five khamis",
    6: "ستة ست السادس سادسة شەش شەشەم شەشەمی sixth six sadis",
    7: "سبعة سبع السابع سابعة حەوت حەوتەم حەوتەمی seventh seven sabi3",
    8: "ثمانية ثمان ثماني تمانية الثامن التامن ثامنة هەشت هەشتەم هەشتەمی eighth eight thamin",
    9: "تسعة تسع التاسع تاسعة نۆ نۆیەم نۆیەمی ninth nine tasi3",
    10: "عشرة عشر العاشر عاشرة دە دەیەم دەیەمی tenth ten 3ashir",
    11: "الحادي حادية احدى احد اطعش هداعش یازدە یازدەیەم eleventh eleven",
    12: "اثنعش طنعش دوازدە دوازدەیەم twelfth twelve",
    13: "ثلطعش thirteenth thirteen", 14: "اربعطعش fourteenth fourteen", 15: "خمسطعش fifteenth fifteen",
    16: "سطعش sixteenth sixteen", 17: "سبعطعش seventeenth seventeen", 18: "ثمنطعش eighteenth eighteen",
    19: "تسعطعش nineteenth nineteen",
    20: "عشرون عشرين بیست بیستەم twentieth twenty", 30: "ثلاثون ثلاثين تلاثين سی thirtieth thirty",
    40: "اربعون اربعين چل fortieth forty", 50: "خمسون خمسين پەنجا fiftieth fifty",
    60: "ستون ستين شەست sixtieth sixty", 70: "سبعون سبعين حەفتا seventieth seventy",
    80: "ثمانون ثمانين هەشتا eightieth eighty", 90: "تسعون تسعين نەوەد ninetieth ninety",
    100: "مئة مائة مية ميه سەد hundred hundredth", 200: "مئتان مئتين مائتان مائتين ميتين دووسەد",
    300: "ثلاثمئة ثلاثمائة ثلاثمية ثلثمية تلثمية سێسەد", 400: "اربعمئة اربعمائة اربعمية چوارسەد",
    500: "خمسمئة خمسمائة خمسمية پێنجسەد", 600: "ستمئة ستمائة ستمية شەشسەد", 700: "سبعمئة سبعمائة سبعمية حەوتسەد",
    800: "ثمانمئة ثمانمائة ثمنمية ثمانمية هەشتسەد", 900: "تسعمئة تسعمائة تسعمية نۆسەد",
}  # fmt: skip
_VALUES = {normalise(word).text.removeprefix("ال"): value for value, words in _WORDS.items() for word in words.split()}
_VALUES |= {normalise("احد").text: 1, normalise("احدى").text: 1, normalise("حادي").text: 1, normalise("حادية").text: 1}
_FEMININE_ORDINALS = frozenset(
    normalise(word).text for word in "اولى ثانية ثالثة رابعة خامسة سادسة سابعة ثامنة تاسعة عاشرة".split()
)
"""Feminine ordinals: *the third company*, never *the third brigade*."""
_ORDINAL_SUFFIXES = frozenset(normalise(word).text for word in "st nd rd th ی م ەم ەمی یەم یەمی مین".split())
_ARTICLES = frozenset({"al", "el", "il", "the"})
MAX_WORDS = 7
"""Words of one number."""
MAX_VALUE = 9_999


_MIN_CONSONANTS = 2
_MAX_PHONETIC_DISTANCE = 0.15
_VALUES_BY_SOUND = PhoneticDictionary(_VALUES.items(), _MIN_CONSONANTS, _MAX_PHONETIC_DISTANCE)
_MAX_DIGITS = 5
"""Digits parsed of a number; one more than ``MAX_VALUE`` has, so that longer numbers are rejected."""


@dataclass(frozen=True, slots=True)
class Number:
    """A parsed number."""

    value: int
    end: int
    """Index of the word after it."""
    feminine: bool = False


def parse_number(words: list[str], index: int) -> Number | None:
    """Parse the number that begins at a word; words are normalised, with letters and digits separated.

    >>> parse_number(["ميه", "وسبعه", "واربعين"], 0).value, parse_number(["147", "th"], 0)
    (147, Number(value=147, end=2, feminine=False))
    """
    if index < len(words) and words[index].isdigit():
        value = int(words[index][:_MAX_DIGITS])
        end = index + 1
        if end < len(words) and words[end] in _ORDINAL_SUFFIXES:
            end += 1
        return Number(value, end) if 0 < value <= MAX_VALUE else None
    return _parse_words(words, index)


def _parse_words(words: list[str], index: int) -> Number | None:
    total, end, feminine = 0, index, False
    for position in range(index, min(index + MAX_WORDS, len(words))):
        if words[position] in ({"و", "and"} if total else _ARTICLES):
            continue
        value = _word_value(words[position], joined=total > 0)
        combined = None if value is None else _combine(total, value)
        if combined is None:
            break
        feminine = feminine or words[position].removeprefix("ال") in _FEMININE_ORDINALS
        total, end = combined, position + 1
    return Number(total, end, feminine) if total else None


def _word_value(word: str, joined: bool) -> int | None:
    """Value of a number word without its article and, after another number word, without its *and*."""
    stem = word[article_length(word) :]
    if stem in _VALUES:
        return _VALUES[stem]
    if joined and word.startswith("و"):
        return _VALUES.get(word[1:].removeprefix("ال"))
    return _value_by_sound(stem) if word.isascii() else None


@lru_cache(maxsize=10_000)
def _value_by_sound(word: str) -> int | None:
    """Value of an Arabic number word in Latin letters."""
    return _VALUES_BY_SOUND.find(word)


def _combine(total: int, value: int) -> int | None:
    """Combine hundreds, tens and ones as Arabic, Kurdish and English do; None where a new number begins."""
    ones, tens = total % 10, total % 100
    if total == 0:
        return value
    if value == 100 and total < 10:
        return total * 100
    if value >= 100:
        return None
    if tens == 0:
        return total + value
    if value % 10 == 0 and tens < 10:
        return total + value  # three and ten, eight and forty
    return total + value if value < 10 and tens >= 20 and ones == 0 else None
