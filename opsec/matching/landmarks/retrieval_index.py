"""Which few landmarks a clip may show, out of a thousand, without comparing it with each.

All enrolled features lie in one inverted file with eight bits a component (Jégou, Douze and Schmid, PAMI 2011;
FAISS ``IVF,SQ8``), by the half of a descriptor that mirroring leaves alone: one search finds a feature in both
senses, and whole descriptors then tell which. Each feature of the clip votes for the photos of its nearest
neighbours. Votes that ask for the same turn and growth of the picture count together (weak geometric consistency,
the same authors, ECCV 2008); of the photos with most votes, those whose votes also lie as one place come first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opsec.matching.landmarks.enrolment import Enrolled
from opsec.matching.landmarks.mirrored_features import either_sense, mirrored
from opsec.matching.landmarks.single_match_hypotheses import MOST_PAIRS, proposed
from opsec.matching.landmarks.two_match_hypotheses import proposed_by_two
from opsec.vision.features.local_features import Extracted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]

PER_PHOTO = 800
"""Features of one photo that can be voted for: the clearest of its own, and a sample of those of its views."""
EASILY = 240_000
"""Features of all photos up to which each photo may have more than that."""
OWN_OF_THEM = 0.7
MOST_IN_ALL = 1_500_000
"""Features of all photos that can be voted for, 220 bytes each; with more photos each has fewer."""
PER_FRAME = 300
"""Features of one picture of the clip that vote."""
MOST_FRAMES = 5
"""Pictures of one clip that vote."""
_LOOKED_INTO = 30
"""Photos with most votes of which it is asked whether the votes lie as one place."""
_NEIGHBOURS = 4
_SCANNED = 900
"""Features that each of a picture's is held against, about: so many cells are opened."""
KEPT = 32
"""Components of the 64 by which neighbours are searched: those in which features differ most (PCA)."""
_TURNS, _GROWTHS = 12, 8
_SEED = 7


@dataclass(frozen=True, slots=True)
class Lead:
    """A photo that a clip may show."""

    photo: int
    mirrored: bool
    support: int
    """Votes that lie as one place."""
    votes: float
    frame: int
    """The picture of the clip with the most votes for it."""


@dataclass(frozen=True, slots=True)
class _Hits:
    """Votes of one picture in one sense, one row a vote."""

    photo: "NDArray[Any]"
    seen: "Floats"
    known: "Floats"
    weight: "Floats"


