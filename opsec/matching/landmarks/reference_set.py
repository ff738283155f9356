"""Reference photos of all landmarks, enrolled when the first clip with frames needs them, and cached."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from opsec.matching.landmarks.backend import Backend
from opsec.matching.landmarks.enrolment import ReferenceFeatures
from opsec.matching.landmarks.feature_cache import FeatureCache
from opsec.matching.landmarks.photo_loader import EnrolledPhoto, load_photo
from opsec.matching.landmarks.retrieval_index import RetrievalIndex
from opsec.matching.landmarks.rival_resolution import SiteLandmark
from opsec.model import Picture, Reason, Site
from opsec.sites.reference_photos import ReferencePhoto

_MIN_CACHED_INDEX_PHOTOS = 100
"""Photos from which on the index is cached too; a smaller one is built in a moment."""
_memory_cache: dict[tuple[str, str], EnrolledPhoto] = {}
"""Photos enrolled in this process, by the name of the extractor and the fingerprint of the photo."""
_MAX_MEMORY_PHOTOS = 64


class ReferenceSet:
    """All landmarks that have photos, and their usable photos, both by number."""

    def __init__(
        self, sites: Sequence[Site], photos: Sequence[ReferencePhoto], cache: FeatureCache, backend: Backend
    ) -> None:
        """Collect the landmarks; photos are opened when they are first needed.

        Parameters
        ----------
        sites
            With their landmarks.
        photos
            Reference photos of all landmarks.
        cache
            Where enrolled photos are stored.
        backend
            What extracts the features.
        """
        self.landmarks: list[SiteLandmark] = [(site, one) for site in sites for one in site.landmarks if one.photos]
        self._photos, self._cache = tuple(photos), replace(cache, extractor=backend.extractor_name)
        self._backend = backend

    def thumbnail(self, site: str, landmark: str, photo: str) -> Picture | None:
        """Return a small picture of one of our photos, for the officer's own page; None when it is not usable."""
        return next(
            (
                enrolled.thumbnail
                for one, enrolled in self.usable_photos
                if (one.site, one.landmark, one.path.name) == (site, landmark, photo)
            ),
            None,
        )

    @cached_property
    def usable_photos(self) -> list[tuple[ReferencePhoto, EnrolledPhoto]]:
        """Every photo that has features, with what was extracted from it."""
        self._cache.prune([*(photo.sha256 for photo in self._photos if photo.sha256), self._set_sha256])
        loaded = ((photo, self._load(photo)) for photo in self._photos)
        return [(photo, enrolled) for photo, enrolled in loaded if enrolled and len(enrolled.features.features)]

    def _load(self, photo: ReferencePhoto) -> EnrolledPhoto | None:
        if photo.sha256 is None:
            return None
        stored = self._cache.load_photo(photo.sha256)
        if stored is not None:
            return stored
        key = self._backend.extractor_name, photo.sha256
        enrolled = _memory_cache.get(key) or load_photo(photo, self._backend.extractor)
        if isinstance(enrolled, Reason):
            return None
        if len(_memory_cache) < _MAX_MEMORY_PHOTOS:
            _memory_cache[key] = enrolled
        self._cache.store_photo(photo.sha256, enrolled)
        return enrolled

    @cached_property
    def features(self) -> list[ReferenceFeatures]:
        """Features of each usable photo."""
        return [enrolled.features for _photo, enrolled in self.usable_photos]

    @cached_property
    def landmark_of_photo(self) -> list[int]:
        """Number of the landmark that each usable photo shows."""
        return [self._landmark_number(photo) for photo, _enrolled in self.usable_photos]

    def _landmark_number(self, photo: ReferencePhoto) -> int:
        return self._numbers[photo.site, photo.landmark]

    @cached_property
    def landmark_numbers(self) -> dict[int, int]:
        """Number of the landmark that each photo shows, by the number of the photo among all, usable or not."""
        return {number: self._landmark_number(photo) for number, photo in enumerate(self._photos)}

    @cached_property
    def _numbers(self) -> dict[tuple[str, str], int]:
        return {(site.id, landmark.id): number for number, (site, landmark) in enumerate(self.landmarks)}

    @cached_property
    def _set_sha256(self) -> str:
        """Fingerprint of all photos in their order."""
        return hashlib.sha256("\n".join(photo.sha256 or "" for photo in self._photos).encode()).hexdigest()

    @cached_property
    def index(self) -> RetrievalIndex:
        """Index of all usable photos, by their numbers; a large one is cached."""
        is_large = len(self.features) >= _MIN_CACHED_INDEX_PHOTOS
        serialised = self._cache.load_index(self._set_sha256) if is_large else None
        index = RetrievalIndex(self.features, serialised)
        if is_large and serialised is None:
            self._cache.store_index(self._set_sha256, index.serialise())
        return index
