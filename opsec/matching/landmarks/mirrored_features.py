"""The features of the mirrored picture, without the picture.

OpenCV lays a SIFT descriptor out as 4 rows × 4 columns × 8 orientations, in the frame of the keypoint's own
angle. Flipping the picture left and right flips the rows and the sense of the orientations:
row r → 3 − r, bin o → (8 − o) mod 8.

No permutation mirrors the descriptor of a model. There the photos are mirrored instead, once, when they are
enrolled: a clip is still looked at only once.
"""

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from opsec.matching.landmarks.enrolment import Enrolled
from opsec.matching.landmarks.view_synthesis import flipped_places
from opsec.vision.features.local_features import Extracted

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_ROWS, _COLUMNS, _BINS = 4, 4, 8


def mirrored(extracted: Extracted) -> Extracted:
    """The features as they would be found in the picture flipped left and right; twice gives the first again.

    Of a model's features only the places and angles: what they look like must come from a mirrored photo.
    """
    if extracted.upright:
        return flipped_places(extracted)
    keypoints = extracted.keypoints.copy()
    keypoints[:, 0] = extracted.width_px - 1 - keypoints[:, 0]
    keypoints[:, 3] = (180.0 - keypoints[:, 3]) % 360.0
    return replace(extracted, keypoints=keypoints, descriptors=extracted.descriptors[:, permutation()])


def in_sense(frame: Extracted, photo: Enrolled, *, flipped: bool) -> tuple[Extracted, Enrolled]:
    """What of a picture and of a photo is to be compared, where the clip shows things as they are or flipped."""
    if not flipped:
        return frame, photo
    return mirrored(frame), photo if photo.flipped is None else Enrolled(photo.flipped, photo.flipped_own)


@cache
def permutation() -> "NDArray[np.intp]":
    """Where each of the 128 components of a mirrored descriptor comes from."""
    import numpy as np

    row, column, bin_ = np.meshgrid(range(_ROWS), range(_COLUMNS), range(_BINS), indexing="ij")
    return np.asarray((((_ROWS - 1 - row) * _COLUMNS + column) * _BINS + (_BINS - bin_) % _BINS).ravel(), np.intp)


def either_sense(descriptors: "NDArray[np.uint8]") -> "NDArray[np.uint8]":
    """Half as many components (n, 64) that are the same for a picture and for its mirror image: the mean of each two
    that change places. Whoever looks for these finds a feature in both senses at once."""
    import numpy as np

    mine = permutation()
    first = np.flatnonzero(np.arange(len(mine)) < mine)
    pairs = descriptors[:, first].astype(np.uint16) + descriptors[:, mine[first]]
    return (pairs >> 1).astype(np.uint8)
