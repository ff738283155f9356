"""Sentences whose words of presence or movement do not hold now: past, negated or reported ones.

*I left in 2019*, *not on duty*, *they say the convoy leaves*: they do not reveal where somebody is.
"""

import re
from collections.abc import Iterator

from opsec.text.movement_phrases import alternatives
from opsec.text.normalise import normalise

_SENTENCE = re.compile(r"(?:[^.!?؟۔\n\r…]|[.](?=\S))+")
_PAST_WORDS = (
    "ذكريات|ذكرى|ايام زمان|زمان|قبل سنة|قبل سنتين|قبل سنين|قبل سنوات|قبل شهر|قبل شهرين|قبل اشهر|قبل اسبوع|"
    "قبل اسبوعين|السنة الماضية|العام الماضي|الشهر الماضي|الاسبوع الماضي|كنت|كنا|كان|كانت|كانوا|چنت|چنا|جنت|چان|"
    "تسرحت|تسرحنا|تقاعدت|تقاعد|متقاعد|ايام الخدمة|البارحة|امس|years ago|year ago|months ago|weeks ago|last year|"
    "last month|last week|yesterday|back in the day|back then|used to|once upon|memories|remember|remembering|"
    "throwback|tbt|veteran|retired|discharged|i left|we left|i served|we served|was on duty|were on duty|"
    "was stationed|were stationed|those days|old days|پێش ساڵ|پێش دوو ساڵ|ساڵانی|یادگاری|یادەوەری|جاران|ساڵی پار|"
    "دوێنێ|بووم|بووین|berî salan|bîranîn|berê|doh|par|zaman|zikrayat|thikrayat|kont|kunt|chint|kunna|mbare7|"
    "embare7"
)
_PAST_YEAR = (
    r"(?<!since )(?:in|back in|of|summer|winter|year|سنه|عام|بسنه|في|ساليي?|سالي|sala) (?:19[5-9][0-9]|20[0-2][0-9])"
)
_REPORTED_WORDS = (
    "قال|قالوا|كال|گال|گالوا|يقول|يقولون|يكولون|يگولون|سمعت|سمعنا|خبر|الاخبار|اخبار|حسب مصادر|حسب الاخبار|وكالة|"
    "مصدر|مصادر|بيان|اشاعة|يقال|he said|she said|they said|they say|he says|people say|reportedly|according to|"
    "rumour|rumor|news|sources|reports|heard that|heard|دەڵێن|وتی|هەواڵ|دەنگۆ|dibêjin|nûçe|ygolon|ygoloon|8alo|"
    "galo|gal|sma3t"
)
_PAST_OR_REPORTED = re.compile(
    rf"(?<!\w)(?:{alternatives(_PAST_WORDS)}|{_PAST_YEAR}|{alternatives(_REPORTED_WORDS)})(?!\w)"
)
_NEGATIVES = (
    "not|never|no|no longer|isn t|isnt|aren t|arent|wasn t|don t|dont|doesn t|doesnt|didn t|didnt|won t|wont|off|"
    "without|cancelled|canceled|ما|مو|مب|ليس|لست|لسنا|لا|لم|لن|مش|مامن|بدون|بلا|ماكو|ماعندي|ما عندي|ما عندنا|"
    "لا يوجد|نا|نییە|نەک|نین|ne|nine|na|mo|mu|mako|ma"
)
_NEGATION = re.compile(
    rf"(?<!\\w){alternatives(_NEGATIVES)}"
    r"(?: \w+)?(?: (?:و|ف)?(?:ب|ل|ع)?(?:ال)?)?\s?$"
)
_NEGATIVE_WORDS = frozenset(normalise(word).text for word in "not never no ما مو لا لم لن مش ليس نا ne na mo".split())
"""Inside a phrase of several words: *the convoy never leaves*."""
_NOT_A_NEGATION = re.compile(r"(?:ما شا|ما زل|لا زل|لا حول|لا اله|no place|not only|no doubt)\w*(?: \w+)*\s?$")
_CANCELLATIONS = (
    "cancelled|canceled|postponed|is off|got cancelled|never came|تاجل|تأجل|تاجلت|انلغى|الغي|ملغي|ملغية|ماصار|"
    "ما صار|هەڵوەشایەوە"
)
_CANCELLED = re.compile(rf"^ {alternatives(_CANCELLATIONS)}(?!\w)")
_MAX_CHARACTERS_BEFORE = 40


def sentences(text: str) -> Iterator[tuple[int, str]]:
    """Yield each sentence of a text with the index at which it starts."""
    yield from ((found.start(), found[0]) for found in _SENTENCE.finditer(text))


def is_past_or_reported(normalised: str) -> bool:
    """Whether a normalised sentence is about the past, or reports what others say.

    >>> is_past_or_reported("now i know why i left in 2019"), is_past_or_reported("here since 2019")
    (True, False)
    """
    return _PAST_OR_REPORTED.search(normalised) is not None


def is_negated(normalised: str, start: int, end: int) -> bool:
    """Whether the words before or after a phrase negate it.

    >>> is_negated("we are not on duty", 11, 18), is_negated("we are on duty", 7, 14)
    (True, False)
    """
    if len(phrase_words := normalised[start:end].split()) > 2 and not _NEGATIVE_WORDS.isdisjoint(phrase_words[1:]):
        return True
    before = normalised[max(0, start - _MAX_CHARACTERS_BEFORE) : start]
    if _NEGATION.search(before) and not _NOT_A_NEGATION.search(before):
        return True
    return _CANCELLED.match(normalised[end : end + _MAX_CHARACTERS_BEFORE]) is not None
