"""Phrases of movement: who leaves, arrives or is relieved, and when.

A phrase is a noun beside a verb (*convoy leaves*), or a verb in the first person beside a time (*we move at dawn*).
Patterns are for normalised text.
"""

import re

from opsec.text.normalise import normalise

ARABIC_PREFIX = "(?:و|ف)?(?:ب|ل|ع)?(?:ال)?"
"""Arabic clitics before a word: and, then; in, for, on; the."""

_NOUNS = (
    "رتل|رتلنا|ارتال|أرتال|قافلة|قوافل|قافلتنا|تعزيزات|وجبة|وجبتنا|دفعة|دفعتنا|قوة|قوتنا|سرية|سريتنا|فوج|فوجنا|"
    "لواء|لوائنا|فصيل|فصيلنا|البديل|البدلاء|بديلنا|مفرزة|دورية|عجلات|همرات|مدرعات|جماعتنا|نص الشباب|کاروان|ڕەتل|"
    "هێزەکە|هێز|هێزەکان|وەجبە|یەکە|یەکەکەمان|فەوج|لیوا|convoy|column|relief|reliefs|rotation|reinforcements|"
    "resupply|patrol|unit|brigade|battalion|platoon|company|troops|squad|trucks|humvees|our guys|the boys|"
    "first group|second group|next group|advance party|konvoy|karwan|hêz|hêzên|yekîne|koma me|ratl|rital|ritl|"
    "alritl|wajba|qafila|qafla|quwa"
)
_VERBS = (
    "يطلع|تطلع|طالع|طالعة|طالعين|يطلعون|راح يطلع|يتحرك|تتحرك|متحرك|يتحركون|تحرك|تحركت|يوصل|توصل|واصل|يوصلون|يصل|"
    "تصل|ينزل|تنزل|نازل|نازلة|نازلين|ينزلون|رايح|رايحة|رايحين|ينطلق|تنطلق|انطلق|انطلقت|متوجه|متوجهة|متوجهين|يتوجه|"
    "تتوجه|يغادر|تغادر|غادر|غادرت|يمشي|تمشي|يلتحق|تلتحق|يلتحقون|يستبدل|تستبدل|يبدلون|تتبدل|جاي|جاية|جايين|دەڕوات|"
    "دەڕوا|دەڕۆن|دەجوڵێت|دەجوڵێ|دەجوڵێن|دەگات|دەگەن|دەردەچێت|دەردەچێ|دەردەچن|دەچێت|دەچن|بەڕێدەکەوێت|دێت|دێن|"
    "leaves|leaving|leave|departs|departing|depart|moves|moving|moves out|moving out|rolls|rolling|rolls out|"
    "arrives|arriving|arrive|heads|heading|deploys|deploying|ships out|rotates|rotating|goes home|going home|"
    "comes in|coming in|flies|lands|sets off|sets out|pulls out|derdikeve|derdikevin|diçe|diçin|digihîje|"
    "digihîjin|tê|tên|dimeşe|dimeşin|bi rê dikeve|vedigere|yitla3|ytla3|tal3|tali3|tala3|yt7arak|yit7arak|yinzil|"
    "ynzl|nazil|nazlin|raye7|yuwsal|yosal"
)
_WE = (
    "نتحرك|راح نتحرك|رح نتحرك|حنتحرك|سنتحرك|نطلع|راح نطلع|رح نطلع|حنطلع|سنخرج|ننطلق|سننطلق|نغادر|سنغادر|نمشي|"
    "راح نمشي|ننزل|راح ننزل|نازلين|طالعين|ماشين|ملتحقين|نلتحق|راح نلتحق|سنلتحق|اتحرك|راح اطلع|انزل اجازة|"
    "نازل اجازة|التحق|نستلم|نسلم|نبدل|نتبدل|دەجوڵێین|دەڕۆین|دەردەچین|دەگەڕێینەوە|دەچینە مۆڵەت|دەچین|بەڕێدەکەوین|"
    "we move|we move out|we leave|we roll|we roll out|we deploy|we head out|we ship out|we march|we fly out|"
    "we fly|we rotate|we set off|we step off|we go on leave|we pull out|we depart|we are leaving|we re leaving|"
    "were leaving|we are moving|we re moving|we are moving out|moving out|rolling out|heading out|shipping out|"
    "deploying|we get relieved|we go home|im on leave|i go on leave|going on leave|my leave starts|em diçin|"
    "em derdikevin|em bi rê dikevin|em ê herin|em diherin|em vedigerin|em dimeşin|nit7arak|nt7arak|nitla3|ntla3|"
    "ntl3|nanzil|ninzil|nazlin|tal3in|ra7 nitla3|ra7 ntl3|rah nitla3|rah nit7arak"
)
_TIMES = (
    "الفجر|فجر|الصبح|الظهر|العصر|المغرب|الليلة|الليل|باجر|باچر|بكرا|بكرة|بكره|غدا|غدًا|عقب باجر|بعد باجر|بعد ساعة|"
    "بعد ساعتين|بعد شوي|الساعة|ساعة|السبت|الاحد|الاثنين|الثلاثاء|الاربعاء|الخميس|الجمعة|هالاسبوع|الاسبوع الجاي|"
    "سبەی|سبەینێ|بەیانی|بەرەبەیان|ئەمشەو|ئێوارە|کاتژمێر|dawn|at dawn|tomorrow|tonight|first light|midnight|noon|"
    "sunrise|sunset|this evening|in the morning|in an hour|in two hours|soon|monday|tuesday|wednesday|thursday|"
    "friday|saturday|sunday|next week|sibê|sibehê|îşev|berbangê|bi berbangê|êvarê|bacher|bachir|bacir|bokra|bukra|"
    "bukrah|fajr|il fajr|alfajr|soba7|sob7|il sob7|il laila|illaila|elsa3a|alsa3a"
)
_PHRASES = (
    "تسليم واستلام|تبديل القوة|استبدال القوة|استبدال الوجبة|تبديل الوجبات|نزول الوجبة|التحاق الوجبة|وجبة الاجازات|"
    "الوجبة الثانية تلتحق|الاجازة باجر|الاجازة تبدي|تبدي اجازتنا|بداية الاجازة|باقي على الاجازة|اجازة الخميس|"
    "البدلاء وصلوا|وصل البديل|وصل البدل|رجعنا من الاجازة|رجعت من الاجازة|خلصت اجازتي|خلصت الاجازة|back from leave|"
    "on leave until|on leave from|leave starts|leave ends|leave begins|relief in place|rip toa|relief arrives|"
    "relieved at|hand over at|handover at|shift ends at|half of us are on leave|half the unit is on leave|"
    "مۆڵەتمان|مۆڵەت دەست پێدەکات|لە مۆڵەت گەڕاینەوە|گۆڕینی هێز|nobetê diguherin|guhertina nobetê|ijaza bacher|"
    "ejaza bacher|ijazti"
)
_FIRST_PERSON_KURMANJI = "diçin|derdikevin|bi rê dikevin|vedigerin|dimeşin|herin"
_SORANI_ENDING = "(?:هكهمان|هكهي|هكان|هكه|مان)?"
"""The, our: normalised."""
_MAX_WORDS_TO_VERB, _MAX_WORDS_TO_TIME = 2, 5


