"""Units by their numbers: ``ف٣ ل١٤٧``, ``3rd Bn, 147th Bde`` and ``الفوج الثالث في اللواء ١٤٧`` are one battalion.

A designation is parsed into its levels (company of battalion of brigade), so that number and kind must both be
right and nothing is ever guessed: لواء ٢٨١ is not لواء ٢١٨, and a battalion named with its brigade is the
battalion, not the brigade.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from opsec.matching.names.hits import Hit
from opsec.matching.names.numerals import number_at
from opsec.matching.names.tokens import Reading
from opsec.model import Site
from opsec.text.normalise import fold

_LEVELS = {
    1: ("platoon", "فصيل فصيلة platoon plt", False),
    2: ("company", "سرية company coy siriya sariya", True),
    3: (
        "battalion",
        "فوج كتيبة فەوج battalion battalions bn btn batt regiment regt fawj foj fouj fauj katiba katibat",
        False,
    ),
    4: ("brigade", "لواء لوائ لوه لیوا brigade bde brig liwa liwa2 liwaa lewa luwa", False),
    5: ("division", "فرقة division div firqa", True),
    6: ("corps", "فيلق corps faylaq", False),
    7: ("squadron", "سرب squadron sqn sqdn sirb", False),
}
"""From the smallest to the largest; a squadron stands alone. Name, words, whether Arabic ordinals are feminine."""
_KINDS = {fold(word).text: level for level, (_name, words, _woman) in _LEVELS.items() for word in words.split()}
_WOMANLY = frozenset({*(level for level, (_name, _words, woman) in _LEVELS.items() if woman), 3})
"""3 for كتيبة, which shares a level with فوج."""
_MASCULINE = frozenset(fold(word).text for word in "فوج لواء فيلق سرب فصيل".split())
_LETTERS = {"س": 2, "ف": 3, "ل": 4}
_SQUADRON = 7
_BRANCHES = {
    fold(word).text: branch
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
_ALSO_DOINGS = frozenset({"transport", "reconnaissance", "training"})
"""Behind a unit these are what it does today: ``3rd battalion training``."""
_MECHANISED_OR_TO = fold("آلي").text
"""In normal form also the word for *to*, so it is a branch only between ``مشاة`` and a number, and in ``ل٥٢٩ آلي``."""
_GLUE = frozenset(fold(word).text for word in "في من التابع تابع تابعة التابعة ل of the from in لە سەر بە و".split())
_ATTACHED = ("وبال", "وال", "بال", "فال", "كال", "عال", "هال", "لل", "ال", "وب", "ول", "و", "ب", "ل", "ف", "ك")
_ENDINGS = ("نا", "هم", "ي", "ه", "كم")
_TOKEN = re.compile(r"(?:liwa2|(?:[st]a|ra)[bs]i3|3ashir)(?![\da-z])|\d+|(?<=\d)(?:st|nd|rd|th)(?=[a-z])|[^\W\d]+")
MOST_GLUE = 2
MOST_LEVELS = 6


@dataclass(frozen=True, slots=True)
class _Element:
    """One level with its number, and the words that say it."""

    level: int
    number: int
    branch: str | None
    first: int
    until: int
    start_offset: int
    by_letter: bool
    new: bool
    """Begins with *and*: another unit, not a part of the one before."""


@dataclass(frozen=True, slots=True)
class Designation:
    """A unit: its level and number, and those that it belongs to."""

    numbers: tuple[tuple[int, int], ...]
    """Level and number, the smallest level first."""
    branch: str | None
    start: int
    end: int
    whole: bool
    """Whether it is all of the text."""

    def is_the_unit(self, ours: "Designation") -> bool:
        """Whether this names ours: the same smallest unit, nothing that ours says left out or contradicted."""
        stated = dict(self.numbers)
        return (
            self.numbers[0] == ours.numbers[0]
            and all(stated.get(level) == number for level, number in ours.numbers)
            and (self.branch is None or ours.branch is None or self.branch == ours.branch)
        )


class Units:
    """All units, ready to be looked for."""

    def __init__(self) -> None:
        self._units: dict[tuple[int, int], list[tuple[Site, Designation]]] = {}

    def add(self, site: Site, unit: Designation) -> None:
        """Look for a unit."""
        self._units.setdefault(unit.numbers[0], []).append((site, unit))

    def find(self, reading: Reading) -> Iterator[Hit]:
        """Every designation that names one of them."""
        if not self._units:
            return
        for met in designations(reading.text):
            for site, unit in self._units.get(met.numbers[0], ()):
                if met.is_the_unit(unit):
                    yield Hit(met.start, met.end, site, "unit")


def unit_of(folded: str) -> Designation | None:
    """A name that is a unit's designation and nothing else, in normal form."""
    found = list(designations(folded))
    return found[0] if len(found) == 1 and found[0].whole else None


def with_branches(units: list[Designation]) -> Iterator[Designation]:
    """Each unit with its branch, if one of its names tells it: an infantry 218th is not our armoured one."""
    known = {unit.numbers: unit.branch for unit in units if unit.branch}
    yield from (replace(unit, branch=known.get(unit.numbers)) for unit in units)


