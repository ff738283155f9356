"""Phrases that make an exposure worse: somebody is there now, or how many are there and when they change.

They name no place, so they have a family of their own, ``CONTEXT``, and never match a site alone.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from opsec.model import Hint
from opsec.model.fields import FILE_FIELDS, OTHERS_FIELDS
from opsec.model.notes import PRESENCE, STRENGTH, make_note
from opsec.text.normalise import normalise

READER = "context"
MAX_HINTS = 20
"""Per clip; repetitions of a phrase in the same field count once."""
_OTHERS_FIELDS = tuple(sorted(OTHERS_FIELDS | FILE_FIELDS))
"""Fields whose text the author of a post did not choose for it."""

_PREFIX = "(?:و|ف)?(?:ب|ل|ع)?(?:ال)?"
"""Arabic clitics before a word: and, then; in, for, on; the."""
_ARABIC_PRESENCE = (
    "الآن|الحين|لايف|هسه|هسة|هسع|حاليا|حالا|بث مباشر|مباشر من|واجب|واجبي|واجبنا|دوام|دوامي|دوامنا|خفارة|خفارتي|خفر|"
    "حراسة|حراستي|نوبتي|ملتحق|التحاق|التحاقي|التحقنا|ئێستا|ئەمشەو|ئێشک|ئێشکگری|لە ئەرک"
)
_LATIN_PRESENCE = (
    "now|rn|tonight|live now|live from|live stream|we are live|going live|on duty|on shift|on guard|on watch|on patrol|"
    "just arrived|hassa|hessa|hasa|wajib|dawam|khafara|5afara|7irasa"
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
_LIVE = "live"
"""Also the verb *to live*, so it counts only in capitals or as a hashtag."""


def _alternatives(words: str) -> str:
    """Regular expression for any of these phrases, normalised, the longest first."""
    normalised = sorted({normalise(word).text for word in words.split("|")}, key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, normalised))})"


_CLOCK_TIME = (
    f"(?:(?: {_alternatives(f'{_CLOCK_WORDS}|every|كل')})? [0-2]?[0-9](?: [0-5][0-9])?"
    f"| {_alternatives(_CLOCK_WORDS)} {_alternatives(_HOUR_WORDS)}| {_alternatives('كل ساعة|كل ساعتين')})"
)
_STRENGTH = "|".join(
    (
        f"{_PREFIX}{_alternatives(_CHANGEOVER)}{_CLOCK_TIME}",
        f"[0-9]{{1,5}} {_alternatives(_COUNTABLE)}",
        f"{_PREFIX}{_alternatives(_ARABIC_STRENGTH)}",
        _alternatives(_LATIN_STRENGTH),
    )
)
_PRESENCE = f"{_PREFIX}{_alternatives(_ARABIC_PRESENCE)}|{_alternatives(_LATIN_PRESENCE)}|{_LIVE}"
_PHRASES = re.compile(rf"(?<!\w)(?:(?P<strength>{_STRENGTH})|(?P<presence>{_PRESENCE}))(?!\w)")


def context_hints(hints: Iterable[Hint]) -> Iterator[Hint]:
    """Yield the phrases of presence, strength and schedule in the author's own text.

    >>> text = Hint(kind="text", family="TEXT", reader="written", field="caption", text="تبديل الساعة ٦")
    >>> [(hint.text, hint.notes[0].code) for hint in context_hints([text])]
    [('تبديل الساعة ٦', 'strength')]
    """
    found: dict[tuple[str, str], Hint] = {}
    for hint in filter(_is_authors_text, hints):
        text = hint.text or ""
        normalised = normalise(text)
        for phrase in _PHRASES.finditer(normalised.text):
            start, end = normalised.original_span(*phrase.span())
            if phrase.group() == _LIVE and not (text[start:end].isupper() or text[:start].endswith("#")):
                continue
            code = STRENGTH if phrase["strength"] is not None else PRESENCE
            found.setdefault((hint.field, phrase.group()), _phrase_hint(hint, text[start:end], code))
            if len(found) == MAX_HINTS:
                break
    yield from islice(found.values(), MAX_HINTS)


def _is_authors_text(hint: Hint) -> bool:
    return hint.kind == "text" and hint.family == "TEXT" and not hint.field.startswith(_OTHERS_FIELDS)


def _phrase_hint(source: Hint, phrase: str, note_code: str) -> Hint:
    return Hint(
        kind="text", family="CONTEXT", reader=READER, field=source.field, at_s=source.at_s, until_s=source.until_s,
        text=phrase, notes=(make_note(note_code),),
    )  # fmt: skip