class Searched:
    """The index of all photos, in the order in which they are given."""

    def __init__(self, photos: Sequence[Enrolled], kept: bytes | None = None) -> None:
        """``kept``: what ``packed`` gave for the same photos, so that nothing needs to be built."""
        import numpy as np

        each = min(max(PER_PHOTO, EASILY // max(1, len(photos))), max(200, MOST_IN_ALL // max(1, len(photos))))
        chosen = [votable(photo, each) for photo in photos]
        self._photo = np.repeat(np.arange(len(photos)), [len(one) for one in chosen])
        full = [one for one in chosen if len(one)] or chosen[:1]  # of nothing a model may tell another width
        self._keypoints = np.vstack([one.keypoints for one in full])
        self._sides = [float(max(one.width_px, one.height_px)) for one in chosen]
        self._descriptors = np.vstack([one.descriptors for one in full])
        self._upright = any(photo.features.upright for photo in photos)
        keys = self._keys(self._descriptors)
        self._index = (_loaded(kept, keys.shape) if kept else None) or _built(keys)
        _probing(self._index, keys.shape[0])
        turned = [Enrolled(photo.flipped, photo.flipped_own) for photo in photos if photo.flipped is not None]
        self._flipped = Searched(turned) if turned else self

    def packed(self) -> bytes:
        """The index, to be kept."""
        import faiss

        return bytes(faiss.serialize_index(self._index).tobytes())

    def leads(self, frames: Sequence[Extracted]) -> list[Lead]:
        """Photos that got votes, each in each sense at most once, the most telling first."""
        import numpy as np

        if not len(self._descriptors):
            return []
        hits = {
            (number, sense): one
            for number in evenly(len(frames), MOST_FRAMES)
            for sense, one in enumerate(self._hits(frames[number].only(slice(0, PER_FRAME))))
        }
        votes = np.zeros((len(frames), 2, len(self._sides)), np.float32)
        for (number, sense), found in hits.items():
            votes[number, sense] = self._votes(found)
        total, best = votes.sum(axis=0), votes.argmax(axis=0)
        order = np.argsort(-total.ravel(), kind="stable")[:_LOOKED_INTO]
        leads = []
        for sense, photo in (divmod(int(one), len(self._sides)) for one in order if total.ravel()[one] > 0):
            frame = int(best[sense, photo])
            support = self._support(hits[frame, sense], photo)
            leads.append(Lead(photo, bool(sense), support, float(total[sense, photo]), frame))
        return sorted(leads, key=lambda lead: (-lead.support, -lead.votes, lead.photo, lead.mirrored))

    def _hits(self, frame: Extracted) -> tuple[_Hits, _Hits]:
        """The neighbours of each feature, as it is and mirrored, weighed by how much nearer they are than the last."""
        import numpy as np

        if not len(frame):
            none = np.zeros((0, 4), np.float32)
            nothing = _Hits(np.zeros(0, np.intp), none, none, np.zeros(0, np.float32))
            return nothing, nothing
        found, turned = self._near(frame), mirrored(frame)
        if not len(self._flipped._descriptors) or self._flipped is self:
            near = self._there(found)  # both senses look at the same
            return self._weighed(frame, found, *near), self._weighed(turned, found, *near)
        other, also = self._flipped, self._flipped._near(frame)
        near, near_also = self._there(found), other._there(also)
        return self._weighed(frame, found, *near), other._weighed(turned, also, *near_also)

    def _near(self, frame: Extracted) -> "NDArray[Any]":
        """Numbers of the nearest features of each of the frame's, shape (n, neighbours); -1 for none."""
        import numpy as np

        return np.asarray(self._index.search(self._keys(frame.descriptors).astype(np.float32), _NEIGHBOURS + 1)[1])

    def _keys(self, descriptors: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
        """What is searched by: of a model's descriptors all, for no half of them is the same when mirrored."""
        return descriptors if self._upright or not len(descriptors) else either_sense(descriptors)

    def _there(self, found: "NDArray[Any]") -> "tuple[Floats, Floats]":
        """The descriptors of those found, shape (n, neighbours, components), and the squares of their lengths."""
        import numpy as np

        near = self._descriptors[found].astype(np.float32)
        return near, np.einsum("ijk,ijk->ij", near, near)

    def _weighed(self, frame: Extracted, found: "NDArray[Any]", near: "Floats", squares: "Floats") -> _Hits:
        """``near`` and ``squares``: as from ``_there``."""
        import numpy as np

        own = frame.descriptors.astype(np.float32)  # whole numbers, and sums of them that a float holds exactly
        distances = squares - 2 * np.matmul(near, own[:, :, None])[:, :, 0]
        distances += (own**2).sum(axis=1)[:, None]
        distances[found < 0] = np.inf
        worst = np.where(found >= 0, distances, 0).max(axis=1, keepdims=True)
        rows, ranks = np.nonzero(distances < worst)
        hits = found[rows, ranks]
        weight = 1 - distances[rows, ranks] / np.maximum(worst[rows, 0], 1e-6)
        return _Hits(self._photo[hits], frame.keypoints[rows], self._keypoints[hits], weight.astype(np.float32))

    def _votes(self, hits: _Hits) -> "Floats":
        """Of each photo's votes, the most that ask for about the same turn and growth."""
        import numpy as np

        turn = ((hits.known[:, 3] - hits.seen[:, 3]) % 360 / (360 / _TURNS)).astype(np.intp) % _TURNS
        growth = np.floor(np.log2(hits.known[:, 2] / hits.seen[:, 2]) + _GROWTHS / 2)
        cell = (hits.photo * _TURNS + turn) * _GROWTHS + np.clip(growth, 0, _GROWTHS - 1).astype(np.intp)
        photos = len(self._sides)
        cells = np.bincount(cell, hits.weight, photos * _TURNS * _GROWTHS).reshape(photos, _TURNS, _GROWTHS)
        wide = cells + np.roll(cells, 1, axis=1)
        wide[:, :, 1:] += wide[:, :, :-1].copy()
        return np.asarray(wide.max(axis=(1, 2)), np.float32)

    def _support(self, hits: _Hits, photo: int) -> int:
        """How many votes for a photo lie as one place."""
        import numpy as np

        mine = np.flatnonzero(hits.photo == photo)[:MOST_PAIRS]
        seen, known = hits.seen[mine], hits.known[mine]
        agreeing = (proposed_by_two if self._upright else proposed)(seen, known, self._sides[photo])
        return max((len(set(hits.seen[mine[one], 0].tolist())) for one in agreeing[:3]), default=0)


def evenly(count: int, most: int) -> list[int]:
    """At most so many of ``count`` numbers, spread over all of them."""
    return list(range(count)) if count <= most else [round(one * (count - 1) / (most - 1)) for one in range(most)]


def votable(photo: Enrolled, most: int) -> Extracted:
    """At most so many features of a photo: the clearest of its own, and a sample of those of its views."""
    import numpy as np

    own = min(photo.own, int(OWN_OF_THEM * most))
    views = np.arange(photo.own, len(photo.features))
    step = max(1, -(-len(views) // (most - own)))
    return photo.features.only(np.concatenate([np.arange(own), views[::step]]))


def _built(descriptors: "NDArray[Any]") -> Any:
    """A new inverted file; one thread and one seed, so that it is always the same."""
    import faiss
    import numpy as np

    faiss.omp_set_num_threads(1)
    vectors = np.ascontiguousarray(descriptors, dtype=np.float32)
    cells = int(min(4096, max(1, 2 ** int(np.log2(max(1.0, len(vectors) / 200))))))
    turned = faiss.PCAMatrix(vectors.shape[1], KEPT)
    inner = faiss.IndexIVFScalarQuantizer(faiss.IndexFlatL2(KEPT), KEPT, cells, faiss.ScalarQuantizer.QT_8bit)
    inner.cp.seed, inner.cp.niter, inner.cp.min_points_per_centroid = _SEED, 8, 1
    if not len(vectors):
        return faiss.IndexIDMap(faiss.IndexFlatL2(vectors.shape[1]))
    sample = vectors[:: max(1, len(vectors) // (cells * 64))]
    turned.train(sample)
    index = faiss.IndexPreTransform(turned, inner)
    index.train(sample)
    index.add(vectors)
    return index


def _probing(index: Any, features: int) -> None:
    import faiss

    if features:
        inner = faiss.extract_index_ivf(index)
        inner.nprobe = min(inner.nlist, max(3, round(_SCANNED * inner.nlist / features)))


def _loaded(kept: bytes, shape: tuple[int, ...]) -> Any | None:
    """A kept index of so many features; none when it cannot be used any more: it is then built anew."""
    import faiss
    import numpy as np

    faiss.omp_set_num_threads(1)
    try:
        index = faiss.deserialize_index(np.frombuffer(kept, np.uint8))
    except RuntimeError:
        return None  # of another version, or damaged
    return index if (index.ntotal, index.d) == shape else None
