"""The words around a name: what kind of place it is, what stands between, what is attached to either end.

Everything is kept in the normal form of ``opsec.text.normalise``, Arabic words without their article.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from opsec.text.normalise import fold
from opsec.text.phonetics import Sounds, article_length, sounds, unlikeness

_TYPES = {
    "camp": "معسكر مخيم كامب كمب کەمپ ئۆردوگا camp kamp cantonment encampment",
    "base": "قاعدة قواعد بنکە بیس بيس base fob qa3ida qa3idat qa3da ka3ida qaida qaeda qaidat bnka",
    "barracks": "ثكنة تكنة ثكنات سەربازگە حامية قشلة باراكس باركس barracks barrack bks garrison",
    "airfield": "مطار فڕۆکەخانە airfield airbase airport aerodrome airstrip ab",
    "hq": "قيادة مقر مقرات بارەگا hq headquarters command cmd qiyada qiyadat qeyadat",
    "operations": "عمليات operations ops",
    "depot": "مستودع مستودعات مخزن مخازن کۆگا depot depots store stores warehouse magazine arsenal",
    "range": "ميدان ميادين مەیدان رمايات range ranges",
    "checkpoint": "سيطرة سيطرات حاجز نقطة مفرزة بازگە چەکپۆینت checkpoint chkpt checkpost",
    "gate": "بوابة باب مدخل دەروازە gate bawaba bawabat bwaba",
    "tower": "برج خزان تانكي منارة مئذنة tower tank reservoir lighthouse minaret",
    "monument": "نصب تمثال پەیکەر monument statue memorial",
    "bridge": "جسر پرد bridge",
    "fort": "حصن قلعة قەڵا fort fortress castle citadel qal3at qala",
    "station": "محطة مرصد رادار وێستگە station observatory radar",
    "compound": "مجمع موقع كومپلێكس compound complex site",
    "crossing": "معبر منفذ تقاطع مفرق نفق crossing junction tunnel",
    "port": "ميناء رصيف مرسى port pier harbour harbor",
    "works": "معمل مصنع ورشة كراج factory workshop garage plant",
    "square": "ساحة square",
    "school": "كلية أكاديمية مدرسة مركز ناوەند academy college school centre center",
}
_HEADS = {
    "khan": "خان khan",
    "hill": "تل تلة تلول گرد tal tell tel hill",
    "valley": "وادي شعيب دۆڵ wadi valley",
    "mountain": "جبل چیای چیا شاخی mount mountain jabal",
    "spring": "عين عيون کانی كاني ayn ain kani spring",
    "river": "نهر شط روبار river",
    "dam": "سد بەنداوی dam",
}


def _folded(written: str) -> frozenset[str]:
    return frozenset(fold(word).text for word in written.split())


TYPES: dict[str, str] = {word: kind for kind, words in _TYPES.items() for word in _folded(words)}
"""Word → kind of military or public place."""
HEADS: dict[str, str] = {word: kind for kind, words in _HEADS.items() for word in _folded(words)}
"""Word → kind of natural place; it counts as the kind of a name that has no other."""
KIN: tuple[frozenset[str], ...] = (frozenset({"camp", "base", "barracks", "hq"}), frozenset({"base", "airfield"}))
"""Kinds that people take for one another."""
QUALIFIERS = _folded(
    "عسكري عسكرية حربي حربية جوي جوية بري بحرية تدريب تدريبي تدريبية متقدم متقدمة "
    "مشترك رئيسي رئيسية رمي رماية عتاد ذخيرة "
    "ذخائر وقود سلاح اسلحة تموين ماء مياه تفتيش دخول مدرع مشاة سەربازی سەربازيی هێڵی "
    "military army air forward operating main joint training firing shooting ammunition ammo fuel weapons supply water "
    "3askari 3askary 3skri askari 3askariya jawi jawiya jawwiya tadreeb"
)
"""Words that tell more of the kind, and may be left out."""
HONOURS = _folded("الشهيد شهيد السيد القائد اللواء العميد المقدم شەهید martyr shaheed shahid alshaheed alshahid")
LINKS = _folded(
    "مال مالت مالتنا مالنا مالهم مالتهم مالي مالتي تبع تبعنا حق حقت حقنا تاع بتاع "
    "اسمه اسمها المسمى المسماة هو هي اللي ال "
    "يسمى اسمة ناوی بەناوی "
    "mal malt malat malna malatna taba3 tabe3 7ag 7agg ilmal of at named called al el il ul l the"
)
"""Words between the kind and the name: *the camp that belongs to*, *the one called*."""

ARABIC_PREFIXES = frozenset(
    "و ف ب ل ك ال وال فال بال لل كال ول وب فب فل وك ولل فلل عال هال وعال وهال من عل ع ه وبال بهال لهال هل بل".split()
)
"""What Arabic, and Iraqi Arabic, writes on to the front of a noun; in normal form."""
KURDISH_PREFIXES = _folded("لە بە بۆ لەم لەو ئەم ئەو")
LATIN_PREFIXES = frozenset(
    "al el il ul l b bi bil bel bal bl lil lel lal w wa wi wil wel wal wl 3al 3a hal "
    "ha 3el fil fel fal f bhal la".split()
)
"""The same in Arabizi."""
PREFIXES = ARABIC_PREFIXES | KURDISH_PREFIXES | LATIN_PREFIXES

_MILITARY = _folded(
    "فوج لواء كتيبة سرية فصيل فرقة واجب واجبات دوام خفارة حراسة حراس ساتر جندي جنود "
    "ضابط ضباط آمر عريف عسكري عسكرية عسكر "
    "جيش قوات حشد لوائنا فوجنا سلاح دبابة دبابات مدفعية ثكنة معسكر مقاتل مقاتلين "
    "مغاوير رماية التحاق سەرباز سوپا فەوج لیوا "
    "پێشمەرگە ئێشک battalion brigade regiment platoon division guard soldier "
    "soldiers officer army military troops patrol "
    "deployed deployment barracks garrison airbase fob duty m3askar mu3askar jundi junud jundy jnood fawj liwa3 liwa2 "
    "katiba dhabit zabit 3askari 3askar khafara wajib 7irasa thukna thuknat"
)
_MILITARY_KINDS = frozenset({"camp", "base", "barracks", "hq", "airfield", "checkpoint"})

POSSESSIVES = _folded("نا ي كم هم ه ها هن ين ات ية")
"""On to a kind of place: our camp, their camp."""
KURDISH_ENDINGS = _folded(
    "ی کە کەی کەدا ەکە ەکەی ەوە یەوە وە یە ە دا یدا ەدا ین ن م مان تان یان ەکەدا ەکەوە ەکانی ێک یش ش یەکە ەکەم ەکەمان "
    "ەکەین ەیە ەی ەین"
)
"""What Sorani writes on to a noun: of, the, from, is, in, we are."""
_ANY_ENDINGS = frozenset(ending for ending in KURDISH_ENDINGS if len(ending) >= 3)
"""Endings that are no part of any Arabic word."""
_FEWEST_HEARD = 3
_HEARD_ALIKE = 0.1


@dataclass(frozen=True, slots=True)
class Kind:
    """A word that tells what kind of place is spoken of."""

    kind: str
    start: int
    """Letters of the word that stand before it: a preposition."""


@lru_cache(maxsize=50_000)
def kind_of(word: str) -> Kind | None:
    """The kind of place that a word names, whatever is attached to it.

    >>> kind_of("بالمعسكر"), kind_of("سيطرتنا").kind, kind_of("mu3askar").kind, kind_of("كتاب")
    (Kind(kind='camp', start=1), 'checkpoint', 'camp', None)
    """
    for start, rest in attached(word):
        kind = _written_kind(rest) or (_heard_kind(rest) if rest.isascii() else None)
        if kind:
            return Kind(kind, start)
    return None


def attached(word: str) -> Iterator[tuple[int, str]]:
    """Where a word itself may begin, at once or after what is attached, and its letters from there, no article."""
    inside = [length for length in range(1, min(6, len(word) - 2)) if word[:length] in PREFIXES]
    for length in (0, *inside):
        start = length - 2 if word[:length].endswith("ال") else length
        rest = word[start:]
        yield start, rest[article_length(rest) :]


def _written_kind(word: str) -> str | None:
    kinds = TYPES.get(word) or HEADS.get(word)
    if kinds or word.isascii():
        return kinds
    for length in range(1, min(6, len(word) - 2)):
        stem, ending = word[:-length], word[-length:]
        if ending in POSSESSIVES or ending in KURDISH_ENDINGS:
            kinds = TYPES.get(stem) or TYPES.get(f"{stem[:-1]}ه" if stem[-1] == "ت" else stem)
            if kinds:
                return kinds
    return None


def _heard_kind(word: str) -> str | None:
    """Of an Arabic or Kurdish word in Latin letters; before the name that follows, final *a* is spoken *at*."""
    for spoken in (word, word[:-1]) if word.endswith("t") else (word,):
        heard = sounds(spoken)
        for name, kind in _HEARD.get(heard.key, ()):
            if unlikeness(heard, name) <= _HEARD_ALIKE:
                return kind
    return None


def _heard() -> dict[str, list[tuple[Sounds, str]]]:
    found: dict[str, list[tuple[Sounds, str]]] = {}
    for word, kind in TYPES.items():
        spoken = sounds(word)
        if spoken.script == "arabic" and len(spoken.key) >= _FEWEST_HEARD:
            found.setdefault(spoken.key, []).append((spoken, kind))
    return found


_HEARD = _heard()


@lru_cache(maxsize=50_000)
def is_military(word: str) -> bool:
    """Whether a word makes an everyday word close by mean a place of soldiers."""
    kind = kind_of(word)
    if kind and kind.kind in _MILITARY_KINDS:
        return True
    return any(_without_possessive(rest) for _start, rest in attached(word))


def _without_possessive(word: str) -> bool:
    if word in _MILITARY:
        return True
    return any(word.endswith(ending) and word[: -len(ending)] in _MILITARY for ending in POSSESSIVES)


def may_follow(ending: str, kurdish: bool) -> bool:
    """Whether letters after a name are one of the endings that leave the name what it is."""
    return ending in (KURDISH_ENDINGS if kurdish else _ANY_ENDINGS)
