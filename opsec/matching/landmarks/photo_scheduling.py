"""Scheduling of reference photos: which photos of a landmark are compared with the next frame of a clip.

Most wasted comparisons happen here, so limit them: compare the photos that candidates name, as long as these show
anything, and of them those with most inliers so far. But a photo that shows little now may be what the next frame
shows, and one that shows nothing may be what that frame shows for which a candidate names it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from opsec.matching.landmarks.geometric_verification import AffineFit
from opsec.matching.landmarks.retrieval_index import Candidate

MAX_PHOTOS = 4
"""Photos of one landmark that are compared with a frame, beside those that candidates name for this very frame."""
MAX_LEADING_PHOTOS = 2
"""Photos with most inliers so far, which are compared with every frame."""
MIN_LEADING_SHARE = 0.5
"""A photo with less than this share of the best photo's inliers is compared with another frame only where that frame
shows as little of the other photos."""
MAX_NAMED_PHOTOS = 3
"""Photos compared because candidates name them for one frame."""


@dataclass(slots=True)
class PhotoScheduler:
    """Schedules the photos of one landmark, in one mirror orientation."""

    candidates: Sequence[Candidate]
    """At least one, the best first."""
    best_inliers: dict[int, int] = field(default_factory=dict)
    """For each photo, the inliers of the frame that shows most of it."""

    def next_photos(self, frame_number: int, fits: Mapping[int, AffineFit]) -> Iterator[int]:
        """Yield the numbers of the photos to compare with a frame.

        Parameters
        ----------
        frame_number
            The frame.
        fits
            Fits of the photos that this call has yielded so far; the caller adds to it.
        """
        named = list(dict.fromkeys(one.photo for one in self.candidates if one.frame == frame_number))
        named = named[:MAX_NAMED_PHOTOS]
        first = named or [self.candidates[0].photo]
        others = [photo for photo in dict.fromkeys(one.photo for one in self.candidates) if photo not in first]
        if not self.best_inliers:
            yield from first
            yield from others[: max(0, MAX_PHOTOS - len(first))] if fits else ()
            return
        in_order = sorted(self.best_inliers, key=lambda photo: -self.best_inliers[photo])
        min_inliers = MIN_LEADING_SHARE * max(self.best_inliers.values())
        leading = [photo for photo in in_order[:MAX_LEADING_PHOTOS] if self.best_inliers[photo] >= min_inliers]
        leading = list(dict.fromkeys((*leading, *named)))
        yield from leading
        if max((fit.inliers for fit in fits.values()), default=0) < min_inliers:
            yield from [photo for photo in in_order if photo not in leading][: max(0, MAX_PHOTOS - len(leading))]

    def update(self, fits: Mapping[int, AffineFit]) -> None:
        """Record the fits of a frame, by the number of the photo."""
        for photo, fit in fits.items():
            self.best_inliers[photo] = max(fit.inliers, self.best_inliers.get(photo, 0))
