"""Matches of the frames of one clip with the reference photos, remembered, and registration of frames to each other.

A place that is filmed stands still while the phone moves. So what several frames show of it is transformed into one of
them, by what the frames themselves have in common (no landmark is needed), and counts together there. A corner that is
found in five frames is matched with a photo five times, each time with other noise, and counts once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from opsec.matching.landmarks.affine_fit import affine_rotation_rad, affine_scale
from opsec.matching.landmarks.enrolment import ReferenceFeatures
from opsec.matching.landmarks.geometric_verification import AffineFit, verify_geometry
from opsec.matching.landmarks.hypotheses import MAX_PAIRS
from opsec.matching.landmarks.mirrored_features import oriented_pair
from opsec.matching.landmarks.model_client import ModelProcessError
from opsec.matching.landmarks.putative_matches import LOWE_RATIO, Correspondences, match_descriptors
from opsec.matching.landmarks.retrieval_index import ORIGINAL_SHARE, indexable_features
from opsec.vision.features.local_features import LocalFeatures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.matching.landmarks.putative_matches import Pairs
    from opsec.vision.arrays import Floats
    from opsec.vision.features.local_features import KeypointArray

REGISTRATION_FEATURES = 400
"""Clearest features of a frame by which it is registered to another of the clip."""
MIN_REGISTRATION_INLIERS = 15
"""Inliers that two frames of a clip must share to be registered."""
_SAME_LOCATION_PX = 8.0
"""Distance within which a photo feature that is found again in another frame is at the same location."""
_SUBSET_FRAME_FEATURES, _SUBSET_PHOTO_FEATURES = 600, 1_200


class FeatureMatcher(Protocol):
    """Finds putative matches of a frame and a photo."""

    def __call__(
        self, frame: LocalFeatures, photo: LocalFeatures, /, *, n_original: int, mirrored: bool
    ) -> Correspondences:
        """Match the features of a frame and a photo.

        Parameters
        ----------
        frame, photo
            Features of one extractor.
        n_original
            How many features of the photo, the first ones, are of the photo as it is.
        mirrored
            The keypoints of both lie where they would in the mirrored images.

        Raises
        ------
        ModelProcessError
            A model does not answer.
        """


def match_by_ratio_test(
    frame: LocalFeatures, photo: LocalFeatures, /, *, n_original: int, mirrored: bool  # noqa: ARG001
) -> Correspondences:  # fmt: skip
    """Match without a model, by the ratio test; a ``FeatureMatcher``."""
    return match_descriptors(frame, photo)


@dataclass(frozen=True, slots=True)
class MatchedPair:
    """A frame and a photo, in the mirror orientation in which they were compared, and their matches."""

    frame: LocalFeatures
    photo: LocalFeatures
    correspondences: Correspondences

    def verify(self) -> AffineFit | None:
        """Fit the map that most of the matches support."""
        return verify_geometry(self.frame, self.photo, self.correspondences.pairs, self.correspondences.n_unambiguous)


@dataclass(slots=True)
class PairwiseMatcher:
    """Matches the frames of one clip with all reference photos; each pair is matched in full only once."""

    frames: Sequence[LocalFeatures]
    times_s: Sequence[float]
    """Time of each frame."""
    photos: Sequence[ReferenceFeatures]
    feature_matcher: FeatureMatcher = match_by_ratio_test
    matcher_failed: bool = field(default=False, init=False)
    """Whether the feature matcher did not answer for a pair of this clip; from that pair on the ratio test replaces it.
    The next clip asks the matcher again, so no clip's result depends on another clip."""
    _matches: dict[tuple[int, int, bool], MatchedPair] = field(default_factory=dict)
    _fits: dict[tuple[int, int, bool], AffineFit | None] = field(default_factory=dict)
    _registrations: dict[tuple[int, int], "Floats | None"] = field(default_factory=dict)

    def match_subset(self, number: int, photo: int, *, mirrored: bool) -> MatchedPair:
        """Match the clearest features of a frame and a photo: a quarter of the work, enough for a clear landmark.

        Only unambiguous matches are returned.
        """
        subset = self.frames[number].select(slice(0, _SUBSET_FRAME_FEATURES))
        frame, reference = oriented_pair(subset, self.photos[photo], mirrored=mirrored)
        clearest = indexable_features(reference, _SUBSET_PHOTO_FEATURES)
        n_original = min(reference.n_original, int(ORIGINAL_SHARE * _SUBSET_PHOTO_FEATURES))
        found = self._match(frame, clearest, n_original=n_original, mirrored=mirrored)
        return MatchedPair(frame, clearest, Correspondences(found.unambiguous, found.n_unambiguous))

    def match_full(self, number: int, photo: int, *, mirrored: bool) -> MatchedPair:
        """Match all features of a frame and a photo."""
        key = number, photo, mirrored
        if key not in self._matches:
            frame, reference = oriented_pair(self.frames[number], self.photos[photo], mirrored=mirrored)
            found = self._match(frame, reference.features, n_original=reference.n_original, mirrored=mirrored)
            self._matches[key] = MatchedPair(frame, reference.features, found)
        return self._matches[key]

    def _match(self, frame: LocalFeatures, photo: LocalFeatures, *, n_original: int, mirrored: bool) -> Correspondences:
        """Match by the configured matcher, or by the ratio test once that matcher failed on this clip."""
        if not self.matcher_failed:
            try:
                return self.feature_matcher(frame, photo, n_original=n_original, mirrored=mirrored)
            except ModelProcessError:
                self.matcher_failed = True
        return match_by_ratio_test(frame, photo, n_original=n_original, mirrored=mirrored)

    def fit_full(self, number: int, photo: int, *, mirrored: bool) -> AffineFit | None:
        """Fit the map that most matches of all features of a frame and a photo support."""
        key = number, photo, mirrored
        if key not in self._fits:
            self._fits[key] = self.match_full(number, photo, mirrored=mirrored).verify()
        return self._fits[key]

    def pool(
        self, base: int, others: Sequence[int], photo: int, *, mirrored: bool
    ) -> "tuple[MatchedPair, NDArray[np.intp]]":
        """Pool the unambiguous matches of several frames with a photo, at their locations in one frame.

        Parameters
        ----------
        base, others
            Numbers of the frame to which the others are registered, and of the others; those that do not show the same
            scene are left out.
        photo
            Number of the photo.
        mirrored
            Whether the frames are compared mirrored.

        Returns
        -------
        pair : MatchedPair
            The base frame with the features of all frames.
        frame_of_feature : numpy.ndarray
            Number of the frame that each feature is of, shape (features,).
        """
        import numpy as np

        own = self.match_full(base, photo, mirrored=mirrored)
        keypoints = [self.frames[base].keypoints]
        pairs = [own.correspondences.unambiguous]
        ranks = [np.full(own.correspondences.n_unambiguous, -1)]
        owners = [np.full(len(self.frames[base]), base)]
        for number in others:
            registration = self.register(number, base)
            if registration is None:
                continue
            more = self.match_full(number, photo, mirrored=mirrored).correspondences.unambiguous
            pairs.append(more + np.array([sum(map(len, owners)), 0], np.intp))
            ranks.append(np.arange(len(more)))
            owners.append(np.full(len(self.frames[number]), number))
            keypoints.append(_transform_keypoints(self.frames[number].keypoints, registration))
        positions = np.vstack(keypoints)
        pooled = replace(
            self.frames[base],
            keypoints=positions,
            descriptors=np.zeros((len(positions), own.frame.descriptors.shape[1]), np.uint8),
        )
        in_order = np.vstack(pairs)[np.argsort(np.concatenate(ranks), kind="stable")]
        frame, _reference = oriented_pair(pooled, self.photos[photo], mirrored=mirrored)
        distinct = _drop_repeats(frame, in_order)
        return MatchedPair(frame, own.photo, Correspondences(distinct, len(distinct))), np.concatenate(owners)

    def register(self, number: int, base: int) -> "Floats | None":
        """Fit the map (shape (3, 2)) from a frame to another of the clip; None when they do not show the same scene."""
        if (number, base) not in self._registrations:
            one, other = (self.frames[which].select(slice(0, REGISTRATION_FEATURES)) for which in (number, base))
            fit = verify_geometry(one, other, match_descriptors(one, other, LOWE_RATIO).pairs)
            registered = fit is not None and fit.inliers >= MIN_REGISTRATION_INLIERS
            self._registrations[number, base] = fit.affine if fit is not None and registered else None
        return self._registrations[number, base]


def _transform_keypoints(keypoints: "KeypointArray", affine: "Floats") -> "KeypointArray":
    """Transform keypoints (n, 4) by a map: position, size and angle."""
    import numpy as np

    points = keypoints[:, :2] @ affine[:2] + affine[2]
    size = keypoints[:, 2] * affine_scale(affine)
    angle = (keypoints[:, 3] + np.rad2deg(affine_rotation_rad(affine))) % 360
    return np.stack([*points.T, size, angle], axis=1).astype(np.float32)


def _drop_repeats(frame: LocalFeatures, pairs: "Pairs") -> "Pairs":
    """Drop the pairs of a photo feature that an earlier pair found at the same location of the frame."""
    import numpy as np

    pairs = pairs[: 2 * MAX_PAIRS]
    x, y = frame.keypoints[pairs[:, 0], 0], frame.keypoints[pairs[:, 0], 1]
    again = pairs[:, 1, None] == pairs[:, 1]
    again &= (np.abs(x[:, None] - x) < _SAME_LOCATION_PX) & (np.abs(y[:, None] - y) < _SAME_LOCATION_PX)
    return np.asarray(pairs[~np.tril(again, -1).any(axis=1)])
