"""Features of the mirrored image, computed without the image.

OpenCV lays a SIFT descriptor out as 4 rows × 4 columns × 8 orientations, relative to the keypoint's own angle. Flipping
the image left and right reverses the rows and the direction of the orientations: row r → 3 − r, bin o → (8 − o) mod 8.

No permutation mirrors the descriptor of a learned model. There the photos are mirrored instead, once, when they are
enrolled: features of a clip are still extracted only once.
"""

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from opsec.matching.landmarks.enrolment import ReferenceFeatures
from opsec.matching.landmarks.view_synthesis import mirror_keypoints
from opsec.vision.features.local_features import LocalFeatures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.features.local_features import Descriptors

_ROWS, _COLUMNS, _BINS = 4, 4, 8


def mirror_features(features: LocalFeatures) -> LocalFeatures:
    """Compute the features as they would be found in the image flipped left and right; its own inverse.

    Of a learned model's features only positions and angles are mirrored: the descriptors to compare with must come
    from a mirrored photo.
    """
    if not features.has_orientation:
        return mirror_keypoints(features)
    keypoints = features.keypoints.copy()
    keypoints[:, 0] = features.width_px - 1 - keypoints[:, 0]
    keypoints[:, 3] = (180.0 - keypoints[:, 3]) % 360.0
    return replace(features, keypoints=keypoints, descriptors=features.descriptors[:, mirror_permutation()])


def oriented_pair(
    frame: LocalFeatures, photo: ReferenceFeatures, *, mirrored: bool
) -> tuple[LocalFeatures, ReferenceFeatures]:
    """Return what is compared of a frame and a photo in one mirror orientation."""
    if not mirrored:
        return frame, photo
    if photo.mirrored is not None:
        photo = ReferenceFeatures(photo.mirrored, photo.mirrored_n_original)
    return mirror_features(frame), photo


@cache
def mirror_permutation() -> "NDArray[np.intp]":
    """Compute from which component each of the 128 components of a mirrored SIFT descriptor comes, shape (128,)."""
    import numpy as np

    row, column, bin_ = np.meshgrid(range(_ROWS), range(_COLUMNS), range(_BINS), indexing="ij")
    return np.asarray((((_ROWS - 1 - row) * _COLUMNS + column) * _BINS + (_BINS - bin_) % _BINS).ravel(), np.intp)


def mirror_invariant(descriptors: "Descriptors") -> "Descriptors":
    """Reduce SIFT descriptors (n, 128) to components (n, 64) that are the same for an image and its mirror image.

    They are the means of each two components that mirroring exchanges: a search by them finds a feature in both mirror
    orientations at once.
    """
    import numpy as np

    permutation = mirror_permutation()
    first = np.flatnonzero(np.arange(len(permutation)) < permutation)
    sums = descriptors[:, first].astype(np.uint16) + descriptors[:, permutation[first]]
    return (sums >> 1).astype(np.uint8)
