"""Senses of names: the words around a name may show that it is doubtful, or the name of something else.

An everyday word that belongs to a shop or a person (``مطعم الصقر``, ``@lion_7``) names no base; a name among words of a
game or a market is doubtful; a name without a type of place among animals is an animal (``عين الزرزور``); a camp
abroad is another one.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from opsec.matching.names.foreign_places import ForeignPlaces
from opsec.matching.names.hits import MatchKind, NameHit
from opsec.matching.names.tokens import TokenisedText
from opsec.text.place_terms import PLACE_TYPES, find_place_type

_HANDLE_BEFORE = re.compile(r"@[\w.]*$")
_MAX_HANDLE_LENGTH = 40
_MIN_NATURE_WORDS = 2
"""Words for animals or plants around a name with its own letters; around one by its sound, one is enough."""


def weigh_senses(tokens: TokenisedText, hits: Iterable[NameHit], foreign: ForeignPlaces) -> Iterator[NameHit]:
    """Yield the hits, in code points of the original, with the kind that the words around allow."""
    for hit in hits:
        kind = hit.kind if hit.kind == "unit" else _kind(tokens, hit, foreign)
        if kind is not None:
            yield hit if kind == hit.kind else replace(hit, kind=kind)


def _kind(tokens: TokenisedText, hit: NameHit, foreign: ForeignPlaces) -> MatchKind | None:
    """Kind that a hit keeps; None when it names something else."""
    if _is_something_else(tokens, hit):
        return None
    nature = 0 if _has_type(tokens, hit) else tokens.nature_words(hit.start, hit.end)
    if nature >= (_MIN_NATURE_WORDS if hit.kind == "name" else 1):
        return None
    is_abroad = foreign.follows(tokens.word_texts, tokens.words_at(hit.start, hit.end)[1])
    if hit.kind == "name":
        is_doubtful = nature or is_abroad or tokens.is_in_doubtful_topic(hit.start, hit.end)
        return "doubtful" if is_doubtful else "name"
    return None if is_abroad else hit.kind


def _is_something_else(tokens: TokenisedText, hit: NameHit) -> bool:
    """Whether an everyday word or an approximate name belongs to what the words beside it name."""
    if hit.kind == "weak":
        return (
            tokens.is_namesake(hit.start, hit.end)
            or _is_in_handle(tokens, hit)
            or tokens.is_in_doubtful_topic(hit.start, hit.end)
        )
    return hit.kind == "near" and tokens.is_in_everyday_topic(hit.start, hit.end)


def _is_in_handle(tokens: TokenisedText, hit: NameHit) -> bool:
    return _HANDLE_BEFORE.search(tokens.original[max(0, hit.start - _MAX_HANDLE_LENGTH) : hit.start]) is not None


def _has_type(tokens: TokenisedText, hit: NameHit) -> bool:
    """Whether a hit is in disguise, which no animal is, or one of its words is a type of military or public place."""
    first, last = tokens.words_at(hit.start, hit.end)
    types = (find_place_type(word) for word in tokens.word_texts[first : last + 1])
    return hit.kind == "disguised" or any(
        place_type is not None and place_type.name in PLACE_TYPES.values() for place_type in types
    )
