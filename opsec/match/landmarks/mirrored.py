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

from opsec.hints.landmarks.features import Extracted
from opsec.match.landmarks.enrol import Enrolled
from opsec.match.landmarks.views import flipped_places

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


def in_sense(frame: Extracted, photo: Enrolled, *, flipped: bool) -> tuple[Extracted, Extracted]:
    """What of a picture and of a photo is to be compared, where the clip shows things as they are or flipped."""
    if not flipped:
        return frame, photo.features
    return mirrored(frame), photo.features if photo.flipped is None else photo.flipped


@cache
def permutation() -> "NDArray[np.intp]":
    """Where each of the 128 components of a mirrored descriptor comes from."""
    import numpy as np

    row, column, bin_ = np.meshgrid(range(_ROWS), range(_COLUMNS), range(_BINS), indexing="ij")
    return np.asarray((((_ROWS - 1 - row) * _COLUMNS + column) * _BINS + (_BINS - bin_) % _BINS).ravel(), np.intp)