def designations(text: str) -> Iterator[Designation]:
    """Every unit named in a text of the normal form."""
    tokens = list(_TOKEN.finditer(text))
    words = [token[0] for token in tokens]
    if not any(_kind(word) or word in _LETTERS or word[1:] in _LETTERS for word in words):
        return
    elements = list(_elements(words))
    done = 0
    while done < len(elements):
        chain = _chain(elements[done : done + MOST_LEVELS + 1], words)
        done += len(chain)
        if all(one.by_letter for one in chain) and len(chain) == 1 and chain[0].branch is None:
            continue  # ل ٢١٨ may also be *for 218*
        first, last = chain[0], chain[-1]
        levels = sorted((one.level, one.number) for one in chain)
        yield Designation(
            numbers=tuple(levels),
            branch=next((one.branch for one in chain if one.branch), None),
            start=tokens[first.first].start() + first.start_offset,
            end=tokens[last.until - 1].end(),
            whole=first.first == 0 and last.until == len(words),
        )


def _chain(elements: list[_Element], words: list[str]) -> list[_Element]:
    """Elements that belong together: each level larger than the one before, or each smaller, little between them."""
    chain = [elements[0]]
    for position, one in enumerate(elements[1:], 1):
        before = chain[-1]
        between = words[before.until : one.first]
        rising = one.level > before.level and (len(chain) < 2 or before.level > chain[-2].level)
        falling = one.level < before.level and (len(chain) < 2 or before.level < chain[-2].level)
        further = elements[position + 1] if position + 1 < len(elements) else None
        own_brigade = further is not None and further.level > one.level and further.first - one.until <= MOST_GLUE
        glued = len(between) <= MOST_GLUE and all(word in _GLUE for word in between) and not one.new
        if not glued or _SQUADRON in (one.level, before.level) or not (rising or (falling and not own_brigade)):
            break
        chain.append(one)
    return chain


def _elements(words: list[str]) -> Iterator[_Element]:
    index = 0
    while index < len(words):
        element = _kind_first(words, index) or _number_first(words, index)
        if element is not None:
            yield element
        index = element.until if element is not None else index + 1


@dataclass(frozen=True, slots=True)
class _Kind:
    level: int
    offset: int
    masculine: bool
    by_letter: bool = False


@lru_cache(maxsize=20_000)
def _kind(word: str) -> _Kind | None:
    """The level a word names, and how many letters are attached before it."""
    for offset, stem in ((0, word), *((len(a), word[len(a) :]) for a in _ATTACHED if word.startswith(a))):
        for bare in (stem, *(stem.removesuffix(ending) for ending in _ENDINGS if stem.endswith(ending))):
            if bare in _KINDS:
                article = 2 if word[:offset].endswith("ال") else 0
                return _Kind(_KINDS[bare], offset - article, bare in _MASCULINE)
    return None


def _letter(word: str) -> _Kind | None:
    """A level by its first letter, as soldiers write it."""
    if word in _LETTERS:
        return _Kind(_LETTERS[word], 0, masculine=False, by_letter=True)
    if len(word) == 2 and word[0] in "وبلف" and word[1] in _LETTERS:
        return _Kind(_LETTERS[word[1]], 1, masculine=False, by_letter=True)
    return None


def _kind_first(words: list[str], index: int) -> _Element | None:
    """``لواء ٢١٨ المدرع``, ``brigade 529``, ``ف٣``."""
    kind = _kind(words[index]) or _letter(words[index])
    if kind is None:
        return None
    after = index + 1
    branch, at = _branch(words, after) if not kind.by_letter else (None, after)
    number = number_at(words, at)
    if number is None or (kind.by_letter and not words[after].isdigit()) or (number.womanly and kind.masculine):
        return None
    if words[index].isascii() and not kind.by_letter and _kind_after(words, number.until) and branch is None:
        return None  # battalion 147th brigade: the number belongs to the brigade
    until = number.until
    if branch is None:
        branch, until = _branch_behind(words, until, by_letter=kind.by_letter)
    new = kind.offset > 0 and words[index].startswith("و")
    return _Element(kind.level, number.value, branch, index, until, kind.offset, kind.by_letter, new)


def _number_first(words: list[str], index: int) -> _Element | None:
    """``218th Armored Brigade``, ``3 Bn``."""
    number = number_at(words, index)
    if number is None:
        return None
    branch, after = _branch(words, number.until)
    if after >= len(words) or not words[after].isascii() or words[after] not in _KINDS:
        return None
    return _Element(_KINDS[words[after]], number.value, branch, index, after + 1, 0, by_letter=False, new=False)


def _kind_after(words: list[str], index: int) -> bool:
    """Whether a number has its own level after it, and that level no number of its own."""
    return words[index : index + 1] != [] and words[index] in _KINDS and number_at(words, index + 1) is None


def _branch(words: list[str], index: int) -> tuple[str | None, int]:
    """The branch said from here on, and where its words end; of *mechanised infantry* the word that tells more."""
    said: list[str] = []
    while index < len(words) and len(said) < 2:
        branch = _BRANCHES.get(words[index].removeprefix("ال")) or _BRANCHES.get(words[index])
        if branch is None and words[index] == _MECHANISED_OR_TO and said and number_at(words, index + 1):
            branch = "mechanised"
        if branch is None:
            break
        said.append(branch)
        index += 1
    return next((branch for branch in said if branch != "infantry"), said[0] if said else None), index


def _branch_behind(words: list[str], index: int, *, by_letter: bool) -> tuple[str | None, int]:
    if by_letter and words[index : index + 1] == [_MECHANISED_OR_TO]:
        return "mechanised", index + 1
    branch, until = _branch(words, index)
    return (None, index) if branch in _ALSO_DOINGS else (branch, until)
