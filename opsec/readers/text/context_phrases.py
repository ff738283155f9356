"""Phrases that make an exposure worse: somebody is there now, how many are there, and when they change or move.

Past, negated and reported sentences do not count.

They name no place, so they have a family of their own, ``CONTEXT``, and never match a site alone.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from opsec.model import Hint
from opsec.model.fields import AUTHOR, FILE_FIELDS, OTHERS_FIELDS
from opsec.model.notes import PRESENCE, STRENGTH, make_note
from opsec.text.movement_phrases import ARABIC_PREFIX, MOVEMENT, alternatives
from opsec.text.normalise import NormalisedText, normalise
from opsec.text.statement_guards import is_negated, is_past_or_reported, sentences
from opsec.text.word_senses import has_other_sense

READER = "context"
MAX_HINTS = 20
"""Per clip; repetitions of a phrase in the same field count once."""
_OTHERS_FIELDS = tuple(sorted(OTHERS_FIELDS | FILE_FIELDS | {AUTHOR}))
"""Fields whose text the author of a post did not choose for it; the name of the account is older than the post."""

_ARABIC_PRESENCE = (
    "الآن|الحين|لايف|هسه|هسة|هسع|حاليا|حالا|بث مباشر|مباشر من|واجب|واجبي|واجبنا|دوام|دوامي|دوامنا|خفارة|خفارتي|"
    "خفر|حراسة|حراستي|نوبتي|ملتحق|التحاق|التحاقي|التحقنا|ئێستا|ئەمشەو|ئێشک|ئێشکگری|لە ئەرک|توني وصلت|وصلت توني|"
    "وصلنا توا|توني واصل|توه وصل|توني هنا|تونا وصلنا|هسه وصلت|وصلنا هسه|للتو وصلت|للتو وصلنا|وصلت للتو|"
    "وصلنا قبل شوي|وصلنا اليوم|وصلت اليوم|بعدني هنا|بعدنا هنا|بعدني هناك|بعدنا بال|لسه هنا|لسا هنا|لازلنا هنا|"
    "لا زلنا هنا|ما زلنا هنا|مازلنا هنا|ما زلت هنا|باقين هنا|احنا هنا|احنه هنا|احنا هسه|موجودين هنا|متواجدين هنا|"
    "متواجدون هنا|صرنا هنا|من موقعنا|مرابطين|مرابطون|التحقت|اول يوم التحاق|مستلم حرس|مستلمين حرس|طالع حرس|"
    "رجعت للواجب|رجعنا للواجب|رجعت للوحدة|سهرانين|بث حي|نقل مباشر|ڕاستەوخۆ|لێرەین|لێرەم|هێشتا لێرەین|هێشتا لێرەم|"
    "تازە گەیشتین|تازە گەیشتم|گەیشتینە|گەیشتمە|ئەمڕۆ گەیشتین|لەسەر ئەرک|لە نۆبەت|نۆبەتم|پاسەوانین|لە ئەرکم|"
    "لە ئەرکین"
)
_LATIN_PRESENCE = (
    "now|rn|tonight|live now|live from|live stream|we are live|going live|on duty|on shift|on guard|on watch|"
    "on patrol|just arrived|hassa|hessa|hasa|wajib|dawam|khafara|5afara|7irasa|just got here|just got in|"
    "just got to|just landed|just reached|just pulled in|arrived today|arrived this morning|we re here|"
    "we are here|im here|i m here|still here|still at|still stuck at|back on base|back at base|back at camp|"
    "back at the|reporting for duty|on station|currently at|currently in|at the moment|as we speak|streaming from|"
    "night shift|first night at|first day at|checking in from|on sentry|standing guard|pulling guard|niha|aniha|"
    "naha|nuha|em li vir|ez li vir|hîn li vir|hêj li vir|em hatin|nû gihîştin|nû gihîştim|nû hatin|em gihîştin|"
    "em gihîştine|ez gihîştim|zindî|rasterast|li ser erkê|li ser peywirê|nobedar|nobedarim|li nobetê|"
    "li ser nobetê|îşev em|tawni wslt|tawni wasalt|tawni wsalt|tawni wasil|tawna wsalna|wsalna|wslna|wasalna|"
    "twni wslt|ba3dni hna|ba3adni hna|ba3dna hna|ba3adna hna|ba3adna hnana|i7na hna|e7na hna|e7na hnana|il7in|"
    "el7een|7aliyan|mubashir|bath mubashir|multa7iq|mulatahiq|iltihaq"
)
_ARABIC_STRENGTH = "سرية|سريتنا|فصيل|فصيلنا|تعداد|تعدادنا|وجبة ثانية|تبديل الوجبة|تبديل الحرس|تبديل الواجب|سەرژمێری"
_LATIN_STRENGTH = (
    "shift change|change of guard|guard change|change of shift|headcount|our company|our platoon|siriya|fasil"
)
_COUNTABLE = (
    "جندي|جنود|مقاتل|مقاتلين|منتسب|منتسبين|عسكري|دبابة|دبابات|همر|همرات|مدرعة|مدرعات|عجلة|عجلات|سەرباز|پێشمەرگە|"
    "soldiers|soldier|troops|men|fighters|tanks|vehicles|humvees|trucks|jundi|jnood"
)
_CHANGEOVER = (
    "تبديل|تبديلنا|استبدال|نوبة|دورية|گۆڕینی نۆبەت|گۆڕینی پاسەوان|"
    "shift|shifts|shift change|guard change|patrol|patrols|tabdeel|tabdil"
)

_CLOCK_WORDS = "الساعة|ساعة|کاتژمێر|at|al sa3a|sa3a"
_HOUR_WORDS = (
    "الواحدة|الثانية|الثالثة|الرابعة|الخامسة|السادسة|السابعة|الثامنة|التاسعة|العاشرة|الحادية عشرة|الثانية عشرة|"
    "وحدة|ثنتين|ثلاثة|أربعة|خمسة|ستة|سبعة|ثمانية|تسعة|عشرة"
)
_IDLE_NOW = re.compile(
    r" (?:(?:i|we|you|they|he|she|it|everyone) (?:knows?|see|get|understand|think|reali[sz]e|miss|remember|feel|want|"
    r"need|love|have|has)"
    r"|and then|that|on|then|what|hiring|available|playing|open|more than ever|or never)(?!\w)"
)
"""After *now*: the word does not say where somebody is."""
_SENSE_WORDS, _SENSE_CHARACTERS = 2, 40
"""What is examined around a phrase for another sense of its last word."""
_LIVE = "live"
"""Also the verb *to live*, so it counts only in capitals or as a hashtag."""

_CLOCK_TIME = (
    f"(?:(?: {alternatives(f'{_CLOCK_WORDS}|every|كل')})? [0-2]?[0-9](?: [0-5][0-9])?"
    f"| {alternatives(_CLOCK_WORDS)} {alternatives(_HOUR_WORDS)}| {alternatives('كل ساعة|كل ساعتين')})"
)
_STRENGTH = "|".join(
    (
        f"{ARABIC_PREFIX}{alternatives(_CHANGEOVER)}{_CLOCK_TIME}",
        MOVEMENT,
        f"[0-9]{{1,5}} {alternatives(_COUNTABLE)}",
        f"{ARABIC_PREFIX}{alternatives(_ARABIC_STRENGTH)}",
        alternatives(_LATIN_STRENGTH),
    )
)
_PRESENCE = f"{ARABIC_PREFIX}{alternatives(_ARABIC_PRESENCE)}|{alternatives(_LATIN_PRESENCE)}|{_LIVE}"
_PHRASES = re.compile(rf"(?<!\w)(?:(?P<strength>{_STRENGTH})|(?P<presence>{_PRESENCE}))(?!\w)")


def context_hints(hints: Iterable[Hint]) -> Iterator[Hint]:
    """Yield the phrases of presence, strength and schedule in the author's own text.

    >>> text = Hint(kind="text", family="TEXT", reader="written", field="caption", text="تبديل الساعة ٦")
    >>> [(hint.text, hint.notes[0].code) for hint in context_hints([text])]
    [('تبديل الساعة ٦', 'strength')]
    """
    found: dict[tuple[str, str], Hint] = {}
    for hint in filter(_is_authors_text, hints):
        for phrase, code in _phrases(hint.text or ""):
            found.setdefault((hint.field, normalise(phrase).text), _phrase_hint(hint, phrase, code))
            if len(found) == MAX_HINTS:
                break
    yield from islice(found.values(), MAX_HINTS)


def _phrases(text: str) -> Iterator[tuple[str, str]]:
    """Yield each phrase of a text that holds now, and the code of its note."""
    for offset, sentence in sentences(text):
        normalised = normalise(sentence)
        if not _PHRASES.search(normalised.text) or is_past_or_reported(normalised.text):
            continue
        for phrase in _PHRASES.finditer(normalised.text):
            if _holds(normalised, phrase):
                start, end = (offset + index for index in normalised.original_span(*phrase.span()))
                if phrase[0] != _LIVE or text[start:end].isupper() or text[max(0, start - 1) : start] == "#":
                    yield text[start:end], STRENGTH if phrase["strength"] is not None else PRESENCE


def _holds(normalised: NormalisedText, phrase: re.Match[str]) -> bool:
    """Whether the words around a phrase neither negate it nor give it another sense."""
    if is_negated(normalised.text, *phrase.span()):
        return False
    if phrase[0] == "now" and _IDLE_NOW.match(normalised.text, phrase.end()):
        return False
    before = normalised.text[max(0, phrase.start() - _SENSE_CHARACTERS) : phrase.start()].split()[-_SENSE_WORDS:]
    words = [*before, *phrase[0].split(), *normalised.text[phrase.end() : phrase.end() + _SENSE_CHARACTERS].split()]
    last = len(before) + len(phrase[0].split()) - 1
    return not has_other_sense(words, last)


def _is_authors_text(hint: Hint) -> bool:
    return hint.kind == "text" and hint.family == "TEXT" and not hint.field.startswith(_OTHERS_FIELDS)


def _phrase_hint(source: Hint, phrase: str, note_code: str) -> Hint:
    return Hint(
        kind="text", family="CONTEXT", reader=READER, field=source.field, at_s=source.at_s, until_s=source.until_s,
        text=phrase, notes=(make_note(note_code),),
    )  # fmt: skip
