"""Reference photos as a landmark model sees them, and the index that names the few photos which a clip may show.

A learned feature has no size of its own and bears little change of scale. So each photo is extracted at three sizes,
close up to far off, and as its mirror image at each: a clip is then extracted once, and enrolment is paid once. Every
photo × mirror orientation × size is a *view*.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from opsec.matching.landmarks.enrolment import ReferenceFeatures
from opsec.matching.landmarks.feature_cache import FeatureCache
from opsec.matching.landmarks.inverted_file import InvertedFile
from opsec.matching.landmarks.model_client import ModelProcessError
from opsec.matching.landmarks.photo_loader import EnrolledPhoto, decode_photo
from opsec.matching.landmarks.view_synthesis import downscale, mirror_keypoints
from opsec.model import Reason
from opsec.sites.reference_photos import ReferencePhoto
from opsec.vision.features.local_features import EXTRACTION_PX, FeatureExtractor, LocalFeatures

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from opsec.vision.arrays import GrayImage

    Singles = NDArray[np.float32]

VIEW_SIDES_PX = (1_024, 550, 300)
"""Longest side of the photo at each size. Of clips close by and far off, most agree with one size only."""
VIEW_FEATURES = (800, 500, 250)
"""Most features at each size."""
MAX_NAMED_PHOTOS = 5
"""Photos of one clip that are verified."""
_NEIGHBOURS = 10
"""Neighbours that a feature votes for."""


@dataclass(frozen=True, slots=True)
class View:
    """A photo in one mirror orientation at one size."""

    photo: int
    """Number of the photo."""
    mirrored: bool
    """The features are of the mirror image; their keypoints lie where they are in the photo as it is."""
    features: LocalFeatures
    """In pixels of an image of ``EXTRACTION_PX``, whatever the size of the view."""


def enrol_learned(gray: "GrayImage", extractor: FeatureExtractor) -> ReferenceFeatures:
    """Extract the features of a photo at all sizes, as it is and mirrored.

    The size of a keypoint tells from which size of the photo it is.

    Raises
    ------
    ModelProcessError
        The model does not answer.
    """
    import numpy as np

    as_it_is = _extract_sizes(gray, extractor)
    mirrored = _extract_sizes(np.ascontiguousarray(gray[:, ::-1]), extractor)
    return ReferenceFeatures(as_it_is, len(as_it_is), mirror_keypoints(mirrored), len(mirrored))


def _extract_sizes(gray: "GrayImage", extractor: FeatureExtractor) -> LocalFeatures:
    import numpy as np

    small = downscale(gray, EXTRACTION_PX)
    height_px, width_px = small.shape
    parts = []
    for side_px, count in zip(VIEW_SIDES_PX, VIEW_FEATURES, strict=True):
        image = downscale(gray, side_px)
        found = extractor.extract(image, max_features=count)
        factor = width_px / image.shape[1], height_px / image.shape[0]
        keypoints = found.keypoints.copy()
        keypoints[:, :2] *= np.array(factor, np.float32)
        keypoints[:, 2] = EXTRACTION_PX / side_px
        parts.append(replace(found, keypoints=keypoints))
    return LocalFeatures(
        width_px,
        height_px,
        np.vstack([one.keypoints for one in parts]),
        np.vstack([one.descriptors for one in parts]),
        extractor.name,
    )


class LearnedReferences:
    """All photos, enrolled with a landmark model when the first clip needs it, and cached."""

    def __init__(self, photos: Sequence[ReferencePhoto], cache: FeatureCache, extractor: FeatureExtractor) -> None:
        """Keep the photos for later.

        Parameters
        ----------
        photos
            Reference photos of all landmarks.
        cache
            Where enrolled photos are stored.
        extractor
            Runs the model.
        """
        self.photos = tuple(photos)
        self._cache = replace(cache, extractor=extractor.name)
        self._extractor = extractor
        self.failed = False
        """The model did not answer for a photo, so some photos are not compared."""

    @property
    def extractor_name(self) -> str:
        """Name of the model: features of another one are never compared with these."""
        return self._extractor.name

    @cached_property
    def views(self) -> list[View]:
        """Every view of every usable photo."""
        self._cache.prune([photo.sha256 for photo in self.photos if photo.sha256])
        found = []
        for number, photo in enumerate(self.photos):
            enrolled = self._load(photo)
            for features, mirrored in ((enrolled.features, False), (enrolled.mirrored, True)) if enrolled else ():
                found += [View(number, mirrored, one) for one in _split_sizes(features) if len(one)]
        return found

    def _load(self, photo: ReferencePhoto) -> ReferenceFeatures | None:
        if photo.sha256 is None:
            return None
        stored = self._cache.load_photo(photo.sha256)
        if stored is not None:
            return stored.features
        decoded = decode_photo(photo)
        if isinstance(decoded, Reason) or self.failed:
            return None
        try:
            enrolled = enrol_learned(decoded.gray, self._extractor)
        except ModelProcessError:
            self.failed = True
            return None
        self._cache.store_photo(photo.sha256, EnrolledPhoto(enrolled, decoded.thumbnail))
        return enrolled

    @cached_property
    def _view_of_feature(self) -> "NDArray[np.intp]":
        import numpy as np

        return np.repeat(np.arange(len(self.views)), [len(view.features) for view in self.views])

    @cached_property
    def _index(self) -> InvertedFile:
        import numpy as np

        return InvertedFile(np.vstack([view.features.descriptors for view in self.views]))

    def name_photos(self, frames: Sequence[LocalFeatures]) -> list[list[View]]:
        """Name the photos that a clip may show, those of different landmarks first, at most ``MAX_NAMED_PHOTOS``.

        The features of the frames vote for the views of their neighbours by the local naive Bayes nearest neighbour
        rule (McCann and Lowe, CVPR 2012): by how much nearer they are than the first neighbour that gets no vote.

        Returns
        -------
        list of list of View
            For each photo, the one with most votes first: its view with most votes, and the next view of its landmark.
        """
        import numpy as np

        filled = [frame.descriptors for frame in frames if len(frame)]
        if not filled or not self.views:
            return []
        ranking = np.argsort(-self._count_votes(np.vstack(filled)), kind="stable").tolist()
        best_of_photo: dict[int, View] = {}
        of_landmark: dict[tuple[str, str], list[View]] = {}
        for view in (self.views[number] for number in ranking):
            best_of_photo.setdefault(view.photo, view)
            of_landmark.setdefault(self._landmark(view), []).append(view)
        first_views = [views[0] for views in of_landmark.values()]
        others = [view for view in best_of_photo.values() if view is not of_landmark[self._landmark(view)][0]]
        return [
            [view, *(other for other in of_landmark[self._landmark(view)] if other is not view)][:2]
            for view in (first_views + others)[:MAX_NAMED_PHOTOS]
        ]

    def _landmark(self, view: View) -> tuple[str, str]:
        photo = self.photos[view.photo]
        return photo.site, photo.landmark

    def _count_votes(self, descriptors: "NDArray[np.uint8]") -> "Singles":
        """Count the weighted votes for each view; a feature votes for a view once, for its nearest neighbour in it."""
        import numpy as np

        distances, found = self._index.search_with_distances(descriptors, _NEIGHBOURS + 1)
        known = found >= 0
        distances = np.where(known, distances, 0)
        gains = np.where(known, distances.max(axis=1, keepdims=True) - distances, 0)
        views = self._view_of_feature[found]
        for rank in range(1, found.shape[1]):
            gains[(views[:, :rank] == views[:, rank, None]).any(axis=1), rank] = 0
        return np.asarray(np.bincount(views.ravel(), gains.ravel(), len(self.views)), np.float32)


def _split_sizes(features: LocalFeatures | None) -> list[LocalFeatures]:
    """Split the features of a photo by the size of the photo at which they were found."""
    import numpy as np

    if features is None:
        return []
    sizes = features.keypoints[:, 2]
    return [features.select(sizes == size) for size in np.unique(sizes)]
