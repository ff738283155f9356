"""Putative matches: for each frame feature the most similar feature of a photo, by Lowe's ratio test, one to one.

The ratio is that of the nearest to the second nearest distance (Lowe 2004), the second taken at another location of the
photo: the same corner as simulated from five sides does not compete with itself.

By night, at a slant and from afar most true matches fail Lowe's ratio, and a feature that resembles several locations
still helps to place a map once one is known. So matches up to a looser ratio are kept too, after the unambiguous ones,
and whoever counts them counts two of them as one (``geometric_verification.count_weighted``).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsec.vision.features.local_features import LocalFeatures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pairs = NDArray[np.intp]
    """Numbers of a frame feature and a photo feature, shape (n, 2)."""
    Singles = NDArray[np.float32]

LOWE_RATIO, LOOSE_RATIO = 0.8, 0.92
MIN_RIVAL_DISTANCE_PX = 12.0
"""Distance in the photo from which on a similar feature is another location."""
_MAX_NEIGHBOURS = 5
"""Nearest neighbours among which a rival at another location is looked for."""


@dataclass(frozen=True, slots=True)
class Correspondences:
    """Putative matches of a frame and a photo."""

    pairs: "Pairs"
    """Numbers of a frame feature and a photo feature, shape (n, 2), the likeliest first."""
    n_unambiguous: int
    """How many of them, the first ones, pass Lowe's ratio."""

    @property
    def unambiguous(self) -> "Pairs":
        """The pairs that pass Lowe's ratio."""
        return self.pairs[: self.n_unambiguous]


def match_descriptors(frame: LocalFeatures, photo: LocalFeatures, ratio: float = LOOSE_RATIO) -> Correspondences:
    """Match the descriptors of a frame with those of a photo, one to one.

    Parameters
    ----------
    frame, photo
        Features of one extractor.
    ratio
        Largest ratio of an ambiguous match. Features without an angle and a size of their own have no ambiguous
        matches: nothing would separate the true ones among them.
    """
    import numpy as np

    if not len(frame) or len(photo) < 2:
        return Correspondences(np.zeros((0, 2), np.intp), 0)
    ratio = ratio if frame.has_orientation else min(ratio, LOWE_RATIO)
    one, other = _with_extra_column(frame, 1.0), _with_extra_column(photo, 0.0)
    squared_norms = (one[:, :-1] ** 2).sum(axis=1)
    other[:, -1] = -0.5 * (other**2).sum(axis=1)
    similarity = one @ other.T  # the squared distance is squared_norms - 2 * similarity
    nearest = similarity.argmax(axis=1)
    distance = np.maximum(squared_norms - 2 * similarity[np.arange(len(one)), nearest], 0.0)
    rival = _rival_distances(similarity, squared_norms, nearest, photo)
    good = np.flatnonzero(distance < ratio**2 * rival)
    order = good[np.argsort(distance[good] / np.maximum(rival[good], 1e-6), kind="stable")]
    _, first = np.unique(nearest[order], return_index=True)
    matched = order[np.sort(first)]
    n_unambiguous = int((distance[matched] < LOWE_RATIO**2 * rival[matched]).sum())
    return Correspondences(np.stack([matched, nearest[matched]], axis=1), n_unambiguous)


def _with_extra_column(features: LocalFeatures, value: float) -> "Singles":
    """Return the descriptors as float32 with one more column, shape (n, descriptor size + 1).

    They are whole numbers, and in the end halves of them: float32 is exact for these up to 128 components.
    """
    import numpy as np

    rows, size = features.descriptors.shape
    wider = np.empty((rows, size + 1), np.float32)
    wider[:, :-1], wider[:, -1] = features.descriptors, value
    return wider


def _rival_distances(
    similarity: "Singles", squared_norms: "Singles", nearest: "NDArray[np.intp]", photo: LocalFeatures
) -> "Singles":
    """Compute the squared distance of the nearest rival at another location, of the last neighbour where there is none.

    The nearest neighbours are removed one after the other (``similarity`` is overwritten), only in the rows whose last
    one lies where the nearest lies: many times faster than sorting, and most rows are done after one.

    Parameters
    ----------
    similarity
        Shape (frame features, photo features).
    squared_norms, nearest
        Shape (frame features,): of the frame's descriptors, and the number of the most similar photo feature.
    photo
        Features of the photo.
    """
    import numpy as np

    rival = np.zeros(len(nearest), np.float32)
    rows, last = np.arange(len(nearest)), nearest
    for _rank in range(min(_MAX_NEIGHBOURS, similarity.shape[1]) - 1):
        similarity[rows, last] = -np.inf
        last = (similarity if len(rows) == len(similarity) else similarity[rows]).argmax(axis=1)
        rival[rows] = np.maximum(squared_norms[rows] - 2 * similarity[rows, last], 0.0)
        apart_px = np.linalg.norm(photo.keypoints[last, :2] - photo.keypoints[nearest[rows], :2], axis=1)
        near = apart_px <= MIN_RIVAL_DISTANCE_PX
        rows, last = rows[near], last[near]
        if not len(rows):
            break
    return rival
