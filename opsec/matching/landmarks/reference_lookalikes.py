"""Search for landmarks that would be taken for each other: one plan built twice, the same poster at two gates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from opsec.i18n.messages import _, ngettext
from opsec.matching.landmarks.clip_verification import verify_landmark
from opsec.matching.landmarks.enrolment import ReferenceFeatures
from opsec.matching.landmarks.first_pass import first_pass
from opsec.matching.landmarks.frame_evidence import ClipMatch
from opsec.matching.landmarks.grading import MIN_EXTENT, MIN_PROBABLE
from opsec.matching.landmarks.pairwise_matches import PairwiseMatcher
from opsec.matching.landmarks.retrieval_index import Candidate, RetrievalIndex
from opsec.sites.bounded_files import display_path
from opsec.sites.complaint import Complaint
from opsec.sites.packed_tree import SitePath
from opsec.vision.features.local_features import LocalFeatures

_MAX_CANDIDATES = 12
"""Photos that the index proposes with which each photo is compared."""
_MAX_PHOTOS = 4_000
"""Photos that are compared with each other; more would take hours."""
_MAX_FEATURES = 1_200_000
"""Features of all of them, about 150 bytes each: of very many photos only the clearest features are kept."""
_MIN_PHOTO_FEATURES = 300


def max_compared_features(n_photos: int) -> int:
    """Return how many features of each photo are compared where there are this many photos."""
    return max(_MIN_PHOTO_FEATURES, _MAX_FEATURES // max(1, n_photos))


@dataclass(slots=True)
class LookalikeSearch:
    """Compares the photos of all landmarks with each other; bounded in photos."""

    _folders: list[SitePath] = field(default_factory=list)
    """Landmark folder of each photo."""
    _photos: list[ReferenceFeatures] = field(default_factory=list)
    _left_out: int = 0

    def add(self, landmark_folder: SitePath, features: LocalFeatures) -> None:
        """Add the features of one photo."""
        if not len(features):
            return
        if len(self._photos) >= _MAX_PHOTOS:
            self._left_out += 1
            return
        self._folders.append(landmark_folder)
        self._photos.append(ReferenceFeatures(features, len(features)))

    def complaints(self, sites_folder: SitePath) -> Iterator[Complaint]:
        """Yield a warning for every two landmarks that look alike, and one when not all photos were compared."""
        if len(self._photos) > 1:
            yield from self._compare()
        if self._left_out:
            message = ngettext(
                "{n} more photo was not compared with the others: only the first {most} are compared, so what looks "
                "like it remains unknown; keep the best photos of each landmark",
                "{n} more photos were not compared with the others: only the first {most} are compared, so look-alikes "
                "among the rest remain unknown; keep the best photos of each landmark",
                self._left_out,
                most=_MAX_PHOTOS,
            )
            yield Complaint("warning", display_path(sites_folder), message)

    def _compare(self) -> Iterator[Complaint]:
        index = RetrievalIndex(self._photos)
        reported: set[frozenset[SitePath]] = set()
        for folder, photo in zip(self._folders, self._photos, strict=True):
            for candidate in index.query([photo.features])[:_MAX_CANDIDATES]:
                other = self._folders[candidate.photo]
                both = frozenset({folder, other})
                if candidate.mirrored or len(both) < 2 or both in reported:
                    continue
                match = _match(photo.features, self._photos, candidate)
                if match and match.best.inliers >= MIN_PROBABLE and match.best.extent >= MIN_EXTENT:
                    reported.add(both)
                    message = _(
                        "{file} and {other} look alike: {count} matching points; a clip of either will be reported as "
                        "one of the two",
                        file=display_path(folder),
                        other=display_path(other),
                        count=match.best.inliers,
                    )
                    yield Complaint("warning", display_path(folder), message)


def _match(photo: LocalFeatures, photos: Sequence[ReferenceFeatures], candidate: Candidate) -> ClipMatch | None:
    """Verify a photo as if it were a frame of a clip."""
    matcher = PairwiseMatcher([photo], [0.0], photos)
    passed = first_pass(matcher, [candidate])
    if not passed:
        return None
    return next(iter(verify_landmark(matcher, passed, [candidate], only_candidate=False)), None)
