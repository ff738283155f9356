"""A name taken apart: what kind of place it says, what is left as its own, and every way it may be spoken."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from opsec.matching.names.tokens import Word, word_of
from opsec.model import Site
from opsec.text.phonetics import Sounds, run, sounds
from opsec.text.place_terms import HEADS, HONOURS, QUALIFIERS, TYPES, kind_of

_SOFT_G = ("ge", "gi", "gy")


@dataclass(frozen=True, slots=True)
class Name:
    """One name of a site, in normal form."""

    site: Site
    text: str
    kurdish: bool
    weak: bool
    words: tuple[Word, ...]
    core: tuple[Word, ...]
    """What makes it this place and no other: ``الصقر`` of ``معسكر الصقر``."""
    kinds: frozenset[str]
    """``camp`` of the same; empty when the name tells no kind."""
    one_script: bool = False
    """Whether it is the Latin spelling of another name of the site: Arabic words are held against that one alone."""

    def may_be(self, written: Sounds) -> bool:
        """Whether words in this script are to be held against this name at all."""
        return not self.one_script or written.script == "latin"


def take_apart(site: Site, folded: str, tongue: str, weak: bool) -> Name:
    """A name with its kind and its core."""
    words = tuple(word_of(word) for word in folded.split())
    kurdish = tongue.split("-", maxsplit=1)[0] in {"ckb", "ku", "kmr", "sdh"}
    core, kinds = _core(words)
    return Name(site, folded, kurdish, weak, words, core, kinds)


def transliterations_marked(names: list[Name]) -> Iterator[Name]:
    """The names of one site, each Latin one that only spells an Arabic one marked as such."""
    arabic = {heard.key for name in names if not name.text.isascii() for heard in spoken(name.core)}
    for name in names:
        yield replace(name, one_script=name.text.isascii() and run(tuple(w.sounds for w in name.core)).key in arabic)


def _core(words: tuple[Word, ...]) -> tuple[tuple[Word, ...], frozenset[str]]:
    """Words without those of the kind at either end; a name of kinds alone keeps its last word."""
    kinds: set[str] = set()
    first, last = 0, len(words)
    while last - first > 1 and (kind := _kind(words[first], TYPES, kinds)) is not None:
        kinds |= kind
        first += 1
    while last - first > 1 and (kind := _kind(words[last - 1], TYPES, kinds)) is not None:
        kinds |= kind
        last -= 1
    if not kinds and last - first > 1 and (head := kind_of(words[first].text)):
        kinds.add(head.kind)
        first += 1
    while last - first > 1 and words[first].bare in HONOURS:
        first += 1
    if not kinds and last - first > 1 and words[last - 1].bare in HEADS:
        kinds.add(HEADS[words[last - 1].bare])
        last -= 1
    if not kinds and last - first > 1:
        own = words[last - 1] if words[last - 1].text.isascii() else words[first]
        kinds.add(own_kind(own.bare))
        first, last = (first, last - 1) if own is words[last - 1] else (first + 1, last)
    return words[first:last], frozenset(kinds)


def own_kind(word: str) -> str:
    """The kind of a name that tells none known: its own first word, or last one in English, stands for it."""
    return f"={word}"


def _kind(word: Word, among: dict[str, str], known: set[str]) -> set[str] | None:
    """The kinds a word adds: its own, none for a word that only tells more of one, None for a word of the name."""
    kind = kind_of(word.text)
    if kind and kind.start == 0 and kind.kind in among.values():
        return {kind.kind}
    return set() if word.bare in QUALIFIERS and (known or word.text.isascii()) else None


def spoken(words: tuple[Word, ...]) -> Iterator[Sounds]:
    """How words may be spoken: as written, final *a* as *at* in all but the last or in all, with a soft g."""
    last = words[-1:]
    ways = [
        _bare(words),
        _bound(words[:-1]) + _bare(last),
        _bound(words),
        tuple(_softened(word.bare) for word in words),
    ]
    yield from (run(tuple(map(sounds, way))) for way in dict.fromkeys(ways))


def run_together(words: tuple[Word, ...]) -> Iterator[Sounds]:
    """The same written as one word, as in a hashtag, with the articles within it or without them."""
    if len(words) > 1:
        within = (_bare(words[:1]) + tuple(word.text for word in words[1:]), _bare(words))
        bound = tuple((_at(way[0]), *map(_at, way[1:-1]), way[-1]) for way in within)
        yield from (sounds("".join(way)) for way in dict.fromkeys((*within, *bound)))


def _bare(words: tuple[Word, ...]) -> tuple[str, ...]:
    return tuple(word.bare for word in words)


def _bound(words: tuple[Word, ...]) -> tuple[str, ...]:
    return tuple(_at(word.bare) for word in words)


def _at(word: str) -> str:
    """A word's final *a* (ta marbuta) as it is spoken before the next word."""
    return f"{word[:-1]}ت" if word.endswith("ه") and len(word) > 2 else word


def _softened(word: str) -> str:
    for soft in _SOFT_G if word.isascii() else ():
        word = word.replace(soft, f"j{soft[1]}")
    return word
