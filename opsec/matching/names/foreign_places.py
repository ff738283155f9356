"""Names in another country: *training camp in Brazil*, ``معسكر النسور في تركيا``.

A name that is followed by *in* and a country without any of the officer's sites names another place.
"""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from opsec.model import Point, Site
from opsec.text.normalise import normalise
from opsec.text.word_senses import stems

WINDOW = 4
"""Words after a name among which its country is searched for."""
_PREPOSITIONS = frozenset(normalise(word).text for word in "في in at to inside near li le لە bi fi إلى".split())
_LETTER_PREPOSITIONS = ("ب", "b", "له")
_LINKS = frozenset(normalise(word).text for word in "the training camp base التدريبي الاعدادي الصيفي".split())
"""Words that may come between a name and its country."""


@dataclass(frozen=True, slots=True)
class _Country:
    south: float
    west: float
    north: float
    east: float
    words: frozenset[str]

    def contains(self, point: Point) -> bool:
        return self.south <= point.lat <= self.north and self.west <= point.lon <= self.east


class ForeignPlaces:
    """The words for the countries without any of the sites."""

    def __init__(self, sites: Sequence[Site]) -> None:
        positions = [fence.rings[0][0][0] for site in sites for fence in site.fences]
        abroad = (one for one in _countries() if not any(one.contains(point) for point in positions))
        self._words = frozenset[str]().union(*(one.words for one in abroad))

    def follows(self, words: Sequence[str], last: int) -> bool:
        """Whether *in* and such a country come after the word at index ``last``."""
        before = ""
        for word in words[last + 1 : last + 1 + WINDOW]:
            if word in self._words or word.removeprefix("ال") in self._words:
                return before in _PREPOSITIONS
            joined = next((letters for letters in _LETTER_PREPOSITIONS if word.startswith(letters)), "")
            if joined and not self._words.isdisjoint({word.removeprefix(joined), *stems(word)}):
                return True
            if word in _PREPOSITIONS:
                before = word
            elif word not in _LINKS:
                return False
        return False


@cache
def _countries() -> tuple[_Country, ...]:
    raw = tomllib.loads((resources.files("opsec") / "assets" / "words" / "countries.toml").read_text("utf-8"))
    found = []
    for one in raw.values():
        south, west, north, east = one["bounds"]
        words = frozenset(normalise(word).text.removeprefix("ال") for word in one["words"].split())
        found.append(_Country(south, west, north, east, words))
    return tuple(found)
