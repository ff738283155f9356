"""A core that is one slip of the finger away: a letter too many, too few, swapped with its neighbour, or struck beside.

Most names one letter apart are names of two places (الصقر, الصدر), so a slip counts only where slips happen and
names do not differ: inside a long word, never at its ends, and with all other words right. Such a hit is for
an officer to look at, never a flag of its own.

Candidates come from all words with one letter left out on either side, as in Garbe's SymSpell (2012); distances
are the optimal string alignment of rapidfuzz.
"""

from collections.abc import Iterator

from opsec.matching.names.name_parser import Name
from opsec.matching.names.tokens import Word

SHORTEST_WORD = 6
"""Letters of the word that holds the slip, its article left out."""
SHORTEST_STRUCK_BESIDE = 8
"""The same for one letter in place of another."""
_VOWELS = frozenset("اويه")


class Nearly:
    """The cores of names, found by words that miss them by one letter."""

    def __init__(self) -> None:
        self._without_one: dict[str, list[tuple[Name, frozenset[str]]]] = {}
        self._ends: set[tuple[str, str, int]] = set()
        """First letter, last letter and length of what may be found: most words are dismissed by these alone."""

    def add(self, name: Name, kinds: frozenset[str]) -> None:
        """Look for slips in a name's core."""
        core = _letters(name.core)
        if max(map(len, core.split())) >= SHORTEST_WORD:
            self._ends |= {(core[0], core[-1], len(core) + more) for more in (-1, 0, 1)}
            for shorter in _one_left_out(core):
                self._without_one.setdefault(shorter, []).append((name, kinds))

    def find(self, words: tuple[Word, ...], kinds: frozenset[str]) -> Iterator[Name]:
        """Every name of one of these kinds whose core is one slip away from these words."""
        written = _letters(words)
        if not written or (written[0], written[-1], len(written)) not in self._ends:
            return
        seen: set[int] = set()
        for shorter in _one_left_out(written):
            for name, its_kinds in self._without_one.get(shorter, ()):
                if id(name) not in seen and kinds & its_kinds and one_slip(written, _letters(name.core)):
                    seen.add(id(name))
                    yield name


def _letters(words: tuple[Word, ...]) -> str:
    return " ".join(word.bare for word in words)


def _one_left_out(letters: str) -> Iterator[str]:
    yield letters
    for index in range(len(letters)):
        yield letters[:index] + letters[index + 1 :]


def one_slip(written: str, name: str) -> bool:
    """Whether one word differs from its own by one slip that is likelier than another name.

    >>> one_slip("returing soldier", "returning soldier"), one_slip("صدر", "صقر")
    (True, False)
    """
    pairs = list(zip(written.split(), name.split(), strict=False))
    if written.count(" ") != name.count(" "):
        return False
    different = [(one, other) for one, other in pairs if one != other]
    return len(different) == 1 and _slipped(*different[0])


def _slipped(written: str, name: str) -> bool:
    from rapidfuzz.distance import OSA

    if len(name) < SHORTEST_WORD or written[0] != name[0] or written[-1] != name[-1]:
        return False
    if OSA.distance(written, name, score_cutoff=1) != 1:
        return False
    if len(written) != len(name):
        return True
    if sorted(written) == sorted(name):
        return not _VOWELS & {one for one, other in zip(written, name, strict=True) if one != other}
    return len(name) >= SHORTEST_STRUCK_BESIDE
