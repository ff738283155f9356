"""Numbers of units in words or digits: ``الثالث``, ``٣``, ``3rd``, ``third``, ``مئتان وثمانية عشر``."""

from dataclasses import dataclass
from functools import lru_cache

from opsec.text.normalise import fold
from opsec.text.phonetics import Sounds, article_length, sounds, unlikeness

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
_VALUES = {fold(word).text.removeprefix("ال"): value for value, words in _WORDS.items() for word in words.split()}
_VALUES |= {fold("احد").text: 1, fold("احدى").text: 1, fold("حادي").text: 1, fold("حادية").text: 1}
_WOMANLY = frozenset(fold(word).text for word in "اولى ثانية ثالثة رابعة خامسة سادسة سابعة ثامنة تاسعة عاشرة".split())
"""Ordinals in the feminine: *the third company*, never *the third brigade*."""
_AFTER_DIGITS = frozenset(fold(word).text for word in "st nd rd th ی م ەم ەمی یەم یەمی مین".split())
_ARTICLES = frozenset({"al", "el", "il", "the"})
_FEWEST_HEARD = 2
_HEARD_ALIKE = 0.15
LONGEST = 7
"""Words of one number."""
LARGEST = 9_999


def _heard() -> dict[str, list[tuple[Sounds, int]]]:
    found: dict[str, list[tuple[Sounds, int]]] = {}
    for word, value in _VALUES.items():
        spoken = sounds(word)
        if spoken.script == "arabic" and len(spoken.key) >= _FEWEST_HEARD:
            found.setdefault(spoken.key, []).append((spoken, value))
    return found


_HEARD = _heard()


@dataclass(frozen=True, slots=True)
class Number:
    """A number, and the word after it."""

    value: int
    until: int
    womanly: bool = False


def number_at(words: list[str], index: int) -> Number | None:
    """The number that begins at this word of the normal form (letters and digits apart), or none.

    >>> number_at(["ميه", "وسبعه", "واربعين"], 0).value, number_at(["147", "th"], 0)
    (147, Number(value=147, until=2, womanly=False))
    """
    if index < len(words) and words[index].isdigit():
        value = int(words[index][:5])
        until = index + 1
        if until < len(words) and words[until] in _AFTER_DIGITS:
            until += 1
        return Number(value, until) if 0 < value <= LARGEST else None
    return _in_words(words, index)


def _in_words(words: list[str], index: int) -> Number | None:
    total, until, womanly = 0, index, False
    for place in range(index, min(index + LONGEST, len(words))):
        if words[place] in ({"و", "and"} if total else _ARTICLES):
            continue
        value = _value(words[place], joined=total > 0)
        grown = None if value is None else _grown(total, value)
        if grown is None:
            break
        womanly = womanly or words[place].removeprefix("ال") in _WOMANLY
        total, until = grown, place + 1
    return Number(total, until, womanly) if total else None


def _value(word: str, joined: bool) -> int | None:
    """What a number word stands for, its article and (after another one) its *and* taken off."""
    bare = word[article_length(word) :]
    if bare in _VALUES:
        return _VALUES[bare]
    if joined and word.startswith("و"):
        return _VALUES.get(word[1:].removeprefix("ال"))
    return _heard_value(bare) if word.isascii() else None


@lru_cache(maxsize=10_000)
def _heard_value(word: str) -> int | None:
    """Of an Arabic number word in Latin letters."""
    heard = sounds(word)
    for name, value in _HEARD.get(heard.key, ()):
        if unlikeness(heard, name) <= _HEARD_ALIKE:
            return value
    return None


def _grown(total: int, value: int) -> int | None:
    """Hundreds, tens and ones as Arabic, Kurdish and English put them together; None where a new number begins."""
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
