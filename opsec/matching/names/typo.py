"""Cores of names with a single typing error: a letter added, omitted, transposed or replaced.

Most names that differ by one letter are names of two places (الصقر, الصدر), so an error counts only where errors happen
and names do not differ: inside a long word, never at its ends, and with all other words correct. Such a hit is for
review only and never flags alone.

Candidates come from all deletions of one letter on either side, as in Garbe's SymSpell (2012); distances
are the optimal string alignment of rapidfuzz.
"""

from collections.abc import Iterator

from opsec.matching.names.name_parser import ParsedName
from opsec.matching.names.tokens import Word

MIN_WORD_LETTERS = 6
"""Letters, without the article, of the word with the error."""
MIN_SUBSTITUTION_LETTERS = 8
"""The same where one letter replaces another."""
MAX_INDEXED_OUTLINES = 1_000
"""Outlines of which the deletions are kept in memory."""
_VOWELS = frozenset("اويه")
_Core = tuple[str, ParsedName, frozenset[str]]
"""Letters of a core, its name, and the types of place of its site."""


class TypoIndex:
    """Cores of names, indexed by their deletions of one letter; the index grows with what texts ask for."""

    def __init__(self) -> None:
        self._names: dict[tuple[str, str, int], list[_Core]] = {}
        """By the outlines of possible matches: first letter, last letter and length, which exclude most words."""
        self._by_deletion: dict[tuple[str, str, int], dict[str, list[_Core]]] = {}
        """By outline and deletion, for the outlines that a text had."""

    def add(self, name: ParsedName, place_types: frozenset[str]) -> None:
        """Add the core of a name of a site with these types of place."""
        core = _join_stems(name.core)
        if max(map(len, core.split())) >= MIN_WORD_LETTERS:
            for change in (-1, 0, 1):
                self._names.setdefault((core[0], core[-1], len(core) + change), []).append((core, name, place_types))

    def find(self, words: tuple[Word, ...], place_types: frozenset[str]) -> Iterator[ParsedName]:
        """Yield every name of one of these types whose core differs from the words by one typing error."""
        written = _join_stems(words)
        outline = (written[0], written[-1], len(written)) if written else None
        if outline is None or outline not in self._names:
            return
        if outline not in self._by_deletion:
            if len(self._by_deletion) >= MAX_INDEXED_OUTLINES:
                self._by_deletion.clear()
            self._by_deletion[outline] = _index_by_deletion(self._names[outline])
        yielded: set[int] = set()
        for shorter in _deletions(written):
            for core, name, types_of_name in self._by_deletion[outline].get(shorter, ()):
                is_candidate = id(name) not in yielded and place_types & types_of_name
                if is_candidate and is_single_typo(written, core):
                    yielded.add(id(name))
                    yield name


def _index_by_deletion(cores: list[_Core]) -> dict[str, list[_Core]]:
    index: dict[str, list[_Core]] = {}
    for core in cores:
        for shorter in _deletions(core[0]):
            index.setdefault(shorter, []).append(core)
    return index


def _join_stems(words: tuple[Word, ...]) -> str:
    return " ".join(word.stem for word in words)


def _deletions(letters: str) -> Iterator[str]:
    yield letters
    for index in range(len(letters)):
        yield letters[:index] + letters[index + 1 :]


def is_single_typo(written: str, name: str) -> bool:
    """Whether exactly one word differs, by one error that is likelier than another name.

    >>> is_single_typo("returing soldier", "returning soldier"), is_single_typo("صدر", "صقر")
    (True, False)
    """
    if written.count(" ") != name.count(" "):
        return False
    pairs = zip(written.split(), name.split(), strict=False)
    different = [(word, name_word) for word, name_word in pairs if word != name_word]
    return len(different) == 1 and _is_typo_of_word(*different[0])


def _is_typo_of_word(written: str, name: str) -> bool:
    from rapidfuzz.distance import OSA

    if len(name) < MIN_WORD_LETTERS or written[0] != name[0] or written[-1] != name[-1]:
        return False
    if OSA.distance(written, name, score_cutoff=1) != 1:
        return False
    if len(written) != len(name):
        return True
    if sorted(written) == sorted(name):
        return not _VOWELS & {one for one, other in zip(written, name, strict=True) if one != other}
    return len(name) >= MIN_SUBSTITUTION_LETTERS
