"""Retrieval index: finds the few landmarks that a clip may show, out of a thousand, without comparing it with each.

The enrolled features lie in one inverted file, by the half of a descriptor that mirroring leaves alone: one search
finds a feature in both mirror orientations, and whole descriptors then decide between them. Each feature of the clip
votes for the photos of its nearest neighbours. Votes that imply the same rotation and scale of the image count together
(weak geometric consistency; Jégou, Douze and Schmid, ECCV 2008); of the photos with most votes, those whose votes also
agree on one similarity come first.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsec.matching.landmarks.enrolment import ReferenceFeatures
from opsec.matching.landmarks.hypotheses import MAX_PAIRS, single_match_hypotheses, two_match_hypotheses
from opsec.matching.landmarks.inverted_file import InvertedFile
from opsec.matching.landmarks.mirrored_features import mirror_features, mirror_invariant
from opsec.vision.features.keyframe_selection import evenly_spaced
from opsec.vision.features.local_features import LocalFeatures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.features.local_features import Descriptors, KeypointArray, Vectors

    Indices = NDArray[np.intp]
    Weights = NDArray[np.float32]

MAX_PHOTO_FEATURES = 800
"""Indexed features of one photo: the clearest of the original, and a sample of those of its simulated views."""
SMALL_SET_FEATURES = 240_000
"""Features of all photos up to which each photo may have more than that."""
MIN_PHOTO_FEATURES = 200
ORIGINAL_SHARE = 0.7
"""Share of a photo's indexed features that may be of the original."""
MAX_INDEXED_FEATURES = 1_500_000
"""Indexed features of all photos, 220 bytes each; with more photos each has fewer."""
MAX_FRAME_FEATURES = 300
"""Features of one frame of the clip that vote."""
MAX_QUERY_FRAMES = 5
"""Frames of one clip that vote."""
_MAX_CHECKED_PHOTOS = 30
"""Photos with most votes for which it is checked whether the votes agree on one similarity."""
_MAX_CHECKED_HYPOTHESES = 3
_NEIGHBOURS = 4
_ROTATION_BINS, _SCALE_BINS = 12, 8


@dataclass(frozen=True, slots=True)
class Candidate:
    """A photo that a clip may show."""

    photo: int
    """Number of the photo."""
    mirrored: bool
    """The clip may show it flipped left and right."""
    support: int
    """Votes that agree on one similarity."""
    votes: float
    """Weighted votes of the whole clip."""
    frame: int
    """The frame of the clip with most votes for it."""


@dataclass(frozen=True, slots=True)
class _Votes:
    """Votes of one frame in one mirror orientation, one vote per row."""

    photos: "Indices"
    frame_keypoints: "KeypointArray"
    photo_keypoints: "KeypointArray"
    weights: "Weights"


