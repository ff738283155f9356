"""A text meets the names of our sites and units: one Aho-Corasick automaton over all of them.

Text and names are compared in the normal form of ``opsec.words``. A name counts when it stands as
words of its own: what comes before it in its first word may only be an Arabic prefix (and, with, to,
the …), what follows its last word nothing. A name that is also an everyday word counts only beside a
military word.

Aho and Corasick, Efficient string matching (1975): cost grows with the text, not with the names.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import ahocorasick

from opsec.model import Site
from opsec.words import Folded, fold

Sort = Literal["name", "unit", "weak"]

PREFIXES = frozenset("و ف ب ل ك ال وال فال بال لل كال ول وب فب فل وك ولل فلل عال هال وعال من عل ع".split())
"""What Arabic, and Iraqi Arabic, writes on to the front of a noun; in normal form."""
MILITARY = frozenset(
    fold(word).text
    for word in (
        "معسكر قاعدة ثكنة فوج لواء كتيبة سرية فصيل فرقة واجب دوام سيطرة نقطة حراسة ساتر جندي جنود ضابط آمر مقر "
        "عسكري عسكرية جيش قوات حشد شرطة تدريب رماية برج بوابة سلاح دبابة "
        "camp base barracks battalion brigade regiment company platoon division duty guard checkpoint soldier "
        "soldiers officer army military troops hq headquarters patrol tower gate range airbase fob"
    ).split()
)
"""Words that make an everyday word next to them mean a military place; in normal form."""
CLOSE_WORDS = 4
"""How many words away a military word still counts as beside."""
SHORTEST_JOINED = 6
"""A name of fewer letters is not looked for with its words run together."""
SHORTEST = 3
MOST_MEETINGS = 200
"""In one text; the same few names repeated ten thousand times say nothing more."""
_WORD = re.compile(r"\S+")


@dataclass(frozen=True, slots=True)
class Name:
    """One spelling to look for."""

    site: Site
    folded: str
    sort: Sort


@dataclass(frozen=True, slots=True)
class Named:
    """A name of a site, met in a text."""

    site: Site
    sort: Sort
    span: tuple[int, int]
    """Code points of the original text, end exclusive."""


class Names:
    """All names of all sites, ready to be looked for."""

    def __init__(self, sites: Sequence[Site]) -> None:
        spellings: dict[str, list[Name]] = {}
        for site in sites:
            for name in _spellings(site):
                known = spellings.setdefault(name.folded, [])
                if all(other.site.id != site.id for other in known):
                    known.append(name)
        self._automaton = ahocorasick.Automaton()
        for folded, names in spellings.items():
            self._automaton.add_word(folded, (len(folded), tuple(names)))
        self._empty = not spellings
        if not self._empty:
            self._automaton.make_automaton()

    def meet(self, text: str) -> Iterator[Named]:
        """Every name in the text, in reading order; of names inside one another only the longest."""
        if self._empty:
            return
        folded = fold(text)
        taken_until: dict[str, int] = {}
        for start, end, name in self._candidates(folded)[:MOST_MEETINGS]:
            if start < taken_until.get(name.site.id, 0):
                continue
            if name.sort == "weak" and not _beside_military_word(folded.text, start, end):
                continue
            taken_until[name.site.id] = end
            yield Named(name.site, name.sort, folded.span(start, end))

    def _candidates(self, folded: Folded) -> list[tuple[int, int, Name]]:
        """Names that stand as words of their own: earliest first, the longer one first where two begin alike."""
        found = [
            (last + 1 - length, last + 1, name)
            for last, (length, names) in self._automaton.iter(folded.text)
            if _own_words(folded.text, last + 1 - length, last + 1)
            for name in names
        ]
        return sorted(found, key=lambda hit: (hit[0], -hit[1], hit[2].site.id))


def _spellings(site: Site) -> Iterator[Name]:
    """A site's names in normal form, spaced and, when long enough, run together."""
    for sort, names in (
        ("name", [n for tongue in site.names.values() for n in tongue]),
        ("unit", [n for tongue in site.unit_names.values() for n in tongue]),
        ("weak", list(site.weak_names)),
    ):
        for name in names:
            folded = fold(name).text
            if len(folded) >= SHORTEST:
                yield Name(site, folded, sort)  # type: ignore[arg-type]  # the literal of the table above
            joined = folded.replace(" ", "")
            if joined != folded and len(joined) >= SHORTEST_JOINED:
                yield Name(site, joined, sort)  # type: ignore[arg-type]


def _own_words(text: str, start: int, end: int) -> bool:
    """Whether a stretch of the normal form begins and ends with words, an Arabic prefix apart."""
    if end < len(text) and text[end] != " ":
        return False
    word_start = text.rfind(" ", 0, start) + 1
    return word_start == start or text[word_start:start] in PREFIXES


def _beside_military_word(text: str, start: int, end: int) -> bool:
    before = _WORD.findall(text[:start][-200:])[-CLOSE_WORDS:]
    after = _WORD.findall(text[end:][:200])[:CLOSE_WORDS]
    return any(_is_military(word) for word in (*before, *after))


def _is_military(word: str) -> bool:
    return word in MILITARY or any(word.startswith(p) and word[len(p) :] in MILITARY for p in PREFIXES)