def alternatives(words: str) -> str:
    """Regular expression for any of these phrases, which ``|`` separates, normalised, the longest first."""
    normalised = sorted({normalise(word).text for word in words.split("|")}, key=lambda word: (-len(word), word))
    return f"(?:{'|'.join(map(re.escape, normalised))})"


def _beside(one: str, other: str, max_words: int) -> str:
    """Two patterns with a few words between them, in either order."""
    between = rf"(?: \w+){{0,{max_words}}}? "
    return f"{one}{between}{other}|{other}{between}{one}"


_CLOCK = r"(?:at )?[0-2]?[0-9] ?(?:[0-5][0-9])?(?: ?(?:am|pm|h|hrs|hours))"
_MILITARY_CLOCK = r"at [0-2][0-9] ?[0-5][0-9]"
_TIME = f"(?:{ARABIC_PREFIX}{alternatives(_TIMES)}|{_CLOCK}|{_MILITARY_CLOCK})"
MOVEMENT = "|".join(
    (
        alternatives(_PHRASES),
        _beside(f"{ARABIC_PREFIX}{alternatives(_NOUNS)}{_SORANI_ENDING}", alternatives(_VERBS), _MAX_WORDS_TO_VERB),
        _beside(f"(?:و|ف)?{alternatives(_WE)}", _TIME, _MAX_WORDS_TO_TIME),
        rf"em {_TIME}(?: \w+){{0,3}}? {alternatives(_FIRST_PERSON_KURMANJI)}",
    )
)
"""Pattern of any phrase of movement."""
