"""From a reference photo to what is looked for: its own features, and those of its simulated views that are new."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from opsec.matching.landmarks.view_synthesis import flipped_places, resized, simulated
from opsec.vision.features.local_features import BY_SIFT, LONGEST_PX, Extracted, Finder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Bytes = NDArray[np.uint8]

VERSION = 6
"""Raised whenever the same photo would give other features: what was kept is then made anew."""
MOST_OWN = 1_200
MOST_IN_ALL = 2_400
_SAME_PX = 3.0
_SAME_TURN_DEG = 20.0
_SAME_GROWTH = 1.35
_ALIKE = 0.35
"""Distance of two descriptors below which a view adds nothing."""


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What is kept of one reference photo."""

    features: Extracted
    own: int
    """So many of them, the first ones, are of the photo as it is."""
    flipped: Extracted | None = None
    """What a model finds in the photo flipped left and right, at its places in the photo as it is; none by SIFT, which
    needs no second look."""
    flipped_own: int = 0
    """So many of those, the first ones, are of the flipped photo itself."""


def enrolled(grey: "Bytes", finder: Finder = BY_SIFT, *, views: bool = True) -> Enrolled:
    """The features of a photo (grey, at its full or a bounded size). ``views``: also as seen otherwise."""
    import numpy as np

    features, own = _found(grey, finder, views=views)
    if not features.upright:
        return Enrolled(features, own)
    flipped, flipped_own = _found(np.ascontiguousarray(grey[:, ::-1]), finder, views=views)
    return Enrolled(features, own, flipped_places(flipped), flipped_own)


def _found(grey: "Bytes", finder: Finder, *, views: bool) -> tuple[Extracted, int]:
    """The features of a photo and of its simulated views, and how many of them, the first ones, are of itself."""
    features = finder.find(resized(grey, LONGEST_PX), most=MOST_OWN)
    own = len(features)
    for view in simulated(grey, finder) if views and min(grey.shape) >= 32 else ():
        features = _with(features, view.features)
    return features.only(slice(0, MOST_IN_ALL)), own


def _with(known: Extracted, more: Extracted) -> Extracted:
    """The features and what is new among some more: nothing alike at the same place, of the same size and angle."""
    import numpy as np

    if not len(known) or not len(more):
        return known if len(known) else more
    new = ~(_same_spot(known, more) & _alike(known, more)).any(axis=1)
    return replace(
        known,
        keypoints=np.vstack([known.keypoints, more.keypoints[new]]),
        descriptors=np.vstack([known.descriptors, more.descriptors[new]]),
    )


def _same_spot(known: Extracted, more: Extracted) -> "NDArray[np.bool_]":
    import numpy as np

    apart = np.abs(more.keypoints[:, None] - known.keypoints[None])
    growth = np.abs(np.log(more.keypoints[:, None, 2] / known.keypoints[None, :, 2]))
    turn = np.minimum(apart[..., 3], 360 - apart[..., 3])
    near = (apart[..., 0] < _SAME_PX) & (apart[..., 1] < _SAME_PX)
    return np.asarray(near & (turn < _SAME_TURN_DEG) & (growth < np.log(_SAME_GROWTH)))


def _alike(known: Extracted, more: Extracted) -> "NDArray[np.bool_]":
    import numpy as np

    one, other = more.vectors(), known.vectors()
    lengths = np.maximum((one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1), 1.0)
    return np.asarray(1 - 2 * (one @ other.T) / lengths < _ALIKE**2 / 2)