class RetrievalIndex:
    """Index of the features of all photos, numbered in the order in which they are given."""

    def __init__(self, photos: Sequence[ReferenceFeatures], serialised: bytes | None = None) -> None:
        """Build the index.

        Parameters
        ----------
        photos
            At least one.
        serialised
            What ``serialise`` returned for the same photos, so that the inverted file is not built anew.
        """
        import numpy as np

        count = max(1, len(photos))
        each = min(
            max(MAX_PHOTO_FEATURES, SMALL_SET_FEATURES // count), max(MIN_PHOTO_FEATURES, MAX_INDEXED_FEATURES // count)
        )
        indexed = [indexable_features(photo, each) for photo in photos]
        self._photo_of_feature = np.repeat(np.arange(len(photos)), [len(one) for one in indexed])
        filled = [one for one in indexed if len(one)] or indexed[:1]  # an empty one may have another descriptor size
        self._keypoints = np.vstack([one.keypoints for one in filled])
        self._photo_sides_px = [float(max(one.width_px, one.height_px)) for one in indexed]
        self._descriptors = np.vstack([one.descriptors for one in filled])
        self._has_orientation = all(photo.features.has_orientation for photo in photos)
        self._inverted_file = InvertedFile(self._index_keys(self._descriptors), serialised)
        mirrored = [
            ReferenceFeatures(photo.mirrored, photo.mirrored_n_original)
            for photo in photos
            if photo.mirrored is not None
        ]
        self._mirrored = RetrievalIndex(mirrored) if mirrored else self

    def serialise(self) -> bytes:
        """Return the inverted file as bytes, to be cached."""
        return self._inverted_file.serialise()

    def query(self, frames: Sequence[LocalFeatures]) -> list[Candidate]:
        """Find the photos that get votes, each at most once per mirror orientation, the best supported first."""
        import numpy as np

        if not len(self._descriptors):
            return []
        votes = {
            (number, orientation): one
            for number in evenly_spaced(len(frames), MAX_QUERY_FRAMES)
            for orientation, one in enumerate(self._find_votes(frames[number].select(slice(0, MAX_FRAME_FEATURES))))
        }
        n_photos = len(self._photo_sides_px)
        counts = np.zeros((len(frames), 2, n_photos), np.float32)
        for (number, orientation), of_frame in votes.items():
            counts[number, orientation] = self._count_votes(of_frame)
        total, best = counts.sum(axis=0), counts.argmax(axis=0)
        order = np.argsort(-total.ravel(), kind="stable")[:_MAX_CHECKED_PHOTOS]
        candidates = []
        for orientation, photo in (divmod(int(one), n_photos) for one in order if total.ravel()[one] > 0):
            frame = int(best[orientation, photo])
            support = self._count_support(votes[frame, orientation], photo)
            candidates.append(Candidate(photo, bool(orientation), support, float(total[orientation, photo]), frame))
        return sorted(candidates, key=lambda one: (-one.support, -one.votes, one.photo, one.mirrored))

    def _find_votes(self, frame: LocalFeatures) -> tuple[_Votes, _Votes]:
        """Find the votes of a frame, as it is and mirrored."""
        import numpy as np

        if not len(frame):
            no_keypoints = np.zeros((0, 4), np.float32)
            none = _Votes(np.zeros(0, np.intp), no_keypoints, no_keypoints, np.zeros(0, np.float32))
            return none, none
        found, flipped = self._search_neighbours(frame), mirror_features(frame)
        if not len(self._mirrored._descriptors) or self._mirrored is self:
            near = self._neighbour_descriptors(found)  # the same neighbours serve both orientations
            return self._weigh_votes(frame, found, *near), self._weigh_votes(flipped, found, *near)
        other, found_mirrored = self._mirrored, self._mirrored._search_neighbours(frame)
        near, near_mirrored = self._neighbour_descriptors(found), other._neighbour_descriptors(found_mirrored)
        return self._weigh_votes(frame, found, *near), other._weigh_votes(flipped, found_mirrored, *near_mirrored)

    def _search_neighbours(self, frame: LocalFeatures) -> "Indices":
        """Find the nearest indexed features of each feature of a frame, shape (n, neighbours); -1 for none."""
        return self._inverted_file.search(self._index_keys(frame.descriptors), _NEIGHBOURS + 1)

    def _index_keys(self, descriptors: "Descriptors") -> "Descriptors":
        """Return what is searched by: the mirror-invariant half of a SIFT descriptor, all of a learned model's."""
        return mirror_invariant(descriptors) if self._has_orientation and len(descriptors) else descriptors

    def _neighbour_descriptors(self, found: "Indices") -> "tuple[Vectors, Vectors]":
        """Return the descriptors of neighbours, shape (n, neighbours, descriptor size), and their squared norms."""
        import numpy as np

        near = self._descriptors[found].astype(np.float32)
        return near, np.einsum("ijk,ijk->ij", near, near)

    def _weigh_votes(self, frame: LocalFeatures, found: "Indices", near: "Vectors", squared_norms: "Vectors") -> _Votes:
        """Weigh the vote of each neighbour by how much nearer it is than the last neighbour of its feature.

        Parameters
        ----------
        frame
            Features of the frame, in the orientation that votes.
        found
            Neighbours of each feature, as from ``_search_neighbours``.
        near, squared_norms
            As from ``_neighbour_descriptors``.
        """
        import numpy as np

        own = frame.descriptors.astype(np.float32)  # whole numbers, and sums of them that float32 represents exactly
        distances = squared_norms - 2 * np.matmul(near, own[:, :, None])[:, :, 0]
        distances += (own**2).sum(axis=1)[:, None]
        distances[found < 0] = np.inf
        worst = np.where(found >= 0, distances, 0).max(axis=1, keepdims=True)
        rows, ranks = np.nonzero(distances < worst)
        voted = found[rows, ranks]
        weights = 1 - distances[rows, ranks] / np.maximum(worst[rows, 0], 1e-6)
        photos = self._photo_of_feature[voted]
        return _Votes(photos, frame.keypoints[rows], self._keypoints[voted], weights.astype(np.float32))

    def _count_votes(self, votes: _Votes) -> "Weights":
        """Count for each photo the most weight of votes that imply about the same rotation and scale."""
        import numpy as np

        turned_deg = (votes.photo_keypoints[:, 3] - votes.frame_keypoints[:, 3]) % 360
        rotation = (turned_deg / (360 / _ROTATION_BINS)).astype(np.intp) % _ROTATION_BINS
        scale = np.floor(np.log2(votes.photo_keypoints[:, 2] / votes.frame_keypoints[:, 2]) + _SCALE_BINS / 2)
        scale = np.clip(scale, 0, _SCALE_BINS - 1).astype(np.intp)
        shape = len(self._photo_sides_px), _ROTATION_BINS, _SCALE_BINS
        bins = (votes.photos * _ROTATION_BINS + rotation) * _SCALE_BINS + scale
        histogram = np.bincount(bins, votes.weights, shape[0] * shape[1] * shape[2]).reshape(shape)
        smoothed = histogram + np.roll(histogram, 1, axis=1)
        smoothed[:, :, 1:] += smoothed[:, :, :-1].copy()
        return np.asarray(smoothed.max(axis=(1, 2)), np.float32)

    def _count_support(self, votes: _Votes, photo: int) -> int:
        """Count the votes for a photo that agree on one similarity."""
        import numpy as np

        rows = np.flatnonzero(votes.photos == photo)[:MAX_PAIRS]
        propose = single_match_hypotheses if self._has_orientation else two_match_hypotheses
        hypotheses = propose(votes.frame_keypoints[rows], votes.photo_keypoints[rows], self._photo_sides_px[photo])
        return max(
            (len(set(votes.frame_keypoints[rows[one], 0].tolist())) for one in hypotheses[:_MAX_CHECKED_HYPOTHESES]),
            default=0,
        )


def indexable_features(photo: ReferenceFeatures, max_features: int) -> LocalFeatures:
    """Return at most ``max_features`` of a photo: the clearest of the original, and a sample of those of its views."""
    import numpy as np

    n_original = min(photo.n_original, int(ORIGINAL_SHARE * max_features))
    views = np.arange(photo.n_original, len(photo.features))
    step = max(1, -(-len(views) // (max_features - n_original)))
    return photo.features.select(np.concatenate([np.arange(n_original), views[::step]]))
