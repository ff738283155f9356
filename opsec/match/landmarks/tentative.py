"""Which feature of a photo each feature of a frame looks most like, where nothing else there looks nearly as much so.

The ratio of the nearest to the second nearest distance (Lowe 2004), the second at another place of the photo:
the same corner as simulated from five sides is no rival of itself. One to one.
"""

from typing import TYPE_CHECKING

from opsec.hints.landmarks.features import Extracted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Pairs = NDArray[np.intp]
    Floats = NDArray[np.float32]

RATIO = 0.8
_APART_PX = 12.0
_NEIGHBOURS = 5


def paired(frame: Extracted, photo: Extracted, ratio: float = RATIO) -> "Pairs":
    """Pairs (frame feature, photo feature), shape (n, 2), the likeliest first."""
    import numpy as np

    if not len(frame) or len(photo) < 2:
        return np.zeros((0, 2), np.intp)
    nearest, distances = _neighbours(frame, photo)
    rivals = _second(photo, nearest, distances)
    good = np.flatnonzero(distances[:, 0] < ratio**2 * rivals)
    order = good[np.argsort(distances[good, 0] / np.maximum(rivals[good], 1e-6), kind="stable")]
    _, first = np.unique(nearest[order, 0], return_index=True)
    chosen = order[np.sort(first)]
    return np.stack([chosen, nearest[chosen, 0]], axis=1)


def _neighbours(frame: Extracted, photo: Extracted) -> "tuple[Pairs, Floats]":
    """For each feature of the frame the nearest of the photo and their squared distances, shape (n, k) both.

    The few nearest are taken off one after the other, which is many times faster than sorting a part.
    """
    import numpy as np

    one, other = frame.descriptors.astype(np.float32), photo.descriptors.astype(np.float32)
    nearness = one @ (2 * other).T
    nearness -= (other**2).sum(axis=1)
    count, rows = min(_NEIGHBOURS, len(other)), np.arange(len(one))
    nearest = np.zeros((len(one), count), np.intp)
    distances = np.zeros((len(one), count), np.float32)
    for rank in range(count):
        best = nearness.argmax(axis=1)
        nearest[:, rank], distances[:, rank] = best, nearness[rows, best]
        nearness[rows, best] = -np.inf
    return nearest, np.maximum((one**2).sum(axis=1)[:, None] - distances, 0.0)


def _second(photo: Extracted, nearest: "Pairs", distances: "Floats") -> "Floats":
    """The squared distance of the nearest rival elsewhere in the photo; of the last looked at when all are there."""
    import numpy as np

    places = photo.keypoints[:, :2][nearest]
    apart = np.linalg.norm(places - places[:, :1], axis=2) > _APART_PX
    apart[:, -1] = True
    return np.asarray(np.take_along_axis(distances, apart.argmax(axis=1)[:, None], axis=1)[:, 0])
