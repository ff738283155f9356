"""Index of hashes: which clips have frames like those of another clip?

A linear scan that rejects most hashes by their first 64 bits: at ``MAX_DISTANCE``, which copies with captions and crops
need, multi-index hashing (M. Norouzi et al., 2012) would look into most of its buckets. Exact but for hashes whose
differences are mostly in those bits; a clip has many frames.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from opsec.vision.copies.clip_hasher import ClipHashes
from opsec.vision.copies.comparison import MAX_DISTANCE
from opsec.vision.copies.picture_hash import HASH_BYTES, mirrored

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.arrays import Ints
    from opsec.vision.copies.picture_hash import Hashes

_WORDS = HASH_BYTES // 8
_MAX_FIRST_DISTANCE = 22
"""Of the first 64 bits. Of hashes that differ in 60 bits, 1 % differ in more of them; in ``MAX_DISTANCE`` bits, 8 %."""
_BLOCK = 1 << 16
"""Hashes that are compared at a time: their distances stay in the processor's cache."""
_FULL_QUERIES, _WINDOW_QUERIES = 16, 4
"""Frames of a clip that are looked up, of the whole picture and of each smaller window."""
MIN_HITS = 2
"""Frames of a clip that must be like one of another clip; of a photo the only one."""


@dataclass(slots=True)
class HashIndex:
    """Hashes of the frames of many clips; add them all, then look up."""

    _words: "list[NDArray[np.uint64]]" = field(default_factory=list)
    _owners: "list[Ints]" = field(default_factory=list)
    _clips: int = 0
    _table: "tuple[NDArray[np.uint64], NDArray[np.uint64], Ints] | None" = None
    """First words (n,), all words (n, 4), numbers of the clips (n,)."""

    def add(self, clip: ClipHashes) -> int:
        """Add a clip; return its number: 0, 1, …"""
        import numpy as np

        number, self._clips, self._table = self._clips, self._clips + 1, None
        self._words.append(np.ascontiguousarray(clip.hashes).view(np.uint64).reshape(-1, _WORDS))
        self._owners.append(np.full(len(clip), number))
        return number

    def candidates(self, clip: ClipHashes) -> list[int]:
        """Return the numbers of the clips that may be copies of this one, in ascending order."""
        import numpy as np

        if not self._clips:
            return []
        queries = _queries(clip)
        counts = np.zeros(self._clips, np.int64)
        for query in np.concatenate([queries, mirrored(queries)]):
            counts[self.lookup(query)] += 1
        least = min(MIN_HITS, len(queries))
        return [int(number) for number in np.flatnonzero(counts >= least)]

    def lookup(self, query: "Hashes") -> "Ints":
        """Return the clips, each once and in ascending order, that have a hash close to this one, shape (32,)."""
        import numpy as np

        first, words, owners = self._tables()
        wanted = np.ascontiguousarray(query).view(np.uint64)
        near = _close(first, wanted[0])
        apart = np.bitwise_count(words[near] ^ wanted).sum(axis=1, dtype=np.int64)
        return np.unique(owners[near[apart <= MAX_DISTANCE]])

    def _tables(self) -> "tuple[NDArray[np.uint64], NDArray[np.uint64], Ints]":
        import numpy as np

        if self._table is None:
            words, owners = np.concatenate(self._words), np.concatenate(self._owners)
            self._table = np.ascontiguousarray(words[:, 0]), words, owners
        return self._table


def _close(first: "NDArray[np.uint64]", wanted: "np.uint64") -> "Ints":
    """Return the places of the words that differ in few bits."""
    import numpy as np

    different, counts = np.empty(_BLOCK, np.uint64), np.empty(_BLOCK, np.uint8)
    found = []
    for start in range(0, len(first), _BLOCK):
        block = first[start : start + _BLOCK]
        np.bitwise_xor(block, wanted, out=different[: len(block)])
        np.bitwise_count(different[: len(block)], out=counts[: len(block)])
        found.append(np.flatnonzero(counts[: len(block)] <= _MAX_FIRST_DISTANCE) + start)
    return np.concatenate(found)


def _queries(clip: ClipHashes) -> "Hashes":
    """Choose hashes of a clip, spread over its length."""
    import numpy as np

    chosen = []
    for window in np.unique(clip.windows):
        of_window = np.flatnonzero(clip.windows == window)
        most = _WINDOW_QUERIES if window else _FULL_QUERIES
        places = np.unique(np.linspace(0, len(of_window) - 1, min(most, len(of_window))).round().astype(np.int64))
        chosen.append(clip.hashes[of_window[places]])
    return np.concatenate(chosen)
