"""Which feature of a photo each feature of a frame looks most like, where nothing else there looks nearly as much so.

The ratio of the nearest to the second nearest distance (Lowe 2004), the second at another place of the photo:
the same corner as simulated from five sides is no rival of itself. One to one.

By night, from aside and from afar most true pairs fail the ratio that Lowe took, and what looks like several places
still tells where it lies once a map is known. So pairs up to a looser ratio are given too, behind the sure ones, and
whoever counts them counts two of them as one (``verify``).
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opsec.vision.features.local_features import Extracted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pairs = NDArray[np.intp]
    Floats = NDArray[np.float32]

RATIO, LOOSE_RATIO = 0.8, 0.92
_APART_PX = 12.0
_NEIGHBOURS = 5


@dataclass(frozen=True, slots=True)
class Paired:
    """Pairs of two pictures."""

    pairs: "Pairs"
    """Frame feature and photo feature, shape (n, 2), the likeliest first."""
    sure: int
    """So many of them, the first ones, look like nothing else."""

    @property
    def surely(self) -> "Pairs":
        """The sure ones alone."""
        return self.pairs[: self.sure]


def paired(frame: Extracted, photo: Extracted, ratio: float = LOOSE_RATIO) -> Paired:
    """The pairs of a picture and a photo. ``ratio``: of those that are not sure; features without an angle and a size
    of their own have none such, for nothing would tell the true ones among them."""
    import numpy as np

    if not len(frame) or len(photo) < 2:
        return Paired(np.zeros((0, 2), np.intp), 0)
    ratio = min(ratio, RATIO) if frame.upright else ratio
    one, other = _with_room(frame, 1.0), _with_room(photo, 0.0)
    own = (one[:, :-1] ** 2).sum(axis=1)
    other[:, -1] = -0.5 * (other**2).sum(axis=1)
    nearness = one @ other.T  # half of what is to be taken from ``own``: the squared distance is own - 2 * nearness
    nearest = nearness.argmax(axis=1)
    distance = np.maximum(own - 2 * nearness[np.arange(len(one)), nearest], 0.0)
    rival = _rivals(nearness, own, nearest, photo)
    good = np.flatnonzero(distance < ratio**2 * rival)
    order = good[np.argsort(distance[good] / np.maximum(rival[good], 1e-6), kind="stable")]
    _, first = np.unique(nearest[order], return_index=True)
    chosen = order[np.sort(first)]
    sure = int((distance[chosen] < RATIO**2 * rival[chosen]).sum())
    return Paired(np.stack([chosen, nearest[chosen]], axis=1), sure)


def _with_room(found: Extracted, last: float) -> "Floats":
    """The descriptors and one component more, the last: whole numbers, and in the end halves of them. What a float
    holds exactly of these goes far enough for 128 components."""
    import numpy as np

    rows, components = found.descriptors.shape
    wider = np.empty((rows, components + 1), np.float32)
    wider[:, :-1], wider[:, -1] = found.descriptors, last
    return wider


def _rivals(nearness: "Floats", own: "Floats", nearest: "NDArray[np.intp]", photo: Extracted) -> "Floats":
    """The squared distance of the nearest rival elsewhere in the photo; of the last looked at when all are there.

    The nearest are taken off one after the other, for the rows alone whose last one stood where the nearest stands:
    many times faster than sorting, and most rows are done after one.
    """
    import numpy as np

    rival = np.zeros(len(nearest), np.float32)
    rows, last = np.arange(len(nearest)), nearest
    for _rank in range(min(_NEIGHBOURS, nearness.shape[1]) - 1):
        nearness[rows, last] = -np.inf
        last = (nearness if len(rows) == len(nearness) else nearness[rows]).argmax(axis=1)
        rival[rows] = np.maximum(own[rows] - 2 * nearness[rows, last], 0.0)
        near = np.linalg.norm(photo.keypoints[last, :2] - photo.keypoints[nearest[rows], :2], axis=1) <= _APART_PX
        rows, last = rows[near], last[near]
        if not len(rows):
            break
    return rival
