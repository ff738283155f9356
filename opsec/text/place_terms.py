"""Words around a name: types of place, linking words, and the prefixes and suffixes of names.

All words are normalised (``opsec.text.normalise``), and Arabic ones are without their article.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from opsec.text.normalise import normalise
from opsec.text.phonetic_distance import PhoneticDictionary
from opsec.text.phonetics import article_length

_TYPES = {
    "camp": "معسكر مخيم كامب كمب کەمپ ئۆردوگا camp kamp kemp ordugeh cantonment encampment",
    "base": (
        "قاعدة قواعد بنکە بیس بيس base fob binke bingeh binkeh qa3ida qa3idat qa3da qa3dat qa3edat ga3da "
        "ga3dat ga3idat gaida ka3ida qaida qaeda qaidat bnka"
    ),
    "barracks": (
        "ثكنة تكنة ثكنات سەربازگە serbazgeh serbazge leşkergeh leşkerge eskergeh qişle حامية قشلة باراكس "
        "باركس barracks barrack bks garrison"
    ),
    "airfield": "مطار فڕۆکەخانە airfield airbase airport aerodrome airstrip ab balafirgeh balafirge firokexane firgeh",
    "hq": "قيادة مقر مقرات بارەگا baregeh barege hq headquarters command cmd qiyada qiyadat qeyadat",
    "operations": "عمليات operations ops",
    "depot": "مستودع مستودعات مخزن مخازن کۆگا depot depots store stores warehouse magazine arsenal",
    "range": "ميدان ميادين مەیدان رمايات range ranges",
    "checkpoint": "سيطرة سيطرات حاجز نقطة مفرزة بازگە چەکپۆینت bazgeh bazge xala checkpoint chkpt checkpost",
    "gate": "بوابة باب مدخل دەروازە derwaze gate bawaba bawabat bwaba",
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


def _normalised_words(words: str) -> frozenset[str]:
    return frozenset(normalise(word).text for word in words.split())


_SPOKEN_TYPES = {"base": "كاعدة گاعدة گاعده كاعده"}
"""Spellings by ear that are also other words (*sitting*): a type beside a name, but no military word."""
KURMANJI_TYPES = _normalised_words(
    "kamp kemp ordugeh binke bingeh binkeh serbazgeh serbazge leşkergeh leşkerge eskergeh qişle balafirgeh balafirge "
    "firokexane firgeh baregeh barege bazgeh bazge derwaze"
)
"""Types of place in Kurdish with Latin letters, which take case endings."""
KURMANJI_SUFFIXES = ("aneke", "eke", "yan", "ên", "yên", "ya", "ye", "an", "en", "yen", "yi", "da", "de", "a", "e", "i")
"""Case endings, definite and plural endings after a noun, normalised."""

PLACE_TYPES: dict[str, str] = {
    word: kind
    for kinds in (_SPOKEN_TYPES, _TYPES)
    for kind, words in kinds.items()
    for word in _normalised_words(words)
}
"""Word → type of military or public place."""
NATURAL_FEATURES: dict[str, str] = {word: kind for kind, words in _HEADS.items() for word in _normalised_words(words)}
"""Word → type of natural feature; it counts as the type of a name that has no other."""
RELATED_TYPES: tuple[frozenset[str], ...] = (
    frozenset({"camp", "base", "barracks", "hq"}),
    frozenset({"base", "airfield"}),
)
"""Types that people confuse with one another."""
QUALIFIERS = _normalised_words(
    "عسكري عسكرية حربي حربية جوي جوية بري بحرية تدريب تدريبي تدريبية متقدم متقدمة "
    "مشترك رئيسي رئيسية رمي رماية عتاد ذخيرة "
    "ذخائر وقود سلاح اسلحة تموين ماء مياه تفتيش دخول مدرع مشاة سەربازی سەربازيی هێڵی "
    "military army air forward operating main joint training firing shooting ammunition ammo fuel weapons supply water "
    "3askari 3askary 3skri askari 3askariya jawi jawiya jawwiya tadreeb"
)
"""Words that qualify the type and may be omitted."""
HONORIFICS = _normalised_words(
    "الشهيد شهيد السيد القائد اللواء العميد المقدم شەهید martyr shaheed shahid alshaheed alshahid"
)
LINKING_WORDS = _normalised_words(
    "مال مالت مالتنا مالنا مالهم مالتهم مالي مالتي تبع تبعنا حق حقت حقنا تاع بتاع "
    "اسمه اسمها المسمى المسماة هو هي اللي ال "
    "يسمى اسمة ناوی بەناوی "
    "mal malt malat malna malatna taba3 tabe3 7ag 7agg ilmal of at named called al el il ul l the"
)
"""Words between the type and the name: *the camp that belongs to*, *the one called*."""

ARABIC_PREFIXES = frozenset(
    "و ف ب ل ك ال وال فال بال لل كال ول وب فب فل وك ولل فلل عال هال وعال وهال من عل ع ه وبال بهال لهال هل بل".split()
)
"""Clitics that Arabic, and Iraqi Arabic, writes in front of a noun; normalised."""
KURDISH_PREFIXES = _normalised_words("لە بە بۆ لەم لەو ئەم ئەو")
LATIN_PREFIXES = frozenset(
    "al el il ul l b bi bil bel bal bl lil lel lal w wa wi wil wel wal wl 3al 3a hal "
    "ha 3el fil fel fal f bhal la".split()
)
"""The same in Arabizi."""
PREFIXES = ARABIC_PREFIXES | KURDISH_PREFIXES | LATIN_PREFIXES

_MILITARY_WORDS = _normalised_words(
    "فوج لواء كتيبة سرية فصيل فرقة واجب واجبات دوام خفارة حراسة حراس ساتر جندي جنود "
    "ضابط ضباط آمر عريف عسكري عسكرية عسكر "
    "جيش قوات حشد لوائنا فوجنا سلاح دبابة دبابات مدفعية ثكنة معسكر مقاتل مقاتلين "
    "مغاوير رماية التحاق سەرباز سوپا فەوج لیوا "
    "پێشمەرگە ئێشک battalion brigade regiment platoon division guard soldier "
    "soldiers officer army military troops patrol "
    "deployed deployment barracks garrison airbase fob duty m3askar mu3askar jundi junud jundy jnood fawj liwa3 liwa2 "
    "katiba dhabit zabit 3askari 3askar khafara wajib 7irasa thukna thuknat"
)
_MILITARY_TYPES = frozenset({"camp", "base", "barracks", "hq", "airfield", "checkpoint"})

POSSESSIVE_SUFFIXES = _normalised_words("نا ي كم هم ه ها هن ين ات ية")
"""After a type of place: our camp, their camp."""
KURDISH_SUFFIXES = _normalised_words(
    "ی کە کەی کەدا ەکە ەکەی ەوە یەوە وە یە ە دا یدا ەدا ین ن م مان تان یان ەکەدا ەکەوە ەکانی ێک یش ش یەکە ەکەم ەکەمان "
    "ەکەین ەیە ەی ەین"
)
"""Suffixes that Sorani writes after a noun: of, the, from, is, in, we are."""
_UNAMBIGUOUS_SUFFIXES = frozenset(ending for ending in KURDISH_SUFFIXES if len(ending) >= 3)
"""Suffixes that do not end any Arabic word."""
_SPOKEN_TYPE_WORDS = frozenset().union(*map(_normalised_words, _SPOKEN_TYPES.values()))
_COMPARISONS = ("ك", "وك")
"""*Like* and *and like*, before a noun: what is like a brigade is none, and كلوا is *eat!*."""
_MIN_CONSONANTS = 3
_MAX_PHONETIC_DISTANCE = 0.1
_TYPES_BY_SOUND = PhoneticDictionary(PLACE_TYPES.items(), _MIN_CONSONANTS, _MAX_PHONETIC_DISTANCE)
_MAX_AFFIX_LETTERS = 5
_MIN_STEM_LETTERS = 3


@dataclass(frozen=True, slots=True)
class PlaceType:
    """A type of place named by a word."""

    name: str
    offset: int
    """Letters of the word before the type: a preposition."""


@lru_cache(maxsize=50_000)
def find_place_type(word: str) -> PlaceType | None:
    """Find the type of place that a word names, with any prefixes and suffixes.

    >>> find_place_type("بالمعسكر"), find_place_type("سيطرتنا").name, find_place_type("كتاب")
    (PlaceType(name='camp', offset=1), 'checkpoint', None)
    >>> find_place_type("mu3askar").name
    'camp'
    """
    for start, rest in strip_prefixes(word):
        name = _spelled_type(rest) or (_pronounced_type(rest) if rest.isascii() else None)
        if name:
            return PlaceType(name, start)
    return None


def strip_prefixes(word: str) -> Iterator[tuple[int, str]]:
    """Yield the index at which a word may begin, with and without prefixes, and its letters from there, no article."""
    prefixes = [length for length in _affix_lengths(word) if word[:length] in PREFIXES]
    for length in (0, *prefixes):
        start = length - 2 if word[:length].endswith("ال") else length
        rest = word[start:]
        yield start, rest[article_length(rest) :]


def _spelled_type(word: str) -> str | None:
    name = PLACE_TYPES.get(word) or NATURAL_FEATURES.get(word)
    if name:
        return name
    if word.isascii():
        stem = next((stem for stem in kurmanji_stems(word) if stem in KURMANJI_TYPES), None)
        return PLACE_TYPES[stem] if stem else None
    for length in _affix_lengths(word):
        stem, suffix = word[:-length], word[-length:]
        if suffix in POSSESSIVE_SUFFIXES or suffix in KURDISH_SUFFIXES:
            name = PLACE_TYPES.get(stem) or PLACE_TYPES.get(f"{stem[:-1]}ه" if stem[-1] == "ت" else stem)
            if name:
                return name
    return None


@lru_cache(maxsize=20_000)
def kurmanji_stems(word: str) -> tuple[str, ...]:
    """Yield a word in Latin letters without each of the case endings that it may have.

    >>> kurmanji_stems("serbazgeha"), kurmanji_stems("xuzamaye")
    (('serbazgeh',), ('xuzama', 'xuzamay'))
    """
    endings = (ending for ending in KURMANJI_SUFFIXES if word.endswith(ending))
    return tuple(word[: -len(ending)] for ending in endings if len(word) - len(ending) >= _MIN_STEM_LETTERS)


def _affix_lengths(word: str) -> range:
    """Lengths that a prefix or suffix may have, so that enough letters remain."""
    return range(1, min(_MAX_AFFIX_LETTERS, len(word) - _MIN_STEM_LETTERS) + 1)


def _pronounced_type(word: str) -> str | None:
    """Find the type of an Arabic or Kurdish word in Latin letters; before a name, final *a* is pronounced *at*."""
    name = _TYPES_BY_SOUND.find(word)
    return _TYPES_BY_SOUND.find(word[:-1]) if name is None and word.endswith("t") else name


@lru_cache(maxsize=50_000)
def is_military_word(word: str) -> bool:
    """Whether a word is military, so that an everyday word close by may be the name of a base."""
    place_type = find_place_type(word)
    if place_type and place_type.name in _MILITARY_TYPES and not _is_spoken_type(word):
        return word[: place_type.offset] not in _COMPARISONS
    beginnings = strip_prefixes(word)
    return any(_is_listed_military(rest) for start, rest in beginnings if word[:start] not in _COMPARISONS)


def _is_spoken_type(word: str) -> bool:
    return any(rest in _SPOKEN_TYPE_WORDS for _start, rest in strip_prefixes(word))


def _is_listed_military(word: str) -> bool:
    if word in _MILITARY_WORDS:
        return True
    return any(word.endswith(suffix) and word[: -len(suffix)] in _MILITARY_WORDS for suffix in POSSESSIVE_SUFFIXES)


def is_allowed_suffix(suffix: str, kurdish: bool) -> bool:
    """Whether letters after a name are an inflection that does not change the name."""
    return suffix in (KURDISH_SUFFIXES if kurdish else _UNAMBIGUOUS_SUFFIXES)
