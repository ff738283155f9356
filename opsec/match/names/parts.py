"""A name taken apart: what kind of place it says, what is left as its own, and every way it may be spoken."""

from collections.abc import Iterator
from dataclasses import dataclass

from opsec.match.names.reading import Word, word_of
from opsec.model import Site
from opsec.words.places import HEADS, HONOURS, QUALIFIERS, TYPES, kind_of
from opsec.words.sounds import Sounds, run, sounds

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

    @property
    def kurdish_or_latin(self) -> bool:
        return self.kurdish or self.text.isascii()


def take_apart(site: Site, folded: str, tongue: str, weak: bool) -> Name:
    """A name with its kind and its core."""
    words = tuple(word_of(word) for word in folded.split())
    kurdish = tongue.split("-")[0] in {"ckb", "ku", "kmr", "sdh"}
    core, kinds = _core(words)
    return Name(site, folded, kurdish, weak, words, core, kinds)


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
    return words[first:last], frozenset(kinds)


def _kind(word: Word, among: dict[str, str], known: set[str]) -> set[str] | None:
    """The kinds a word adds: its own, none for a word that only tells more of one, None for a word of the name."""
    kind = kind_of(word.text)
    if kind and kind.start == 0 and kind.kind in among.values():
        return {kind.kind}
    return set() if word.bare in QUALIFIERS and (known or word.text.isascii()) else None


def spoken(words: tuple[Word, ...]) -> Iterator[Sounds]:
    """How words may be spoken: as written, with the final *a* of all but the last as *at*, a soft g."""
    yield run(tuple(word.sounds for word in words))
    bound = tuple(sounds(f"{word.bare[:-1]}ت") if _ends_in_ta_marbuta(word) else word.sounds for word in words[:-1])
    if bound != tuple(word.sounds for word in words[:-1]):
        yield run((*bound, words[-1].sounds))
    if any(soft in word.text for word in words for soft in _SOFT_G if word.text.isascii()):
        yield run(tuple(sounds(_softened(word.bare)) for word in words))


def _ends_in_ta_marbuta(word: Word) -> bool:
    return word.text.endswith("ه") and len(word.bare) > 2


def _softened(word: str) -> str:
    for soft in _SOFT_G:
        word = word.replace(soft, f"j{soft[1]}")
    return word
