"""One level of a unit designation with its number: ``لواء ٢١٨ المدرع``, ``brigade 529``, ``3 Bn``, ``ف٣``."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from opsec.matching.names.numerals import parse_number
from opsec.text.normalise import normalise

_LEVELS = {
    1: "فصيل فصيلة platoon plt",
    2: "سرية company coy siriya sariya",
    3: "فوج كتيبة فەوج battalion battalions bn btn batt regiment regt fawj foj fouj fauj katiba katibat",
    4: "لواء لوائ لوه لیوا brigade bde brig liwa liwa2 liwaa lewa luwa",
    5: "فرقة division div firqa",
    6: "فيلق corps faylaq",
    7: "سرب squadron sqn sqdn sirb",
}
"""Words by level: platoon, company, battalion, brigade, division, corps; and squadron, which has no level above it."""
BATTALION = 3
SQUADRON = 7
_LEVEL_WORDS = {normalise(word).text: level for level, words in _LEVELS.items() for word in words.split()}
_MASCULINE_WORDS = frozenset(normalise(word).text for word in "فوج لواء فيلق سرب فصيل".split())
LEVEL_LETTERS = {"س": 2, "ف": 3, "ل": 4}
"""Levels by their first letter, as soldiers write them."""
_LETTER_PREFIXES = "وبلف"
_BRANCHES = {
    normalise(word).text: branch
    for branch, words in {
        "armoured": "مدرع مدرعة مدرعات armored armoured armor armour tank دبابات",
        "mechanised": "الآلي آلية mechanized mechanised mech",
        "infantry": "مشاة infantry inf",
        "commando": "مغاوير commando commandos صاعقة",
        "artillery": "مدفعية artillery",
        "border": "حدود border",
        "special": "قوات_خاصة special",
        "engineer": "هندسة engineer engineers",
        "transport": "نقل transport airlift",
        "reconnaissance": "استطلاع reconnaissance recon",
        "training": "تدريب training",
    }.items()
    for word in words.split()
}
_BRANCHES_ALSO_ACTIVITIES = frozenset({"transport", "reconnaissance", "training"})
"""After a unit these are what it does today: ``3rd battalion training``."""
_MECHANISED_OR_TO = normalise("آلي").text
"""Normalised, also the word for *to*: it is a branch only between ``مشاة`` and a number, and in ``ل٥٢٩ آلي``."""
MAX_BRANCH_WORDS = 2
_PREFIXES = ("وبال", "وال", "بال", "فال", "عال", "هال", "لل", "ال", "وب", "ول", "و", "ب", "ل", "ف")
"""Without *like*: كلوا is *eat!*, and what is like a brigade is another one."""
_SUFFIXES = ("نا", "هم", "ي", "ه", "كم")


@dataclass(frozen=True, slots=True)
class NumberedLevel:
    """One level with its number, and the words that state it."""

    level: int
    number: int
    branch: str | None
    start_word: int
    end_word: int
    """Word indices, end exclusive."""
    start_offset: int
    """Letters of the first word that are a prefix."""
    by_letter: bool
    """Whether the level is abbreviated to one letter."""
    starts_new_unit: bool
    """Whether it begins with *and*: another unit, not a part of the one before."""


@dataclass(frozen=True, slots=True)
class LevelWord:
    """A word that states a level."""

    level: int
    offset: int
    """Letters of its prefix, without the article."""
    is_masculine: bool
    by_letter: bool = False


def find_numbered_levels(words: list[str]) -> Iterator[NumberedLevel]:
    """Yield every level with its number; words are normalised, with letters and digits separated."""
    index = 0
    while index < len(words):
        level = _parse_level_then_number(words, index) or _parse_number_then_level(words, index)
        if level is not None:
            yield level
        index = level.end_word if level is not None else index + 1


@lru_cache(maxsize=20_000)
def parse_level_word(word: str) -> LevelWord | None:
    """Parse a word that names a level, with any prefixes and suffixes."""
    prefix_lengths = (len(prefix) for prefix in _PREFIXES if word.startswith(prefix))
    for offset in (0, *prefix_lengths):
        inflected = word[offset:]
        suffixes = (suffix for suffix in _SUFFIXES if inflected.endswith(suffix))
        for stem in (inflected, *(inflected.removesuffix(suffix) for suffix in suffixes)):
            if stem in _LEVEL_WORDS:
                article = 2 if word[:offset].endswith("ال") else 0
                return LevelWord(_LEVEL_WORDS[stem], offset - article, stem in _MASCULINE_WORDS)
    return None


def may_name_level(word: str) -> bool:
    """Whether a word names a level or may abbreviate one, so that a text is worth parsing."""
    return parse_level_word(word) is not None or word in LEVEL_LETTERS or word[1:] in LEVEL_LETTERS


def _parse_level_letter(word: str) -> LevelWord | None:
    if word in LEVEL_LETTERS:
        return LevelWord(LEVEL_LETTERS[word], 0, is_masculine=False, by_letter=True)
    if len(word) == 2 and word[0] in _LETTER_PREFIXES and word[1] in LEVEL_LETTERS:
        return LevelWord(LEVEL_LETTERS[word[1]], 1, is_masculine=False, by_letter=True)
    return None


def _parse_level_then_number(words: list[str], index: int) -> NumberedLevel | None:
    """``لواء ٢١٨ المدرع``, ``brigade 529``, ``ف٣``."""
    level = parse_level_word(words[index]) or _parse_level_letter(words[index])
    if level is None:
        return None
    after = index + 1
    branch, number_index = _parse_branch(words, after) if not level.by_letter else (None, after)
    number = parse_number(words, number_index)
    if number is None or (level.by_letter and not words[after].isdigit()) or (number.feminine and level.is_masculine):
        return None
    is_english = words[index].isascii() and not level.by_letter
    if is_english and branch is None and _is_followed_by_own_level(words, number.end):
        return None  # battalion 147th brigade: the number belongs to the brigade
    end = number.end
    if branch is None:
        branch, end = _parse_trailing_branch(words, end, by_letter=level.by_letter)
    starts_new_unit = level.offset > 0 and words[index].startswith("و")
    return NumberedLevel(level.level, number.value, branch, index, end, level.offset, level.by_letter, starts_new_unit)


def _parse_number_then_level(words: list[str], index: int) -> NumberedLevel | None:
    """``218th Armored Brigade``, ``3 Bn``."""
    number = parse_number(words, index)
    if number is None:
        return None
    branch, after = _parse_branch(words, number.end)
    if after >= len(words) or not words[after].isascii() or words[after] not in _LEVEL_WORDS:
        return None
    level = _LEVEL_WORDS[words[after]]
    return NumberedLevel(level, number.value, branch, index, after + 1, 0, by_letter=False, starts_new_unit=False)


def _is_followed_by_own_level(words: list[str], index: int) -> bool:
    """Whether a level without a number of its own follows a number."""
    return index < len(words) and words[index] in _LEVEL_WORDS and parse_number(words, index + 1) is None


def _parse_branch(words: list[str], index: int) -> tuple[str | None, int]:
    """Parse a branch of up to two words; of *mechanised infantry*, the more specific word.

    Returns
    -------
    (branch, end)
        The branch or None, and the index of the word after it.
    """
    branches: list[str] = []
    while index < len(words) and len(branches) < MAX_BRANCH_WORDS:
        branch = _BRANCHES.get(words[index].removeprefix("ال")) or _BRANCHES.get(words[index])
        if branch is None and words[index] == _MECHANISED_OR_TO and branches and parse_number(words, index + 1):
            branch = "mechanised"
        if branch is None:
            break
        branches.append(branch)
        index += 1
    return next((branch for branch in branches if branch != "infantry"), branches[0] if branches else None), index


def _parse_trailing_branch(words: list[str], index: int, *, by_letter: bool) -> tuple[str | None, int]:
    if by_letter and words[index : index + 1] == [_MECHANISED_OR_TO]:
        return "mechanised", index + 1
    branch, end = _parse_branch(words, index)
    return (None, index) if branch in _BRANCHES_ALSO_ACTIVITIES else (branch, end)
