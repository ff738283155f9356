"""Words that make an exposure worse: somebody is there now, or how many are there and when they change.

They tell no place, so they are kept apart from the words that may: family ``CONTEXT``, never matched with a site.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import islice

from opsec.model import Hint
from opsec.model.fields import PRESENCE, STRENGTH
from opsec.text.normalise import fold

READER = "context"
MOST = 20
"""Hints of one clip; the same words again in the same field are one."""
NOT_THE_AUTHORS = ("comment", "filename", "folder", "sound")
"""Fields whose words the author of a post did not choose for it."""

_PREFIX = "(?:و|ف)?(?:ب|ل|ع)?(?:ال)?"
"""What Arabic writes on to the front of a word: and, then; in, for, on; the."""
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
_COUNTED = (
    "جندي|جنود|مقاتل|مقاتلين|منتسب|منتسبين|عسكري|دبابة|دبابات|همر|همرات|مدرعة|مدرعات|عجلة|عجلات|سەرباز|پێشمەرگە|"
    "soldiers|soldier|troops|men|fighters|tanks|vehicles|humvees|trucks|jundi|jnood"
)
_CHANGED = (
    "تبديل|تبديلنا|استبدال|نوبة|دورية|گۆڕینی نۆبەت|گۆڕینی پاسەوان|"
    "shift|shifts|shift change|guard change|patrol|patrols|tabdeel|tabdil"
)

_CLOCK = "الساعة|ساعة|کاتژمێر|at|al sa3a|sa3a"
_HOURS = (
    "الواحدة|الثانية|الثالثة|الرابعة|الخامسة|السادسة|السابعة|الثامنة|التاسعة|العاشرة|الحادية عشرة|الثانية عشرة|"
    "وحدة|ثنتين|ثلاثة|أربعة|خمسة|ستة|سبعة|ثمانية|تسعة|عشرة"
)
_LIVE = "live"
"""Also where people live: it counts in capitals or as a hashtag."""


def _any(words: str) -> str:
    """One of these words or phrases in normal form, the longest first."""
    folded = sorted({fold(word).text for word in words.split("|")}, key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, folded))})"


_HOUR = (
    f"(?:(?: {_any(f'{_CLOCK}|every|كل')})? [0-2]?[0-9](?: [0-5][0-9])?"
    f"| {_any(_CLOCK)} {_any(_HOURS)}| {_any('كل ساعة|كل ساعتين')})"
)
_STRENGTH = "|".join(
    (
        f"{_PREFIX}{_any(_CHANGED)}{_HOUR}",
        f"[0-9]{{1,5}} {_any(_COUNTED)}",
        f"{_PREFIX}{_any(_ARABIC_STRENGTH)}",
        _any(_LATIN_STRENGTH),
    )
)
_PRESENCE = f"{_PREFIX}{_any(_ARABIC_PRESENCE)}|{_any(_LATIN_PRESENCE)}|{_LIVE}"
_WORDS = re.compile(rf"(?<!\w)(?:(?P<strength>{_STRENGTH})|(?P<presence>{_PRESENCE}))(?!\w)")


def context_hints(hints: Iterable[Hint]) -> Iterator[Hint]:
    """The words of time, presence, strength and schedule in what the author of a post wrote, each where it stood.

    >>> text = Hint(kind="text", family="TEXT", reader="written", field="caption", text="تبديل الساعة ٦")
    >>> [(hint.text, hint.note) for hint in context_hints([text])]
    [('تبديل الساعة ٦', 'strength and schedule')]
    """
    found: dict[tuple[str, str], Hint] = {}
    for hint in filter(_by_the_author, hints):
        text = hint.text or ""
        folded = fold(text)
        for met in _WORDS.finditer(folded.text):
            start, end = folded.span(*met.span())
            if met.group() == _LIVE and not (text[start:end].isupper() or text[:start].endswith("#")):
                continue
            found.setdefault((hint.field, met.group()), _hint(hint, text[start:end], met["strength"] is not None))
            if len(found) == MOST:
                break
    yield from islice(found.values(), MOST)


def _by_the_author(hint: Hint) -> bool:
    return hint.kind == "text" and hint.family == "TEXT" and not hint.field.startswith(NOT_THE_AUTHORS)


def _hint(source: Hint, words: str, of_strength: bool) -> Hint:
    return Hint(
        kind="text", family="CONTEXT", reader=READER, field=source.field, at_s=source.at_s, until_s=source.until_s,
        text=words, note=STRENGTH if of_strength else PRESENCE,
    )  # fmt: skip
