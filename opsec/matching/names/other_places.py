"""Names that belong to somebody else: what the officer lists as not ours, and Iraqi towns and common first names.

A hit inside a name that is not ours is dropped, unless a longer name of ours contains it. The shipped list drops
approximate hits, and those by sound whose letters are the other name's: whoever writes *Camp Khuzaima* means a person
of that name and not a misspelt Camp Khuzama.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache, lru_cache
from importlib import resources

import ahocorasick

from opsec.matching.names.hits import NameHit
from opsec.matching.names.tokens import TokenisedText
from opsec.matching.names.word_boundaries import is_word_aligned
from opsec.model import Site
from opsec.text.normalise import normalise
from opsec.text.phonetic_distance import PhoneticDictionary
from opsec.text.word_senses import stems

_SURE_KINDS = frozenset({"name", "unit"})
_MIN_CONSONANTS = 3
_MAX_PHONETIC_DISTANCE = 0.15


class OtherPlaces:
    """Names that are not ours."""

    def __init__(self, sites: Sequence[Site]) -> None:
        self._automaton = ahocorasick.Automaton()
        not_ours: dict[str, set[str]] = {}
        for site in sites:
            for name in site.not_ours:
                not_ours.setdefault(normalise(name).text, set()).add(site.id)
        for letters, site_ids in not_ours.items():
            self._automaton.add_word(letters, (len(letters), frozenset(site_ids)))
        self._own_words: dict[str, frozenset[str]] = {}
        self._has_names = bool(not_ours)
        if not_ours:
            self._automaton.make_automaton()

    def without_other_places(self, tokens: TokenisedText, hits: Iterable[NameHit]) -> Iterator[NameHit]:
        """Yield the hits, in code points of the original, that do not name another place."""
        others = list(self._spans(tokens)) if self._has_names else []
        for hit in hits:
            if any(hit.site.id in site_ids and _belongs_to(hit, start, end) for start, end, site_ids in others):
                continue
            if hit.kind in {"near", "spelling"} and self._names_known_place(tokens.original[hit.start : hit.end], hit):
                continue
            yield hit

    def _names_known_place(self, written: str, hit: NameHit) -> bool:
        """Whether a word of an approximate hit is a known town or first name that the site's own names lack.

        For a hit by sound, the word must have the letters of the known one.
        """
        known = _known_words_of(written, hit.kind == "near")
        if not known:
            return False
        if hit.site.id not in self._own_words:
            self._own_words[hit.site.id] = _own_words(hit.site)
        return any(forms.isdisjoint(self._own_words[hit.site.id]) for forms in known)

    def _spans(self, tokens: TokenisedText) -> Iterator[tuple[int, int, frozenset[str]]]:
        for last, (length, site_ids) in self._automaton.iter(tokens.text):
            start, end = last + 1 - length, last + 1
            if is_word_aligned(tokens, start, end, kurdish=False):
                yield (*tokens.normalised.original_span(start, end), site_ids)


def _belongs_to(hit: NameHit, start: int, end: int) -> bool:
    """Whether a hit is a part of another name, or an uncertain one that contains it."""
    if hit.kind in _SURE_KINDS:
        return start <= hit.start and hit.end <= end
    return hit.start < end and start < hit.end


@cache
def _known_words() -> tuple[frozenset[str], PhoneticDictionary[str]]:
    """Words of the shipped list, and the same by their sound."""
    text = (resources.files("opsec") / "assets" / "words" / "other_places.txt").read_text("utf-8")
    lines = (line.partition("#")[0] for line in text.splitlines())
    words = frozenset(normalise(word).text.removeprefix("ال") for line in lines for word in line.split())
    return words, PhoneticDictionary(((word, word) for word in sorted(words)), _MIN_CONSONANTS, _MAX_PHONETIC_DISTANCE)


@lru_cache(maxsize=5_000)
def _known_words_of(written: str, by_their_sound: bool) -> tuple[frozenset[str], ...]:
    """Forms of each word that is a known town or first name, in its letters or also by its sound.

    The forms of a word in Latin letters include the known Arabic word that sounds like it.
    """
    known, by_sound = _known_words()
    found: list[frozenset[str]] = []
    for word in normalise(written).text.split():
        counterpart = by_sound.find(word) if word.isascii() else None
        is_listed = not known.isdisjoint(stems(word)) and (counterpart or not word.isascii() or by_their_sound)
        if is_listed or (by_their_sound and counterpart):
            found.append(stems(word) | ({counterpart} if counterpart else set()))
    return tuple(found)


def _own_words(site: Site) -> frozenset[str]:
    names = (name for by_language in (site.names, site.unit_names) for names in by_language.values() for name in names)
    return frozenset(stem for name in names for word in normalise(name).text.split() for stem in stems(word))
