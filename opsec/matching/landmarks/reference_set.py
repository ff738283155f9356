"""The officer's photos of all landmarks, as they are looked for: opened and their features found when the first clip
with pictures asks for them, and kept for the next scan."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

from opsec.matching.landmarks.backend import Backend
from opsec.matching.landmarks.enrolment import Enrolled
from opsec.matching.landmarks.feature_cache import Shelf
from opsec.matching.landmarks.photo_loader import KnownPhoto, known_photo
from opsec.matching.landmarks.retrieval_index import Searched
from opsec.matching.landmarks.rival_resolution import Place
from opsec.model import Picture, Reason, Site
from opsec.sites.reference_photos import ReferencePhoto

_KEPT_INDEX_FROM = 100
"""Photos from which on the index is kept too; a smaller one is built in a moment."""
_remembered: dict[tuple[str, str], KnownPhoto] = {}
"""Photos already worked out in this process, by what found their features and by content."""
_MOST_REMEMBERED = 64


class Album:
    """All landmarks that have photos, and those of the photos that can be used, by their numbers."""

    def __init__(self, sites: Sequence[Site], photos: Sequence[ReferencePhoto], shelf: Shelf, backend: Backend) -> None:
        """``shelf``: where what was found is kept; ``backend``: what it is found with."""
        self.places: list[Place] = [(site, one) for site in sites for one in site.landmarks if one.photos]
        self._photos, self._shelf = tuple(photos), replace(shelf, maker=backend.maker)
        self._backend = backend

    def thumbnail(self, site: str, landmark: str, photo: str) -> Picture | None:
        """A small picture of one of our photos, for our own eyes."""
        return next(
            (
                known.picture
                for one, known in self.known
                if (one.site, one.landmark, one.path.name) == (site, landmark, photo)
            ),
            None,
        )

    @cached_property
    def known(self) -> list[tuple[ReferencePhoto, KnownPhoto]]:
        """Every photo that can be used."""
        self._shelf.clear_but([*(photo.sha256 for photo in self._photos if photo.sha256), self._set_sha256])
        found = ((photo, self._worked_out(photo)) for photo in self._photos)
        return [(photo, known) for photo, known in found if known and len(known.enrolled.features)]

    def _worked_out(self, photo: ReferencePhoto) -> KnownPhoto | None:
        if photo.sha256 is None:
            return None
        known = self._shelf.photo(photo.sha256)
        if known is None:
            made = _remembered.get((self._backend.maker, photo.sha256)) or known_photo(photo, self._backend.finder)
            if isinstance(made, Reason):
                return None
            if len(_remembered) < _MOST_REMEMBERED:
                _remembered[self._backend.maker, photo.sha256] = made
            self._shelf.keep_photo(photo.sha256, made)
            known = made
        return known

    @cached_property
    def enrolled(self) -> list[Enrolled]:
        """What is looked for of each usable photo."""
        return [known.enrolled for _photo, known in self.known]

    @cached_property
    def owners(self) -> list[int]:
        """Of each usable photo, the number of its place."""
        return [self._place_of(photo) for photo, _known in self.known]

    def _place_of(self, photo: ReferencePhoto) -> int:
        return self._numbers[photo.site, photo.landmark]

    @cached_property
    def _numbers(self) -> dict[tuple[str, str], int]:
        return {(site.id, landmark.id): number for number, (site, landmark) in enumerate(self.places)}

    @cached_property
    def _set_sha256(self) -> str:
        """Fingerprint of the photos in their order."""
        return hashlib.sha256("\n".join(photo.sha256 or "" for photo in self._photos).encode()).hexdigest()

    @cached_property
    def index(self) -> Searched:
        """Of all usable photos, by their numbers; a large one is kept on the shelf."""
        keeps = len(self.enrolled) >= _KEPT_INDEX_FROM
        kept = self._shelf.index(self._set_sha256) if keeps else None
        index = Searched(self.enrolled, kept)
        if keeps and kept is None:
            self._shelf.keep_index(self._set_sha256, index.packed())
        return index
