"""Units by their numbers: ``ف٣ ل١٤٧``, ``3rd Bn, 147th Bde`` and ``الفوج الثالث في اللواء ١٤٧`` are one battalion.

A designation is parsed into its levels (company of battalion of brigade). Number and level must both be exact, and
nothing is matched approximately: لواء ٢٨١ is not لواء ٢١٨, and a battalion named with its brigade is the
battalion, not the brigade.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from opsec.matching.names.hits import NameHit
from opsec.matching.names.tokens import TokenisedText
from opsec.matching.names.unit_levels import BATTALION, SQUADRON, NumberedLevel, find_numbered_levels, may_name_level
from opsec.model import Site
from opsec.text.normalise import normalise

_JOINING_WORDS = frozenset(
    normalise(word).text for word in "في من التابع تابع تابعة التابعة ل of the from in لە سەر بە و".split()
)
"""Words that may stand between two levels of one unit."""
_TOKEN = re.compile(r"(?:liwa2|(?:[st]a|ra)[bs]i3|3ashir)(?![\da-z])|\d+|(?<=\d)(?:st|nd|rd|th)(?=[a-z])|[^\W\d]+")
"""Separates letters from digits, except in Arabizi words."""
MAX_JOINING_WORDS = 2
MAX_LEVELS = 6


@dataclass(frozen=True, slots=True)
class UnitDesignation:
    """A unit: its level and number, and those of the units above it."""

    numbers: tuple[tuple[int, int], ...]
    """Level and number, smallest level first."""
    branch: str | None
    start: int
    end: int
    """Indices of the normalised text, end exclusive."""
    is_whole_text: bool

    def identifies(self, ours: "UnitDesignation") -> bool:
        """Whether this names our unit: the same smallest level, and nothing of ours omitted or contradicted.

        A company or platoon of ours also counts, because it names the unit above it.
        """
        stated = dict(self.numbers)
        return (
            next((one for one in self.numbers if one[0] >= min(ours.numbers[0][0], BATTALION)), None) == ours.numbers[0]
            and all(stated.get(level) == number for level, number in ours.numbers)
            and (self.branch is None or ours.branch is None or self.branch == ours.branch)
        )


class UnitIndex:
    """All units, by their smallest level and its number."""

    def __init__(self) -> None:
        self._units: dict[tuple[int, int], list[tuple[Site, UnitDesignation]]] = {}

    def add(self, site: Site, unit: UnitDesignation) -> None:
        """Add a unit of a site."""
        self._units.setdefault(unit.numbers[0], []).append((site, unit))

    def find(self, tokens: TokenisedText) -> Iterator[NameHit]:
        """Yield every designation that identifies one of the units."""
        if not self._units:
            return
        for designation in find_designations(tokens.text):
            above = next((one for one in designation.numbers if one[0] >= BATTALION), designation.numbers[0])
            units = (
                unit for key in dict.fromkeys((designation.numbers[0], above)) for unit in self._units.get(key, ())
            )
            for site, unit in units:
                if designation.identifies(unit):
                    yield NameHit(designation.start, designation.end, site, "unit")


def parse_unit_name(normalised: str) -> UnitDesignation | None:
    """Parse a normalised name that is one unit designation and nothing else."""
    designations = list(find_designations(normalised))
    return designations[0] if len(designations) == 1 and designations[0].is_whole_text else None


def add_branches(units: list[UnitDesignation]) -> Iterator[UnitDesignation]:
    """Yield each unit with the branch that any of its names states: an infantry 218th is not our armoured one."""
    branches = {unit.numbers: unit.branch for unit in units if unit.branch}
    yield from (replace(unit, branch=branches.get(unit.numbers)) for unit in units)


def find_designations(text: str) -> Iterator[UnitDesignation]:
    """Yield every unit named in a normalised text."""
    tokens = list(_TOKEN.finditer(text))
    words = [token[0] for token in tokens]
    if not any(map(may_name_level, words)):
        return
    levels = list(find_numbered_levels(words))
    done = 0
    while done < len(levels):
        chain = _chain(levels[done : done + MAX_LEVELS + 1], words)
        done += len(chain)
        first, last = chain[0], chain[-1]
        if len(chain) == 1 and first.by_letter and first.branch is None:
            continue  # ل ٢١٨ may also mean *for 218*
        yield UnitDesignation(
            numbers=tuple(sorted((level.level, level.number) for level in chain)),
            branch=next((level.branch for level in chain if level.branch), None),
            start=tokens[first.start_word].start() + first.start_offset,
            end=tokens[last.end_word - 1].end(),
            is_whole_text=first.start_word == 0 and last.end_word == len(words),
        )


def _chain(levels: list[NumberedLevel], words: list[str]) -> list[NumberedLevel]:
    """Take the levels of one unit: all rising or all falling, with little between them."""
    chain = [levels[0]]
    for position, level in enumerate(levels[1:], 1):
        following = levels[position + 1] if position + 1 < len(levels) else None
        if SQUADRON in (level.level, chain[-1].level) or not _is_joined(chain[-1], level, words):
            break
        if not _continues_upwards(chain, level) and (
            not _continues_downwards(chain, level) or _has_own_superior(level, following)
        ):
            break
        chain.append(level)
    return chain


def _is_joined(before: NumberedLevel, level: NumberedLevel, words: list[str]) -> bool:
    between = words[before.end_word : level.start_word]
    if level.starts_new_unit or len(between) > MAX_JOINING_WORDS:
        return False
    return all(word in _JOINING_WORDS for word in between)


def _continues_upwards(chain: list[NumberedLevel], level: NumberedLevel) -> bool:
    return level.level > chain[-1].level and (len(chain) < 2 or chain[-1].level > chain[-2].level)


def _continues_downwards(chain: list[NumberedLevel], level: NumberedLevel) -> bool:
    return level.level < chain[-1].level and (len(chain) < 2 or chain[-1].level < chain[-2].level)


def _has_own_superior(level: NumberedLevel, following: NumberedLevel | None) -> bool:
    """Whether a larger unit follows so closely that the level belongs to it and not to the one before."""
    return (
        following is not None
        and following.level > level.level
        and following.start_word - level.end_word <= MAX_JOINING_WORDS
    )
