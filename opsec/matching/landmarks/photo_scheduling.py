"""Which photos of a landmark are compared with the next picture of a clip, by what was seen of each so far.

Most of what is compared in vain is compared here, so little is: the photos that leads name, as long as these show
anything, and of them those that show most. But a photo that shows little now may be what the next picture shows, and
one that shows nothing what the picture shows for which its lead names it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from opsec.matching.landmarks.geometric_verification import Fit
from opsec.matching.landmarks.retrieval_index import Lead

MOST_PHOTOS = 4
"""Photos of one landmark that are compared with a picture, beside those that leads name for this very picture."""
PHOTOS_ON = 2
"""Those of which most was seen, which are compared with every picture."""
AS_MUCH = 0.5
"""Of a photo of which less than this share of the most was seen, the other pictures are asked only where they show as
little of the others."""
NAMED = 3
"""Photos that leads name for one picture, and that are compared with it, at most."""


@dataclass(slots=True)
class Followed:
    """The photos of a landmark, in one sense: at least one."""

    leads: Sequence[Lead]
    """The best first."""
    most: dict[int, int] = field(default_factory=dict)
    """Of each photo, the supporting pairs of the picture that shows most of it."""

    def worth(self, number: int, fits: Mapping[int, Fit]) -> Iterator[int]:
        """Photos to compare with a picture. ``fits``: what it showed of those that were given before; it may grow."""
        named = list(dict.fromkeys(lead.photo for lead in self.leads if lead.frame == number))[:NAMED]
        first = named or [self.leads[0].photo]
        others = [photo for photo in dict.fromkeys(lead.photo for lead in self.leads) if photo not in first]
        if not self.most:
            yield from first
            yield from others[: max(0, MOST_PHOTOS - len(first))] if fits else ()
            return
        in_order = sorted(self.most, key=lambda photo: -self.most[photo])
        best = max(self.most.values())
        telling = [photo for photo in in_order[:PHOTOS_ON] if self.most[photo] >= AS_MUCH * best]
        telling = list(dict.fromkeys((*telling, *named)))
        yield from telling
        if max((fit.inliers for fit in fits.values()), default=0) < AS_MUCH * best:
            yield from [photo for photo in in_order if photo not in telling][: max(0, MOST_PHOTOS - len(telling))]

    def saw(self, fits: Mapping[int, Fit]) -> None:
        """Take in what a picture showed."""
        for photo, fit in fits.items():
            self.most[photo] = max(fit.inliers, self.most.get(photo, 0))
