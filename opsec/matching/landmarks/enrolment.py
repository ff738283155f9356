"""Enrolment of a reference photo: its own features, and those of its simulated views that are new."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from opsec.matching.landmarks.view_synthesis import downscale, mirror_keypoints, simulate_views
from opsec.vision.features.local_features import EXTRACTION_PX, SIFT_EXTRACTOR, FeatureExtractor, LocalFeatures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.arrays import GrayImage

    PairFlags = NDArray[np.bool_]
    """Shape (new features, known features)."""

VERSION = 6
"""Raised whenever the same photo would give other features: cached features are then computed anew."""
MAX_ORIGINAL_FEATURES = 1_200
"""Features of the photo as it is."""
MAX_PHOTO_FEATURES = 2_400
"""Features of the photo and its simulated views together."""
_MIN_VIEW_SIDE_PX = 32
"""Shorter side from which on views of a photo are simulated."""
_SAME_PX = 3.0
_SAME_ANGLE_DEG = 20.0
_SAME_SCALE = 1.35
_SIMILAR_DISTANCE = 0.35
"""Relative distance of two descriptors below which a view adds nothing."""


@dataclass(frozen=True, slots=True)
class ReferenceFeatures:
    """Features of one reference photo."""

    features: LocalFeatures
    n_original: int
    """How many of them, the first ones, are of the photo as it is, not of a simulated view."""
    mirrored: LocalFeatures | None = None
    """Features that a learned model finds in the mirrored photo, at their positions in the photo as it is; None for
    SIFT, whose descriptors can be mirrored."""
    mirrored_n_original: int = 0
    """How many of those, the first ones, are of the mirrored photo itself."""


def enrol(gray: "GrayImage", extractor: FeatureExtractor = SIFT_EXTRACTOR, *, views: bool = True) -> ReferenceFeatures:
    """Extract the features of a reference photo.

    Parameters
    ----------
    gray
        Image, shape (height, width), at its full or a bounded size.
    extractor
        What extracts the features.
    views
        Also extract from simulated views.
    """
    import numpy as np

    features, n_original = _extract_with_views(gray, extractor, views=views)
    if features.has_orientation:
        return ReferenceFeatures(features, n_original)
    mirrored, mirrored_n_original = _extract_with_views(np.ascontiguousarray(gray[:, ::-1]), extractor, views=views)
    return ReferenceFeatures(features, n_original, mirror_keypoints(mirrored), mirrored_n_original)


def _extract_with_views(gray: "GrayImage", extractor: FeatureExtractor, *, views: bool) -> tuple[LocalFeatures, int]:
    """Extract from a photo and its simulated views; also return how many features, the first ones, are its own."""
    features = extractor.extract(downscale(gray, EXTRACTION_PX), max_features=MAX_ORIGINAL_FEATURES)
    n_original = len(features)
    for view in simulate_views(gray, extractor) if views and min(gray.shape) >= _MIN_VIEW_SIDE_PX else ():
        features = _add_new_features(features, view.features)
    return features.select(slice(0, MAX_PHOTO_FEATURES)), n_original


def _add_new_features(known: LocalFeatures, more: LocalFeatures) -> LocalFeatures:
    """Append the features that have no similar one at the same location, of the same size and angle."""
    import numpy as np

    if not len(known) or not len(more):
        return known if len(known) else more
    new = ~(_same_location(known, more) & _similar_descriptors(known, more)).any(axis=1)
    return replace(
        known,
        keypoints=np.vstack([known.keypoints, more.keypoints[new]]),
        descriptors=np.vstack([known.descriptors, more.descriptors[new]]),
    )


def _same_location(known: LocalFeatures, more: LocalFeatures) -> "PairFlags":
    import numpy as np

    difference = np.abs(more.keypoints[:, None] - known.keypoints[None])
    log_scale = np.abs(np.log(more.keypoints[:, None, 2] / known.keypoints[None, :, 2]))
    angle_deg = np.minimum(difference[..., 3], 360 - difference[..., 3])
    near = (difference[..., 0] < _SAME_PX) & (difference[..., 1] < _SAME_PX)
    return np.asarray(near & (angle_deg < _SAME_ANGLE_DEG) & (log_scale < np.log(_SAME_SCALE)))


def _similar_descriptors(known: LocalFeatures, more: LocalFeatures) -> "PairFlags":
    import numpy as np

    one, other = more.descriptor_vectors(), known.descriptor_vectors()
    squared_norms = np.maximum((one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1), 1.0)
    return np.asarray(1 - 2 * (one @ other.T) / squared_norms < _SIMILAR_DISTANCE**2 / 2)
